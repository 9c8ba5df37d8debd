// The events that the log is measured with, the same ones that the programs in tools/peers make:
// about 96 bytes each where written row by row, keys in no order, half a million customers. The
// README there defines them.

package import Events

/// Makes the events of the workload, any range of them, by field.
package struct LogWorkload: Sendable {
    package let customers: Int
    /// Every name that an event uses.
    package let interner: Interner

    private static let channels = 6
    private static let intents = 40
    private static let segments = 4
    private static let teams = 30
    private static let agents = 2_000

    package init(customers: Int) {
        self.customers = customers
        var names = Interner()
        _ = names.intern("bench")
        _ = names.intern("ref")
        for index in 0..<LogWorkload.channels { _ = names.intern("channel\(index)") }
        for index in 0..<LogWorkload.intents { _ = names.intern("intent" + padded(index, 2)) }
        for index in 0..<LogWorkload.segments { _ = names.intern("segment\(index)") }
        for index in 0..<LogWorkload.teams { _ = names.intern("team" + padded(index, 2)) }
        for index in 0..<LogWorkload.agents { _ = names.intern("agent" + padded(index, 4)) }
        for index in 0..<customers { _ = names.intern("c" + padded(index, 7)) }
        interner = names
    }

    private static let firstChannel: UInt32 = 3
    private static let firstIntent = firstChannel + UInt32(channels)
    private static let firstSegment = firstIntent + UInt32(intents)
    private static let firstTeam = firstSegment + UInt32(segments)
    private static let firstAgent = firstTeam + UInt32(teams)
    private static let firstCustomer = firstAgent + UInt32(agents)

    /// Fills `columns` with the events of a range.
    package func fill(_ columns: inout EventColumns, _ range: Range<Int>, recordedAt: Instant) {
        columns.removeAll()
        for index in range {
            let event = UInt64(index)
            func draw(_ stream: UInt64, below limit: Int) -> UInt32 {
                UInt32(LogWorkload.mix(event, stream) % UInt64(limit))
            }
            func symbol(_ column: CodeColumn, _ first: UInt32, _ stream: UInt64, _ count: Int) {
                columns.codes[column.rawValue].append(first + draw(stream, below: count))
            }
            func seconds(_ column: NumberColumn, _ stream: UInt64, _ limit: Int) {
                let value = Int64(draw(stream, below: limit)) * 1_000_000
                columns.numbers[column.rawValue].append(value)
            }
            symbol(.customer, LogWorkload.firstCustomer, 1, customers)
            symbol(.channel, LogWorkload.firstChannel, 3, LogWorkload.channels)
            symbol(.intent, LogWorkload.firstIntent, 4, LogWorkload.intents)
            symbol(.segment, LogWorkload.firstSegment, 5, LogWorkload.segments)
            symbol(.team, LogWorkload.firstTeam, 6, LogWorkload.teams)
            symbol(.agent, LogWorkload.firstAgent, 7, LogWorkload.agents)
            symbol(.outcome, 0, 8, 8)
            symbol(.direction, 0, 9, 3)
            symbol(.actor, 0, 10, 6)
            seconds(.wait, 11, 600)
            seconds(.talk, 12, 900)
            seconds(.wrapUp, 13, 120)
            columns[.money].append(Int64(draw(14, below: 5_000)) * 1_000)
            columns[.at].append(
                1_767_225_600_000_000 + Int64(index) * 777_000
                    + Int64(draw(2, below: 60_000)) * 1_000)
            appendTexts(event, &columns)
        }
        fillConstants(&columns, range.count, recordedAt)
    }

    private func appendTexts(_ event: UInt64, _ columns: inout EventColumns) {
        columns[.key].bytes.append(UInt8(ascii: "e"))
        LogWorkload.appendHex(LogWorkload.scatter(event), 12, &columns[.key].bytes)
        columns[.key].ends.append(UInt32(columns[.key].bytes.count))
        // One attribute: its name's symbol, "text", and ten digits.
        columns[.attributes].bytes.append(contentsOf: [1, 2, 0, 10])
        LogWorkload.appendHex(LogWorkload.mix(event, 15), 10, &columns[.attributes].bytes)
        columns[.attributes].ends.append(UInt32(columns[.attributes].bytes.count))
    }

    private func fillConstants(
        _ columns: inout EventColumns, _ count: Int, _ recordedAt: Instant
    ) {
        let present =
            Presence.interaction | Presence.money | Presence.wait | Presence.talk
            | Presence.wrapUp
        for (column, value) in [
            (CodeColumn.kind, UInt32(EventKind.contact.rawValue)), (.source, 1), (.issue, 0),
            (.modality, 0), (.tier, 0), (.transferTarget, 0), (.presence, present),
        ] { columns[column] = [UInt32](repeating: value, count: count) }
        for (column, value) in [
            (NumberColumn.recordedAt, recordedAt.microseconds), (.offsetMinutes, 0),
            (.automation, 0), (.hold, 0), (.ended, 0),
        ] { columns[column] = [Int64](repeating: value, count: count) }
        columns[.personal].ends = [UInt32](repeating: 0, count: count)
    }

    private static func appendHex(_ value: UInt64, _ digits: Int, _ bytes: inout [UInt8]) {
        var shift = UInt64(digits * 4)
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            bytes.append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014) of an event's number and a stream's.
    static func mix(_ event: UInt64, _ stream: UInt64) -> UInt64 {
        var word = 16 * event + stream + 0x9e37_79b9_7f4a_7c15
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A bijection on 48 bits: keys differ and are in no order.
    static func scatter(_ event: UInt64) -> UInt64 {
        let mask: UInt64 = (1 << 48) - 1
        var word = event &* 0x9e37_79b9_7f4b & mask
        word ^= word >> 24
        word = word &* 0xbf58_476d_1ce5 & mask
        return word ^ (word >> 24)
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
