// Random choices of the tests: seeded, so that a case that fails is found again by its number.

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014) with the few choices that the
/// generators of these tests make. It shares no code with what is tested.
package struct TestRandom {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678 }

    package mutating func next() -> UInt64 {
        state = state &+ 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 up to, not including, `bound`.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    package mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// From 0 up to, not including, 1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    package mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// The values in an order of its own (Fisher and Yates).
    package mutating func mixed<Value>(_ values: [Value]) -> [Value] {
        var mixed = values
        for last in mixed.indices.reversed() { mixed.swapAt(last, below(last + 1)) }
        return mixed
    }
}
