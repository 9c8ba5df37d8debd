// Gini, top shares, tails, spreads, detection, mix and divergence on numbers that a person can
// check by hand.

import Events
import Projections
import TestSupport
import Testing

@Suite struct ShapeTests {
    @Test func giniOfEqualAmountsIsZeroAndOfOneHolderNearlyOne() throws {
        #expect(BurdenShape([5, 5, 5, 5]).gini == 0)
        let one = try #require(BurdenShape(Array(repeating: 0, count: 99) + [7]).gini)
        #expect(abs(one - 0.99) < 1e-12)
        #expect(BurdenShape([]).gini == nil)
        #expect(BurdenShape([0, 0]).gini == nil)
    }

    /// Of 1, 2, 3, 4: G = 2·30 / (4·10) − 5/4 = 0.25.
    @Test func giniIsTheTextbooks() throws {
        let gini = try #require(BurdenShape([4, 1, 3, 2]).gini)
        #expect(abs(gini - 0.25) < 1e-12)
    }

    @Test func topSharesAndTailsAreOfTheLargest() throws {
        let shape = BurdenShape((1...100).map(Int64.init))
        #expect(shape.topShares[0] == 100.0 / 5_050)
        #expect(shape.topShares[2] == 955.0 / 5_050)
        #expect(shape.percentile95 == 95)
        #expect(shape.tailMean95 == 97.5)
        #expect(BurdenShape([3]).topShares == [1, 1, 1])
    }

    private func record(_ specs: [ContactSpec], days: Int64 = 60) throws -> ViewRecord {
        let table = try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: days))
        return ViewRecord(
            table: table, book: JourneyBook(table, rules: SampleRules.links()),
            costs: SampleRules.costs, window: .days(7))
    }

    private func all(_ record: ViewRecord) -> Selection { Selection(record.table, scope: Scope()) }

    /// Half an hour until the caller is back, ten hours until they complain; one is never heard of.
    @Test func failureIsDetectedByWhatItCaused() throws {
        var complaint = ContactSpec("bob", at: .hours(19))
        complaint.issue = "B"
        complaint.kind = .recovery
        var failed = ContactSpec("bob", at: .hours(9), outcome: .unresolved)
        failed.issue = "B"
        let record = try record([
            ContactSpec("ada", at: .hours(9), outcome: .unresolved),
            ContactSpec("ada", at: .hours(9) + .minutes(30)), failed, complaint,
            ContactSpec("eve", at: .hours(9), outcome: .unresolved),
        ])
        let figures = DetectionView(record, all(record)).byFailure[3]
        #expect(figures.failures == 3)
        #expect(figures.returns == [30 * 60_000_000])
        #expect(figures.complaints == [10 * 3_600_000_000])
        #expect(figures.unseen == 1)
        #expect(figures.medianLag == Int64(30 * 60_000_000))
    }

    /// Short calls go: the mean rises by the mix alone.
    @Test func mixAloneRaisesTheMean() throws {
        func calls(_ intent: String, _ count: Int, day: Int64, minutes: Int64) -> [ContactSpec] {
            (0..<count).map { number in
                ContactSpec(
                    "\(intent)\(day)\(number)", intent, at: .days(day) + .hours(9),
                    talk: .minutes(minutes))
            }
        }
        let record = try record(
            calls("balance", 3, day: 0, minutes: 1) + calls("loan", 1, day: 0, minutes: 9)
                + calls("balance", 1, day: 9, minutes: 1) + calls("loan", 3, day: 9, minutes: 9))
        let view = MixView(record, all(record))
        #expect(view.total.before.meanSeconds == 180)
        #expect(view.total.after.meanSeconds == 420)
        #expect(view.mixAlone == 420)
        #expect(view.timesAlone == 180)
    }

    /// Ten weeks: minutes fall, waits and unmet needs rise in the second five; with the same weeks
    /// in a scrambled order nothing is flagged.
    @Test(arguments: [true, false])
    func divergenceIsFlaggedWhereBothMove(isSorted: Bool) throws {
        let weeks = isSorted ? Array(0..<10) : [0, 9, 2, 7, 4, 5, 6, 3, 8, 1]
        var specs: [ContactSpec] = []
        for (place, level) in weeks.enumerated() {
            for number in 0..<10 {
                let at = TimeSpan.days(Int64(7 * place + 1)) + .hours(Int64(8 + number))
                let isFailed = number < (level < 5 ? 1 : 6)
                specs.append(
                    ContactSpec(
                        "c\(place)-\(number)", at: at, outcome: isFailed ? .unresolved : .resolved,
                        wait: .seconds(Int64(level < 5 ? 20 + level : 900 + level)),
                        talk: .seconds(Int64(level < 5 ? 600 + level : 300 + level))))
                guard isFailed else { continue }
                specs.append(
                    ContactSpec(
                        "c\(place)-\(number)", at: at + .minutes(30), talk: .seconds(60)))
            }
        }
        let record = try record(specs, days: 71)
        let view = DivergenceView(record, all(record))
        #expect(view.weeks.count == 10)
        #expect(view.isFlagged == isSorted)
    }

    /// Two chats at once for ten minutes: twenty minutes of handling, ten of being busy.
    @Test func whoServesTwoAtOnceIsBusyOnce() throws {
        let record = try record([
            ContactSpec("ada", at: .hours(9), talk: .minutes(10)),
            ContactSpec("bob", at: .hours(9), talk: .minutes(10)),
            ContactSpec("eve", at: .hours(10), talk: .minutes(5)),
        ])
        let agent = AgentID(Symbol(1))
        let work = (0..<3).map { AgentWork(index: Int32($0), agent: agent) }
        let team = record.table.contacts[0].team
        let shift = Shift(
            agent: agent, team: team, from: LogBuilder.start + .hours(8),
            to: LogBuilder.start + .hours(12), isAbsent: false)
        let view = WorkforceView(record, all(record), work: work, shifts: [shift])
        let figures = try #require(view.teams.first)
        #expect(figures.handling == 25 * 60_000_000)
        #expect(figures.busy == 15 * 60_000_000)
        #expect(figures.concurrency == 25.0 / 15)
        #expect(figures.occupancy == 15.0 / 240)
        let inferred = WorkforceView(record, all(record), work: work, shifts: [])
        #expect(inferred.teams.first?.inferred == Int64(65 * 60_000_000))
    }

    @Test func surveyBelongsToTheLastContactThatAPersonServed() throws {
        let record = try record([
            ContactSpec("ada", "loan", at: .hours(9)),
            .abandoned("ada", "service", at: .hours(12)),
        ])
        var answer = CustomerFact(
            kind: .surveyAnswered, at: LogBuilder.start + .hours(13), customer: 0, issue: .unknown)
        answer.csat = 5
        answer.nps = 6
        var complaint = answer
        complaint.kind = .complaintOpened
        var stranger = complaint
        stranger.customer = -1
        var scope = Scope()
        scope.grouping = .intent
        let selection = Selection(record.table, scope: scope)
        let view = ExperienceView(record, selection, facts: [answer, complaint, stranger])
        let loan = try #require(selection.names.firstIndex(of: "loan"))
        #expect(view.groups[loan].responses == 1)
        #expect(view.groups[loan].csatTopRate == 1)
        #expect(view.groups[loan].nps == -100)
        #expect(view.groups[1 - loan].complaints == 1)
        #expect(view.unplaced == 1)
        #expect(view.total.responseRate == 1)
    }

    @Test func scopeNarrowsByDayAndName() throws {
        let record = try record([
            ContactSpec("ada", "loan", at: .days(1)), ContactSpec("ada", "service", at: .days(2)),
            ContactSpec("ada", "loan", at: .days(3)),
        ])
        var scope = Scope()
        scope.from = LogBuilder.start + .days(2)
        scope.to = LogBuilder.start + .days(3)
        #expect(Selection(record.table, scope: scope).group == [-1, 0, -1])
        scope = Scope()
        scope.intent = "loan"
        scope.grouping = .week
        let selection = Selection(record.table, scope: scope)
        #expect(selection.group == [0, -1, 0])
        #expect(selection.names == ["1999-01-04"])
        scope.intent = "nothing"
        #expect(Selection(record.table, scope: scope).names.isEmpty)
    }
}
