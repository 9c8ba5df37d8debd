// The bytes of the small records: a version, then the fields in a fixed order. Events have a
// codec of their own.

import Digests
import Events
import LMDB

extension SourceProgress {
    private static let formatVersion: UInt8 = 1

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.byte(SourceProgress.formatVersion)
        for text in [
            source.fileName, source.fileHash, source.mappingName, source.mappingHash,
            source.sourceName,
        ] { writer.text(text) }
        writer.byte(source.coverage == nil ? 0 : 1)
        if let coverage = source.coverage {
            writer.optional(coverage.from?.microseconds)
            writer.optional(coverage.to?.microseconds)
            writer.signed(Int64(coverage.offsetMinutes))
        }
        for count in [
            counts.read, counts.accepted, counts.duplicates, counts.leftOut, counts.rejected,
            eventCount, recordsReadThrough,
        ] { writer.unsigned(UInt64(count)) }
        writer.byte(isComplete ? 1 : 0)
        writer.unsigned(UInt64(warnings.count))
        for warning in warnings {
            writer.text(warning.code)
            writer.unsigned(UInt64(warning.count))
        }
        writer.unsigned(UInt64(notes.count))
        for note in notes { writer.text(note) }
        writer.optional(firstRecordedAt?.microseconds)
        writer.optional(lastRecordedAt?.microseconds)
        return writer.bytes
    }

    init(decoding bytes: Span<UInt8>) throws(EventFormatError) {
        var reader = ByteReader(position: 0)
        try reader.version(bytes, SourceProgress.formatVersion)
        source = SourceDescription(
            fileName: try reader.text(bytes), fileHash: try reader.text(bytes),
            mappingName: try reader.text(bytes), mappingHash: try reader.text(bytes),
            sourceName: try reader.text(bytes))
        if try reader.byte(bytes) != 0 {
            source.coverage = SourceCoverage(
                from: try reader.optional(bytes).map(Instant.init(microseconds:)),
                to: try reader.optional(bytes).map(Instant.init(microseconds:)),
                offsetMinutes: Int(try reader.signed(bytes)))
        }
        counts = RecordCounts(
            read: try reader.integer(bytes), accepted: try reader.integer(bytes),
            duplicates: try reader.integer(bytes), leftOut: try reader.integer(bytes),
            rejected: try reader.integer(bytes))
        eventCount = try reader.integer(bytes)
        recordsReadThrough = try reader.integer(bytes)
        isComplete = try reader.byte(bytes) != 0
        for _ in 0..<(try reader.count(bytes)) {
            warnings.append(
                WarningCount(code: try reader.text(bytes), count: try reader.integer(bytes)))
        }
        for _ in 0..<(try reader.count(bytes)) { notes.append(try reader.text(bytes)) }
        firstRecordedAt = try reader.optional(bytes).map(Instant.init(microseconds:))
        lastRecordedAt = try reader.optional(bytes).map(Instant.init(microseconds:))
        try reader.end(bytes)
    }
}

extension RejectedRecord {
    private static let formatVersion: UInt8 = 1

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.byte(RejectedRecord.formatVersion)
        writer.text(fileName)
        writer.unsigned(UInt64(record))
        writer.optional(line.map(Int64.init))
        writer.optional(byteOffset.map(Int64.init))
        writer.counted(sealedBytes)
        writer.text(finding.code)
        writer.text(finding.severity.rawValue)
        writer.text(finding.file)
        for number in [finding.line, finding.column, finding.byteOffset, finding.record] {
            writer.optional(number.map(Int64.init))
        }
        for text in [finding.field, finding.found, finding.expected, finding.hint] {
            writer.optional(text)
        }
        writer.byte(finding.foundIsPublic ? 1 : 0)
        writer.byte(event == nil ? 0 : 1)
        if let event {
            var bytes: [UInt8] = []
            EventCodec.encode(event, into: &bytes)
            writer.counted(bytes)
        }
        return writer.bytes
    }

    init(decoding bytes: Span<UInt8>) throws(EventFormatError) {
        var reader = ByteReader(position: 0)
        try reader.version(bytes, RejectedRecord.formatVersion)
        fileName = try reader.text(bytes)
        record = try reader.integer(bytes)
        line = try reader.optional(bytes).map(Int.init)
        byteOffset = try reader.optional(bytes).map(Int.init)
        sealedBytes = try reader.byteArray(bytes)
        let code = try reader.text(bytes)
        guard let severity = Severity(rawValue: try reader.text(bytes)) else {
            throw .unknownCode(field: "severity", value: 0)
        }
        finding = Finding(code: code, severity: severity, file: try reader.text(bytes))
        finding.line = try reader.optional(bytes).map(Int.init)
        finding.column = try reader.optional(bytes).map(Int.init)
        finding.byteOffset = try reader.optional(bytes).map(Int.init)
        finding.record = try reader.optional(bytes).map(Int.init)
        finding.field = try reader.optionalText(bytes)
        finding.found = try reader.optionalText(bytes)
        finding.expected = try reader.optionalText(bytes)
        finding.hint = try reader.optionalText(bytes)
        finding.foundIsPublic = try reader.byte(bytes) != 0
        if try reader.byte(bytes) != 0 {
            let inner = try reader.byteArray(bytes)
            event = try EventCodec.decode(inner.span)
        }
        try reader.end(bytes)
    }
}

extension ByteWriter {
    mutating func optional(_ value: Int64?) {
        byte(value == nil ? 0 : 1)
        if let value { signed(value) }
    }

    mutating func optional(_ value: String?) {
        byte(value == nil ? 0 : 1)
        if let value { text(value) }
    }

    mutating func counted(_ more: [UInt8]) {
        unsigned(UInt64(more.count))
        bytes += more
    }
}

extension ByteReader {
    mutating func version(
        _ bytes: Span<UInt8>, _ expected: UInt8
    ) throws(EventFormatError) {
        let found = try byte(bytes)
        guard found == expected else { throw .unsupportedVersion(found) }
    }

    /// A count or a place in a file. None comes near the limit, so that sums of them need no care
    /// where a damaged record is read.
    mutating func integer(_ bytes: Span<UInt8>) throws(EventFormatError) -> Int {
        let raw = try unsigned(bytes)
        guard raw < 1 << 48 else { throw .unknownCode(field: "count", value: raw) }
        return Int(raw)
    }

    mutating func optional(_ bytes: Span<UInt8>) throws(EventFormatError) -> Int64? {
        guard try byte(bytes) != 0 else { return nil }
        return try signed(bytes)
    }

    mutating func optionalText(_ bytes: Span<UInt8>) throws(EventFormatError) -> String? {
        guard try byte(bytes) != 0 else { return nil }
        return try text(bytes)
    }

    func end(_ bytes: Span<UInt8>) throws(EventFormatError) {
        guard position == bytes.count else {
            throw .trailingBytes(count: bytes.count - position)
        }
    }
}
