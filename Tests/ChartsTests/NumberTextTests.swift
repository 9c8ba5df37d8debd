// Numbers as text: every digit, sign and separator, and the roundings that go wrong in binary.

import Charts
import Testing

@Suite struct NumberTextTests {
    @Test func fixedDecimalsWithThousands() {
        let table: [(Double, Int, String)] = [
            (1234.5, 1, "1,234.5"), (-12, 1, "-12.0"), (0, 0, "0"), (0, 2, "0.00"),
            (999, 0, "999"), (1000, 0, "1,000"), (-1000, 0, "-1,000"),
            (1234567.891, 2, "1,234,567.89"), (0.05, 1, "0.0"), (0.15, 1, "0.2"),
            (0.25, 1, "0.2"), (0.35, 1, "0.4"), (0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"),
            (-2.5, 0, "-2"), (-0.5, 0, "0"), (1.005, 2, "1.00"), (1.015, 2, "1.02"),
            (2.675, 2, "2.68"), (2.665, 2, "2.66"), (0.25000001, 1, "0.3"), (9.995, 2, "10.00"),
            (999.9996, 3, "1,000.000"), (99.5, 0, "100"), (0.6, 0, "1"), (0.4, 0, "0"),
            (1e-7, 3, "0.000"), (1e-7, 7, "0.0000001"), (-1e-7, 3, "0.000"),
            (1e21, 0, "1,000,000,000,000,000,000,000"), (1.5e16, 1, "15,000,000,000,000,000.0"),
            (123456789012345680, 0, "123,456,789,012,345,680"), (0.1 + 0.2, 2, "0.30"),
            (.leastNonzeroMagnitude, 4, "0.0000"), (-0.0, 2, "0.00"), (100, 2, "100.00"),
        ]
        for (value, decimals, expected) in table {
            #expect(NumberText.fixed(value, decimals: decimals) == expected, "\(value)")
        }
    }

    @Test func whatIsNotFiniteIsNotAvailable() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(NumberText.fixed(value, decimals: 2) == "n/a")
            #expect(NumberText.percent(value) == "n/a")
            #expect(NumberText.compact(value) == "n/a")
            #expect(NumberFormat.fixed(decimals: 1, unit: "s").text(value) == "n/a")
            #expect(NumberFormat.compact(unit: "EUR").text(value) == "n/a")
        }
    }

    @Test func aChangeShowsItsSignAndZeroHasNone() {
        #expect(NumberText.fixed(3.25, decimals: 1, showsPlus: true) == "+3.2")
        #expect(NumberText.fixed(-3.25, decimals: 1, showsPlus: true) == "-3.2")
        #expect(NumberText.fixed(0, decimals: 1, showsPlus: true) == "0.0")
        #expect(NumberText.fixed(0.04, decimals: 1, showsPlus: true) == "0.0")
        #expect(NumberText.fixed(-0.04, decimals: 1, showsPlus: true) == "0.0")
        #expect(NumberText.fixed(12345, decimals: 0, separator: "") == "12345")
        #expect(NumberText.fixed(12345, decimals: 0, separator: "'") == "12'345")
    }

    @Test func wholeNumbers() {
        #expect(NumberText.whole(0) == "0")
        #expect(NumberText.whole(-1234) == "-1,234")
        #expect(NumberText.whole(Int64.min) == "-9,223,372,036,854,775,808")
        #expect(NumberText.whole(UInt64.max) == "18,446,744,073,709,551,615")
        #expect(NumberText.whole(1000, showsPlus: true) == "+1,000")
        #expect(NumberText.whole(0, showsPlus: true) == "0")
    }

    @Test func percentagesMoveTheDecimalPoint() {
        let table: [(Double, Int, String)] = [
            (0.2517, 2, "25.17 %"), (0, 2, "0.00 %"), (0, 0, "0 %"), (1, 0, "100 %"),
            (-0.032, 1, "-3.2 %"), (0.145, 0, "14 %"), (0.155, 0, "16 %"), (0.07, 0, "7 %"),
            (12.5, 1, "1,250.0 %"), (0.00004, 2, "0.00 %"), (-0.00004, 2, "0.00 %"),
            (0.00005, 2, "0.00 %"), (0.00015, 2, "0.02 %"), (0.999996, 2, "100.00 %"),
        ]
        for (share, decimals, expected) in table {
            #expect(NumberText.percent(share, decimals: decimals) == expected, "\(share)")
        }
        #expect(NumberText.percent(0.1, decimals: 0, showsPlus: true) == "+10 %")
        #expect(NumberText.percent(0, decimals: 1, showsPlus: true) == "0.0 %")
    }

    @Test func compactNumbersHaveThreeSignificantDigits() {
        let table: [(Double, String)] = [
            (0, "0"), (5, "5"), (12.345, "12.3"), (0.126, "0.13"), (0.004, "0"), (123.4, "123"),
            (999.4, "999"), (999.6, "1 k"), (1000, "1 k"), (1234, "1.23 k"), (12345, "12.3 k"),
            (123456, "123 k"), (999499, "999 k"), (999950, "1 M"), (-1234567, "-1.23 M"),
            (2.5e9, "2.5 bn"), (7.1e12, "7.1 tn"), (7.1e15, "7.1e15"),
            (-9.999e99, "-1e100"), (-0.0, "0"),
            (3700, "3.7 k"), (100, "100"), (10, "10"), (1e-9, "0"),
        ]
        for (value, expected) in table {
            #expect(NumberText.compact(value) == expected, "\(value)")
        }
        #expect(NumberText.compact(1500, showsPlus: true) == "+1.5 k")
    }

    @Test func formatsAddTheirUnit() {
        #expect(NumberFormat.fixed(decimals: 0, unit: "EUR").text(1200) == "1,200 EUR")
        #expect(NumberFormat.fixed(decimals: 1).text(-2, showsPlus: true) == "-2.0")
        #expect(NumberFormat.percent(decimals: 1).text(0.5, showsPlus: true) == "+50.0 %")
        #expect(NumberFormat.fixed(decimals: 2, unit: "s").text(1.5e300) == "1.5e300 s")
        #expect(NumberText.scientific(0.000_123_45) == "1.23e-4")
        #expect(NumberText.scientific(-0.0) == "0")
        #expect(NumberText.scientific(.nan) == "n/a")
        #expect(NumberFormat.compact(unit: "min").text(15_000) == "15 k min")
    }

    /// Reading the text back gives the nearest number with so many decimals.
    @Test func roundingIsNeverFartherThanHalfAUnit() {
        var state: UInt64 = 99
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = (Double(state >> 11) * 0x1p-53 - 0.5) * 20_000
            let decimals = Int(state % 5)
            let text = NumberText.fixed(value, decimals: decimals, separator: "")
            guard let read = Double(text) else {
                Issue.record("\(text) is no number")
                continue
            }
            var unit = 1.0
            for _ in 0..<decimals { unit /= 10 }
            #expect((read - value).magnitude <= unit * 0.500_000_1, "\(value) as \(text)")
        }
    }
}
