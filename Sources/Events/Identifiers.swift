// Every identifier is a type of its own, so that an intent can never be passed for a team.
// After the gate all of them are dense integers: a symbol of the log's dictionary.

/// A dense number that stands for an interned string; see ``Interner``.
///
/// Zero is "no string": unknown, or not stated by the source.
package struct Symbol: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static let none = Symbol(0)

    package var isNone: Bool { rawValue == 0 }

    package static func < (left: Symbol, right: Symbol) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What the typed identifiers have in common: one symbol, none meaning "not known".
package protocol SymbolIdentifier: Hashable, Sendable {
    var symbol: Symbol { get }
    init(_ symbol: Symbol)
}

extension SymbolIdentifier {
    package static var unknown: Self { Self(.none) }
    package var isKnown: Bool { !symbol.isNone }
}

/// The system and feed that reported an event; event ids are unique within it.
package struct SourceID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// A customer, as the source names them.
package struct CustomerID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// A need of a customer, where the source itself names it (a case or ticket number).
package struct IssueID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// What the customer wanted.
package struct IntentID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// The channel a contact came in by (telephone, chat, e-mail, web, ...).
package struct ChannelID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// The line of business, team or cost centre that did the work.
package struct TeamID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// A person at work, by pseudonym.
package struct AgentID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// The customer segment a source states.
package struct SegmentID: SymbolIdentifier {
    package let symbol: Symbol
    package init(_ symbol: Symbol) { self.symbol = symbol }
}

/// The place of an event in the log: gapless, from 1, never reused. Zero is "before the first".
package struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }

    package static let beforeFirst = LogPosition(0)

    package var next: LogPosition { LogPosition(rawValue + 1) }

    package var description: String { String(rawValue) }

    package static func < (left: LogPosition, right: LogPosition) -> Bool {
        left.rawValue < right.rawValue
    }
}
