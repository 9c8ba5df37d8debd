// The log at scale: append, scan, verify, single streams, single events, opening. Each part checks
// its answer; figures are per second of wall time.

import Dispatch
import EventLog
import Events
import LMDB
import Synchronization

/// One figure of the log's benchmark.
package struct LogFigure: Sendable {
    package let name: String
    package let value: Double
    package let unit: String

    package init(name: String, value: Double, unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }

    package var valueText: String { LogFigure.text(value) }

    /// Four digits or so: more would be noise.
    package static func text(_ value: Double) -> String {
        switch value {
        case 1_000_000...: String(Int(value / 1_000)) + "k"
        case 100...: String(Int(value))
        default: String(Double(Int(value * 1_000)) / 1_000)
        }
    }
}

/// Events and the time that they took.
struct Rate {
    private(set) var events = 0
    private(set) var seconds = 0.0

    var perSecond: Double { Double(events) / seconds }

    mutating func add(_ count: Int, _ more: Double) {
        events += count
        seconds += more
    }
}

/// A log in a folder, filled with the workload.
package final class LogBench {
    let folder: String
    let customers: Int
    private var generator: LogEventGenerator
    let batchSize: Int
    let eventCount: Int
    private let recordedAt = Instant(microseconds: 1_790_000_000_000_000)

    /// - Parameters:
    ///   - customers: so many that each has 20 events or more.
    ///   - batchSize: whole blocks, so that no event is written twice on its way.
    package init(
        folder: String, events: Int, customers: Int = 500_000, batchSize: Int = 25 * 4_096
    ) {
        let customers = max(1, min(customers, events / 20))
        self.folder = folder
        self.batchSize = batchSize
        eventCount = events
        self.customers = customers
        generator = LogEventGenerator(customers: customers)
    }

    /// What the product's own main program does first.
    package static func prepareProcess() { Log.keepFreedMemory() }

    var source: SourceDescription {
        SourceDescription(
            fileName: "bench", fileHash: String(repeating: "a", count: 64), mappingName: "bench",
            mappingHash: String(repeating: "b", count: 64), sourceName: "bench")
    }

    // MARK: - Reading

    package func read() throws -> [LogFigure] {
        let log = try Log.open(directory: folder, access: .readOnly)
        return [
            try best("scan, three columns", "events/s") { try scanThree(log) },
            try best("scan, everything", "events/s") { try scanAll(log) },
            try best("verify", "events/s") { try verify(log) },
            try best("streams", "streams/s") { try streams(log) },
        ]
    }

    /// The median of three runs; the first has warmed the cache.
    private func best(
        _ name: String, _ unit: String, _ run: () throws -> Int
    ) throws -> LogFigure {
        _ = try run()
        let rates = try (0..<3).map { _ in
            let (count, seconds) = try timed(run)
            return Double(count) / seconds
        }
        return LogFigure(name: name, value: rates.sorted()[1], unit: unit)
    }

    /// Runs `body` over pieces of the log on all cores and adds up what it gives.
    private func parallel(
        _ log: Log, _ body: @Sendable (ClosedRange<UInt64>) throws -> Int64
    ) throws -> Int64 {
        let step = UInt64(64 * 4_096)
        let total = try log.head().rawValue
        let pieces = Int((total + step - 1) / step)
        let sum = Mutex<(sum: Int64, failure: (any Error)?)>((0, nil))
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            let first = UInt64(piece) * step + 1
            let range = first...min(first + step - 1, total)
            do {
                let part = try body(range)
                sum.withLock { $0.sum &+= part }
            } catch {
                sum.withLock { $0.failure = error }
            }
        }
        return try sum.withLock { state in
            if let failure = state.failure { throw failure }
            return state.sum
        }
    }

    private func scanThree(_ log: Log) throws -> Int {
        let sum = try parallel(log) { range in
            var values: [Int64] = []
            var sum: Int64 = 0
            try log.forEachBlock(
                from: LogPosition(range.lowerBound), through: LogPosition(range.upperBound)
            ) { header, bytes in
                guard header.firstPosition.rawValue >= range.lowerBound else { return true }
                for column in [NumberColumn.at, .talk, .money] {
                    try header.numbers(column, bytes, into: &values)
                    for value in values { sum &+= value }
                }
                return true
            }
            return sum
        }
        guard sum != 0 else { throw WrongAnswer(description: "a scan gave nothing") }
        return eventCount
    }

    private func scanAll(_ log: Log) throws -> Int {
        let count = Mutex(0)
        let sum = try parallel(log) { range in
            var columns = EventColumns()
            var scratch: [Int64] = []
            var sum: Int64 = 0
            var seen = 0
            try log.forEachBlock(
                from: LogPosition(range.lowerBound), through: LogPosition(range.upperBound)
            ) { header, bytes in
                guard header.firstPosition.rawValue >= range.lowerBound else { return true }
                try header.columns(bytes, into: &columns, &scratch)
                for values in columns.numbers { for value in values { sum &+= value } }
                for values in columns.codes { for value in values { sum &+= Int64(value) } }
                for packed in columns.bytes {
                    for end in packed.ends { sum &+= Int64(end) }
                    for byte in packed.bytes { sum &+= Int64(byte) }
                }
                seen += header.count
                return true
            }
            count.withLock { $0 += seen }
            return sum
        }
        let seen = count.withLock { $0 }
        guard sum != 0, seen == eventCount else {
            throw WrongAnswer(description: "a scan saw \(seen) of \(eventCount)")
        }
        return eventCount
    }

    private func verify(_ log: Log) throws -> Int {
        let report = try log.verifyChain()
        guard report.isSound, report.eventCount == eventCount else {
            throw WrongAnswer(description: "\(report.problems.first?.description ?? "too short")")
        }
        return eventCount
    }

    private func streams(_ log: Log) throws -> Int {
        let names = try log.dictionary()
        let found = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        let symbols = (0..<20_000).compactMap { index -> CustomerID? in
            let customer = LogEventGenerator.mix(UInt64(index), 9) % UInt64(customers)
            let name = "c" + LogEventGenerator.decimal(Int(customer), 7)
            return names.symbol(of: name).map { CustomerID($0) }
        }
        DispatchQueue.concurrentPerform(iterations: 20) { piece in
            do {
                var events = 0
                for index in stride(from: piece, to: symbols.count, by: 20) {
                    try log.forEachEvent(of: symbols[index]) { _ in
                        events += 1
                        return true
                    }
                }
                found.withLock { $0 += events }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let mean = Double(found.withLock { $0 }) / Double(symbols.count)
        let expected = Double(eventCount) / Double(customers)
        guard abs(mean - expected) < 0.2 * expected else {
            throw WrongAnswer(description: "\(mean) events a stream, expected \(expected)")
        }
        return symbols.count
    }

    // MARK: - Opening, and single events

    package func open() throws -> [LogFigure] {
        let first = batch(eventCount..<(eventCount + 1))
        let (session, seconds) = try timed {
            let log = try Log.open(directory: folder, access: .readWrite)
            let session = try log.beginAppend(source)
            _ = try session.append(first)
            return session
        }
        var figures = [LogFigure(name: "open and first append", value: seconds, unit: "s")]
        let count = 1_000
        let singles = (0..<(3 * count)).map { index in
            let record = eventCount + 1 + index
            return batch(record..<(record + 1))
        }
        // In turn, so that both meet the same disk.
        var rates: [Double] = []
        var bareRates: [Double] = []
        var processor = 0.0
        for round in 0..<3 {
            let start = processorSeconds()
            let (_, seconds) = try timed {
                for single in singles[(round * count)..<((round + 1) * count)] {
                    guard try session.append(single).accepted == 1 else {
                        throw WrongAnswer(description: "a single event was not accepted")
                    }
                }
            }
            processor += processorSeconds() - start
            rates.append(Double(count) / seconds)
            bareRates.append(try bareCommits(count, round: round))
        }
        figures.append(
            LogFigure(name: "single durable appends", value: rates.sorted()[1], unit: "events/s"))
        figures.append(
            LogFigure(
                name: "single appends, processor time",
                value: 1e6 * processor / Double(3 * count), unit: "us/event"))
        figures.append(
            LogFigure(
                name: "commits of LMDB alone", value: bareRates.sorted()[1], unit: "commits/s"))
        return figures
    }

    /// The workload's events of a range, by field, ready to be appended.
    func batch(_ range: Range<Int>) -> AppendBatch {
        var columns = EventColumns()
        for event in generator.events(from: range.lowerBound, count: range.count) {
            columns.append(event, recordedAt: recordedAt)
        }
        var batch = AppendBatch(
            events: [], interner: generator.interner, recordedAt: recordedAt,
            recordsReadThrough: range.upperBound)
        batch.columns = PendingColumns(
            columns: columns, records: Array((range.lowerBound + 1)...range.upperBound))
        return batch
    }

    /// Commits a second of the storage library itself, one value of 100 bytes each.
    private func bareCommits(_ count: Int, round: Int) throws -> Double {
        let path = folder + "/commits-\(round)"
        try Folder.create(path)
        let environment = try Environment.open(path: path, access: .readWrite)
        let table = try environment.tables(named: ["events"])[0]
        let value = [UInt8](repeating: 7, count: 100)
        let (_, seconds) = try timed {
            for index in 0..<count {
                try environment.withWrite {
                    try $0.append(table, OrderedKey(UInt64(index)), value.span)
                }
            }
        }
        return Double(count) / seconds
    }
}
