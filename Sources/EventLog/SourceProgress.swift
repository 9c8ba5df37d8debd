// What the log knows of each file it took in: how far it was read, and where every record of it
// went. The counts are the product's promise that nothing disappears on the way in.

package import Events

/// The time that a source says it covers; open at an end it does not state.
package struct SourceCoverage: Hashable, Sendable {
    package var from: Instant?
    /// The end, not included.
    package var to: Instant?
    /// Minutes east of UTC, for printing the two.
    package var offsetMinutes: Int

    package init(from: Instant?, to: Instant?, offsetMinutes: Int) {
        self.from = from
        self.to = to
        self.offsetMinutes = offsetMinutes
    }
}

/// A file together with the mapping that reads it. The two hashes identify it; the same bytes
/// under another name are the same source, and another mapping makes it another one.
package struct SourceDescription: Hashable, Sendable {
    /// The file's name as it was given, for people.
    package var fileName: String
    /// SHA-256 of the file's bytes, 64 hexadecimal digits.
    package var fileHash: String
    package var mappingName: String
    /// SHA-256 of the mapping's bytes, 64 hexadecimal digits.
    package var mappingHash: String
    /// The name of the source, as the mapping states it.
    package var sourceName: String
    package var coverage: SourceCoverage?

    package init(
        fileName: String, fileHash: String, mappingName: String, mappingHash: String,
        sourceName: String, coverage: SourceCoverage? = nil
    ) {
        self.fileName = fileName
        self.fileHash = fileHash
        self.mappingName = mappingName
        self.mappingHash = mappingHash
        self.sourceName = sourceName
        self.coverage = coverage
    }
}

/// Where the records of a file went.
package struct RecordCounts: Hashable, Sendable {
    package var read = 0
    package var accepted = 0
    /// In the log already, with the same content.
    package var duplicates = 0
    /// Left out because the mapping says so.
    package var leftOut = 0
    /// Kept among the rejects: faulty, or in conflict with an event in the log.
    package var rejected = 0

    package init(
        read: Int = 0, accepted: Int = 0, duplicates: Int = 0, leftOut: Int = 0,
        rejected: Int = 0
    ) {
        self.read = read
        self.accepted = accepted
        self.duplicates = duplicates
        self.leftOut = leftOut
        self.rejected = rejected
    }

    /// Whether `accepted + duplicates + left out + rejected = read`, and none is negative.
    package var isBalanced: Bool {
        let parts = [accepted, duplicates, leftOut, rejected]
        return parts.allSatisfy { $0 >= 0 } && parts.reduce(0, +) == read
    }

    /// What came between two moments of one source.
    package static func - (left: RecordCounts, right: RecordCounts) -> RecordCounts {
        RecordCounts(
            read: left.read - right.read, accepted: left.accepted - right.accepted,
            duplicates: left.duplicates - right.duplicates,
            leftOut: left.leftOut - right.leftOut, rejected: left.rejected - right.rejected)
    }

    package static func + (left: RecordCounts, right: RecordCounts) -> RecordCounts {
        RecordCounts(
            read: left.read + right.read, accepted: left.accepted + right.accepted,
            duplicates: left.duplicates + right.duplicates,
            leftOut: left.leftOut + right.leftOut, rejected: left.rejected + right.rejected)
    }
}

/// How often a warning of one code was given.
package struct WarningCount: Hashable, Sendable {
    package var code: String
    package var count: Int

    package init(code: String, count: Int) {
        self.code = code
        self.count = count
    }
}

/// A source and how far it was taken in, as of the last commit.
package struct SourceProgress: Hashable, Sendable {
    package var source: SourceDescription
    package var counts = RecordCounts()
    /// Events taken from the accepted records.
    package var eventCount = 0
    /// Number of the last record read, from 1; zero before the first.
    package var recordsReadThrough = 0
    package var isComplete = false
    /// In the order of their codes.
    package var warnings: [WarningCount] = []
    /// Lines about the source for people, each once, in the order of arrival.
    package var notes: [String] = []
    package var firstRecordedAt: Instant?
    package var lastRecordedAt: Instant?

    package init(source: SourceDescription) { self.source = source }

    /// What contradicts itself in these numbers; empty where all is well.
    package var contradictions: [String] {
        var found: [String] = []
        if !counts.isBalanced {
            found.append(
                "\(counts.accepted) accepted + \(counts.duplicates) duplicates + "
                    + "\(counts.leftOut) left out + \(counts.rejected) rejected is not "
                    + "\(counts.read) read")
        }
        if counts.read != recordsReadThrough {
            found.append("\(counts.read) records read, but through \(recordsReadThrough)")
        }
        return found
    }

    mutating func add(warnings more: [WarningCount]) {
        var byCode: [String: Int] = [:]
        for warning in warnings + more { byCode[warning.code, default: 0] += warning.count }
        warnings = byCode.keys.sorted().map { code in
            WarningCount(code: code, count: byCode[code, default: 0])
        }
    }

    mutating func add(notes more: [String]) {
        for note in more where !notes.contains(note) { notes.append(note) }
    }
}
