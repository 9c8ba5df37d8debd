// Ingest at scale: a table of ten columns, as delimited text and as JSON Lines, into a durable log
// with its indexes.

import EventLog
import Events
import Ingestion
import Workbench

/// A file in a folder, filled with rows, and its way into a store.
package struct IngestBench {
    package enum Kind: String, CaseIterable, Sendable {
        case csv, json
    }

    let folder: String
    let rows: Int
    private let customers: Int

    /// - Parameter folder: is there, and is emptied by the caller.
    package init(folder: String, rows: Int) {
        self.folder = folder
        self.rows = rows
        customers = max(1, min(500_000, rows / 20))
    }

    package func path(_ kind: Kind) -> String { folder + "/calls." + kind.rawValue }

    // MARK: - The file

    /// Writes the file; a program of any kind reads the same calls from both.
    package func write(_ kind: Kind) throws {
        var bytes: [UInt8] = []
        if kind == .csv {
            bytes +=
                "call_id,started_at,customer_id,channel,queue,agent,intent,outcome,wait_s,talk_s\n"
                .utf8
        }
        var pieces: [[UInt8]] = []
        for index in 0..<rows {
            append(UInt64(index), kind, to: &bytes)
            if bytes.count >= 8 << 20 {
                pieces.append(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        pieces.append(bytes)
        try Files.write(Array(pieces.joined()), to: path(kind))
    }

    private static let outcomes = [
        "SOLVED", "CONTAINED", "OPEN", "XFER", "ESC", "LEFT", "LATER", "NONE",
    ]

    private func append(_ index: UInt64, _ kind: Kind, to bytes: inout [UInt8]) {
        func roll(_ purpose: UInt64, _ sides: Int) -> Int {
            Int(LogEventGenerator.mix(index, purpose) % UInt64(sides))
        }
        let second = Int(index) * 7_776_000 / rows
        let at = Instant(microseconds: 1_767_225_600_000_000 + Int64(second) * 1_000_000)
        let fields: [(name: String, value: String)] = [
            ("call_id", "c" + LogEventGenerator.decimal(Int(index), 9)),
            ("started_at", at.iso8601(offsetMinutes: 60)),
            ("customer_id", "p" + LogEventGenerator.decimal(roll(1, customers), 7)),
            ("channel", "channel\(roll(3, 6))"), ("queue", "team\(roll(6, 30))"),
            ("agent", "agent" + LogEventGenerator.decimal(roll(7, 2_000), 4)),
            ("intent", "intent\(roll(4, 40))"), ("outcome", IngestBench.outcomes[roll(8, 8)]),
            ("wait_s", "\(roll(11, 600))"), ("talk_s", "\(roll(12, 900))"),
        ]
        switch kind {
        case .csv:
            bytes += fields.map(\.value).joined(separator: ",").utf8
        case .json:
            bytes += "{".utf8
            for (place, field) in fields.enumerated() {
                if place > 0 { bytes += ",".utf8 }
                switch field.name {
                case "customer_id": bytes += "\"customer\":{\"id\":\"\(field.value)\"}".utf8
                case "wait_s", "talk_s": bytes += "\"\(field.name)\":\(field.value)".utf8
                default: bytes += "\"\(field.name)\":\"\(field.value)\"".utf8
                }
            }
            bytes += "}".utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func mapping(_ kind: Kind) -> String {
        """
        source: calls
        description: A table of ten columns.
        format: \(kind == .csv ? "{kind: delimited, delimiter: comma}" : "{kind: json-lines}")
        time_zone: UTC
        event:
          id: [call_id]
          kind: contact
          time: {column: started_at}
          customer: {column: \(kind == .csv ? "customer_id" : "customer.id")}
        interaction:
          channel: {column: channel}
          direction: inbound
          team: {column: queue}
          agent: {column: agent}
          intent: {column: intent}
          actor: agent
          outcome:
            column: outcome
            values: {SOLVED: resolved, CONTAINED: contained, OPEN: unresolved, XFER: transferred,
                     ESC: escalated, LEFT: abandoned, LATER: deferred, NONE: unknown}
          wait: {column: wait_s, unit: seconds}
          talk: {column: talk_s, unit: seconds}

        """
    }

    // MARK: - Into a store

    /// Takes the file in, three times into new stores.
    /// - Returns: the median rate, the processor time of a row, and the store's bytes.
    package func ingest(_ kind: Kind) throws -> [LogFigure] {
        let mapping = folder + "/\(kind.rawValue).yaml"
        try Files.write(Array(IngestBench.mapping(kind).utf8), to: mapping)
        var rates: [Double] = []
        var processor = 0.0
        for round in 0..<3 {
            let store = folder + "/store-\(kind.rawValue)-\(round)"
            let request = try IngestRequest(
                files: [path(kind)], mappingPath: mapping, recordedAt: nil)
            let before = processorSeconds()
            let (report, seconds) = try timed {
                try Store.open(directory: store, access: .create).ingest(request)
            }
            processor += processorSeconds() - before
            guard report.counts.accepted == rows else {
                throw WrongAnswer(description: "\(report.counts.accepted) of \(rows) accepted")
            }
            rates.append(Double(rows) / seconds)
        }
        let name = "ingest of " + kind.rawValue
        return [
            LogFigure(name: name, value: rates.sorted()[1], unit: "rows/s"),
            LogFigure(
                name: name + ", processor time", value: 1e9 * processor / Double(3 * rows),
                unit: "ns/row"),
        ]
    }
}
