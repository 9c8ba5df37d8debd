// A model against weeks that it was not fitted to, beside what the record itself varies by and
// what a naive model reaches.

import Randomness
import Statistics

/// What is measured of a model.
package struct ValidationPlan: Sendable {
    package let heldOut: HeldOutWeeks
    /// The earlier and the later half of the fitted weeks.
    package let halves: (RecordedWeeks, RecordedWeeks)
    private let fitted: RecordedWeeks
    /// How long recontacts are looked for, in microseconds.
    package let window: Int64

    /// Distances are means over so many replications, the first ones: a sample of contacts as
    /// large as the record's hardly moves them.
    package static let distanceReplications = 20

    package init(
        heldOut: HeldOutWeeks, fitted: RecordedWeeks, halves: (RecordedWeeks, RecordedWeeks),
        window: Int64
    ) {
        self.heldOut = heldOut
        self.fitted = fitted
        self.halves = halves
        self.window = window
    }

    /// One replication.
    package struct Outcome: Sendable {
        /// By week.
        var recorded: [JourneyTotals]
        var drawn: [JourneyTotals]
        /// By perspective; none of the replications after the first ones.
        var distances: [Distances]
        package var needs: Int
    }

    struct Distances: Sendable {
        var model: Double?
        var floor: Double?
        var naive: Double?
    }

    /// The replications of a parameter draw that lie in a range.
    package func outcomes(draw: Int, of range: ReplicationRange) -> [Outcome] {
        let chain = heldOut.chain(draw: draw)
        return range.replications(ofDraw: draw).map { replication in
            let week = heldOut.weekly(replication, chain)
            return Outcome(
                recorded: week.recorded, drawn: week.drawn,
                distances: replication < ValidationPlan.distanceReplications
                    ? distances(replication, chain) : [],
                needs: week.needs)
        }
    }

    private func distances(_ replication: Int, _ chain: JourneyChain) -> [Distances] {
        let draws = heldOut.draws(replication)
        let weeks = heldOut.weeks
        let told = weeks.tell(draws)
        let recorded = JourneySample(told.steps, from: weeks.from, to: weeks.to)
        var drawn = JourneySample(from: weeks.from, to: weeks.to)
        heldOut.run(told.roots, chain, draws: draws, into: &drawn)
        var naive = JourneySample(from: weeks.from, to: weeks.to)
        NaiveJourneys(fitted.tell(draws).steps)
            .run(told.roots, draws: draws, until: weeks.to, into: &naive)
        let (first, second) = (sample(halves.0, draws), sample(halves.1, draws))
        let hours = Double(weeks.to - weeks.from) / 3_600_000_000
        return JourneyPerspective.allCases.map {
            Distances(
                model: recorded.distance(to: drawn, $0, window: window, hours: hours),
                floor: second.distance(to: first, $0, window: window, hours: hours),
                naive: recorded.distance(to: naive, $0, window: window, hours: hours))
        }
    }

    private func sample(_ weeks: RecordedWeeks, _ draws: Draws) -> JourneySample {
        JourneySample(weeks.tell(draws).steps, from: weeks.from, to: weeks.to)
    }
}

/// What a validation says.
package struct ValidationResult: Sendable {
    /// One perspective; distances are `nil` where the record shows nothing of it.
    package struct Distance: Sendable {
        package var perspective: JourneyPerspective
        package var model: Double?
        package var floor: Double?
        package var naive: Double?
    }

    /// One figure of whole weeks.
    package struct Coverage: Sendable {
        package var figure: WeeklyFigure
        /// Sums of all weeks, as recorded and as foretold on average.
        package var recorded: Double
        package var foretold: Double
        /// Weeks, and those whose recorded figure lies in its 90 % interval; none where there are
        /// too few replications for intervals.
        package var weeks: Int
        package var held: Int?
    }

    package var distances: [Distance]
    package var coverage: [Coverage]
    /// Mean over replications: needs that begin in the weeks.
    package var needs: Double
    package var replications: Int

    /// - Parameter outcomes: by replication; at least one.
    package init(_ outcomes: [ValidationPlan.Outcome]) {
        replications = outcomes.count
        needs = Summation.mean(outcomes.map { Double($0.needs) }) ?? 0
        let measured = outcomes.filter { !$0.distances.isEmpty }
        distances = JourneyPerspective.allCases.enumerated().map { place, perspective in
            func mean(_ value: (ValidationPlan.Distances) -> Double?) -> Double? {
                Summation.mean(measured.compactMap { value($0.distances[place]) })
            }
            return Distance(
                perspective: perspective, model: mean(\.model), floor: mean(\.floor),
                naive: mean(\.naive))
        }
        coverage = WeeklyFigure.allCases.map { figure in
            let weeks = outcomes.first?.recorded.count ?? 0
            var coverage = Coverage(figure: figure, recorded: 0, foretold: 0, weeks: weeks)
            for week in 0..<weeks {
                let recorded =
                    Summation.mean(outcomes.map { figure.value($0.recorded[week]) }) ?? 0
                let drawn = interval(outcomes.map { figure.value($0.drawn[week]) })
                coverage.recorded += recorded
                coverage.foretold += drawn.mean
                guard let low = drawn.low, let high = drawn.high else { continue }
                coverage.held = (coverage.held ?? 0) + (low <= recorded && recorded <= high ? 1 : 0)
            }
            return coverage
        }
    }
}
