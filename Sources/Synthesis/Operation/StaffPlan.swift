// The planner: from the expected work of each half hour to shifts. The planner knows the season
// and the week, not the day's luck and nothing of automations, so that both worlds have one
// roster.

import Events

/// Work that one second's needs bring to each team, by time of the week, found by running a small
/// operation without queues.
struct ExpectedWork {
    /// Handle seconds for each need, of teams that answer at once: by team and half hour of the
    /// week, from Monday; of others everything stands at the first place.
    private(set) var seconds: [[Double]]
    var needs = 0

    init() {
        seconds = [[Double]](
            repeating: [Double](repeating: 0, count: 7 * 48), count: ServiceTeam.allCases.count)
    }

    mutating func add(_ team: ServiceTeam, halfHourOfWeek: Int, seconds value: Int) {
        seconds[Int(team.rawValue)][halfHourOfWeek] += Double(value)
    }

    /// Seconds for each need of a whole week.
    func total(_ team: ServiceTeam) -> Double {
        seconds[Int(team.rawValue)].reduce(0, +) / Double(max(1, needs))
    }

    /// The share of a week's work in each half hour. Weekdays but Monday are thought alike, and
    /// teams behind the first take its shape; what a small run draws is too rough without that.
    func shape(_ team: ServiceTeam) -> [Double] {
        let source = team == .specialists ? ServiceTeam.voice : team
        let raw = seconds[Int(source.rawValue)]
        var shape = [Double](repeating: 0, count: raw.count)
        for half in 0..<48 {
            var middle = 0.0
            for day in 1..<5 { middle += raw[day * 48 + half] / 4 }
            for day in 0..<7 {
                shape[day * 48 + half] = (1..<5).contains(day) ? middle : raw[day * 48 + half]
            }
        }
        let sum = max(1, shape.reduce(0, +))
        return shape.map { $0 / sum }
    }
}

/// The shifts of every day of the period.
struct StaffPlan {
    /// By team and day, in half hours of the day.
    private(set) var shifts: [[[Range<Int>]]] = []

    private static let long = 16
    private static let short = 8

    /// - Parameter weeklyNeeds: New needs in an average week.
    init(
        _ work: ExpectedWork, weeklyNeeds: Double, parameters: OperationParameters,
        demand: DemandCycle, hours: OpeningHours, clock: OperationClock
    ) {
        let days = clock.to.dayNumber - clock.from.dayNumber
        for team in ServiceTeam.allCases {
            let weekly = work.total(team) * weeklyNeeds
            let shape = work.shape(team)
            var ofTeam: [[Range<Int>]] = []
            for day in 0..<days {
                let date = CivilDate(dayNumber: clock.from.dayNumber + day)
                let open = hours.halfHours(team, weekday: date.weekday)
                let factor = weekly * demand.season(date)
                if open.isEmpty {
                    ofTeam.append([])
                } else if team.hasPatience {
                    let load = open.map { factor * shape[date.weekday * 48 + $0] / 1_800 }
                    ofTeam.append(
                        StaffPlan.covering(load, team: team, open: open, parameters: parameters))
                } else {
                    let openDays = team == .email ? 6.0 : 5
                    let seconds = factor / openDays * (1 + parameters.people.backlogMargin)
                    let share = seconds / Double(open.count * 1_800)
                    let count = max(1, Int((share / (1 - parameters.people.sickness)) + 1))
                    ofTeam.append([Range<Int>](repeating: open, count: count))
                }
            }
            shifts.append(ofTeam)
        }
    }

    /// Shifts that reach the wanted number in each half hour, begun as late as that allows. The
    /// last half hour, after closing, serves those who wait.
    /// - Complexity: O(half hours × shifts²), for one day of one team.
    private static func covering(
        _ load: [Double], team: ServiceTeam, open: Range<Int>, parameters: OperationParameters
    ) -> [Range<Int>] {
        let people = parameters.people
        let each = team == .chat ? parameters.assisted.chatConcurrency : 1
        let close = open.upperBound + 1
        let wanted = (open.lowerBound..<close).map { half in
            let place = min(half, open.upperBound - 1) - open.lowerBound
            let erlangs = load[place] * (half == open.upperBound ? 0.5 : 1)
            let agents =
                (erlangs * (1 + people.occupancyMargin) + people.safety * erlangs.squareRoot())
                / each / (1 - people.sickness)
            return max(1, Int(agents.rounded(.up)))
        }
        var chosen: [Range<Int>] = []
        func present(_ half: Int) -> Int {
            chosen.reduce(0) { $0 + ($1.contains(half) ? 1 : 0) }
        }
        for half in open.lowerBound..<close {
            while present(half) < wanted[half - open.lowerBound] {
                let start = max(open.lowerBound, min(half, close - short))
                // Long where those who would stay are wanted then, too.
                let later = min(start + (short + long) / 2, close - 1)
                let isLong = present(later) < wanted[later - open.lowerBound]
                chosen.append(start..<min(start + (isLong ? long : short), close))
            }
        }
        return chosen
    }
}
