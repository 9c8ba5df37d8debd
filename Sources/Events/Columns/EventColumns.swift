// Many events side by side, one array a field. The log stores them so, and whoever works on all of
// them reads only the fields that matter; single events are taken out as ``Event``.

/// The fields that are symbols or small codes.
///
/// Raw values are the order of ``EventColumns/codes`` and part of the stored format: never change
/// or reuse one.
package enum CodeColumn: Int, CaseIterable, Sendable {
    case kind, source, customer, issue, channel, modality, direction, intent, segment, actor
    case team, tier, agent, outcome, transferTarget
    /// A bit for each optional field that is there; see ``Presence``.
    case presence

    /// Whether the values are symbols of a dictionary.
    package var isSymbol: Bool {
        switch self {
        case .kind, .direction, .actor, .outcome, .presence: false
        default: true
        }
    }
}

/// The fields that are numbers. Raw values as in ``CodeColumn``. What an event does not have is
/// zero.
package enum NumberColumn: Int, CaseIterable, Sendable {
    /// Microseconds.
    case at, recordedAt
    /// Minutes east of UTC.
    case offsetMinutes
    /// Thousandths of a minor unit.
    case money
    /// Microseconds.
    case automation, wait, talk, hold, wrapUp
    /// Microseconds after ``at``, so that it is small.
    case ended
}

/// The fields that are strings of bytes. Raw values as in ``CodeColumn``.
package enum BytesColumn: Int, CaseIterable, Sendable {
    /// UTF-8.
    case key
    /// As ``EventCodec`` writes attributes, and personal fields; empty where there are none.
    case attributes, personal
}

/// Bits of ``CodeColumn/presence``.
package enum Presence {
    package static let automation: UInt32 = 1
    package static let wait: UInt32 = 2
    package static let talk: UInt32 = 4
    package static let hold: UInt32 = 8
    package static let wrapUp: UInt32 = 16
    package static let ended: UInt32 = 32
    package static let interaction: UInt32 = 64
    package static let money: UInt32 = 128
    package static let all: UInt32 = 255
}

/// Strings of bytes one behind the other.
package struct PackedBytes: Hashable, Sendable {
    package var bytes: [UInt8] = []
    /// Where each string ends; it begins where the one before ends.
    package var ends: [UInt32] = []

    package init() {}

    package var count: Int { ends.count }

    package func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    package mutating func append(_ more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
        ends.append(UInt32(bytes.count))
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}

/// Events by field. All arrays are of one length.
package struct EventColumns: Hashable, Sendable {
    package var codes: [[UInt32]]
    package var numbers: [[Int64]]
    package var bytes: [PackedBytes]

    package init() {
        codes = Array(repeating: [], count: CodeColumn.allCases.count)
        numbers = Array(repeating: [], count: NumberColumn.allCases.count)
        bytes = Array(repeating: PackedBytes(), count: BytesColumn.allCases.count)
    }

    package var count: Int { codes[0].count }

    package subscript(column: CodeColumn) -> [UInt32] {
        get { codes[column.rawValue] }
        _modify { yield &codes[column.rawValue] }
    }

    package subscript(column: NumberColumn) -> [Int64] {
        get { numbers[column.rawValue] }
        _modify { yield &numbers[column.rawValue] }
    }

    package subscript(column: BytesColumn) -> PackedBytes {
        get { bytes[column.rawValue] }
        _modify { yield &bytes[column.rawValue] }
    }

    /// Empties the arrays and keeps their room.
    package mutating func removeAll() {
        for index in codes.indices { codes[index].removeAll(keepingCapacity: true) }
        for index in numbers.indices { numbers[index].removeAll(keepingCapacity: true) }
        for index in bytes.indices { bytes[index].removeAll() }
    }
}

// MARK: - Events in and out

extension EventColumns {
    package mutating func append(_ recorded: RecordedEvent) {
        append(recorded.event, recordedAt: recorded.recordedAt)
    }

    package mutating func append(_ event: Event, recordedAt: Instant) {
        self[.kind].append(UInt32(event.kind.rawValue))
        self[.source].append(event.source.symbol.rawValue)
        self[.customer].append(event.customer.symbol.rawValue)
        self[.issue].append(event.issue.symbol.rawValue)
        self[.at].append(event.at.microseconds)
        self[.recordedAt].append(recordedAt.microseconds)
        self[.offsetMinutes].append(Int64(event.offsetMinutes))
        self[.money].append(event.money?.thousandths ?? 0)
        var presence: UInt32 = event.money == nil ? 0 : Presence.money
        if let interaction = event.interaction {
            presence |= Presence.interaction
            append(interaction, at: event.at, &presence)
        } else {
            append(Interaction(), at: event.at, &presence)
        }
        self[.presence].append(presence)
        self[.key].append(event.key.utf8)
        self[.attributes].append(EventCodec.bytes(of: event.attributes))
        self[.personal].append(EventCodec.bytes(of: event.personal))
    }

    private mutating func append(
        _ interaction: Interaction, at: Instant, _ presence: inout UInt32
    ) {
        self[.channel].append(interaction.channel.symbol.rawValue)
        self[.modality].append(interaction.modality.rawValue)
        self[.direction].append(UInt32(interaction.direction.rawValue))
        self[.intent].append(interaction.intent.symbol.rawValue)
        self[.segment].append(interaction.segment.symbol.rawValue)
        self[.actor].append(UInt32(interaction.actor.rawValue))
        self[.team].append(interaction.team.symbol.rawValue)
        self[.tier].append(interaction.tier.rawValue)
        self[.agent].append(interaction.agent.symbol.rawValue)
        self[.outcome].append(UInt32(interaction.outcome.rawValue))
        self[.transferTarget].append(interaction.transferTarget.symbol.rawValue)
        append(interaction.automation, .automation, Presence.automation, &presence)
        append(interaction.wait, .wait, Presence.wait, &presence)
        append(interaction.talk, .talk, Presence.talk, &presence)
        append(interaction.hold, .hold, Presence.hold, &presence)
        append(interaction.wrapUp, .wrapUp, Presence.wrapUp, &presence)
        if let ended = interaction.ended {
            presence |= Presence.ended
            self[.ended].append(ended.microseconds &- at.microseconds)
        } else {
            self[.ended].append(0)
        }
    }

    private mutating func append(
        _ span: TimeSpan?, _ column: NumberColumn, _ bit: UInt32, _ presence: inout UInt32
    ) {
        if span != nil { presence |= bit }
        self[column].append(span?.microseconds ?? 0)
    }

    /// The event in one row.
    /// - Throws: where the row holds a code that stands for nothing, as damaged bytes do.
    package func event(_ row: Int) throws(EventFormatError) -> Event {
        func code(_ column: CodeColumn) -> UInt32 { codes[column.rawValue][row] }
        func number(_ column: NumberColumn) -> Int64 { numbers[column.rawValue][row] }
        guard let raw = UInt16(exactly: code(.kind)), let kind = EventKind(rawValue: raw) else {
            throw .unknownCode(field: "kind", value: UInt64(code(.kind)))
        }
        guard let offset = Int16(exactly: number(.offsetMinutes)) else {
            throw .unknownCode(
                field: "offset", value: UInt64(bitPattern: number(.offsetMinutes)))
        }
        let keys = bytes[BytesColumn.key.rawValue]
        let keyRange = keys.range(row)
        guard let key = String(validating: keys.bytes[keyRange], as: UTF8.self) else {
            throw .invalidText(at: keyRange.lowerBound)
        }
        let at = Instant(microseconds: number(.at))
        var event = Event(
            kind: kind, source: SourceID(Symbol(code(.source))), key: key, at: at,
            offsetMinutes: offset)
        event.customer = CustomerID(Symbol(code(.customer)))
        event.issue = IssueID(Symbol(code(.issue)))
        let presence = code(.presence)
        guard presence <= Presence.all else {
            throw .unknownCode(field: "presence", value: UInt64(presence))
        }
        if presence & Presence.money != 0 { event.money = Money(thousandths: number(.money)) }
        if presence & Presence.interaction != 0 { event.interaction = try interaction(row) }
        let attributes = bytes[BytesColumn.attributes.rawValue]
        if !attributes.range(row).isEmpty {
            let span = attributes.bytes.span.extracting(attributes.range(row))
            event.attributes = try EventCodec.attributes(span)
        }
        let personal = bytes[BytesColumn.personal.rawValue]
        if !personal.range(row).isEmpty {
            let span = personal.bytes.span.extracting(personal.range(row))
            event.personal = try EventCodec.personalFields(span)
        }
        return event
    }

    package func recordedAt(_ row: Int) -> Instant {
        Instant(microseconds: numbers[NumberColumn.recordedAt.rawValue][row])
    }

    private func interaction(_ row: Int) throws(EventFormatError) -> Interaction {
        func code(_ column: CodeColumn) -> UInt32 { codes[column.rawValue][row] }
        let presence = code(.presence)
        func span(_ column: NumberColumn, _ bit: UInt32) -> TimeSpan? {
            presence & bit == 0
                ? nil : TimeSpan(microseconds: numbers[column.rawValue][row])
        }
        guard let direction = UInt8(exactly: code(.direction)).flatMap(Direction.init(rawValue:)),
            let actor = UInt8(exactly: code(.actor)).flatMap(ActorKind.init(rawValue:)),
            let outcome = UInt8(exactly: code(.outcome)).flatMap(Outcome.init(rawValue:))
        else {
            throw .unknownCode(field: "interaction", value: UInt64(code(.outcome)))
        }
        var result = Interaction()
        result.channel = ChannelID(Symbol(code(.channel)))
        result.modality = Symbol(code(.modality))
        result.direction = direction
        result.intent = IntentID(Symbol(code(.intent)))
        result.segment = SegmentID(Symbol(code(.segment)))
        result.actor = actor
        result.team = TeamID(Symbol(code(.team)))
        result.tier = Symbol(code(.tier))
        result.agent = AgentID(Symbol(code(.agent)))
        result.outcome = outcome
        result.transferTarget = TeamID(Symbol(code(.transferTarget)))
        result.automation = span(.automation, Presence.automation)
        result.wait = span(.wait, Presence.wait)
        result.talk = span(.talk, Presence.talk)
        result.hold = span(.hold, Presence.hold)
        result.wrapUp = span(.wrapUp, Presence.wrapUp)
        if let ended = span(.ended, Presence.ended) {
            let at = numbers[NumberColumn.at.rawValue][row]
            result.ended = Instant(microseconds: at &+ ended.microseconds)
        }
        return result
    }
}
