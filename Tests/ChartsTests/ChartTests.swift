// Charts as text: well-formed and the same every time, whatever values and names they are given;
// nothing outside the picture, no label over another, and no number that is not the one given.

import Charts
import Testing

/// The elements of an SVG text, checked for nesting as they are read.
private struct Elements {
    struct Element {
        var name: String
        var attributes: [String: String]
        var content: String

        func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
    }

    var all: [Element] = []
    var isWellFormed = true

    func named(_ name: String) -> [Element] { all.filter { $0.name == name } }

    init(_ text: String) {
        var open: [Int] = []
        for piece in text.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let parts = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                isWellFormed = false
                continue
            }
            var tag = parts[0]
            if tag.hasPrefix("/") {
                let closed = open.popLast().map { all[$0].name }
                if closed != String(tag.dropFirst()) { isWellFormed = false }
            } else {
                let isEmpty = tag.hasSuffix("/")
                if isEmpty { tag.removeLast() }
                all.append(Self.element(tag))
                if !isEmpty { open.append(all.count - 1) }
            }
            if let last = open.last { all[last].content += parts[1] }
        }
        if !open.isEmpty { isWellFormed = false }
    }

    private static func element(_ tag: Substring) -> Element {
        let name = tag.prefix { $0 != " " }
        var attributes: [String: String] = [:]
        let quoted = tag.dropFirst(name.count).split(
            separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: quoted.count - 1, by: 2) {
            attributes[String(quoted[index].drop { $0 == " " }.dropLast())] =
                String(quoted[index + 1])
        }
        return Element(name: String(name), attributes: attributes, content: "")
    }
}

private func title(_ text: String = "A title") -> ChartText {
    ChartText(identifier: "x", title: text, description: "What it shows")
}

private let hardValues: [Double] = [
    0, -0.0, 1, -1, 1e-12, -1e12, 3.3e15, 1e308, -1e308, .leastNonzeroMagnitude, .nan, .infinity,
    -.infinity,
]

private let hardNames = [
    "", "A & B", "<script>alert(1)</script>", "\"quoted\" 'too'", "Ünïcode 顧客",
    "A very long name of a department that nobody would ever print on a card", "tab\there\u{1}",
]

@Suite struct ChartTests {
    /// Every chart, made of the same values and names.
    private func charts(_ values: [Double], _ names: [String]) -> [String] {
        let pairs = values.enumerated().map { (names[$0 % names.count], $1) }
        let bars = pairs.map { BarChart.Bar(label: $0, value: $1) }
        let steps = pairs.map { WaterfallChart.Step(label: $0, value: $1, kind: .change) }
        let rows = pairs.map {
            IntervalChart.Row(label: $0, mean: $1, low: $1 - 1, high: $1 + 1)
        }
        let flows = pairs.enumerated().map {
            FlowChart.Flow(
                caused: $1.0, paid: names[($0 + 1) / 2 % names.count] + ".", value: $1.1)
        }
        let points = values.enumerated().map { LineChart.Point(x: Double($0), y: $1) }
        let format = NumberFormat.fixed(decimals: 1)
        let name = names.first ?? ""
        return [
            BarChart(text: title(name), bars: bars, format: format).svg(),
            WaterfallChart(text: title(name), steps: steps, format: format).svg(),
            IntervalChart(text: title(name), rows: rows, format: .percent(decimals: 1)).svg(),
            FlowChart(
                text: title(name), flows: flows, meaning: .changes, format: .compact()
            ).svg(),
            LineChart(
                text: title(name), series: [LineChart.Series(name: name, points: points)],
                xLabel: name, yLabel: name, yFormat: format
            ).svg(),
        ]
    }

    private func check(_ svg: String, _ place: String) {
        let elements = Elements(svg)
        #expect(elements.isWellFormed, "\(place)")
        let root = elements.all.first
        #expect(root?.attributes["role"] == "img")
        #expect(root?.attributes["aria-labelledby"] == "chart-x-title chart-x-desc")
        #expect(elements.named("title").first?.attributes["id"] == "chart-x-title")
        #expect(elements.named("desc").first?.content == "What it shows")
        #expect(elements.named("script").isEmpty)
        #expect(!svg.contains("nan") && !svg.contains("inf"), "\(place)")
        let height = root?.number("height") ?? 0
        for element in elements.all {
            for (name, limit) in [("x", 720.0), ("x1", 720), ("x2", 720), ("cx", 720)] {
                if let x = element.number(name) { #expect(x >= -0.01 && x <= limit + 0.01) }
            }
            for name in ["y", "y1", "y2", "cy"] {
                if let y = element.number(name) { #expect(y >= -0.01 && y <= height + 0.01) }
            }
            if let width = element.number("width") { #expect(width >= 0 && width <= 720) }
        }
    }

    @Test func anyValuesAndNamesMakeAWellFormedPictureInsideItsFrame() {
        var sets: [[Double]] = [[], [0], [.nan], [5], [-5], hardValues, [1, 2, 3], [-1, -2, -3]]
        for value in hardValues { sets.append([value, value]) }
        sets.append([1e9, 1e9 + 1, 1e9 + 2])
        sets.append([1e-9, 2e-9])
        for values in sets {
            for names in [["plain"], hardNames] {
                for (index, svg) in charts(values, names).enumerated() {
                    check(svg, "chart \(index) of \(values)")
                }
            }
        }
    }

    @Test func theSameInputIsTheSameText() {
        #expect(charts([3, -1, 4, 1.5], hardNames) == charts([3, -1, 4, 1.5], hardNames))
    }

    @Test func nothingToShowSaysSo() {
        for svg in charts([], ["a"]) { #expect(svg.contains(">no data<")) }
        #expect(
            FlowChart(
                text: title(), flows: [.init(caused: "a", paid: "b", value: 0)],
                meaning: .amounts, format: .compact()
            ).svg().contains(">no data<"))
    }

    @Test func textIsEscaped() {
        #expect(SVGWriter.escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;")
        #expect(SVGWriter.escaped("a\u{0}\u{8}b\nc") == "a\u{FFFD}\u{FFFD}b c")
        #expect(SVGWriter.escaped("Zürich 顧客 →") == "Zürich 顧客 →")
    }

    @Test func anIdentifierCannotLeaveItsAttribute() {
        let text = ChartText(identifier: "a b\"<ü>", title: "t", description: "d")
        let svg = BarChart(text: text, bars: [], format: .compact()).svg()
        #expect(svg.contains("aria-labelledby=\"chart-a-b-----title chart-a-b-----desc\""))
    }
}

@Suite struct ChartGeometryTests {
    @Test func barsAreAsLongAsTheirValues() throws {
        let svg = BarChart(
            text: title(),
            bars: [.init(label: "a", value: 10), .init(label: "b", value: -5)],
            format: .fixed(decimals: 0)
        ).svg()
        let bars = Elements(svg).named("rect").dropFirst()
        let widths = bars.compactMap { $0.number("width") }
        #expect(widths.count == 2)
        #expect((widths[0] - 2 * widths[1]).magnitude < 0.03)
        let starts = bars.compactMap { $0.number("x") }
        #expect((starts[1] + widths[1] - starts[0]).magnitude < 0.03)
        #expect(svg.contains(">10<") && svg.contains(">-5<"))
    }

    @Test func aWaterfallStepsFromWhereTheLastOneEnded() throws {
        let chart = WaterfallChart.ledger(
            text: title(), grossSaving: 100, run: 20, unreleased: 30, redistributed: 45,
            deferred: -10, net: 15, format: .fixed(decimals: 0))
        let spans = chart.spans.compactMap(\.self)
        #expect(spans.map(\.from) == [0, 100, 80, 50, 5, 0])
        #expect(spans.map(\.to) == [100, 80, 50, 5, 15, 15])
        let svg = chart.svg()
        for text in ["100", "-20", "-30", "-45", "+10", "15"] {
            #expect(svg.contains(">\(text)</text>"), "\(text)")
        }
    }

    @Test func anIntervalIsDrawnOnlyWhereBothEndsAreKnown() {
        func lines(_ row: IntervalChart.Row) -> Int {
            let svg = IntervalChart(
                text: title(), rows: [row], format: .fixed(decimals: 1)
            ).svg()
            return Elements(svg).named("line").filter { $0.number("stroke-width") ?? 0 >= 2 }.count
        }
        #expect(lines(.init(label: "a", mean: 1, low: 0, high: 2)) == 3)
        #expect(lines(.init(label: "a", mean: 1)) == 0)
        #expect(lines(.init(label: "a", mean: 1, low: 0)) == 0)
        #expect(lines(.init(label: "a", mean: 1, low: .nan, high: 2)) == 0)
    }

    @Test func placesOfAFlowDoNotOverlapHoweverSmall() {
        var flows: [FlowChart.Flow] = []
        for index in 0..<12 {
            let value = index == 0 ? 1e6 : Double(index)
            flows.append(.init(caused: "c\(index % 5)", paid: "p\(index)", value: value))
        }
        let svg = FlowChart(
            text: title(), flows: flows, meaning: .amounts, format: .compact()
        ).svg()
        let elements = Elements(svg)
        for anchor in [Optional("end"), nil] {
            let labels = elements.named("text").filter {
                let isRight = ($0.number("x") ?? 0) > 360
                return $0.attributes["text-anchor"] == anchor && isRight == (anchor == nil)
                    && $0.attributes["font-weight"] == nil
            }
            let places = labels.compactMap { $0.number("y") }.sorted()
            #expect(places.count >= 10)
            for (one, next) in zip(places, places.dropFirst()) { #expect(next - one >= 14) }
        }
    }

    @Test func ribbonsAreAsThickAsTheirValuesOnTheCommonScale() throws {
        let flows = [
            FlowChart.Flow(caused: "a", paid: "p", value: 30),
            FlowChart.Flow(caused: "b", paid: "p", value: 10),
        ]
        func heights(_ fullSum: Double?) -> [Double] {
            let svg = FlowChart(
                text: title(), flows: flows, meaning: .amounts, format: .compact(),
                fullSum: fullSum
            ).svg()
            return Elements(svg).named("rect").dropFirst().compactMap { $0.number("height") }
        }
        let own = heights(nil)
        #expect(own.count == 3)
        #expect((own[0] - 3 * own[1]).magnitude < 0.03)
        #expect((own[2] - own[0] - own[1]).magnitude < 0.03)
        #expect((heights(80)[0] - own[0] / 2).magnitude < 0.03)
    }

    @Test func increasesAndDecreasesOfAFlowDifferInColourAndSign() {
        let chart = FlowChart(
            text: title(),
            flows: [
                .init(caused: "a", paid: "p", value: 5), .init(caused: "b", paid: "q", value: -5),
            ],
            meaning: .changes, format: .fixed(decimals: 0))
        let svg = chart.svg()
        let fills = Elements(svg).named("path").compactMap { $0.attributes["fill"] }
        #expect(Set(fills).count == 2)
        #expect(svg.contains(">+5<") && svg.contains(">-5<"))
        #expect(chart.sumOfMagnitudes == 10)
    }

    @Test func namesOfLinesThatEndTogetherStandApart() {
        let series = (0..<6).map { index in
            LineChart.Series(
                name: "s\(index)", points: [.init(x: 0, y: 0), .init(x: 1, y: 1)])
        }
        let svg = LineChart(
            text: title(), series: series, xLabel: "x", yLabel: "y",
            yFormat: .fixed(decimals: 1)
        ).svg()
        let names = Elements(svg).named("text").filter { $0.content.hasPrefix("s") }
        let places = names.compactMap { $0.number("y") }.sorted()
        #expect(places.count == 6)
        for (one, next) in zip(places, places.dropFirst()) { #expect(next - one >= 15.9) }
    }

    @Test func aPointThatIsNotANumberMakesAGap() {
        let points = [0, 1, .nan, 3, 4, .nan, 6].enumerated().map {
            LineChart.Point(x: Double($0), y: $1)
        }
        let svg = LineChart(
            text: title(), series: [.init(name: "a", points: points)], xLabel: "x", yLabel: "y",
            yFormat: .fixed(decimals: 0)
        ).svg()
        #expect(Elements(svg).named("polyline").count == 2)
        #expect(Elements(svg).named("circle").count == 1)
    }
}

@Suite struct ScaleTests {
    @Test func ticksAreRoundAndHoldTheValues() {
        let table: [([Double], [Double], Int)] = [
            ([0, 10], [0, 2, 4, 6, 8, 10], 0), ([0, 0.25], [0, 0.05, 0.1, 0.15, 0.2, 0.25], 2),
            ([-3, 7], [-4, -2, 0, 2, 4, 6, 8], 0), ([], [0, 0.2, 0.4, 0.6, 0.8, 1], 1),
            ([0, 0], [0, 0.2, 0.4, 0.6, 0.8, 1], 1), ([1200, 1200], [0, 500, 1000, 1500], 0),
            ([.nan, 4], [0, 1, 2, 3, 4], 0),
        ]
        for (values, ticks, decimals) in table {
            let scale = Scale(values: values, includesZero: true, from: 0, to: 100)
            #expect(scale.ticks == ticks, "\(values)")
            #expect(scale.tickDecimals == decimals, "\(values)")
        }
        let far = Scale(values: [101, 109], includesZero: false, from: 0, to: 100)
        #expect(far.ticks == [100, 102, 104, 106, 108, 110])
    }

    @Test func positionsRunFromEndToEndAndStayInside() {
        let scale = Scale(values: [0, 10], includesZero: true, from: 300, to: 100)
        #expect(scale.position(0) == 300)
        #expect(scale.position(10) == 100)
        #expect(scale.position(5) == 200)
        #expect(scale.position(-99) == 300)
        #expect(scale.position(.infinity) == 100)
        #expect(scale.position(.nan) == 300)
    }

    @Test func hardValuesMakeAUsableScale() {
        for first in hardValues {
            for second in hardValues {
                let scale = Scale(
                    values: [first, second], includesZero: false, from: 0, to: 1)
                #expect(scale.low < scale.high && scale.low.isFinite && scale.high.isFinite)
                #expect(scale.ticks.count >= 2 && scale.ticks.count <= 16)
            }
        }
    }
}
