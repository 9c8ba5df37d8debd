// Variants of journeys and the steps that follow each other, each with the share that it covers.

import EventLog
import Events
import Projections

extension Store {
    /// What a step may be called after.
    package static let stepNames = PathStep.allCases.map(\.rawValue)

    /// - Parameter step: one of ``stepNames``, or names of attributes as `attribute:a` or
    ///   `attribute:a+b`.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package func paths(
        _ request: ViewRequest, step: String, progress: ProgressReport? = nil
    ) throws -> Answer {
        let quarter = try rebuild(progress: progress)
        let steps = try stepLabels(step, quarter)
        let record = ViewRecord(
            table: quarter.table, book: quarter.book, costs: nil, window: request.window)
        var scope = try request.scope(quarter.table, lines: quarter.book.rules.lines)
        scope.grouping = .all
        let view = PathsView(
            record, Selection(quarter.table, scope: scope, lines: quarter.book.rules.lines),
            steps: steps)
        var answer = Answer()
        answer.fact("journeys", "journeys", .integer(view.journeyCount))
        answer.fact("steps", "interactions", .integer(view.stepCount))
        answer.fact("variant_count", "variants", .integer(view.variants.count))
        answer.fact("pair_count", "directly-follows pairs", .integer(view.pairs.count))
        answer.fact(
            "mean_duration_days", "mean days from first to last",
            Cell(number: view.meanDuration.map { $0 / 8.64e10 }, decimals: 4))
        answer.fact(
            "median_duration_days", "median days",
            Cell(number: view.medianDuration.map { $0 / 8.64e10 }, decimals: 4))
        var covered = 0
        answer.table(
            "variants",
            Table(
                title: "Variants",
                columns: [
                    .init("journeys", "journeys"), .init("share", "share"),
                    .init("covered", "covered"), .init("length", "steps"),
                    .init("path", "path"),
                ],
                rows: view.variants.prefix(request.limit).map { variant in
                    covered += variant.journeys
                    let whole = Double(max(1, view.journeyCount))
                    return [
                        .integer(variant.journeys), .share(Double(variant.journeys) / whole),
                        .share(Double(covered) / whole), .integer(variant.steps.count),
                        .text(Store.pathText(variant.steps)),
                    ]
                }))
        let pairSum = view.pairs.reduce(0) { $0 + $1.count }
        answer.table(
            "pairs",
            Table(
                title: "What follows what",
                columns: [
                    .init("from", "from"), .init("to", "to"), .init("count", "count"),
                    .init("share", "share"),
                ],
                rows: view.pairs.prefix(request.limit).map { pair in
                    [
                        .text(pair.from), .text(pair.to), .integer(pair.count),
                        .share(Double(pair.count) / Double(max(1, pairSum))),
                    ]
                }))
        let hidden = max(0, view.variants.count - request.limit)
        if hidden > 0 {
            answer.note("\(hidden) rarer variants are not shown; --limit shows more")
        }
        answer.note(Store.stitchNote(quarter))
        return answer
    }

    private func stepLabels(_ step: String, _ quarter: Quarter) throws -> StepLabels {
        if let known = PathStep(rawValue: step) { return StepLabels(quarter.table, step: known) }
        let prefix = "attribute:"
        let names = step.dropFirst(prefix.count).split(separator: "+").map(String.init)
        guard step.hasPrefix(prefix), !names.isEmpty else {
            throw WorkbenchError.wrongValue(
                name: "--step",
                expected: Store.stepNames.joined(separator: ", ")
                    + ", or attribute:NAME (several joined by +)", found: step)
        }
        let symbols = try names.map { name in
            guard let symbol = quarter.table.dictionary.symbol(of: name) else {
                throw WorkbenchError.wrongValue(
                    name: "--step", expected: "an attribute of the log", found: name)
            }
            return symbol
        }
        var texts: [String: Symbol] = [:]
        var interner = Interner()
        var byPosition = [Symbol](
            repeating: .none, count: Int(quarter.snapshot.head.rawValue) + 1)
        try log.forEachEvent(through: quarter.snapshot.head) { recorded in
            guard !recorded.event.attributes.isEmpty else { return true }
            let text = symbols.map { symbol in
                recorded.event.attributes.first { $0.name == symbol }?.value.text ?? "-"
            }.joined(separator: " / ")
            let known = texts[text] ?? interner.intern(text)
            texts[text] = known
            byPosition[Int(recorded.position.rawValue)] = known
            return true
        }
        return StepLabels(
            names: quarter.table.contacts.map { contact in
                let symbol = byPosition[Int(contact.position.rawValue)]
                return symbol.isNone ? "-" : interner.string(symbol)
            })
    }

    /// Runs of one step are written once with their number.
    private static func pathText(_ steps: [String]) -> String {
        var runs: [(step: String, count: Int)] = []
        for step in steps {
            if runs.last?.step == step {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((step, 1))
            }
        }
        return runs.map { $0.count == 1 ? $0.step : "\($0.step) ×\($0.count)" }
            .joined(separator: " > ")
    }
}

extension AttributeValue {
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        }
    }
}
