// The log's contacts into a table: two readings of the columns that matter, on all cores.

import EventLog
import Events
import Projections
import Synchronization

/// Reads the contacts of a log.
struct ContactScan {
    /// What the first reading looks at.
    private static let outlineCodes: [CodeColumn] = [.kind, .presence, .customer]
    private static let contactCodes: [CodeColumn] = [
        .kind, .presence, .source, .customer, .issue, .channel, .direction, .intent, .segment,
        .actor, .team, .tier, .outcome,
    ]
    private static let contactNumbers: [NumberColumn] = [
        .at, .offsetMinutes, .automation, .wait, .talk, .hold, .wrapUp,
    ]

    private let log: Log
    private let snapshot: LogSnapshot
    private let progress: ProgressReport?

    init(_ log: Log, _ snapshot: LogSnapshot, progress: ProgressReport?) {
        self.log = log
        self.snapshot = snapshot
        self.progress = progress
    }

    /// A segment that is being read, and room for the columns of its blocks.
    private struct Reading<Part: Sendable>: Sendable {
        var part: Part
        var columns = EventColumns()
        var scratch: [Int64] = []
    }

    /// - Throws: ``EventLogError``, ``AddressCollision``.
    func table() throws -> ContactTable {
        let events = Int(snapshot.head.rawValue)
        let done = Mutex(0)
        let note = { @Sendable [progress] (rows: Int) in
            let sum = done.withLock { sum in
                sum += rows
                return sum
            }
            progress?(
                Progress(
                    activity: "reading the log", done: sum / 2, total: events, unit: "events"))
        }
        let names = snapshot.dictionary
        let nameCount = names.count
        let outlines = try log.inSegments(
            through: snapshot.head, { _ in Reading(part: ContactOutline()) }
        ) { reading, header, bytes, rows in
            for column in ContactScan.outlineCodes {
                try header.codes(column, bytes, into: &reading.columns[column])
            }
            try header.numbers(.at, bytes, into: &reading.columns[.at])
            guard reading.columns[.customer][rows].allSatisfy({ Int($0) < nameCount }) else {
                throw ContactScan.damaged(header, "a customer without a name")
            }
            reading.part.add(reading.columns, rows)
            note(rows.count)
        }
        let plan = ContactPlan(outlines.map(\.part), nameCount: nameCount)
        return try plan.table(names: names) { slots in
            try log.inSegments(
                through: snapshot.head,
                { Reading(part: ContactRows(slots, run: $0, names: names)) }
            ) { reading, header, bytes, rows in
                for column in ContactScan.contactCodes {
                    try header.codes(column, bytes, into: &reading.columns[column])
                }
                for column in ContactScan.contactNumbers {
                    try header.numbers(column, bytes, into: &reading.columns[column])
                }
                try header.strings(
                    .key, bytes, into: &reading.columns[.key], &reading.scratch)
                do {
                    try reading.part.add(
                        reading.columns, rows, firstPosition: header.firstPosition)
                } catch {
                    throw ContactScan.damaged(header, "\(error)")
                }
                note(rows.count)
            }.map(\.part)
        }
    }

    private static func damaged(_ header: BlockHeader, _ reason: String) -> EventLogError {
        .damaged(
            table: "blocks",
            place: "events \(header.firstPosition.rawValue) to \(header.lastPosition.rawValue)",
            reason: reason)
    }
}
