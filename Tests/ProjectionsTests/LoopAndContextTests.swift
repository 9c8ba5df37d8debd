// Loops, warm hand-overs and repeated information against their plain definitions on random logs.

import Events
import Projections
import TestSupport
import Testing

@Suite struct LoopAndContextTests {
    /// The loop that a visit is part of, by looking at the visits of its journey before and after.
    private func loop(_ visit: Int, _ sample: AutomatedCase) -> [Int] {
        let plain = sample.plain
        var runs: [[Int]] = [[]]
        for other in plain.visits where plain.journey(other) == plain.journey(visit) {
            let legs = plain.legs(other)
            if plain.isServed(other) {
                runs.append([])
            } else if legs.contains(where: { sample.isAutomated($0) }) {
                runs[runs.count - 1].append(other)
                let last = legs.last ?? other
                if sample.isAutomated(last),
                    [.contained, .resolved].contains(sample.contacts[last].outcome)
                {
                    runs.append([])
                }
            }
        }
        return runs.first { $0.contains(visit) } ?? []
    }

    @Test func loopsAreTheDefinedOnes() throws {
        var looped = 0
        for seed in UInt64(0)..<300 {
            let sample = try AutomatedCase(seed)
            let plain = sample.plain
            let selection = sample.selection(.channel)
            let view = LoopView(sample.record, selection, marks: sample.marks)
            let loops = Set(plain.visits.map { loop($0, sample) }.filter { $0.count >= 3 })
            #expect(view.loops == loops.count, "seed \(seed)")
            #expect(view.longest == loops.map(\.count).max() ?? 0, "seed \(seed)")
            for group in 0...selection.count {
                let sessions = sample.contacts.indices.filter { index in
                    plain.isInbound(index) && sample.isAutomated(index)
                        && (group == selection.count || selection.group[index] == Int32(group))
                }
                let base = sessions.filter {
                    [.followed, .notFollowed].contains(plain.sight(plain.firstLeg($0)))
                }
                let stated = sessions.compactMap { sample.repeats[$0] }
                var expected = LoopFigures()
                expected.sessions = sessions.count
                expected.base = base.count
                expected.looped = base.count { loop(plain.firstLeg($0), sample).count >= 3 }
                expected.stated = stated.count
                expected.statedLoops = stated.count { $0 >= 3 }
                let found = group == selection.count ? view.total : view.groups[group]
                #expect(found == expected, "seed \(seed)")
                looped += expected.looped
            }
        }
        #expect(looped > 200)
    }

    @Test func aClosingEndsALoopAndMayBeItsLast() throws {
        let outcomes: [Outcome] = [.abandoned, .abandoned, .contained, .abandoned]
        let specs = outcomes.enumerated().map { number, outcome in
            ContactSpec(
                "ada", at: .minutes(Int64(number * 10)), outcome: outcome, actor: .bot, wait: nil,
                talk: nil)
        }
        let table = try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: 60))
        let record = ViewRecord(
            table: table, book: JourneyBook(table, rules: SampleRules.links()), costs: nil,
            window: .days(7))
        let view = LoopView(
            record, Selection(table, scope: Scope()), marks: ContactMarks())
        #expect(view.loops == 1)
        #expect(view.longest == 3)
        #expect(view.total.looped == 3)
        #expect(view.total.base == 4)
        #expect(view.total.stated == 0)
        #expect(view.total.statedLoopRate == nil)
    }

    @Test func contextIsTheDefinedOne() throws {
        var warm = 0
        var repeated = 0
        for seed in UInt64(0)..<300 {
            let sample = try AutomatedCase(seed)
            let plain = sample.plain
            let selection = sample.selection(.segment)
            let view = ContextView(sample.record, selection, marks: sample.marks)
            for group in 0...selection.count {
                let members = sample.contacts.indices.filter { index in
                    plain.isInbound(index)
                        && (group == selection.count
                            || selection.group[plain.firstLeg(index)] == Int32(group))
                }
                let handOvers = members.filter { plain.firstLeg($0) != $0 }
                let stated = handOvers.compactMap { index in
                    plain.journeys.link[index].flatMap { sample.passed[$0] }
                        ?? sample.passed[index]
                }
                let later = members.filter { index in
                    sample.contacts.indices.contains {
                        $0 < index && plain.isInbound($0)
                            && plain.journey($0) == plain.journey(index)
                    }
                }
                let laterStated = later.compactMap { sample.repeated[$0] }
                var expected = ContextFigures()
                expected.handOvers = handOvers.count
                expected.stated = stated.count
                expected.warm = stated.count { $0 }
                expected.later = later.count
                expected.laterStated = laterStated.count
                expected.repeated = laterStated.count { $0 }
                let found = group == selection.count ? view.total : view.groups[group]
                #expect(found == expected, "seed \(seed)")
                warm += expected.warm
                repeated += expected.repeated
            }
        }
        #expect(warm > 50)
        #expect(repeated > 50)
    }
}
