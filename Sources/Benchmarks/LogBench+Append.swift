// Appending: batches that are durable one after the other, and what they cost.

import EventLog
import Events

extension LogBench {
    /// Events that are in memory at once: made before the clock runs, so that the making hides
    /// nothing.
    private static let segmentBatchCount = 40

    /// Appends the events in batches, each durable before the next is written, and times it with
    /// all merges of the index that come due.
    /// - Parameters:
    ///   - marks: event counts at which the rate of the last four million or so is reported.
    ///   - isAwaited: whether nothing is done for a batch before the one before it is durable.
    package func append(marks: [Int] = [], isAwaited: Bool = false) throws -> [LogFigure] {
        let log = try Log.open(directory: folder, access: .create)
        let session = try log.beginAppend(source)
        var figures: [LogFigure] = []
        var total = AppendCost()
        for first in stride(from: 0, to: eventCount, by: LogBench.segmentBatchCount * batchSize) {
            let end = min(first + LogBench.segmentBatchCount * batchSize, eventCount)
            let cost = try append(first..<end, session, isAwaited: isAwaited)
            total.add(cost)
            for mark in marks where (first..<end).contains(mark - 1) {
                figures.append(
                    LogFigure(
                        name: "append, about event \(mark / 1_000_000) M",
                        value: cost.rate.perSecond, unit: "events/s"))
            }
        }
        guard !isAwaited else {
            return [
                LogFigure(
                    name: "append, each awaited", value: total.rate.perSecond, unit: "events/s")
            ]
        }
        let bytes = try log.statistics().allocatedBytes
        return figures + [
            LogFigure(
                name: "append, processor time", value: total.nanoseconds(total.processor),
                unit: "ns/event"),
            LogFigure(
                name: "append, system's part of it", value: total.nanoseconds(total.system),
                unit: "ns/event"),
            LogFigure(name: "append", value: total.rate.perSecond, unit: "events/s"),
            LogFigure(
                name: "size", value: Double(bytes) / Double(eventCount), unit: "bytes/event"),
        ]
    }

    private func append(
        _ range: Range<Int>, _ session: AppendSession, isAwaited: Bool
    ) throws -> AppendCost {
        let batches = stride(from: range.lowerBound, to: range.upperBound, by: batchSize).map {
            batch($0..<min($0 + batchSize, range.upperBound))
        }
        let pipeline = AppendPipeline(session)
        let (processor, system) = (processorSeconds(), systemSeconds())
        let (accepted, seconds) = try timed {
            var accepted = 0
            for batch in batches {
                let result =
                    isAwaited ? try session.append(batch) : try pipeline.append(batch)
                accepted += result?.accepted ?? 0
            }
            accepted += try pipeline.finish()?.accepted ?? 0
            session.log.waitForMerge()
            return accepted
        }
        guard accepted == range.count else {
            throw WrongAnswer(description: "\(accepted) of \(range.count) accepted")
        }
        var cost = AppendCost(
            processor: processorSeconds() - processor, system: systemSeconds() - system)
        cost.rate.add(accepted, seconds)
        return cost
    }
}

/// What appending some events cost.
private struct AppendCost {
    var rate = Rate()
    /// Processor time in seconds, and the system's part of it.
    var processor = 0.0
    var system = 0.0

    func nanoseconds(_ part: Double) -> Double { 1e9 * part / Double(rate.events) }

    mutating func add(_ other: AppendCost) {
        rate.add(other.rate.events, other.rate.seconds)
        processor += other.processor
        system += other.system
    }
}
