// Writing a whole synthetic operation: the exports of its systems, its parameters, its truth.

import Synthesis

extension Generation {
    /// Writes the files of an operation, gzipped but for the YAML ones, below the request's
    /// folder: the exports and `parameters.yaml` in it, the truth in `truth`.
    /// - Throws: ``WorkbenchError`` where the folder cannot be written; `SynthesisError` for
    ///   settings out of range.
    package static func run(
        _ request: OperationRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        try Files.makeFolder(request.folder + "/truth")
        let writer = PieceWriter(folder: request.folder)
        let counts = try SyntheticOperation.generate(request.settings) { piece in
            try writer.submit(piece)
        } progress: { done, total in
            progress?(
                Progress(
                    activity: "generating", done: done / 96, total: total / 96, unit: "days"))
        }
        let files = try writer.finish()
        var answer = Answer()
        let settings = request.settings
        answer.fact("profile", "profile", .text(settings.profile.name))
        answer.fact("seed", "seed", .text(String(settings.seed)))
        answer.fact("customers", "customers", .integer(settings.customers))
        answer.fact("period", "period", .text("\(settings.from) to before \(settings.to)"))
        if let automation = settings.automation {
            answer.fact("automation", "automation", .text(automation.kind.rawValue))
            answer.fact("start", "  from", .text("\(automation.start)"))
            answer.fact("adoption", "  adoption", .share(automation.adoption))
            answer.fact("waits", "  waits", .text(settings.waits.rawValue))
        }
        answer.fact("issues", "issues", .integer(counts.issues))
        answer.fact("interactions", "interactions", .integer(counts.interactions))
        answer.fact("rows", "rows of all exports", .integer(counts.allRows))
        answer.fact(
            "faults", "  with a fault",
            .integer(counts.faults.reduce(0) { $0 + $1.dropFirst().reduce(0, +) }))
        answer.fact(
            "unknown_customers", "  without a customer",
            .integer(counts.unknownCustomers.reduce(0, +)))
        answer.table("files", filesTable(files, counts))
        return answer
    }

    private static func filesTable(
        _ files: [PieceWriter.Written], _ counts: OperationCounts
    ) -> Table {
        let rows: [[Cell]] = files.map { file in
            var rowCount = file.rowCount
            // Duplicates are rows of the file, too.
            for export in ExportFile.allCases where export.fileName + ".gz" == file.name {
                rowCount = counts.rows[Int(export.rawValue)]
            }
            return [.text(file.name), .integer(rowCount), .integer(file.byteCount)]
        }
        return Table(
            title: "Files",
            columns: [.init("file", "file"), .init("rows", "rows"), .init("bytes", "bytes")],
            rows: rows)
    }
}
