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
    /// The batch's own, and what conflicts with events that the log has.
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
