// Reading the beginning of a file as an ingest would, and changing nothing: to see what would land,
// and to stop where most of it would not.

package import Events
package import Ingestion

/// A file of whose first records more are rejected than may be.
package struct MostlyWrongFile: Error, CustomStringConvertible {
    package var file: String
    package var read: Int
    package var rejected: Int
    package var limit: Double
    /// By code, with examples.
    package var findings: FindingTally

    package var description: String {
        var lines = [
            "\(file): \(rejected) of its first \(read) records would be rejected, more than "
                + "\(percent(limit)) %; nothing was changed. Mend the mapping "
                + "(downstream ingest --dry-run 20 shows what it does), or allow it with "
                + "--max-rejected"
        ]
        for code in findings.codes.sorted(by: isMoreFrequent) {
            lines.append("  \(findings.counts[code] ?? 0) x \(code), first:")
            if let first = findings.examples[code]?.first { lines.append("    \(first)") }
        }
        return lines.joined(separator: "\n")
    }

    private func isMoreFrequent(_ left: String, _ right: String) -> Bool {
        (findings.counts[left] ?? 0, right) > (findings.counts[right] ?? 0, left)
    }

    private func percent(_ share: Double) -> String {
        let tenths = Int((share * 1_000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

/// What the beginning of a file would come to.
package struct TriedFile: Sendable {
    package var file: String
    package var read = 0
    package var accepted = 0
    package var leftOut = 0
    package var rejected = 0
    /// The events, whose symbols ``names`` has; personal values as they are.
    package var rows = RecordRows()
    package var names = NameList()
    package var rejects: [Finding] = []
    package var findings = FindingTally()
    package var warnings = FindingTally()
}

/// Reads beginnings of files.
package struct IngestTrial {
    /// Half of the records.
    package static let usualLimit = 0.5
    /// So many records are tried.
    private static let checkedCount = 10_000
    /// Fewer records say nothing about the mapping.
    private static let leastCount = 10

    private let mapping: RecordMapping
    private let limit: Double

    /// - Parameter limit: the greatest share of records that may be rejected.
    package init(_ mapping: RecordMapping, limit: Double = IngestTrial.usualLimit) {
        self.mapping = mapping
        self.limit = limit
    }

    /// - Throws: ``MostlyWrongFile``, ``IngestionError``.
    func check(_ input: InputFile) throws {
        guard limit < 1 else { return }
        let tried = try read(input, count: IngestTrial.checkedCount)
        guard tried.read >= IngestTrial.leastCount,
            Double(tried.rejected) > limit * Double(tried.read)
        else { return }
        throw MostlyWrongFile(
            file: tried.file, read: tried.read, rejected: tried.rejected, limit: limit,
            findings: tried.findings)
    }

    /// The first records of a file, with numbers for pseudonyms: who is who, and nobody's name.
    func read(_ input: InputFile, count: Int) throws -> TriedFile {
        struct Enough: Error {}
        var tried = TriedFile(file: input.name)
        var numbers = Interner()
        let sealer = PersonalDataSealer(
            sealFields: { _, _, _ in },
            pseudonym: { kind, value in "\(kind)-\(numbers.intern(kind + "/" + value).rawValue)" },
            sealRecord: { _, _, _ in [] })
        var ingestion = FileIngestion(mapping: mapping, sealer: sealer)
        do {
            try ingestion.read(
                path: input.path, name: input.name, batchSize: count, checksWhole: false
            ) { batch in
                tried.read += batch.records
                tried.accepted += batch.rows.recordCount
                tried.leftOut += batch.leftOut
                tried.rejected += batch.rejects.count
                tried.rows = batch.rows
                tried.names = batch.names
                tried.rejects = batch.rejects.map(\.finding)
                for reject in batch.rejects { tried.findings.add(reject.finding) }
                tried.warnings.merge(batch.warnings)
                throw Enough()
            }
        } catch is Enough {}
        return tried
    }
}
