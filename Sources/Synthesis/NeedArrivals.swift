// When needs arise: a Poisson process whose rate follows the week and the hours of the day, with
// good and bad days, worked out in millionths of an expected need.

import Events

/// The moments at which new needs make people call, in order.
struct NeedArrivals {
    private let perHalfHour: [Int]
    private let firstWeekday: Int
    private let slots: Int
    private var generator: SeededGenerator
    private var slot = 0
    private var dayFactor: Int
    /// Millionths of a need used up in the current half hour.
    private var used = 0

    init(settings: SyntheticBank.Settings) {
        generator = SeededGenerator(seed: settings.seed, purpose: .arrivals)
        perHalfHour = NeedArrivals.expected(needsPerDay: settings.needsPerDay)
        firstWeekday = settings.from.weekday
        slots = settings.days * 48
        dayFactor = generator.within(BankParameters.dayFactor)
    }

    /// Millionths of a need expected in each half hour of the week, Monday first.
    static func expected(needsPerDay: Int) -> [Int] {
        let week = BankParameters.weekdayWeights.reduce(0, +)
        var result: [Int] = []
        for weekday in 0..<7 {
            let perDay = needsPerDay * 7_000_000 * BankParameters.weekdayWeights[weekday] / week
            let hours = BankParameters.hourWeights[BankParameters.shape(weekday: weekday)]
            let total = hours.reduce(0, +)
            for half in 0..<48 { result.append(perDay * hours[half / 2] / total / 2) }
        }
        return result
    }

    /// The next moment, in seconds after the period's first midnight, or `nil` after its end.
    mutating func next() -> Int? {
        var gap = QuantileTable.exponential.draw(&generator) * 1_000
        while slot < slots {
            let expected = capacity
            guard used + gap >= expected else {
                used += gap
                return slot * 1_800 + used * 1_800 / expected
            }
            gap -= expected - used
            used = 0
            slot += 1
            if slot % 48 == 0 { dayFactor = generator.within(BankParameters.dayFactor) }
        }
        return nil
    }

    private var capacity: Int {
        let half = (firstWeekday + slot / 48) % 7 * 48 + slot % 48
        return perHalfHour[half] * dayFactor / 1_000
    }
}

/// How many agents are on duty in each half hour of the week.
struct StaffingPlan {
    /// Agents by half hour of the week, Monday first; zero where the centre is closed.
    let agents: [Int]

    /// The agents that ``BankParameters`` gives the work expected of an average week. The fraction
    /// of an agent that one half hour lacks is carried into the next, so that small centres
    /// alternate between two numbers.
    init(settings: SyntheticBank.Settings) {
        let expected = NeedArrivals.expected(needsPerDay: settings.needsPerDay)
        let meanService = StaffingPlan.meanServiceSeconds
        var agents = [Int](repeating: 0, count: 7 * 48)
        for weekday in 0..<7 {
            var owed = 0
            for half in BankParameters.openHalfHours(weekday: weekday) {
                let slot = weekday * 48 + half
                let load = expected[slot] / 1_000 * meanService / 1_800
                owed += BankParameters.agents(forLoad: load)
                agents[slot] = max(1, owed / 1_000)
                owed = max(0, owed - agents[slot] * 1_000)
            }
        }
        self.agents = agents
    }

    var most: Int { agents.max() ?? 0 }

    /// Mean over all needs, cut services aside.
    private static var meanServiceSeconds: Int {
        var sum = 0
        for group in Population.Group.allCases {
            for intent in SyntheticBank.Intent.allCases {
                sum +=
                    Population.groupShares[group.rawValue]
                    * Population.intentShares[group.rawValue][intent.rawValue]
                    * BankParameters.meanService(intent)
            }
        }
        return sum / 1_000_000
    }
}
