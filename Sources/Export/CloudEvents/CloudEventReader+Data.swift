// The parts of an event's data: the interaction, free attributes, sealed fields.

import Events

extension CloudEventReader {
    mutating func interaction(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Interaction {
        var object = JSONObject()
        var detail = Interaction()
        while let index = try object.next(line, &cursor, CloudEventNames.detail) {
            do throws(LineProblem) {
                guard let member = CloudEventNames.Detail(rawValue: index) else {
                    preconditionFailure("member \(index) of an interaction")
                }
                try read(member, line, &cursor, into: &detail)
            } catch {
                throw error.inside(CloudEventNames.detail.names[index])
            }
        }
        let ended = CloudEventNames.Detail.ended.rawValue
        guard !object.has(ended) || !object.has(ended + 1) else {
            throw LineProblem(
                "contradiction", at: cursor.position, field: "ended", found: "both",
                expected: "ended or ended_microseconds")
        }
        return detail
    }

    private mutating func read(
        _ member: CloudEventNames.Detail, _ line: Span<UInt8>, _ cursor: inout JSONCursor,
        into detail: inout Interaction
    ) throws(LineProblem) {
        switch member {
        case .channel: detail.channel = ChannelID(try name(line, &cursor))
        case .modality: detail.modality = try name(line, &cursor)
        case .direction:
            detail.direction = try code(
                line, &cursor, CloudEventNames.directions, "the name of a direction"
            ) {
                Direction(rawValue: $0)
            }
        case .intent: detail.intent = IntentID(try name(line, &cursor))
        case .segment: detail.segment = SegmentID(try name(line, &cursor))
        case .actor:
            detail.actor = try code(line, &cursor, CloudEventNames.actors, "the name of an actor") {
                ActorKind(rawValue: $0)
            }
        case .team: detail.team = TeamID(try name(line, &cursor))
        case .tier: detail.tier = try name(line, &cursor)
        case .agent: detail.agent = AgentID(try name(line, &cursor))
        case .outcome:
            detail.outcome = try code(
                line, &cursor, CloudEventNames.outcomes, "the name of an outcome"
            ) {
                Outcome(rawValue: $0)
            }
        case .transferTarget: detail.transferTarget = TeamID(try name(line, &cursor))
        case .automation: detail.automation = TimeSpan(microseconds: try cursor.integer(line))
        case .wait: detail.wait = TimeSpan(microseconds: try cursor.integer(line))
        case .talk: detail.talk = TimeSpan(microseconds: try cursor.integer(line))
        case .hold: detail.hold = TimeSpan(microseconds: try cursor.integer(line))
        case .wrapUp: detail.wrapUp = TimeSpan(microseconds: try cursor.integer(line))
        case .ended: detail.ended = try cursor.timestamp(line).instant
        case .endedMicroseconds: detail.ended = Instant(microseconds: try cursor.integer(line))
        }
    }

    /// A value that is written by its name; "unknown" is left out.
    private func code<Value>(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor, _ table: WordTable, _ what: String,
        _ make: (UInt8) -> Value?
    ) throws(LineProblem) -> Value {
        let raw = try cursor.word(line, of: table, expected: what)
        guard let byte = UInt8(exactly: raw), let value = make(byte) else {
            preconditionFailure("\(what) of number \(raw) in the table of names")
        }
        return value
    }

    mutating func attributes(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> [Attribute] {
        var list = JSONList()
        var attributes: [Attribute] = []
        while try list.next(line, &cursor) { attributes.append(try attribute(line, &cursor)) }
        return attributes
    }

    private mutating func attribute(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Attribute {
        var object = JSONObject()
        var name: Symbol?
        var value: AttributeValue?
        let start = cursor.position
        while let index = try object.next(line, &cursor, CloudEventNames.attribute) {
            let place = cursor.position
            do throws(LineProblem) {
                let read: AttributeValue
                switch CloudEventNames.Value(rawValue: index) {
                case .name:
                    name = try anyName(line, &cursor)
                    continue
                case .text: read = .text(try cursor.string(line))
                case .integer: read = .integer(try cursor.integer(line))
                case .number: read = .number(try cursor.anyNumber(line))
                case .flag: read = .flag(try cursor.flag(line))
                case nil: preconditionFailure("member \(index) of an attribute")
                }
                guard value == nil else {
                    throw LineProblem(
                        "contradiction", at: place, found: "two", expected: "one value")
                }
                value = read
            } catch {
                throw error.inside(CloudEventNames.attribute.names[index])
            }
        }
        guard let name, let value else {
            throw LineProblem(
                "missing-member", at: start, found: "another object",
                expected: "a name and one of text, integer, number, flag")
        }
        return Attribute(name: name, value: value)
    }

    mutating func personal(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> [PersonalField] {
        var list = JSONList()
        var fields: [PersonalField] = []
        while try list.next(line, &cursor) {
            var object = JSONObject()
            var name: Symbol?
            var sealed: [UInt8]?
            let start = cursor.position
            while let index = try object.next(line, &cursor, CloudEventNames.personal) {
                do throws(LineProblem) {
                    switch CloudEventNames.Sealed(rawValue: index) {
                    case .name: name = try anyName(line, &cursor)
                    case .sealed: sealed = try cursor.base64(line)
                    case nil: preconditionFailure("member \(index) of a sealed field")
                    }
                } catch {
                    throw error.inside(CloudEventNames.personal.names[index])
                }
            }
            guard let name, let sealed else {
                throw LineProblem(
                    "missing-member", at: start, found: "another object",
                    expected: "name and sealed")
            }
            fields.append(PersonalField(name: name, sealed: sealed))
        }
        return fields
    }
}

extension JSONCursor {
    /// A number, or the sixteen digits of the bits of one that JSON cannot write.
    fileprivate mutating func anyNumber(_ line: Span<UInt8>) throws(LineProblem) -> Double {
        guard isAtText(line) else { return try number(line) }
        let text = try text(line)
        var bits: UInt64 = 0
        var isBits =
            text.range.count == 18 && line[text.range.lowerBound] == UInt8(ascii: "0")
            && line[text.range.lowerBound + 1] == UInt8(ascii: "x")
        for index in text.range.dropFirst(2) where isBits {
            let digit = HexadecimalDigit.value(line[index])
            isBits = digit != nil
            bits = bits << 4 | UInt64(digit ?? 0)
        }
        let value = Double(bitPattern: bits)
        guard isBits, !value.isFinite else {
            throw LineProblem(
                "bad-number", at: text.range.lowerBound, found: "another text",
                expected: "a number, or 0x and sixteen digits for one that is not finite")
        }
        return value
    }

    fileprivate mutating func base64(_ line: Span<UInt8>) throws(LineProblem) -> [UInt8] {
        let text = try text(line)
        guard !text.isEscaped, let data = Base64.decoded(line, text.range) else {
            throw LineProblem(
                "bad-base64", at: text.range.lowerBound, found: "another text",
                expected: "base64 with padding")
        }
        return data
    }

    mutating func timestamp(_ line: Span<UInt8>) throws(LineProblem) -> Timestamp {
        let text = try text(line)
        guard !text.isEscaped, let timestamp = Timestamp(line, text.range) else {
            throw LineProblem(
                "bad-time", at: text.range.lowerBound, found: "another text",
                expected: "a moment as 1999-01-31T08:00:00.000000+02:00")
        }
        return timestamp
    }
}

extension ExportedRange {
    /// Reads the data of the line about an export; its log is named in the envelope.
    init(_ line: Span<UInt8>, _ cursor: inout JSONCursor) throws(LineProblem) {
        self.init(
            logID: "", from: .beforeFirst, through: .beforeFirst, head: .beforeFirst,
            headHash: "")
        var object = JSONObject()
        let start = cursor.position
        while let index = try object.next(line, &cursor, CloudEventNames.range) {
            do throws(LineProblem) {
                let place = cursor.position
                switch CloudEventNames.Range(rawValue: index) {
                case .format:
                    guard try cursor.integer(line) == ExportedRange.format else {
                        throw LineProblem(
                            "unknown-version", at: place, found: "another",
                            expected: "format \(ExportedRange.format)",
                            hint: "a newer program wrote this; import it with that one")
                    }
                case .from: from = try cursor.logPosition(line)
                case .through: through = try cursor.logPosition(line)
                case .head: head = try cursor.logPosition(line)
                case .headHash: headHash = try cursor.string(line)
                case .coversFrom: coversFrom = try coverage(line, &cursor)
                case .coversTo: coversTo = try coverage(line, &cursor)
                case nil: preconditionFailure("member \(index) of a range")
                }
            } catch {
                throw error.inside(CloudEventNames.range.names[index])
            }
        }
        guard object.firstMissing(of: 0b11111) == nil else {
            throw LineProblem(
                "missing-member", at: start, found: "another object",
                expected: "format, from, through, head and head_hash")
        }
    }

    private mutating func coverage(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Instant {
        let timestamp = try cursor.timestamp(line)
        coverageOffsetMinutes = timestamp.offsetMinutes
        return timestamp.instant
    }
}

extension JSONCursor {
    fileprivate mutating func logPosition(
        _ line: Span<UInt8>
    ) throws(LineProblem) -> LogPosition {
        let start = position
        guard let value = UInt64(exactly: try integer(line)) else {
            throw LineProblem(
                "bad-number", at: start, found: "a negative one", expected: "a position")
        }
        return LogPosition(value)
    }
}
