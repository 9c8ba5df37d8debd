// Where everything that is wrong with one file comes together, so that a reader can go on after
// the first mistake and its user sees all of them at once.

package import Events

/// Collects the findings about one file. It has an identity: every ``Field`` of a document
/// records into the same one.
package final class FindingCollector {
    /// More findings than this about one file are not kept: the first ones matter.
    package static let limit = 200

    package let file: String
    private var kept: [Finding] = []

    package init(file: String) { self.file = file }

    package var isEmpty: Bool { kept.isEmpty }

    /// The findings in the order of their places; those of one place in the order they were made.
    package var findings: [Finding] {
        kept.enumerated().sorted { left, right in
            let leftPlace = (left.element.line ?? 0, left.element.column ?? 0, left.offset)
            let rightPlace = (right.element.line ?? 0, right.element.column ?? 0, right.offset)
            return leftPlace < rightPlace
        }.map(\.element)
    }

    package func add(_ finding: Finding) {
        if kept.count < FindingCollector.limit { kept.append(finding) }
    }
}

/// A file that is refused as a whole, with everything found wrong in it.
package struct RefusedFile: Error, CustomStringConvertible {
    package let file: String
    /// Never empty; in the order of their places.
    package let findings: [Finding]

    package init(file: String, findings: [Finding]) {
        precondition(!findings.isEmpty, "\(file) is refused without a finding")
        self.file = file
        self.findings = findings
    }

    package var description: String {
        findings.map(\.description).joined(separator: "\n")
    }
}
