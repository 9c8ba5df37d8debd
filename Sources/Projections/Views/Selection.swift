// What a view is about: a period, a part of the operation, and the groups into which it is put.

package import Events

/// The dimension whose values are a view's rows.
package enum Grouping: String, CaseIterable, Sendable {
    /// One row for everything.
    case all
    case intent, channel, segment, team
    /// Lines of business, as the link rules name them.
    case line
    /// Local weeks, by their Mondays.
    case week
    /// Local months.
    case month
}

/// What is looked at: everything where nothing is stated.
package struct Scope: Hashable, Sendable {
    /// From this moment on.
    package var from: Instant?
    /// Up to this moment, which is not part of it.
    package var to: Instant?
    package var intent: String?
    package var channel: String?
    package var segment: String?
    package var team: String?
    /// A line of business, by its id.
    package var line: String?
    package var grouping = Grouping.all

    package init() {}
}

/// The interactions that a scope takes in, and the group of each.
///
/// A journey belongs to the group of its first interaction, and is looked at where that one is.
package struct Selection: Sendable {
    /// By group: its name, in order.
    package let names: [String]
    /// By index of interaction: its group, or -1 where the scope leaves it out.
    package let group: [Int32]

    /// - Parameter lines: the lines of business by which intents are grouped and chosen; without
    ///   any, all are of the unknown one.
    package init(_ table: ContactTable, scope: Scope, lines: IntentLines = IntentLines()) {
        let keys = Selection.keys(table, grouping: scope.grouping, lines)
        let filter = ScopeFilter(scope, names: table.dictionary, lines: lines)
        var group = [Int32](repeating: -1, count: table.contacts.count)
        var seen: Set<Int64> = []
        for (index, contact) in table.contacts.enumerated() where filter.takes(contact) {
            seen.insert(keys[index])
        }
        let named = seen.map { (key: $0, name: Selection.name($0, scope.grouping, table, lines)) }
            .sorted { ($0.name, $0.key) < ($1.name, $1.key) }
        let places = Dictionary(
            uniqueKeysWithValues: named.enumerated().map { ($1.key, Int32($0)) })
        var latest: (key: Int64, place: Int32) = (.min, -1)
        for (index, contact) in table.contacts.enumerated() where filter.takes(contact) {
            if keys[index] != latest.key {
                latest = (keys[index], places[keys[index]] ?? -1)
            }
            group[index] = latest.place
        }
        names = named.map(\.name)
        self.group = group
    }

    package var count: Int { names.count }

    private init(names: [String], group: [Int32]) {
        self.names = names
        self.group = group
    }

    /// Without the interactions, by index, that `isTaken` does not take.
    package func narrowed(_ isTaken: (Int) -> Bool) -> Selection {
        Selection(
            names: names, group: group.indices.map { isTaken($0) ? group[$0] : -1 })
    }

    /// The group of an interaction; `nil` where it is left out.
    @inline(__always)
    func group(of index: Int) -> Int? {
        let group = group[index]
        return group < 0 ? nil : Int(group)
    }

    private static func keys(
        _ table: ContactTable, grouping: Grouping, _ lines: IntentLines
    ) -> [Int64] {
        switch grouping {
        case .all: [Int64](repeating: 0, count: table.contacts.count)
        case .intent: table.contacts.map { Int64($0.intent.symbol.rawValue) }
        case .channel: table.contacts.map { Int64($0.channel.symbol.rawValue) }
        case .segment: table.contacts.map { Int64($0.segment.symbol.rawValue) }
        case .team: table.contacts.map { Int64($0.team.symbol.rawValue) }
        case .line: table.contacts.map { Int64(lines.line(of: $0.intent)) }
        case .week: table.contacts.map { Int64($0.localDay - $0.localWeekday) }
        case .month:
            table.contacts.map { contact in
                let date = CivilDate(dayNumber: contact.localDay)
                return Int64(date.year * 12 + date.month - 1)
            }
        }
    }

    private static func name(
        _ key: Int64, _ grouping: Grouping, _ table: ContactTable, _ lines: IntentLines
    ) -> String {
        switch grouping {
        case .all: return "all"
        case .week: return "\(CivilDate(dayNumber: Int(key)))"
        case .line: return key < 0 ? IntentLines.unknownName : lines.names[Int(key)]
        case .month:
            return zeroPadded(Int(key) / 12, width: 4) + "-"
                + zeroPadded(Int(key) % 12 + 1, width: 2)
        case .intent, .channel, .segment, .team:
            return key == 0 ? "unknown" : table.dictionary.string(Symbol(UInt32(key)))
        }
    }
}

extension Contact {
    /// Days since 1970 of its own local date.
    package var localDay: Int {
        at.local(offsetMinutes: Int(offsetMinutes)).date.dayNumber
    }

    /// Days since Monday of its own local date.
    var localWeekday: Int { CivilDate(dayNumber: localDay).weekday }
}

/// A scope by symbols.
struct ScopeFilter {
    private let from: Instant
    private let to: Instant
    private let intent: UInt32?
    private let channel: UInt32?
    private let segment: UInt32?
    private let team: UInt32?
    /// A place among the lines, -1 for intents of none, -2 for a line that there is not.
    private let line: Int?
    private let lines: IntentLines

    init(_ scope: Scope, names: Interner, lines: IntentLines) {
        /// A name that the log does not hold is one that no interaction has.
        func symbol(_ name: String?) -> UInt32? {
            name.map { $0 == "unknown" ? 0 : names.symbol(of: $0)?.rawValue ?? .max }
        }
        from = scope.from ?? Instant(microseconds: .min)
        to = scope.to ?? Instant(microseconds: .max)
        intent = symbol(scope.intent)
        channel = symbol(scope.channel)
        segment = symbol(scope.segment)
        team = symbol(scope.team)
        line = scope.line.map { name in
            name == IntentLines.unknownName ? -1 : lines.names.firstIndex(of: name) ?? -2
        }
        self.lines = lines
    }

    @inline(__always)
    func takes(_ contact: Contact) -> Bool {
        guard contact.at >= from, contact.at < to else { return false }
        if let intent, contact.intent.symbol.rawValue != intent { return false }
        if let channel, contact.channel.symbol.rawValue != channel { return false }
        if let segment, contact.segment.symbol.rawValue != segment { return false }
        if let team, contact.team.symbol.rawValue != team { return false }
        if let line, lines.line(of: contact.intent) != line { return false }
        return true
    }
}
