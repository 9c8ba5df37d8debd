// Which replications a run makes and how they are shared out. The work is cut into parameter
// draws; any split over threads gives the same results in the same places.

/// A half-open range of replications, in whole parameter draws where possible.
package struct ReplicationRange: Hashable, Sendable {
    package var lower: Int
    package var upper: Int

    package init(lower: Int, upper: Int) {
        precondition(0 <= lower && lower <= upper, "replications \(lower)..<\(upper)")
        self.lower = lower
        self.upper = upper
    }

    /// Parameter draws that the range touches.
    package var draws: Range<Int> { (lower / 2)..<((upper + 1) / 2) }

    /// The replications of one parameter draw that lie in the range.
    package func replications(ofDraw draw: Int) -> Range<Int> {
        max(lower, 2 * draw)..<min(upper, 2 * draw + 2)
    }
}

extension ReplayPlan {
    /// The replications of one parameter draw, in order.
    /// - Parameter tally: where each customer's part is added up, if wanted.
    package func replicate(
        draw: Int, of range: ReplicationRange, scratch: inout ReplayScratch,
        tally: inout CustomerTally?
    ) -> [ReplicationResult] {
        let parameters = parameters(draw: draw)
        return range.replications(ofDraw: draw).map { replication in
            let result = replicate(replication, parameters: parameters, scratch: &scratch)
            tally?.add(scratch)
            return result
        }
    }
}
