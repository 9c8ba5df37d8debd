// The parts of a file of cost rules that are no rates: what automation costs to run, what is lost
// with a customer, what may have to be paid.

import Configuration
import Events
import Projections

extension CostRulesFile {
    /// A thousand million, in major units.
    private static let runLimit = Money(thousandths: 100_000_000_000_000)
    /// Ten million, and a hundred: many of them together still fit their sums.
    private static let valueLimit = Money(thousandths: 1_000_000_000_000)
    private static let severityLimit = Money(thousandths: 10_000_000_000_000)

    static func runs(_ field: Field) -> [RunCost] {
        var ids: Set<String> = []
        var titles: Set<String> = []
        return field.list(counts: 1...1_000) { field in
            let run = RunCost(
                id: unique(field.required("id"), among: &ids) { $0.name() },
                title: unique(field.required("title"), among: &titles) { $0.text() },
                payer: field.required("payer").text(),
                amount: field.required("amount").money(in: .zero...runLimit),
                unit: field.required("per").choice(of: RunUnit.self) { $0.rawValue },
                channels: names(field, "channels"), intents: names(field, "intents"),
                firstDay: field.optional("from")?.date().dayNumber,
                lastDay: field.optional("to")?.date().dayNumber,
                grade: grade(field), source: field.required("source").text())
            if let first = run.firstDay, let last = run.lastDay, last < first {
                field.optional("to")?.refuse(
                    "range-reversed", expected: "a day not before `from`")
            }
            return run
        }
    }

    static func value(_ field: Field) -> ValueRules {
        var isComplete = false
        let values = field.required("values").list(counts: 1...1_000) { field in
            let value = CustomerValue(
                segments: names(field, "segments"),
                amount: field.required("amount").money(in: .zero...valueLimit),
                grade: grade(field), source: field.required("source").text())
            if isComplete {
                field.refuse(
                    "never-used", expected: "no value after one for every segment",
                    hint: "put the one without `segments` last")
            }
            if value.segments.isEmpty { isComplete = true }
            return value
        }
        let leaving = field.optional("leaving").map { field in
            LeavingRule(
                probability: millionths(field.required("probability")), grade: grade(field),
                source: field.required("source").text())
        }
        return ValueRules(values: values, leaving: leaving)
    }

    static func risks(_ field: Field) -> [RiskRule] {
        var seen: Set<String> = []
        return field.list(counts: 1...100) { field in
            let probability = field.required("probability")
            return RiskRule(
                id: unique(field.required("id"), among: &seen) { $0.name() },
                title: field.required("title").text(),
                bearer: field.required("borne_by").text(),
                trigger: trigger(field.required("begins_with")),
                intents: names(field, "intents"), segments: names(field, "segments"),
                probability: millionths(probability.required("value")),
                probabilityGrade: grade(probability),
                probabilitySource: probability.required("source").text(),
                severity: severity(field.required("severity")))
        }
    }

    private static func trigger(_ field: Field) -> RiskTrigger {
        let stated: [RiskTrigger] = [
            field.optional("state").map { .state($0.choice(RiskTrigger.states)) },
            field.optional("failure").map { .failure($0.name()) },
            field.optional("event").map { .event($0.choice(RiskTrigger.events)) },
        ].compactMap { $0 }
        if stated.count != 1 {
            field.refuse("bad-trigger", expected: "one of state, failure, event")
        }
        return stated.first ?? .state(.givenUp)
    }

    private static func severity(_ field: Field) -> RiskSeverity {
        func amount(_ name: String) -> Money {
            field.required(name).money(in: .zero...severityLimit)
        }
        let (grade, source) = (grade(field), field.required("source").text())
        if field.optional("value") != nil {
            let value = amount("value")
            return RiskSeverity(low: value, mode: value, high: value, grade: grade, source: source)
        }
        let severity = RiskSeverity(
            low: amount("low"), mode: amount("mode"), high: amount("high"), grade: grade,
            source: source)
        if !(severity.low <= severity.mode && severity.mode <= severity.high) {
            field.refuse(
                "range-reversed", expected: "low ≤ mode ≤ high",
                hint: "write the three in rising order, or `value` for a constant")
        }
        return severity
    }

    /// A probability that millionths hold exactly: what is posted is exact, too.
    private static func millionths(_ field: Field) -> Int64 {
        let millionths = field.probability() * 1_000_000
        if (millionths - millionths.rounded()).magnitude > 1e-6 {
            field.refuse("too-fine", expected: "a probability of at most six decimals")
        }
        return Int64(millionths.rounded())
    }

    private static func unique(
        _ field: Field, among seen: inout Set<String>, _ read: (Field) -> String
    ) -> String {
        let text = read(field)
        if field.isPresent, !seen.insert(text).inserted {
            field.refuse("duplicate-name", expected: "a name that no other one has")
        }
        return text
    }
}
