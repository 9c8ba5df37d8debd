// The fitted model over logs small enough to count by hand, and its laws.

import Events
import Modeling
import Projections
import TestSupport
import Testing

@Suite struct ModelFitTests {
    private func fit(
        _ calls: [ContactSpec], rules: LinkRules = SampleRules.links(), days: Int64 = 30
    ) throws -> (model: Model, book: JourneyBook) {
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: days))
        let book = JourneyBook(table, rules: rules)
        return (ModelFit.fit(table, book: book, logHead: "head", eventCount: 7), book)
    }

    /// Three abandoned service calls, one of them back; one loan; one call in the log's last
    /// hour, whose window nobody saw the end of; one without a customer.
    private let calls: [ContactSpec] = [
        .abandoned("ada", at: .hours(9)),
        ContactSpec("ada", at: .hours(9) + .minutes(10), talk: .minutes(4)),
        .abandoned("bob", at: .hours(10)), .abandoned("eve", at: .hours(11)),
        ContactSpec("kim", "loan", at: .hours(12), wait: .minutes(1), talk: .minutes(8)),
        .abandoned("tom", at: .hours(30 * 24 - 1)), .abandoned("", at: .hours(13)),
    ]

    @Test func returnsAreCountedWhereTheWindowIsCompleteAndTheCustomerKnown() throws {
        let (model, book) = try fit(calls)
        #expect(model.familyNames == ["service", "loan"])
        #expect(model.failureTitles.first == "own need")
        #expect(model.logHead == "head" && model.eventCount == 7 && model.rulesID == "sample")
        let abandoned = model.returnCell(family: 0, failure: 1)
        #expect(abandoned.family == "service" && abandoned.failure == "abandoned")
        #expect(abandoned.contactCount == 3)
        #expect(abandoned.linkedCount == 1)
        #expect(abandoned.expectedReturnsMillionths == Int64(book.probability[1]))
        #expect(model.returnCell(family: 0, failure: 0).contactCount == 1)
        #expect(model.returnCell(family: 1, failure: 0).contactCount == 1)
        #expect(model.returnCell(family: 1, failure: 1).contactCount == 0)
    }

    @Test func posteriorHasThePooledShareAsAPriorOfTwentyContacts() throws {
        let (model, book) = try fit(calls)
        let returns = Double(book.probability[1]) / 1e6
        let pooled = (returns + 0.5) / 4
        let own = model.returnCell(family: 0, failure: 1)
        #expect(abs(own.posteriorAlpha - (returns + 20 * pooled)) < 1e-12)
        #expect(abs(own.posteriorBeta - (3 - returns + 20 * (1 - pooled))) < 1e-12)
        let empty = model.returnCell(family: 1, failure: 1)
        #expect(abs(empty.probability - pooled) < 1e-12)
        #expect(model.returns.allSatisfy { $0.posteriorAlpha > 0 && $0.posteriorBeta > 0 })
    }

    @Test func familyThatNothingLinksTeachesNothingAboutReturns() throws {
        var rules = SampleRules.links()
        rules.links[0].families = ["service"]
        let linked = try fit(calls, rules: rules).model
        let many = calls + (0..<50).map { .abandoned("x\($0)", "loan", at: .hours(20)) }
        let diluted = try fit(many, rules: rules).model
        #expect(
            diluted.returnCell(family: 0, failure: 1).probability
                == linked.returnCell(family: 0, failure: 1).probability)
    }

    @Test func delaysFollowTheLinksProbabilities() throws {
        let (model, _) = try fit(calls)
        let law = model.delays[1]
        #expect(law.failure == "abandoned" && law.observedCount == 1)
        // Ten minutes end the bin from 7.5 to 10 minutes.
        for u in [1e-9, 0.25, 0.5, 0.999] {
            let delay = law.quantile(u)
            #expect(delay >= 450_000_000 && delay <= 600_000_000)
        }
        #expect(law.quantile(0.5) == 525_000_000)
        #expect(law.cumulative.first == 0 && law.cumulative.last == 1)
    }

    @Test func delayWithoutObservationsStaysWithinTheWindow() throws {
        let law = try fit(calls).model.delays[2]
        #expect(law.observedCount == 0)
        let delays = (1..<1_000).map { law.quantile(Double($0) / 1_000) }
        #expect(delays == delays.sorted())
        #expect(delays.allSatisfy { $0 >= 0 && $0 <= 3_600_000_000 })
    }

    @Test func delayLawsOfRandomLogsRiseAndHoldTheirMass() throws {
        for seed in UInt64(0)..<100 {
            let sample = try RandomCase(seed: seed)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let model = ModelFit.fit(sample.table, book: book, logHead: "", eventCount: 0)
            let longest = sample.rules.links.map(\.window.microseconds).max() ?? 0
            for law in model.delays {
                let delays = (1..<200).map { law.quantile(Double($0) / 200) }
                #expect(delays == delays.sorted(), "seed \(seed)")
                #expect(delays.allSatisfy { $0 >= 0 && $0 <= longest }, "seed \(seed)")
                for (edge, share) in zip(law.edges, law.cumulative).dropFirst() {
                    let below = delays.count { $0 <= edge }
                    #expect(abs(Double(below) / 200 - share) <= 0.011, "seed \(seed)")
                }
            }
            for cell in model.returns {
                let returns = Double(cell.expectedReturnsMillionths) / 1e6
                #expect(cell.linkedCount <= cell.contactCount, "seed \(seed)")
                #expect(returns <= Double(cell.linkedCount) + 1e-9, "seed \(seed)")
                #expect(cell.probability > 0 && cell.probability < 1, "seed \(seed)")
            }
        }
    }

    @Test func durationsAreThoseOfServedContactsByFamily() throws {
        let model = try fit(calls).model
        #expect(model.durations.map(\.family) == ["service", "loan"])
        #expect(model.durations.map(\.handle.observedCount) == [1, 1])
        #expect(model.durations[1].handle.quantile(0.3) == 480_000_000)
        #expect(model.durations[1].wait.quantile(0.3) == 60_000_000)
        #expect(model.durations[0].wait.quantile(0.3) == 0)
    }
}

@Suite struct EmpiricalLawTests {
    @Test func endsAreTheExtremesAndTheMiddleIsTheMedian() {
        let law = EmpiricalLaw(observations: (0...256).map { Int64($0 * 10) }.reversed())
        #expect(law.quantile(1e-16) == 0)
        #expect(law.quantile(1) == 2_560)
        #expect(law.quantile(0.5) == 1_280)
        #expect(law.quantile(0.5 + 0.5 / 256) == 1_285)
        #expect(law.observedCount == 257)
    }

    @Test func lawOfOneObservationIsThatObservation() {
        let law = EmpiricalLaw(observations: [42])
        #expect([0.001, 0.5, 0.999].map { law.quantile($0) } == [42, 42, 42])
    }

    @Test func fewObservationsCountAlike() {
        let two = EmpiricalLaw(observations: [60, 600])
        #expect(two.quantile(0.5) == 330)
        #expect(two.quantile(0.25) == 195)
        let three = EmpiricalLaw(observations: [0, 100, 1_000])
        #expect(three.quantile(0.5) == 100)
        #expect(three.quantile(0.75) == 550)
    }

    /// Ten thousand calls of a minute and one that the clock made eight hours long.
    @Test func oneSlipOfTheClockDoesNotMoveTheMean() {
        let law = EmpiricalLaw(observations: [Int64](repeating: 60, count: 9_999) + [28_800])
        let draws = (0..<20_000).map { Double(law.quantile((Double($0) + 0.5) / 20_000)) }
        let mean = draws.reduce(0, +) / 20_000
        #expect(abs(mean - 62.874) < 0.5)
    }

    @Test func lawOfNothingIsZero() {
        #expect(EmpiricalLaw(observations: []).quantile(0.7) == 0)
    }

    @Test func meanOfQuantilesIsTheMeanOfWhatWasObserved() {
        var random = TestRandom(seed: 3)
        let observed = (0..<5_000).map { _ in Int64(random.below(1_000) * random.below(1_000)) }
        let law = EmpiricalLaw(observations: observed)
        let draws = (0..<20_000).map { Double(law.quantile((Double($0) + 0.5) / 20_000)) }
        let mean = Double(observed.reduce(0, +)) / 5_000
        #expect(abs(draws.reduce(0, +) / 20_000 - mean) < 0.01 * mean)
        #expect(draws == draws.sorted())
    }
}
