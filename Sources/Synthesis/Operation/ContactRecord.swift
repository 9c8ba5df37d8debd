// What the operation notes of a contact while it happens: everything that an export or the truth
// shows of it, in plain numbers. Texts are made of it later, on any thread.

/// One record of one system.
struct ContactRecord {
    /// The issue's number and the touch's, in one word; never zero.
    var key: UInt64 = 0
    /// Zero where nothing caused it.
    var causeKey: UInt64 = 0
    var customer: Int32 = 0
    var start: Int32 = 0
    var automation: Int32 = 0
    var wait: Int32 = 0
    var talk: Int32 = 0
    var hold: Int32 = 0
    var wrap: Int32 = 0
    /// Seconds of the handle that a lost context added.
    var penalty: Int32 = 0
    /// -1 for none.
    var agent: Int32 = -1
    /// A score, pence or steps, as the file has it.
    var amount: Int32 = 0
    var file: ExportFile = .telephone
    var causeFile: ExportFile = .telephone
    var reason: CauseReason = .newNeed
    var intent: OperationIntent = .other
    var segment: OperationSegment = .mainstream
    var outcome: ContactOutcome = .unresolved
    /// What the file says, where it differs from what happened.
    var recorded: ContactOutcome = .unresolved
    var team: ServiceTeam = .voice
    var target: ServiceTeam = .voice
    var fault: RowFault = .none
    var isCustomerUnknown = false
    var isContextLost = false
    var isMet = false
    var isStep = false
    var isOutbound = false
    /// Random words, as the chance terms of the truth.
    var endChance: UInt32 = 0
    var resolutionChance: UInt32 = 0
    var durationChance: UInt32 = 0
    var patienceChance: UInt32 = 0
    var afterChance: UInt32 = 0
    var delayChance: UInt32 = 0

    var end: Int { Int(start + automation + wait + talk + hold + wrap) }
    var issue: UInt32 { UInt32(truncatingIfNeeded: key >> 6) }
    var touch: UInt8 { UInt8(truncatingIfNeeded: key & 63) }

    static func key(_ issue: UInt32, _ touch: UInt8) -> UInt64 {
        UInt64(issue) << 6 | UInt64(touch)
    }
}

/// What the truth says of an issue.
struct IssueRecord {
    var number: UInt32
    var customer: Int32
    var intent: OperationIntent
    var segment: OperationSegment
    var difficultyChance: UInt32
    var channelChance: UInt32
    var leavingChance: UInt32
    var automationChance: UInt32
    var channel: EntryChannel
    var begun: Int32
    /// -1 while it is open.
    var ended: Int32
    var records: Int32
    var ending: IssueEnding
    var isInScope: Bool
    var isLeaving: Bool
}

/// One planned shift of one agent.
struct Shift {
    var start: Int32
    var end: Int32
    var agent: Int32
    var team: ServiceTeam
    var isSick: Bool
}

/// An issue while it is open.
struct IssueState {
    enum Stage: UInt8 {
        case free, coming, automated, waiting, serving, leaving
    }

    var number: UInt32 = 0
    var customer: Int32 = 0
    var intent: OperationIntent = .other
    var segment: OperationSegment = .mainstream
    var difficulty: UInt8 = 0
    var isVulnerable = false
    var stage: Stage = .free
    var channel: EntryChannel = .phone
    /// The number that the next record gets.
    var touch: UInt8 = 0
    /// Records so far.
    var records: UInt8 = 0
    /// Contacts that the customer made, after the first.
    var returns: UInt8 = 0
    var wasTransferred = false
    var isContextLost = false
    var isStepPending = false
    var isInScope = false
    var reason: CauseReason = .newNeed
    var causeFile: ExportFile = .telephone
    var causeKey: UInt64 = 0
    var begun: Int32 = 0
    var deadline: Int32 = 0
    var difficultyChance: UInt32 = 0
    var channelChance: UInt32 = 0
    var leavingChance: UInt32 = 0
    var automationChance: UInt32 = 0
    var firstChannel: EntryChannel = .phone
    /// The record being made.
    var current = ContactRecord()
}
