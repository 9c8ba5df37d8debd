// Who calls: people with rates of their own, the busiest hundreds of times the quietest, in groups
// that differ in what they call about.

/// The people of one synthetic bank, by dense index.
struct Population {
    /// What a person mostly calls about. The raw value is an index into the tables below.
    enum Group: Int, CaseIterable {
        case regular, prospect, trader, english
    }

    /// Shares of all needs by group, in thousandths, and within a group by intent: regular,
    /// prospective, stock exchange, call-back, internet, English.
    static let groupShares = [708, 164, 124, 4]
    static let intentShares = [
        [928, 0, 0, 52, 20, 0],
        [0, 1_000, 0, 0, 0, 0],
        [250, 0, 700, 50, 0, 0],
        [0, 0, 0, 0, 0, 1_000],
    ]

    /// Where each group's people begin; one more entry ends the last.
    let starts: [Int]
    /// Running sums of the people's weights within their group.
    private let cumulativeWeights: [Int]
    private let priorities: [UInt8]

    /// Every tenth customer trades, one in forty (at least one) speaks English; prospective
    /// customers are half as many as customers.
    init(settings: SyntheticBank.Settings) {
        var generator = SeededGenerator(seed: settings.seed, purpose: .population)
        let english = max(1, settings.customers / 40)
        let traders = settings.customers / 10
        let sizes = [
            settings.customers - english - traders, settings.customers / 2, traders, english,
        ]
        var starts = [0]
        var weights: [Int] = []
        var priorities: [UInt8] = []
        for group in Group.allCases {
            var sum = 0
            for _ in 0..<sizes[group.rawValue] {
                sum += QuantileTable.customerWeight.draw(&generator)
                weights.append(sum)
                let isFirst = generator.happens(perMille: BankParameters.priorityCustomers)
                priorities.append(group == .prospect ? 0 : isFirst ? 2 : 1)
            }
            starts.append(weights.count)
        }
        self.starts = starts
        cumulativeWeights = weights
        self.priorities = priorities
    }

    /// A person with a new need, and what it is about.
    /// - Complexity: O(log people).
    func drawNeed(_ generator: inout SeededGenerator) -> (
        person: Int, intent: SyntheticBank.Intent
    ) {
        let group = generator.index(weights: Population.groupShares)
        let intent = generator.index(weights: Population.intentShares[group])
        var low = starts[group]
        var high = starts[group + 1] - 1
        let target = generator.below(cumulativeWeights[high])
        while low < high {
            let middle = (low + high) / 2
            if cumulativeWeights[middle] > target { high = middle } else { low = middle + 1 }
        }
        return (low, SyntheticBank.Intent.allCases[intent])
    }

    /// The priority that the bank gives a person: 0 unidentified, 1 regular, 2 first.
    func priority(_ person: Int) -> Int { Int(priorities[person]) }

    func isProspect(_ person: Int) -> Bool {
        starts[Group.prospect.rawValue] <= person && person < starts[Group.prospect.rawValue + 1]
    }

    /// The number that the bank knows a person by; unique, of seven or eight digits.
    ///
    /// An odd multiplier permutes the numbers below a power of two.
    func number(_ person: Int) -> Int { 1_000_000 + (person * 40_503_469) & 0x3ff_ffff }

    /// Somebody with a number, whatever their rate.
    func anyCustomer(_ generator: inout SeededGenerator) -> Int {
        let start = starts[Group.trader.rawValue]
        return start + generator.below(starts[Group.english.rawValue + 1] - start)
    }
}
