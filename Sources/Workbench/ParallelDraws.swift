// Work by parameter draw on all cores; what it gives stands at its draw's place, whatever thread
// made it.

import Dispatch
import Simulation
import Synchronization

enum ParallelDraws {
    /// What `body` gives for each draw of a range, in order.
    /// - Parameter threads: 0 means all cores.
    static func run<Value: Sendable>(
        _ range: ReplicationRange, threads: Int, progress: ProgressReport?,
        _ body: @Sendable (Int) -> [Value]
    ) -> [Value] {
        let draws = Array(range.draws)
        let workers = max(1, min(threads > 0 ? threads : System.coreCount, draws.count))
        let next = Mutex(0)
        let finished = Mutex((values: [[Value]](repeating: [], count: draws.count), done: 0))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let place = next.withLock { counter in
                    defer { counter += 1 }
                    return counter
                }
                guard place < draws.count else { return }
                let values = body(draws[place])
                let done = finished.withLock { all in
                    all.values[place] = values
                    all.done += values.count
                    return all.done
                }
                progress?(
                    Progress(
                        activity: "drawing journeys", done: done,
                        total: range.upper - range.lower, unit: "replications"))
            }
        }
        return finished.withLock { all in all.values.flatMap { $0 } }
    }
}
