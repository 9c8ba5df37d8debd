// The pages below the tables: what leads to the contents, and is covered by no hash of ours.

import LMDB

extension Log {
    /// Looks through the data file of a store without mapping it, so that no damage can end the
    /// process.
    ///
    /// - Returns: what is wrong, in words; nothing where all is well.
    package static func checkPages(directory: String) throws -> [ChainProblem] {
        let path = directory + "/log/data.mdb"
        var options = PageAudit.Options()
        options.appendOnlyTables = ["blocks", "dictionary"]
        options.maximumProblemCount = ChainReport.keptProblems
        return try translatingStorageErrors {
            var audit = try PageAudit.run(path: path, options: options)
            // A writer that uses pages again while they are read makes them look damaged.
            var attempts = 1
            while !audit.isNewestSound, audit.changedMeanwhile, attempts < 5 {
                audit = try PageAudit.run(path: path, options: options)
                attempts += 1
            }
            // The commit before the last is in no reader's way, and a write that was cut off may
            // leave it broken.
            let newest = audit.problems.filter { $0.snapshot == .newest }
            return newest.map { problem in
                ChainProblem(
                    table: problem.table ?? "pages", position: nil,
                    reason: problem.description)
            }
        }
    }
}
