// Aim: the benchmark of replays replays what it says, and the same on any number of threads.

import Benchmarks
import Testing

@Suite struct ReplayBenchTests {
    @Test func `totals are the same on one thread and on two`() throws {
        let bench = try ReplayBench(contacts: 6_000)
        let (replayed, untouched) = bench.counts
        // One intent of twelve.
        #expect(replayed > 400 && replayed < 700)
        #expect(replayed + untouched == 6_000)
        let one = bench.run(replications: 5, threads: 1)
        let two = bench.run(replications: 5, threads: 2)
        #expect(one.digest == two.digest && one.digest != 0)
        #expect(
            try ReplayBench(contacts: 6_000).run(replications: 5, threads: 1).digest == one.digest)
        #expect(bench.run(replications: 6, threads: 1).digest != one.digest)
    }
}
