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

/// What the automation does, as a scenario file would state it.
struct AutomationStatement {
    let plan: OperationPlan
    let effects: AutomationEffects

    var text: String {
        let automation = effects.automation
        let last = plan.clock.to.dayNumber - 1
        let lastDay = CivilDate(dayNumber: last)
        let head = """
            # The automation of this operation as it truly is, as a scenario file.
            scenario: true-\(automation.kind.rawValue)
            title: The automation that the operation was written with
            question: What does the automation do, held against the operation without it?

            automation:
              id: \(automation.kind.rawValue)
              catalogue: \(automation.kind.catalogueID)
              owner: operations
              payer: automation budget

            scope:
            \(scopeText)  from: \(automation.start)
              to: \(lastDay)


            """
        switch automation.kind {
        case .conversationalIVR, .chatbot: return head + stepText
        case .agentAssist:
            return head + """
                # Factors on handle times, for the agents who use it.
                assist:
                  adoption: \(value(automation.adoption))
                  handle_factor_novice: \(value(effects.assistFactors[0]))
                  handle_factor_growing: \(value(effects.assistFactors[1]))
                  handle_factor_experienced: \(value(effects.assistFactors[2]))
                  resolution_odds: \(value(1))
                  escalation_odds: \(value(1))
                  overhead_seconds: \(value(0))

                \(costText(perUse: 0))
                """
        case .proactiveOutbound:
            return head + """
                # Of needs in scope, the share announced; of these the share that brings no contact.
                # Of those whom that spares a contact, \(decimalText(effects.replyShare)) answer: \
                the share here is of all messages.
                outbound:
                  coverage: \(value(automation.adoption))
                  prevented: \(value(effects.preventedShare))
                  replies: \(value(effects.preventedShare * effects.replyShare))

                \(costText(perUse: 0))
                """
        }
    }

    /// A tool for agents takes every need by phone and chat; others the needs that they are for, a
    /// step only those that come by its channel, and before their first contact.
    private var scopeText: String {
        let automation = effects.automation
        if automation.kind == .agentAssist { return "  channels: [phone, chat]\n" }
        let intents = automation.intents.map(\.name).joined(separator: ", ")
        let channel = automation.kind.channel.map {
            // Whoever telephones is heard by the voice response first.
            "  channels: [\($0 == .phone ? "ivr" : $0.name)]\n  first_contact_only: true\n"
        }
        return "  intents: [\(intents)]\n" + (channel ?? "")
    }

    private func costText(perUse: Double) -> String {
        """
        costs:
          run_per_step: \(value(perUse))
          fixed: \(value(0))

        assumptions:
          - Costs are no part of the mechanism; they stand here for the grammar.

        """
    }

    /// The shares are means over the scope's needs that come by the automation's channel.
    private var stepText: String {
        var weight = 0.0
        var met = 0.0
        for intent in effects.automation.intents {
            let share = plan.entryShare(intent, effects.automation.kind.channel)
            weight += share
            met += share * effects.success[Int(intent.rawValue)]
        }
        let success = weight > 0 ? met / weight : 0
        let sentAway = (1 - success) * effects.falseShare
        let contained = success + sentAway
        let handed = 1 - effects.falseShare
        let slope = plan.parameters.automated.difficultySlope
        // The correlation of a logistic choice of this slope with difficulty: the logistic law's
        // variance is π²/3.
        let strength = slope / (slope * slope + 3.289868133696453).squareRoot()
        let law =
            effects.automation.kind == .conversationalIVR ? plan.laws.ivr : plan.laws.digital
        let seconds = effects.medianSeconds * law.mean
        return """
            step:
              take_up: \(value(effects.automation.adoption))
              contained: \(value(contained))
              false_share: \(value(contained > 0 ? sentAway / contained : 0))
              abandoned_share: \(value(effects.abandonedShare / handed))
              false_returns: \(value(effects.falseReturns))
              abandoned_returns: \(value(effects.abandonedReturns))
              seconds: \(value(seconds))
              selection_strength: \(value(strength))
              reliability: \(value(0.5))

            handover:
              context_lost: \(value(effects.contextLost))
              context_penalty_seconds: \(value(effects.contextPenalty))

            costs:
              run_per_step: \(value(0.10))
              fixed: \(value(0))

            assumptions:
              - Costs and reliability are no part of the mechanism; they stand here for the grammar.

            """
    }

    private func value(_ number: Double) -> String {
        "{value: \(decimalText(number)), grade: A, source: the operation's own mechanism}"
    }
}

extension OperationPlan {
    /// The share of all needs that have an intent and come by a channel.
    func entryShare(_ intent: OperationIntent, _ channel: EntryChannel?) -> Double {
        guard let channel else { return parameters.intentShares[Int(intent.rawValue)] / 100 }
        var share = 0.0
        // The thousand middles of the channel's uniform, for each segment.
        for segment in OperationSegment.allCases {
            var hits = 0
            for step in 0..<1_000
            where entryChannel(intent, segment, (Double(step) + 0.5) / 1_000) == channel {
                hits += 1
            }
            share += parameters.segmentShares[Int(segment.rawValue)] * Double(hits) / 1_000
        }
        return share * parameters.intentShares[Int(intent.rawValue)] / 100
    }
}
