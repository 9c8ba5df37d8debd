// Fit on earlier weeks, foretell later ones, and say how far off that is.

import Configuration
import Events
import Projections
import Simulation

/// What a validation is asked.
package struct ValidationRequest: Hashable, Sendable {
    package var replications = 200
    package var seed: UInt64 = 1
    /// 0 means all cores.
    package var threads = 0
    /// The first day that is foretold, as YYYY-MM-DD; `nil` for the last Monday before two
    /// thirds of the needs had begun.
    package var split: String?
    /// Of a scenario's drawn worlds: whether they share their chance terms.
    package var sharesChance = false

    package init() {}
}

extension Store {
    /// Holds weeks out, fits the model to the others and measures what it says of the weeks.
    /// - Throws: ``WorkbenchError``, ``EventLogError``.
    package func validate(
        _ request: ValidationRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        let quarter = try rebuild(progress: progress)
        let costs = try costRules()
        let parts: HeldOutSplit
        do {
            let split =
                try request.split.map { try Store.midnight($0, in: quarter) }
                ?? quarter.defaultSplit()
            parts = try quarter.heldOut(from: split, costs: costs)
        } catch let error as TooShort {
            throw WorkbenchError.wrongValue(
                name: "--split", expected: "weeks to fit and weeks to foretell",
                found: error.reason)
        }
        let plan = Store.validationPlan(quarter, parts, seed: request.seed)
        let range = ReplicationRange(lower: 0, upper: request.replications)
        let outcomes = ParallelDraws.run(range, threads: request.threads, progress: progress) {
            plan.outcomes(draw: $0, of: range)
        }
        return Store.answer(ValidationResult(outcomes), plan, quarter, parts, costs: costs)
    }

    private static func midnight(_ text: String, in quarter: Quarter) throws -> Instant {
        guard let date = CivilDate(text: text) else {
            throw WorkbenchError.wrongValue(
                name: "--split", expected: "a day as 1999-06-01", found: text)
        }
        let contact =
            quarter.table.contacts.first { $0.localDay >= date.dayNumber }
            ?? quarter.table.contacts.last
        return Instant(
            date: date, secondsOfDay: 0, offsetMinutes: Int(contact?.offsetMinutes ?? 0))
    }

    private static func validationPlan(
        _ quarter: Quarter, _ parts: HeldOutSplit, seed: UInt64
    ) -> ValidationPlan {
        let history = parts.history
        func fitted(_ period: Projections.Coverage) -> RecordedWeeks {
            RecordedWeeks(
                history.table, book: history.book, charges: history.charges, index: parts.index,
                period: period)
        }
        let halves = quarter.halves(parts)
        let heldOut = HeldOutWeeks(
            laws: JourneyLaws(history, index: parts.index),
            weeks: RecordedWeeks(
                quarter.table, book: quarter.book, charges: parts.charges, index: parts.index,
                period: parts.predicted), seed: seed)
        return ValidationPlan(
            heldOut: heldOut, fitted: fitted(parts.fitted),
            halves: (fitted(halves.0), fitted(halves.1)),
            window: quarter.book.rules.rules.links.map(\.window.microseconds).max() ?? 0)
    }

    private static func answer(
        _ result: ValidationResult, _ plan: ValidationPlan, _ quarter: Quarter,
        _ parts: HeldOutSplit, costs: CostRules
    ) -> Answer {
        var answer = Answer()
        func days(_ period: Projections.Coverage) -> String {
            let last = quarter.day(of: period.to - TimeSpan(microseconds: 1))
            return "\(CivilDate(dayNumber: quarter.day(of: period.from))) to "
                + "\(CivilDate(dayNumber: last))"
        }
        answer.fact("fitted", "fitted to", .text(days(parts.fitted)))
        answer.fact(
            "fitted_contacts", "  interactions", .integer(parts.history.table.contacts.count))
        answer.fact("foretold", "foretold", .text(days(parts.predicted)))
        answer.fact(
            "foretold_contacts", "  interactions", .integer(plan.heldOut.weeks.contactCount))
        answer.fact(
            "needs", "  needs that begin there, mean", .number(result.needs, decimals: 0))
        answer.fact(
            "half_contacts", "interactions of both halves of the fitted weeks",
            .text("\(plan.halves.0.contactCount) and \(plan.halves.1.contactCount)"))
        answer.fact("replications", "replications", .integer(result.replications))
        answer.table("distances", distanceTable(result))
        answer.table("coverage", coverageTable(result, currency: costs.currency))
        answer.note(
            "the needs of the weeks are those recorded, with their moment, intent, channel and "
                + "whether the record can follow them; all else is drawn from what was fitted")
        answer.note(
            "noise floor: the earlier and the later half of the fitted weeks against each other; "
                + "all distances are between shares or means, so sizes need not be the same; "
                + "moments are stretched to the length of the foretold weeks")
        answer.note("naive: marginal frequencies and mean rates of the fitted weeks, no cells")
        answer.note(
            "distances are means over the first "
                + "\(min(result.replications, ValidationPlan.distanceReplications)) replications; "
                + "smaller is better")
        return answer
    }

    private static func distanceTable(_ result: ValidationResult) -> Table {
        Table(
            title: "How far foretold journeys are from the recorded ones",
            columns: [
                .init("perspective", "perspective"), .init("measure", "measure"),
                .init("unit", "unit"), .init("model", "model"), .init("floor", "noise floor"),
                .init("naive", "naive"),
            ],
            rows: result.distances.map { distance in
                func cell(_ value: Double?) -> Cell {
                    guard let value else { return .none }
                    return distance.perspective.unit == "share"
                        ? .share(value)
                        : .number(value, decimals: distance.perspective.unit == "hours" ? 4 : 2)
                }
                return [
                    .text(distance.perspective.rawValue), .text(distance.perspective.title),
                    .text(distance.perspective.unit), cell(distance.model), cell(distance.floor),
                    cell(distance.naive),
                ]
            })
    }

    private static func coverageTable(_ result: ValidationResult, currency: String) -> Table {
        Table(
            title: "Whole weeks: recorded, foretold, and 90 % intervals that held",
            columns: [
                .init("figure", "figure"), .init("unit", "unit"), .init("recorded", "recorded"),
                .init("foretold", "foretold"), .init("difference", "difference"),
                .init("weeks", "weeks"), .init("held", "held"),
            ],
            rows: result.coverage.map { figure in
                let unit =
                    switch figure.figure {
                    case .cost: currency
                    case .handleMinutes: "minutes"
                    default: "count"
                    }
                return [
                    .text(figure.figure.title), .text(unit),
                    .number(figure.recorded, decimals: 0), .number(figure.foretold, decimals: 0),
                    figure.recorded > 0
                        ? .share(figure.foretold / figure.recorded - 1) : .none,
                    .integer(figure.weeks), figure.held.map { .integer($0) } ?? .none,
                ]
            })
    }
}
