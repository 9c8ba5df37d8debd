// Limits of files, functions and lines, and the comment that opens a file.

enum LengthRules {
    static let fileLimit = 500
    static let functionLimit = 70
    static let columnLimit = 100

    static func file(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        guard text.lines.count > fileLimit else { return [] }
        return [
            TidyFinding(
                path: path, line: fileLimit + 1,
                message: "\(text.lines.count) lines, at most \(fileLimit) are allowed; look for a"
                    + " seam and move one concern to a file of its own")
        ]
    }

    static func columns(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        var findings: [TidyFinding] = []
        for (index, line) in text.lines.enumerated() where line.count > columnLimit {
            findings.append(
                TidyFinding(
                    path: path, line: index + 1,
                    message: "\(line.count) columns, at most \(columnLimit) are allowed;"
                        + " break the line"))
        }
        return findings
    }

    static func openingComment(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        if text.lines.first?.hasPrefix("//") == true { return [] }
        return [
            TidyFinding(
                path: path, line: 1,
                message: "the file does not open with a comment; say what it is for and why it"
                    + " exists")
        ]
    }

    static func functions(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        var findings: [TidyFinding] = []
        for function in FunctionFinder(text.code).functions()
        where function.lineCount > functionLimit {
            findings.append(
                TidyFinding(
                    path: path, line: function.line,
                    message: "\(function.name) has \(function.lineCount) lines, at most"
                        + " \(functionLimit) are allowed; move a step to a function of its own"))
        }
        return findings
    }
}

/// Finds functions and their lengths by keywords and braces; the code has no comments or strings.
struct FunctionFinder {
    struct Function: Hashable {
        let name: String
        /// Of the keyword, from 1.
        let line: Int
        /// From the keyword to the closing brace.
        let lineCount: Int
    }

    private let characters: [Character]
    private let lineOf: [Int]

    init(_ code: [String]) {
        var characters: [Character] = []
        var lineOf: [Int] = []
        for (index, line) in code.enumerated() {
            for character in line + "\n" {
                characters.append(character)
                lineOf.append(index + 1)
            }
        }
        self.characters = characters
        self.lineOf = lineOf
    }

    func functions() -> [Function] {
        var result: [Function] = []
        var index = 0
        while index < characters.count {
            guard isNamePart(index) else {
                index += 1
                continue
            }
            let start = index
            while isNamePart(index) { index += 1 }
            let word = String(characters[start..<index])
            let isMember = start > 0 && [".", "`"].contains(characters[start - 1])
            let follows = firstVisible(from: index)
            let isFunction =
                word == "func" || word == "deinit"
                || (["init", "subscript"].contains(word) && ["(", "<", "?"].contains(follows))
            guard isFunction, !isMember, let end = bodyEnd(from: index) else { continue }
            let line = lineOf[start]
            let name = word == "func" ? "func " + functionName(from: index) : word
            result.append(Function(name: name, line: line, lineCount: lineOf[end] - line + 1))
        }
        return result
    }

    private func isNamePart(_ index: Int) -> Bool {
        guard index < characters.count else { return false }
        let character = characters[index]
        return character.isLetter || character.isNumber || character == "_"
    }

    private func firstVisible(from start: Int) -> Character? {
        characters[start...].first { !$0.isWhitespace }
    }

    private func functionName(from start: Int) -> String {
        let rest = characters[start...].drop { $0 == " " }
        return String(rest.prefix { !"(<\n".contains($0) })
    }

    /// The place of the brace that closes the body, or `nil` for a requirement without one.
    private func bodyEnd(from start: Int) -> Int? {
        var brackets = 0
        var hasArguments = false
        var index = start
        while index < characters.count {
            switch characters[index] {
            case "(", "[":
                brackets += 1
                hasArguments = true
            case ")", "]": brackets -= 1
            case "{" where brackets == 0: return closingBrace(from: index)
            case "}" where brackets == 0: return nil
            case "\n" where brackets == 0 && hasArguments:
                if !continuesSignature(from: index) { return nil }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether what follows a line's end still belongs to a function's head.
    private func continuesSignature(from start: Int) -> Bool {
        guard let next = characters[start...].firstIndex(where: { !$0.isWhitespace }) else {
            return false
        }
        if "{-)>&,:".contains(characters[next]) { return true }
        var end = next
        while isNamePart(end) { end += 1 }
        let word = String(characters[next..<end])
        if ["throws", "rethrows", "async", "where"].contains(word) { return true }
        let before = characters[..<start].last { !$0.isWhitespace }
        return before.map { ">,&:(".contains($0) } ?? false
    }

    private func closingBrace(from start: Int) -> Int? {
        var depth = 0
        for index in start..<characters.count {
            if characters[index] == "{" { depth += 1 }
            if characters[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
