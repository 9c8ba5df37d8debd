// What the generative mode makes of weeks: drawn from their own laws they come back as they were.

import Events
import Modeling
import Projections
import Randomness
import Simulation
import Statistics
import TestSupport
import Testing

@Suite struct HeldOutTests {
    /// Eight weeks of a small operation: needs that their source names, some of them abandoned,
    /// some handed over, some back.
    static func log(seed: UInt64, needs: Int) -> LogBuilder {
        var random = TestRandom(seed: seed)
        var specs: [ContactSpec] = []
        for need in 0..<needs {
            var at = TimeSpan.seconds(Int64(random.below(8 * 7 * 86_400 - 40_000)))
            let intent = random.pick(["service", "loan"])
            for _ in 0..<6 {
                var spec = ContactSpec("c\(need)", intent, at: at)
                spec.issue = "i\(need)"
                spec.channel = random.pick(["telephone", "telephone", "chat"])
                let offered = random.chance(0.4) ? 0 : random.below(300)
                let patience = random.below(600)
                if patience <= offered {
                    spec = .abandoned("c\(need)", intent, at: at, wait: .seconds(Int64(patience)))
                    spec.issue = "i\(need)"
                } else {
                    spec.wait = .seconds(Int64(offered))
                    spec.talk = .seconds(Int64(20 + random.below(500)))
                    spec.outcome = random.chance(0.1) ? .transferred : .resolved
                }
                specs.append(spec)
                let chance = spec.outcome == .resolved ? 0.1 : 0.5
                guard random.chance(chance) else { break }
                at = at + .minutes(Int64(10 + random.below(200)))
            }
        }
        return LogBuilder(specs)
    }

    private struct World {
        let table: ContactTable
        let book: JourneyBook
        let weeks: RecordedWeeks
        let heldOut: HeldOutWeeks
    }

    private func world(seed: UInt64, needs: Int = 6_000) throws -> World {
        let coverage = LogBuilder.coverage(days: 56)
        let table = try HeldOutTests.log(seed: seed, needs: needs).table(coverage: coverage)
        let rules = SampleRules.links(window: .hours(4))
        let book = JourneyBook(table, rules: rules)
        let charges = Charges(
            table, costs: SampleRules.costs,
            dimensions: LedgerDimensions(table: table, rules: rules, costs: SampleRules.costs))
        let model = ModelFit.fit(
            table, book: book, logHead: "head", eventCount: table.contacts.count)
        let index = JourneyIndex(table, book: book)
        let laws = JourneyLaws(
            JourneyHistory(table: table, book: book, charges: charges, model: model), index: index)
        let weeks = RecordedWeeks(
            table, book: book, charges: charges, index: index, period: coverage)
        return World(
            table: table, book: book, weeks: weeks,
            heldOut: HeldOutWeeks(laws: laws, weeks: weeks, seed: seed))
    }

    private func total(_ weeks: [JourneyTotals], _ figure: WeeklyFigure) -> Double {
        weeks.reduce(0) { $0 + figure.value($1) }
    }

    @Test func recordedJourneysAreToldAsTheyAre() throws {
        let world = try world(seed: 3, needs: 800)
        let told = world.weeks.tell(Draws(seed: 9, replication: 0))
        // The source names every need, so every link is certain.
        #expect(told.roots.count == world.book.journeys.count)
        #expect(told.steps.count == world.table.contacts.count)
        let lengths = Dictionary(grouping: told.steps, by: \.root).mapValues(\.count)
        for (number, journey) in world.book.journeys.enumerated() {
            #expect(lengths[number] == Int(journey.contactCount))
        }
        let inOrder = zip(told.steps, told.steps.dropFirst()).allSatisfy { earlier, later in
            later.root == earlier.root
                ? later.ordinal == earlier.ordinal + 1 && later.at >= earlier.at
                : later.root == earlier.root + 1 && later.ordinal == 0
        }
        #expect(inOrder)
        let caused = told.steps.count { $0.marks.contains(.caused) }
        #expect(
            caused == world.table.contacts.indices.count { world.book.edge(of: $0) == .failure })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func weeksComeBackFromTheirOwnLaws(_ seed: UInt64) throws {
        let world = try world(seed: seed)
        for figure in WeeklyFigure.allCases {
            var recorded: [Double] = []
            var drawn: [Double] = []
            for replication in 0..<40 {
                let chain = world.heldOut.chain(draw: replication / 2)
                let week = world.heldOut.weekly(replication, chain)
                recorded.append(total(week.recorded, figure))
                drawn.append(total(week.drawn, figure))
            }
            let happened = try #require(Summation.mean(recorded))
            let mean = try #require(Summation.mean(drawn))
            let squares = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(drawn.count - 1)).squareRoot()
            // The record is one draw of such a world, the mean is of forty.
            let gap = "\(figure): recorded \(happened), drawn \(mean), deviation \(deviation)"
            #expect(abs(mean - happened) <= 4 * deviation + 0.005 * happened, "\(gap)")
            if figure != .escalations { #expect(happened > 300, "\(figure)") }
        }
    }

    /// A channel and an intent that came up only after what was fitted: one contact each.
    @Test func whatIsNewIsOneContactEach() throws {
        var log = HeldOutTests.log(seed: 4, needs: 300)
        for number in 0..<20 {
            var spec = ContactSpec("n\(number)", "visit", at: .days(50) + .hours(Int64(number)))
            spec.channel = "branch"
            log.add(spec)
        }
        let coverage = LogBuilder.coverage(days: 56)
        let table = try log.table(coverage: coverage)
        let rules = SampleRules.links(window: .hours(4))
        let book = JourneyBook(table, rules: rules)
        var earlier = table
        let split = LogBuilder.start + .days(49)
        earlier.contacts = table.contacts.filter { $0.at < split }
        earlier.coverage.to = split
        func history(_ table: ContactTable) -> JourneyHistory {
            let book = JourneyBook(table, rules: rules)
            return JourneyHistory(
                table: table, book: book,
                charges: Charges(
                    table, costs: SampleRules.costs,
                    dimensions: LedgerDimensions(
                        table: table, rules: rules, costs: SampleRules.costs)),
                model: ModelFit.fit(table, book: book, logHead: "head", eventCount: 0))
        }
        let index = JourneyIndex(table, book: book)
        let visits = Set(
            table.contacts.indices.filter {
                table.dictionary.string(table.contacts[$0].intent) == "visit"
            })
        let weeks = RecordedWeeks(
            table, book: book, charges: history(table).charges, index: index,
            period: Coverage(from: split, to: coverage.to), isInScope: { visits.contains($0) })
        let heldOut = HeldOutWeeks(
            laws: JourneyLaws(history(earlier), index: index), weeks: weeks, seed: 1)
        let week = heldOut.weekly(0, heldOut.chain(draw: 0))
        #expect(visits.count == 20 && week.needs == 20)
        #expect(week.recorded[0].contacts == 20 && week.drawn[0].contacts == 20)
        #expect(week.drawn[0].abandoned == 0 && week.drawn[0].handle == 0)
    }

    @Test func anyDivisionOfTheRootsGivesTheSameJourneys() throws {
        let world = try world(seed: 5, needs: 400)
        let chain = world.heldOut.chain(draw: 0)
        let draws = Draws(seed: 5, replication: 1)
        let roots = world.weeks.tell(draws).roots
        func steps(_ cuts: [Int]) -> [String] {
            var sample = StepList()
            for (from, to) in zip(cuts, cuts.dropFirst()) {
                chain.run(
                    roots[from..<to], draws: draws, purpose: DrawPurpose("journey"),
                    until: world.weeks.to, into: &sample)
            }
            return sample.steps
        }
        let whole = steps([0, roots.count])
        #expect(whole.count >= roots.count)
        #expect(steps([0, 1, 17, roots.count / 2, roots.count]) == whole)
    }
}

private struct StepList: JourneySink {
    var steps: [String] = []

    mutating func take(_ step: JourneyStep) {
        steps.append(
            "\(step.root) \(step.ordinal) \(step.at) \(step.activity) \(step.wait) "
                + "\(step.handle) \(step.cost) \(step.marks.rawValue)")
    }
}

@Suite struct DistanceTests {
    /// Of samples of one size the earth mover's distance is the mean gap of the sorted values.
    @Test(arguments: 0..<20) func earthMoverIsTheMeanGapOfSortedValues(_ seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed))
        let count = 1 + random.below(40)
        let left = (0..<count).map { _ in Double(random.below(30)) }.sorted()
        let right = (0..<count).map { _ in Double(random.below(50)) - 10 }.sorted()
        let gaps = zip(left, right).reduce(0.0) { $0 + abs($1.0 - $1.1) } / Double(count)
        let found = try #require(Wasserstein.distance(left, right))
        #expect(abs(found - gaps) < 1e-9)
        // Sizes do not matter, only shares do.
        let twice = left.flatMap { [$0, $0] }
        #expect(try abs(#require(Wasserstein.distance(twice, right)) - gaps) < 1e-9)
        #expect(Wasserstein.distance(left, left) == 0)
        #expect(Wasserstein.distance([], right) == nil)
    }

    /// Waits and patience of independent laws, each cut short by the other: both come back.
    @Test func waitsAndPatienceAreToldApart() throws {
        var random = TestRandom(seed: 8)
        var served: [Int64] = []
        var left: [Int64] = []
        for _ in 0..<40_000 {
            let wait = random.chance(0.3) ? 0 : Int64(random.below(1_000))
            let patience = Int64(random.below(2_000))
            if patience <= wait { left.append(patience) } else { served.append(wait) }
        }
        let waits = ProductLimit.quantiles(
            ends: served, censored: left, endsFirst: false, tailRate: 0, steps: 256)
        let patience = ProductLimit.quantiles(
            ends: left, censored: served, endsFirst: true, tailRate: 0, steps: 1_024)
        #expect(waits.count == 257 && patience.count == 1_025)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        // 30 % at once; the rest uniform up to 1,000.
        #expect(waits[70] == 0)
        for step in stride(from: 90, to: 256, by: 20) {
            let exact = (Double(step) / 256 - 0.3) / 0.7 * 1_000
            #expect(abs(waits[step] - exact) < 25, "\(waits[step]), not \(exact)")
        }
        // Seen up to a wait of 1,000 only: the half of the law.
        for step in stride(from: 50, to: 500, by: 50) {
            let exact = Double(step) / 1_024 * 2_000
            #expect(abs(patience[step] - exact) < 40, "\(patience[step]), not \(exact)")
        }
    }
}
