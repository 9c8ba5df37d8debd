// What is wrong with a line that was to be read back. A value like any finding; it names places
// and shapes and never shows a value, because values are personal data.

package import Events

/// Why a line is not what was expected.
package struct LineProblem: Error, Hashable {
    /// Stable and in words joined by hyphens: `not-json`, `unknown-member`.
    package var code: String
    /// From the beginning of the line, from 0.
    package var byteOffset: Int
    /// The member, with those around it: `data.interaction.talk_microseconds`.
    package var field: String?
    package var found: String?
    package var expected: String
    package var hint: String?

    package init(
        _ code: String, at byteOffset: Int, field: String? = nil, found: String? = nil,
        expected: String, hint: String? = nil
    ) {
        self.code = code
        self.byteOffset = byteOffset
        self.field = field
        self.found = found
        self.expected = expected
        self.hint = hint
    }

    /// The same problem, seen from the object around it.
    func inside(_ member: String) -> LineProblem {
        var copy = self
        copy.field = field.map { member + "." + $0 } ?? member
        return copy
    }

    /// The problem with its place in a file.
    /// - Parameters:
    ///   - line: From 1.
    ///   - lineOffset: Of the line's first byte in the file.
    package func finding(file: String, line: Int, lineOffset: Int, record: Int) -> Finding {
        Finding(
            code: code, file: file, line: line, column: byteOffset + 1,
            byteOffset: lineOffset + byteOffset, record: record, field: field, found: found,
            foundIsPublic: true, expected: expected, hint: hint)
    }
}
