// The truth's remaining files: customers, agents, the summary of counts, the parameters, and the
// automation in the terms of a scenario file.

import Events
import Randomness

/// Hands over what is known once the run is over.
struct OperationTruth {
    static let interactions = "truth/interactions.csv"
    static let issues = "truth/issues.csv"
    static let customers = "truth/customers.csv"
    static let agents = "truth/agents.csv"
    static let summary = "truth/summary.yaml"
    static let automation = "truth/automation.yaml"
    static let parameters = "parameters.yaml"

    private static let size = 8_192

    let plan: OperationPlan
    let texts: ExportTexts

    mutating func handOver(
        _ customers: CustomerBase, _ workforce: Workforce, counts: OperationCounts,
        _ emit: (OperationPiece) throws -> Void
    ) throws {
        for start in stride(from: 0, to: customers.count, by: OperationTruth.size) {
            let range = start..<min(start + OperationTruth.size, customers.count)
            try emit(
                OperationPiece(
                    file: OperationTruth.customers, rowCount: range.count, isFirst: start == 0,
                    content: .customerTruth(range, customers), texts: texts))
        }
        try emit(
            OperationPiece(
                file: OperationTruth.agents, rowCount: workforce.agents.count, isFirst: true,
                content: .agentTruth(workforce), texts: texts))
        try emit(piece(OperationTruth.summary, summaryText(counts)))
        try emit(piece(OperationTruth.parameters, parametersText))
        if let effects = plan.effects {
            let statement = AutomationStatement(plan: plan, effects: effects)
            try emit(piece(OperationTruth.automation, statement.text))
        }
    }

    private func piece(_ file: String, _ text: String) -> OperationPiece {
        OperationPiece(
            file: file, rowCount: 0, isFirst: true, content: .text(text), texts: texts)
    }

    private var parametersText: String {
        let settings = plan.settings
        return """
            # Every parameter of the operation, with its section in the domain reference ("none":
            # our own) and the grade of its evidence: A measured and reviewed, B measured, C a
            # practitioner's or a vendor's figure, D an assumption.
            operation: \(settings.profile.name)
            seed: "\(settings.seed)"
            customers: \(settings.customers)
            from: \(settings.from)
            to: \(settings.to)
            time_zone: \(OperationClock.zoneName)
            waits: \(settings.waits.rawValue)
            automation: \(settings.automation?.kind.rawValue ?? "none")

            """ + plan.book.text
    }

    private func summaryText(_ counts: OperationCounts) -> String {
        var text = "issues: \(counts.issues)\ninteractions: \(counts.interactions)\nendings:\n"
        for ending in IssueEnding.allCases {
            text += "  \(ending.name): \(counts.endings[Int(ending.rawValue)])\n"
        }
        text += "files:\n"
        for file in ExportFile.allCases {
            let index = Int(file.rawValue)
            text += "  \(file.fileName):\n    records: \(counts.records[index])\n"
            text += "    rows: \(counts.rows[index])\n"
            guard file.holdsInteractions else { continue }
            text += "    unknown_customers: \(counts.unknownCustomers[index])\n"
            for fault in RowFault.allCases.dropFirst() {
                text += "    \(fault.name): \(counts.faults[index][Int(fault.rawValue)])\n"
            }
        }
        return text
    }
}
