// What history taught: how often and after how long a failure brings a customer back, and how
// long such contacts take. A value that is kept in the store and shown on request.

import Events

/// The fitted model of one log.
package struct Model: Hashable, Sendable, Codable {
    /// Hash of the log's head when the model was fitted, in hexadecimal.
    package var logHead: String
    package var eventCount: Int
    package var rulesID: String
    /// By family × failures + failure; failure 0 is "none".
    package var returns: [ReturnCell]
    /// By failure, pooled over families.
    package var delays: [DelayLaw]
    /// By family.
    package var durations: [DurationLaws]
    /// By family, then by name of channel.
    package var cells: [ContactCell]
    /// By family.
    package var patience: [PatienceLaw]
    /// By failure.
    package var consequences: [FailureConsequences]
    package var familyNames: [String]
    package var failureTitles: [String]

    package func returnCell(family: Int, failure: Int) -> ReturnCell {
        returns[family * failureTitles.count + failure]
    }
}

/// How many contacts of a cell brought their customer back because of it.
package struct ReturnCell: Hashable, Sendable, Codable {
    package var family: String
    package var failure: String
    /// Identified contacts whose link window lies within the coverage.
    package var contactCount: Int
    /// Of these, contacts followed by a linked one.
    package var linkedCount: Int
    /// Σ of the links' probabilities, in millionths: the returns that are more than coincidence.
    package var expectedReturnsMillionths: Int64
    /// Parameters of the beta posterior of the probability of a caused return; the prior is the
    /// failure's pooled share with a weight of ``ModelFit/priorContacts`` contacts.
    package var posteriorAlpha: Double
    package var posteriorBeta: Double

    /// Posterior mean of the probability that such a contact brings its customer back.
    package var probability: Double { posteriorAlpha / (posteriorAlpha + posteriorBeta) }
}

/// How long after a failure its return comes: uniform within each bin of lag.
package struct DelayLaw: Hashable, Sendable, Codable {
    package var failure: String
    /// Edges of the bins in microseconds, from 0.
    package var edges: [Int64]
    /// Cumulative probability at each edge, from 0 to 1.
    package var cumulative: [Double]
    /// Links behind the law.
    package var observedCount: Int

    /// The delay at probability `u` in (0, 1), in microseconds.
    package func quantile(_ u: Double) -> Int64 {
        var bin = 1
        while bin + 1 < cumulative.count, cumulative[bin] < u { bin += 1 }
        let mass = cumulative[bin] - cumulative[bin - 1]
        let part = mass > 0 ? (u - cumulative[bin - 1]) / mass : 0.5
        let width = Double(edges[bin] - edges[bin - 1])
        return edges[bin - 1] + Int64((min(1, max(0, part)) * width).rounded())
    }
}

/// Empirical laws of what a created contact takes.
package struct DurationLaws: Hashable, Sendable, Codable {
    package var family: String
    /// Talk, hold and wrap-up of served contacts.
    package var handle: EmpiricalLaw
    /// Waits of served contacts, zero included.
    package var wait: EmpiricalLaw
}

/// A law as the quantiles of what was observed.
package struct EmpiricalLaw: Hashable, Sendable, Codable {
    package static let knotCount = 257

    /// Quantiles at equal steps of probability, in microseconds; empty without observations.
    package var knots: [Int64]
    package var observedCount: Int

    package init(observations: [Int64]) {
        observedCount = observations.count
        let sorted = observations.sorted()
        guard let last = sorted.indices.last else {
            knots = []
            return
        }
        let steps = EmpiricalLaw.knotCount - 1
        knots = (0...steps).map { knot in
            // Type 7 of R. J. Hyndman and Y. Fan, The American Statistician 50 (1996): between
            // two observations on the straight line. The lower one alone would all but lose the
            // largest of a few observations.
            let (place, rest) = (knot * last).quotientAndRemainder(dividingBy: steps)
            guard rest > 0 else { return sorted[place] }
            let gap = sorted[place + 1] - sorted[place]
            return sorted[place] + roundedQuotient(gap, Int64(rest), Int64(steps))
        }
        lowerLastKnot(total: observations.reduce(0, +))
    }

    /// Moves the last knot down, but not below the one before it, to where the law's mean is the
    /// observations' own: the straight line from the last but one to the largest of many
    /// observations would give one slip of a clock the weight of a half percent.
    private mutating func lowerLastKnot(total: Int64) {
        let steps = knots.count - 1
        let mean = Double(total) / Double(observedCount)
        let inner = knots[1..<steps].reduce(0.0) { $0 + Double($1) }
        let wanted = 2 * (mean * Double(steps) - inner) - Double(knots[0])
        if wanted < Double(knots[steps]) {
            knots[steps] = max(knots[steps - 1], Int64(max(0, wanted).rounded()))
        }
    }

    /// The value at probability `u` in (0, 1), linear between knots; 0 without observations.
    package func quantile(_ u: Double) -> Int64 {
        guard knots.count > 1 else { return knots.first ?? 0 }
        let place = min(max(u, 0), 1) * Double(knots.count - 1)
        let low = min(Int(place), knots.count - 2)
        let gap = Double(knots[low + 1] - knots[low])
        return knots[low] + Int64(((place - Double(low)) * gap).rounded())
    }
}
