// What may have to be paid one day, as a user writes it down: what it begins with, how likely it
// comes to that, and what it costs then.

package import Events

/// What a risk begins with: each of them is a case.
package enum RiskTrigger: Hashable, Sendable {
    /// A journey that ended so; the case is at its last interaction.
    case state(JourneyState)
    /// An interaction with a named failure, by the rule's id.
    case failure(String)
    /// An event about a customer; the case is at the interaction to which it belongs.
    case event(EventKind)

    /// The states of journeys and the events that a risk can begin with, by the names of files.
    package static let states: KeyValuePairs<String, JourneyState> = [
        "givenUp": .givenUp, "churned": .churned, "undetermined": .undetermined,
        "settled": .settled,
    ]
    package static let events: KeyValuePairs<String, EventKind> = [
        "complaintOpened": .complaintOpened, "complaintReferred": .complaintReferred,
        "refundPaid": .refundPaid, "errorFound": .errorFound,
        "socialMention": .socialMention,
    ]

    /// As a person reads it.
    package var text: String {
        switch self {
        case .state(let state): "journey \(state.name)"
        case .failure(let id): "failure \(id)"
        case .event(let kind): "\(kind)"
        }
    }
}

/// What a case costs where it comes to that: beta-PERT, constant where the three are equal.
package struct RiskSeverity: Hashable, Sendable {
    /// Not negative, and in rising order.
    package var low: Money
    package var mode: Money
    package var high: Money
    package var grade: EvidenceGrade
    package var source: String

    package init(low: Money, mode: Money, high: Money, grade: EvidenceGrade, source: String) {
        self.low = low
        self.mode = mode
        self.high = high
        self.grade = grade
        self.source = source
    }

    package var isConstant: Bool { low == high }

    /// The expectation times six, exactly: low + 4 mode + high (D. G. Malcolm et al., Operations
    /// Research 7(5), 1959).
    package var sixMeans: Int64 {
        low.thousandths + 4 * mode.thousandths + high.thousandths
    }
}

/// One risk.
package struct RiskRule: Hashable, Sendable {
    /// Names its draws.
    package var id: String
    package var title: String
    /// The budget that bears it.
    package var bearer: String
    package var trigger: RiskTrigger
    /// The intents and segments of the cases' interactions; empty means any.
    package var intents: [String]
    package var segments: [String]
    /// That a case comes to it, in millionths.
    package var probability: Int64
    package var probabilityGrade: EvidenceGrade
    package var probabilitySource: String
    package var severity: RiskSeverity

    package init(
        id: String, title: String, bearer: String, trigger: RiskTrigger, intents: [String] = [],
        segments: [String] = [], probability: Int64, probabilityGrade: EvidenceGrade,
        probabilitySource: String, severity: RiskSeverity
    ) {
        self.id = id
        self.title = title
        self.bearer = bearer
        self.trigger = trigger
        self.intents = intents
        self.segments = segments
        self.probability = probability
        self.probabilityGrade = probabilityGrade
        self.probabilitySource = probabilitySource
        self.severity = severity
    }

    /// The expected loss of one case, rounded once, half to even.
    package var expectedLoss: Money {
        Money(thousandths: roundedQuotient(severity.sixMeans, probability, 6_000_000))
    }
}
