// The gate for files of cost rules.

package import Configuration
import Events
package import Projections

package enum CostRulesFile {
    /// - Throws: ``RefusedFile`` with every finding.
    package static func read(text: String, file: String) throws(RefusedFile) -> CostRules {
        try YAMLDocument.read(text: text, file: file) { root in
            let currencyField = root.required("currency")
            let currency = currencyField.text()
            if currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
                currencyField.refuse("bad-currency", expected: "an ISO 4217 code, as GBP")
            }
            var costs = CostRules(
                id: root.required("costs").name(), currency: currency,
                rules: root.required("charges").list(counts: 1...1_000) { charge($0) },
                note: root.required("note").text())
            costs.refunds = root.optional("refunds").map { field in
                RefundRule(
                    payer: field.required("payer").text(), grade: grade(field),
                    source: field.required("source").text())
            }
            costs.runs = root.optional("runs").map { runs($0) } ?? []
            costs.value = root.optional("value_at_stake").map { value($0) }
            costs.risks = root.optional("risks").map { risks($0) } ?? []
            return costs
        }
    }

    private static func charge(_ field: Field) -> CostRule {
        CostRule(
            payer: field.required("payer").text(),
            activity: field.required("activity").choice(CostedActivity.byMinute),
            teams: names(field, "teams"), tiers: names(field, "tiers"),
            channels: names(field, "channels"),
            perMinute: field.required("per_minute").money(
                in: Money.zero...Money(thousandths: 100_000_000)),
            grade: grade(field), source: field.required("source").text())
    }

    /// A list of names; none where the file has none.
    static func names(_ field: Field, _ key: String) -> [String] {
        field.optional(key)?.list(counts: 0...1_000) { $0.text() } ?? []
    }

    static func grade(_ field: Field) -> EvidenceGrade {
        field.required("grade").choice(of: EvidenceGrade.self) { $0.rawValue }
    }
}
