// The gate for scenario files: YAML to a checked value, or every mistake with its place.

package import Configuration
import Events
import Modeling
import Projections

package enum ScenarioFile {
    /// Catalogue types that this version can replay: a step put before a recorded contact.
    package static let supportedCatalogueIDs = ["A8", "A9"]

    /// - Throws: ``RefusedFile`` with every finding.
    package static func read(text: String, file: String) throws(RefusedFile) -> Scenario {
        try YAMLDocument.read(text: text, file: file) { root in
            let automation = root.required("automation")
            return Scenario(
                id: root.required("scenario").name(),
                title: root.required("title").text(),
                question: root.required("question").text(),
                catalogueID: automation.required("catalogue").choice(
                    among: supportedCatalogueIDs),
                owner: automation.required("owner").text(),
                intervention: intervention(root, automation: automation),
                assumptions: root.optional("assumptions")?.list { $0.text() } ?? [])
        }
    }

    private static func intervention(_ root: Field, automation: Field) -> Intervention {
        let scope = root.required("scope")
        let step = root.required("step")
        let handover = root.optional("handover")
        let costs = root.required("costs")
        let first = scope.required("from").date()
        let lastField = scope.required("to")
        let last = lastField.date()
        if last < first { lastField.refuse("range-reversed", expected: "a day not before `from`") }
        func handoverValue(
            _ name: String, otherwise value: Double, in bounds: ClosedRange<Double>
        ) -> RangedParameter {
            handover?.optional(name).map { parameter($0, named: name, in: bounds) }
                ?? .constant(name, value)
        }
        func stepValue(_ name: String, in bounds: ClosedRange<Double>) -> RangedParameter {
            parameter(step.required(name), named: name, in: bounds)
        }
        return Intervention(
            automation: automation.required("id").name(),
            intents: scope.required("intents").list(counts: 1...1_000) { $0.text() },
            firstDay: first.dayNumber, lastDay: last.dayNumber,
            takeUp: stepValue("take_up", in: 0...1),
            contained: stepValue("contained", in: 0...1),
            falseShare: stepValue("false_share", in: 0...1),
            abandonedShare: stepValue("abandoned_share", in: 0...1),
            falseReturns: stepValue("false_returns", in: 0...1),
            stepSeconds: stepValue("seconds", in: 0...3_600),
            selectionStrength: stepValue("selection_strength", in: 0...0.99),
            reliability: stepValue("reliability", in: 0...1),
            contextLost: handoverValue("context_lost", otherwise: 0, in: 0...1),
            contextPenaltySeconds: handoverValue(
                "context_penalty_seconds", otherwise: 0, in: 0...3_600),
            handoverReturnOdds: handoverValue("return_odds", otherwise: 1, in: 0...100),
            runCostPerStep: parameter(
                costs.required("run_per_step"), named: "run_per_step", in: 0...1_000),
            fixedCost: parameter(costs.required("fixed"), named: "fixed", in: 0...1e9),
            payer: automation.required("payer").text())
    }

    /// `{low: 0.3, mode: 0.5, high: 0.8, grade: C, source: ...}`, or `{value: 0.5, ...}`.
    static func parameter(
        _ field: Field, named name: String, in bounds: ClosedRange<Double>
    ) -> RangedParameter {
        let grade = field.required("grade").choice(of: EvidenceGrade.self) { $0.rawValue }
        let source = field.required("source").text()
        if let value = field.optional("value") {
            let constant = value.number(in: bounds)
            return RangedParameter(
                name: name, low: constant, mode: constant, high: constant, grade: grade,
                source: source)
        }
        let low = field.required("low").number(in: bounds)
        let mode = field.required("mode").number(in: bounds)
        let high = field.required("high").number(in: bounds)
        if !(low <= mode && mode <= high) {
            field.refuse(
                "range-reversed", expected: "low ≤ mode ≤ high",
                hint: "write the three in rising order, or `value` for a constant")
        }
        return RangedParameter(
            name: name, low: low, mode: mode, high: high, grade: grade, source: source)
    }
}
