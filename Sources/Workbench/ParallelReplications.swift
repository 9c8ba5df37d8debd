// Replications on all cores. Results land at their index, so any number of threads gives the
// same bytes.

import Dispatch
import Modeling
import Simulation
import Synchronization

enum ParallelReplications {
    /// Runs every replication of a range, in order of index.
    /// - Parameter tally: where each customer's part is added up, if wanted.
    static func run(
        _ plan: ReplayPlan, range: ReplicationRange, threads: Int, progress: ProgressReport?,
        tally: inout CustomerTally?
    ) -> [ReplicationResult] {
        let draws = Array(range.draws)
        let workers = max(1, min(threads, draws.count))
        let next = Mutex(0)
        let finished = Mutex(
            (results: [[ReplicationResult]](repeating: [], count: draws.count), done: 0))
        let isTallied = tally != nil
        let tallies = Mutex(tally)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var scratch = ReplayScratch(plan)
            var own = isTallied ? CustomerTally(plan) : nil
            while true {
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
                        activity: "replaying", done: done, total: range.upper - range.lower,
                        unit: "replications"))
            }
            guard let own else { return }
            tallies.withLock { $0?.add(own) }
        }
        tally = tallies.withLock { $0 }
        return finished.withLock { all in all.results.flatMap { $0 } }
    }
}
