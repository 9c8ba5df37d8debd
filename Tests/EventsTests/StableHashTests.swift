// Aim: addresses of draws and of event ids are the same on every machine, for ever.
// The golden values were computed by a separate implementation in another language.

import Events
import Testing

@Suite struct StableHashTests {
    @Test func goldenValuesOfTexts() {
        #expect(StableHash().value == 0xefd0_1f60_ba99_2926)
        #expect(hash("") == 0x1bbd_5c81_3c69_a8d7)
        #expect(hash("a") == 0x3aec_69d2_86fb_d39b)
        #expect(hash("a", "bc") == 0x0b1a_b3f8_db79_4b96)
        #expect(hash("ab", "c") == 0x04f3_60e5_0ae8_8219)
        #expect(hash("Grüße") == 0xcab8_268d_4d15_851d)
    }

    @Test func goldenValuesOfIntegers() {
        #expect(hash(0 as UInt64) == 0x7bd3_144f_29c0_cc9e)
        #expect(hash(1 as UInt64) == 0x4a3a_3a4b_a652_3826)
        #expect(hash(UInt64.max) == 0x6a92_c022_8678_c02e)
        var mixed = StableHash()
        mixed.combine("source")
        mixed.combine(42 as UInt64)
        #expect(mixed.value == 0x2252_882a_1d87_61d7)
    }

    @Test func bytesHaveNoEndMark() {
        var bytes = StableHash()
        for byte in "foobar".utf8 { bytes.combine(byte) }
        #expect(bytes.value == 0x2c22_1949_22d1_672b)
    }

    private func hash(_ texts: String...) -> UInt64 {
        var hash = StableHash()
        for text in texts { hash.combine(text) }
        return hash.value
    }

    private func hash(_ value: UInt64) -> UInt64 {
        var hash = StableHash()
        hash.combine(value)
        return hash.value
    }
}
