// The words of the exchange format, in the order in which they are written. docs/exchange.md
// explains each; changing one makes older exports unreadable.

import Events

enum CloudEventNames {
    static let specificationVersion = "1.0"
    static let contentType = "application/json"
    /// Before the name of an event's kind. Not a host's name turned around, as the specification
    /// would like: a kind means the same whoever exports it, and no host stands behind it.
    static let typePrefix = "downstream."
    /// The type of the line that says what an export holds.
    static let logType = "downstream.log"
    /// Before the name of an event's source, and before a log's identity.
    static let sourcePrefix = "/sources/"
    static let logPrefix = "/logs/"

    /// What a line consists of; the raw value is the number among ``envelope``.
    enum Envelope: Int {
        case specversion, id, source, type, time, subject, sequence, recordedtime
        case datacontenttype, data
    }

    static let envelope = MemberNames([
        "specversion", "id", "source", "type", "time", "subject", "sequence", "recordedtime",
        "datacontenttype", "data",
    ])

    enum Data: Int {
        case atMicroseconds, offsetMinutes, recordedAtMicroseconds, issue, interaction, money
        case attributes, personal
    }

    static let data = MemberNames([
        "at_microseconds", "offset_minutes", "recorded_at_microseconds", "issue", "interaction",
        "money_thousandths", "attributes", "personal",
    ])

    enum Detail: Int {
        case channel, modality, direction, intent, segment, actor, team, tier, agent, outcome
        case transferTarget, automation, wait, talk, hold, wrapUp, ended, endedMicroseconds
    }

    static let detail = MemberNames([
        "channel", "modality", "direction", "intent", "segment", "actor", "team", "tier", "agent",
        "outcome", "transfer_target", "automation_microseconds", "wait_microseconds",
        "talk_microseconds", "hold_microseconds", "wrap_up_microseconds", "ended",
        "ended_microseconds",
    ])

    enum Value: Int {
        case name, text, integer, number, flag
    }

    static let attribute = MemberNames(["name", "text", "integer", "number", "flag"])

    enum Sealed: Int {
        case name, sealed
    }

    static let personal = MemberNames(["name", "sealed"])

    enum Range: Int {
        case format, from, through, head, headHash, coversFrom, coversTo
    }

    static let range = MemberNames([
        "format", "from", "through", "head", "head_hash", "covers_from", "covers_to",
    ])

    /// What every line must have: a bit for each of ``envelope``.
    static let needed: UInt32 = 0b11_0000_1111

    /// Kinds by their names: a case's name is made by reflection, which is slow.
    static let kinds = WordTable(
        EventKind.allCases.map { ($0.name, UInt32($0.rawValue)) })
    static let directions = WordTable(
        Direction.allCases.map { ($0.name, UInt32($0.rawValue)) })
    static let actors = WordTable(ActorKind.allCases.map { ($0.name, UInt32($0.rawValue)) })
    static let outcomes = WordTable(Outcome.allCases.map { ($0.name, UInt32($0.rawValue)) })
}
