// Numbers as people read them, the same on every machine: no locale, no C formatting.

/// Numbers as text.
///
/// Rounding is half to even on the shortest decimal number that names the value, so 1.005 with
/// two decimals is a tie (1.00), as it is to the reader. What rounds to zero has no sign. What is
/// not finite is `n/a`.
package enum NumberText {
    package static let notAvailable = "n/a"

    /// `1,234.5`, `-12.0`: a fixed number of decimals, thousands separated.
    /// - Parameter showsPlus: Whether a positive number gets a plus sign, as a change does.
    /// - Precondition: `decimals` is from 0 to 20.
    package static func fixed(
        _ value: Double, decimals: Int, showsPlus: Bool = false, separator: String = ","
    ) -> String {
        precondition(decimals >= 0 && decimals <= 20, "\(decimals) decimals")
        guard let digits = DecimalDigits(value) else { return notAvailable }
        return digits.rounded(decimals: decimals)
            .text(decimals: decimals, showsPlus: showsPlus, separator: separator)
    }

    /// `1,234`: a whole number, thousands separated.
    package static func whole(
        _ value: some BinaryInteger, showsPlus: Bool = false, separator: String = ","
    ) -> String {
        let digits = value.magnitude.description
        let sign = value < 0 ? "-" : (showsPlus && value > 0 ? "+" : "")
        return sign + DecimalDigits.grouped(digits, separator: separator)
    }

    /// `25.17 %` of a share of 0.2517. The share is moved by two places in decimal, not
    /// multiplied in binary.
    package static func percent(
        _ share: Double, decimals: Int = 2, showsPlus: Bool = false
    ) -> String {
        precondition(decimals >= 0 && decimals <= 20, "\(decimals) decimals")
        guard var digits = DecimalDigits(share) else { return notAvailable }
        if !digits.digits.isEmpty { digits.exponent += 2 }
        let text = digits.rounded(decimals: decimals)
            .text(decimals: decimals, showsPlus: showsPlus, separator: ",")
        return text + " %"
    }

    /// `1.23 M`: three significant digits with `k`, `M`, `bn` or `tn`, without trailing zeros.
    /// Numbers below 1,000 have at most two decimals; from 10¹⁵ they are written as by
    /// ``scientific(_:showsPlus:)``.
    package static func compact(_ value: Double, showsPlus: Bool = false) -> String {
        guard let digits = DecimalDigits(value) else { return notAvailable }
        if value.magnitude >= 1e15 { return scientific(digits, showsPlus: showsPlus) }
        // Rounding may carry into the next thousand: 999,950 is 1 M.
        let rounded = digits.rounded(decimals: max(0, min(2, 3 - digits.exponent)))
        let significant = rounded.rounded(decimals: 3 - rounded.exponent)
        let group = max(0, min(4, (significant.exponent - 1) / 3))
        var scaled = significant
        scaled.exponent -= 3 * group
        let decimals = max(0, min(2, 3 - scaled.exponent))
        let text = scaled.rounded(decimals: decimals)
            .text(decimals: decimals, showsPlus: showsPlus, separator: ",")
        let suffix = ["", " k", " M", " bn", " tn"][group]
        return trimmed(text) + suffix
    }

    /// `1.23e15`: three significant digits and a power of ten, without trailing zeros.
    package static func scientific(_ value: Double, showsPlus: Bool = false) -> String {
        guard let digits = DecimalDigits(value) else { return notAvailable }
        return scientific(digits, showsPlus: showsPlus)
    }

    private static func scientific(_ digits: DecimalDigits, showsPlus: Bool) -> String {
        guard !digits.digits.isEmpty else { return "0" }
        var rounded = digits.rounded(decimals: 3 - digits.exponent)
        let power = rounded.exponent - 1
        rounded.exponent = 1
        let text = rounded.text(decimals: 2, showsPlus: showsPlus, separator: "")
        return "\(trimmed(text))e\(power)"
    }

    /// At most `decimals` decimals, without trailing zeros and separators: for coordinates.
    static func coordinate(_ value: Double, decimals: Int = 2) -> String {
        precondition(value.isFinite, "a coordinate of \(value)")
        return trimmed(fixed(value, decimals: decimals, separator: ""))
    }

    private static func trimmed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
        var result = Substring(text)
        while result.last == "0" { result.removeLast() }
        if result.last == "." { result.removeLast() }
        return String(result)
    }
}

/// A finite number as decimal digits: `0.d₁d₂… · 10^exponent`, the shortest that names it.
struct DecimalDigits: Hashable, Sendable {
    var isNegative: Bool
    /// From 0 to 9, the first and the last not 0; empty for zero.
    var digits: [UInt8]
    var exponent: Int

    /// `nil` where the value is not finite.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        isNegative = value < 0
        digits = []
        exponent = 0
        var written = 0
        var power = 0
        var isPowerNegative = false
        var seesPower = false
        var seesPoint = false
        for byte in value.magnitude.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): seesPoint = true
            case UInt8(ascii: "e"): seesPower = true
            case UInt8(ascii: "-"): isPowerNegative = true
            case UInt8(ascii: "+"): continue
            default:
                let digit = byte - UInt8(ascii: "0")
                if seesPower {
                    power = power * 10 + Int(digit)
                } else {
                    digits.append(digit)
                    if !seesPoint { written += 1 }
                }
            }
        }
        exponent = written + (isPowerNegative ? -power : power)
        normalise()
    }

    private mutating func normalise() {
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        exponent -= zeros
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty {
            exponent = 0
            isNegative = false
        }
    }

    /// Rounded half to even at a number of decimals, which may be negative.
    func rounded(decimals: Int) -> DecimalDigits {
        let kept = exponent + decimals
        guard kept < digits.count else { return self }
        var result = self
        guard kept >= 0 else {
            result.digits = []
            result.normalise()
            return result
        }
        let rest = digits[kept...]
        let isOdd = kept > 0 && digits[kept - 1] % 2 == 1
        let first = rest.first ?? 0
        let isUp = first > 5 || (first == 5 && (rest.count > 1 || isOdd))
        result.digits = Array(digits[..<kept])
        if isUp { result.addUnitInLastPlace() }
        result.normalise()
        return result
    }

    private mutating func addUnitInLastPlace() {
        var place = digits.count - 1
        while place >= 0 {
            if digits[place] < 9 {
                digits[place] += 1
                return
            }
            digits[place] = 0
            place -= 1
        }
        digits.insert(1, at: 0)
        exponent += 1
    }

    /// Plain notation. The number has no digits beyond `decimals`.
    func text(decimals: Int, showsPlus: Bool, separator: String) -> String {
        var whole = ""
        for place in 0..<max(0, exponent) { whole += digit(at: place) }
        if whole.isEmpty { whole = "0" }
        var text = isNegative ? "-" : (showsPlus && !digits.isEmpty ? "+" : "")
        text += Self.grouped(whole, separator: separator)
        guard decimals > 0 else { return text }
        text += "."
        for place in 0..<decimals { text += digit(at: exponent + place) }
        return text
    }

    private func digit(at place: Int) -> String {
        digits.indices.contains(place) ? "\(digits[place])" : "0"
    }

    static func grouped(_ whole: String, separator: String) -> String {
        guard !separator.isEmpty else { return whole }
        var result = ""
        let count = whole.utf8.count
        for (index, character) in whole.enumerated() {
            if index > 0 && (count - index) % 3 == 0 { result += separator }
            result.append(character)
        }
        return result
    }
}

/// How a chart writes its values. Numbers of 10¹⁵ and more, which no row has room for, are
/// written as by ``NumberText/scientific(_:showsPlus:)``.
package enum NumberFormat: Hashable, Sendable {
    /// A fixed number of decimals, and a unit after a space where it is not empty.
    case fixed(decimals: Int, unit: String = "")
    /// Shares as percentages.
    case percent(decimals: Int)
    /// Three significant digits with `k`, `M`, `bn`, and a unit where it is not empty.
    case compact(unit: String = "")

    package func text(_ value: Double, showsPlus: Bool = false) -> String {
        let isHuge = value.isFinite && value.magnitude >= 1e15
        switch self {
        case .fixed(_, let unit) where isHuge:
            return Self.with(unit, NumberText.scientific(value, showsPlus: showsPlus))
        case .percent where isHuge:
            return Self.with("× 100 %", NumberText.scientific(value, showsPlus: showsPlus))
        case .fixed(let decimals, let unit):
            let text = NumberText.fixed(value, decimals: decimals, showsPlus: showsPlus)
            return Self.with(unit, text)
        case .percent(let decimals):
            return NumberText.percent(value, decimals: decimals, showsPlus: showsPlus)
        case .compact(let unit):
            return Self.with(unit, NumberText.compact(value, showsPlus: showsPlus))
        }
    }

    private static func with(_ unit: String, _ text: String) -> String {
        unit.isEmpty || text == NumberText.notAvailable ? text : "\(text) \(unit)"
    }
}
