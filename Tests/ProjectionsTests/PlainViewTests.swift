// Resolution, containment, flow, reachability, stuck points and the replay against their plain
// definitions, over hundreds of small random logs, whole and by group.

import Events
import Projections
import TestSupport
import Testing

@Suite struct PlainViewTests {
    private struct Sample {
        let seed: UInt64
        let record: ViewRecord
        let plain: PlainViews
        let charges: [Int64]

        init(_ seed: UInt64) throws {
            self.seed = seed
            let sample = try RandomCase(seed: seed)
            let window = TimeSpan.hours([1, 24, 168][Int(seed % 3)])
            record = ViewRecord(
                table: sample.table, book: JourneyBook(sample.table, rules: sample.rules),
                costs: sample.costs, window: window)
            plain = PlainViews(
                journeys: PlainJourneys(sample.table, rules: sample.rules), window: window)
            let dimensions = LedgerDimensions(
                table: sample.table, rules: sample.rules, costs: sample.costs)
            let charges = Charges(sample.table, costs: sample.costs, dimensions: dimensions)
            self.charges = sample.table.contacts.indices.map { charges.total($0).thousandths }
        }

        var contacts: [Contact] { plain.journeys.contacts }

        func selection(_ grouping: Grouping) -> Selection {
            var scope = Scope()
            scope.grouping = grouping
            return Selection(record.table, scope: scope)
        }

        /// The intent by which an interaction is grouped.
        func name(_ index: Int) -> String {
            let name = record.table.dictionary.string(contacts[index].intent)
            return name.isEmpty ? "unknown" : name
        }
    }

    @Test func resolutionIsTheDefinedOne() throws {
        for seed in UInt64(0)..<300 {
            let sample = try Sample(seed)
            let selection = sample.selection(.intent)
            let view = ResolutionView(sample.record, selection)
            compare(view.total, sample, sample.contacts.indices.map { $0 })
            for (name, figures) in zip(selection.names, view.groups) {
                compare(figures, sample, sample.contacts.indices.filter { sample.name($0) == name })
            }
        }
    }

    private func compare(_ found: ResolutionFigures, _ sample: Sample, _ members: [Int]) {
        let plain = sample.plain
        let isMember = Set(members)
        let name: Comment = "seed \(sample.seed)"
        let visits = plain.visits.filter { isMember.contains($0) }
        #expect(found.visits == visits.count, name)
        #expect(found.servedVisits == visits.count { plain.isServed($0) }, name)
        let ofGroup = sample.contacts.indices.filter { index in
            isMember.contains(plain.isInbound(index) ? plain.firstLeg(index) : index)
        }
        #expect(found.cost == ofGroup.reduce(0) { $0 + sample.charges[$1] }, name)
        func count(_ visits: [Int], isStrict: Bool) -> RecontactCount {
            var count = RecontactCount()
            for visit in visits {
                switch plain.sight(visit, isStrict: isStrict) {
                case .unseen: break
                case .censored: count.censored += 1
                case .followed: (count.base, count.followed) = (count.base + 1, count.followed + 1)
                case .notFollowed: count.base += 1
                }
            }
            return count
        }
        #expect(found.loose == count(visits, isStrict: false), name)
        #expect(found.strict == count(visits, isStrict: true), name)
        let first = visits.filter { plain.journeys.link[$0] == nil && plain.isServed($0) }
        let unmet = first.filter { plain.sight($0) == .notFollowed && plain.isUnmet($0) }
        var expected = count(first, isStrict: false)
        expected.followed += unmet.count
        #expect(found.firstServed == expected, name)
        let caused = visits.filter { plain.journeys.isCaused($0) }
        #expect(found.failureDemand == caused.count, name)
        #expect(
            found.onlyVisits
                == visits.count {
                    plain.journeys.link[$0] == nil && plain.nextInJourney($0) == nil
                }, name)
        let starts = plain.starts.filter { isMember.contains($0) }
        #expect(found.journeys == starts.count, name)
        let settled = starts.filter { plain.state($0) == .settled }
        #expect(found.settled == settled.count, name)
        #expect(found.givenUp == starts.count { plain.state($0) == .givenUp }, name)
        #expect(found.open == starts.count { plain.state($0) == .open }, name)
        #expect(found.churned == starts.count { plain.state($0) == .churned }, name)
        let costs = settled.map { start in
            sample.contacts.indices.filter { plain.journey($0) == start }
                .reduce(Int64(0)) { $0 + sample.charges[$1] }
        }
        #expect(found.settledCost == costs.reduce(0, +), name)
        #expect(
            found.settledInOne
                == settled.count { start in
                    plain.visits.count { plain.journey($0) == start } == 1
                }, name)
    }

    @Test func containmentIsTheDefinedOne() throws {
        var truly = 0
        var silent = 0
        for seed in UInt64(0)..<500 {
            let sample = try Sample(seed)
            let plain = sample.plain
            let found = ContainmentView(sample.record, sample.selection(.all)).total
            let sessions = sample.contacts.indices.filter {
                plain.isInbound($0)
                    && [.selfService, .bot].contains(sample.contacts[$0].actor)
            }
            func isHandedOver(_ index: Int) -> Bool {
                [.transferred, .escalated, .deferred].contains(sample.contacts[index].outcome)
            }
            func isClosed(_ index: Int) -> Bool {
                [.contained, .resolved].contains(sample.contacts[index].outcome)
            }
            let base = sessions.filter {
                [.followed, .notFollowed].contains(plain.sight(plain.firstLeg($0)))
            }
            let contained = base.filter { !isHandedOver($0) }
            let quiet = contained.filter { index in
                let visit = plain.firstLeg(index)
                return plain.sight(visit) == .notFollowed && plain.legs(visit).last == index
            }
            #expect(found.sessions == sessions.count)
            #expect(found.handedOver == sessions.count { isHandedOver($0) })
            #expect(found.base == base.count)
            #expect(found.contained == contained.count)
            #expect(found.trulyContained == quiet.count { isClosed($0) }, "seed \(seed)")
            #expect(found.silentGiveUps == quiet.count { !isClosed($0) }, "seed \(seed)")
            #expect(
                found.censored + found.unseen + found.base == found.sessions, "seed \(seed)")
            truly += found.trulyContained
            silent += found.silentGiveUps
        }
        #expect(truly > 100)
        #expect(silent >= 0)
    }

    @Test func flowReachabilityAndStuckPointsAreTheDefinedOnes() throws {
        var handedOver = 0
        for seed in UInt64(0)..<300 {
            let sample = try Sample(seed)
            let plain = sample.plain
            let contacts = sample.contacts
            let flow = FlowView(sample.record, sample.selection(.all))
            let answered = plain.visits.filter { contacts[$0].outcome != .abandoned }
            #expect(flow.total.answered == answered.count)
            #expect(
                flow.total.handOvers == answered.reduce(0) { $0 + plain.legs($1).count - 1 },
                "seed \(seed)")
            #expect(
                flow.total.escalated
                    == answered.count {
                        plain.legs($0).contains { plain.journeys.role($0) == .escalation }
                    })
            #expect(
                flow.steps.reduce(0) { $0 + $1.count } == plain.journeys.link.count { $0 != nil })
            let bounces = plain.visits.count { visit in
                guard let next = plain.nextInJourney(visit) else { return false }
                let doors = [visit, plain.legs(visit).last ?? visit].map { contacts[$0].channel }
                return !doors.contains(contacts[next].channel)
            }
            #expect(flow.total.bounces == bounces, "seed \(seed)")
            handedOver += flow.total.handOvers
            let stuck = StuckView(sample.record, sample.selection(.all)).points
            #expect(stuck.reduce(0) { $0 + $1.visits } == plain.visits.count)
            #expect(
                stuck.reduce(0) { $0 + $1.backBySame + $1.backByOther }
                    == plain.visits.count { plain.nextInJourney($0) != nil })
            #expect(stuck.reduce(0) { $0 + $1.backByOther } == bounces)
            let reach = ReachabilityView(sample.record, sample.selection(.all)).total
            let begun = plain.visits.filter { [.selfService, .bot].contains(contacts[$0].actor) }
            #expect(reach.visits == begun.count)
            let passed = begun.filter {
                plain.legs($0).count > 1
                    || [.transferred, .escalated].contains(contacts[$0].outcome)
            }
            #expect(reach.handedOver == passed.count, "seed \(seed)")
            #expect(reach.reached == passed.count { plain.isServed($0) }, "seed \(seed)")
        }
        #expect(handedOver > 100)
    }

    /// Every journey opens once and ends once, every contact falls on one day, and what is under
    /// way is what has opened and not ended.
    @Test func replayCountsEveryJourneyOnce() throws {
        for seed in UInt64(0)..<300 {
            let sample = try Sample(seed)
            let view = ReplayView(sample.record, sample.selection(.all))
            let starts = sample.plain.starts
            #expect(view.days.reduce(0) { $0 + $1.opened } == starts.count)
            #expect(view.days.reduce(0) { $0 + $1.contacts } == sample.plain.visits.count)
            #expect(view.days.reduce(0) { $0 + $1.cost } == sample.charges.reduce(0, +))
            let ends = view.days.reduce(0) {
                $0 + $1.settled + $1.givenUp + $1.undetermined + $1.churned + $1.open
            }
            #expect(ends == starts.count)
            #expect(view.days.last?.underWay == 0)
            for day in view.days {
                let underWay = starts.count { start in
                    let last = sample.contacts.indices.last { sample.plain.journey($0) == start }
                    return sample.contacts[start].localDay <= day.day
                        && sample.contacts[last ?? start].localDay > day.day
                }
                #expect(day.underWay == underWay, "seed \(seed)")
            }
        }
    }

    @Test func variantsAndPairsAreCounted() throws {
        for seed in UInt64(0)..<300 {
            let sample = try Sample(seed)
            let view = PathsView(
                sample.record, sample.selection(.all),
                steps: StepLabels(sample.record.table, step: .outcome))
            var variants: [[String]: Int] = [:]
            var pairs: [[String]: Int] = [:]
            for start in sample.plain.starts {
                let path = sample.contacts.indices.filter { sample.plain.journey($0) == start }
                    .map { sample.contacts[$0].outcome.name }
                variants[path, default: 0] += 1
                for (from, to) in zip(path, path.dropFirst()) {
                    pairs[[from, to], default: 0] += 1
                }
            }
            #expect(view.journeyCount == sample.plain.starts.count)
            #expect(
                Dictionary(uniqueKeysWithValues: view.variants.map { ($0.steps, $0.journeys) })
                    == variants)
            #expect(
                Dictionary(uniqueKeysWithValues: view.pairs.map { ([$0.from, $0.to], $0.count) })
                    == pairs)
        }
    }
}
