// The way of batches into the log, beside the reading: while a batch is read, the one before it is
// planned, and the one before that is on its way to the disk.

import Dispatch
import EventLog
import Events
import Synchronization

/// Appends batches in their order on a thread of its own. Used by one thread.
final class IngestLane: @unchecked Sendable {
    /// Batches that may be on their way, so that memory stays bounded: one that waits, and one that
    /// is planned.
    private static let roomCount = 2

    private let queue = DispatchQueue(label: "ingest-lane")
    private let room = DispatchSemaphore(value: IngestLane.roomCount)
    /// Touched on the queue alone, which is why this class may cross threads.
    private let work: LaneWork
    private let failure = Mutex<(any Error)?>(nil)

    /// - Parameter open: begins the appending, on the lane's thread, when the first batch is there.
    init(
        _ sealing: SealingSession, meter: IngestMeter, acknowledge: ((DurableBatch) -> Void)?,
        open: @escaping () throws -> AppendSession
    ) {
        work = LaneWork(sealing, meter: meter, acknowledge: acknowledge, open: open)
    }

    /// Takes a batch, and waits while there is no room for it.
    /// - Throws: what an earlier batch met; this one is not appended then.
    func append(_ batch: AppendBatch, bytesRead: Int) throws {
        room.wait()
        queue.async { [self] in
            attempt { try work.append(batch, bytesRead: bytesRead) }
            room.signal()
        }
        try check()
    }

    /// Waits until everything is durable.
    /// - Returns: what became of the records of all batches.
    /// - Throws: what a batch met.
    func finish() throws -> RecordCounts {
        drain()
        try check()
        return queue.sync { work.counts }
    }

    /// Waits for what is on its way.
    func drain() { queue.sync { attempt { try work.finish() } } }

    private func check() throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Does nothing once something has failed.
    private func attempt(_ body: () throws -> Void) {
        guard failure.withLock({ $0 }) == nil else { return }
        do {
            try body()
        } catch {
            failure.withLock { $0 = error }
        }
    }
}

/// What happens on the lane's thread.
private final class LaneWork {
    private let sealing: SealingSession
    private let meter: IngestMeter
    private let acknowledge: ((DurableBatch) -> Void)?
    private let open: () throws -> AppendSession
    private var pipeline: AppendPipeline?
    private var before = RecordCounts()

    init(
        _ sealing: SealingSession, meter: IngestMeter, acknowledge: ((DurableBatch) -> Void)?,
        open: @escaping () throws -> AppendSession
    ) {
        self.sealing = sealing
        self.meter = meter
        self.acknowledge = acknowledge
        self.open = open
    }

    /// What became of the records so far.
    var counts: RecordCounts {
        pipeline.map { $0.session.progress.counts - before } ?? RecordCounts()
    }

    func append(_ batch: AppendBatch, bytesRead: Int) throws {
        let pipeline = try opened()
        // On the disk before anything that needs them.
        try sealing.flush()
        guard let acknowledge else {
            if try pipeline.append(batch) != nil { show(bytesRead) }
            return
        }
        // Who wants to know of each batch wants to know the log's head behind it.
        let session = pipeline.session
        let appended = try session.append(batch)
        let snapshot = try session.log.snapshot()
        acknowledge(
            DurableBatch(
                file: meter.file, recordsReadThrough: appended.progress.recordsReadThrough,
                events: Int(snapshot.head.rawValue), headHash: snapshot.headHash))
        show(bytesRead)
    }

    func finish() throws { _ = try pipeline?.finish() }

    private func opened() throws -> AppendPipeline {
        if let pipeline { return pipeline }
        let session = try open()
        before = session.progress.counts
        let made = AppendPipeline(session)
        pipeline = made
        return made
    }

    private func show(_ bytesRead: Int) { meter.show(bytesRead: bytesRead, counts: counts) }
}

/// What a person sees of an ingest while it runs.
struct IngestMeter {
    let file: String
    let byteCount: Int
    let progress: ProgressReport?
    private let begun = System.nowMicroseconds

    init(file: String, byteCount: Int, progress: ProgressReport?) {
        self.file = file
        self.byteCount = byteCount
        self.progress = progress
    }

    func show(bytesRead: Int, counts: RecordCounts) {
        guard let progress else { return }
        let seconds = Double(max(1, System.nowMicroseconds - begun)) / 1e6
        let rate = Int(Double(counts.read) / seconds)
        progress(
            Progress(
                activity: "reading \(file)", done: bytesRead, total: byteCount, unit: "bytes",
                detail: "\(counts.read) records, \(rate) a second, \(counts.rejected) rejected"))
    }
}
