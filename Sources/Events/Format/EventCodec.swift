// The stored bytes of one event, version 1. Little-endian base-128 integers throughout, so that
// small symbols take one byte; signed values are zigzag-coded. Field order is fixed; a bit mask
// says which optional fields follow.
//
//   version u8 = 1 | kind | source | key (length, bytes) | at (zigzag) | offset (zigzag)
//   | customer | issue | flags u8 (1 interaction, 2 money)
//   | [interaction] | [money (zigzag)] | attribute count, attributes | personal count, fields
//   interaction: channel modality direction intent segment actor team tier agent outcome
//   transferTarget | mask u8 of automation wait talk hold wrapUp ended | those present
//   attribute: name | type u8 (0 text, 1 integer, 2 number, 3 flag) | value
//   personal: name | length | bytes

/// Why stored bytes are not an event.
package enum EventFormatError: Error, Hashable {
    case truncated(at: Int)
    case unsupportedVersion(UInt8)
    case unknownCode(field: String, value: UInt64)
    case invalidText(at: Int)
    case integerTooLong(at: Int)
    case trailingBytes(count: Int)
}

package enum EventCodec {
    package static let version: UInt8 = 1

    /// Appends the bytes of `event` to `bytes`.
    package static func encode(_ event: Event, into bytes: inout [UInt8]) {
        var writer = ByteWriter(bytes: bytes)
        bytes = []
        writer.byte(version)
        writer.unsigned(UInt64(event.kind.rawValue))
        writer.symbol(event.source.symbol)
        writer.text(event.key)
        writer.signed(event.at.microseconds)
        writer.signed(Int64(event.offsetMinutes))
        writer.symbol(event.customer.symbol)
        writer.symbol(event.issue.symbol)
        writer.byte((event.interaction == nil ? 0 : 1) | (event.money == nil ? 0 : 2))
        if let interaction = event.interaction { write(interaction, to: &writer) }
        if let money = event.money { writer.signed(money.thousandths) }
        write(event.attributes, to: &writer)
        write(event.personal, to: &writer)
        bytes = writer.bytes
    }

    /// Attributes alone; no bytes where there are none.
    package static func bytes(of attributes: [Attribute]) -> [UInt8] {
        guard !attributes.isEmpty else { return [] }
        var writer = ByteWriter()
        write(attributes, to: &writer)
        return writer.bytes
    }

    /// Personal fields alone; no bytes where there are none.
    package static func bytes(of personal: [PersonalField]) -> [UInt8] {
        guard !personal.isEmpty else { return [] }
        var writer = ByteWriter()
        write(personal, to: &writer)
        return writer.bytes
    }

    private static func write(_ attributes: [Attribute], to writer: inout ByteWriter) {
        writer.unsigned(UInt64(attributes.count))
        for attribute in attributes { write(attribute, to: &writer) }
    }

    private static func write(_ personal: [PersonalField], to writer: inout ByteWriter) {
        writer.unsigned(UInt64(personal.count))
        for field in personal {
            writer.symbol(field.name)
            writer.unsigned(UInt64(field.sealed.count))
            writer.bytes += field.sealed
        }
    }

    private static func write(_ interaction: Interaction, to writer: inout ByteWriter) {
        writer.symbol(interaction.channel.symbol)
        writer.symbol(interaction.modality)
        writer.byte(interaction.direction.rawValue)
        writer.symbol(interaction.intent.symbol)
        writer.symbol(interaction.segment.symbol)
        writer.byte(interaction.actor.rawValue)
        writer.symbol(interaction.team.symbol)
        writer.symbol(interaction.tier)
        writer.symbol(interaction.agent.symbol)
        writer.byte(interaction.outcome.rawValue)
        writer.symbol(interaction.transferTarget.symbol)
        let optional = [
            interaction.automation?.microseconds, interaction.wait?.microseconds,
            interaction.talk?.microseconds, interaction.hold?.microseconds,
            interaction.wrapUp?.microseconds, interaction.ended?.microseconds,
        ]
        var mask: UInt8 = 0
        for (bit, value) in optional.enumerated() where value != nil { mask |= 1 << UInt8(bit) }
        writer.byte(mask)
        for case let value? in optional { writer.signed(value) }
    }

    private static func write(_ attribute: Attribute, to writer: inout ByteWriter) {
        writer.symbol(attribute.name)
        switch attribute.value {
        case .text(let text):
            writer.byte(0)
            writer.text(text)
        case .integer(let value):
            writer.byte(1)
            writer.signed(value)
        case .number(let value):
            writer.byte(2)
            writer.fixed(value.bitPattern)
        case .flag(let value):
            writer.byte(3)
            writer.byte(value ? 1 : 0)
        }
    }
}

extension EventCodec {
    /// The event that `bytes` hold, all of them.
    package static func decode(_ bytes: Span<UInt8>) throws(EventFormatError) -> Event {
        var reader = ByteReader(position: 0)
        let found = try reader.byte(bytes)
        guard found == version else { throw .unsupportedVersion(found) }
        let kind: EventKind = try code(reader.unsigned(bytes), "kind") {
            UInt16(exactly: $0).flatMap(EventKind.init(rawValue:))
        }
        let source = SourceID(try reader.symbol(bytes))
        let key = try reader.text(bytes)
        let at = Instant(microseconds: try reader.signed(bytes))
        let rawOffset = try reader.signed(bytes)
        guard let offset = Int16(exactly: rawOffset) else {
            throw .unknownCode(field: "offset", value: UInt64(bitPattern: rawOffset))
        }
        var event = Event(kind: kind, source: source, key: key, at: at, offsetMinutes: offset)
        event.customer = CustomerID(try reader.symbol(bytes))
        event.issue = IssueID(try reader.symbol(bytes))
        let flags = try reader.byte(bytes)
        guard flags < 4 else { throw .unknownCode(field: "flags", value: UInt64(flags)) }
        if flags & 1 != 0 { event.interaction = try readInteraction(bytes, &reader) }
        if flags & 2 != 0 { event.money = Money(thousandths: try reader.signed(bytes)) }
        event.attributes = try readAttributes(bytes, &reader)
        event.personal = try readPersonalFields(bytes, &reader)
        try end(bytes, reader)
        return event
    }

    /// The attributes that ``bytes(of:)-([Attribute])`` wrote.
    package static func attributes(
        _ bytes: Span<UInt8>
    ) throws(EventFormatError) -> [Attribute] {
        var reader = ByteReader(position: 0)
        let attributes = try readAttributes(bytes, &reader)
        try end(bytes, reader)
        return attributes
    }

    /// The personal fields that ``bytes(of:)-([PersonalField])`` wrote.
    package static func personalFields(
        _ bytes: Span<UInt8>
    ) throws(EventFormatError) -> [PersonalField] {
        var reader = ByteReader(position: 0)
        let fields = try readPersonalFields(bytes, &reader)
        try end(bytes, reader)
        return fields
    }

    private static func readAttributes(
        _ bytes: Span<UInt8>, _ reader: inout ByteReader
    ) throws(EventFormatError) -> [Attribute] {
        var attributes: [Attribute] = []
        for _ in 0..<(try reader.count(bytes)) {
            attributes.append(try readAttribute(bytes, &reader))
        }
        return attributes
    }

    private static func readPersonalFields(
        _ bytes: Span<UInt8>, _ reader: inout ByteReader
    ) throws(EventFormatError) -> [PersonalField] {
        var fields: [PersonalField] = []
        for _ in 0..<(try reader.count(bytes)) {
            let name = try reader.symbol(bytes)
            fields.append(PersonalField(name: name, sealed: try reader.byteArray(bytes)))
        }
        return fields
    }

    private static func end(
        _ bytes: Span<UInt8>, _ reader: ByteReader
    ) throws(EventFormatError) {
        guard reader.position == bytes.count else {
            throw .trailingBytes(count: bytes.count - reader.position)
        }
    }

    private static func readInteraction(
        _ bytes: Span<UInt8>, _ reader: inout ByteReader
    ) throws(EventFormatError) -> Interaction {
        var interaction = Interaction()
        interaction.channel = ChannelID(try reader.symbol(bytes))
        interaction.modality = try reader.symbol(bytes)
        interaction.direction = try code(UInt64(reader.byte(bytes)), "direction") {
            Direction(rawValue: UInt8($0))
        }
        interaction.intent = IntentID(try reader.symbol(bytes))
        interaction.segment = SegmentID(try reader.symbol(bytes))
        interaction.actor = try code(UInt64(reader.byte(bytes)), "actor") {
            ActorKind(rawValue: UInt8($0))
        }
        interaction.team = TeamID(try reader.symbol(bytes))
        interaction.tier = try reader.symbol(bytes)
        interaction.agent = AgentID(try reader.symbol(bytes))
        interaction.outcome = try code(UInt64(reader.byte(bytes)), "outcome") {
            Outcome(rawValue: UInt8($0))
        }
        interaction.transferTarget = TeamID(try reader.symbol(bytes))
        let mask = try reader.byte(bytes)
        guard mask < 64 else { throw .unknownCode(field: "durations", value: UInt64(mask)) }
        func span(_ bit: UInt8) throws(EventFormatError) -> TimeSpan? {
            guard mask & (1 << bit) != 0 else { return nil }
            return TimeSpan(microseconds: try reader.signed(bytes))
        }
        interaction.automation = try span(0)
        interaction.wait = try span(1)
        interaction.talk = try span(2)
        interaction.hold = try span(3)
        interaction.wrapUp = try span(4)
        interaction.ended = try span(5).map { Instant(microseconds: $0.microseconds) }
        return interaction
    }

    private static func readAttribute(
        _ bytes: Span<UInt8>, _ reader: inout ByteReader
    ) throws(EventFormatError) -> Attribute {
        let name = try reader.symbol(bytes)
        let type = try reader.byte(bytes)
        switch type {
        case 0: return Attribute(name: name, value: .text(try reader.text(bytes)))
        case 1: return Attribute(name: name, value: .integer(try reader.signed(bytes)))
        case 2:
            let pattern = try reader.fixed(bytes)
            return Attribute(name: name, value: .number(Double(bitPattern: pattern)))
        case 3: return Attribute(name: name, value: .flag(try reader.byte(bytes) != 0))
        default: throw .unknownCode(field: "attribute type", value: UInt64(type))
        }
    }

    private static func code<Value>(
        _ raw: UInt64, _ field: String, _ make: (UInt64) -> Value?
    ) throws(EventFormatError) -> Value {
        guard let value = make(raw) else { throw .unknownCode(field: field, value: raw) }
        return value
    }
}

extension EventCodec {
    /// Copies attributes byte for byte, each name's symbol replaced.
    ///
    /// What is no list of attributes is refused as when it is decoded.
    package static func copyAttributes(
        _ source: [UInt8], _ range: Range<Int>, into output: inout [UInt8],
        _ map: (Symbol) -> Symbol
    ) throws(EventFormatError) {
        let bytes = source.span.extracting(range)
        var reader = ByteReader(position: 0)
        let count = try reader.count(bytes)
        output.appendUnsigned(UInt64(count))
        for _ in 0..<count {
            output.appendUnsigned(UInt64(map(try reader.symbol(bytes)).rawValue))
            let start = range.lowerBound + reader.position
            switch try reader.byte(bytes) {
            case 0: try reader.skipText(bytes)
            case 1: _ = try reader.unsigned(bytes)
            case 2: try reader.skip(8, bytes)
            case 3: try reader.skip(1, bytes)
            case let type: throw .unknownCode(field: "attribute type", value: UInt64(type))
            }
            output.append(contentsOf: source[start..<(range.lowerBound + reader.position)])
        }
        try end(bytes, reader)
    }

    /// Copies personal fields as ``copyAttributes(_:_:into:_:)`` does attributes.
    package static func copyPersonalFields(
        _ source: [UInt8], _ range: Range<Int>, into output: inout [UInt8],
        _ map: (Symbol) -> Symbol
    ) throws(EventFormatError) {
        let bytes = source.span.extracting(range)
        var reader = ByteReader(position: 0)
        let count = try reader.count(bytes)
        output.appendUnsigned(UInt64(count))
        for _ in 0..<count {
            output.appendUnsigned(UInt64(map(try reader.symbol(bytes)).rawValue))
            let start = range.lowerBound + reader.position
            try reader.skip(reader.count(bytes), bytes)
            output.append(contentsOf: source[start..<(range.lowerBound + reader.position)])
        }
        try end(bytes, reader)
    }
}

extension EventCodec {
    /// Replaces the names' symbols of a list of attributes in place, where the new ones take as
    /// many bytes as the old.
    ///
    /// - Returns: false where one does not; the bytes are then half changed and of no use.
    /// - Throws: as ``copyAttributes(_:_:into:_:)``.
    package static func replaceAttributeNames(
        _ bytes: inout [UInt8], _ range: Range<Int>, _ map: (Symbol) -> Symbol
    ) throws(EventFormatError) -> Bool {
        var place = range.lowerBound
        let end = range.upperBound
        let count = try unsigned(bytes, &place, end)
        guard count <= UInt64(end - place) else { throw .truncated(at: place) }
        for _ in 0..<count {
            let start = place
            let raw = try unsigned(bytes, &place, end)
            guard let name = UInt32(exactly: raw) else {
                throw .unknownCode(field: "symbol", value: raw)
            }
            let target = map(Symbol(name)).rawValue
            if target != name {
                guard replace(&bytes, start..<place, with: target) else { return false }
            }
            guard place < end else { throw .truncated(at: place) }
            let type = bytes[place]
            place += 1
            switch type {
            case 0: try skipText(bytes, &place, end)
            case 1: _ = try unsigned(bytes, &place, end)
            case 2: place += 8
            case 3: place += 1
            default: throw .unknownCode(field: "attribute type", value: UInt64(type))
            }
            guard place <= end else { throw .truncated(at: end) }
        }
        guard place == end else { throw .trailingBytes(count: end - place) }
        return true
    }

    private static func replace(
        _ bytes: inout [UInt8], _ range: Range<Int>, with value: UInt32
    ) -> Bool {
        var rest = value
        for place in range {
            let isLast = place == range.upperBound - 1
            guard isLast == (rest < 0x80) else { return false }
            bytes[place] = isLast ? UInt8(rest) : UInt8(rest & 0x7f) | 0x80
            rest >>= 7
        }
        return true
    }

    @inline(__always)
    private static func unsigned(
        _ bytes: [UInt8], _ place: inout Int, _ end: Int
    ) throws(EventFormatError) -> UInt64 {
        guard place < end else { throw .truncated(at: place) }
        // One byte, as almost always.
        if bytes[place] < 0x80 {
            place += 1
            return UInt64(bytes[place - 1])
        }
        var reader = ByteReader(position: place)
        let value = try reader.unsigned(bytes.span.extracting(..<end))
        place = reader.position
        return value
    }

    private static func skipText(
        _ bytes: [UInt8], _ place: inout Int, _ end: Int
    ) throws(EventFormatError) {
        let length = try unsigned(bytes, &place, end)
        guard length <= UInt64(end - place) else { throw .truncated(at: end) }
        let next = place + Int(length)
        var all: UInt8 = 0
        for index in place..<next { all |= bytes[index] }
        // Plain ASCII needs no closer look.
        if all >= 0x80, String(validating: bytes[place..<next], as: UTF8.self) == nil {
            throw .invalidText(at: place)
        }
        place = next
    }
}
