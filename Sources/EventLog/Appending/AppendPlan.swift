// What a commit will store.

import Events

/// A batch as it will lie in the log, if the log ends where the plan counts on.
struct AppendPlan: Sendable {
    /// Plans of one open log are numbered in the order of their making.
    let number: Int
    let batch: AppendBatch
    /// Where the log ends before and after.
    let base: LogEnd
    let end: LogEnd
    /// The names that come to the dictionary, encoded; `nil` where none do.
    let names: [UInt8]?
    let events: PlannedEvents
    /// What becomes of the records that have events.
    let fates: RecordFates
    /// The batch's own, and what conflicts with events that the log has; one for a record.
    let rejects: [RejectedRecord]

    /// How many events are new.
    var accepted: Int { Int(end.position.rawValue - base.position.rawValue) }
}

/// Where new events go: a few to the tail, one value each; many to blocks, together with the tail
/// before them.
struct PlannedEvents: Sendable {
    /// Chained; they follow each other. The first begins with all events of the tail.
    var blocks: [EncodedBlock] = []
    /// The blocks' run of the stream index.
    var run: EncodedRun?
    /// The events behind them, as they are stored.
    var tail: [[UInt8]] = []
}

/// What becomes of records that have events, in numbers.
///
/// A record counts as rejected where one of its events conflicts with what the log has, otherwise
/// as accepted where one of them is new, otherwise as a duplicate: so each counts once. Its new
/// events are in the log in all cases.
struct RecordFates: Sendable {
    private(set) var accepted = 0
    private(set) var duplicates = 0
    private(set) var conflicting = 0

    init(_ judgement: Judgement, of incoming: IncomingEvents) {
        var nextAccepted = 0
        var nextConflict = 0
        var row = 0
        while row < incoming.count {
            let record = incoming.record(row)
            var isNew = false
            var isConflict = false
            repeat {
                if nextAccepted < judgement.accepted.count,
                    judgement.accepted[nextAccepted] == row
                {
                    isNew = true
                    nextAccepted += 1
                } else if nextConflict < judgement.conflicts.count,
                    judgement.conflicts[nextConflict].row == row
                {
                    isConflict = true
                    nextConflict += 1
                }
                row += 1
            } while row < incoming.count && incoming.record(row) == record
            if isConflict {
                conflicting += 1
            } else if isNew {
                accepted += 1
            } else {
                duplicates += 1
            }
        }
    }
}
