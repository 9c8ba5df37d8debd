// Replay at scale: a record of which one intent of twelve is automated, and what a plain loop in
// C++ reaches with the same contacts, draws and decisions.

import Dispatch
import Events
import Modeling
import Projections
import Simulation
import Synchronization
import Workbench

/// A generated record, fitted and laid out for replay.
package struct ReplayBench: Sendable {
    let plan: ReplayPlan
    private let contacts: Int

    /// - Parameter contacts: in the record; at least a thousand.
    package init(contacts: Int) throws {
        self.contacts = contacts
        var record = ReplayRecord(contacts: contacts)
        let table = try record.table()
        let book = JourneyBook(table, rules: ReplayRecord.rules)
        let model = ModelFit.fit(table, book: book, logHead: "", eventCount: contacts)
        plan = try ReplayPlan(
            table: table, book: book, costs: ReplayRecord.costs, model: model,
            intervention: ReplayRecord.intervention, seed: 1)
    }

    /// Contacts that are replayed, and those that no automation reaches.
    package var counts: (replayed: Int, untouched: Int) {
        (plan.replayedCount, plan.untouchedCount)
    }

    /// The contacts that are replayed as the C++ program reads them.
    package func writeWords(to path: String, replications: Int) throws {
        let words = plan.words(of: 0..<replications)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        try Files.write(bytes, to: path)
    }

    /// Replays, and gives the seconds and a digest of every total of the trees that the automation
    /// reaches: those of all trees less those of the others.
    package func run(replications: Int, threads: Int) -> ReplayOutcome {
        let whole = Mutex([ReplicationResult?](repeating: nil, count: replications))
        let rest = Mutex([WorldTotals?](repeating: nil, count: replications))
        let begun = processorSeconds()
        let (_, seconds) = timed {
            each(replications, threads) { place, parameters, scratch in
                let result = plan.replicate(place, parameters: parameters, scratch: &scratch)
                whole.withLock { $0[place] = result }
            }
        }
        let between = processorSeconds()
        let (_, untouchedSeconds) = timed {
            each(replications, threads) { place, parameters, scratch in
                let totals = plan.untouched(place, parameters: parameters, scratch: &scratch)
                rest.withLock { $0[place] = totals }
            }
        }
        let ended = processorSeconds()
        var digest: UInt64 = 0
        for (result, untouched) in zip(whole.withLock { $0 }, rest.withLock { $0 }) {
            guard let result, let untouched else { continue }
            digest = digest &* ReplayDigest.factor &+ ReplayDigest.of(result, without: untouched)
        }
        return ReplayOutcome(
            seconds: seconds - untouchedSeconds, untouchedSeconds: untouchedSeconds,
            processorSeconds: between - begun - (ended - between), digest: digest)
    }

    private func each(
        _ replications: Int, _ threads: Int,
        _ body: @Sendable (Int, DrawnParameters, inout ReplayScratch) -> Void
    ) {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            var scratch = ReplayScratch(plan)
            for place in stride(from: thread, to: replications, by: threads) {
                body(place, plan.parameters(draw: place / 2), &scratch)
            }
        }
    }
}

/// What a run of replications took and came to.
package struct ReplayOutcome: Sendable {
    /// Of the trees that are replayed, and of those that no automation reaches, which are timed
    /// apart.
    package let seconds: Double
    package let untouchedSeconds: Double
    /// Of the trees that are replayed, all threads together.
    package let processorSeconds: Double
    package let digest: UInt64
}

/// All totals of a replication in one word, as tools/peers/replay adds its own up.
private enum ReplayDigest {
    static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15

    static func of(_ result: ReplicationResult, without untouched: WorldTotals) -> UInt64 {
        var values: [Int64] = []
        for world in [result.baseline, result.scenario] {
            values += zip(world.counters, untouched.counters).map { $0 - $1 }
            values.append(
                Int64(bitPattern: sum(world.matrix) &- sum(untouched.matrix)))
        }
        let (classes, provenance) = (result.classes, result.provenance)
        values += [
            classes.grossSaving, classes.runCost, classes.unreleased, classes.redistributed,
            classes.deferred, provenance.supported, provenance.extrapolated, provenance.assumed,
            result.avertedUnidentified,
        ]
        values += [
            result.customersUnexplained, result.customersReached, result.customersWorseOff,
            result.customersBetterOff,
        ].map { Int64($0) }
        for segment in result.segments {
            values += [segment.reached, segment.worseOff, segment.betterOff].map { Int64($0) }
            values += [segment.cash, segment.time]
        }
        let spread = result.spread
        values += [
            spread?.gini, spread?.topTenth, spread?.interactionVariation,
            spread?.aggregateVariation, spread?.contactsVariation,
        ].map { Int64(bitPattern: ($0 ?? 0).bitPattern) }
        values += result.weeks
        return values.reduce(0) { $0 &* factor &+ UInt64(bitPattern: $1) }
    }

    private static func sum(_ matrix: PostedMatrix) -> UInt64 {
        zip(matrix.places, matrix.amounts).reduce(0) {
            $0 &+ UInt64(bitPattern: $1.1) &* UInt64(2 * Int($1.0) + 1)
        }
    }
}
