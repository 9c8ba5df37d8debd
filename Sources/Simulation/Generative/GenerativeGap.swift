// What a scenario can state and drawn journeys cannot show: refused, so that no figure leaves it
// out in silence.

import Modeling

/// A part of a scenario that the generative mode has no law for.
package struct GenerativeGap: Error, Hashable, CustomStringConvertible {
    let automation: String
    let part: String

    package var description: String {
        "\(automation): drawn journeys know no `\(part)`; `downstream simulate` does"
    }

    private static let kinds: [Mechanism] = [
        .step, .outbound, .assist, .wrapup, .knowledge, .personalisation,
    ]

    /// Figures that change what drawn journeys have no law of, unless they have this value.
    private static let neutral: [(key: ParameterKey, value: Double)] = [
        (.misrouted, 0), (.returnOdds, 1), (.holdFactor, 1), (.wrapupFactor, 1),
        (.resolutionOdds, 1), (.escalationOdds, 1), (.wrongAnswers, 0), (.summaryLost, 0),
    ]

    /// - Throws: the first part that is unknown.
    static func check(_ intervention: Intervention) throws(GenerativeGap) {
        for automation in intervention.automations {
            guard kinds.contains(automation.mechanism) else {
                throw GenerativeGap(
                    automation: automation.id, part: automation.mechanism.rawValue)
            }
            for (key, value) in neutral {
                guard let stated = automation[key] else { continue }
                guard stated.low == value, stated.high == value else {
                    throw GenerativeGap(automation: automation.id, part: key.name)
                }
            }
            // A bad release of a tool is a share of wrong answers.
            if automation.mechanism.act == .handling, automation[.releaseProbability]?.high ?? 0 > 0
            {
                throw GenerativeGap(
                    automation: automation.id, part: ParameterKey.releaseProbability.name)
            }
        }
    }
}
