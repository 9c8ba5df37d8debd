// From YAML text to a tree of fields with places. This is the one door to the YAML library, and
// the gate for every file that a person writes: mappings, scenarios, costs, rules.

package import Events
import Yams

/// A parsed text, and what is wrong with it so far.
package struct YAMLDocument {
    /// Longest text that is read, in bytes.
    package static let textLimitBytes = 1_048_576
    /// Deepest nesting that is read.
    package static let depthLimit = 32

    /// The whole document; an absent field where the text could not be parsed.
    package let root: Field
    private let collector: FindingCollector

    /// Reads a file's text with `body` and hands over what it made, or refuses the whole file.
    ///
    /// `body` reads on after a mistake, with harmless values in place of the wrong ones; what it
    /// makes of those is dropped. Keys that `body` does not ask for are mistakes too.
    /// - Throws: ``RefusedFile`` with every finding, sorted by place.
    package static func read<Value>(
        text: String, file: String, _ body: (Field) -> Value
    ) throws(RefusedFile) -> Value {
        let document = parse(text: text, file: file)
        let value = body(document.root)
        let findings = document.finish()
        guard findings.isEmpty else { throw RefusedFile(file: file, findings: findings) }
        return value
    }

    /// The same from bytes, which have to be UTF-8.
    package static func read<Value>(
        bytes: [UInt8], file: String, _ body: (Field) -> Value
    ) throws(RefusedFile) -> Value {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let finding = Finding(
                code: "not-utf8", file: file, expected: "text in UTF-8",
                hint: "save the file in UTF-8")
            throw RefusedFile(file: file, findings: [finding])
        }
        return try read(text: text, file: file, body)
    }

    /// Parses a text. Never fails: what is wrong is among the findings.
    /// - Complexity: O(length).
    package static func parse(text: String, file: String) -> YAMLDocument {
        let collector = FindingCollector(file: file)
        let node = YAMLParsing(collector: collector).node(of: text)
        return YAMLDocument(
            root: Field(node: node, path: "", collector: collector), collector: collector)
    }

    /// All findings, now that reading is over: those made on the way, and one for each key that
    /// was never asked for. Empty if and only if the file is accepted.
    package func finish() -> [Finding] {
        if let node = root.node { reportUnknownKeys(under: node, path: "") }
        return collector.findings
    }

    private func reportUnknownKeys(under node: YAMLNode, path: String) {
        switch node.content {
        case .scalar: return
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                reportUnknownKeys(under: item, path: "\(path)[\(index + 1)]")
            }
        case .mapping(let pairs):
            for pair in pairs {
                let valuePath = path.isEmpty ? pair.name : "\(path).\(pair.name)"
                if node.acceptsAnyKey || node.askedNames.contains(pair.name) {
                    reportUnknownKeys(under: pair.value, path: valuePath)
                } else {
                    report(unknown: pair, of: node, path: valuePath)
                }
            }
        }
    }

    private func report(unknown pair: YAMLNode.Pair, of node: YAMLNode, path: String) {
        let names = node.askedNames.sorted()
        let expected =
            names.isEmpty ? "no keys here" : "one of \(names.joined(separator: ", "))"
        collector.add(
            Finding(
                code: "unknown-key", file: collector.file, line: pair.key.line,
                column: pair.key.column, field: path, found: quotedForMessage(pair.name),
                foundIsPublic: true, expected: expected,
                hint: Suggestion.hint(for: pair.name, among: node.askedNames)))
    }
}
