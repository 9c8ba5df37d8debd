// The call into the YAML library, and the walk that copies its tree into ours. What the library
// accepts and this product does not (aliases, own tags, deep nesting) is refused here.

import Events
import Yams

struct YAMLParsing {
    let collector: FindingCollector

    /// The most words beginning with `*` that a text may hold before it is handed to the
    /// library. Aliases are refused anyway once parsed; the library, however, hashes mapping
    /// keys before we see them, and aliases of aliases would make that work exponential.
    private static let aliasWordLimit = 24

    /// The root of the tree, or `nil` with a finding.
    func node(of text: String) -> YAMLNode? {
        let length = text.utf8.count
        guard length <= YAMLDocument.textLimitBytes else {
            return refuse(
                "text-too-long", found: "\(length) bytes",
                expected: "at most \(YAMLDocument.textLimitBytes) bytes")
        }
        guard YAMLParsing.aliasWords(in: text) <= YAMLParsing.aliasWordLimit else {
            return refuse(
                "alias", expected: "no aliases (*name)",
                hint: "write the value out; quote text that begins with an asterisk")
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // The parser owns the anchors; nodes refer to them weakly.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else {
                    return refuse("empty-file", found: "nothing", expected: "a mapping")
                }
                return copy(root, depth: 1)
            }
        } catch let error as YamlError {
            return report(error, text: text)
        } catch {
            return refuse("bad-yaml", found: "\(error)", expected: "YAML")
        }
    }

    private static func aliasWords(in text: String) -> Int {
        var count = 0
        var previous = UInt8(ascii: " ")
        var isAfterAsterisk = false
        for byte in text.utf8 {
            if isAfterAsterisk, byte > 0x20 { count += 1 }
            let isWordStart = previous <= 0x20 || "[{,:-?".utf8.contains(previous)
            isAfterAsterisk = byte == UInt8(ascii: "*") && isWordStart
            previous = byte
        }
        return count
    }

    private func copy(_ node: Node, depth: Int) -> YAMLNode? {
        let line = node.mark?.line ?? 1
        let column = node.mark?.column ?? 1
        guard depth <= YAMLDocument.depthLimit else {
            return refuse(
                "too-deep", line: line, column: column,
                expected: "at most \(YAMLDocument.depthLimit) levels of nesting")
        }
        if node.anchor != nil {
            return refuse(
                "alias", line: line, column: column, expected: "no anchors (&name) or aliases",
                hint: "write the value out in each place; quote text that begins with &")
        }
        switch node {
        case .scalar(let scalar):
            guard isOwn(tag: scalar.tag, line: line, column: column) else { return nil }
            let content = YAMLNode.Content.scalar(
                text: scalar.string, isPlain: scalar.style == .plain)
            return YAMLNode(line: line, column: column, content: content)
        case .sequence(let sequence):
            guard isOwn(tag: sequence.tag, line: line, column: column) else { return nil }
            let items = sequence.compactMap { copy($0, depth: depth + 1) }
            return YAMLNode(line: line, column: column, content: .sequence(items))
        case .mapping(let mapping):
            guard isOwn(tag: mapping.tag, line: line, column: column) else { return nil }
            let pairs = mapping.compactMap { copy(pair: ($0.key, $0.value), depth: depth) }
            return YAMLNode(line: line, column: column, content: .mapping(pairs))
        case .alias:
            return refuse(
                "alias", line: line, column: column, expected: "no aliases (*name)")
        }
    }

    private func copy(pair: (key: Node, value: Node), depth: Int) -> YAMLNode.Pair? {
        guard let key = copy(pair.key, depth: depth + 1) else { return nil }
        guard case .scalar(let name, _) = key.content else {
            let _: YAMLNode? = refuse(
                "bad-key", line: key.line, column: key.column, found: key.shape,
                expected: "a key that is text")
            return nil
        }
        guard let value = copy(pair.value, depth: depth + 1) else { return nil }
        return YAMLNode.Pair(key: key, name: name, value: value)
    }

    /// Whether a value has no tag of its own (`!name`), which would ask for another type.
    private func isOwn(tag: Tag, line: Int, column: Int) -> Bool {
        let accepted: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
        if accepted.contains(where: { $0.rawValue == tag.description }) { return true }
        let _: YAMLNode? = refuse(
            "tag", line: line, column: column, found: quotedForMessage(tag.description),
            expected: "no tags (!name)", hint: "quote text that begins with an exclamation mark")
        return false
    }

    private func report(_ error: YamlError, text: String) -> YAMLNode? {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            // The parser's own words begin so as well, now and then.
            let found = problem.hasPrefix("found ") ? String(problem.dropFirst(6)) : problem
            return refuse(
                "bad-yaml", line: mark.line, column: mark.column, found: found,
                expected: "YAML", hint: hint(at: mark, in: text))
        case .composer(_, let problem, let mark, _):
            return refuse(
                "bad-yaml", line: mark.line, column: mark.column, found: problem,
                expected: "one YAML document")
        case .duplicatedKeysInMapping(let names, let context):
            let shown = names.sorted().map(quotedForMessage).joined(separator: ", ")
            return refuse(
                "duplicate-key", line: context.mark.line, column: context.mark.column,
                found: "\(shown) more than once", expected: "each key once in a mapping",
                hint: "the place is that of the first")
        case .reader(let problem, let offset, _, _):
            let place = YAMLParsing.place(ofCharacter: offset ?? 0, in: text)
            return refuse(
                "bad-yaml", line: place.line, column: place.column, found: problem,
                expected: "text without control characters")
        default:
            return refuse("bad-yaml", found: "\(error)", expected: "YAML")
        }
    }

    /// A tab where indentation should be is the usual reason, and the library does not say so.
    private func hint(at mark: Mark, in text: String) -> String? {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard mark.line >= 1, mark.line <= lines.count else { return nil }
        let leading = lines[mark.line - 1].prefix { $0 == 0x20 || $0 == 0x09 }
        return leading.contains(0x09) ? "indent with spaces; this line begins with a tab" : nil
    }

    private static func place(ofCharacter offset: Int, in text: String) -> (line: Int, column: Int)
    {
        var line = 1
        var column = 1
        for character in text.prefix(offset) {
            column += 1
            if character.isNewline {
                line += 1
                column = 1
            }
        }
        return (line, column)
    }

    private func refuse(
        _ code: String, line: Int? = nil, column: Int? = nil, found: String? = nil,
        expected: String, hint: String? = nil
    ) -> YAMLNode? {
        collector.add(
            Finding(
                code: code, file: collector.file, line: line, column: column, found: found,
                foundIsPublic: true, expected: expected, hint: hint))
        return nil
    }
}
