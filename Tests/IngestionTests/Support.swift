// What the tests of this target share: small files, small mappings, a sealer that can be seen
// through, and gzip files made by hand.

import Configuration
import Events
import Foundation
import Ingestion
import Testing

/// A folder that is removed when the test is over.
final class Scratch {
    let directory: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("ingestion-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        directory = url.path
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: directory) } catch {
            Issue.record("\(directory) stays behind: \(error)")
        }
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = directory + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    func file(_ name: String, _ text: String) throws -> String {
        try file(name, Array(text.utf8))
    }
}

/// A sealer whose results show what was sealed.
var glassSealer: PersonalDataSealer {
    PersonalDataSealer(
        seal: { name, plaintext, context in
            Array("\(name)|\(context.eventKey)|\(context.customer)|".utf8) + plaintext
        },
        pseudonym: { kind, value in "\(kind)-\(value.lowercased())" })
}

/// A mapping over the columns id, when, who, what, seconds, agent, of comma-separated text.
func smallMapping(
    format: String = "{kind: delimited, delimiter: comma}", replacing: [String: String] = [:],
    adding: String = ""
) throws -> RecordMapping {
    var text = """
        source: small
        description: A small source.
        format: \(format)
        time_zone: Asia/Jerusalem
        event:
          id: [id]
          kind: {column: what, values: {CALL: contact, GHOST: phantom, PAID: refundPaid}}
          time: {column: when}
          customer: {column: who, unknown: ["0", "*E+*"]}
        interaction:
          channel: voice
          direction: inbound
          outcome:
            cases:
              - when: {what: CALL, seconds: {above: 10}}
                then: unresolved
              - when: {what: [CALL, GHOST]}
                then: unknown
          talk: {column: seconds, unit: seconds}
          agent: {column: agent, personal: true, unknown: [NONE]}

        """
    for (old, new) in replacing.sorted(by: { $0.key < $1.key }) {
        precondition(text.contains(old), "no \(old) in the small mapping")
        text = text.replacingOccurrences(of: old, with: new)
    }
    return try RecordMapping.read(bytes: Array((text + adding).utf8), file: "small.yaml")
}

/// A mapping of delimited text that says little more than what an event is.
/// - Parameters:
///   - event: the members of `event`, but for the id, which is the column of that name.
///   - format: the members of `format` besides its kind.
///   - more: further lines.
func eventMapping(
    _ event: String, format: String = "delimiter: comma", zone: String = "UTC", more: String = "",
    folder: String = ""
) throws -> RecordMapping {
    try RecordMapping.read(
        bytes: Array(
            """
            source: small
            description: A small source.
            format: {kind: delimited, \(format)}
            time_zone: \(zone)
            event: {id: [id], \(event)}
            \(more)
            """.utf8), file: "small.yaml", folder: folder)
}

/// A small file: its header and lines.
func smallText(_ lines: [String], ending: String = "\n") -> String {
    (["id,when,who,what,seconds,agent"] + lines).joined(separator: ending) + ending
}

/// An event, and the record it was made of.
struct IngestedEvent: Hashable {
    var event: Event
    var record: Int
    var line: Int
    var byteOffset: Int
}

extension IngestedBatch {
    var interner: Interner {
        var interner = Interner()
        for symbol in 1..<UInt32(max(1, names.count)) {
            _ = interner.intern(names.string(Symbol(symbol)))
        }
        return interner
    }

    var events: [IngestedEvent] {
        (0..<rows.columns.count).compactMap { row in
            do {
                return IngestedEvent(
                    event: try rows.columns.event(row), record: rows.records[row],
                    line: rows.lines[row], byteOffset: rows.byteOffsets[row])
            } catch {
                Issue.record("row \(row) is no event: \(error)")
                return nil
            }
        }
    }
}

/// Everything a file gave.
struct Outcomes {
    var batches: [IngestedBatch] = []
    var events: [IngestedEvent] { batches.flatMap(\.events) }
    var rejects: [IngestedReject] { batches.flatMap(\.rejects) }
    var leftOut: Int { batches.map(\.leftOut).reduce(0, +) }
    var records: Int { batches.map(\.records).reduce(0, +) }
    var interner: Interner { batches[batches.count - 1].interner }
    var warnings: FindingTally {
        var tally = FindingTally()
        for batch in batches { tally.merge(batch.warnings) }
        return tally
    }
    /// Everything of the events with names in place of symbols: those are given in the order of
    /// first sight, which depends on how many records are looked at together.
    var named: [String] {
        let interner = interner
        return events.map { item in
            let event = item.event.mapSymbols { _ in .none }
            var names = [interner.string(item.event.customer), interner.string(item.event.issue)]
            if let detail = item.event.interaction {
                names += [
                    interner.string(detail.channel), interner.string(detail.modality),
                    interner.string(detail.intent), interner.string(detail.segment),
                    interner.string(detail.team), interner.string(detail.tier),
                    interner.string(detail.agent), interner.string(detail.transferTarget),
                ]
            }
            names += item.event.attributes.map { interner.string($0.name) }
            names += item.event.personal.map { interner.string($0.name) }
            return "\(item.record) \(item.line) \(item.byteOffset) \(event) \(names)"
        }
    }

    /// `line:column code` of each reject.
    var places: [String] {
        rejects.map { "\($0.line):\($0.column) \($0.finding.code)" }
    }
}

func ingest(
    _ path: String, _ mapping: RecordMapping, skippingRecords: Int = 0, batchSize: Int = 20_000
) throws -> Outcomes {
    var ingestion = FileIngestion(mapping: mapping, sealer: glassSealer)
    var outcomes = Outcomes()
    try ingestion.read(
        path: path, name: "small.csv", skippingRecords: skippingRecords, batchSize: batchSize
    ) { outcomes.batches.append($0) }
    return outcomes
}

func ingest(text: String, _ mapping: RecordMapping) throws -> Outcomes {
    let scratch = try Scratch()
    return try ingest(scratch.file("small.csv", text), mapping)
}

/// A gzip member with the bytes in stored blocks of at most `blockBytes`.
/// Source: RFC 1951, 3.2.4, and RFC 1952, 2.3.
func gzip(_ bytes: [UInt8], blockBytes: Int = 1_000) -> [UInt8] {
    var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
        let block = bytes[start..<min(start + blockBytes, bytes.count)]
        start += block.count
        result.append(start == bytes.count ? 1 : 0)
        for value in [block.count, ~block.count] {
            result.append(UInt8(truncatingIfNeeded: value))
            result.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        result += block
    } while start < bytes.count
    var checksum: UInt32 = ~0
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    for value in [~checksum, UInt32(bytes.count)] {
        for shift in [0, 8, 16, 24] as [UInt32] {
            result.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
    return result
}
