// Replications on all cores, batch after batch. Results land at their index and a run ends after
// whole batches, so any number of threads gives the same bytes.

import Dispatch
import Modeling
import Simulation
import Synchronization

/// Replications under way.
struct ParallelReplications {
    let plan: ReplayPlan
    let threads: Int
    let interruption: Interruption?
    let progress: ProgressReport?
    /// In order of index, from the lower end of the range that was run.
    private(set) var results: [ReplicationResult] = []
    /// Where each customer's part is added up, if wanted.
    private(set) var tally: CustomerTally?

    /// - Parameter threads: 0 means all cores.
    init(
        _ plan: ReplayPlan, threads: Int, isTallied: Bool = false,
        interruption: Interruption? = nil, progress: ProgressReport? = nil
    ) {
        self.plan = plan
        self.threads = threads > 0 ? threads : System.coreCount
        self.interruption = interruption
        self.progress = progress
        tally = isTallied ? CustomerTally(plan) : nil
    }

    /// Runs a stated range to its end, or to where it was interrupted.
    mutating func run(_ range: ReplicationRange) -> Stopping.Reason {
        let isWhole = add(range, of: range.upper - range.lower, detail: "")
        return isWhole ? .stated : .interrupted
    }

    /// Runs batches until a rule is content.
    mutating func run(_ rule: StoppingRule, currency: String) -> Stopping.Reason {
        var before: [FigurePrecision] = []
        var expected = rule.limit
        var detail = ""
        while results.count < rule.limit {
            let upper = min(rule.limit, results.count + StoppingRule.batch)
            let range = ReplicationRange(lower: results.count, upper: upper)
            guard add(range, of: expected, detail: detail) else { return .interrupted }
            let now = StoppingRule.precision(
                results, relative: rule.relative, currency: currency)
            if !before.isEmpty, rule.isSettled(now, before: before) { return .tolerance }
            before = now
            expected = rule.expectedReplications(now, after: results.count)
            detail = ParallelReplications.farthest(now)
        }
        return .limit
    }

    /// The half-width that has farthest to go, in words.
    private static func farthest(_ precision: [FigurePrecision]) -> String {
        guard let worst = precision.max(by: { $0.ratio < $1.ratio }),
            let halfWidth = worst.halfWidth
        else { return "" }
        func rounded(_ value: Double) -> Int { Int(min(value, 1e15).rounded()) }
        return "\(worst.title): ±\(rounded(halfWidth)), ±\(rounded(worst.tolerance)) wanted"
    }

    /// Adds the replications of a range.
    /// - Parameter total: how many the whole run is likely to have, for the progress bar.
    /// - Returns: Whether all were made; where not, the first of them were.
    private mutating func add(_ range: ReplicationRange, of total: Int, detail: String) -> Bool {
        let draws = Array(range.draws)
        let next = Mutex(0)
        let finished = Mutex(
            (results: [[ReplicationResult]](repeating: [], count: draws.count), done: 0))
        let tallies = Mutex(tally)
        let (plan, interruption, progress) = (plan, interruption, progress)
        let doneBefore = results.count
        let isTallied = tally != nil
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, draws.count))) { _ in
            var scratch = ReplayScratch(plan)
            var own = isTallied ? CustomerTally(plan) : nil
            while interruption?.isAsked != true {
                // In order, and each that is taken is finished: what is done has no gap.
                let place = next.withLock { counter in
                    defer { counter += 1 }
                    return counter
                }
                guard place < draws.count else { break }
                let results = plan.replicate(
                    draw: draws[place], of: range, scratch: &scratch, tally: &own)
                let done = finished.withLock { all in
                    all.results[place] = results
                    all.done += results.count
                    return all.done
                }
                progress?(
                    Progress(
                        activity: "replaying", done: doneBefore + done, total: total,
                        unit: "replications", detail: detail))
            }
            guard let own else { return }
            tallies.withLock { $0?.add(own) }
        }
        tally = tallies.withLock { $0 }
        results += finished.withLock { all in all.results.flatMap { $0 } }
        return results.count - doneBefore == range.upper - range.lower
    }
}
