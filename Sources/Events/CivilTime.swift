// Calendar arithmetic of the proleptic Gregorian calendar on integers, and ISO 8601 text.
// Local days derive from the stored offset; zone names are known to Ingestion only.

/// A calendar date.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// `nil` where the date does not exist. Years 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.days(inMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day number, counted from 1970-01-01 = 0.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    package init(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01. Source: as above, `days_from_civil`.
    package var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Monday = 0 ... Sunday = 6. The first of January 1970 was a Thursday.
    package var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }

    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2:
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.dayNumber < right.dayNumber
    }
}

extension CivilDate: CustomStringConvertible {
    /// `1999-04-01`.
    package var description: String {
        zeroPadded(year, width: 4) + "-" + zeroPadded(month, width: 2) + "-"
            + zeroPadded(day, width: 2)
    }

    /// The date written `1999-04-01`, or `nil`.
    package init?(text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
        guard isDigits, parts.count == 3, parts[0].count == 4, parts[1].count == 2,
            parts[2].count == 2,
            let year = Int(String(parts[0]) ?? ""), let month = Int(String(parts[1]) ?? ""),
            let day = Int(String(parts[2]) ?? "")
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

extension Instant {
    /// The instant at a local wall-clock time, `offsetMinutes` east of UTC.
    package init(date: CivilDate, secondsOfDay: Int, offsetMinutes: Int) {
        let seconds = date.dayNumber * 86_400 + secondsOfDay - offsetMinutes * 60
        self.init(microseconds: Int64(seconds) * 1_000_000)
    }

    /// The local date and the microsecond of that day, at an offset.
    package func local(offsetMinutes: Int) -> (date: CivilDate, microsecondOfDay: Int64) {
        let shifted = microseconds + Int64(offsetMinutes) * 60_000_000
        let perDay: Int64 = 86_400_000_000
        let day = shifted >= 0 ? shifted / perDay : -((-shifted + perDay - 1) / perDay)
        return (CivilDate(dayNumber: Int(day)), shifted - day * perDay)
    }

    /// ISO 8601 with the offset: `1999-01-01T00:00:31+02:00`; `Z` at offset zero. Fractions of a
    /// second are written only where they are not zero.
    package func iso8601(offsetMinutes: Int = 0) -> String {
        let (date, microsecond) = local(offsetMinutes: offsetMinutes)
        let second = Int(microsecond / 1_000_000)
        let fraction = Int(microsecond % 1_000_000)
        var text = date.description + "T" + zeroPadded(second / 3_600, width: 2) + ":"
        text += zeroPadded(second / 60 % 60, width: 2) + ":" + zeroPadded(second % 60, width: 2)
        if fraction != 0 { text += "." + zeroPadded(fraction, width: 6) }
        guard offsetMinutes != 0 else { return text + "Z" }
        let magnitude = abs(offsetMinutes)
        return text + (offsetMinutes < 0 ? "-" : "+") + zeroPadded(magnitude / 60, width: 2) + ":"
            + zeroPadded(magnitude % 60, width: 2)
    }
}

/// `value` in decimal, with leading zeros to at least `width` digits.
package func zeroPadded(_ value: Int, width: Int) -> String {
    let digits = String(value.magnitude)
    let padding = String(repeating: "0", count: max(0, width - digits.utf8.count))
    return (value < 0 ? "-" : "") + padding + digits
}
