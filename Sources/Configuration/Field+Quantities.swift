// Quantities of fields: lengths of time, dates, moments, money. All are exact: a text that the
// product's integers cannot hold to the last digit is refused, not rounded.

package import Events

/// A wall-clock time on a date, without a zone.
package struct LocalTime: Hashable, Sendable {
    package var date: CivilDate
    /// 0 to 86,399.
    package var secondOfDay: Int

    package init(date: CivilDate, secondOfDay: Int) {
        self.date = date
        self.secondOfDay = secondOfDay
    }

    /// The harmless value of a field that is wrong.
    static let epoch = LocalTime(date: CivilDate(dayNumber: 0), secondOfDay: 0)
}

extension Field {
    /// A length of time with its units: `7d`, `90s`, `1h30m`, `1.5h`, `250ms`. Not negative;
    /// zero where it is wrong.
    package func duration(
        in range: ClosedRange<TimeSpan> = .zero...TimeSpan(microseconds: Int64.max)
    ) -> TimeSpan {
        let expected = "a length of time with its unit, as 90s, 15m, 1h30m, 7d"
        guard let text = scalarText(expected: expected) else { return range.lowerBound }
        guard let span = QuantityText.duration(text) else {
            let hasNoUnit = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
            refuse(
                "bad-duration", expected: expected,
                hint: hasNoUnit ? "add the unit: w, d, h, m, s or ms" : nil)
            return range.lowerBound
        }
        guard range.contains(span) else {
            let limits = [range.lowerBound, range.upperBound].map { "\($0.inSeconds) s" }
            refuse("out-of-range", expected: limits.joined(separator: " to "))
            return range.lowerBound
        }
        return span
    }

    /// An amount in major units, exact to a thousandth of a minor unit: `0.80` is 80,000
    /// thousandths of a penny. Zero where it is wrong.
    package func money(
        in range: ClosedRange<Money> =
            Money(thousandths: Int64.min)...Money(thousandths: Int64.max)
    ) -> Money {
        let expected = "an amount in major units, as 0.80 or 12, with at most 5 decimals"
        guard let text = scalarText(expected: expected) else { return .zero }
        guard let scaled = QuantityText.scaledDecimal(text, by: 100_000, allowsSign: true) else {
            refuse("bad-money", expected: expected)
            return .zero
        }
        let amount = Money(thousandths: scaled)
        guard range.contains(amount) else {
            let limits = [range.lowerBound, range.upperBound].map { "\($0.inMajorUnits)" }
            refuse("out-of-range", expected: limits.joined(separator: " to "))
            return .zero
        }
        return amount
    }

    /// A date written `1999-04-01`; the first of January 1970 where it is wrong.
    package func date() -> CivilDate {
        let expected = "a date, as 1999-04-01"
        guard let text = scalarText(expected: expected) else { return LocalTime.epoch.date }
        guard let date = QuantityText.date(text) else {
            refuse("bad-date", expected: expected)
            return LocalTime.epoch.date
        }
        return date
    }

    /// A local time written `1999-04-01T00:00:00` or, for midnight, `1999-04-01`.
    package func localTime() -> LocalTime {
        let expected = "a local time, as 1999-04-01T08:30:00"
        guard let text = scalarText(expected: expected) else { return .epoch }
        guard let local = QuantityText.localTime(text) else {
            refuse(
                "bad-time", expected: expected,
                hint: QuantityText.instant(text) == nil ? nil : "leave the offset out")
            return .epoch
        }
        return local
    }

    /// A moment written with its offset: `1999-04-01T08:30:00+03:00`, `1999-04-01T05:30:00Z`.
    package func instant() -> Instant {
        let expected = "a moment with its offset, as 1999-04-01T08:30:00+03:00"
        guard let text = scalarText(expected: expected) else { return Instant(microseconds: 0) }
        guard let instant = QuantityText.instant(text) else {
            refuse(
                "bad-time", expected: expected,
                hint: QuantityText.localTime(text) == nil ? nil : "add the offset, as +03:00 or Z")
            return Instant(microseconds: 0)
        }
        return instant
    }
}
