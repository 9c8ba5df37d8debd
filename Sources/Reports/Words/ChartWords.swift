// A chart in words, for readers and programs that do not see pictures.

import Statistics

enum ChartWords {
    /// One line for each mark of the picture.
    static func lines(_ chart: ReportChart) -> [String] {
        switch chart.kind {
        case .waterfall(let unit, let steps):
            let style = QuantityStyle(
                unit: unit, together: steps.map { Interval(mean: $0.change) }, isDifference: true)
            return steps.map { "\($0.label): \(style.text($0.change))" }
        case .intervals(let unit, let points):
            return points.map { point in
                let interval = Interval(mean: point.mean, low: point.low, high: point.high)
                let style = QuantityStyle(
                    unit: "per cent", together: [interval], isDifference: chart.isOfChanges)
                let words = ReportCell(
                    style.text(point.mean) + " \(unit)", range: style.range(interval))
                return "\(point.label): \(words.sentence)"
            }
        case .flow(let unit, let flows):
            let style = QuantityStyle(
                unit: unit, together: flows.map { Interval(mean: $0.amount) }, isDifference: true)
            return flows.map { "\($0.caused) \u{2192} \($0.paid): \(style.text($0.amount))" }
        }
    }
}
