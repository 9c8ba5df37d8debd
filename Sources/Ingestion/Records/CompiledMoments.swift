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
        case dateAndClock(date: Int, format: DatePattern, clock: Int)
        case iso(Int)
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
    /// The field that messages point at.
    let field: Int

    init(_ rule: MomentRule, binding: inout ColumnBinding) {
        switch rule.form {
        case .dateAndClock(let date, let format, let clock):
            field = binding.index(of: clock)
            form = .dateAndClock(date: binding.index(of: date), format: format, clock: field)
        case .iso(let column):
            field = binding.index(of: column)
            form = .iso(field)
        }
    }

    /// The record's moment; `nil` where every field of it is empty.
    func moment(
        _ bytes: Span<UInt8>, _ fields: FieldTable, zone: ZoneTable
    ) throws -> RecordMoment? {
        switch form {
        case .dateAndClock(let date, let format, let clock):
            if fields.range(date).isEmpty, fields.range(clock).isEmpty { return nil }
            guard let day = format.dayNumber(bytes, fields.range(date)) else {
                throw RecordProblem("bad-date", field: date, expected: "a date as the mapping says")
            }
            guard let second = FieldText.clock(bytes, fields.range(clock)) else {
                throw CompiledMoment.badClock(field: clock)
            }
            return try CompiledMoment.resolve(
                localSeconds: Int64(day * 86_400 + second), zone: zone, field: clock)
        case .iso(let column):
            let range = fields.range(column)
            if range.isEmpty { return nil }
            guard let stated = FieldText.moment(bytes, range) else {
                throw RecordProblem(
                    "bad-time", field: column, expected: "a moment, as 1999-04-01T08:30:00+03:00")
            }
            return try CompiledMoment.resolve(stated, zone: zone, field: column)
        }
    }

    static func badClock(field: Int) -> RecordProblem {
        RecordProblem("bad-time", field: field, expected: "a clock time, as 8:30:00")
    }

    static func resolve(
        localSeconds: Int64, zone: ZoneTable, field: Int
    ) throws -> RecordMoment {
        guard seconds.contains(localSeconds) else {
            throw RecordProblem(
                "time-out-of-range", field: field,
                expected: "a year from \(years.lowerBound) to \(years.upperBound)")
        }
        let resolved = zone.resolve(localSeconds: localSeconds)
        return RecordMoment(
            instant: Instant(microseconds: resolved.utcSeconds * 1_000_000),
            offsetMinutes: resolved.offsetMinutes, localSeconds: localSeconds,
            reading: resolved.reading)
    }

    private static func resolve(
        _ stated: FieldText.Moment, zone: ZoneTable, field: Int
    ) throws -> RecordMoment {
        var moment = try resolve(localSeconds: stated.localSeconds, zone: zone, field: field)
        if let offset = stated.offsetMinutes {
            let utc = stated.localSeconds - Int64(offset) * 60
            moment.instant = Instant(microseconds: utc * 1_000_000)
            moment.offsetMinutes = Int16(offset)
            moment.reading = .unique
        }
        moment.instant.microseconds += stated.microseconds
        return moment
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

    init(_ rule: EndRule, binding: inout ColumnBinding) {
        switch rule.form {
        case .moment(let moment): form = .moment(CompiledMoment(moment, binding: &binding))
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
        _ bytes: Span<UInt8>, _ fields: FieldTable, of start: RecordMoment, zone: ZoneTable
    ) throws -> Result {
        switch form {
        case .moment(let moment):
            guard let end = try moment.moment(bytes, fields, zone: zone) else { return .notStated }
            if end.instant < start.instant { return .impossible(field: moment.field) }
            return .at(end, field: moment.field)
        case .clocks(let candidates, let withinSeconds):
            for candidate in candidates {
                let duration = try duration(candidate, bytes, fields)
                guard try isPresent(candidate, duration, bytes, fields) else { continue }
                if let duration, duration < 0 { return .notStated }
                return try end(candidate.clock, bytes, fields, start, zone, withinSeconds)
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
        _ zone: ZoneTable, _ withinSeconds: Int64
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
        let end = try CompiledMoment.resolve(localSeconds: local, zone: zone, field: clock)
        return end.instant < start.instant ? .impossible(field: clock) : .at(end, field: clock)
    }

    private func secondOfDay(_ localSeconds: Int64) -> Int64 {
        (localSeconds % 86_400 + 86_400) % 86_400
    }
}
