// Queue and recontact figures against plain counting over the same contacts.

import Events
import Projections
import TestSupport
import Testing

@Suite struct ViewTests {
    @Test func queueFiguresArePlainCounts() throws {
        for seed in UInt64(0)..<300 {
            let table = try RandomCase(seed: seed, shape: .medium).table
            var scope = Scope()
            scope.grouping = .intent
            let selection = Selection(table, scope: scope)
            let rules = ResolvedLinkRules(
                SampleRules.links(), dictionary: table.dictionary, intents: table.intents)
            let view = QueueView(table, selection: selection, rules: rules)
            let inbound = table.contacts.filter(isInbound)
            compare(view.total, inbound, seed)
            for (group, figures) in zip(selection.names, view.groups) {
                let name = group == "unknown" ? "" : group
                compare(
                    figures, inbound.filter { table.dictionary.string($0.intent) == name }, seed)
            }
            #expect(view.groups.reduce(0) { $0 + $1.contacts } == inbound.count)
            #expect(selection.names == selection.names.sorted())
        }
    }

    private func isInbound(_ contact: Contact) -> Bool {
        contact.kind == .contact && contact.direction != .outbound && contact.direction != .internal
    }

    private func compare(_ figures: QueueFigures, _ contacts: [Contact], _ seed: UInt64) {
        let served = contacts.filter { $0.actor == .agent }
        let unserved = contacts.filter { $0.actor != .agent }
        let queued = contacts.filter { $0.wait > 0 }
        #expect(figures.contacts == contacts.count, "seed \(seed)")
        #expect(figures.queued == queued.count, "seed \(seed)")
        #expect(figures.servedAfterQueue == served.count { $0.wait > 0 }, "seed \(seed)")
        #expect(figures.servedWithoutQueue == served.count { $0.wait <= 0 }, "seed \(seed)")
        let gone = unserved.filter {
            $0.wait > 0 && ![.transferred, .escalated, .deferred].contains($0.outcome)
        }
        #expect(figures.abandonedInQueue == gone.count, "seed \(seed)")
        let passedOn = unserved.filter {
            $0.wait <= 0 && [.transferred, .escalated, .deferred].contains($0.outcome)
        }
        #expect(figures.handedOnWithoutQueue == passedOn.count, "seed \(seed)")
        #expect(
            figures.leftWithoutQueue == unserved.count { $0.wait <= 0 } - passedOn.count,
            "seed \(seed)")
        let waits = queued.map { Double($0.wait) / 1e6 }
        expectEqual(figures.meanWaitSeconds, mean(waits))
        expectEqual(
            figures.meanWaitServedSeconds,
            mean(served.filter { $0.wait > 0 }.map { Double($0.wait) / 1e6 }))
        expectEqual(
            figures.abandonmentRate,
            queued.isEmpty
                ? 0 : Double(gone.count) / Double(queued.count))
        let handles = served.filter { $0.talk >= 0 }.map {
            Double($0.talk + $0.hold + $0.wrapUp) / 1e6
        }
        .filter { $0 >= 1 && $0 <= 3_600 }.sorted()
        #expect(figures.handleTimes.count == handles.count, "seed \(seed)")
        expectEqual(figures.meanHandleSeconds, mean(handles))
        let middle = handles.count / 2
        let median =
            handles.isEmpty
            ? 0
            : handles.count % 2 == 1
                ? handles[middle] : (handles[middle - 1] + handles[middle]) / 2
        expectEqual(figures.medianHandleSeconds, median)
        let squares = handles.map { ($0 - mean(handles)) * ($0 - mean(handles)) }.reduce(0, +)
        let deviation =
            handles.count < 2 ? 0 : (squares / Double(handles.count - 1)).squareRoot()
        expectEqual(figures.standardDeviationHandleSeconds, deviation)
    }

    private func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private func expectEqual(_ found: Double?, _ expected: Double) {
        // Nothing to take a mean of is said, and is not zero.
        let found = found ?? 0
        #expect(abs(found - expected) <= 1e-9 * (1 + abs(expected)))
    }

    @Test(arguments: RecontactView.Matching.allCases)
    func recontactsArePlainCounts(matching: RecontactView.Matching) throws {
        for seed in UInt64(0)..<150 {
            let sample = try RandomCase(seed: seed)
            let table = sample.table
            let book = JourneyBook(table, rules: sample.rules)
            let plain = PlainJourneys(table, rules: sample.rules)
            let view = RecontactView(
                table, book: book, matching: matching,
                selection: Selection(table, scope: Scope()), visits: Visits(table, book: book))
            let visits = PlainViews(journeys: plain, window: .days(7))
            #expect(view.rows.count == 3 * (4 + sample.rules.failures.count))
            for row in view.rows {
                let expected = count(row, table, visits, sample.rules, matching)
                #expect(row.count.base == expected.base, "seed \(seed), \(row.group)")
                #expect(row.count.followed == expected.followed, "seed \(seed), \(row.group)")
                #expect(row.count.censored == expected.censored, "seed \(seed), \(row.group)")
            }
        }
    }

    private struct Counts {
        var base = 0
        var followed = 0
        var censored = 0
    }

    private func count(
        _ row: RecontactView.Row, _ table: ContactTable, _ plain: PlainViews,
        _ rules: LinkRules, _ matching: RecontactView.Matching
    ) -> Counts {
        var sum = Counts()
        let journeys = plain.journeys
        for index in plain.visits where journeys.isInStream(index) {
            let contact = table.contacts[index]
            let isServed = plain.isServed(index)
            let failure = journeys.failure[plain.legs(index).last ?? index]
            let isMember =
                switch row.group {
                case "all": true
                case "served": isServed
                case "not served": !isServed
                case "served, no failure known": isServed && failure == nil
                default: failure.map { rules.failures[$0].title } == row.group
                }
            guard isMember else { continue }
            let end = contact.at + row.window
            if end >= table.coverage.to {
                sum.censored += 1
                continue
            }
            sum.base += 1
            let isFollowed = plain.visits.contains { other in
                other > index && journeys.isInStream(other)
                    && table.contacts[other].customer == contact.customer
                    && table.contacts[other].at <= end
                    && (matching == .anyIntent
                        || journeys.families[other] == journeys.families[index])
            }
            if isFollowed { sum.followed += 1 }
        }
        return sum
    }

    @Test func stitchRateCountsLinksByTheirRule() throws {
        for seed in UInt64(0)..<200 {
            let sample = try RandomCase(seed: seed)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let plain = PlainJourneys(sample.table, rules: sample.rules)
            let rate = StitchRate(sample.table, book: book)
            for linked in rate.linked {
                let members = sample.table.contacts.indices.filter {
                    plain.link[$0] != nil
                        && (plain.isNamed($0)
                            ? linked.rule == JourneyBook.namedBySource
                            : plain.rule(plain.families[$0])?.id == linked.rule)
                }
                let rework = members.filter { plain.role($0) == .rework }
                func sum(_ indices: [Int]) -> Int64 {
                    indices.reduce(0) { $0 + Int64(book.probability[$1]) }
                }
                #expect(linked.count == members.count, "seed \(seed)")
                #expect(linked.asRework == rework.count, "seed \(seed)")
                #expect(linked.expectedTrueMillionths == sum(members), "seed \(seed)")
                #expect(linked.reworkExpectedTrueMillionths == sum(rework), "seed \(seed)")
            }
            #expect(
                rate.linked.reduce(0) { $0 + $1.count } == plain.link.count { $0 != nil })
        }
    }
}
