// How one amount becomes another: gross saving, what is taken from it, what is left.

/// A waterfall, one row a step, running down the page.
package struct WaterfallChart: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A standing amount, drawn from zero: the first and the last step, or a subtotal.
        case total
        /// A change, drawn from where the steps before it ended.
        case change
    }

    package struct Step: Hashable, Sendable {
        package var label: String
        /// Signed: a deduction is negative. Not finite: no bar, and `n/a`.
        package var value: Double
        package var kind: Kind

        package init(label: String, value: Double, kind: Kind) {
            self.label = label
            self.value = value
            self.kind = kind
        }
    }

    package var text: ChartText
    package var steps: [Step]
    package var format: NumberFormat

    package init(text: ChartText, steps: [Step], format: NumberFormat) {
        self.text = text
        self.steps = steps
        self.format = format
    }

    /// The steps of a ledger of change: `net = gross − run − unreleased − redistributed −
    /// deferred`. Costs are given as they are booked, positive where they cost, and drawn as
    /// deductions.
    package static func ledger(
        text: ChartText, grossSaving: Double, run: Double, unreleased: Double,
        redistributed: Double, deferred: Double, net: Double, format: NumberFormat
    ) -> WaterfallChart {
        WaterfallChart(
            text: text,
            steps: [
                Step(label: "Gross saving", value: grossSaving, kind: .total),
                Step(label: "Run cost", value: -run, kind: .change),
                Step(label: "Unreleased capacity", value: -unreleased, kind: .change),
                Step(label: "Redistributed", value: -redistributed, kind: .change),
                Step(label: "Deferred", value: -deferred, kind: .change),
                Step(label: "Net", value: net, kind: .total),
            ],
            format: format)
    }

    /// From where to where each step is drawn; `nil` where its value is not finite.
    package var spans: [(from: Double, to: Double)?] {
        var reached = 0.0
        return steps.map { step in
            guard step.value.isFinite else { return nil }
            let from = step.kind == .total ? 0 : reached
            reached = from + step.value
            return (from, reached)
        }
    }

    /// The chart as an SVG element, 720 pixels wide.
    /// - Complexity: O(steps).
    package func svg() -> String {
        guard !steps.isEmpty else { return ChartStyle.empty(text) }
        let texts = steps.map { format.text($0.value, showsPlus: $0.kind == .change) }
        let spans = self.spans
        let room = RowLayout.room(for: texts)
        let hasLeft = spans.contains { ($0?.to ?? 0) < ($0?.from ?? 0) }
        let layout = RowLayout(
            labels: steps.map(\.label), leftRoom: hasLeft ? room : 0, rightRoom: room)
        let ends = spans.flatMap { span in span.map { [$0.from, $0.to] } ?? [] }
        let scale = Scale(
            values: ends, includesZero: true, from: layout.plotStart, to: layout.plotEnd)
        var writer = SVGWriter()
        ChartStyle.begin(&writer, text, height: layout.height)
        Axis.horizontal(
            &writer, scale: scale, top: layout.plotTop, bottom: layout.plotBottom,
            format: format, marksZero: true)
        var lastEnd: (row: Int, value: Double)?
        for (row, step) in steps.enumerated() {
            layout.drawLabel(&writer, step.label, row: row, isBold: step.kind == .total)
            let middle = layout.middle(of: row)
            guard let span = spans[row] else {
                writer.label(texts[row], x: scale.position(0) + 5, y: middle + 4.5)
                continue
            }
            if let last = lastEnd {
                let x = scale.position(last.value)
                writer.line(
                    x, layout.middle(of: last.row) + 9, x, middle + 9,
                    stroke: ChartStyle.quietInk, dash: "3 2")
            }
            lastEnd = (row, span.to)
            draw(&writer, row: row, span: span, value: texts[row], scale: scale, middle: middle)
        }
        writer.close()
        return writer.text
    }

    private func draw(
        _ writer: inout SVGWriter, row: Int, span: (from: Double, to: Double), value: String,
        scale: Scale, middle: Double
    ) {
        let step = steps[row]
        let tone: ChartTone = step.kind == .total ? .total : (step.value < 0 ? .bad : .good)
        let from = scale.position(span.from)
        let to = scale.position(span.to)
        // A change too small to see is still drawn: one pixel.
        let width = step.value == 0 ? 0 : max(1, (to - from).magnitude)
        writer.rectangle(
            x: min(from, to), y: middle - 9, width: width, height: 18, fill: tone.fill,
            title: "\(step.label): \(value)")
        let isLeft = to < from
        writer.label(
            value, x: isLeft ? min(from, to) - 5 : max(from, to) + 5, y: middle + 4.5,
            anchor: isLeft ? .end : .start, isBold: step.kind == .total, hasHalo: true)
    }
}
