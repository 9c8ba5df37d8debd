// The model's own error: what the generative mode makes of weeks that were not fitted, less what
// happened in them. Printed before any result.

import Statistics

/// The model's error over the contacts that a scenario reaches, or why it is not known.
package enum Discrepancy: Hashable, Sendable, Codable {
    case measured(MeasuredDiscrepancy)
    case notMeasured(reason: String)

    package var measured: MeasuredDiscrepancy? {
        guard case .measured(let measured) = self else { return nil }
        return measured
    }

    /// Why it was not measured; `nil` where it was.
    package var reason: String? {
        guard case .notMeasured(let reason) = self else { return nil }
        return reason
    }

    /// Whether a change is smaller than what the model is wrong by: no ground for anything. `nil`
    /// where that is not known, because the figure or the error was not measured.
    package func isAboveChange(_ metric: MetricSummary) -> Bool? {
        guard let figure = measured?.figures.first(where: { $0.name == metric.name }) else {
            return nil
        }
        return metric.delta.mean != 0 && metric.delta.mean.magnitude < figure.modelError
    }

    /// Whether a change is so small that a model's error of its size could not be seen in weeks as
    /// few and noisy as those that were held out. `nil` as above.
    package func isWithinNoise(_ metric: MetricSummary) -> Bool? {
        guard let figure = measured?.figures.first(where: { $0.name == metric.name }) else {
            return nil
        }
        return metric.delta.mean != 0 && metric.delta.mean.magnitude < figure.noise
    }
}

/// Generative minus recorded, over needs that begin with a contact in scope.
package struct MeasuredDiscrepancy: Hashable, Sendable, Codable {
    /// One headline figure, named as in the summary of a run.
    package struct Figure: Hashable, Sendable, Codable {
        package var name: String
        package var title: String
        /// Over the held-out weeks, means over replications.
        package var recorded: Double
        package var generative: Double
        /// Of what was recorded: generative less recorded, and the 5 % and 95 % quantiles of it
        /// over replications. `nil` where nothing was recorded.
        package var difference: Double?
        package var noiseLow: Double?
        package var noiseHigh: Double?
        /// What lies beyond the noise, in the figure's own unit, for as many contacts in scope as
        /// the run has; 0 where the noise covers it.
        package var modelError: Double
        /// How far the difference ranges, in the same unit and for as many contacts: a model that
        /// is wrong by less than this would not be told from one that is right.
        package var noise: Double

        package init(
            name: String, title: String, recorded: Double, generative: Double,
            difference: Double?, noiseLow: Double?, noiseHigh: Double?, modelError: Double,
            noise: Double
        ) {
            self.name = name
            self.title = title
            self.recorded = recorded
            self.generative = generative
            self.difference = difference
            self.noiseLow = noiseLow
            self.noiseHigh = noiseHigh
            self.modelError = modelError
            self.noise = noise
        }
    }

    /// Local days, as ISO 8601: the first that was fitted, the first that was foretold, the last.
    package var fittedFrom: String
    package var foretoldFrom: String
    package var foretoldTo: String
    /// Weeks, with a part of one.
    package var fittedWeeks: Double
    package var foretoldWeeks: Int
    /// Needs that begin with a contact in scope in the held-out weeks, mean over replications.
    package var needs: Double
    package var replications: Int
    package var figures: [Figure]

    package init(
        fittedFrom: String, foretoldFrom: String, foretoldTo: String, fittedWeeks: Double,
        foretoldWeeks: Int, needs: Double, replications: Int, figures: [Figure]
    ) {
        self.fittedFrom = fittedFrom
        self.foretoldFrom = foretoldFrom
        self.foretoldTo = foretoldTo
        self.fittedWeeks = fittedWeeks
        self.foretoldWeeks = foretoldWeeks
        self.needs = needs
        self.replications = replications
        self.figures = figures
    }
}

/// The days of a discrepancy.
package struct DiscrepancyDays: Sendable {
    package var fittedFrom: String
    package var foretoldFrom: String
    package var foretoldTo: String
    package var fittedWeeks: Double

    package init(
        fittedFrom: String, foretoldFrom: String, foretoldTo: String, fittedWeeks: Double
    ) {
        self.fittedFrom = fittedFrom
        self.foretoldFrom = foretoldFrom
        self.foretoldTo = foretoldTo
        self.fittedWeeks = fittedWeeks
    }
}

/// What one replication says of held-out weeks.
package struct DiscrepancyOutcome: Sendable {
    var recorded: [JourneyTotals]
    var drawn: [JourneyTotals]
    var needs: Int

    package var hasNeeds: Bool { needs > 0 }
}

extension HeldOutWeeks {
    /// The replications of a parameter draw that lie in a range.
    package func outcomes(draw: Int, of range: ReplicationRange) -> [DiscrepancyOutcome] {
        let chain = chain(draw: draw)
        return range.replications(ofDraw: draw).map { replication in
            let week = weekly(replication, chain)
            return DiscrepancyOutcome(
                recorded: week.recorded, drawn: week.drawn, needs: week.needs)
        }
    }
}

extension MeasuredDiscrepancy {
    /// - Parameters:
    ///   - outcomes: by replication, enough of them for intervals.
    ///   - contactsInScope: recorded ones, in the held-out weeks and in the run.
    /// - Precondition: there are outcomes, and contacts in scope in the held-out weeks.
    package init(
        _ outcomes: [DiscrepancyOutcome], _ days: DiscrepancyDays,
        contactsInScope: (heldOut: Int, run: Int)
    ) {
        precondition(contactsInScope.heldOut > 0, "no contacts in scope")
        let scale = Double(contactsInScope.run) / Double(contactsInScope.heldOut)
        self.init(
            fittedFrom: days.fittedFrom, foretoldFrom: days.foretoldFrom,
            foretoldTo: days.foretoldTo, fittedWeeks: days.fittedWeeks,
            foretoldWeeks: outcomes.first?.recorded.count ?? 0,
            needs: Summation.mean(outcomes.map { Double($0.needs) }) ?? 0,
            replications: outcomes.count,
            figures: WeeklyFigure.allCases.map { figure in
                let recorded = outcomes.map { MeasuredDiscrepancy.sum($0.recorded, figure) }
                let drawn = outcomes.map { MeasuredDiscrepancy.sum($0.drawn, figure) }
                return Figure(
                    figure, recorded: interval(recorded).mean, generative: interval(drawn).mean,
                    gap: interval(zip(recorded, drawn).map { $1 - $0 }), scale: scale)
            })
    }

    private static func sum(_ weeks: [JourneyTotals], _ figure: WeeklyFigure) -> Double {
        weeks.reduce(0) { $0 + figure.value($1) }
    }
}

extension MeasuredDiscrepancy.Figure {
    /// - Parameters:
    ///   - gap: generative less recorded.
    ///   - scale: from the contacts in scope of the held-out weeks to those of the run.
    fileprivate init(
        _ figure: WeeklyFigure, recorded: Double, generative: Double, gap: Interval, scale: Double
    ) {
        func share(_ value: Double?) -> Double? {
            value.flatMap { recorded > 0 ? $0 / recorded : nil }
        }
        // The end that is nearer to none at all, where both are on one side of it.
        let beyond = max(0, gap.low ?? 0, -(gap.high ?? 0))
        self.init(
            name: figure.rawValue, title: figure.title, recorded: recorded,
            generative: generative, difference: share(gap.mean), noiseLow: share(gap.low),
            noiseHigh: share(gap.high), modelError: beyond * scale,
            noise: max((gap.low ?? 0).magnitude, (gap.high ?? 0).magnitude) * scale)
    }
}
