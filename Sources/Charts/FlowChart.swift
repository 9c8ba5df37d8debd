// Who causes a cost and who pays it: ribbons from the causing places on the left to the paying
// places on the right.

/// A flow picture (after M. H. P. R. Sankey, 1898) of a matrix caused × paid.
package struct FlowChart: Hashable, Sendable {
    package struct Flow: Hashable, Sendable {
        package var caused: String
        package var paid: String
        /// An amount, or a change of one. Zero and what is not finite is not drawn.
        package var value: Double

        package init(caused: String, paid: String, value: Double) {
            self.caused = caused
            self.paid = paid
            self.value = value
        }
    }

    package enum Meaning: Hashable, Sendable {
        /// Amounts: every ribbon in the neutral colour, a negative one in the colour of savings.
        case amounts
        /// Changes: increases and decreases in two colours, with signs.
        case changes
    }

    package var text: ChartText
    package var flows: [Flow]
    package var meaning: Meaning
    package var format: NumberFormat
    /// The sum of magnitudes that fills the whole height. The larger of two charts' sums makes
    /// baseline and scenario comparable; `nil` takes the chart's own.
    package var fullSum: Double?
    package var leftHeading: String
    package var rightHeading: String

    package init(
        text: ChartText, flows: [Flow], meaning: Meaning, format: NumberFormat,
        fullSum: Double? = nil, leftHeading: String = "Caused by",
        rightHeading: String = "Paid by"
    ) {
        self.text = text
        self.flows = flows
        self.meaning = meaning
        self.format = format
        self.fullSum = fullSum
        self.leftHeading = leftHeading
        self.rightHeading = rightHeading
    }

    /// The sum of the magnitudes that are drawn, for ``fullSum`` of a chart beside this one.
    package var sumOfMagnitudes: Double {
        drawn.reduce(0) { $0 + $1.value.magnitude }
    }

    private var drawn: [Flow] { flows.filter { $0.value.isFinite && $0.value != 0 } }

    /// The chart as an SVG element, 720 pixels wide and as high as its places need. Places stand
    /// in the order of their first flow.
    /// - Complexity: O(flows · log flows + places).
    package func svg() -> String {
        let flows = drawn
        guard !flows.isEmpty else { return ChartStyle.empty(text) }
        let layout = FlowLayout(flows: flows, fullSum: fullSum ?? sumOfMagnitudes)
        var writer = SVGWriter()
        ChartStyle.begin(&writer, text, height: layout.height)
        for (heading, x, anchor) in [
            (leftHeading, FlowLayout.leftEdge, TextAnchor.end),
            (rightHeading, FlowLayout.rightEdge, TextAnchor.start),
        ] {
            writer.label(
                heading, x: x, y: ChartStyle.top + 6, anchor: anchor,
                size: ChartStyle.smallSize, fill: ChartStyle.quietInk, isBold: true)
        }
        // Thick ribbons first, so that thin ones are not hidden under them.
        let order = layout.ribbons.indices.sorted { left, right in
            let first = layout.ribbons[left].thickness
            let second = layout.ribbons[right].thickness
            return first == second ? left < right : first > second
        }
        for index in order { draw(&writer, layout.ribbons[index], flow: flows[index]) }
        for index in order { drawValue(&writer, layout.ribbons[index], flow: flows[index]) }
        for node in layout.left { draw(&writer, node, isLeft: true) }
        for node in layout.right { draw(&writer, node, isLeft: false) }
        writer.close()
        return writer.text
    }

    private func valueText(_ value: Double) -> String {
        format.text(value, showsPlus: meaning == .changes)
    }

    private func tone(_ value: Double) -> ChartTone {
        if value < 0 { return .good }
        return meaning == .changes ? .bad : .neutral
    }

    private func draw(_ writer: inout SVGWriter, _ ribbon: FlowLayout.Ribbon, flow: Flow) {
        let x0 = FlowLayout.leftEdge + FlowLayout.nodeWidth
        let x1 = FlowLayout.rightEdge - FlowLayout.nodeWidth
        let bend = (x0 + x1) / 2
        func pair(_ x: Double, _ y: Double) -> String {
            "\(NumberText.coordinate(x)) \(NumberText.coordinate(y))"
        }
        let low0 = ribbon.leftTop + ribbon.thickness
        let low1 = ribbon.rightTop + ribbon.thickness
        let path =
            "M\(pair(x0, ribbon.leftTop)) C\(pair(bend, ribbon.leftTop)) "
            + "\(pair(bend, ribbon.rightTop)) \(pair(x1, ribbon.rightTop)) "
            + "L\(pair(x1, low1)) C\(pair(bend, low1)) \(pair(bend, low0)) \(pair(x0, low0)) Z"
        let fill = tone(flow.value).fill
        writer.open(
            "path",
            [
                ("d", path), ("fill", fill), ("fill-opacity", "0.5"), ("stroke", fill),
                ("stroke-width", "0.5"),
            ])
        writer.element(
            "title", content: "\(flow.caused) → \(flow.paid): \(valueText(flow.value))")
        writer.close()
    }

    /// A ribbon's value stands where it leaves its node; there ribbons do not overlap.
    private func drawValue(_ writer: inout SVGWriter, _ ribbon: FlowLayout.Ribbon, flow: Flow) {
        guard ribbon.thickness >= 16, ribbon.isOneOfSeveral else { return }
        writer.label(
            valueText(flow.value), x: FlowLayout.leftEdge + FlowLayout.nodeWidth + 6,
            y: ribbon.leftTop + ribbon.thickness / 2 + 4, size: ChartStyle.smallSize)
    }

    private func draw(_ writer: inout SVGWriter, _ node: FlowLayout.Node, isLeft: Bool) {
        let edge = isLeft ? FlowLayout.leftEdge : FlowLayout.rightEdge - FlowLayout.nodeWidth
        let value = valueText(node.sum)
        writer.rectangle(
            x: edge, y: node.top, width: FlowLayout.nodeWidth, height: node.thickness,
            fill: ChartTone.total.fill, title: "\(node.name): \(value)")
        let x = isLeft ? edge - 6 : edge + FlowLayout.nodeWidth + 6
        let middle = node.top + node.thickness / 2
        let shown = TextMeasure.fitted(
            node.name, width: FlowLayout.labelWidth, size: ChartStyle.labelSize)
        let anchor: TextAnchor = isLeft ? .end : .start
        writer.label(
            shown, x: x, y: middle - 3, anchor: anchor,
            title: shown == node.name ? "" : node.name)
        writer.label(
            value, x: x, y: middle + 12, anchor: anchor, size: ChartStyle.smallSize,
            fill: ChartStyle.quietInk)
    }
}
