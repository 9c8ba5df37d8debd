// A hash that is the same on every machine and in every process. The standard library's is
// seeded anew at each start, and a cryptographic one is not needed to spread addresses.

/// FNV-1a over bytes, finished with the 64-bit mixer of MurmurHash3.
///
/// Sources: Fowler, Noll and Vo, "FNV hash" (64-bit offset basis and prime); A. Appleby,
/// MurmurHash3, `fmix64`. Golden values are in the tests: addresses of draws depend on them.
package struct StableHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    package mutating func combine(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// The text's UTF-8 bytes and an end mark, so that ("a", "bc") is not ("ab", "c").
    package mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte) }
        combine(0xff as UInt8)
    }

    /// As ``combine(_:)`` for the text whose UTF-8 bytes lie at a range.
    package mutating func combine(_ bytes: [UInt8], _ range: Range<Int>) {
        for index in range { combine(bytes[index]) }
        combine(0xff as UInt8)
    }

    package mutating func combine(_ value: UInt64) {
        var rest = value
        for _ in 0..<8 {
            combine(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    package var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ (mixed >> 33)
    }
}
