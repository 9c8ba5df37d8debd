// The common ground of the charts that have one row a figure: a column of labels, a plot, an
// axis below it.

/// Where rows and their labels stand.
struct RowLayout: Sendable {
    static let rowHeight = 30.0
    private static let axisHeight = 26.0
    private static let leastPlotWidth = 120.0

    let labelWidth: Double
    let plotStart: Double
    let plotEnd: Double
    let rowCount: Int

    /// - Parameters:
    ///   - leftRoom: Pixels that values need left of the plot's first mark, inside the plot.
    ///   - rightRoom: Pixels that values need right of the plot.
    init(labels: [String], leftRoom: Double, rightRoom: Double) {
        let widest = labels.map { TextMeasure.width($0, size: ChartStyle.labelSize) }.max() ?? 0
        let margins = 2 * ChartStyle.margin + 12
        let free = ChartStyle.width - margins - leftRoom - rightRoom - Self.leastPlotWidth
        labelWidth = max(40, min(widest, ChartStyle.width * 0.36, free))
        plotStart = ChartStyle.margin + labelWidth + 12 + leftRoom
        plotEnd = ChartStyle.width - ChartStyle.margin - rightRoom
        rowCount = labels.count
    }

    var plotTop: Double { ChartStyle.top }
    var plotBottom: Double { plotTop + Double(rowCount) * Self.rowHeight + 4 }
    var height: Double { plotBottom + Self.axisHeight }

    func middle(of row: Int) -> Double {
        plotTop + 2 + (Double(row) + 0.5) * Self.rowHeight
    }

    /// A row's label, cut to its column; the whole of it is in the tooltip.
    func drawLabel(_ writer: inout SVGWriter, _ label: String, row: Int, isBold: Bool = false) {
        let size = ChartStyle.labelSize
        let shown = TextMeasure.fitted(label, width: labelWidth + 1, size: size)
        writer.label(
            shown, x: ChartStyle.margin + labelWidth, y: middle(of: row) + 4.5, anchor: .end,
            isBold: isBold, title: shown == label ? "" : label)
    }

    /// The room that the widest of `texts` needs beside a mark.
    static func room(for texts: [String]) -> Double {
        let widest = texts.map { TextMeasure.width($0, size: ChartStyle.labelSize) }.max() ?? 0
        return widest == 0 ? 0 : widest + 8
    }
}
