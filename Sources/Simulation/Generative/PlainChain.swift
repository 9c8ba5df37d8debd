// A chain stated by its chances: for tests against exact values, and for measuring the loop.

/// States, each a contact; from each to the others, or to one of two ends.
package struct PlainChain: Sendable {
    package struct State: Sendable {
        /// Chances of each state as the next one.
        package var next: [Double]
        /// Chance to end unmet; the rest ends well.
        package var givenUp: Double
        /// Thousandths of a minor unit.
        package var cost: Int64
        package var isServed: Bool
        /// Quantiles of handle time and of the time to the next contact, in microseconds.
        package var handle: [Double]
        package var delay: [Double]

        package init(
            next: [Double], givenUp: Double, cost: Int64, isServed: Bool,
            handle: [Double] = [0, 0], delay: [Double] = [0, 0]
        ) {
            self.next = next
            self.givenUp = givenUp
            self.cost = cost
            self.isServed = isServed
            self.handle = handle
            self.delay = delay
        }
    }

    package var states: [State]

    package init(_ states: [State]) { self.states = states }

    /// The chain with a cell for each state. Who ends unmet does so at that contact, which is
    /// marked as abandoned.
    /// - Precondition: a state's chances add up to at most 1.
    package func chain() -> JourneyChain {
        var chain = JourneyChain()
        for (number, state) in states.enumerated() {
            let handle = chain.addLaw(state.handle)
            let delay = chain.addLaw(state.delay)
            let firstMove = Int32(chain.moves.count)
            chain.moves.append(ChainMove(cell: -1, marks: [], delay: delay))
            chain.moves += state.next.indices.map {
                ChainMove(cell: Int32($0), marks: [.back], delay: delay)
            }
            let moved = state.next.reduce(0, +)
            precondition(moved + state.givenUp <= 1, "state \(number) is left too often")
            var end = ChainEnd(activity: Int32(number), handle: handle, fixed: state.cost)
            end.marks = state.isServed ? [.inbound, .served] : [.inbound]
            end.moves = chain.addChoice([firstMove], weights: [1])
            var unmet = end
            unmet.marks.insert(.abandoned)
            if state.givenUp < 1 {
                // Of those who do not end unmet.
                end.moves = chain.addChoice(
                    [firstMove] + state.next.indices.map { firstMove + 1 + Int32($0) },
                    weights: [max(0, 1 - moved - state.givenUp)] + state.next)
            }
            let row = Int32(chain.ends.count)
            chain.ends += [end, unmet]
            let ends = chain.addChoice(
                [row, row + 1], weights: [1 - state.givenUp, state.givenUp])
            chain.cells.append(ChainCell(unqueued: ends))
        }
        return chain
    }
}
