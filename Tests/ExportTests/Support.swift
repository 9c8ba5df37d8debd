// Lines written and read back in one call each.

import Events
import Export
import Foundation
import Testing

/// An event's line, without its end.
func line(_ recorded: RecordedEvent, _ dictionary: Interner) throws -> [UInt8] {
    var writer = CloudEventWriter(dictionary: dictionary)
    var bytes: [UInt8] = []
    writer.append(recorded, to: &bytes)
    try #require(bytes.last == UInt8(ascii: "\n"))
    return Array(bytes.dropLast())
}

extension CloudEventReader {
    mutating func outcome(_ line: [UInt8]) -> Result<ExportedLine, LineProblem> {
        do {
            return .success(try read(line.span))
        } catch {
            return .failure(error)
        }
    }

    /// The event of a line, with the symbols of another dictionary.
    mutating func event(_ line: [UInt8], _ dictionary: Interner) throws -> RecordedEvent {
        guard case .event(var recorded) = try outcome(line).get() else {
            throw LineProblem("no-event", at: 0, expected: "an event")
        }
        let names = interner
        recorded.event = recorded.event.mapSymbols {
            dictionary.symbol(of: names.string($0)) ?? Symbol(.max)
        }
        return recorded
    }
}

/// Everything of an event as bytes: numbers that are not equal to themselves have equal bits.
func exactBytes(_ recorded: RecordedEvent) -> [UInt8] {
    var bytes: [UInt8] = []
    EventCodec.encode(recorded.event, into: &bytes)
    var writer = ByteWriter(bytes: bytes)
    writer.unsigned(recorded.position.rawValue)
    writer.signed(recorded.recordedAt.microseconds)
    return writer.bytes
}

enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
