// What knows no cells: how often something follows, what there is, and mean rates. A model that is
// not nearer to the record than this has learnt nothing.

package import Randomness

/// Journeys from marginal frequencies of one part of a log.
package struct NaiveJourneys: Sendable {
    /// Share of contacts that another one followed, of those whose followers can be seen.
    private let followedShare: Double
    /// Mean time to it, in microseconds.
    private let meanGap: Double
    /// What contacts are, by how often; and where each is found in a chain's words.
    private let kinds: AliasTable?
    private let kindSteps: [JourneyStep]
    /// Of queued contacts: the share that left, and all waits, in order.
    private let abandonedShare: Double
    private let waits: [Int64]
    private let purpose = DrawPurpose("naive journey")

    /// - Parameter steps: the journeys that it learns from.
    package init(_ steps: [JourneyStep]) {
        let seen = steps.filter { $0.marks.contains(.followed) }
        let later = steps.enumerated().filter { $0.element.ordinal > 0 }
        followedShare = seen.isEmpty ? 0 : Double(later.count) / Double(seen.count)
        let gaps = later.reduce(0.0) { $0 + Double($1.element.at - steps[$1.offset - 1].at) }
        meanGap = later.isEmpty ? 0 : gaps / Double(later.count)
        var counts: [Int32: Double] = [:]
        var examples: [Int32: JourneyStep] = [:]
        for step in steps {
            // Whether it waited is a part of what it is.
            let key = step.activity << 1 | (step.marks.contains(.queued) ? 1 : 0)
            counts[key, default: 0] += 1
            examples[key] = step
        }
        let keys = counts.keys.sorted()
        kinds = keys.isEmpty ? nil : NaiveJourneys.table(keys.map { counts[$0] ?? 0 })
        kindSteps = keys.compactMap { examples[$0] }
        let queued = steps.filter { $0.marks.contains(.queued) }
        abandonedShare =
            queued.isEmpty
            ? 0 : Double(queued.count { $0.marks.contains(.abandoned) }) / Double(queued.count)
        waits = queued.map(\.wait).sorted()
    }

    private static func table(_ weights: [Double]) -> AliasTable {
        do { return try AliasTable(weights: weights) } catch { preconditionFailure("\(error)") }
    }

    /// Draws the journeys of all roots.
    package func run(
        _ roots: [JourneyRoot], draws: Draws, until horizon: Int64,
        into sink: inout some JourneySink
    ) {
        guard let kinds else { return }
        for (number, root) in roots.enumerated() {
            var at = root.at
            var ordinal: UInt32 = 0
            while at < horizon, ordinal < JourneyChain.mostSteps {
                let first = draws.uniforms4(
                    address: root.address, purpose: purpose, ordinal: ordinal << 1)
                let second = draws.uniforms4(
                    address: root.address, purpose: purpose, ordinal: ordinal << 1 | 1)
                var step = kindSteps[kinds.category(first.0)]
                step.root = number
                step.ordinal = ordinal
                step.at = at
                step.localOffset = root.localOffset
                step.marks.subtract([.followed, .back, .caused, .escalation])
                if root.isFollowed { step.marks.insert(.followed) }
                if ordinal > 0 { step.marks.insert(.back) }
                if step.marks.contains(.queued) {
                    step.wait = waits[Int(first.1 * Double(waits.count))]
                    step.marks.remove(.abandoned)
                    if first.2 < abandonedShare { step.marks.insert(.abandoned) }
                }
                sink.take(step)
                guard root.isFollowed, first.3 < followedShare else { break }
                ordinal += 1
                at += Int64(-ExactMath.log(second.0) * meanGap)
            }
        }
    }
}
