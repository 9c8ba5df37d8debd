// The generator's own source of chance. It shares nothing with the simulator's, so that a fault
// there cannot hide behind the same fault here, and it is integers only, so that a seed gives the
// same bytes on every machine.

/// xoshiro256**, its state filled by SplitMix64.
///
/// Source: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
/// 47(4), 2021, and their public-domain reference code for both generators.
struct SeededGenerator {
    /// What a stream of draws is for. A new draw in one stream moves no draw of another.
    enum Purpose: UInt64 {
        case population = 1
        case arrivals = 2
        case calls = 3
        case lines = 4
        case records = 5
    }

    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    init(seed: UInt64, purpose: Purpose) {
        var state = seed ^ (purpose.rawValue &* 0xd134_2543_de82_ef95)
        func next() -> UInt64 {
            state = state &+ 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
        s0 = next()
        s1 = next()
        s2 = next()
        s3 = next()
    }

    mutating func next() -> UInt64 {
        let product = s1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// A whole number from 0 up to `bound`, `bound` left out: the high word of a product. The
    /// bias is below `bound` in 2^64.
    /// - Precondition: `bound > 0`.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "an upper bound of \(bound) leaves nothing to draw")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A whole number of a closed range.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True with a probability in thousandths.
    mutating func happens(perMille probability: Int) -> Bool { below(1_000) < probability }

    /// The index of one weight, with a probability proportional to it.
    mutating func index(weights: [Int]) -> Int {
        var rest = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        preconditionFailure("the weights \(weights) do not sum to their own sum")
    }
}
