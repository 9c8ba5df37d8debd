// Moments of a record: local clocks and dates to instants, and the end of a contact.

import Events

/// A moment as a record states it.
struct RecordMoment {
    var instant: Instant
    var offsetMinutes: Int16
    /// The wall clock, in seconds since 1970-01-01T00:00:00.
    var localSeconds: Int64
    var reading: ZoneTable.Reading
}

struct CompiledMoment {
    private enum Form {
        case dateAndClock(date: Int, format: MomentPattern, clock: Int)
        case iso(Int)
        case pattern(Int, MomentPattern)
        case epoch(Int, unitMicroseconds: Int64)
    }

    /// Local times outside these years are refused: zone rules are known to the last of them.
    private static let years = 1_900...2_100
    private static let seconds: Range<Int64> = {
        let days = [years.lowerBound, years.upperBound + 1].map { year in
            CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? 0
        }
        return Int64(days[0] * 86_400)..<Int64(days[1] * 86_400)
    }()

    private let form: Form
    private let zone: ZoneTable
    /// The field that messages point at.
    let field: Int
    /// What was found out last, which is often what is asked next.
    private var lastDay = (text: UInt64(0), rest: UInt16(0), dayNumber: 0)
    private var lastHour = (number: Int64.min, offsetSeconds: 0)

    init(_ rule: MomentRule, zone: ZoneTable, binding: inout ColumnBinding) {
        self.zone = rule.zone ?? zone
        switch rule.form {
        case .dateAndClock(let date, let format, let clock):
            field = binding.index(of: clock)
            form = .dateAndClock(date: binding.index(of: date), format: format, clock: field)
        case .iso(let column):
            field = binding.index(of: column)
            form = .iso(field)
        case .pattern(let column, let pattern):
            field = binding.index(of: column)
            form = .pattern(field, pattern)
        case .epoch(let column, let unit):
            field = binding.index(of: column)
            form = .epoch(field, unitMicroseconds: unit)
        }
    }

    var zoneName: String { zone.name }

    /// The record's moment; `nil` where every field of it is empty.
    func moment(_ bytes: Span<UInt8>, _ fields: FieldTable) throws -> RecordMoment? {
        switch form {
        case .dateAndClock(let date, let format, let clock):
            if fields.range(date).isEmpty, fields.range(clock).isEmpty { return nil }
            guard var moment = format.read(bytes, fields.range(date)) else {
                throw RecordProblem("bad-date", field: date, expected: "a date as the mapping says")
            }
            guard let second = FieldText.clock(bytes, fields.range(clock)) else {
                throw CompiledMoment.badClock(field: clock)
            }
            moment.secondOfDay = second
            return try resolve(moment)
        case .iso(let column):
            let range = fields.range(column)
            if range.isEmpty { return nil }
            guard let stated = FieldText.moment(bytes, range) else {
                throw RecordProblem(
                    "bad-time", field: column, expected: "a moment, as 1999-04-01T08:30:00+03:00")
            }
            return try resolve(stated)
        case .pattern(let column, let pattern):
            let range = fields.range(column)
            if range.isEmpty { return nil }
            guard let stated = pattern.read(bytes, range) else {
                throw RecordProblem(
                    "bad-time", field: column, expected: "a moment as the mapping says")
            }
            return try resolve(stated)
        case .epoch(let column, let unit):
            let range = fields.range(column)
            if range.isEmpty { return nil }
            return try epoch(bytes, range, unit)
        }
    }

    /// As ``moment(_:_:)``, faster where moments are plain and near each other: a date and a time
    /// of ISO 8601 to the second, with or without an offset.
    mutating func cachedMoment(
        _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> RecordMoment? {
        guard case .iso(let column) = form else { return try moment(bytes, fields) }
        let range = fields.range(column)
        guard range.count >= 19, let local = plainLocal(bytes, range.lowerBound) else {
            return try moment(bytes, fields)
        }
        if range.count == 19 {
            guard let offset = plainOffset(local) else { return try moment(bytes, fields) }
            return CompiledMoment.moment(local, offsetSeconds: offset)
        }
        var scanner = DigitScanner(bytes: (range.lowerBound + 19)..<range.upperBound)
        guard CompiledMoment.seconds.contains(local), let offset = scanner.offsetMinutes(bytes),
            scanner.isAtEnd
        else { return try moment(bytes, fields) }
        return CompiledMoment.moment(local, offsetSeconds: offset * 60)
    }

    private static func moment(_ local: Int64, offsetSeconds: Int) -> RecordMoment {
        RecordMoment(
            instant: Instant(microseconds: (local - Int64(offsetSeconds)) * 1_000_000),
            offsetMinutes: Int16(offsetSeconds / 60), localSeconds: local, reading: .unique)
    }

    /// The local seconds of `yyyy-mm-ddTHH:MM:SS`; `nil` for anything else.
    private mutating func plainLocal(_ bytes: Span<UInt8>, _ start: Int) -> Int64? {
        guard start + 19 <= bytes.count else { return nil }
        let raw = unsafe bytes.bytes
        let text = unsafe raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
        let rest = unsafe raw.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt16.self)
        if text != lastDay.text || rest != lastDay.rest {
            let date = MomentPattern.isoDate.read(bytes, start..<(start + 10))
            guard let date else { return nil }
            lastDay = (text, rest, date.dayNumber)
        }
        let separator = bytes[start + 10]
        guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " "),
            bytes[start + 13] == UInt8(ascii: ":"), bytes[start + 16] == UInt8(ascii: ":")
        else { return nil }
        var second = 0
        for place in stride(from: 11, through: 17, by: 3) {
            let tens = bytes[start + place] &- 0x30
            let ones = bytes[start + place + 1] &- 0x30
            guard tens < 10, ones < 10 else { return nil }
            let value = Int(tens) * 10 + Int(ones)
            guard value < (place == 11 ? 24 : 60) else { return nil }
            second = second * 60 + value
        }
        return Int64(lastDay.dayNumber * 86_400 + second)
    }

    /// The zone's offset at a local time within an hour that has one offset throughout; `nil` for
    /// other hours.
    private mutating func plainOffset(_ local: Int64) -> Int? {
        let hour = local >= 0 ? local / 3_600 : (local - 3_599) / 3_600
        if hour == lastHour.number { return lastHour.offsetSeconds }
        guard CompiledMoment.seconds.contains(local) else { return nil }
        let first = zone.resolve(localSeconds: hour * 3_600)
        let last = zone.resolve(localSeconds: hour * 3_600 + 3_599)
        guard case .unique = first.reading, case .unique = last.reading,
            first.offsetSeconds == last.offsetSeconds
        else { return nil }
        lastHour = (hour, first.offsetSeconds)
        return first.offsetSeconds
    }

    static func badClock(field: Int) -> RecordProblem {
        RecordProblem("bad-time", field: field, expected: "a clock time, as 8:30:00 or 8:30 PM")
    }

    /// Time since 1970; decimals beyond a microsecond are refused.
    private func epoch(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ unit: Int64
    ) throws -> RecordMoment {
        guard let microseconds = FieldText.scaledDecimal(bytes, range, by: unit) else {
            throw RecordProblem(
                "bad-time", field: field, expected: "a number: the time since 1970 in UTC")
        }
        var seconds = microseconds / 1_000_000
        if microseconds % 1_000_000 < 0 { seconds -= 1 }
        guard CompiledMoment.seconds.contains(seconds) else { throw outOfRange }
        let offset = zone.offsetSeconds(atUTC: seconds)
        return RecordMoment(
            instant: Instant(microseconds: microseconds), offsetMinutes: Int16(offset / 60),
            localSeconds: seconds + Int64(offset), reading: .unique)
    }

    private var outOfRange: RecordProblem {
        let years = CompiledMoment.years
        return RecordProblem(
            "time-out-of-range", field: field,
            expected: "a year from \(years.lowerBound) to \(years.upperBound)")
    }

    private func resolve(_ stated: WrittenMoment) throws -> RecordMoment {
        let local = stated.localSeconds
        guard CompiledMoment.seconds.contains(local) else { throw outOfRange }
        var moment: RecordMoment
        if let offset = stated.offsetMinutes {
            moment = RecordMoment(
                instant: Instant(microseconds: (local - Int64(offset) * 60) * 1_000_000),
                offsetMinutes: Int16(offset), localSeconds: local, reading: .unique)
        } else {
            moment = CompiledMoment.resolve(localSeconds: local, zone: zone)
        }
        moment.instant.microseconds += Int64(stated.microsecond)
        return moment
    }

    static func resolve(localSeconds: Int64, zone: ZoneTable) -> RecordMoment {
        let resolved = zone.resolve(localSeconds: localSeconds)
        return RecordMoment(
            instant: Instant(microseconds: resolved.utcSeconds * 1_000_000),
            offsetMinutes: resolved.offsetMinutes, localSeconds: localSeconds,
            reading: resolved.reading)
    }
}

/// The end of a contact.
struct CompiledEnd {
    /// What a record says about its end.
    enum Result {
        case notStated
        case at(RecordMoment, field: Int)
        /// Before the beginning, by a clock that no midnight explains.
        case impossible(field: Int)
    }

    private struct Candidate {
        var clock: Int
        var absent: [UInt8]?
        var duration: Int?
    }

    private enum Form {
        case clocks([Candidate], withinSeconds: Int64)
        case moment(CompiledMoment)
    }

    private let form: Form
    private let zone: ZoneTable

    init(_ rule: EndRule, zone: ZoneTable, binding: inout ColumnBinding) {
        self.zone = zone
        switch rule.form {
        case .moment(let moment):
            form = .moment(CompiledMoment(moment, zone: zone, binding: &binding))
        case .clocks(let candidates, let within):
            var compiled: [Candidate] = []
            for candidate in candidates {
                compiled.append(
                    Candidate(
                        clock: binding.index(of: candidate.clock),
                        absent: candidate.absent.map { Array($0.utf8) },
                        duration: candidate.duration.map { binding.index(of: $0) }))
            }
            form = .clocks(compiled, withinSeconds: within.microseconds / 1_000_000)
        }
    }

    func end(
        _ bytes: Span<UInt8>, _ fields: FieldTable, of start: RecordMoment
    ) throws -> Result {
        switch form {
        case .moment(let moment):
            guard let end = try moment.moment(bytes, fields) else { return .notStated }
            if end.instant < start.instant { return .impossible(field: moment.field) }
            return .at(end, field: moment.field)
        case .clocks(let candidates, let withinSeconds):
            for candidate in candidates {
                let duration = try duration(candidate, bytes, fields)
                guard try isPresent(candidate, duration, bytes, fields) else { continue }
                if let duration, duration < 0 { return .notStated }
                return try end(candidate.clock, bytes, fields, start, withinSeconds)
            }
            return .notStated
        }
    }

    private func duration(
        _ candidate: Candidate, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> Int64? {
        guard let column = candidate.duration else { return nil }
        let range = fields.range(column)
        if range.isEmpty { return nil }
        guard let value = FieldText.scaledDecimal(bytes, range, by: 1_000_000) else {
            throw RecordProblem("bad-number", field: column, expected: "a number")
        }
        return value
    }

    /// The text for "no time" may be a true clock reading, midnight above all: the duration
    /// beside it tells.
    private func isPresent(
        _ candidate: Candidate, _ duration: Int64?, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> Bool {
        let range = fields.range(candidate.clock)
        if range.isEmpty { return false }
        guard let absent = candidate.absent, isEqual(bytes, range, absent) else { return true }
        return duration.map { $0 > 0 } ?? false
    }

    private func end(
        _ clock: Int, _ bytes: Span<UInt8>, _ fields: FieldTable, _ start: RecordMoment,
        _ withinSeconds: Int64
    ) throws -> Result {
        guard let second = FieldText.clock(bytes, fields.range(clock)) else {
            throw CompiledMoment.badClock(field: clock)
        }
        let startOfDay = start.localSeconds - secondOfDay(start.localSeconds)
        var local = startOfDay + Int64(second)
        if local < start.localSeconds {
            local += 86_400
            guard local - start.localSeconds <= withinSeconds else {
                return .impossible(field: clock)
            }
        }
        let end = CompiledMoment.resolve(localSeconds: local, zone: zone)
        return end.instant < start.instant ? .impossible(field: clock) : .at(end, field: clock)
    }

    private func secondOfDay(_ localSeconds: Int64) -> Int64 {
        (localSeconds % 86_400 + 86_400) % 86_400
    }
}
