// Addressed draws: the only way that the simulator gets a random number. A draw is named by
// seed, replication, address, purpose and ordinal, so the same draw is the same number on any
// thread, in any order, in the baseline and in every scenario.

/// The seed of a run and the number of one replication.
package struct DrawKey: Hashable, Sendable {
    package let seed: UInt64
    package let replication: UInt32

    package init(seed: UInt64, replication: UInt32) {
        self.seed = seed
        self.replication = replication
    }

    /// The generator's key: `mix64(mix64(seed) + (replication + 1)·γ)`, where γ is 2⁶⁴ divided by
    /// the golden ratio and `mix64` is SplitMix64's bijection. Replications of one seed never
    /// share a key. Two (seed, replication) of different seeds share one with chance 2⁻⁶⁴.
    package var philox: Philox.Key {
        let step = (UInt64(replication) + 1) &* Mixing.goldenGamma
        let mixed = Mixing.mix64(Mixing.mix64(seed) &+ step)
        return Philox.Key(
            low: UInt32(truncatingIfNeeded: mixed), high: UInt32(truncatingIfNeeded: mixed >> 32))
    }
}

/// The draws of one replication.
///
/// Counter words: address low, address high, purpose, ordinal. The ordinal numbers repeated
/// draws of one purpose at one address; it starts at 0.
package struct Draws: Hashable, Sendable {
    @usableFromInline let key: Philox.Key

    package init(_ key: DrawKey) { self.key = key.philox }

    package init(seed: UInt64, replication: UInt32) {
        self.init(DrawKey(seed: seed, replication: replication))
    }

    /// A uniform in the open interval (0, 1): `(n + ½)·2⁻⁵²` with n of 52 random bits. The
    /// smallest is 2⁻⁵³ and the largest 1 − 2⁻⁵³, both exact.
    /// - Complexity: O(1).
    @inlinable @inline(__always)
    package func uniform(
        address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0
    ) -> Double {
        let block = block(address: address, purpose: purpose, ordinal: ordinal)
        return Self.unit(block.word0, block.word1)
    }

    /// Two independent uniforms of 52 bits from one block; the first is ``uniform(address:
    /// purpose:ordinal:)`` of the same address.
    package func uniformPair(
        address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0
    ) -> (first: Double, second: Double) {
        let block = block(address: address, purpose: purpose, ordinal: ordinal)
        return (Self.unit(block.word0, block.word1), Self.unit(block.word2, block.word3))
    }

    /// Four independent uniforms of 32 bits from one block, `(n + ½)·2⁻³²`: enough to look up a
    /// table, too coarse for a tail beyond 10⁻⁹.
    package func uniforms4(
        address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0
    ) -> (Double, Double, Double, Double) {
        let block = block(address: address, purpose: purpose, ordinal: ordinal)
        return (
            Self.coarseUnit(block.word0), Self.coarseUnit(block.word1),
            Self.coarseUnit(block.word2), Self.coarseUnit(block.word3)
        )
    }

    /// A standard normal, by inversion of ``uniform(address:purpose:ordinal:)``.
    package func normal(address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0) -> Double {
        ExactMath.inverseNormal(uniform(address: address, purpose: purpose, ordinal: ordinal))
    }

    /// An exponential of mean 1, by inversion of ``uniform(address:purpose:ordinal:)``.
    package func exponential(
        address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0
    ) -> Double {
        -ExactMath.log(uniform(address: address, purpose: purpose, ordinal: ordinal))
    }

    /// The random words themselves.
    @inlinable @inline(__always)
    package func block(
        address: UInt64, purpose: DrawPurpose, ordinal: UInt32 = 0
    ) -> Philox.Block {
        Philox.block(
            counter: Philox.Block(
                UInt32(truncatingIfNeeded: address), UInt32(truncatingIfNeeded: address >> 32),
                purpose.rawValue, ordinal),
            key: key)
    }

    @inlinable
    static func unit(_ high: UInt32, _ low: UInt32) -> Double {
        let bits = UInt64(high) << 20 | UInt64(low) >> 12
        return (Double(bits) + 0.5) * 0x1p-52
    }

    private static func coarseUnit(_ word: UInt32) -> Double {
        (Double(word) + 0.5) * 0x1p-32
    }
}

/// Addresses of contacts that the record does not hold.
package enum DrawAddress {
    /// The address of the `ordinal`-th contact of kind `purpose` created under `parent`, ordinals
    /// from 0. It depends on its ancestry only. Children of one parent and purpose never share
    /// an address; others do with chance 2⁻⁶⁴, which the caller looks for at load.
    package static func child(
        of parent: UInt64, purpose: DrawPurpose, ordinal: UInt32
    ) -> UInt64 {
        let tag = UInt64(purpose.rawValue) << 32 | UInt64(ordinal)
        return Mixing.mix64(Mixing.mix64(parent &+ Mixing.goldenGamma) ^ tag)
    }
}
