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

/// How one field of an event comes about.
struct ValueRule: Sendable {
    enum Form: Sendable {
        case constant(String)
        /// The column's own text.
        case column(ColumnReference)
        /// The column's text, translated.
        case values(ColumnReference, [(text: String, result: String)], otherwise: String?)
        /// The first case that holds.
        case cases([ConditionalCase], otherwise: String?)
    }

    /// The event's field, as `interaction.team`.
    var target: String
    var kind: ResultKind
    var form: Form
    /// Values of the column that mean "not known"; `*` and `?` are wildcards.
    var unknown: [String] = []
    /// Whether the value identifies a person: it becomes a pseudonym, and is kept sealed.
    var isPersonal = false
}

/// A length of time in a column.
struct DurationRule: Sendable {
    var target: String
    var column: ColumnReference
    var unitMicroseconds: Int64
}

/// The moment at which something happened.
struct MomentRule: Sendable {
    enum Form: Sendable {
        case dateAndClock(date: ColumnReference, format: DatePattern, clock: ColumnReference)
        /// ISO 8601, with or without an offset.
        case iso(ColumnReference)
    }

    var target: String
    var form: Form
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
