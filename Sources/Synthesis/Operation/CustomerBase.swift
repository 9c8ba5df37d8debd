// The customers: who they are follows from their number, so little of each is kept.

import Randomness

/// Segment, vulnerability, patience, and how often each has needs.
struct CustomerBase {
    let count: Int
    let chances: Chances
    private let traits: [UInt8]
    private let choice: AliasTable
    private var hasLeft: [UInt64]

    init(count: Int, parameters: OperationParameters, chances: Chances) throws(RandomnessError) {
        self.count = count
        self.chances = chances
        let shares = Shares(parameters.segmentShares)
        var traits: [UInt8] = []
        traits.reserveCapacity(count)
        var weights: [Double] = []
        weights.reserveCapacity(count)
        let law = try CustomerBase.propensity()
        for customer in 0..<count {
            let words = chances.customer(customer)
            let segment = UInt8(shares.index(unit(words.word0)))
            let isVulnerable = unit(words.word1) < parameters.vulnerableShare
            traits.append(segment | (isVulnerable ? 4 : 0))
            weights.append(law.quantile(unit(words.word2)))
        }
        self.traits = traits
        choice = try AliasTable(weights: weights)
        hasLeft = [UInt64](repeating: 0, count: count / 64 + 1)
    }

    /// How many needs one customer has against the average: lognormal, deviation 0.8, mean 1.
    static func propensity() throws(RandomnessError) -> Randomness.QuantileTable {
        try Randomness.QuantileTable(.lognormal(logMean: -0.32, logDeviation: 0.8))
    }

    func drawn(_ uniform: Double) -> Int { choice.category(uniform) }

    func segment(_ customer: Int) -> OperationSegment {
        OperationSegment(rawValue: traits[customer] & 3) ?? .mainstream
    }

    func isVulnerable(_ customer: Int) -> Bool { traits[customer] & 4 != 0 }

    func isGone(_ customer: Int) -> Bool {
        hasLeft[customer / 64] >> UInt64(customer % 64) & 1 == 1
    }

    mutating func leave(_ customer: Int) {
        hasLeft[customer / 64] |= 1 << UInt64(customer % 64)
    }
}
