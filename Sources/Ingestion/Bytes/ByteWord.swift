// Eight bytes looked at together.
// Source: H. S. Warren, Hacker's Delight, second edition, section 6-1.

enum ByteWord {
    /// A word of eight equal bytes.
    @inline(__always)
    static func repeated(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// Each byte that equals the pattern's becomes 0x80, all others zero.
    @inline(__always)
    static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        let sum = (difference & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7f7f_7f7f_7f7f_7f7f
        return ~(sum | difference | 0x7f7f_7f7f_7f7f_7f7f)
    }

    /// The lowest byte that is below 0x20 becomes 0x80, those below it zero, those above it
    /// anything.
    @inline(__always)
    static func controls(_ word: UInt64) -> UInt64 {
        (word &- repeated(0x20)) & ~word & repeated(0x80)
    }
}
