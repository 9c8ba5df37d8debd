// Journeys drawn from a chain, on one core: the loop of the generative mode by itself.

import Events
import Randomness
import Simulation

enum JourneyBench {
    /// An assistant and people: of the sessions a quarter goes to people, of the contacts with
    /// people a quarter is followed by another one. 1.43 contacts a journey.
    private static let chain = PlainChain([
        .init(
            next: [0.05, 0.2675], givenUp: 0.098, cost: 14_500, isServed: false,
            handle: law(90), delay: law(86_400)),
        .init(
            next: [0.146, 0.1057], givenUp: 0.02176, cost: 0, isServed: true, handle: law(420),
            delay: law(172_800)),
    ]).chain()

    /// An exponential of this mean, in seconds, as fitted laws are kept: 257 quantiles.
    private static func law(_ seconds: Double) -> [Double] {
        (0..<257).map { -ExactMath.log(1 - (Double($0) / 257)) * seconds * 1e6 }
    }

    /// - Throws: ``WrongAnswer`` where the journeys are not those of the chain.
    static func run(journeys: Int) throws -> (WorkloadOutcome, WorkloadOutcome) {
        let roots = (0..<journeys).map {
            JourneyRoot(
                address: UInt64($0) &* 0x9e37_79b9_7f4a_7c15, at: Int64($0) * 1_000,
                localOffset: 0, cell: 0, isFollowed: true)
        }
        let draws = Draws(seed: 1, replication: 0)
        let purpose = DrawPurpose("journey")
        let (totals, seconds) = timed {
            var totals = JourneyTotals()
            chain.run(roots[...], draws: draws, purpose: purpose, until: .max, into: &totals)
            return totals
        }
        let mean = Double(totals.contacts) / Double(journeys)
        // 1.43338 contacts a journey, of which the standard deviation is 0.753.
        guard abs(mean - 1.433383) < 6 * 0.76 / Double(journeys).squareRoot() else {
            throw WrongAnswer(description: "\(mean) contacts a journey")
        }
        let (sum, limitSeconds) = timed {
            var sum: UInt32 = 0
            for block in 0..<journeys {
                let words = draws.block(address: roots[block].address, purpose: purpose)
                sum ^= words.word0 ^ words.word1 ^ words.word2 ^ words.word3
            }
            return sum
        }
        var hash = StableHash()
        for value in [totals.contacts, totals.served, totals.handle, totals.cost] {
            hash.combine(UInt64(bitPattern: value))
        }
        func outcome(_ unit: String, _ seconds: Double, _ hash: UInt64) -> WorkloadOutcome {
            WorkloadOutcome(
                items: journeys, unit: unit, seconds: seconds, hash: hash, remark: "one core")
        }
        return (
            outcome("journeys", seconds, hash.value), outcome("blocks", limitSeconds, UInt64(sum))
        )
    }
}
