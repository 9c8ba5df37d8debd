// Ticks, their grid lines and labels.

/// Draws the ticks of a scale.
enum Axis {
    /// Grid lines from `top` to `bottom` and labels below, for a scale that runs to the right.
    /// Labels that would touch are left out, every second or third one.
    static func horizontal(
        _ writer: inout SVGWriter, scale: Scale, top: Double, bottom: Double,
        format: NumberFormat, marksZero: Bool
    ) {
        let texts = scale.ticks.map { tickText($0, scale: scale, format: format) }
        let widest = texts.map { TextMeasure.width($0, size: ChartStyle.smallSize) }.max() ?? 0
        let spacing = (scale.end - scale.start) / Double(max(1, scale.ticks.count - 1))
        let stride = max(1, Int(((widest + 10) / max(1, spacing)).rounded(.up)))
        let anchor = scale.ticks.firstIndex(of: 0) ?? 0
        for (index, tick) in scale.ticks.enumerated() {
            let x = scale.position(tick)
            let isZero = marksZero && tick == 0
            writer.line(
                x, top, x, bottom, stroke: isZero ? ChartStyle.zeroLine : ChartStyle.grid,
                width: isZero ? 1.5 : 1)
            guard (index - anchor) % stride == 0 else { continue }
            let half = TextMeasure.width(texts[index], size: ChartStyle.smallSize) / 2
            let centre = max(half + 2, min(ChartStyle.width - half - 2, x))
            writer.label(
                texts[index], x: centre, y: bottom + 16, anchor: .middle,
                size: ChartStyle.smallSize, fill: ChartStyle.quietInk)
        }
    }

    /// Grid lines from `left` to `right` and labels left of them, for a scale that runs upward.
    static func vertical(
        _ writer: inout SVGWriter, scale: Scale, left: Double, right: Double,
        format: NumberFormat
    ) {
        for tick in scale.ticks {
            let y = scale.position(tick)
            let isZero = tick == 0
            writer.line(
                left, y, right, y, stroke: isZero ? ChartStyle.zeroLine : ChartStyle.grid,
                width: isZero ? 1.5 : 1)
            writer.label(
                tickText(tick, scale: scale, format: format), x: left - 6, y: y + 4,
                anchor: .end, size: ChartStyle.smallSize, fill: ChartStyle.quietInk)
        }
    }

    /// A tick has the decimals that it needs, whatever the values have.
    static func tickText(_ tick: Double, scale: Scale, format: NumberFormat) -> String {
        // Steps too fine or too coarse for plain notation.
        if scale.tickDecimals > 8 || tick.magnitude >= 1e15 { return NumberText.scientific(tick) }
        switch format {
        case .fixed:
            return NumberText.fixed(tick, decimals: scale.tickDecimals)
        case .percent:
            return NumberText.percent(tick, decimals: max(0, scale.tickDecimals - 2))
        case .compact:
            return NumberText.compact(tick)
        }
    }
}
