// One event out of a block, without its neighbours: what a stream is read by.

import Events

/// A row's values, taken out of their columns; of strings, where they are.
struct BlockRow {
    private let header: BlockHeader
    private let row: Int
    /// By ``ColumnSlot``; zero for bytes, which are no numbers.
    private var numbers = InlineArray<32, Int64>(repeating: 0)
    private let key: Range<Int>
    private let attributes: Range<Int>
    private let personal: Range<Int>

    /// - Complexity: O(columns), and O(row) bytes where strings differ in length.
    init(_ header: BlockHeader, row: Int, _ bytes: Span<UInt8>) throws(BlockError) {
        self.header = header
        self.row = row
        // One loop over the directory: to read each column where it is needed takes twice as long.
        for slot in 0..<ColumnSlot.bytesBase {
            numbers[slot] = try header.number(slot, row: row, bytes)
        }
        key = try header.range(.key, row: row, bytes)
        attributes = try header.range(.attributes, row: row, bytes)
        personal = try header.range(.personal, row: row, bytes)
    }

    /// Fetches the strings.
    func prefetch(_ bytes: Span<UInt8>) {
        if !key.isEmpty { RawBytes.prefetch(bytes, at: key.lowerBound) }
        if !attributes.isEmpty { RawBytes.prefetch(bytes, at: attributes.lowerBound) }
        if !personal.isEmpty { RawBytes.prefetch(bytes, at: personal.lowerBound) }
    }

    func event(_ bytes: Span<UInt8>) throws(BlockError) -> RecordedEvent {
        let kind: EventKind = try decoded(.kind) {
            UInt16(exactly: $0).flatMap(EventKind.init(rawValue:))
        }
        let source = SourceID(symbol(.source))
        let at = Instant(microseconds: number(.at))
        let rawOffset = number(.offsetMinutes)
        guard let offset = Int16(exactly: rawOffset) else {
            throw .row(
                row, .unknownCode(field: "offset", value: UInt64(bitPattern: rawOffset)))
        }
        var event = Event(
            kind: kind, source: source, key: try text(bytes), at: at,
            offsetMinutes: offset)
        event.customer = CustomerID(symbol(.customer))
        event.issue = IssueID(symbol(.issue))
        let presence: UInt32 = try decoded(.presence) {
            $0 <= Presence.all ? $0 : nil
        }
        if presence & Presence.money != 0 {
            event.money = Money(thousandths: number(.money))
        }
        if presence & Presence.interaction != 0 {
            event.interaction = try interaction(presence, at)
        }
        do {
            if !attributes.isEmpty {
                event.attributes = try EventCodec.attributes(bytes.extracting(attributes))
            }
            if !personal.isEmpty {
                event.personal = try EventCodec.personalFields(bytes.extracting(personal))
            }
        } catch {
            throw .row(row, error)
        }
        return RecordedEvent(
            position: LogPosition(header.firstPosition.rawValue + UInt64(row)),
            recordedAt: Instant(microseconds: number(.recordedAt)),
            event: event)
    }

    private func interaction(
        _ presence: UInt32, _ at: Instant
    ) throws(BlockError) -> Interaction {
        func span(_ column: NumberColumn, _ bit: UInt32) -> TimeSpan? {
            presence & bit == 0 ? nil : TimeSpan(microseconds: number(column))
        }
        var result = Interaction()
        result.channel = ChannelID(symbol(.channel))
        result.modality = symbol(.modality)
        result.direction = try decoded(.direction) {
            UInt8(exactly: $0).flatMap(Direction.init(rawValue:))
        }
        result.intent = IntentID(symbol(.intent))
        result.segment = SegmentID(symbol(.segment))
        result.actor = try decoded(.actor) {
            UInt8(exactly: $0).flatMap(ActorKind.init(rawValue:))
        }
        result.team = TeamID(symbol(.team))
        result.tier = symbol(.tier)
        result.agent = AgentID(symbol(.agent))
        result.outcome = try decoded(.outcome) {
            UInt8(exactly: $0).flatMap(Outcome.init(rawValue:))
        }
        result.transferTarget = TeamID(symbol(.transferTarget))
        result.automation = span(.automation, Presence.automation)
        result.wait = span(.wait, Presence.wait)
        result.talk = span(.talk, Presence.talk)
        result.hold = span(.hold, Presence.hold)
        result.wrapUp = span(.wrapUp, Presence.wrapUp)
        if let ended = span(.ended, Presence.ended) {
            result.ended = Instant(microseconds: at.microseconds &+ ended.microseconds)
        }
        return result
    }

    private func number(_ column: NumberColumn) -> Int64 { numbers[ColumnSlot.of(column)] }

    private func symbol(_ column: CodeColumn) -> Symbol {
        Symbol(UInt32(truncatingIfNeeded: numbers[ColumnSlot.of(column)]))
    }

    private func decoded<Value>(
        _ column: CodeColumn, _ make: (UInt32) -> Value?
    ) throws(BlockError) -> Value {
        let raw = symbol(column).rawValue
        guard let value = make(raw) else {
            throw .row(row, .unknownCode(field: "\(column)", value: UInt64(raw)))
        }
        return value
    }

    private func text(_ bytes: Span<UInt8>) throws(BlockError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(key)))
        } catch {
            throw .row(row, .invalidText(at: key.lowerBound))
        }
    }
}

// MARK: - Fetching ahead

// The columns of one event lie in some 25 pages of a file that is larger than the processor's
// caches. Read one after the other they are waited for one after the other; so they are fetched
// together, and for several events at once: directories, then values, then strings, since each step
// tells where the next one's bytes are. They may be anything: what is fetched in vain does no harm.

extension BlockHeader {
    private static let lineSize = 64

    /// Fetches the header and the directory.
    static func prefetchDirectory(_ bytes: Span<UInt8>) {
        for offset in stride(from: 0, to: BlockFormat.columnsOffset, by: lineSize) {
            RawBytes.prefetch(bytes, at: offset)
        }
    }

    /// Fetches a row's values, and the strings' lengths before it.
    func prefetchValues(row: Int, _ bytes: Span<UInt8>) {
        for slot in 0..<ColumnSlot.count {
            let (offset, width) = BlockHeader.column(slot, bytes)
            if width > 0 { RawBytes.prefetch(bytes, at: offset &+ row &* width) }
        }
        for slot in stride(from: ColumnSlot.bytesBase, to: ColumnSlot.count, by: 2) {
            let (offset, width) = BlockHeader.column(slot, bytes)
            for place in stride(from: 0, to: row &* width, by: BlockHeader.lineSize) {
                RawBytes.prefetch(bytes, at: offset &+ place)
            }
        }
    }

    /// Where a column begins, and the width of its integers, or of a dictionary's codes.
    private static func column(_ slot: Int, _ bytes: Span<UInt8>) -> (offset: Int, width: Int) {
        let place = ColumnSlot.entryOffset(slot)
        return (Int(RawBytes.load32(bytes, at: place + 16)), Int(bytes[place] & 0x0f))
    }
}
