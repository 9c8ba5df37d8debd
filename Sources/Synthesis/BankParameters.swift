// The true parameters of the synthetic bank: what a fitted model may be held against. They were
// chosen near the published profile of the anonymous bank's records, rounded; nothing here is an
// estimate of that bank.

/// Parameters that every synthetic bank has in common. Probabilities are in thousandths.
package enum BankParameters {
    /// Callers who leave in the voice response unit while agents are on duty.
    static let leavesInVoiceResponse = 45
    /// Of all who leave there, those whose need was not met.
    package static let unmetInVoiceResponse = 500
    /// Served calls that the agent ends within ten seconds.
    static let shortService = 60
    /// Short services are this many seconds long.
    static let shortServiceSeconds = 0...8
    /// Customers who have priority, and how much earlier they count as having joined the queue.
    static let priorityCustomers = 640
    static let priorityCreditSeconds = 90
    /// Longest that anybody waits.
    static let patienceLimitSeconds = 900
    static let serviceLimitSeconds = 5_400
    /// Agents on duty, in thousandths, for an expected work of `load` thousandths of an agent:
    /// seven tenths of the load and its square root. A large centre is overloaded on its busy
    /// days, a small one waits for its only agent, so that both lose callers.
    static func agents(forLoad load: Int) -> Int {
        load * 7 / 10 + Int(Double(load * 1_000).squareRoot())
    }
    /// Each day's demand is multiplied by a factor from this range, in thousandths.
    static let dayFactor = 750...1_250

    /// Phantom records for each 1,000 calls.
    static let phantoms = 9
    /// Dirty rows, in the last file.
    static let dirtyRows = 5
    /// Calls, in ten thousandths, whose recorded entry into the voice response is after the exit.
    static let negativeVoiceResponsePerTenThousand = 12
    /// The customer's id is recorded for this share of the queued, and of the other calls.
    static let recordedWhenQueued = 970
    static let recordedWhenNotQueued = 50
    /// Recorded ids, in ten thousandths, that a spreadsheet has spoilt.
    static let spoiltPerTenThousand = 15
    /// Short services without an agent's name.
    static let namelessShortService = 150

    /// Mean patience in seconds.
    static func meanPatience(_ intent: SyntheticBank.Intent) -> Int {
        switch intent {
        case .regular: 640
        case .prospective: 240
        case .stockExchange: 900
        case .callBack: 640
        case .internet: 260
        case .english: 340
        }
    }

    /// Mean seconds of a service that is not cut short.
    static func meanService(_ intent: SyntheticBank.Intent) -> Int {
        switch intent {
        case .regular: 180
        case .prospective: 110
        case .stockExchange: 260
        case .callBack: 100
        case .internet: 270
        case .english: 250
        }
    }

    /// Needs by weekday, Monday first.
    static let weekdayWeights = [150, 150, 145, 150, 53, 20, 177]

    /// Needs by hour of a day with agents from 7 to 24, of a Friday and of a Saturday.
    static let hourWeights = [
        [
            5, 2, 1, 1, 1, 1, 6, 42, 90, 113, 131, 116, 105, 113, 119, 117, 121, 98, 79, 62, 57,
            57, 52, 41,
        ],
        [6, 2, 1, 1, 1, 1, 3, 26, 72, 82, 81, 78, 74, 48, 20, 12, 9, 5, 3, 2, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 10, 27, 57, 49, 35],
    ]

    /// The shape of a weekday's hours: an index into ``hourWeights``.
    static func shape(weekday: Int) -> Int {
        switch weekday {
        case 4: 1
        case 5: 2
        default: 0
        }
    }

    /// Half hours of a day, from 0 to 47, in which agents are on duty.
    static func openHalfHours(weekday: Int) -> Range<Int> {
        switch weekday {
        case 4: 14..<28
        case 5: 40..<48
        default: 14..<48
        }
    }
}
