// Markup with balanced tags: what is opened is closed by the same call, and text from files can
// never become markup.

/// Collects markup.
struct HTMLWriter {
    private(set) var text = ""

    /// An element on lines of its own.
    mutating func block(
        _ name: String, _ attributes: [(String, String)] = [],
        _ body: (inout HTMLWriter) -> Void
    ) {
        text += "<\(name)\(HTMLWriter.written(attributes))>\n"
        body(&self)
        text += "</\(name)>\n"
    }

    /// An element with marked text in it, on one line.
    mutating func line(_ name: String, _ attributes: [(String, String)], _ words: String) {
        text += HTMLWriter.element(name, attributes, HTMLWriter.marked(words)) + "\n"
    }

    mutating func line(_ name: String, _ words: String) { line(name, [], words) }

    /// An element with markup in it, on one line.
    mutating func markup(_ name: String, _ attributes: [(String, String)], _ inner: String) {
        text += HTMLWriter.element(name, attributes, inner) + "\n"
    }

    mutating func markup(_ name: String, _ inner: String) { markup(name, [], inner) }

    /// An element that has no end tag.
    mutating func void(_ name: String, _ attributes: [(String, String)]) {
        text += "<\(name)\(HTMLWriter.written(attributes))>\n"
    }

    /// Markup that was made elsewhere, as a picture.
    mutating func raw(_ markup: String) {
        text += markup
        if !markup.hasSuffix("\n") { text += "\n" }
    }

    static func element(
        _ name: String, _ attributes: [(String, String)], _ inner: String
    ) -> String {
        "<\(name)\(written(attributes))>\(inner)</\(name)>"
    }

    static func element(_ name: String, _ inner: String) -> String { element(name, [], inner) }

    private static func written(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
    }

    /// Text as it stands, with nothing left that a browser could take for markup.
    static func escaped(_ words: String) -> String {
        var result = ""
        result.reserveCapacity(words.utf8.count + 16)
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Escaped text in which the signs of provenance are spoken by their names.
    static func marked(_ words: String) -> String {
        var result = ""
        for character in escaped(words) {
            if let mark = ProvenanceMark.allCases.first(where: { $0.sign == String(character) }) {
                result += sign(mark)
            } else {
                result.append(character)
            }
        }
        return result
    }

    static func sign(_ mark: ProvenanceMark) -> String {
        element(
            "span",
            [
                ("class", "mark"), ("role", "img"), ("title", mark.rawValue),
                ("aria-label", mark.rawValue),
            ], mark.sign)
    }
}
