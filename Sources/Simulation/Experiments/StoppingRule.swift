// When a run has replications enough: how far the means of the headline figures may still be off,
// and the rule that ends a run of which no number was stated.

import Projections
import Randomness
import Statistics

/// The rule that ends a run. It looks at the half-widths of means over parameter draws alone: a
/// predictive interval does not shrink with more replications.
///
/// Source: A. M. Law, "Simulation Modeling and Analysis", 5th edition, sections 9.4.1 (half-widths
/// of a relative and an absolute size) and 9.7 (Bonferroni over several figures).
package struct StoppingRule: Hashable, Sendable {
    /// Replications between two looks. Looks fall on whole batches in order of index, so that no
    /// number of threads decides anything.
    package static let batch = 100
    /// That all headline figures together lie within their half-widths.
    package static let confidence = 0.95
    /// Of the baseline: a change smaller than this is nothing that anyone acts on.
    package static let absoluteShare = 0.001

    /// The half-width wanted, as a share of the change's own mean.
    package let relative: Double
    /// Replications at which the run ends in any case.
    package let limit: Int

    /// - Precondition: `relative` is positive, `limit` at least ``Interval/leastReplications``.
    package init(relative: Double, limit: Int) {
        precondition(relative > 0 && limit >= Interval.leastReplications, "no stopping rule")
        self.relative = relative
        self.limit = limit
    }

    /// Whether a run may end after `count` replications: every figure is precise enough, and was
    /// one batch before.
    package func isSettled(_ precision: [FigurePrecision], before: [FigurePrecision]) -> Bool {
        (precision + before).allSatisfy(\.isEnough)
    }

    /// How many replications are likely to be needed, for a progress bar: half-widths shrink with
    /// the root of their number.
    package func expectedReplications(_ precision: [FigurePrecision], after count: Int) -> Int {
        let farthest = precision.map(\.ratio).max() ?? 0
        let needed = Double(count) * max(1, farthest * farthest) + Double(StoppingRule.batch)
        return Int(min(Double(limit), needed))
    }
}

/// How far the mean change of a headline figure may be from what endless replications would give.
package struct FigurePrecision: Hashable, Sendable, Codable {
    package var name: String
    package var title: String
    /// As of ``MetricSummary/unit``.
    package var unit: String
    package var mean: Double
    /// Of the interval around ``mean`` in which it lies with ``StoppingRule/confidence``, all
    /// headline figures together; `nil` of fewer than two parameter draws.
    package var halfWidth: Double?
    /// The half-width that is enough: the larger of a share of the mean and one of the baseline.
    package var tolerance: Double

    package init(
        name: String, title: String, unit: String, mean: Double, halfWidth: Double?,
        tolerance: Double
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.mean = mean
        self.halfWidth = halfWidth
        self.tolerance = tolerance
    }

    /// Whether replications are enough for this figure.
    package var isEnough: Bool { halfWidth.map { $0 <= tolerance } ?? false }

    /// The half-width over what is enough; 0 of a figure that does not move, infinite of one that
    /// is not known.
    package var ratio: Double {
        guard let halfWidth else { return .infinity }
        return halfWidth == 0 ? 0 : halfWidth / tolerance
    }
}

/// Why a run ended, and how precise its means are.
package struct Stopping: Hashable, Sendable, Codable {
    package enum Reason: String, Sendable, Codable {
        /// The stated number of replications was reached.
        case stated
        /// All headline figures were precise enough.
        case tolerance
        /// The rule's limit was reached first.
        case limit
        /// Somebody interrupted it; what was done counts.
        case interrupted
    }

    package var reason: Reason
    /// The half-width wanted, as a share of a change's mean.
    package var relativeTolerance: Double
    package var precision: [FigurePrecision]

    package init(reason: Reason, relativeTolerance: Double, precision: [FigurePrecision]) {
        self.reason = reason
        self.relativeTolerance = relativeTolerance
        self.precision = precision
    }

    /// Headline figures whose means are not as precise as was wanted.
    package var imprecise: [FigurePrecision] { precision.filter { !$0.isEnough } }
}

/// The headline figures: what a board decides on.
struct Headline: Sendable {
    let name: String
    let title: String
    let unit: String
    let change: @Sendable (ReplicationResult) -> Double
    /// What the absolute tolerance is a share of.
    let baseline: @Sendable (ReplicationResult) -> Double

    static func all(currency: String) -> [Headline] {
        [
            Headline(name: "net", title: "net", unit: currency) {
                Double($0.classes.net) / 100_000
            } baseline: {
                Double($0.baseline.matrix.total) / 100_000
            },
            count("rework_contacts", "contacts caused by a failure", .reworkContacts),
            count("escalations", "contacts after an escalation", .escalations),
            count("silent_give_ups", "needs ended unmet and in silence", .silentGiveUps),
            Headline(
                name: "customer_minutes", title: "minutes of customers' own time", unit: "minutes"
            ) {
                Double($0.scenario[.customerTime] - $0.baseline[.customerTime]) / 60_000_000
            } baseline: {
                Double($0.baseline[.customerTime]) / 60_000_000
            },
        ]
    }

    /// Beside all contacts: of a count that is small in the baseline, a share of it is nothing.
    private static func count(_ name: String, _ title: String, _ counter: Counter) -> Headline {
        Headline(name: name, title: title, unit: "count") {
            Double($0.scenario[counter] - $0.baseline[counter])
        } baseline: {
            Double($0.baseline[.contacts])
        }
    }
}

extension StoppingRule {
    /// The precision of every headline figure.
    /// - Parameters:
    ///   - results: by replication, from an even one.
    ///   - relative: the half-width wanted, as a share of a change's mean.
    /// - Complexity: O(replications × cells of the ledger).
    package static func precision(
        _ results: [ReplicationResult], relative: Double, currency: String
    ) -> [FigurePrecision] {
        let headlines = Headline.all(currency: currency)
        let tail = (1 - confidence) / Double(headlines.count) / 2
        return headlines.map { headline in
            let changes = results.map(headline.change)
            let pairs = PairedReplications(changes)
            let baseline = Summation.mean(results.map(headline.baseline)) ?? 0
            let mean = pairs?.mean ?? Summation.mean(changes) ?? 0
            let halfWidth = pairs.flatMap { pairs -> Double? in
                guard pairs.degreesOfFreedom > 0 else { return nil }
                return pairs.halfWidth(
                    studentQuantile: ExactMath.studentQuantile(
                        1 - tail, degrees: Double(pairs.degreesOfFreedom)))
            }
            return FigurePrecision(
                name: headline.name, title: headline.title, unit: headline.unit, mean: mean,
                halfWidth: halfWidth,
                tolerance: max(relative * mean.magnitude, absoluteShare * baseline.magnitude))
        }
    }
}
