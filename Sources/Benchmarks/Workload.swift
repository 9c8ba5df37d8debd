// A benchmark is a named piece of real work in three sizes. It checks its own answer and gives a
// hash of it, so that a faster program that does something else is seen at once.

import Glibc
import Workbench

/// How much data a workload works on.
package enum WorkloadSize: String, CaseIterable, Sendable {
    case small, medium, large

    /// Customers of the synthetic bank that the workload runs on.
    var customers: Int {
        switch self {
        case .small: 90
        case .medium: 1_800
        case .large: 18_000
        }
    }

    /// Journeys that are drawn.
    var journeys: Int {
        switch self {
        case .small: 200_000
        case .medium: 5_000_000
        case .large: 20_000_000
        }
    }

    /// Paired replications of a simulation.
    var replications: Int {
        switch self {
        case .small: 4
        case .medium: 50
        case .large: 200
        }
    }
}

/// What one run did.
package struct WorkloadOutcome: Sendable {
    /// Items worked through, and what they are.
    package var items: Int
    package var unit: String
    package var seconds: Double
    /// A hash of the answer: the same for every run of the same program on any machine.
    package var hash: UInt64
    /// Anything else worth a line, as bytes per event.
    package var remark: String

    package var perSecond: Double { seconds > 0 ? Double(items) / seconds : 0 }
}

/// The workloads by name.
package enum Workload: String, CaseIterable, Sendable {
    case ingest, scan, rebuild, reopen, customer, simulate, journeys

    package var summary: String {
        switch self {
        case .ingest: "gzip files into a durable, indexed, deduplicated log"
        case .scan: "every event of the log, decoded"
        case .rebuild: "contacts, links, causes and ledger from the log alone"
        case .reopen: "the same, from the journeys that are kept beside the log"
        case .customer: "one customer's journeys from those that are kept, opened one by one"
        case .simulate: "paired replications of a scenario, all cores, model fitted before"
        case .journeys: "journeys drawn from a chain of two channels, one core"
        }
    }

    /// What the rate is held against, in the same run.
    package var limitSummary: String {
        switch self {
        case .ingest: "the same files read and mapped, not stored"
        case .scan: "the same events in memory, summed"
        case .rebuild: "one sort of the contacts by time"
        case .reopen: "the same from the log alone"
        case .customer: "the customer's events by the log's own index"
        case .simulate: "the bare draws, four for each contact and replication"
        case .journeys: "one block of draws for each journey"
        }
    }
}

/// A workload that went wrong: its answer is not what it must be.
package struct WrongAnswer: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

/// Seconds that a piece of work takes, by the monotonic clock.
func timed<Value>(_ work: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
    let begun = monotonicNanoseconds()
    let value = try work()
    return (value, Double(monotonicNanoseconds() - begun) / 1e9)
}

/// Seconds of processor time that this process has used, all threads together.
func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds of it that the system used on the process's behalf: writing, and giving memory.
func systemSeconds() -> Double {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
}

private func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
