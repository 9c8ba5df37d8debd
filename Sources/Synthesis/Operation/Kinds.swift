// The words of the synthetic operation: its intents, segments, channels, teams, files, and what
// can become of a contact. Raw values are indices into the tables of parameters.

/// What a customer wants. Shares, handle times and stakes: domain reference, section 4.10.
package enum OperationIntent: UInt8, CaseIterable, Sendable {
    case balance, caseStatus, access, booking, productQuestion, billing
    case chargeDispute, technicalFault, complaint, cancellation, hardship, other

    /// The name that the exported files and the options use.
    package var name: String {
        switch self {
        case .balance: "balance"
        case .caseStatus: "case-status"
        case .access: "access"
        case .booking: "booking"
        case .productQuestion: "product-question"
        case .billing: "billing"
        case .chargeDispute: "charge-dispute"
        case .technicalFault: "technical-fault"
        case .complaint: "complaint"
        case .cancellation: "cancellation"
        case .hardship: "hardship"
        case .other: "other"
        }
    }

    package init?(name: String) {
        guard let intent = OperationIntent.allCases.first(where: { $0.name == name }) else {
            return nil
        }
        self = intent
    }

    /// Simple and frequent: what an automation takes on where nothing else is said.
    package var isSimple: Bool { rawValue <= OperationIntent.productQuestion.rawValue }

    /// A person's alone: no automation is offered.
    package var isHumanLed: Bool { self == .complaint || self == .hardship }

    /// Much is at stake: customers rather speak to somebody.
    var isHighStakes: Bool {
        switch self {
        case .chargeDispute, .complaint, .cancellation, .hardship: true
        default: false
        }
    }
}

/// How a customer deals with digital channels.
enum OperationSegment: UInt8, CaseIterable {
    case mainstream, digitalFirst, lowDigital, excluded

    var name: String {
        switch self {
        case .mainstream: "mainstream"
        case .digitalFirst: "digital-first"
        case .lowDigital: "low-digital"
        case .excluded: "digitally-excluded"
        }
    }
}

/// The way in that a customer chooses.
package enum EntryChannel: UInt8, CaseIterable, Sendable {
    case phone, web, chatbot, chat, email

    package var name: String { "\(self)" }
}

/// Agents with one queue.
enum ServiceTeam: UInt8, CaseIterable {
    case voice, specialists, chat, email, backOffice, complaints

    var name: String {
        switch self {
        case .voice: "voice-service"
        case .specialists: "voice-specialists"
        case .chat: "chat-service"
        case .email: "mail-desk"
        case .backOffice: "back-office"
        case .complaints: "complaints-team"
        }
    }

    var tier: Int {
        switch self {
        case .specialists, .complaints: 2
        default: 1
        }
    }

    /// Customers wait in person, leave when their patience ends, and nobody waits overnight.
    var hasPatience: Bool { rawValue <= ServiceTeam.chat.rawValue }
}

/// One file for each system that exports.
package enum ExportFile: UInt8, CaseIterable, Sendable {
    case telephone, ivr, chatbot, chat, email, web, backOffice, complaints
    case surveys, churn, roster, deployments

    package var fileName: String {
        switch self {
        case .telephone: "telephone.csv"
        case .ivr: "ivr.csv"
        case .chatbot: "chatbot.jsonl"
        case .chat: "chat.jsonl"
        case .email: "email.csv"
        case .web: "web.jsonl"
        case .backOffice: "back-office.csv"
        case .complaints: "complaints.csv"
        case .surveys: "surveys.csv"
        case .churn: "churn.csv"
        case .roster: "roster.csv"
        case .deployments: "deployments.csv"
        }
    }

    /// A record is a contact or a piece of work for a customer.
    package var holdsInteractions: Bool { rawValue <= ExportFile.complaints.rawValue }
}

/// How a contact ended, as the operation sees it.
enum ContactOutcome: UInt8, CaseIterable {
    case resolved, unresolved, transferred, escalated, abandoned, deferred, contained
}

/// Why there is a contact at all.
enum CauseReason: UInt8, CaseIterable {
    case newNeed, handedOver, transferred, escalated, deferred
    case falseContainment, onlineFailure, abandonedInAutomation, abandonedInQueue
    case unresolved, backOfficeFailure, complained, message

    var name: String {
        switch self {
        case .newNeed: ""
        case .handedOver: "handed-over"
        case .transferred: "transferred"
        case .escalated: "escalated"
        case .deferred: "deferred"
        case .falseContainment: "false-containment"
        case .onlineFailure: "online-failure"
        case .abandonedInAutomation: "abandoned-in-automation"
        case .abandonedInQueue: "abandoned-in-queue"
        case .unresolved: "unresolved"
        case .backOfficeFailure: "back-office-failure"
        case .complained: "complained"
        case .message: "message"
        }
    }
}

/// How an issue ended.
enum IssueEnding: UInt8, CaseIterable {
    case open, resolved, recovered, gaveUp, prevented

    var name: String {
        switch self {
        case .open: "open"
        case .resolved: "resolved"
        case .recovered: "recovered"
        case .gaveUp: "gave-up"
        case .prevented: "prevented"
        }
    }
}

/// What is wrong with an exported row; one fault at most, beside an unknown customer.
package enum RowFault: UInt8, CaseIterable, Sendable {
    case none, duplicate, negativeDuration, clockSlip, missingOutcome, malformed, late

    package var name: String {
        switch self {
        case .none: "none"
        case .duplicate: "duplicate"
        case .negativeDuration: "negative-duration"
        case .clockSlip: "clock-slip"
        case .missingOutcome: "missing-outcome"
        case .malformed: "malformed"
        case .late: "late"
        }
    }
}
