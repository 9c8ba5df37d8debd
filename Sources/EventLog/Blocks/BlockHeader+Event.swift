// One event out of a block, without its neighbours: what a stream is read by.

import Events

extension BlockHeader {
    /// The event in one row.
    /// - Complexity: O(columns), and O(row) bytes where strings differ in length.
    func event(row: Int, _ bytes: Span<UInt8>) throws(BlockError) -> RecordedEvent {
        let kind: EventKind = try decoded(.kind, row, bytes) {
            UInt16(exactly: $0).flatMap(EventKind.init(rawValue:))
        }
        let source = SourceID(try symbol(.source, row, bytes))
        let at = Instant(microseconds: try number(.at, row, bytes))
        let rawOffset = try number(.offsetMinutes, row, bytes)
        guard let offset = Int16(exactly: rawOffset) else {
            throw .row(
                row, .unknownCode(field: "offset", value: UInt64(bitPattern: rawOffset)))
        }
        var event = Event(
            kind: kind, source: source, key: try text(row, bytes), at: at,
            offsetMinutes: offset)
        event.customer = CustomerID(try symbol(.customer, row, bytes))
        event.issue = IssueID(try symbol(.issue, row, bytes))
        let presence: UInt32 = try decoded(.presence, row, bytes) {
            $0 <= Presence.all ? $0 : nil
        }
        if presence & Presence.money != 0 {
            event.money = Money(thousandths: try number(.money, row, bytes))
        }
        if presence & Presence.interaction != 0 {
            event.interaction = try interaction(presence, at, row, bytes)
        }
        let attributes = try range(.attributes, row: row, bytes)
        let personal = try range(.personal, row: row, bytes)
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
            position: LogPosition(firstPosition.rawValue + UInt64(row)),
            recordedAt: Instant(microseconds: try number(.recordedAt, row, bytes)),
            event: event)
    }

    private func interaction(
        _ presence: UInt32, _ at: Instant, _ row: Int, _ bytes: Span<UInt8>
    ) throws(BlockError) -> Interaction {
        func span(_ column: NumberColumn, _ bit: UInt32) throws(BlockError) -> TimeSpan? {
            presence & bit == 0
                ? nil : TimeSpan(microseconds: try number(column, row, bytes))
        }
        var result = Interaction()
        result.channel = ChannelID(try symbol(.channel, row, bytes))
        result.modality = try symbol(.modality, row, bytes)
        result.direction = try decoded(.direction, row, bytes) {
            UInt8(exactly: $0).flatMap(Direction.init(rawValue:))
        }
        result.intent = IntentID(try symbol(.intent, row, bytes))
        result.segment = SegmentID(try symbol(.segment, row, bytes))
        result.actor = try decoded(.actor, row, bytes) {
            UInt8(exactly: $0).flatMap(ActorKind.init(rawValue:))
        }
        result.team = TeamID(try symbol(.team, row, bytes))
        result.tier = try symbol(.tier, row, bytes)
        result.agent = AgentID(try symbol(.agent, row, bytes))
        result.outcome = try decoded(.outcome, row, bytes) {
            UInt8(exactly: $0).flatMap(Outcome.init(rawValue:))
        }
        result.transferTarget = TeamID(try symbol(.transferTarget, row, bytes))
        result.automation = try span(.automation, Presence.automation)
        result.wait = try span(.wait, Presence.wait)
        result.talk = try span(.talk, Presence.talk)
        result.hold = try span(.hold, Presence.hold)
        result.wrapUp = try span(.wrapUp, Presence.wrapUp)
        if let ended = try span(.ended, Presence.ended) {
            result.ended = Instant(microseconds: at.microseconds &+ ended.microseconds)
        }
        return result
    }

    private func number(
        _ column: NumberColumn, _ row: Int, _ bytes: Span<UInt8>
    ) throws(BlockError) -> Int64 {
        try number(ColumnSlot.of(column), row: row, bytes)
    }

    private func symbol(
        _ column: CodeColumn, _ row: Int, _ bytes: Span<UInt8>
    ) throws(BlockError) -> Symbol {
        Symbol(
            UInt32(truncatingIfNeeded: try number(ColumnSlot.of(column), row: row, bytes)))
    }

    private func decoded<Value>(
        _ column: CodeColumn, _ row: Int, _ bytes: Span<UInt8>, _ make: (UInt32) -> Value?
    ) throws(BlockError) -> Value {
        let raw = try symbol(column, row, bytes).rawValue
        guard let value = make(raw) else {
            throw .row(row, .unknownCode(field: "\(column)", value: UInt64(raw)))
        }
        return value
    }

    private func text(_ row: Int, _ bytes: Span<UInt8>) throws(BlockError) -> String {
        let range = try range(.key, row: row, bytes)
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(range)))
        } catch {
            throw .row(row, .invalidText(at: range.lowerBound))
        }
    }
}

// MARK: - Fetching ahead

// The columns of one event lie in some 25 pages of a file that is larger than the processor's
// caches. Read one after the other they are waited for one after the other; so they are fetched
// together, and for several events at once, step by step, since each step tells where the next
// one's bytes are. The bytes may be anything: what is fetched in vain does no harm.

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
        for column in BytesColumn.allCases {
            let (offset, width) = BlockHeader.column(ColumnSlot.lengths(of: column), bytes)
            for place in stride(from: 0, to: row &* width, by: BlockHeader.lineSize) {
                RawBytes.prefetch(bytes, at: offset &+ place)
            }
        }
    }

    /// Fetches a row's strings, and the entries of dictionaries that it uses.
    func prefetchTargets(row: Int, _ bytes: Span<UInt8>) throws(BlockError) {
        for column in BytesColumn.allCases {
            RawBytes.prefetch(bytes, at: try range(column, row: row, bytes).lowerBound)
        }
        for slot in 0..<ColumnSlot.numberBase
        where bytes[BlockHeader.place(slot)] == ColumnEncoding.dictionary1.rawValue {
            let (offset, _) = BlockHeader.column(slot, bytes)
            guard offset &+ row < bytes.count else { continue }
            let start = offset &+ (count + 3) & ~3
            RawBytes.prefetch(bytes, at: start &+ 4 * Int(bytes[offset &+ row]))
        }
    }

    private static func place(_ slot: Int) -> Int {
        BlockFormat.directoryOffset + BlockFormat.entrySize * slot
    }

    /// Where a column begins, and the width of its integers, or of a dictionary's codes.
    private static func column(_ slot: Int, _ bytes: Span<UInt8>) -> (offset: Int, width: Int) {
        let place = place(slot)
        return (Int(RawBytes.load32(bytes, at: place + 16)), Int(bytes[place] & 0x0f))
    }
}
