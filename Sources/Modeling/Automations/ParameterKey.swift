// The names of everything that a scenario can state about an automation. A name means the same in
// every mechanism that has it.

/// A stated figure's key; the raw value is its place in tables of drawn values.
package enum ParameterKey: Int, CaseIterable, Hashable, Sendable {
    // Whom or what it reaches: the share of offers, messages, agents, contacts or pieces of work.
    case takeUp, coverage, adoption, moved, automated, carried, offered

    // A step before a contact.
    case contained, falseShare, abandonedShare, falseReturns, abandonedReturns, seconds
    case selectionStrength, reliability, misrouted, misrouteSeconds
    case contextLost, contextPenaltySeconds, returnOdds, plannedWork

    // Contacts that do not come, and contacts that come instead.
    case prevented, replies

    // How people handle contacts.
    case handleFactor, handleFactorNovice, handleFactorGrowing, handleFactorExperienced
    case holdFactor, wrapupFactor, overheadSeconds, reviewSeconds, growthDays
    case resolutionOdds, escalationOdds, wrongAnswers, summaryLost

    // Failures that are noticed, and work that machines do.
    case recall, precision, lagHours, recovered, recoverySeconds
    case failed, failureContacts, savedSeconds, taken

    // Hours of people who serve no customers.
    case hoursPerWeek, ratePerHour, cashed, reused

    // A release that goes wrong for everybody until somebody notices.
    case releaseProbability, releaseDays, releaseSeverity

    // Money.
    case runPerUse, fixed

    package static var count: Int { allCases.count }

    /// As it is written in files: `take_up`.
    package var name: String {
        switch self {
        case .releaseProbability: "probability"
        case .releaseDays: "days"
        case .releaseSeverity: "severity"
        case .runPerUse: "run_per_step"
        default: ParameterKey.snakeCase("\(self)")
        }
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            text += character.isUppercase ? "_" + character.lowercased() : String(character)
        }
    }
}

/// Kept by the case's own name, which no reordering changes.
extension ParameterKey: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let key = ParameterKey.allCases.first(where: { "\($0)" == name }) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "no parameter is called \(name)")
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(self)")
    }
}
