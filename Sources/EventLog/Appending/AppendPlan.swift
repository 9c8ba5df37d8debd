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
    /// How many events are new.
    let accepted: Int
    /// The batch's own, and what conflicts with events that the log has.
    let rejects: [RejectedRecord]
}

/// Where new events go: a few to the tail, one value each; many to blocks, together with the tail
/// before them.
struct PlannedEvents: Sendable {
    /// Events of the tail that are in `blocks` now.
    var removed: Range<UInt64> = 0..<0
    /// Chained; they follow each other.
    var blocks: [EncodedBlock] = []
    /// The blocks' run of the stream index.
    var run: EncodedRun?
    /// The events behind the blocks.
    var tail: [TailValue] = []
}

/// An event of the tail as it is stored.
struct TailValue: Sendable {
    let position: LogPosition
    let bytes: [UInt8]
}
