// Figures with their uncertainty: a dot, the line it may lie on, and where zero is.

/// One row a figure: dot, interval, numbers.
package struct IntervalChart: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package var label: String
        /// Not finite: no dot, and `n/a`.
        package var mean: Double
        /// Both or neither; `nil` where there are too few replications for an interval.
        package var low: Double?
        package var high: Double?
        package var tone: ChartTone

        package init(
            label: String, mean: Double, low: Double? = nil, high: Double? = nil,
            tone: ChartTone = .good
        ) {
            self.label = label
            self.mean = mean
            self.low = low
            self.high = high
            self.tone = tone
        }

        /// The ends where both are known, finite and in order.
        var ends: (low: Double, high: Double)? {
            guard let low, let high, low.isFinite, high.isFinite, low <= high else { return nil }
            return (low, high)
        }
    }

    package var text: ChartText
    package var rows: [Row]
    package var format: NumberFormat
    package var showsPlus: Bool

    package init(
        text: ChartText, rows: [Row], format: NumberFormat, showsPlus: Bool = true
    ) {
        self.text = text
        self.rows = rows
        self.format = format
        self.showsPlus = showsPlus
    }

    /// The chart as an SVG element, 720 pixels wide. All rows share one scale, zero on it.
    /// - Complexity: O(rows).
    package func svg() -> String {
        guard !rows.isEmpty else { return ChartStyle.empty(text) }
        var texts = rows.map { valueText($0, format) }
        // Three long numbers leave no room for the picture; short ones do.
        if RowLayout.room(for: texts) > Self.mostTextRoom {
            texts = rows.map { valueText($0, .compact()) }
        }
        let layout = RowLayout(
            labels: rows.map(\.label), leftRoom: 6, rightRoom: RowLayout.room(for: texts) + 6)
        let values = rows.flatMap { row in
            [row.mean] + (row.ends.map { [$0.low, $0.high] } ?? [])
        }
        let scale = Scale(
            values: values, includesZero: true, from: layout.plotStart, to: layout.plotEnd)
        var writer = SVGWriter()
        ChartStyle.begin(&writer, text, height: layout.height)
        Axis.horizontal(
            &writer, scale: scale, top: layout.plotTop, bottom: layout.plotBottom,
            format: format, marksZero: true)
        for (index, row) in rows.enumerated() {
            layout.drawLabel(&writer, row.label, row: index)
            let y = layout.middle(of: index)
            if let ends = row.ends {
                draw(&writer, from: scale.position(ends.low), to: scale.position(ends.high), y, row)
            }
            if row.mean.isFinite { dot(&writer, x: scale.position(row.mean), y: y, row) }
            writer.label(texts[index], x: layout.plotEnd + 12, y: y + 4.5)
        }
        writer.close()
        return writer.text
    }

    private static let mostTextRoom = 290.0

    private func draw(
        _ writer: inout SVGWriter, from: Double, to: Double, _ y: Double, _ row: Row
    ) {
        writer.line(from, y, to, y, stroke: row.tone.fill, width: 3)
        writer.line(from, y - 5, from, y + 5, stroke: row.tone.fill, width: 2)
        writer.line(to, y - 5, to, y + 5, stroke: row.tone.fill, width: 2)
    }

    private func dot(_ writer: inout SVGWriter, x: Double, y: Double, _ row: Row) {
        writer.open(
            "circle",
            [
                ("cx", NumberText.coordinate(x)), ("cy", NumberText.coordinate(y)), ("r", "5"),
                ("fill", row.tone.fill), ("stroke", "#FFFFFF"), ("stroke-width", "1"),
            ])
        writer.element("title", content: "\(row.label): \(valueText(row, format))")
        writer.close()
    }

    /// `-3.2 (-5.0 to -1.1)`, or the mean alone.
    private func valueText(_ row: Row, _ format: NumberFormat) -> String {
        let mean = format.text(row.mean, showsPlus: showsPlus)
        guard let ends = row.ends else { return mean }
        let low = format.text(ends.low, showsPlus: showsPlus)
        let high = format.text(ends.high, showsPlus: showsPlus)
        return "\(mean) (\(low) to \(high))"
    }
}
