// The parts of a mapping, as values: which column, and what becomes of what it holds. They are
// data; `CompiledMapping` binds them to the columns of one file.

import Events

/// A column by its name, and where the mapping names it.
struct ColumnReference: Sendable {
    var name: String
    /// Of the mapping file.
    var path: String
    var line: Int?
    var column: Int?
}

/// What a rule's result has to be.
enum ResultKind: Sendable {
    case text, eventKind, outcome, actor, direction

    /// The names that may be written; empty where any text may.
    var names: [String] {
        switch self {
        case .text: []
        case .eventKind: EventKind.allCases.map(\.name)
        case .outcome: Outcome.allCases.map(\.name)
        case .actor: ActorKind.allCases.map(\.name)
        case .direction: Direction.allCases.map(\.name)
        }
    }

    /// The raw value of a name; `nil` where it is none, and for texts.
    func code(of name: String) -> UInt32? {
        switch self {
        case .text: nil
        case .eventKind: EventKind(name: name).map { UInt32($0.rawValue) }
        case .outcome: Outcome(name: name).map { UInt32($0.rawValue) }
        case .actor: ActorKind(name: name).map { UInt32($0.rawValue) }
        case .direction: Direction(name: name).map { UInt32($0.rawValue) }
        }
    }
}

/// A test on one column.
struct ColumnCondition: Sendable {
    enum Test: Sendable {
        case oneOf([String])
        case noneOf([String])
        /// `*` and `?` are wildcards.
        case like(String)
        /// In millionths of the column's unit.
        case above(Int64)
        case below(Int64)
    }

    var column: ColumnReference
    var test: Test
}

/// One of several cases: its result holds where every condition does.
struct ConditionalCase: Sendable {
    var conditions: [ColumnCondition]
    var result: String
}

/// What is made of a text before it is used, so that one customer has one id in all sources.
struct TextTransform: Sendable {
    enum Step: Sendable {
        case lowercase
        /// Only the digits stay.
        case digits
        /// Only ASCII letters and digits stay.
        case alphanumeric
        case withoutLeadingZeros
    }

    /// Taken away where the text begins with it, before everything else.
    var removedPrefix = ""
    var steps: [Step] = []
    /// In UTF-8 bytes, after the steps; a text of another length is not trusted.
    var trustedLengths: ClosedRange<Int>?
    /// Another text for each of those that a table has; others stay unknown, or become `otherwise`.
    var table: [String: String]?
    var otherwise: String?
    /// Put before what came of it.
    var prefix = ""

    var isIdentity: Bool {
        removedPrefix.isEmpty && steps.isEmpty && trustedLengths == nil && table == nil
            && prefix.isEmpty
    }
}

/// How one field of an event comes about.
struct ValueRule: Sendable {
    indirect enum Form: Sendable {
        case constant(String)
        /// The column's own text.
        case column(ColumnReference)
        /// The column's text, translated.
        case values(ColumnReference, [(text: String, result: String)], otherwise: String?)
        /// The first case that holds.
        case cases([ConditionalCase], otherwise: String?)
        /// The first of several that is known.
        case firstOf([ValueRule])
    }

    /// The event's field, as `interaction.team`.
    var target: String
    var kind: ResultKind
    var form: Form
    /// Values of the column that mean "not known"; `*` and `?` are wildcards.
    var unknown: [String] = []
    var transform = TextTransform()
    /// Whether the value identifies a person: it becomes a pseudonym, and is kept sealed.
    var isPersonal = false
}

/// A part of an event's id.
enum KeyPart: Sendable {
    case column(ColumnReference)
    case text(String)
}

/// A length of time.
struct DurationRule: Sendable {
    enum Form: Sendable {
        case number(ColumnReference, unitMicroseconds: Int64)
        /// `h:mm:ss`
        case clock(ColumnReference)
        /// `PT5M30S`
        case iso(ColumnReference)
        case between(MomentRule, MomentRule)
    }

    var target: String
    var form: Form
}

/// An amount of money in a column.
struct MoneyRule: Sendable {
    var column: ColumnReference
    /// Thousandths of a minor unit in one of the column's.
    var thousandthsPerUnit: Int64
}

/// The moment at which something happened.
struct MomentRule: Sendable {
    enum Form: Sendable {
        case dateAndClock(date: ColumnReference, format: MomentPattern, clock: ColumnReference)
        /// ISO 8601, with or without an offset.
        case iso(ColumnReference)
        case pattern(ColumnReference, MomentPattern)
        /// Time since 1970-01-01T00:00:00Z.
        case epoch(ColumnReference, unitMicroseconds: Int64)
    }

    var target: String
    var form: Form
    /// Where its clock is in another zone than the mapping's.
    var zone: ZoneTable?
}

/// When a contact ended, by the first of several clocks that shows a time.
struct EndRule: Sendable {
    struct Candidate: Sendable {
        var clock: ColumnReference
        /// What the clock shows where it shows nothing.
        var absent: String?
        /// How long that part took. A clock that shows the absent text all the same counts
        /// where this is positive; nothing is concluded where it is negative.
        var duration: ColumnReference?
    }

    enum Form: Sendable {
        case clocks([Candidate], pastMidnightWithin: TimeSpan)
        case moment(MomentRule)
    }

    var form: Form
}

/// An extra value that no field of its own exists for.
struct AttributeRule: Sendable {
    enum Kind: Sendable {
        case text, integer, number, flag
    }

    var name: String
    var column: ColumnReference
    var kind: Kind
    var unknown: [String]
}

/// A personal value that is only kept sealed.
struct PersonalRule: Sendable {
    var name: String
    var column: ColumnReference
    var unknown: [String]
}

/// Records that are left out, and why.
struct LeaveOutRule: Sendable {
    var conditions: [ColumnCondition]
    var reason: String
}

/// The rules of an event's own fields.
struct EventRules: Sendable {
    /// Joined by a slash; unique together within the source.
    var id: [KeyPart]
    var kind: ValueRule
    var time: MomentRule
    var customer: ValueRule?
    var issue: ValueRule?
    var money: MoneyRule?
    var attributes: [AttributeRule]
    var personal: [PersonalRule]
}

/// The rules of the fields of an interaction.
struct InteractionRules: Sendable {
    /// The kinds of event that are interactions.
    var kinds: [EventKind]
    var channel: ValueRule?
    var modality: ValueRule?
    var direction: ValueRule?
    var intent: ValueRule?
    var segment: ValueRule?
    var actor: ValueRule?
    var team: ValueRule?
    var tier: ValueRule?
    var agent: ValueRule?
    var outcome: ValueRule?
    var transferTarget: ValueRule?
    var automation: DurationRule?
    var wait: DurationRule?
    var talk: DurationRule?
    var hold: DurationRule?
    var wrapUp: DurationRule?
    var ended: EndRule?
}

/// One event that a record may become, and when it does.
struct EventTemplate: Sendable {
    /// All of them have to hold.
    var conditions: [ColumnCondition]
    var event: EventRules
    var interaction: InteractionRules
}
