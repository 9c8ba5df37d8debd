// The chance of the operation. Every draw is addressed by seed, issue, touch and purpose, so that
// the same operation with an automation switched on meets the same chance, and a step put in
// moves no other draw.

import Randomness

/// Blocks of four random words, each for one kind of choice.
struct Chances {
    private let draws: Draws
    private let end = DrawPurpose("operation-end")
    private let after = DrawPurpose("operation-after")
    private let detail = DrawPurpose("operation-detail")
    private let fault = DrawPurpose("operation-fault")
    private let issue = DrawPurpose("operation-issue")
    private let who = DrawPurpose("operation-who")
    private let gap = DrawPurpose("operation-gap")
    private let customer = DrawPurpose("operation-customer")
    private let seat = DrawPurpose("operation-seat")
    private let shift = DrawPurpose("operation-shift")
    private let day = DrawPurpose("operation-day")
    private let automation = DrawPurpose("operation-automation")

    init(seed: UInt64, replication: UInt32) {
        draws = Draws(seed: seed, replication: replication)
    }

    /// Words: how the touch ends, whether the need is met, how long it takes, patience.
    func end(_ issue: UInt32, _ touch: UInt8) -> Philox.Block {
        draws.block(address: UInt64(issue), purpose: end, ordinal: UInt32(touch))
    }

    /// Words: what follows, after how long, on which channel, whether a survey is answered.
    func after(_ issue: UInt32, _ touch: UInt8) -> Philox.Block {
        draws.block(address: UInt64(issue), purpose: after, ordinal: UInt32(touch))
    }

    /// Words: context, deferral, what is recorded, how long after opening.
    func detail(_ issue: UInt32, _ touch: UInt8) -> Philox.Block {
        draws.block(address: UInt64(issue), purpose: detail, ordinal: UInt32(touch))
    }

    /// Words: the row's fault, whether the customer is known, two for the row's looks.
    func fault(_ issue: UInt32, _ touch: UInt8, file: UInt8) -> Philox.Block {
        let ordinal = UInt32(file) << 8 | UInt32(touch)
        return draws.block(address: UInt64(issue), purpose: fault, ordinal: ordinal)
    }

    /// Words: intent, difficulty, first channel, leaving.
    func issue(_ issue: UInt32) -> Philox.Block {
        draws.block(address: UInt64(issue), purpose: self.issue)
    }

    /// Which customer has the need, finely enough for millions of them.
    func who(_ issue: UInt32) -> Double {
        draws.uniform(address: UInt64(issue), purpose: who)
    }

    /// The gap to the next need within a quarter hour.
    func gap(_ quarter: Int, _ ordinal: UInt32) -> Double {
        draws.uniform(address: UInt64(quarter), purpose: gap, ordinal: ordinal)
    }

    /// Words: segment, vulnerability, how often there are needs, patience.
    func customer(_ customer: Int) -> Philox.Block {
        draws.block(address: UInt64(customer), purpose: self.customer)
    }

    /// Words: speed, tenure, time until leaving, whether an assisting tool is used.
    func seat(_ seat: Int, _ occupant: Int) -> Philox.Block {
        draws.block(address: UInt64(seat), purpose: self.seat, ordinal: UInt32(occupant))
    }

    /// Words: whether the agent is sick.
    func shift(_ seat: Int, _ day: Int) -> Philox.Block {
        draws.block(address: UInt64(seat), purpose: shift, ordinal: UInt32(day))
    }

    /// Words: the day's unforeseen demand.
    func day(_ dayNumber: Int) -> Philox.Block {
        draws.block(address: UInt64(dayNumber), purpose: day)
    }

    /// Words: take-up, effect, reply.
    func automation(_ issue: UInt32) -> Philox.Block {
        draws.block(address: UInt64(issue), purpose: automation)
    }
}

/// A word as a uniform in the open interval (0, 1): `(n + ½)·2⁻³²`.
func unit(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }

/// A probability that falls with difficulty and has the stated mean over all issues.
///
/// Plain logistic: `σ(a − slope·z)`, a set so that the mean over the 64 equally likely levels of
/// difficulty is the stated one. Monotone in the stated probability for every level.
struct DifficultyLaw {
    static let levels = 64

    /// By level of difficulty, easiest first.
    private(set) var probability: [Double]

    /// - Parameter slope: Positive where difficult issues succeed less often.
    init(mean: Double, slope: Double) {
        guard mean > 0 else {
            probability = [Double](repeating: 0, count: DifficultyLaw.levels)
            return
        }
        let scores = (0..<DifficultyLaw.levels).map { DifficultyLaw.score($0) * slope }
        var low = -40.0
        var high = 40.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            var sum = 0.0
            for score in scores { sum += DifficultyLaw.logistic(middle - score) }
            if sum < mean * Double(DifficultyLaw.levels) { low = middle } else { high = middle }
        }
        probability = scores.map { DifficultyLaw.logistic(low - $0) }
    }

    /// The normal score in the middle of a level.
    static func score(_ level: Int) -> Double {
        ExactMath.inverseNormal((Double(level) + 0.5) / Double(levels))
    }

    private static func logistic(_ x: Double) -> Double { 1 / (1 + ExactMath.exp(-x)) }
}

/// Laws of durations, inverted once.
struct DurationLaws {
    /// Mean 1.
    let exponential: Randomness.QuantileTable
    /// Mean 1, the part of a handle time that difficulty does not explain.
    let handle: Randomness.QuantileTable
    /// By level of difficulty; mean 1 over the levels.
    let difficulty: [Double]
    /// Median 1.
    let ivr: Randomness.QuantileTable
    let digital: Randomness.QuantileTable
    let delay: Randomness.QuantileTable
    let normal: [Double]

    init(_ parameters: OperationParameters) throws(RandomnessError) {
        let assisted = parameters.assisted
        let automated = parameters.automated
        func table(_ mean: Double, _ deviation: Double) throws(RandomnessError)
            -> Randomness.QuantileTable
        {
            try Randomness.QuantileTable(.lognormal(logMean: mean, logDeviation: deviation))
        }
        exponential = Randomness.QuantileTable(mean: 1) { -ExactMath.log(1 - $0) }
        let rest = assisted.handleDeviation
        handle = try table(-rest * rest / 2, rest)
        let scores = (0..<DifficultyLaw.levels).map(DifficultyLaw.score)
        let raised = scores.map { ExactMath.exp(assisted.difficultyDeviation * $0) }
        let mean = raised.reduce(0, +) / Double(raised.count)
        difficulty = raised.map { $0 / mean }
        ivr = try table(0, automated.ivrDeviation)
        digital = try table(0, automated.digitalDeviation)
        delay = try table(0, parameters.returns.delayDeviation)
        normal = scores
    }
}

/// Shares laid side by side, for a choice by one uniform.
struct Shares {
    private let ends: [Double]

    init(_ weights: [Double]) {
        let sum = weights.reduce(0, +)
        var reached = 0.0
        ends = weights.map {
            reached += $0 / sum
            return reached
        }
    }

    /// The index of the share that `uniform` falls on.
    func index(_ uniform: Double) -> Int {
        var index = 0
        while index < ends.count - 1, uniform >= ends[index] { index += 1 }
        return index
    }
}
