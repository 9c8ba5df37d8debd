// What all charts share: size, colours, type, and the frame that makes a picture readable to
// people who do not see it.

/// What a chart is called and says.
package struct ChartText: Hashable, Sendable {
    /// Unique on its page: letters, digits, `-` and `_`; anything else becomes `-`.
    package var identifier: String
    /// Drawn above the chart and read as its name.
    package var title: String
    /// What the chart shows, for readers who do not see it.
    package var description: String

    package init(identifier: String, title: String, description: String) {
        self.identifier = identifier
        self.title = title
        self.description = description
    }

    var safeIdentifier: String {
        let safe = identifier.unicodeScalars.map { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar == "-" || scalar == "_"
                    || ("0"..."9").contains(scalar))
                ? String(scalar) : "-"
        }
        return "chart-" + safe.joined()
    }
}

/// What a value means to the reader. Colours are Okabe and Ito's ("Color universal design",
/// 2008), told apart with every common colour blindness; their greys differ in print. Sign and
/// label say the same again, so that colour is never alone.
package enum ChartTone: Hashable, Sendable, CaseIterable {
    case neutral
    case good
    case bad
    case total

    var fill: String {
        switch self {
        case .neutral: "#56B4E9"
        case .good: "#0072B2"
        case .bad: "#D55E00"
        case .total: "#4D4D4D"
        }
    }
}

enum ChartStyle {
    static let width = 720.0
    static let margin = 12.0
    static let titleSize = 16.0
    static let labelSize = 13.0
    static let smallSize = 12.0
    static let ink = "#1A1A1A"
    static let quietInk = "#595959"
    static let grid = "#DDDDDD"
    static let zeroLine = "#333333"
    static let fonts = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
    /// Where the drawing begins below the title.
    static let top = 44.0

    /// Line colours and dashes for series, in order.
    static let series: [(stroke: String, dash: String)] = [
        ("#0072B2", ""), ("#D55E00", "7 3"), ("#009E73", "2 3"), ("#CC79A7", "9 3 2 3"),
        ("#4D4D4D", "4 2"), ("#E69F00", "12 4"),
    ]

    /// Opens the frame: role, name, description, background and the drawn title.
    static func begin(_ writer: inout SVGWriter, _ text: ChartText, height: Double) {
        let identifier = text.safeIdentifier
        writer.open(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", "0 0 720 \(NumberText.coordinate(height))"), ("width", "720"),
                ("height", NumberText.coordinate(height)),
                ("style", "max-width:100%;height:auto"), ("role", "img"),
                ("aria-labelledby", "\(identifier)-title \(identifier)-desc"),
                ("font-family", fonts),
            ])
        writer.element("title", [("id", "\(identifier)-title")], content: text.title)
        writer.element("desc", [("id", "\(identifier)-desc")], content: text.description)
        writer.rectangle(x: 0, y: 0, width: width, height: height, fill: "#FFFFFF")
        let shown = TextMeasure.fitted(
            text.title, width: width - 2 * margin, size: titleSize * 1.06)
        writer.label(shown, x: margin, y: 24, size: titleSize, isBold: true)
    }

    /// A chart of nothing says so.
    static func empty(_ text: ChartText) -> String {
        var writer = SVGWriter()
        begin(&writer, text, height: 84)
        writer.label("no data", x: margin, y: 58, fill: quietInk)
        writer.close()
        return writer.text
    }
}

/// Widths of text without a font at hand: generous, so that what is laid out by them fits in any
/// of the family list.
enum TextMeasure {
    /// The width of one line in pixels.
    static func width(_ text: String, size: Double) -> Double {
        var units = 0.0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "i", "j", "l", "I", "!", "|", "'", ".", ",", ":", ";": units += 0.31
            case "f", "t", "r", "(", ")", "[", "]", " ", "-", "/": units += 0.40
            case "m", "w", "M", "W", "%", "@": units += 0.95
            case "A"..."Z": units += 0.70
            default: units += scalar.value < 0x2e80 ? 0.61 : 1.05
            }
        }
        return units * size
    }

    /// The text, cut with an ellipsis where it is wider than `width`.
    static func fitted(_ text: String, width limit: Double, size: Double) -> String {
        guard width(text, size: size) > limit else { return text }
        var kept = text
        while !kept.isEmpty, width(kept + "…", size: size) > limit { kept.removeLast() }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }
}
