// The automation of an operation as it truly is, in the terms of a scenario file.

import Events
import Randomness

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

            scope:
            \(scopeText)  from: \(automation.start)
              to: \(lastDay)


            """
        let one = """
            automation:
              id: \(automation.kind.rawValue)
              catalogue: \(automation.kind.catalogueID)
              owner: operations
              payer: automation budget


            """
        switch automation.kind {
        case .conversationalIVR, .chatbot: return head + stepsText
        case .agentAssist:
            return head + one + """
                # Factors on handle times, for the agents who use it.
                assist:
                  adoption: \(value(automation.adoption))
                  handle_factor_novice: \(value(effects.assistFactors[0]))
                  handle_factor_growing: \(value(effects.assistFactors[1]))
                  handle_factor_experienced: \(value(effects.assistFactors[2]))
                  resolution_odds: \(value(1))
                  escalation_odds: \(value(1))
                  overhead_seconds: \(value(0))

                \(costText)
                """
        case .proactiveOutbound:
            return head + one + """
                # Of needs in scope, the share announced; of these the share that brings no contact,
                # and no work behind the scenes. Of those whom that spares a contact, \
                \(decimalText(effects.replyShare))
                # answer: the share here is of all messages.
                outbound:
                  coverage: \(value(automation.adoption))
                  prevented: \(value(effects.preventedShare))
                  replies: \(value(effects.preventedShare * effects.replyShare))
                  planned_work: \(value(0))

                \(costText)
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

    private var costText: String {
        """
        costs:
          run_per_step: \(value(0))
          fixed: \(value(0))

        assumptions:
          - Costs are no part of the mechanism; they stand here for the grammar.

        """
    }

    /// How many needs a step meets depends on what they are: one automation for each intent.
    private var stepsText: String {
        "automations:\n" + effects.automation.intents.map(stepText).joined() + """

            assumptions:
              - >-
                Costs and reliability are no part of the mechanism; they stand here for the grammar.
                How much of a need's difficulty its record tells is measured where it is needed.

            """
    }

    private func stepText(_ intent: OperationIntent) -> String {
        let kind = effects.automation.kind
        let success = effects.success[Int(intent.rawValue)]
        let sentAway = (1 - success) * effects.falseShare
        let contained = success + sentAway
        let handed = 1 - effects.falseShare
        let slope = plan.parameters.automated.difficultySlope
        // The correlation of a logistic choice of this slope with difficulty: the logistic law's
        // variance is π²/3.
        let strength = slope / (slope * slope + 3.289868133696453).squareRoot()
        let law = kind == .conversationalIVR ? plan.laws.ivr : plan.laws.digital
        let seconds = effects.medianSeconds * law.mean
        return """
              - id: \(kind.rawValue)-\(intent.name)
                catalogue: \(kind.catalogueID)
                owner: operations
                payer: automation budget
                scope: {intents: [\(intent.name)]}
                # A need that is met needs no work behind the scenes either.
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
                  planned_work: \(value(0))
                handover:
                  context_lost: \(value(effects.contextLost))
                  context_penalty_seconds: \(value(effects.contextPenalty))
                costs:
                  run_per_step: \(value(0.10))
                  fixed: \(value(0))

            """
    }

    private func value(_ number: Double) -> String {
        "{value: \(decimalText(number)), grade: A, source: the operation's own mechanism}"
    }
}
