// The charts of a report as pictures. The caption above a picture names it, so the picture's own
// heading says only the unit.

import Charts

enum ChartDrawing {
    /// An SVG element, or `nil` where there is nothing to draw.
    static func svg(_ chart: ReportChart) -> String? {
        switch chart.kind {
        case .waterfall(let unit, let steps):
            guard steps.contains(where: { $0.change != 0 }) else { return nil }
            return WaterfallChart(
                text: text(chart, heading: "\(unit), means over replications"),
                steps: steps.map {
                    .init(label: $0.label, value: $0.change, kind: $0.isTotal ? .total : .change)
                },
                format: .fixed(decimals: decimals(steps.map(\.change)))
            ).svg()
        case .intervals(let unit, let points):
            guard !points.isEmpty else { return nil }
            return IntervalChart(
                text: text(chart, heading: "\(unit), mean and interval"),
                rows: points.map {
                    .init(
                        label: $0.label, mean: $0.mean, low: $0.low, high: $0.high,
                        tone: .neutral)
                },
                format: .fixed(decimals: 1), showsPlus: chart.isOfChanges
            ).svg()
        case .flow(let unit, let flows):
            guard !flows.isEmpty else { return nil }
            return FlowChart(
                text: text(chart, heading: "\(unit), means over replications"),
                flows: flows.map { .init(caused: $0.caused, paid: $0.paid, value: $0.amount) },
                meaning: .changes, format: .fixed(decimals: decimals(flows.map(\.amount)))
            ).svg()
        }
    }

    private static func text(_ chart: ReportChart, heading: String) -> ChartText {
        ChartText(
            identifier: chart.id, title: heading, description: chart.title + ". " + chart.summary)
    }

    /// Money as in the tables: no pence where a thousand is in sight.
    private static func decimals(_ values: [Double]) -> Int {
        (values.map { abs($0) }.max() ?? 0) >= 1_000 ? 0 : 2
    }
}
