// Drawing journeys: the loop that everything of the generative mode comes from.

package import Randomness

extension JourneyChain {
    /// Draws the journeys of all roots, in their order.
    ///
    /// Every draw is addressed by the root, the contact's place in its journey and what it is for,
    /// so any division of the roots gives the same journeys. A contact takes one block of four
    /// words of 32 bits (queue or not, end, what next, handle time), and one more (offered wait,
    /// patience, delay) where it waits or another one follows.
    /// - Parameters:
    ///   - purpose: what the draws are for.
    ///   - horizon: contacts from this moment on are not drawn, in microseconds since 1970.
    /// - Complexity: O(contacts).
    package func run(
        _ roots: ArraySlice<JourneyRoot>, draws: Draws, purpose: DrawPurpose,
        until horizon: Int64, into sink: inout some JourneySink
    ) {
        let (cells, ends, moves) = (cells.span, ends.span, moves.span)
        let (slots, laws, knots) = (slots.span, laws.span, knots.span)
        for number in roots.indices {
            let root = roots[number]
            var step = JourneyStep(root, number: number)
            while step.at < horizon, step.ordinal < JourneyChain.mostSteps {
                let first = draws.block(
                    address: root.address, purpose: purpose, ordinal: step.ordinal << 1)
                let cell = cells[Int(step.cell)]
                let week = effect(at: step.at)
                var choice = cell.unqueued
                var second: Philox.Block?
                if UInt64(first.word0) < cell.queued {
                    let block = draws.block(
                        address: root.address, purpose: purpose, ordinal: step.ordinal << 1 | 1)
                    let law = cell.waits + step.hourOfWeek
                    let offered = quantile(law, block.word0, laws, knots) * week.wait
                    let patience = quantile(cell.patience, block.word1, laws, knots)
                    // Who would leave at the very moment of being served has left.
                    choice = patience <= offered ? cell.abandoned : cell.served
                    step.wait = Int64(min(patience, offered))
                    step.marks.insert(.queued)
                    second = block
                }
                let end = ends[pick(choice, first.word1, slots)]
                step.end(end)
                if end.handle >= 0 {
                    let handle = quantile(end.handle, first.word3, laws, knots) * week.handle
                    step.handle = Int64(handle)
                    step.handlingCost = Int64(handle * end.perMicrosecond)
                    step.cost += step.handlingCost
                }
                sink.take(step)
                let move = moves[pick(end.moves, first.word2, slots)]
                guard move.cell >= 0, root.isFollowed else { break }
                let block =
                    second
                    ?? draws.block(
                        address: root.address, purpose: purpose, ordinal: step.ordinal << 1 | 1)
                step.go(move, after: Int64(quantile(move.delay, block.word2, laws, knots)))
            }
        }
    }
}

extension JourneyStep {
    @inline(__always)
    fileprivate init(_ root: JourneyRoot, number: Int) {
        self.init(
            root: number, ordinal: 0, at: root.at, localOffset: root.localOffset, marks: [],
            cell: root.cell, activity: 0, wait: 0, handle: 0, cost: 0)
    }

    @inline(__always)
    fileprivate mutating func end(_ end: ChainEnd) {
        marks.formUnion(end.marks)
        activity = end.activity
        cost = end.fixed
    }

    /// Becomes the next contact of the journey.
    @inline(__always)
    fileprivate mutating func go(_ move: ChainMove, after delay: Int64) {
        ordinal += 1
        at += delay
        cell = move.cell
        marks = move.marks
        wait = 0
        handle = 0
        handlingCost = 0
    }

    /// Local hour of the week, Monday's first is 0.
    @inline(__always)
    fileprivate var hourOfWeek: Int32 {
        // 1970 began on a Thursday; a multiple of the week keeps what is before it positive.
        let hours = (at + localOffset) / 3_600_000_000 + 72 + 168 * 10_000
        return Int32(hours % Int64(JourneyChain.hoursOfWeek))
    }
}

/// The row that a word falls on.
@inline(__always)
private func pick(_ choice: ChainSlice, _ word: UInt32, _ slots: Span<ChainSlot>) -> Int {
    let place = UInt64(word) * UInt64(choice.count)
    let slot = slots[Int(choice.start) + Int(place >> 32)]
    return Int(UInt32(truncatingIfNeeded: place) < slot.keep ? slot.own : slot.other)
}

/// The quantile of a law at a word of 2³², on the straight line between its knots.
@inline(__always)
private func quantile(
    _ law: Int32, _ word: UInt32, _ laws: Span<ChainSlice>, _ knots: Span<Double>
) -> Double {
    let slice = laws[Int(law)]
    let place = UInt64(word) * UInt64(slice.count)
    let low = Int(slice.start) + Int(place >> 32)
    let rest = Double(UInt32(truncatingIfNeeded: place)) * 0x1p-32
    return knots[low] + (knots[low + 1] - knots[low]) * rest
}
