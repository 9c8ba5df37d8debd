// What is wrong with an input: a value, never thrown, never stopping a run.

package enum Severity: String, Sendable, CaseIterable {
    case note, warning, error
}

/// One thing wrong with an input, and where.
///
/// `found` may be a field's value and so personal data: the description leaves it out unless it
/// is asked for.
package struct Finding: Hashable, Sendable {
    /// Stable and in words joined by hyphens: `field-count`, `bad-time`.
    package var code: String
    package var severity: Severity
    package var file: String
    /// From 1; `nil` where the finding is about the file as a whole.
    package var line: Int?
    package var column: Int?
    package var byteOffset: Int?
    /// Number of the record in its file, from 1, the header not counted.
    package var record: Int?
    package var field: String?
    package var found: String?
    /// Whether ``found`` may be shown to anyone: a shape ("16 fields"), not a value.
    package var foundIsPublic: Bool
    package var expected: String?
    package var hint: String?

    package init(
        code: String, severity: Severity = .error, file: String, line: Int? = nil,
        column: Int? = nil, byteOffset: Int? = nil, record: Int? = nil, field: String? = nil,
        found: String? = nil, foundIsPublic: Bool = false, expected: String? = nil,
        hint: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
        self.record = record
        self.field = field
        self.found = found
        self.foundIsPublic = foundIsPublic
        self.expected = expected
        self.hint = hint
    }
}

extension Finding: CustomStringConvertible {
    /// `calls.csv:812:31: error: field "duration": expected seconds, found text [bad-number];
    /// hint: ...`
    package var description: String { message(showValues: false) }

    /// The message; with `showValues` the value found is printed even where it may be personal.
    package func message(showValues: Bool) -> String {
        var place = file
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        var parts: [String] = []
        if let expected { parts.append("expected \(expected)") }
        if let found, foundIsPublic || showValues { parts.append("found \(found)") }
        var text = "\(place): \(severity.rawValue): "
        if let field { text += "field \"\(field)\": " }
        text += parts.joined(separator: ", ") + " [\(code)]"
        if let hint { text += "; hint: \(hint)" }
        return text
    }
}

/// Findings counted by code, with the first few of each kept whole.
package struct FindingTally: Sendable {
    package static let keptPerCode = 5

    package private(set) var counts: [String: Int] = [:]
    package private(set) var examples: [String: [Finding]] = [:]

    package init() {}

    package mutating func add(_ finding: Finding) {
        let count = counts[finding.code, default: 0] + 1
        counts[finding.code] = count
        if count <= FindingTally.keptPerCode {
            examples[finding.code, default: []].append(finding)
        }
    }

    package mutating func merge(_ other: FindingTally) {
        for code in other.counts.keys.sorted() {
            counts[code, default: 0] += other.counts[code, default: 0]
            let room = FindingTally.keptPerCode - examples[code, default: []].count
            examples[code, default: []] += other.examples[code, default: []].prefix(max(0, room))
        }
    }

    package var codes: [String] { counts.keys.sorted() }
    package var isEmpty: Bool { counts.isEmpty }
    package var total: Int { counts.values.reduce(0, +) }
}
