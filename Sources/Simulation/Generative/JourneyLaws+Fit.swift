// From counts to laws.

import Events
import Modeling
import Projections

extension JourneyLaws {
    /// Fits the laws to a part of a log.
    /// - Parameter index: of the whole log, so that what is new in the rest has cells too.
    /// - Complexity: O(n log n) of the contacts, and the cells.
    package init(_ history: JourneyHistory, index: JourneyIndex) {
        let fit = JourneyFit(history, index: index)
        var builder = JourneyLawsBuilder(fit)
        let places = index.places.indices.map { builder.place($0) }
        self.init(
            index: index, places: places, prototype: builder.chain, weekEffects: fit.weekEffects,
            contactCount: history.table.contacts.count)
    }
}

/// Lays the laws of times down while places are made.
private struct JourneyLawsBuilder {
    let fit: JourneyFit
    var chain = JourneyChain()

    /// A law of fewer observations than this is that of all of its kind.
    private static let fewest = 30
    /// Waits of an hour of the week, else of the day, have their own law from this many on.
    private static let fewestWaits = 200
    private static let patienceSteps = 1_024

    init(_ fit: JourneyFit) {
        self.fit = fit
        // Law 0 is no time at all.
        _ = chain.addLaw([0, 0])
    }

    private var index: JourneyIndex { fit.index }
    private var model: Model { fit.history.model }
    private var history: JourneyHistory { fit.history }

    mutating func place(_ number: Int) -> JourneyLaws.PlaceLaws {
        let counts = fit.places[number]
        guard !counts.ends.isEmpty else { return unseen(number) }
        let routes = JourneyRoute.allCases.map { route in
            counts.routes.reduce(0) { $0 + $1[route.rawValue] }
        }
        // In a fixed order, whatever order a dictionary has.
        let kinds = counts.ends.keys.sorted {
            ($0.outcome.rawValue, $0.failure, $0.isServed ? 1 : 0, $0.isHandled ? 1 : 0)
                < ($1.outcome.rawValue, $1.failure, $1.isServed ? 1 : 0, $1.isHandled ? 1 : 0)
        }
        let all = kinds.compactMap { counts.ends[$0] }
        var ends: [JourneyLaws.EndLaws] = []
        for (kind, found) in zip(kinds, all) {
            ends.append(end(kind, found, in: counts, place: number, number: ends.count))
        }
        let queues = counts.routes.map { [$0[0], $0[1] + $0[2]] }
        var laws = JourneyLaws.PlaceLaws(
            queues: EmpiricalBayes.shares(parents: [queues])[0], patience: [], routes: [],
            shares: [], ends: ends)
        laws.hasUnqueued = routes[0] > 0
        laws.hasQueued = routes[1] + routes[2] > 0
        if laws.hasQueued { laws.waits = waits(counts, areSeen: routes[1] > 0) }
        laws.patience = patience(counts, areSeen: routes[2] > 0)
        for route in JourneyRoute.allCases {
            let possible = all.indices.filter { end in
                all[end].routes.contains { $0[route.rawValue] > 0 }
            }
            laws.routes.append(possible)
            let byFamily = index.familyNames.indices.map { family in
                possible.map { all[$0].routes[family][route.rawValue] }
            }
            laws.shares.append(
                possible.isEmpty ? [] : EmpiricalBayes.shares(parents: [byFamily])[0])
        }
        return laws
    }

    /// A place that came up only in the weeks that are foretold: nothing is known of what becomes
    /// of contacts there, so each is one contact, like no recorded one.
    private func unseen(_ number: Int) -> JourneyLaws.PlaceLaws {
        let families = index.familyNames
        let certain = families.map { _ in Shares(counts: [0], parent: [1], weight: 1) }
        let end = JourneyLaws.EndLaws(
            kind: 0, marks: index.places[number].marks, activity: JourneyIndex.noActivity,
            handles: families.map { _ in -1 }, rates: families.map { _ in 0 }, fixed: 0, moves: [],
            delays: [], moveShares: certain, returns: [], returnWeights: [], returnDelay: 0,
            returnPosteriors: [])
        return JourneyLaws.PlaceLaws(
            queues: [], hasUnqueued: true, patience: [], routes: [[0], [], []],
            shares: [certain, [], []], ends: [end])
    }

    /// By family: the first of its laws of offered waits by local hour of the week.
    private mutating func waits(_ counts: JourneyFit.PlaceCounts, areSeen: Bool) -> [Int32] {
        let all = counts.waits.flatMap { $0 }
        let whole = chain.addLaw(waitLaw(all, areSeen: areSeen))
        let common = hourlyWaits(
            all, else: [Int32](repeating: whole, count: 24), areSeen: areSeen)
        let ofHours = (0..<JourneyChain.hoursOfWeek).map { common + Int32($0) }
        return counts.waits.map { own in
            own.count >= JourneyLawsBuilder.fewestWaits
                ? hourlyWaits(own, else: ofHours, areSeen: areSeen) : common
        }
    }

    /// A law for each hour of the week: its own, else the hour of the day's, else another one's.
    /// - Parameter others: by hour of the week, or of the day.
    private mutating func hourlyWaits(
        _ waits: [JourneyFit.QueuedContact], else others: [Int32], areSeen: Bool
    ) -> Int32 {
        var byHour = [[JourneyFit.QueuedContact]](
            repeating: [], count: JourneyChain.hoursOfWeek)
        for seen in waits { byHour[seen.hour].append(seen) }
        var ofDay: [Int32?] = []
        for hour in 0..<24 {
            let chosen = stride(from: hour, to: byHour.count, by: 24).flatMap { byHour[$0] }
            let isEnough = chosen.count >= JourneyLawsBuilder.fewestWaits
            ofDay.append(isEnough ? chain.addLaw(waitLaw(chosen, areSeen: areSeen)) : nil)
        }
        let first = Int32(chain.laws.count)
        for hour in byHour.indices {
            if byHour[hour].count >= JourneyLawsBuilder.fewestWaits {
                _ = chain.addLaw(waitLaw(byHour[hour], areSeen: areSeen))
            } else {
                let other = ofDay[hour % 24] ?? others[hour % others.count]
                chain.laws.append(chain.laws[Int(other)])
            }
        }
        return first
    }

    private func waitLaw(_ chosen: [JourneyFit.QueuedContact], areSeen: Bool) -> [Double] {
        guard areSeen else { return [ProductLimit.never, ProductLimit.never] }
        return ProductLimit.quantiles(
            ends: chosen.filter { !$0.isAbandoned }.map(\.wait),
            censored: chosen.filter(\.isAbandoned).map(\.wait), endsFirst: false, tailRate: 0,
            steps: EmpiricalLaw.knotCount - 1)
    }

    /// The laws of patience by family; of few who left, that of the whole place.
    private mutating func patience(
        _ counts: JourneyFit.PlaceCounts, areSeen: Bool
    ) -> [Int32] {
        func law(_ left: [Int64], _ stayed: [Int64]) -> [Double] {
            guard areSeen else { return [ProductLimit.never, ProductLimit.never] }
            let exposure = (left + stayed).reduce(0.0) { $0 + Double($1) }
            return ProductLimit.quantiles(
                ends: left, censored: stayed, endsFirst: true,
                tailRate: exposure > 0 ? Double(left.count) / exposure : 0,
                steps: JourneyLawsBuilder.patienceSteps)
        }
        let whole = chain.addLaw(law(counts.left.flatMap { $0 }, counts.stayed.flatMap { $0 }))
        return index.familyNames.indices.map { family in
            counts.left[family].count >= JourneyLawsBuilder.fewest
                ? chain.addLaw(law(counts.left[family], counts.stayed[family])) : whole
        }
    }

    private mutating func addLaw(_ observations: [Int64]) -> Int32 {
        let knots = EmpiricalLaw(observations: observations).knots.map(Double.init)
        return knots.count > 1 ? chain.addLaw(knots) : 0
    }

    private mutating func end(
        _ kind: JourneyEndKind, _ found: JourneyFit.EndCounts, in counts: JourneyFit.PlaceCounts,
        place: Int, number: Int
    ) -> JourneyLaws.EndLaws {
        let families = index.familyNames.indices
        let its = index.places[place]
        var marks = its.marks
        if kind.isServed { marks.insert(.served) }
        if kind.outcome == .abandoned { marks.insert(.abandoned) }
        let whole = kind.isHandled ? addLaw(found.handles.flatMap { $0 }) : -1
        let handles = families.map { family -> Int32 in
            let own = found.handles[family]
            return kind.isHandled && own.count >= JourneyLawsBuilder.fewest ? addLaw(own) : whole
        }
        func rate(_ charges: Int64, _ time: Int64) -> Double {
            time > 0 ? Double(charges) / Double(time) : 0
        }
        let wholeRate = rate(
            counts.handleCharges.reduce(0, +), counts.handleMicroseconds.reduce(0, +))
        let cases = found.routes.reduce(0) { $0 + $1.reduce(0, +) }
        var laws = JourneyLaws.EndLaws(
            kind: number, marks: marks,
            activity: index.activity(channel: its.channel, outcome: kind.outcome),
            handles: handles,
            rates: families.map {
                counts.handleMicroseconds[$0] > 0
                    ? rate(counts.handleCharges[$0], counts.handleMicroseconds[$0]) : wholeRate
            },
            fixed: roundedQuotient(found.fixed, 1, Int64(max(1, cases))), moves: [], delays: [],
            moveShares: [], returns: [], returnWeights: [], returnDelay: 0,
            returnPosteriors: [])
        putMoves(found, &laws)
        if its.isInbound, its.isFollowed { putReturns(found, failure: kind.failure, &laws) }
        return laws
    }

    private func ordered(_ keys: some Sequence<JourneyMoveKey>) -> [JourneyMoveKey] {
        keys.sorted { ($0.place, $0.marks) < ($1.place, $1.marks) }
    }

    private mutating func putMoves(
        _ found: JourneyFit.EndCounts, _ laws: inout JourneyLaws.EndLaws
    ) {
        laws.moves = ordered(found.moves.keys)
        for key in laws.moves { laws.delays.append(addLaw(found.gaps[key] ?? [])) }
        func cases(_ millionths: Int64) -> Int { Int(roundedQuotient(millionths, 1, 1_000_000)) }
        let counts = index.familyNames.indices.map { family in
            [cases(found.nothing[family])]
                + laws.moves.map { cases(found.moves[$0]?[family] ?? 0) }
        }
        // What never was followed by anything is not now: one category needs no prior.
        laws.moveShares =
            laws.moves.isEmpty
            ? counts.map { Shares(counts: $0, parent: [1], weight: 1) }
            : EmpiricalBayes.shares(parents: [counts])[0]
    }

    /// The model's returns after a failure, and its delays.
    private mutating func putReturns(
        _ found: JourneyFit.EndCounts, failure: UInt8, _ laws: inout JourneyLaws.EndLaws
    ) {
        laws.returns = ordered(found.returns.keys)
        laws.returnWeights = laws.returns.map { Double(found.returns[$0] ?? 0) }
        let failure = Int(failure)
        guard failure < model.failureTitles.count, !laws.returns.isEmpty else { return }
        let steps = EmpiricalLaw.knotCount - 1
        let delay = model.delays[failure]
        laws.returnDelay = chain.addLaw(
            (0...steps).map { Double(delay.quantile(Double($0) / Double(steps))) })
        let families = Dictionary(
            model.familyNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }
        )
        let cells = model.familyNames.indices.map {
            model.returnCell(family: $0, failure: failure)
        }
        let returns = cells.reduce(0) { $0 + Double($1.expectedReturnsMillionths) / 1e6 }
        let contacts = cells.reduce(0) { $0 + Double($1.contactCount) }
        let pooled = (returns + 0.5) / (contacts + 1)
        let rules = history.book.rules
        laws.returnPosteriors = index.familyNames.map { name -> (alpha: Double, beta: Double)? in
            guard let family = families[name] else {
                return (
                    ModelFit.priorContacts * pooled, ModelFit.priorContacts * (1 - pooled)
                )
            }
            guard rules.windowMicroseconds(ofFamily: family) > 0 else { return nil }
            return (cells[family].posteriorAlpha, cells[family].posteriorBeta)
        }
    }
}
