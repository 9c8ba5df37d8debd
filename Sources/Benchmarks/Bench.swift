// The bank that all workloads of a size share, made once, and the workloads over it.

import EventLog
import Events
import Ingestion
import Modeling
import Projections
import Randomness
import Simulation
import Statistics
import Workbench

/// A generated bank in a folder, with the files and rules that the workloads need.
package final class Bench {
    package let size: WorkloadSize
    private let folder: String
    private let rulesFolder: String
    private let files: [String]
    private let rows: Int
    private var store: Store?
    private var ingestCount = 0

    /// - Parameters:
    ///   - folder: an empty folder to work in; the caller removes it.
    ///   - scenarios: the product's own folder of scenarios.
    package init(size: WorkloadSize, folder: String, scenarios: String) throws {
        self.size = size
        self.folder = folder
        rulesFolder = scenarios
        let data = folder + "/data"
        let request = try GenerateRequest(
            folder: data, seed: 1, customers: size.customers, from: "1999-01-01",
            to: "1999-08-01")
        let answer = try Generation.run(request)
        rows = Bench.rows(of: answer)
        let months = ["january", "february", "march", "april", "may", "june", "july"]
        files = months.map { data + "/" + $0 + ".txt.gz" }
    }

    private static func rows(of answer: Answer) -> Int {
        for case .fact("rows", _, .integer(let rows)) in answer.items { return rows }
        return 0
    }

    private var mappingPath: String { rulesFolder + "/mappings/anonymous-bank-1999.yaml" }

    private var scenarioPath: String {
        rulesFolder + "/anonymous-bank/regular-calls-self-service.yaml"
    }

    /// Runs a workload, and what it is held against.
    /// - Throws: ``WrongAnswer``, and what the work throws.
    package func run(
        _ workload: Workload
    ) throws -> (outcome: WorkloadOutcome, limit: WorkloadOutcome) {
        switch workload {
        case .ingest: try (ingest(), readOnly())
        case .scan: try scan()
        case .rebuild: try rebuild()
        case .reopen: try reopen()
        case .customer: try customer()
        case .simulate: try simulate()
        case .journeys: try JourneyBench.run(journeys: size.journeys)
        }
    }

    // MARK: - Ingest

    private func ingest() throws -> WorkloadOutcome {
        ingestCount += 1
        let directory = folder + "/store-\(ingestCount)"
        let store = try Store.open(directory: directory, access: .create)
        let request = try IngestRequest(
            files: files, mappingPath: mappingPath, recordedAt: "2026-01-01T00:00:00Z")
        let (report, seconds) = try timed { try store.ingest(request) }
        guard report.counts.read == rows, report.counts.isBalanced else {
            throw WrongAnswer(description: "ingest read \(report.counts.read) of \(rows) rows")
        }
        self.store = store
        let statistics = try store.log.statistics()
        var hash = StableHash()
        for count in [report.counts.accepted, report.counts.rejected, report.eventsAfter] {
            hash.combine(UInt64(count))
        }
        let perEvent = statistics.allocatedBytes / max(1, statistics.eventCount)
        return WorkloadOutcome(
            items: rows, unit: "rows", seconds: seconds, hash: hash.value,
            remark: "\(perEvent) bytes an event on disk")
    }

    private func readOnly() throws -> WorkloadOutcome {
        let bytes = try Files.read(mappingPath)
        let mapping = try RecordMapping.read(bytes: bytes, file: mappingPath)
        let sealer = PersonalDataSealer(seal: { _, plain, _ in plain }, pseudonym: { $1 })
        var ingestion = FileIngestion(mapping: mapping, sealer: sealer)
        var read = 0
        let (_, seconds) = try timed {
            for file in files { try ingestion.read(path: file) { read += $0.records } }
        }
        guard read == rows else { throw WrongAnswer(description: "read \(read) of \(rows)") }
        return WorkloadOutcome(
            items: read, unit: "rows", seconds: seconds, hash: UInt64(read), remark: "")
    }

    // MARK: - Scan and rebuild

    private func opened() throws -> Store {
        if store == nil { _ = try ingest() }
        guard let store else { throw WrongAnswer(description: "no store after an ingest") }
        return store
    }

    private func events() throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        try opened().log.forEachEvent(from: LogPosition.beforeFirst.next) { event in
            events.append(event)
            return true
        }
        return events
    }

    private func scan() throws -> (WorkloadOutcome, WorkloadOutcome) {
        let log = try opened().log
        var count = 0
        var talk: Int64 = 0
        let (_, seconds) = try timed {
            try log.forEachEvent(from: LogPosition.beforeFirst.next) { recorded in
                count += 1
                talk &+= recorded.event.interaction?.talk?.microseconds ?? 0
                return true
            }
        }
        let kept = try events()
        let (sum, limitSeconds) = timed {
            kept.reduce(Int64(0)) { $0 &+ ($1.event.interaction?.talk?.microseconds ?? 0) }
        }
        guard sum == talk, count == kept.count else {
            throw WrongAnswer(description: "a scan gave \(talk), memory \(sum)")
        }
        return (
            outcome("events", count, seconds, UInt64(bitPattern: talk)),
            outcome("events", count, limitSeconds, UInt64(bitPattern: sum))
        )
    }

    private func rebuild() throws -> (WorkloadOutcome, WorkloadOutcome) {
        let store = try opened()
        let kept = try events()
        let costs = try store.costRules()
        let (ledger, seconds) = try timed {
            let quarter = try store.rebuiltFromLog()
            return Ledger(quarter.table, book: quarter.book, costs: costs)
        }
        guard ledger.balance.holds else { throw WrongAnswer(description: "out of balance") }
        let times = kept.map(\.event.at.microseconds)
        let (sorted, limitSeconds) = timed { times.sorted() }
        var hash = StableHash()
        hash.combine(UInt64(bitPattern: ledger.balance.charged))
        hash.combine(UInt64(sorted.count))
        return (
            outcome("events", kept.count, seconds, hash.value),
            outcome("events", kept.count, limitSeconds, hash.value)
        )
    }

    private func reopen() throws -> (WorkloadOutcome, WorkloadOutcome) {
        let store = try opened()
        let costs = try store.costRules()
        // The first asking keeps them.
        _ = try store.rebuild()
        guard try store.keptState() == .current else {
            throw WrongAnswer(description: "nothing was kept: \(try store.keptState())")
        }
        func ledger(_ quarter: Quarter) -> Int64 {
            Ledger(quarter.table, book: quarter.book, costs: costs).balance.charged
        }
        let (kept, seconds) = try timed { ledger(try store.rebuild()) }
        let (made, limitSeconds) = try timed { ledger(try store.rebuiltFromLog()) }
        guard kept == made else { throw WrongAnswer(description: "\(kept) kept, \(made) made") }
        let count = Int(try store.log.head().rawValue)
        let hash = UInt64(bitPattern: kept)
        return (
            outcome("events", count, seconds, hash),
            outcome("events", count, limitSeconds, hash)
        )
    }

    private func customer() throws -> (WorkloadOutcome, WorkloadOutcome) {
        let store = try opened()
        let quarter = try store.rebuild()
        let customers = quarter.table.customers
        let chosen = stride(from: 0, to: customers.count, by: max(1, customers.count / 50)).map {
            customers[$0]
        }
        var hash = StableHash()
        let (_, seconds) = try timed {
            for customer in chosen {
                var filter = JourneyFilter()
                filter.customer = quarter.table.dictionary.string(customer)
                let answer = try store.journeys(filter)
                for case .fact("matching", _, .integer(let count)) in answer.items {
                    hash.combine(UInt64(count))
                }
            }
        }
        var events: UInt64 = 0
        let (_, limitSeconds) = try timed {
            for customer in chosen {
                try store.log.forEachEvent(of: customer) { _ in
                    events += 1
                    return true
                }
            }
        }
        return (
            outcome("customers", chosen.count, seconds, hash.value),
            outcome("customers", chosen.count, limitSeconds, events)
        )
    }

    // MARK: - Simulate

    private func simulate() throws -> (WorkloadOutcome, WorkloadOutcome) {
        let store = try opened()
        _ = try store.calibrate()
        var request = SimulationRequest()
        request.replications = size.replications
        let (run, seconds) = try timed {
            try store.simulate(scenarioPath: scenarioPath, request: request)
        }
        guard run.summary.customersUnexplained == 0 else {
            throw WrongAnswer(description: "\(run.summary.customersUnexplained) unexplained")
        }
        let contacts = run.log.contacts
        let draws = Draws(seed: 1, replication: 0)
        let purpose = DrawPurpose("benchmark")
        let (sum, limitSeconds) = timed {
            var sum = 0.0
            for draw in 0..<(contacts * 4) {
                sum += draws.uniform(address: UInt64(draw), purpose: purpose)
            }
            return sum
        }
        var hash = StableHash()
        for metric in run.summary.metrics { hash.combine(metric.delta.mean.bitPattern) }
        return (
            outcome("replications", size.replications, seconds, hash.value),
            outcome("replications", 1, limitSeconds, sum.bitPattern)
        )
    }

    private func outcome(
        _ unit: String, _ items: Int, _ seconds: Double, _ hash: UInt64
    ) -> WorkloadOutcome {
        WorkloadOutcome(items: items, unit: unit, seconds: seconds, hash: hash, remark: "")
    }
}
