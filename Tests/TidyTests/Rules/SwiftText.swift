// A Swift source as the rules need it: line by line, once as written and once with comments and
// the contents of string literals blanked, so that a word in a message is not taken for code.

/// A source file's lines in two views of equal shape.
struct SwiftText {
    /// The lines as written.
    let lines: [String]
    /// The same lines with spaces in place of comments and string contents.
    let code: [String]

    init(_ text: String) {
        lines = SwiftText.split(text)
        var blanker = Blanker(Array(text))
        code = SwiftText.split(String(blanker.blanked()))
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// Blanks comments and string contents. Interpolations are blanked with their string.
private struct Blanker {
    private let source: [Character]
    private var result: [Character] = []
    private var index = 0

    init(_ source: [Character]) { self.source = source }

    mutating func blanked() -> [Character] {
        result.reserveCapacity(source.count)
        while index < source.count {
            if matches("//") {
                while index < source.count, source[index] != "\n" { blank() }
            } else if matches("/*") {
                blankBlockComment()
            } else if source[index] == "\"" || (source[index] == "#" && opensRawString) {
                blankString()
            } else {
                keep()
            }
        }
        return result
    }

    private func matches(_ text: String, at start: Int? = nil) -> Bool {
        var position = start ?? index
        for character in text {
            guard position < source.count, source[position] == character else { return false }
            position += 1
        }
        return true
    }

    private var opensRawString: Bool {
        var position = index
        while position < source.count, source[position] == "#" { position += 1 }
        return position < source.count && source[position] == "\""
    }

    private mutating func keep() {
        result.append(source[index])
        index += 1
    }

    private mutating func blank() {
        result.append(source[index] == "\n" ? "\n" : " ")
        index += 1
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if matches("/*") {
                depth += 1
                blank()
            } else if matches("*/") {
                depth -= 1
                blank()
            }
            blank()
        } while depth > 0 && index < source.count
    }

    /// From the opening delimiter to the closing one, both kept.
    private mutating func blankString() {
        var hashes = ""
        while source[index] == "#" {
            hashes.append("#")
            keep()
        }
        let quotes = matches("\"\"\"") ? "\"\"\"" : "\""
        for _ in quotes { keep() }
        let escape = "\\" + hashes
        while index < source.count {
            if matches(quotes + hashes) {
                for _ in quotes + hashes { keep() }
                return
            }
            if matches(escape + "(") {
                for _ in escape { blank() }
                blankInterpolation()
            } else if matches(escape) {
                for _ in escape { blank() }
                if index < source.count { blank() }
            } else if source[index] == "\n", quotes.count == 1 {
                return
            } else {
                blank()
            }
        }
    }

    /// A parenthesised expression, strings within it included.
    private mutating func blankInterpolation() {
        var depth = 0
        repeat {
            if source[index] == "\"" {
                let start = result.count
                blankString()
                for place in start..<result.count where result[place] != "\n" {
                    result[place] = " "
                }
                continue
            }
            if source[index] == "(" { depth += 1 }
            if source[index] == ")" { depth -= 1 }
            blank()
        } while depth > 0 && index < source.count
    }
}
