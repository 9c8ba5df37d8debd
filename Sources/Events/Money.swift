// Money is integer everywhere: what is paid equals what was caused, to the last unit.

/// An amount in thousandths of a minor unit (of a penny, a cent, an agora). A store has one
/// currency, so the amount does not carry it.
package struct Money: Hashable, Comparable, Sendable {
    package var thousandths: Int64

    package init(thousandths: Int64) { self.thousandths = thousandths }

    package static let zero = Money(thousandths: 0)

    /// In major units (pounds), for printing and for statistics.
    package var inMajorUnits: Double { Double(thousandths) / 100_000 }

    package static func < (left: Money, right: Money) -> Bool {
        left.thousandths < right.thousandths
    }
    package static func + (left: Money, right: Money) -> Money {
        Money(thousandths: left.thousandths + right.thousandths)
    }
    package static func - (left: Money, right: Money) -> Money {
        Money(thousandths: left.thousandths - right.thousandths)
    }
    package static func += (left: inout Money, right: Money) {
        left.thousandths += right.thousandths
    }
    package static prefix func - (value: Money) -> Money {
        Money(thousandths: -value.thousandths)
    }
}

extension Money {
    /// The cost of a length of time at a rate per minute, rounded half to even, once.
    ///
    /// Exact for every input: the product is taken in 128 bits.
    /// - Precondition: the result fits 64 bits.
    package static func cost(of span: TimeSpan, perMinute rate: Money) -> Money {
        Money(thousandths: roundedQuotient(span.microseconds, rate.thousandths, 60_000_000))
    }

    /// The share `numerator / denominator` of the amount, rounded half to even.
    /// - Precondition: `denominator > 0`.
    package func share(_ numerator: Int64, of denominator: Int64) -> Money {
        Money(thousandths: roundedQuotient(thousandths, numerator, denominator))
    }
}

/// `left * right / divisor`, rounded half to even, without overflow of the product.
/// - Precondition: `divisor > 0` and the quotient fits 64 bits.
package func roundedQuotient(_ left: Int64, _ right: Int64, _ divisor: Int64) -> Int64 {
    precondition(divisor > 0, "divisor \(divisor) is not positive")
    let isNegative = (left < 0) != (right < 0)
    let product = left.magnitude.multipliedFullWidth(by: right.magnitude)
    let unsignedDivisor = UInt64(divisor)
    precondition(product.high < unsignedDivisor, "quotient of \(left) * \(right) overflows")
    // Products of more than 64 bits are rare, and dividing them takes several times as long.
    let (quotient, remainder) =
        product.high == 0
        ? product.low.quotientAndRemainder(dividingBy: unsignedDivisor)
        : unsignedDivisor.dividingFullWidth(product)
    let double = remainder.multipliedReportingOverflow(by: 2)
    let isAboveHalf = double.overflow || double.partialValue > unsignedDivisor
    let isHalf = !double.overflow && double.partialValue == unsignedDivisor
    let rounded = isAboveHalf || (isHalf && quotient % 2 == 1) ? quotient + 1 : quotient
    let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
    precondition(rounded <= limit, "quotient of \(left) * \(right) overflows")
    return Int64(truncatingIfNeeded: isNegative ? 0 &- rounded : rounded)
}
