// Lines back to events. Members may stand in any order, as JSON allows; one that is unknown, comes
// twice or has the wrong type is refused with its place, because a log that was read back without
// it would not be the same log.

package import Events

/// What a line of an export is.
package enum ExportedLine: Hashable, Sendable {
    /// Symbols are those of the reader's ``CloudEventReader/interner``.
    case event(RecordedEvent)
    case range(ExportedRange)
}

/// Reads the lines of one export. Symbols of all its events belong together.
package struct CloudEventReader {
    package private(set) var interner = Interner()
    private var names = NameTable()

    package init() {}

    /// The event, or the words about the export, that a line holds.
    /// - Parameter line: without its end.
    package mutating func read(_ line: Span<UInt8>) throws(LineProblem) -> ExportedLine {
        do {
            _ = try UTF8Span(validating: line)
        } catch {
            throw LineProblem(
                "not-utf8", at: error.byteOffsets.lowerBound, found: "other bytes",
                expected: "text in UTF-8")
        }
        var cursor = JSONCursor()
        var envelope = Envelope()
        var payload: Payload?
        while let member = try envelope.next(line, &cursor) {
            guard member == .data else {
                try envelope.read(member, line, &cursor)
                continue
            }
            envelope.dataPosition = cursor.position
            // Data in front of its type is read when the type is known.
            if envelope.has(.type) {
                payload = try self.payload(line, envelope, &cursor)
            } else {
                try cursor.skipValue(line)
            }
        }
        try cursor.finish(line)
        try envelope.check(line)
        if payload == nil {
            cursor.move(to: envelope.dataPosition)
            payload = try self.payload(line, envelope, &cursor)
        }
        switch payload {
        case .event(var event, let moments):
            return .event(try recorded(line, envelope, &event, moments))
        case .range(let range): return .range(try envelope.settled(range, line))
        case nil: preconditionFailure("data that was neither read nor missed")
        }
    }

    /// What the data of a line holds, the envelope's part still open.
    private enum Payload {
        case event(Event, StatedMoments)
        case range(ExportedRange)
    }

    private mutating func payload(
        _ line: Span<UInt8>, _ envelope: Envelope, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Payload {
        do throws(LineProblem) {
            if try envelope.isAboutLog(line) {
                return .range(try ExportedRange(line, &cursor))
            }
            var event = Event(
                kind: .contact, source: .unknown, key: "", at: Instant(microseconds: 0),
                offsetMinutes: 0)
            let moments = try readData(line, &cursor, into: &event)
            return .event(event, moments)
        } catch {
            throw error.inside("data")
        }
    }

    /// The event with what its envelope says.
    private mutating func recorded(
        _ line: Span<UInt8>, _ envelope: Envelope, _ event: inout Event,
        _ moments: StatedMoments
    ) throws(LineProblem) -> RecordedEvent {
        event.kind = try envelope.kind(line)
        event.key = try envelope.key(line)
        let source = try envelope.source(line, CloudEventNames.sourcePrefix)
        event.source = SourceID(symbol(source, line))
        if let subject = try envelope.subject(line) {
            event.customer = CustomerID(symbol(subject, line))
        }
        let time = try envelope.time(line, moments)
        event.at = time.instant
        event.offsetMinutes = time.offsetMinutes
        return RecordedEvent(
            position: try envelope.position(line),
            recordedAt: try envelope.recordedTime(line, moments), event: event)
    }

    private mutating func readData(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor, into event: inout Event
    ) throws(LineProblem) -> StatedMoments {
        var object = JSONObject()
        var stated = StatedMoments()
        while let index = try object.next(line, &cursor, CloudEventNames.data) {
            do throws(LineProblem) {
                switch CloudEventNames.Data(rawValue: index) {
                case .atMicroseconds: stated.atMicroseconds = try cursor.integer(line)
                case .offsetMinutes: stated.offsetMinutes = try cursor.integer(line)
                case .recordedAtMicroseconds:
                    stated.recordedAtMicroseconds = try cursor.integer(line)
                case .issue: event.issue = IssueID(try name(line, &cursor))
                case .interaction: event.interaction = try interaction(line, &cursor)
                case .money: event.money = Money(thousandths: try cursor.integer(line))
                case .attributes: event.attributes = try attributes(line, &cursor)
                case .personal: event.personal = try personal(line, &cursor)
                case nil: preconditionFailure("member \(index) of data")
                }
            } catch {
                throw error.inside(CloudEventNames.data.names[index])
            }
        }
        return stated
    }

    /// A name that is stated; an unknown one is left out, not empty.
    mutating func name(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Symbol {
        let symbol = try anyName(line, &cursor)
        guard !symbol.isNone else {
            throw LineProblem(
                "empty-text", at: cursor.position, found: "an empty text", expected: "a name",
                hint: "leave the member out where the name is unknown")
        }
        return symbol
    }

    mutating func anyName(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Symbol {
        let text = try cursor.text(line)
        guard text.isEscaped else { return names.symbol(line, text.range, &interner) }
        let decoded = try JSONCursor.decoded(line, text.range)
        return names.symbol(decoded.span, 0..<decoded.count, &interner)
    }

    private mutating func symbol(_ text: EnvelopeText, _ line: Span<UInt8>) -> Symbol {
        switch text {
        case .range(let range): names.symbol(line, range, &interner)
        case .bytes(let bytes): names.symbol(bytes.span, 0..<bytes.count, &interner)
        }
    }
}

extension JSONCursor {
    /// A text as a string.
    mutating func string(_ line: Span<UInt8>) throws(LineProblem) -> String {
        let text = try text(line)
        if text.isEscaped {
            return String(decoding: try JSONCursor.decoded(line, text.range), as: UTF8.self)
        }
        guard let string = Utf8Text.string(line, text.range) else {
            preconditionFailure("a text that is no UTF-8, behind the check of its line")
        }
        return string
    }

    /// One of the names of a table.
    mutating func word(
        _ line: Span<UInt8>, of table: WordTable, expected: String
    ) throws(LineProblem) -> UInt32 {
        let text = try text(line)
        var found: UInt32?
        if text.isEscaped {
            let decoded = try JSONCursor.decoded(line, text.range)
            found = table.find(decoded.span, 0..<decoded.count)
        } else {
            found = table.find(line, text.range)
        }
        guard let found else {
            throw LineProblem(
                "unknown-name", at: text.range.lowerBound, found: "another text",
                expected: expected)
        }
        return found
    }
}
