// Survival from censored times: customers who were answered before their patience ran out, and
// issues still open at the end of the log, say something and must not be left out.

/// The product-limit estimator of a survival function.
///
/// At each time with events, `S ← S·(1 − d/n)` with d events among the n still at risk. A case
/// censored at a time counts as at risk at that time.
///
/// Source: E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA
/// 53 (1958); variance by M. Greenwood (1926), `S²·Σ d/(n(n − d))`.
package struct KaplanMeier: Hashable, Sendable {
    /// One drop of the survival function.
    package struct Step: Hashable, Sendable {
        package var time: Double
        /// Cases not ended before ``time``.
        package var atRisk: Int
        /// Observed ends at ``time``.
        package var events: Int
        /// The probability of an end later than ``time``.
        package var survival: Double
        /// Greenwood's variance of ``survival``.
        package var variance: Double
    }

    /// The drops, by time ascending; one a distinct time with events.
    package let steps: [Step]
    package let count: Int
    /// The last time seen, of an event or a censored case; `nil` of no cases. Nothing is known
    /// beyond it.
    package let lastTime: Double?

    /// - Parameters:
    ///   - times: When each case ended or was last seen.
    ///   - observed: Whether the end was seen; `false` for a censored case.
    /// - Precondition: as many flags as times; no time is NaN.
    /// - Complexity: O(n log n).
    package init(times: [Double], observed: [Bool]) {
        precondition(
            times.count == observed.count, "\(times.count) times, \(observed.count) flags")
        for time in times { precondition(time == time, "a time of NaN") }
        let order = times.indices.sorted { left, right in
            times[left] == times[right] ? left < right : times[left] < times[right]
        }
        var steps: [Step] = []
        var survival = 1.0
        var greenwood = 0.0
        var place = 0
        while place < order.count {
            let time = times[order[place]]
            let atRisk = order.count - place
            var events = 0
            while place < order.count, times[order[place]] == time {
                if observed[order[place]] { events += 1 }
                place += 1
            }
            guard events > 0 else { continue }
            let left = atRisk - events
            survival *= Double(left) / Double(atRisk)
            greenwood += left > 0 ? Double(events) / (Double(atRisk) * Double(left)) : 0
            steps.append(
                Step(
                    time: time, atRisk: atRisk, events: events, survival: survival,
                    variance: survival * survival * greenwood))
        }
        self.steps = steps
        count = order.count
        lastTime = order.last.map { times[$0] }
    }

    /// The probability of an end later than `time`; 1 before the first event.
    /// - Complexity: O(log steps).
    package func survival(after time: Double) -> Double {
        let index = firstStep { $0.time > time }
        return index == 0 ? 1 : steps[index - 1].survival
    }

    /// The time by which a share `u` of those who lasted beyond `time` has ended: the first drop
    /// after `time` with `S ≤ S(time)·(1 − u)`. `nil` where that lies beyond what was observed;
    /// a fitted tail has to say. With `u` uniform it is a draw from the tail beyond `time`.
    /// - Precondition: `u` is from 0 to 1.
    /// - Complexity: O(log steps).
    package func quantile(_ u: Double, beyond time: Double = -.infinity) -> Double? {
        precondition(u >= 0 && u <= 1, "probability expected from 0 to 1, found \(u)")
        let target = survival(after: time) * (1 - u)
        let index = firstStep { $0.time > time && $0.survival <= target }
        return index < steps.count ? steps[index].time : nil
    }

    /// The mean time up to `horizon`: the area under the survival function from 0.
    /// - Precondition: `horizon` is not negative and times are not.
    /// - Complexity: O(steps).
    package func restrictedMean(horizon: Double) -> Double {
        precondition(horizon >= 0, "a horizon of \(horizon)")
        var area = CompensatedSum()
        var from = 0.0
        var survival = 1.0
        for step in steps where step.time < horizon {
            area.add(survival * (step.time - from))
            from = step.time
            survival = step.survival
        }
        area.add(survival * (horizon - from))
        return area.value
    }

    /// The first step that satisfies a condition which, once true, stays true.
    private func firstStep(_ isReached: (Step) -> Bool) -> Int {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if isReached(steps[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
