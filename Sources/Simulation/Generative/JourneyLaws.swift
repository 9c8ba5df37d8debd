// What the generative mode draws from: the model's laws, and those of which contacts follow each
// other, fitted to one part of a log.

import Modeling
package import Randomness

/// Fitted laws of journeys. Cells are families × places (``JourneyIndex``).
package struct JourneyLaws: Sendable {
    /// What comes after one kind of end in one place.
    struct EndLaws: Sendable {
        var kind: Int
        var marks: StepMarks
        var activity: Int32
        /// By family: law of handle times, and what a microsecond of them costs.
        var handles: [Int32]
        var rates: [Double]
        var fixed: Int64
        /// Moves by the organisation (hand-overs, planned work, complaints), and their delays;
        /// the shares by family begin with that of none.
        var moves: [JourneyMoveKey]
        var delays: [Int32]
        var moveShares: [Shares]
        /// Where customers come back who come back on their own, and how often each.
        var returns: [JourneyMoveKey]
        var returnWeights: [Double]
        var returnDelay: Int32
        /// By family: the beta posterior of the probability of a return; none where no rule looks
        /// for one.
        var returnPosteriors: [(alpha: Double, beta: Double)?]
    }

    struct PlaceLaws: Sendable {
        /// By family: not in a queue, in one.
        var queues: [Shares]
        var hasUnqueued = false
        var hasQueued = false
        /// By family; none without a queue.
        var waits: [Int32] = []
        var patience: [Int32]
        /// By route: its ends, as places in ``ends``, and by family how often each.
        var routes: [[Int]]
        var shares: [[Shares]]
        var ends: [EndLaws]
    }

    package let index: JourneyIndex
    var places: [PlaceLaws]
    /// Laws of times; cells, ends and moves are put to it draw by draw.
    var prototype: JourneyChain
    /// How fitted weeks differ from each other.
    var weekEffects: [WeekEffect] = []
    /// Contacts that were fitted.
    package var contactCount = 0
}

extension JourneyLaws {
    private struct Purposes {
        let queue = DrawPurpose("generative queue")
        let ends = DrawPurpose("generative ends")
        let moves = DrawPurpose("generative moves")
        let returns = DrawPurpose("generative returns")
    }

    /// The chain of one draw from the posterior.
    /// - Parameters:
    ///   - draws: those of the parameter draw.
    ///   - families: by number: whether any need is of it; the cells of others stay empty.
    /// - Complexity: O(cells × their ends).
    package func chain(_ draws: Draws, families: [Bool]) -> JourneyChain {
        var chain = prototype
        chain.cells = [ChainCell](repeating: ChainCell(), count: index.cellCount)
        let purposes = Purposes()
        for family in families.indices where families[family] {
            for place in places.indices {
                let address = UInt64(family) << 32 | UInt64(place) << 16
                chain.cells[Int(index.cell(family: family, place: place))] = cell(
                    places[place], family: family, address: address, draws, purposes, &chain)
            }
        }
        return chain
    }

    private func cell(
        _ laws: PlaceLaws, family: Int, address: UInt64, _ draws: Draws, _ purposes: Purposes,
        _ chain: inout JourneyChain
    ) -> ChainCell {
        var cell = ChainCell()
        if laws.hasQueued {
            cell.waits = laws.waits[family]
            cell.patience = laws.patience[family]
            let share =
                laws.hasUnqueued
                ? laws.queues[family].drawn(draws, address, purposes.queue)[1] : 1
            cell.queued = UInt64(share * 0x1p32)
        }
        let firstEnd = Int32(chain.ends.count)
        for (number, end) in laws.ends.enumerated() {
            let row = self.end(
                end, family: family, address: address | UInt64(number), draws, purposes, &chain)
            chain.ends.append(row)
        }
        let choices = JourneyRoute.allCases.map { route -> ChainSlice in
            let ends = laws.routes[route.rawValue]
            guard !ends.isEmpty else { return .empty }
            let shares = laws.shares[route.rawValue][family]
            return chain.addChoice(
                ends.map { firstEnd + Int32($0) },
                weights: shares.drawn(draws, address | UInt64(route.rawValue), purposes.ends))
        }
        cell.unqueued = choices[0]
        cell.served = choices[1]
        cell.abandoned = choices[2]
        return cell
    }

    private func end(
        _ laws: EndLaws, family: Int, address: UInt64, _ draws: Draws, _ purposes: Purposes,
        _ chain: inout JourneyChain
    ) -> ChainEnd {
        let shares = laws.moveShares[family].drawn(draws, address, purposes.moves)
        var rest = shares[0]
        let firstMove = Int32(chain.moves.count)
        var weights: [Double] = []
        func add(_ key: JourneyMoveKey, _ delay: Int32, _ weight: Double) {
            chain.moves.append(
                ChainMove(
                    cell: index.cell(family: family, place: key.place),
                    marks: StepMarks(rawValue: key.marks), delay: delay))
            weights.append(weight)
        }
        for (number, key) in laws.moves.enumerated() {
            add(key, laws.delays[number], shares[number + 1])
        }
        let total = laws.returnWeights.reduce(0, +)
        if total > 0, let posterior = laws.posterior(family) {
            let uniform = draws.uniform(address: address, purpose: purposes.returns)
            let share = ExactMath.betaQuantile(uniform, posterior.alpha, posterior.beta)
            for (key, weight) in zip(laws.returns, laws.returnWeights) {
                add(key, laws.returnDelay, rest * share * weight / total)
            }
            rest *= 1 - share
        }
        chain.moves.append(ChainMove(cell: -1, marks: [], delay: 0))
        weights.append(rest)
        return ChainEnd(
            marks: laws.marks, activity: laws.activity, handle: laws.handles[family],
            perMicrosecond: laws.rates[family], fixed: laws.fixed,
            moves: chain.addChoice(
                weights.indices.map { firstMove + Int32($0) }, weights: weights))
    }
}

extension JourneyLaws.EndLaws {
    fileprivate func posterior(_ family: Int) -> (alpha: Double, beta: Double)? {
        returnPosteriors.isEmpty ? nil : returnPosteriors[family]
    }
}

extension Shares {
    /// Of cells with cases of their own a draw from the posterior, of others its mean: what their
    /// parent says of them hardly varies.
    fileprivate func drawn(
        _ draws: Draws, _ address: UInt64, _ purpose: DrawPurpose
    ) -> [Double] {
        guard count > 0 else { return probabilities }
        return draw {
            draws.uniform(address: address, purpose: purpose, ordinal: UInt32($0))
        }
    }
}
