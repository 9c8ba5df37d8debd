// How a quantity of the run record is written: one place decides decimals, signs and units, so
// that the same figure reads the same wherever the report repeats it.

import Charts
import Statistics

/// How the numbers of one row are written. Numbers that stand together share their decimals.
struct QuantityStyle: Hashable, Sendable {
    var unit: String
    var decimals: Int
    /// Shares are written as percentages.
    var scale: Double
    var suffix: String
    /// Differences carry their sign.
    var isSigned: Bool

    /// - Parameters:
    ///   - unit: "count", "share", "per cent", "ratio", "minutes", or a currency.
    ///   - intervals: the numbers that stand together; the largest decides the decimals.
    init(unit: String, together intervals: [Interval], isDifference: Bool = false) {
        let ends: [Double] = intervals.flatMap { interval -> [Double] in
            [interval.mean, interval.low ?? 0, interval.high ?? 0]
        }
        let largest = ends.map { abs($0) }.max() ?? 0
        self.unit = unit
        isSigned = isDifference
        scale = unit == "share" ? 100 : 1
        suffix = unit == "share" ? (isDifference ? " pp" : " %") : ""
        switch unit {
        case "share", "per cent": decimals = 1
        case "ratio": decimals = 3
        case "count", "minutes": decimals = largest >= 1_000 ? 0 : largest >= 10 ? 1 : 2
        default: decimals = largest >= 1_000 ? 0 : 2
        }
    }

    var isMoney: Bool {
        !["share", "per cent", "ratio", "count", "minutes"].contains(unit)
    }

    /// The same decimals with signs.
    var asDifference: QuantityStyle {
        var style = self
        style.isSigned = true
        if unit == "share" { style.suffix = " pp" }
        return style
    }

    /// `1,234.5`, `−12.0`, `25.2 %`, `+3.1 pp`.
    func text(_ value: Double) -> String { bare(value) + suffix }

    /// `1,100 to 1,350`, and what is printed where there is no interval.
    func range(_ interval: Interval) -> String {
        guard let low = interval.low, let high = interval.high else { return "no interval" }
        if low == high, low == interval.mean { return "the same in all" }
        return "\(bare(low)) to \(bare(high))"
    }

    private func bare(_ value: Double) -> String {
        let digits = NumberWords.decimal(value * scale, decimals: decimals)
        let isZero = !digits.utf8.contains { (49...57).contains($0) }
        return isSigned && value > 0 && !isZero ? "+" + digits : digits
    }

    func cell(_ interval: Interval, mark: ProvenanceMark?) -> ReportCell {
        ReportCell(
            text(interval.mean), range: range(interval),
            amount: .init(
                mean: interval.mean, low: interval.low, high: interval.high, unit: unit),
            mark: mark)
    }
}

/// Numbers as the report prints them.
enum NumberWords {
    /// With thousands separators and the typographic minus.
    static func decimal(_ value: Double, decimals: Int) -> String {
        typographic(NumberText.fixed(value, decimals: decimals))
    }

    static func count(_ value: Int) -> String { decimal(Double(value), decimals: 0) }

    /// `3 of 10 (30.0 %)`.
    static func part(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "\(count(part)) of \(count(whole))" }
        let share = decimal(Double(part) / Double(whole) * 100, decimals: 1)
        return "\(count(part)) of \(count(whole)) (\(share) %)"
    }

    static func percent(_ share: Double) -> String { decimal(share * 100, decimals: 1) + " %" }

    /// As few decimals as tell the value, at most six: parameters are printed as they were stated.
    static func stated(_ value: Double) -> String {
        for decimals in 0...5 where isWhole(value, decimals: decimals) {
            return decimal(value, decimals: decimals)
        }
        return decimal(value, decimals: 6)
    }

    /// Lengths of time in their largest whole unit.
    static func span(seconds: Double) -> String {
        for (size, name) in [(86_400.0, "day"), (3_600, "hour"), (60, "minute")]
        where seconds >= size && isWhole(seconds / size, decimals: 0) {
            let number = seconds / size
            return "\(stated(number)) \(name)\(number == 1 ? "" : "s")"
        }
        return "\(stated(seconds)) seconds"
    }

    private static func isWhole(_ value: Double, decimals: Int) -> Bool {
        var scaled = value
        for _ in 0..<decimals { scaled *= 10 }
        return abs(scaled - scaled.rounded()) <= 1e-9 * max(1, abs(scaled))
    }

    private static func typographic(_ digits: String) -> String {
        digits.hasPrefix("-") ? "\u{2212}" + digits.dropFirst() : digits
    }
}
