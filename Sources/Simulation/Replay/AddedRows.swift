// The causes and payers that a scenario adds to the ledger.

import Modeling
import Projections

/// A cause that a scenario adds to the ledger.
enum AddedCause: Int, CaseIterable, Sendable {
    case falselyContained, leftAutomation, contextLost, misrouted, wrongAnswer, reply
    case failedWork, recovery, reachedPerson, automation

    var title: String {
        switch self {
        case .falselyContained: "falsely contained"
        case .leftAutomation: "hung up in automation"
        case .contextLost: "context lost at hand-over"
        case .misrouted: "led to the wrong team"
        case .wrongAnswer: "wrong answer with a tool"
        case .reply: "answer to a message"
        case .failedWork: "failed in automated work"
        case .recovery: "failure noticed and mended"
        case .reachedPerson: "led out of automation"
        case .automation: "the automation itself"
        }
    }
}

/// A cause that a scenario adds to the ledger and that belongs to no contact, and so to no intent.
enum UnplacedCause: Int, CaseIterable, Sendable {
    case fixedCost, hours, keptCapacity

    var title: String {
        switch self {
        case .fixedCost: "the automation itself, whatever its use"
        case .hours: "hours of people who serve no customers"
        case .keptCapacity: "roster kept"
        }
    }
}

/// Dense numbers of the causes and payers that a scenario adds to the ledger.
struct AddedRows: Sendable {
    static let rosterPayer = "roster beyond minutes used"

    static let failures = AddedCause.allCases.map(\.title)
    static let unplaced = UnplacedCause.allCases.map(\.title)

    static func payers(_ intervention: Intervention) -> [String] {
        intervention.payers + [rosterPayer]
    }

    private let first: Int
    private let firstUnplaced: Int
    private let firstPayer: Int
    let rosterPayer: Int
    private let payers: [String]

    init(_ dimensions: LedgerDimensions, rules: LinkRules, intervention: Intervention) {
        first = rules.failures.count + 1
        firstUnplaced = dimensions.caused(ofNoIntent: 0)
        payers = intervention.payers
        firstPayer = dimensions.payers.count - payers.count - 1
        rosterPayer = dimensions.payers.count - 1
    }

    func failure(_ cause: AddedCause) -> Int { first + cause.rawValue }

    /// The caused row of what belongs to no intent.
    func row(_ cause: UnplacedCause) -> Int { firstUnplaced + cause.rawValue }

    /// Payers that the scenario adds.
    var payerCount: Int { payers.count + 1 }

    func payer(_ name: String) -> Int { firstPayer + (payers.firstIndex(of: name) ?? 0) }
}
