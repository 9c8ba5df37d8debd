// Something over something: a curve a series, named at its end.

/// A line chart. Series differ in colour and in dashes, and are named beside their last point.
package struct LineChart: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }

        var isFinite: Bool { x.isFinite && y.isFinite }
    }

    package struct Series: Hashable, Sendable {
        package var name: String
        /// In the order drawn; a point that is not finite makes a gap.
        package var points: [Point]

        package init(name: String, points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    package var text: ChartText
    package var series: [Series]
    package var xLabel: String
    package var yLabel: String
    package var xFormat: NumberFormat
    package var yFormat: NumberFormat
    package var includesZero: Bool

    package init(
        text: ChartText, series: [Series], xLabel: String, yLabel: String,
        xFormat: NumberFormat = .fixed(decimals: 0), yFormat: NumberFormat,
        includesZero: Bool = true
    ) {
        self.text = text
        self.series = series
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.xFormat = xFormat
        self.yFormat = yFormat
        self.includesZero = includesZero
    }

    private static let plotHeight = 240.0

    /// The chart as an SVG element, 720 pixels wide.
    /// - Complexity: O(points).
    package func svg() -> String {
        let points = series.flatMap { $0.points.filter(\.isFinite) }
        guard !points.isEmpty else { return ChartStyle.empty(text) }
        let top = ChartStyle.top + 18
        let bottom = top + plotHeight
        let height = bottom + 46
        let yScale = Scale(
            values: points.map(\.y), includesZero: includesZero, from: bottom, to: top)
        let tickTexts = yScale.ticks.map { Axis.tickText($0, scale: yScale, format: yFormat) }
        let left =
            ChartStyle.margin + 8
            + (tickTexts.map { TextMeasure.width($0, size: ChartStyle.smallSize) }.max() ?? 0)
        let names = series.map { TextMeasure.fitted($0.name, width: 170, size: nameSize) }
        let nameRoom = names.map { TextMeasure.width($0, size: nameSize) }.max() ?? 0
        let right = ChartStyle.width - ChartStyle.margin - nameRoom - 44
        let xScale = Scale(
            values: points.map(\.x), includesZero: false, from: left, to: right, tickGoal: 8)
        var writer = SVGWriter()
        ChartStyle.begin(&writer, text, height: height)
        writer.label(
            yLabel, x: ChartStyle.margin, y: ChartStyle.top + 4, size: ChartStyle.smallSize,
            fill: ChartStyle.quietInk)
        Axis.horizontal(
            &writer, scale: xScale, top: top, bottom: bottom, format: xFormat, marksZero: false)
        Axis.vertical(&writer, scale: yScale, left: left, right: right, format: yFormat)
        writer.label(
            xLabel, x: (left + right) / 2, y: bottom + 36, anchor: .middle,
            size: ChartStyle.smallSize, fill: ChartStyle.quietInk)
        for index in series.indices {
            draw(&writer, series: index, xScale: xScale, yScale: yScale)
        }
        drawNames(&writer, names, x: right + 10, top: top, bottom: bottom, yScale: yScale)
        writer.close()
        return writer.text
    }

    private var nameSize: Double { ChartStyle.labelSize }
    private var plotHeight: Double { Self.plotHeight }

    private func draw(
        _ writer: inout SVGWriter, series index: Int, xScale: Scale, yScale: Scale
    ) {
        let style = ChartStyle.series[index % ChartStyle.series.count]
        for run in series[index].points.split(whereSeparator: { !$0.isFinite }) {
            let places = run.map { point in
                (xScale.position(point.x), yScale.position(point.y))
            }
            if places.count == 1 {
                writer.element(
                    "circle",
                    [
                        ("cx", NumberText.coordinate(places[0].0)),
                        ("cy", NumberText.coordinate(places[0].1)), ("r", "3"),
                        ("fill", style.stroke),
                    ])
                continue
            }
            let list = places.map {
                "\(NumberText.coordinate($0.0)),\(NumberText.coordinate($0.1))"
            }
            var attributes: [SVGWriter.Attribute] = [
                ("points", list.joined(separator: " ")), ("fill", "none"),
                ("stroke", style.stroke), ("stroke-width", "2"), ("stroke-linejoin", "round"),
            ]
            if !style.dash.isEmpty { attributes.append(("stroke-dasharray", style.dash)) }
            writer.element("polyline", attributes)
        }
    }

    /// Names with a sample of their line beside the last points, moved apart where they would
    /// touch.
    private func drawNames(
        _ writer: inout SVGWriter, _ names: [String], x: Double, top: Double, bottom: Double,
        yScale: Scale
    ) {
        let wanted = series.map { one in
            one.points.last(where: \.isFinite).map { yScale.position($0.y) } ?? bottom
        }
        let places = LabelPlaces.spread(wanted, apart: 16, from: top, to: bottom)
        for index in series.indices {
            let style = ChartStyle.series[index % ChartStyle.series.count]
            writer.line(
                x, places[index], x + 24, places[index], stroke: style.stroke, width: 2.5,
                dash: style.dash)
            writer.label(
                names[index], x: x + 30, y: places[index] + 4.5, size: nameSize,
                title: names[index] == series[index].name ? "" : series[index].name)
        }
    }
}

/// Labels on a line, moved as little as needed so that none touches another.
enum LabelPlaces {
    /// Places at least `apart` from each other in the order of the wanted ones (equal ones by
    /// index), inside `from` to `to` where there is room for all.
    static func spread(
        _ wanted: [Double], apart: Double, from: Double, to: Double
    ) -> [Double] {
        let order = wanted.indices.sorted { left, right in
            wanted[left] == wanted[right] ? left < right : wanted[left] < wanted[right]
        }
        var places = wanted
        var floor = from
        for index in order {
            places[index] = max(floor, wanted[index])
            floor = places[index] + apart
        }
        var ceiling = to
        for index in order.reversed() where places[index] > ceiling {
            places[index] = ceiling
            ceiling -= apart
        }
        ceiling = .infinity
        for index in order.reversed() {
            places[index] = min(places[index], ceiling)
            ceiling = places[index] - apart
        }
        return places
    }
}
