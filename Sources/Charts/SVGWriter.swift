// SVG text, element by element: escaped, indented by line, the same bytes for the same calls.

/// Writes well-formed SVG. Attributes keep the order in which they are given.
package struct SVGWriter: Sendable {
    package typealias Attribute = (name: String, value: String)

    private var lines: [String] = []
    private var openNames: [String] = []

    package init() {}

    /// The document so far.
    /// - Precondition: every opened element is closed.
    package var text: String {
        precondition(openNames.isEmpty, "elements left open: \(openNames)")
        return lines.joined(separator: "\n") + "\n"
    }

    package mutating func open(_ name: String, _ attributes: [Attribute] = []) {
        lines.append("\(indent)<\(name)\(Self.list(attributes))>")
        openNames.append(name)
    }

    /// Closes the element opened last.
    /// - Precondition: there is one.
    package mutating func close() {
        precondition(!openNames.isEmpty, "no element is open")
        let name = openNames.removeLast()
        lines.append("\(indent)</\(name)>")
    }

    package mutating func element(_ name: String, _ attributes: [Attribute] = []) {
        lines.append("\(indent)<\(name)\(Self.list(attributes))/>")
    }

    /// An element that holds text only.
    package mutating func element(
        _ name: String, _ attributes: [Attribute] = [], content: String
    ) {
        let inside = Self.escaped(content)
        lines.append("\(indent)<\(name)\(Self.list(attributes))>\(inside)</\(name)>")
    }

    /// An element that holds text and, where `title` is not empty, a tooltip before it. On one
    /// line, since white space inside a text is drawn.
    package mutating func element(
        _ name: String, _ attributes: [Attribute] = [], title: String, content: String
    ) {
        guard !title.isEmpty else { return element(name, attributes, content: content) }
        let inside = "<title>\(Self.escaped(title))</title>\(Self.escaped(content))"
        lines.append("\(indent)<\(name)\(Self.list(attributes))>\(inside)</\(name)>")
    }

    private var indent: String { String(repeating: " ", count: openNames.count) }

    private static func list(_ attributes: [Attribute]) -> String {
        attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
    }

    /// Text for content and for attribute values in double quotes. Characters that XML 1.0 does
    /// not allow become U+FFFD.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
            && scalar.value != 0x7f
    }
}

extension SVGWriter {
    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String,
        width: Double = 1, dash: String = ""
    ) {
        var attributes: [Attribute] = [
            ("x1", NumberText.coordinate(x1)), ("y1", NumberText.coordinate(y1)),
            ("x2", NumberText.coordinate(x2)), ("y2", NumberText.coordinate(y2)),
            ("stroke", stroke), ("stroke-width", NumberText.coordinate(width)),
        ]
        if !dash.isEmpty { attributes.append(("stroke-dasharray", dash)) }
        element("line", attributes)
    }

    /// A rectangle, with a tooltip where `title` is not empty.
    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: String, title: String = ""
    ) {
        let attributes: [Attribute] = [
            ("x", NumberText.coordinate(x)), ("y", NumberText.coordinate(y)),
            ("width", NumberText.coordinate(max(0, width))),
            ("height", NumberText.coordinate(max(0, height))), ("fill", fill),
        ]
        guard !title.isEmpty else { return element("rect", attributes) }
        open("rect", attributes)
        element("title", content: title)
        close()
    }

    /// One line of text, its baseline at `y`.
    mutating func label(
        _ content: String, x: Double, y: Double, anchor: TextAnchor = .start,
        size: Double = ChartStyle.labelSize, fill: String = ChartStyle.ink,
        isBold: Bool = false, hasHalo: Bool = false, title: String = ""
    ) {
        var attributes: [Attribute] = [
            ("x", NumberText.coordinate(x)), ("y", NumberText.coordinate(y)),
            ("font-size", NumberText.coordinate(size)), ("fill", fill),
        ]
        if anchor != .start { attributes.append(("text-anchor", anchor.rawValue)) }
        if isBold { attributes.append(("font-weight", "600")) }
        if hasHalo {
            // White behind the letters, so that a line under them does not cross them out.
            attributes += [
                ("stroke", "#FFFFFF"), ("stroke-width", "4"), ("stroke-linejoin", "round"),
                ("paint-order", "stroke"),
            ]
        }
        element("text", attributes, title: title, content: content)
    }
}

enum TextAnchor: String, Sendable {
    case start, middle, end
}
