// Events to lines: one CloudEvents 1.0 object in structured mode a line, with every field of the
// event, so that the same event can be read back. Members are left out where a field is unknown.

package import Events

/// Writes the events of one log.
package struct CloudEventWriter {
    private var dictionary: Interner
    private var names = EncodedNames { JSONText.append($0, to: &$1) }
    private var sources = EncodedNames { name, bytes in
        JSONText.append(literal: "\"" + CloudEventNames.sourcePrefix, to: &bytes)
        PercentText.append(name, .path, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
    private var subjects = EncodedNames { name, bytes in
        bytes.append(UInt8(ascii: "\""))
        PercentText.append(name, .text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
    private var times = TimestampWriter()
    private var recordedTimes = TimestampWriter()
    private let kindNames: [[UInt8]]
    private let directionNames = Direction.allCases.map { Array($0.name.utf8) }
    private let actorNames = ActorKind.allCases.map { Array($0.name.utf8) }
    private let outcomeNames = Outcome.allCases.map { Array($0.name.utf8) }

    /// - Parameter dictionary: the names of the events' symbols.
    package init(dictionary: Interner) {
        self.dictionary = dictionary
        let last = EventKind.allCases.map { Int($0.rawValue) }.max() ?? 0
        var kindNames = [[UInt8]](repeating: [], count: last + 1)
        for kind in EventKind.allCases { kindNames[Int(kind.rawValue)] = Array(kind.name.utf8) }
        self.kindNames = kindNames
    }

    /// Goes on with a dictionary that has grown since.
    package mutating func use(_ grown: Interner) {
        precondition(
            grown.count >= dictionary.count,
            "a dictionary of \(grown.count) names after one of \(dictionary.count)")
        dictionary = grown
    }

    /// Appends an event's line, its end included.
    package mutating func append(_ recorded: RecordedEvent, to bytes: inout [UInt8]) {
        let event = recorded.event
        put("{\"specversion\":\"1.0\",\"id\":\"", &bytes)
        PercentText.append(event.key, .text, to: &bytes)
        put("\",\"source\":", &bytes)
        sources.append(event.source.symbol, dictionary, to: &bytes)
        put(",\"type\":\"downstream.", &bytes)
        bytes += kindNames[Int(event.kind.rawValue)]
        let offset = Int(event.offsetMinutes)
        let hasTime = TimestampWriter.canWrite(event.at, offsetMinutes: offset)
        if hasTime {
            put("\",\"time\":\"", &bytes)
            times.append(event.at, offsetMinutes: offset, to: &bytes)
        }
        put("\"", &bytes)
        if event.customer.isKnown {
            put(",\"subject\":", &bytes)
            subjects.append(event.customer.symbol, dictionary, to: &bytes)
        }
        put(",\"sequence\":\"", &bytes)
        JSONText.append(digits: recorded.position.rawValue, width: 20, to: &bytes)
        let hasRecordedTime = TimestampWriter.canWrite(recorded.recordedAt, offsetMinutes: 0)
        if hasRecordedTime {
            put("\",\"recordedtime\":\"", &bytes)
            recordedTimes.append(recorded.recordedAt, offsetMinutes: 0, to: &bytes)
        }
        put("\",\"datacontenttype\":\"application/json\",\"data\":{", &bytes)
        var members = MemberWriter()
        if !hasTime {
            members.integer("\"at_microseconds\":", event.at.microseconds, &bytes)
            members.integer("\"offset_minutes\":", Int64(event.offsetMinutes), &bytes)
        }
        if !hasRecordedTime {
            let recordedAt = recorded.recordedAt.microseconds
            members.integer("\"recorded_at_microseconds\":", recordedAt, &bytes)
        }
        name("\"issue\":", event.issue.symbol, &members, &bytes)
        if let interaction = event.interaction {
            members.begin("\"interaction\":{", &bytes)
            append(interaction, offset, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        if let money = event.money {
            members.integer("\"money_thousandths\":", money.thousandths, &bytes)
        }
        if !event.attributes.isEmpty {
            members.begin("\"attributes\":[", &bytes)
            append(event.attributes, to: &bytes)
        }
        if !event.personal.isEmpty {
            members.begin("\"personal\":[", &bytes)
            append(event.personal, to: &bytes)
        }
        put("}}\n", &bytes)
    }

    private mutating func append(
        _ interaction: Interaction, _ offset: Int, to bytes: inout [UInt8]
    ) {
        var members = MemberWriter()
        name("\"channel\":", interaction.channel.symbol, &members, &bytes)
        name("\"modality\":", interaction.modality, &members, &bytes)
        if interaction.direction != .unknown {
            word(
                "\"direction\":\"", directionNames[Int(interaction.direction.rawValue)],
                &members, &bytes)
        }
        name("\"intent\":", interaction.intent.symbol, &members, &bytes)
        name("\"segment\":", interaction.segment.symbol, &members, &bytes)
        if interaction.actor != .unknown {
            word("\"actor\":\"", actorNames[Int(interaction.actor.rawValue)], &members, &bytes)
        }
        name("\"team\":", interaction.team.symbol, &members, &bytes)
        name("\"tier\":", interaction.tier, &members, &bytes)
        name("\"agent\":", interaction.agent.symbol, &members, &bytes)
        if interaction.outcome != .unknown {
            word(
                "\"outcome\":\"", outcomeNames[Int(interaction.outcome.rawValue)],
                &members, &bytes)
        }
        name("\"transfer_target\":", interaction.transferTarget.symbol, &members, &bytes)
        members.span("\"automation_microseconds\":", interaction.automation, &bytes)
        members.span("\"wait_microseconds\":", interaction.wait, &bytes)
        members.span("\"talk_microseconds\":", interaction.talk, &bytes)
        members.span("\"hold_microseconds\":", interaction.hold, &bytes)
        members.span("\"wrap_up_microseconds\":", interaction.wrapUp, &bytes)
        guard let ended = interaction.ended else { return }
        if TimestampWriter.canWrite(ended, offsetMinutes: offset) {
            members.begin("\"ended\":\"", &bytes)
            times.append(ended, offsetMinutes: offset, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        } else {
            members.integer("\"ended_microseconds\":", ended.microseconds, &bytes)
        }
    }

    private mutating func append(_ attributes: [Attribute], to bytes: inout [UInt8]) {
        var isFirst = true
        for attribute in attributes {
            put(isFirst ? "{\"name\":" : ",{\"name\":", &bytes)
            isFirst = false
            names.append(attribute.name, dictionary, to: &bytes)
            switch attribute.value {
            case .text(let text):
                put(",\"text\":", &bytes)
                JSONText.append(text, to: &bytes)
            case .integer(let value):
                put(",\"integer\":", &bytes)
                JSONText.append(value, to: &bytes)
            case .number(let value):
                put(",\"number\":", &bytes)
                JSONText.append(value, to: &bytes)
            case .flag(let value):
                put(value ? ",\"flag\":true" : ",\"flag\":false", &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func append(_ personal: [PersonalField], to bytes: inout [UInt8]) {
        var isFirst = true
        for field in personal {
            put(isFirst ? "{\"name\":" : ",{\"name\":", &bytes)
            isFirst = false
            names.append(field.name, dictionary, to: &bytes)
            put(",\"sealed\":\"", &bytes)
            Base64.append(field.sealed, to: &bytes)
            put("\"}", &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func name(
        _ key: String, _ symbol: Symbol, _ members: inout MemberWriter, _ bytes: inout [UInt8]
    ) {
        guard !symbol.isNone else { return }
        members.begin(key, &bytes)
        names.append(symbol, dictionary, to: &bytes)
    }

    private func word(
        _ key: String, _ word: [UInt8], _ members: inout MemberWriter, _ bytes: inout [UInt8]
    ) {
        members.begin(key, &bytes)
        bytes += word
        bytes.append(UInt8(ascii: "\""))
    }

    private func put(_ text: String, _ bytes: inout [UInt8]) {
        JSONText.append(literal: text, to: &bytes)
    }
}

/// The commas between members.
private struct MemberWriter {
    private var isFirst = true

    mutating func begin(_ key: String, _ bytes: inout [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONText.append(literal: key, to: &bytes)
    }

    mutating func integer(_ key: String, _ value: Int64, _ bytes: inout [UInt8]) {
        begin(key, &bytes)
        JSONText.append(value, to: &bytes)
    }

    mutating func span(_ key: String, _ value: TimeSpan?, _ bytes: inout [UInt8]) {
        guard let value else { return }
        integer(key, value.microseconds, &bytes)
    }
}

/// Names as they are written, each encoded once.
private struct EncodedNames {
    private let encode: @Sendable (String, inout [UInt8]) -> Void
    private var ranges: [Range<Int>?] = []
    private var arena: [UInt8] = []

    init(_ encode: @escaping @Sendable (String, inout [UInt8]) -> Void) { self.encode = encode }

    mutating func append(_ symbol: Symbol, _ dictionary: Interner, to bytes: inout [UInt8]) {
        let index = Int(symbol.rawValue)
        if index >= ranges.count {
            precondition(index < dictionary.count, "symbol \(index) of \(dictionary.count)")
            ranges += [Range<Int>?](repeating: nil, count: dictionary.count - ranges.count)
        }
        if let range = ranges[index] {
            bytes += arena[range]
            return
        }
        let start = arena.count
        encode(dictionary.string(symbol), &arena)
        ranges[index] = start..<arena.count
        bytes += arena[start...]
    }
}
