// The agents: seats of a team, and who occupies each of them one after another. An agent who
// leaves is followed by a beginner at the next day's start.

import Events
import Randomness

/// One agent, as the truth and the roster show them.
struct Agent {
    var team: ServiceTeam
    var seat: Int
    /// Days after the first; negative for who was there before.
    var joinedDay: Int
    /// The first day without them; beyond the period for who stays.
    var leftDay: Int
    /// Factor on handle times from the person alone.
    var speed: Double
    var toolChance: UInt32
}

/// Three bands of experience, as effects of tools differ by them.
enum TenureBand: Int {
    case novice, growing, experienced
}

/// All agents of the period, and their shifts in order of start.
struct Workforce {
    private(set) var agents: [Agent] = []
    private(set) var shifts: [Shift] = []
    private let people: PeopleParameters
    private let daysPerFolding: Double
    private let chances: Chances
    private let clock: OperationClock
    private let days: Int

    init(
        _ plan: StaffPlan, people: PeopleParameters, chances: Chances, clock: OperationClock
    ) throws(RandomnessError) {
        self.people = people
        self.chances = chances
        self.clock = clock
        days = clock.to.dayNumber - clock.from.dayNumber
        // The effect of inexperience falls to a twentieth within the stated months.
        daysPerFolding = people.proficiencyMonths * 30.4 / 3
        let laws = try PersonLaws(people)
        var firstSeat = 0
        for team in ServiceTeam.allCases {
            let daily = plan.shifts[Int(team.rawValue)]
            let seats = Workforce.seats(for: daily)
            var occupants: [[Int]] = []
            for seat in firstSeat..<(firstSeat + seats) {
                occupants.append(hire(team: team, seat: seat, laws: laws))
            }
            assign(daily, team: team, occupants: occupants, firstSeat: firstSeat)
            firstSeat += seats
        }
        shifts.sort { ($0.start, $0.agent) < ($1.start, $1.agent) }
    }

    /// Enough that nobody works twice a day, or more than five days of seven.
    private static func seats(for daily: [[Range<Int>]]) -> Int {
        var seats = daily.map(\.count).max() ?? 0
        for first in daily.indices {
            let week = daily[first..<min(first + 7, daily.count)]
            seats = max(seats, (week.reduce(0) { $0 + $1.count } + 4) / 5)
        }
        return seats
    }

    /// The agents of a seat, first to last, as indices.
    private mutating func hire(team: ServiceTeam, seat: Int, laws: PersonLaws) -> [Int] {
        var indices: [Int] = []
        var day = 0
        while day < days {
            let words = chances.seat(seat, indices.count)
            let served = indices.isEmpty ? Int(laws.tenureDays.quantile(unit(words.word1))) : 0
            let stays = 1 + Int(laws.stayDays.quantile(unit(words.word2)))
            let agent = Agent(
                team: team, seat: seat, joinedDay: day - served, leftDay: day + stays,
                speed: laws.speed.quantile(unit(words.word0)), toolChance: words.word3)
            indices.append(agents.count)
            agents.append(agent)
            day += stays
        }
        return indices
    }

    private mutating func assign(
        _ daily: [[Range<Int>]], team: ServiceTeam, occupants: [[Int]], firstSeat: Int
    ) {
        var next = 0
        for (day, today) in daily.enumerated() {
            for hours in today {
                let seat = next % occupants.count
                next += 1
                guard let agent = occupants[seat].first(where: { agents[$0].leftDay > day })
                else { preconditionFailure("seat \(firstSeat + seat) is empty on day \(day)") }
                let word = chances.shift(firstSeat + seat, day).word0
                shifts.append(
                    Shift(
                        start: Int32(clock.second(day: day, secondOfDay: hours.lowerBound * 1_800)),
                        end: Int32(clock.second(day: day, secondOfDay: hours.upperBound * 1_800)),
                        agent: Int32(agent), team: team,
                        isSick: unit(word) < people.sickness))
            }
        }
    }

    /// Factor on handle times on a day, from the person and their experience.
    func factor(_ agent: Int, day: Int) -> Double {
        let tenure = Double(max(0, day - agents[agent].joinedDay))
        let beginner = (people.noviceFactor - 1) * ExactMath.exp(-tenure / daysPerFolding)
        return agents[agent].speed * (1 + beginner)
    }

    func band(_ agent: Int, day: Int) -> TenureBand {
        switch day - agents[agent].joinedDay {
        case ..<91: .novice
        case ..<365: .growing
        default: .experienced
        }
    }

    /// `A00017`, from one.
    static func name(_ agent: Int) -> String {
        let digits = "\(agent + 1)"
        return "A" + String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
    }
}

/// Laws of the persons.
private struct PersonLaws {
    let speed: Randomness.QuantileTable
    let tenureDays: Randomness.QuantileTable
    let stayDays: Randomness.QuantileTable

    init(_ people: PeopleParameters) throws(RandomnessError) {
        let deviation = people.agentDeviation
        speed = try Randomness.QuantileTable(
            .lognormal(logMean: -deviation * deviation / 2, logDeviation: deviation))
        let months = ExactMath.log(people.tenureMonths * 30.4)
        tenureDays = try Randomness.QuantileTable(
            .lognormal(logMean: months, logDeviation: 1.1))
        let mean = 365 / people.attritionPerYear
        stayDays = Randomness.QuantileTable(mean: mean) { -ExactMath.log(1 - $0) * mean }
    }
}
