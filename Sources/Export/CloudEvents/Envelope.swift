// The context attributes of one line, CloudEvents' own part of it: gathered as places first, so
// that they may stand in any order, and given their meaning when the line has been read.

import Events

/// Moments that stand in the data, because no RFC 3339 text can be written for them.
struct StatedMoments {
    var atMicroseconds: Int64?
    var offsetMinutes: Int64?
    var recordedAtMicroseconds: Int64?
}

/// A text of the envelope: where it lies, or its bytes where escapes stood in it.
enum EnvelopeText {
    case range(Range<Int>)
    case bytes([UInt8])
}

struct Envelope {
    typealias Member = CloudEventNames.Envelope

    private var object = JSONObject()
    private var texts = InlineArray<9, TextRange>(
        repeating: TextRange(range: 0..<0, isEscaped: false))
    /// Where the data begins.
    var dataPosition = 0

    /// The next member; the cursor stands before its value. `nil` at the end.
    mutating func next(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Member? {
        guard let index = try object.next(line, &cursor, CloudEventNames.envelope) else {
            return nil
        }
        guard let member = Member(rawValue: index) else {
            preconditionFailure("member \(index) of an envelope")
        }
        return member
    }

    /// Reads the text of a member other than the data.
    mutating func read(
        _ member: Member, _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) {
        do throws(LineProblem) {
            texts[member.rawValue] = try cursor.text(line)
        } catch {
            throw error.inside(Envelope.name(member))
        }
    }

    func has(_ member: Member) -> Bool { object.has(member.rawValue) }

    /// What every line must have, and what is the same in all of them.
    func check(_ line: Span<UInt8>) throws(LineProblem) {
        if let missing = object.firstMissing(of: CloudEventNames.needed) {
            throw LineProblem(
                "missing-member", at: line.count, field: CloudEventNames.envelope.names[missing],
                found: "none", expected: "a CloudEvents object with this member")
        }
        guard try isText(.specversion, line, CloudEventNames.specificationVersion) else {
            throw problem(.specversion, "unknown-version", expected: "\"1.0\"")
        }
        guard try isText(.datacontenttype, line, CloudEventNames.contentType) else {
            throw problem(
                .datacontenttype, "unknown-name", expected: "\"\(CloudEventNames.contentType)\"")
        }
    }

    func isAboutLog(_ line: Span<UInt8>) throws(LineProblem) -> Bool {
        try isText(.type, line, CloudEventNames.logType)
    }

    func kind(_ line: Span<UInt8>) throws(LineProblem) -> EventKind {
        let prefix = CloudEventNames.typePrefix
        let found: UInt32?
        switch try plain(.type, line) {
        case .range(let range):
            found = Envelope.kind(line, range, prefix)
        case .bytes(let bytes):
            found = Envelope.kind(bytes.span, 0..<bytes.count, prefix)
        }
        guard let raw = found.flatMap({ UInt16(exactly: $0) }), let kind = EventKind(rawValue: raw)
        else {
            throw problem(
                .type, "unknown-name",
                expected: "\(prefix) and the name of a kind of event, as \(prefix)contact")
        }
        return kind
    }

    private static func kind(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ prefix: String
    ) -> UInt32? {
        guard let rest = dropping(prefix, bytes, range) else { return nil }
        return CloudEventNames.kinds.find(bytes, rest)
    }

    func key(_ line: Span<UInt8>) throws(LineProblem) -> String {
        switch try unescaped(.id, try nonempty(.id, line), line) {
        case .range(let range):
            guard let key = Utf8Text.string(line, range) else {
                preconditionFailure("an id that is no UTF-8, behind the check of its line")
            }
            return key
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        }
    }

    func subject(_ line: Span<UInt8>) throws(LineProblem) -> EnvelopeText? {
        guard has(.subject) else { return nil }
        let text = try unescaped(.subject, try nonempty(.subject, line), line)
        if case .bytes(let bytes) = text, bytes.isEmpty { throw empty(.subject) }
        return text
    }

    /// What stands behind the prefix of the source.
    func source(
        _ line: Span<UInt8>, _ prefix: String
    ) throws(LineProblem) -> EnvelopeText {
        var rest: EnvelopeText?
        switch try plain(.source, line) {
        case .range(let range):
            rest = Envelope.dropping(prefix, line, range).map { .range($0) }
        case .bytes(let bytes):
            rest = Envelope.dropping(prefix, bytes.span, 0..<bytes.count)
                .map { .bytes(Array(bytes[$0])) }
        }
        guard let rest else {
            throw problem(.source, "unknown-name", expected: "\(prefix) and a name")
        }
        return try unescaped(.source, rest, line)
    }

    func position(_ line: Span<UInt8>) throws(LineProblem) -> LogPosition {
        let text = texts[Member.sequence.rawValue]
        var value: UInt64 = 0
        var isNumber = has(.sequence) && (1...20).contains(text.range.count)
        for index in text.range where isNumber {
            let digit = line[index] &- UInt8(ascii: "0")
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            isNumber = digit < 10 && !overflow && !carry
            value = sum
        }
        guard isNumber, value > 0 else {
            throw problem(.sequence, "bad-number", expected: "a position from 1, in digits")
        }
        return LogPosition(value)
    }

    func time(
        _ line: Span<UInt8>, _ moments: StatedMoments
    ) throws(LineProblem) -> (instant: Instant, offsetMinutes: Int16) {
        guard has(.time) else {
            guard let at = moments.atMicroseconds,
                let offset = moments.offsetMinutes.flatMap({ Int16(exactly: $0) })
            else {
                throw problem(
                    .time, "missing-member",
                    expected: "time, or at_microseconds and offset_minutes in the data")
            }
            return (Instant(microseconds: at), offset)
        }
        guard moments.atMicroseconds == nil, moments.offsetMinutes == nil else {
            throw problem(.time, "contradiction", expected: "time, or a moment in the data")
        }
        let time = try timestamp(.time, line)
        guard let offset = Int16(exactly: time.offsetMinutes) else {
            preconditionFailure("an offset of \(time.offsetMinutes) minutes in a timestamp")
        }
        return (time.instant, offset)
    }

    func recordedTime(
        _ line: Span<UInt8>, _ moments: StatedMoments
    ) throws(LineProblem) -> Instant {
        switch (has(.recordedtime), moments.recordedAtMicroseconds) {
        case (true, nil): return try timestamp(.recordedtime, line).instant
        case (false, let recordedAt?): return Instant(microseconds: recordedAt)
        case (true, _):
            throw problem(
                .recordedtime, "contradiction", expected: "recordedtime, or a moment in the data")
        case (false, nil):
            throw problem(
                .recordedtime, "missing-member",
                expected: "recordedtime, or recorded_at_microseconds in the data")
        }
    }

    /// The range with what its envelope says.
    func settled(
        _ range: ExportedRange, _ line: Span<UInt8>
    ) throws(LineProblem) -> ExportedRange {
        var range = range
        switch try source(line, CloudEventNames.logPrefix) {
        case .range(let place): range.logID = Utf8Text.string(line, place) ?? ""
        case .bytes(let bytes): range.logID = String(decoding: bytes, as: UTF8.self)
        }
        return range
    }
}

extension Envelope {
    private static func name(_ member: Member) -> String {
        CloudEventNames.envelope.names[member.rawValue]
    }

    /// The text of a member, JSON's escapes undone.
    private func plain(
        _ member: Member, _ line: Span<UInt8>
    ) throws(LineProblem) -> EnvelopeText {
        let text = texts[member.rawValue]
        guard text.isEscaped else { return .range(text.range) }
        return .bytes(try JSONCursor.decoded(line, text.range))
    }

    private func nonempty(
        _ member: Member, _ line: Span<UInt8>
    ) throws(LineProblem) -> EnvelopeText {
        guard !texts[member.rawValue].range.isEmpty else { throw empty(member) }
        return try plain(member, line)
    }

    /// A text with its percent escapes undone.
    private func unescaped(
        _ member: Member, _ text: EnvelopeText, _ line: Span<UInt8>
    ) throws(LineProblem) -> EnvelopeText {
        let decoded: [UInt8]?
        switch text {
        case .range(let range):
            guard PercentText.hasEscapes(line, range) else { return text }
            decoded = PercentText.decoded(line, range)
        case .bytes(let bytes): decoded = PercentText.decoded(bytes.span, 0..<bytes.count)
        }
        guard let decoded else {
            throw problem(
                member, "bad-escape",
                expected: "two hexadecimal digits after each %, together text in UTF-8")
        }
        return .bytes(decoded)
    }

    private func timestamp(
        _ member: Member, _ line: Span<UInt8>
    ) throws(LineProblem) -> Timestamp {
        let text = texts[member.rawValue]
        guard !text.isEscaped, let timestamp = Timestamp(line, text.range) else {
            throw problem(
                member, "bad-time",
                expected: "a moment as 1999-01-31T08:00:00.000000+02:00, at most six digits of "
                    + "a second's fraction")
        }
        return timestamp
    }

    private func isText(
        _ member: Member, _ line: Span<UInt8>, _ expected: String
    ) throws(LineProblem) -> Bool {
        switch try plain(member, line) {
        case .range(let range): Envelope.dropping(expected, line, range)?.isEmpty == true
        case .bytes(let bytes): bytes.elementsEqual(expected.utf8)
        }
    }

    /// What is left behind a prefix; `nil` where it does not stand there.
    private static func dropping(
        _ prefix: String, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> Range<Int>? {
        var index = range.lowerBound
        for byte in prefix.utf8 {
            guard index < range.upperBound, bytes[index] == byte else { return nil }
            index += 1
        }
        return index..<range.upperBound
    }

    private func empty(_ member: Member) -> LineProblem {
        problem(member, "empty-text", expected: "a text that is not empty")
    }

    private func problem(_ member: Member, _ code: String, expected: String) -> LineProblem {
        let isThere = has(member)
        return LineProblem(
            code, at: isThere ? texts[member.rawValue].range.lowerBound : 0,
            field: Envelope.name(member), found: isThere ? "another text" : "none",
            expected: expected)
    }
}
