// A mapping's columns and a file's header: each name finds its place, or is a finding before
// any record is read.

import Configuration
import Events

/// The columns of one file by name.
struct ColumnBinding {
    let names: [String]
    let file: String
    private let mappingFile: String
    private let decimalPoint: UInt8
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - names: The header's, padding trimmed.
    ///   - decimalPoint: What stands before the decimals of a number.
    init(names: [String], file: String, mappingFile: String, decimalPoint: UInt8) {
        self.decimalPoint = decimalPoint
        self.names = names
        self.file = file
        self.mappingFile = mappingFile
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            findings.append(
                Finding(
                    code: "duplicate-column", file: file, line: 1, found: "\"\(name)\" again",
                    foundIsPublic: true, expected: "each column once in the header"))
        }
    }

    /// The place of a column, from 0; a finding, and 0, where the header does not have it.
    mutating func index(of reference: ColumnReference) -> Int {
        if let index = names.firstIndex(of: reference.name) { return index }
        // A file without a header shows its first record here: only a little of it, and once.
        let isFirst = !findings.contains { $0.code == "unknown-column" }
        let all = names.joined(separator: ", ")
        let shown = all.count > 200 ? String(all.prefix(200)) + "..." : all
        findings.append(
            Finding(
                code: "unknown-column", file: mappingFile, line: reference.line,
                column: reference.column, field: reference.path,
                found: "\"\(reference.name)\"", foundIsPublic: true,
                expected: isFirst ? "a column of \(file): \(shown)" : "a column of \(file)",
                hint: Suggestion.hint(for: reference.name, among: names)
                    ?? "has the file a header line, and is the mapping's delimiter right?"))
        return 0
    }

    mutating func condition(_ condition: ColumnCondition) -> CompiledCondition {
        let test: CompiledCondition.Test =
            switch condition.test {
            case .oneOf(let texts): .oneOf(texts.map { Array($0.utf8) })
            case .noneOf(let texts): .noneOf(texts.map { Array($0.utf8) })
            case .like(let pattern): .like(Glob(pattern))
            case .above(let limit): .above(limit)
            case .below(let limit): .below(limit)
            }
        return CompiledCondition(
            column: index(of: condition.column), test: test, decimalPoint: decimalPoint)
    }
}
