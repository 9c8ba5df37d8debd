// Writing a synthetic operation as the files its systems would export.

package import Events
import Ingestion
import Synthesis

/// What to generate, and where.
package struct GenerateRequest: Hashable, Sendable {
    package var folder: String
    package var seed: UInt64
    /// `nil` for the default size.
    package var customers: Int?
    package var from: CivilDate
    package var to: CivilDate

    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package init(
        folder: String, seed: UInt64, customers: Int?, from: String, to: String
    ) throws {
        self.folder = folder
        self.seed = seed
        self.customers = customers
        self.from = try GenerateRequest.day(from, name: "--from")
        self.to = try GenerateRequest.day(to, name: "--to")
        guard self.from < self.to else {
            throw WorkbenchError.wrongValue(
                name: "--to", expected: "a day after \(from)", found: to)
        }
    }

    static func day(_ text: String, name: String) throws -> CivilDate {
        guard let day = CivilDate(text: text) else {
            throw WorkbenchError.wrongValue(
                name: name, expected: "a day as 2025-01-31", found: text)
        }
        return day
    }
}

package enum Generation {
    /// Writes the monthly files, gzipped, and the truth.
    /// - Throws: ``WorkbenchError`` where the folder cannot be written.
    package static func run(
        _ request: GenerateRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        var settings = SyntheticBank.Settings(
            seed: request.seed, from: request.from, to: request.to)
        if let customers = request.customers {
            // The load on the agents follows the customers, at the default's rate.
            settings.needsPerDay = max(1, settings.needsPerDay * customers / settings.customers)
            settings.customers = customers
        }
        try Files.makeFolder(request.folder)
        progress?(Progress(activity: "generating", done: 0, total: 1, unit: "operations"))
        var rows: [[Cell]] = []
        let counts = try SyntheticBank.generate(settings) { file, bytes in
            let isTruth = file == SyntheticBank.truthFileName
            let name = request.folder + "/" + (isTruth ? file : file + ".gz")
            let content = isTruth ? bytes : Gzip.compress(bytes)
            try Files.write(content, to: name)
            rows.append([.text(name), .integer(content.count)])
        }
        var answer = Answer()
        answer.fact("seed", "seed", .text(String(request.seed)))
        answer.fact("rows", "rows", .integer(counts.rows))
        answer.fact("dirty_rows", "  dirty, to be rejected", .integer(counts.dirtyRows))
        answer.fact(
            "unknown_customers", "  without a customer",
            .integer(counts.unrecordedCustomerRows + counts.spoiltCustomerRows))
        answer.fact(
            "negative_durations", "  with a clock slip",
            .integer(counts.negativeVoiceResponseRows))
        answer.table(
            "files",
            Table(
                title: "Files", columns: [.init("file", "file"), .init("bytes", "bytes")],
                rows: rows))
        return answer
    }
}
