// The generator of every chance in the product: a keyed bijection of a counter, so that a draw
// depends on what it is for and never on how many draws were made before it.

/// Philox4x32 with ten rounds.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC'11 (2011), section 3.3; constants and known answers from Random123.
package enum Philox {
    /// Four words of 32 bits: a counter going in, a block of random words coming out.
    package struct Block: Hashable, Sendable {
        package var word0: UInt32
        package var word1: UInt32
        package var word2: UInt32
        package var word3: UInt32

        @inlinable
        package init(_ word0: UInt32, _ word1: UInt32, _ word2: UInt32, _ word3: UInt32) {
            self.word0 = word0
            self.word1 = word1
            self.word2 = word2
            self.word3 = word3
        }
    }

    /// A key of 64 bits; ``low`` is Random123's first key word.
    package struct Key: Hashable, Sendable {
        package var low: UInt32
        package var high: UInt32

        package init(low: UInt32, high: UInt32) {
            self.low = low
            self.high = high
        }
    }

    /// The block of `counter` under `key`. Different counters give different blocks.
    /// - Complexity: O(1); twenty multiplications.
    @inlinable @inline(__always)
    package static func block(counter: Block, key: Key) -> Block {
        let multiplier0: UInt64 = 0xd251_1f53
        let multiplier1: UInt64 = 0xcd9e_8d57
        let weyl0: UInt32 = 0x9e37_79b9
        let weyl1: UInt32 = 0xbb67_ae85
        var block = counter
        var key0 = key.low
        var key1 = key.high
        for _ in 0..<10 {
            let product0 = multiplier0 &* UInt64(block.word0)
            let product1 = multiplier1 &* UInt64(block.word2)
            block = Block(
                UInt32(truncatingIfNeeded: product1 >> 32) ^ block.word1 ^ key0,
                UInt32(truncatingIfNeeded: product1),
                UInt32(truncatingIfNeeded: product0 >> 32) ^ block.word3 ^ key1,
                UInt32(truncatingIfNeeded: product0))
            key0 = key0 &+ weyl0
            key1 = key1 &+ weyl1
        }
        return block
    }
}

/// Mixing of integers into integers; every function here is a bijection.
enum Mixing {
    /// The 64-bit mixer of SplitMix64 (D. Stafford's variant 13): G. L. Steele, D. Lea,
    /// C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    static func mix64(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// The 32-bit finisher of MurmurHash3 (A. Appleby).
    static func mix32(_ value: UInt32) -> UInt32 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 16)) &* 0x85eb_ca6b
        mixed = (mixed ^ (mixed >> 13)) &* 0xc2b2_ae35
        return mixed ^ (mixed >> 16)
    }

    /// The odd integer nearest to 2⁶⁴ divided by the golden ratio.
    static let goldenGamma: UInt64 = 0x9e37_79b9_7f4a_7c15
}
