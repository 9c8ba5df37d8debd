// The register against its plain definition on random logs, and its order and tails by hand.

import Events
import Projections
import TestSupport
import Testing

@Suite struct RegisterTests {
    @Test(arguments: [Grouping.all, .segment, .line])
    func everyRowIsTheDefinedOne(_ grouping: Grouping) throws {
        var complaints = 0
        for seed in UInt64(0)..<150 {
            let sample = try AutomatedCase(seed)
            let selection = sample.selection(grouping)
            let view = RegisterView(sample.record, selection, facts: sample.facts)
            var sum = RegisterFigures()
            for row in view.rows {
                let name = sample.table.dictionary.string(row.intent)
                let members = Set(
                    sample.contacts.indices.filter { index in
                        selection.group[index] == Int32(row.group)
                            && sample.intent(index) == (name.isEmpty ? "unknown" : name)
                    })
                #expect(row.figures == expected(members, sample), "seed \(seed), \(name)")
                sum.visits += row.figures.visits
                sum.journeys += row.figures.journeys
                sum.failureDemand += row.figures.failureDemand
                sum.downstreamCost += row.figures.downstreamCost
                complaints += row.figures.complaints
            }
            #expect(sum.visits == sample.plain.visits.count)
            #expect(sum.journeys == sample.plain.starts.count)
            #expect(sum.failureDemand == view.total.failureDemand)
            // What failures cost is what the ledger says that they cost.
            let ledger = Ledger(
                sample.table, book: sample.record.book, costs: SampleRules.costs)
            let failures = ledger.dimensions.failures.count
            let caused = (0..<ledger.cashByRule.rowCount).filter { $0 % failures != 0 }
                .reduce(Int64(0)) { $0 + ledger.cashByRule.causedTotal($1) }
            #expect(sum.downstreamCost == caused, "seed \(seed)")
            #expect(view.costByJourney.shape.total == Double(caused))
            expectOrdered(view)
        }
        #expect(complaints > 50)
    }

    /// Where what an interaction costs, and what is said of it, was caused.
    private func origin(_ index: Int, _ sample: AutomatedCase) -> (index: Int, failure: Int?) {
        sample.plain.journeys.origin(sample.plain.journeys.path(index))
    }

    private func expected(_ members: Set<Int>, _ sample: AutomatedCase) -> RegisterFigures {
        let plain = sample.plain
        func isHere(_ index: Int) -> Bool { members.contains(origin(index, sample).index) }
        var figures = RegisterFigures()
        let visits = plain.visits
        figures.visits = visits.count { members.contains($0) }
        let starts = plain.starts.filter { members.contains($0) }
        figures.journeys = starts.count
        figures.open = starts.count { plain.state($0) == .open }
        figures.churned = starts.count { plain.state($0) == .churned }
        let caused = visits.filter { plain.journeys.isCaused($0) && isHere($0) }
        figures.failureDemand = caused.count
        figures.failureDemandMillionths = caused.reduce(0) {
            $0 + Int64(sample.record.book.probability[$1])
        }
        let failed = sample.contacts.indices.filter {
            origin($0, sample).failure != nil && isHere($0)
        }
        figures.downstreamCost = failed.reduce(0) { $0 + sample.charges[$1] }
        figures.ownTimeLost = failed.reduce(0) { $0 + ownTime(sample.contacts[$1]) }
        for (fact, place) in zip(
            sample.facts, FactPlaces(sample.record, sample.facts).indices)
        where place >= 0 && isHere(Int(place)) {
            switch fact.kind {
            case .complaintOpened: figures.complaints += 1
            case .refundPaid:
                figures.refunds += 1
                figures.refunded += fact.money ?? 0
            default: break
            }
        }
        return figures
    }

    private func ownTime(_ contact: Contact) -> Int64 {
        guard contact.kind == .contact else { return 0 }
        return [contact.automation, contact.wait, contact.talk, contact.hold]
            .reduce(0) { $0 + max(0, $1) }
    }

    private func expectOrdered(_ view: RegisterView) {
        let keys = view.rows.map { row in
            (row.figures.journeys < 30 ? 1 : 0, -(row.consequencePerJourney ?? -1))
        }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 <= $1 })
        let shares = view.rows.compactMap(\.consequenceShare)
        if !shares.isEmpty { #expect(abs(shares.reduce(0, +) - 1) < 1e-9) }
    }

    /// Forty loans of which ten come back after a failure, forty services of which none does: all
    /// consequences are the loans', and they begin half of the journeys.
    @Test func consequencePerJourneyIsShareOverShare() throws {
        var specs: [ContactSpec] = []
        for number in 0..<40 {
            let at = TimeSpan.hours(Int64(number))
            specs.append(ContactSpec("s\(number)", at: at))
            let outcome: Outcome = number < 10 ? .unresolved : .resolved
            specs.append(ContactSpec("l\(number)", "loan", at: at, outcome: outcome))
            if number < 10 {
                specs.append(ContactSpec("l\(number)", "loan", at: at + .minutes(30)))
            }
        }
        let table = try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: 60))
        let record = ViewRecord(
            table: table, book: JourneyBook(table, rules: SampleRules.links()),
            costs: SampleRules.costs, window: .days(7))
        let view = RegisterView(record, Selection(table, scope: Scope()), facts: [])
        #expect(view.rows.map { table.dictionary.string($0.intent) } == ["loan", "service"])
        #expect(view.rows.map(\.consequenceShare) == [1, 0])
        #expect(view.rows.map(\.consequencePerJourney) == [2, 0])
        #expect(view.rows[0].figures.failureDemand == 10)
        // Three minutes at a pound each.
        #expect(view.rows[0].figures.downstreamCost == 10 * 3 * 100_000)
        // Of eighty journeys ten carry it all, in equal parts.
        #expect(view.costByJourney.carriers == 10)
        #expect(view.costByJourney.half == 5)
        #expect(view.costByJourney.eightTenths == 8)
        #expect(view.costByJourney.shape.topShares[1] == 0.4)
    }

    @Test func nothingFollowsFromNothing() throws {
        let table = try LogBuilder([ContactSpec("ada", at: .hours(1))]).table()
        let record = ViewRecord(
            table: table, book: JourneyBook(table, rules: SampleRules.links()), costs: nil,
            window: .days(7))
        let view = RegisterView(record, Selection(table, scope: Scope()), facts: [])
        #expect(view.rows.map(\.consequenceShare) == [nil])
        #expect(view.costByJourney.half == nil)
    }
}
