// Time in the operation: whole seconds after the period's first local midnight, and the local
// time of Great Britain, whose rule of summer time is all that is needed to know.

import Events
import Randomness

/// Turns the operation's seconds into moments and local times.
struct OperationClock {
    /// Seconds since 1970 of the operation's second zero.
    let base: Int
    let from: CivilDate
    let to: CivilDate
    /// The operation's last second, left out.
    let end: Int
    /// Moments at which summer time begins and ends, in turns, in the operation's seconds.
    private let changes: [Int]

    static let zoneName = "Europe/London"
    static let quarter = 900

    init(from: CivilDate, to: CivilDate) {
        var changes: [Int] = []
        for year in (from.year - 1)...(to.year + 1) {
            changes.append(OperationClock.lastSunday(year, 3) * 86_400 + 3_600)
            changes.append(OperationClock.lastSunday(year, 10) * 86_400 + 3_600)
        }
        func midnight(_ date: CivilDate) -> Int {
            let local = date.dayNumber * 86_400
            // No change of ours happens between a local midnight and an hour later.
            return local - (OperationClock.isSummer(local - 3_600, changes) ? 3_600 : 0)
        }
        let base = midnight(from)
        self.base = base
        self.from = from
        self.to = to
        end = midnight(to) - base
        self.changes = changes.map { $0 - base }
    }

    /// Seconds of local time ahead of UTC.
    func offset(_ second: Int) -> Int {
        OperationClock.isSummer(second, changes) ? 3_600 : 0
    }

    /// Local seconds since the first local midnight, as a clock on the wall counts them.
    func local(_ second: Int) -> Int {
        second + base + offset(second) - from.dayNumber * 86_400
    }

    /// The second at which a wall clock shows `second` of the day `day` after the first.
    func second(day: Int, secondOfDay: Int) -> Int {
        let local = (from.dayNumber + day) * 86_400 + secondOfDay - base
        let guess = local - 3_600
        return OperationClock.isSummer(guess, changes) ? guess : local
    }

    /// Summer time holds between the first of a pair of changes and the second.
    private static func isSummer(_ second: Int, _ changes: [Int]) -> Bool {
        var isSummer = false
        for change in changes {
            if second < change { break }
            isSummer.toggle()
        }
        return isSummer
    }

    private static func lastSunday(_ year: Int, _ month: Int) -> Int {
        guard let last = CivilDate(year: year, month: month, day: 31) else {
            preconditionFailure("month \(month) of \(year) has no day 31")
        }
        return last.dayNumber - (last.weekday + 1) % 7
    }
}

/// When a team takes customers in, in local half hours of a day.
struct OpeningHours {
    private let isOpenOnSundays: Bool

    init(isOpenOnSundays: Bool) { self.isOpenOnSundays = isOpenOnSundays }

    /// Empty on a day on which the team does not work.
    func halfHours(_ team: ServiceTeam, weekday: Int) -> Range<Int> {
        switch team {
        case .voice, .specialists, .chat:
            switch weekday {
            case 0..<5: 16..<40
            case 5: 18..<34
            default: isOpenOnSundays ? 20..<32 : 0..<0
            }
        case .email:
            weekday < 6 ? 16..<34 : 0..<0
        case .backOffice, .complaints:
            weekday < 5 ? 18..<34 : 0..<0
        }
    }

    /// The first moment from `second` on at which a customer finds the team open. Where it is
    /// closed, that is within some hours after the next opening, by a quantile of the exponential
    /// law of mean one.
    func next(_ team: ServiceTeam, after second: Int, delay: Double, _ clock: OperationClock) -> Int
    {
        let local = clock.local(second)
        var day = local / 86_400
        let half = local % 86_400 / 1_800
        let weekday = clock.from.weekday
        var hours = halfHours(team, weekday: (weekday + day) % 7)
        if hours.contains(half) { return second }
        if hours.isEmpty || half >= hours.upperBound {
            repeat {
                day += 1
                hours = halfHours(team, weekday: (weekday + day) % 7)
            } while hours.isEmpty
        }
        let length = hours.count * 1_800
        let spread = min(Int(delay * 12_000), length - 900)
        let opened = hours.lowerBound * 1_800 + spread
        return clock.second(day: day, secondOfDay: opened)
    }
}

/// How demand moves with the hour, the weekday, the season, and the day's own luck.
struct DemandCycle {
    private let parameters: DemandParameters
    private let needsPerSecond: Double
    private let isEven: Bool
    private let normal: [Double]
    private let chances: Chances

    /// - Parameter isEven: every week is like every other, as planners take it.
    init(
        _ parameters: OperationParameters, customers: Int, chances: Chances, laws: DurationLaws,
        isEven: Bool
    ) {
        self.isEven = isEven
        self.parameters = parameters.demand
        needsPerSecond = parameters.needsPerYear * Double(customers) / (365 * 86_400)
        normal = laws.normal
        self.chances = chances
    }

    /// What a planner expects of a date, relative to an average day.
    func season(_ date: CivilDate) -> Double {
        if isEven { return 1 }
        let lastDay = CivilDate.days(inMonth: date.month, year: date.year)
        let isEnd = date.day <= 5 || date.day > lastDay - 5
        return parameters.months[date.month - 1] * (isEnd ? parameters.monthEnd : 1)
    }

    /// Needs per second in a local hour of a date, the day's luck included.
    func rate(_ date: CivilDate, hour: Int) -> Double {
        needsPerSecond * season(date) * parameters.weekdays[date.weekday] * parameters.hours[hour]
            * luck(date)
    }

    private func luck(_ date: CivilDate) -> Double {
        if isEven { return 1 }
        let word = chances.day(date.dayNumber).word0
        let score = normal[Int(word >> 26)]
        return ExactMath.exp(parameters.dayDeviation * score)
    }
}
