// What can be stated of each mechanism, with the domain reference's defaults. The figures are those
// of its section 4; where it gives one figure, the range around it is an assumption (grade D), and
// where it gives none, all of it is.

package import Modeling
import Projections

package enum Catalogue {
    private static let share = 0.0...1.0
    private static let factor = 0.0...10.0
    private static let odds = 0.0...100.0
    private static let seconds = 0.0...3_600.0

    /// Every parameter of a mechanism, in the order in which people read them.
    package static func rules(of mechanism: Mechanism) -> [ParameterRule] {
        let own: [ParameterRule] =
            switch mechanism {
            case .step: step
            case .channel: channel
            case .outbound: outbound
            case .assist: assist
            case .wrapup: wrapup
            case .knowledge: knowledge
            case .personalisation: personalisation
            case .coaching: coaching
            case .guidance: guidance
            case .quality: quality
            case .scheduling: hours((5, 7.5, 10), "hours of a team leader and week")
            case .reporting: hours((10, 15, 20), "2 to 4 hours a day")
            case .work: work
            case .carryover: carryover
            case .reach: reach
            }
        return own + (canBeReleasedBadly(mechanism) ? release : []) + costs(of: mechanism)
    }

    /// Whether a bad release can strike it.
    private static func canBeReleasedBadly(_ mechanism: Mechanism) -> Bool {
        switch mechanism {
        case .step, .outbound, .assist, .knowledge, .personalisation, .guidance, .work: true
        default: false
        }
    }

    private static let step: [ParameterRule] =
        [
            .reference(
                .takeUp, share, (0.3, 0.5, 0.8), .d,
                "assumption; uptake stays below what waits suggest (Kagan, Hathaway, Dada)"),
            .reference(
                .contained, share, (0.2, 0.6, 0.8), .c,
                "reported containment of bots, practitioner figures"),
            .reference(
                .falseShare, share, (0.15, 0.35, 0.6), .c,
                "audited telecom case (78 % reported, 41 % real) and practitioner corrections"),
            .reference(
                .abandonedShare, share, (0.05, 0.125, 0.25), .d, "assumption"),
            .reference(
                .falseReturns, share, (0.12, 0.25, 0.4), .c,
                "share of contained sessions followed by a contact, single audited case"),
            .optional(.abandonedReturns, share),
            .reference(.seconds, seconds, (30, 48, 90), .b, "3.8 million IVR calls, mean 48 s"),
            .reference(
                .selectionStrength, 0...0.99, (0.2, 0.5, 0.7), .d,
                "assumption; 0 switches selection off"),
            .reference(
                .reliability, share, (0.3, 0.5, 0.7), .d,
                "assumption; how much of a need's difficulty its record tells"),
            .optional(.misrouted, share),
            .optional(.misrouteSeconds, seconds),
            .optional(.plannedWork, share),
        ] + handover

    private static let handover: [ParameterRule] = [
        .optional(.contextLost, share, in: .handover),
        .optional(.contextPenaltySeconds, seconds, in: .handover),
        .optional(.returnOdds, odds, in: .handover),
    ]

    private static let channel: [ParameterRule] =
        [
            .reference(.moved, share, (0.1, 0.3, 0.5), .d, "assumption"),
            .reference(.abandonedShare, share, (0.02, 0.05, 0.15), .d, "assumption"),
            .optional(.abandonedReturns, share),
            .reference(.seconds, seconds, (10, 20, 60), .d, "assumption"),
            .reference(
                .handleFactor, factor, (1, 1.2, 1.7), .d,
                "chat sessions of 11.9 min beside calls of 7 (section 4.2), concurrency aside"),
        ] + handover

    private static let outbound: [ParameterRule] = [
        .reference(.coverage, share, (0.3, 0.6, 0.9), .d, "assumption"),
        .reference(
            .prevented, share, (0.05, 0.15, 0.3), .d,
            "inbound of the target intent 5 to 30 % lower, no controlled source"),
        .reference(
            .replies, share, (0.02, 0.05, 0.1), .d,
            "contacts in response to 2 to 10 % of messages, no controlled source"),
        .optional(.plannedWork, share),
    ]

    private static let adoption = ParameterRule.reference(
        .adoption, share, (0.4, 0.7, 0.95), .d, "assumption")

    private static let assist: [ParameterRule] = [
        adoption,
        .reference(
            .handleFactorNovice, factor, (0.74, 0.75, 0.77), .a,
            "novices resolve 30 to 34 % more an hour: 5,172 agents, staggered rollout"),
        .reference(
            .handleFactorGrowing, factor, (0.83, 0.87, 0.95), .a,
            "14 to 15 % more an hour on average, same study; the range is an assumption"),
        .reference(
            .handleFactorExperienced, factor, (0.98, 1, 1.03), .a,
            "about no effect on the most experienced, same study; the range is an assumption"),
        .reference(
            .resolutionOdds, odds, (0.95, 1, 1.15), .b,
            "retrials did not change in a randomised study; a practitioner claims more"),
        .reference(
            .escalationOdds, odds, (0.6, 0.85, 1), .d,
            "fewer requests for a manager (direction: grade A); the size is an assumption"),
        .reference(.overheadSeconds, seconds, (0, 2, 10), .d, "assumption"),
        .optional(.wrongAnswers, share),
    ]

    private static let wrapup: [ParameterRule] = [
        adoption,
        .reference(
            .wrapupFactor, factor, (0.4, 0.55, 0.7), .c, "wrap-up 30 to 60 % shorter"),
        .reference(.reviewSeconds, seconds, (3, 8, 20), .d, "assumption"),
        .reference(.summaryLost, share, (0.02, 0.05, 0.15), .d, "assumption"),
        .reference(
            .contextPenaltySeconds, seconds, (15, 23, 120), .c,
            "23 s where context is lost, vendor figure; the upper end is an assumption"),
    ]

    private static let knowledge: [ParameterRule] = [
        adoption,
        .reference(.holdFactor, factor, (0.6, 0.75, 0.9), .c, "hold 10 to 40 % shorter"),
        .optional(.handleFactor, factor),
        .reference(.resolutionOdds, odds, (1, 1.05, 1.15), .d, "assumption"),
        .reference(.wrongAnswers, share, (0.002, 0.01, 0.03), .d, "assumption"),
    ]

    private static let personalisation: [ParameterRule] = [
        adoption,
        .optional(.handleFactor, factor),
        .reference(.resolutionOdds, odds, (0.9, 1.05, 1.2), .d, "assumption"),
        .optional(.escalationOdds, odds),
    ]

    private static let coaching: [ParameterRule] = [
        .reference(.adoption, share, (0.5, 0.8, 1), .d, "assumption"),
        .reference(.growthDays, 1...1_000, (60, 90, 180), .d, "assumption"),
        .reference(
            .handleFactor, factor, (0.92, 0.95, 0.98), .d,
            "proficiency grows 10 to 30 % faster; what that makes of a handle time is assumed"),
        .reference(.resolutionOdds, odds, (1, 1.1, 1.2), .d, "assumption"),
        .optional(.escalationOdds, odds),
        .optional(.hoursPerWeek, 0...10_000),
    ]

    private static let guidance: [ParameterRule] = [
        .reference(.adoption, share, (0.3, 0.6, 0.8), .d, "assumption; trust and training decide"),
        .reference(.growthDays, 1...1_000, (30, 60, 120), .d, "assumption"),
        .reference(.handleFactor, factor, (0.9, 0.95, 1), .d, "assumption"),
        .reference(.overheadSeconds, seconds, (0, 5, 15), .d, "assumption"),
        .reference(.resolutionOdds, odds, (0.95, 1, 1.1), .d, "assumption"),
        .optional(.wrongAnswers, share),
    ]

    private static let quality: [ParameterRule] = [
        .reference(.coverage, share, (0.8, 0.95, 1), .c, "all calls instead of a sample"),
        .reference(.recall, share, (0.6, 0.8, 0.9), .d, "assumption"),
        .reference(.precision, 0.01...1, (0.5, 0.7, 0.9), .d, "assumption"),
        .reference(.lagHours, 0...10_000, (0.1, 0.5, 1), .d, "under an hour instead of two days"),
        .reference(.recovered, share, (0.3, 0.5, 0.7), .d, "assumption"),
        .reference(.recoverySeconds, seconds, (120, 300, 600), .d, "assumption"),
        .reference(.reviewSeconds, seconds, (30, 60, 120), .d, "assumption"),
    ]

    private static func hours(
        _ values: (Double, Double, Double), _ source: String
    ) -> [ParameterRule] {
        [
            .reference(.hoursPerWeek, 0...100_000, values, .d, source),
            .required(.ratePerHour, 0...10_000),
            .optional(.cashed, share),
            .reference(.reused, share, (0.2, 0.5, 0.8), .d, "assumption"),
        ]
    }

    private static let work: [ParameterRule] = [
        .reference(.automated, share, (0.3, 0.5, 0.7), .d, "assumption"),
        .reference(.failed, share, (0.01, 0.03, 0.08), .d, "assumption"),
        .reference(.failureContacts, share, (0.3, 0.5, 0.8), .d, "assumption"),
    ]

    private static let carryover: [ParameterRule] = [
        .reference(.carried, share, (0.5, 0.7, 0.9), .d, "assumption"),
        .reference(
            .savedSeconds, seconds, (15, 23, 120), .c,
            "23 s where context is lost, vendor figure; the upper end is an assumption"),
    ]

    private static let reach: [ParameterRule] = [
        .reference(.offered, share, (0.7, 0.9, 1), .d, "assumption"),
        .reference(.taken, share, (0.3, 0.5, 0.8), .d, "assumption"),
    ]

    private static let release: [ParameterRule] = [
        .optional(.releaseProbability, share, in: .release),
        .optional(.releaseDays, 0...1_000, in: .release),
        .optional(.releaseSeverity, share, in: .release),
    ]

    private static func costs(of mechanism: Mechanism) -> [ParameterRule] {
        let fixed = ParameterRule.required(.fixed, 0...1e9, in: .costs)
        return mechanism.act == .hours
            ? [fixed] : [.required(.runPerUse, 0...1_000, in: .costs), fixed]
    }
}
