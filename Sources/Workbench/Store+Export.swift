// The log out, event by event, in a form that any program can read and that reads back to the
// same log. docs/exchange.md describes it.

import EventLog
import Events
import Export

/// What an export is asked for.
package struct ExportRequest: Hashable, Sendable {
    /// The first position; `nil` for the log's first.
    package var from: UInt64?
    /// The last position; `nil` for the log's last.
    package var through: UInt64?

    package init(from: UInt64? = nil, through: UInt64? = nil) {
        self.from = from
        self.through = through
    }
}

/// What an export came to.
package struct ExportReport: Hashable, Sendable {
    package var eventCount: Int
    package var byteCount: Int
    package var from: UInt64
    package var through: UInt64
    package var head: UInt64
    package var headHash: String
}

extension Store {
    /// Bytes that are gathered before they are written.
    private static let exportChunkBytes = 1 << 20

    /// Writes the log as CloudEvents, one a line, behind a line about the export itself.
    ///
    /// The export ends where the log ended at its beginning, whatever is appended meanwhile.
    /// - Parameter write: takes whole lines, many at once.
    /// - Complexity: O(events) time; memory for names and one page of events.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)`` for positions that the log
    ///   does not have; ``EventLogError``; what `write` throws.
    package func exportCloudEvents(
        _ request: ExportRequest = ExportRequest(), progress: ProgressReport? = nil,
        write: ([UInt8]) throws -> Void
    ) throws -> ExportReport {
        let snapshot = try log.snapshot()
        let range = try exportedRange(request, snapshot)
        var report = ExportReport(
            eventCount: 0, byteCount: 0, from: range.from.rawValue,
            through: range.through.rawValue, head: range.head.rawValue,
            headHash: range.headHash)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Store.exportChunkBytes + (1 << 16))
        range.append(to: &bytes)
        let total = Int(range.through.rawValue) - Int(range.from.rawValue) + 1
        var writer = CloudEventWriter(dictionary: snapshot.dictionary)
        func flush() throws {
            try write(bytes)
            report.byteCount += bytes.count
            bytes.removeAll(keepingCapacity: true)
            progress?(
                Progress(
                    activity: "exporting", done: report.eventCount, total: total, unit: "events"))
        }
        if range.from <= range.through {
            try log.forEachEvent(from: range.from, through: range.through) { recorded in
                writer.append(recorded, to: &bytes)
                report.eventCount += 1
                if bytes.count >= Store.exportChunkBytes { try flush() }
                return true
            }
        }
        try flush()
        return report
    }

    /// The same into a file, which is replaced as a whole.
    package func exportCloudEvents(
        _ request: ExportRequest = ExportRequest(), toFile path: String,
        progress: ProgressReport? = nil
    ) throws -> ExportReport {
        let file = try FileReplacement(path: path)
        let report = try exportCloudEvents(request, progress: progress) { try file.write($0) }
        try file.publish()
        return report
    }

    private func exportedRange(
        _ request: ExportRequest, _ snapshot: LogSnapshot
    ) throws -> ExportedRange {
        let head = snapshot.head.rawValue
        let from = request.from ?? 1
        let through = request.through ?? head
        guard from >= 1 else {
            throw WorkbenchError.wrongValue(
                name: "--from", expected: "a position from 1", found: "\(from)")
        }
        guard through <= head else {
            throw WorkbenchError.wrongValue(
                name: "--to", expected: "a position of the log, which ends at \(head)",
                found: "\(through)")
        }
        guard from <= through || (head == 0 && from == 1) else {
            throw WorkbenchError.wrongValue(
                name: "--from", expected: "a position through \(through)", found: "\(from)")
        }
        var range = ExportedRange(
            logID: log.storeID, from: LogPosition(from), through: LogPosition(through),
            head: snapshot.head, headHash: snapshot.headHash)
        let stated = try log.sources().compactMap { $0.source.coverage }
        range.coversFrom = stated.compactMap(\.from).min()
        range.coversTo = stated.compactMap(\.to).max()
        range.coverageOffsetMinutes = stated.first?.offsetMinutes ?? 0
        return range
    }
}

extension ExportReport {
    package var answer: Answer {
        var answer = Answer()
        answer.fact("events", "events exported", .integer(eventCount))
        answer.fact("from", "from position", .integer(Int(from)))
        answer.fact("to", "to position", .integer(Int(through)))
        answer.fact("bytes", "bytes", .integer(byteCount))
        answer.fact("head", "head hash", .text(headHash))
        answer.note(
            "personal fields are in it as sealed as they are in the log; the keys stay behind")
        return answer
    }
}
