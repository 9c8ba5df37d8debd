// Amounts of things that have names: one horizontal bar each, with its label and its value.

/// A horizontal bar chart.
package struct BarChart: Hashable, Sendable {
    package struct Bar: Hashable, Sendable {
        package var label: String
        /// Not finite: no bar, and `n/a`.
        package var value: Double
        package var tone: ChartTone

        package init(label: String, value: Double, tone: ChartTone = .good) {
            self.label = label
            self.value = value
            self.tone = tone
        }
    }

    package var text: ChartText
    package var bars: [Bar]
    package var format: NumberFormat
    /// Whether positive values get a plus sign, as changes do.
    package var showsPlus: Bool

    package init(
        text: ChartText, bars: [Bar], format: NumberFormat, showsPlus: Bool = false
    ) {
        self.text = text
        self.bars = bars
        self.format = format
        self.showsPlus = showsPlus
    }

    /// The chart as an SVG element, 720 pixels wide.
    /// - Complexity: O(bars).
    package func svg() -> String {
        guard !bars.isEmpty else { return ChartStyle.empty(text) }
        let texts = bars.map { format.text($0.value, showsPlus: showsPlus) }
        let negative = bars.indices.filter { bars[$0].value < 0 }
        let others = bars.indices.filter { !(bars[$0].value < 0) }
        let layout = RowLayout(
            labels: bars.map(\.label), leftRoom: RowLayout.room(for: negative.map { texts[$0] }),
            rightRoom: RowLayout.room(for: others.map { texts[$0] }))
        let scale = Scale(
            values: bars.map(\.value), includesZero: true, from: layout.plotStart,
            to: layout.plotEnd)
        var writer = SVGWriter()
        ChartStyle.begin(&writer, text, height: layout.height)
        Axis.horizontal(
            &writer, scale: scale, top: layout.plotTop, bottom: layout.plotBottom,
            format: format, marksZero: true)
        let zero = scale.position(0)
        for (row, bar) in bars.enumerated() {
            let middle = layout.middle(of: row)
            layout.drawLabel(&writer, bar.label, row: row)
            let tip = bar.value.isFinite ? scale.position(bar.value) : zero
            writer.rectangle(
                x: min(zero, tip), y: middle - 9, width: (tip - zero).magnitude, height: 18,
                fill: bar.tone.fill, title: "\(bar.label): \(texts[row])")
            let isLeft = bar.value < 0
            writer.label(
                texts[row], x: isLeft ? tip - 5 : tip + 5, y: middle + 4.5,
                anchor: isLeft ? .end : .start, hasHalo: true)
        }
        writer.close()
        return writer.text
    }
}
