// Whether a data file is what the library would have written: the answer that a log's hashes
// cannot give. They cover the contents; this covers everything that leads to them.
//
// The library believes what it reads. A flipped bit in a page number, a size or a count leads it
// astray, at worst out of the mapped file, which ends the process; at best to an older state. So
// the file is read here byte by byte, never mapped and never believed.

/// What the audit of a file found.
package struct PageAudit: Sendable {
    package struct Options: Sendable, Hashable {
        /// Problems kept; more are only counted.
        package var maximumProblemCount = 1000
        /// Keeps for each byte of the file what it is there for; for small files.
        package var mapsUse = false
        /// The map size that the file must state, where it is always opened with the same one.
        package var mapSizeBytes: Int?
        /// Tables whose entries are only ever added behind all others. Their separators are
        /// exact, so that a flipped bit in one is found too.
        package var appendOnlyTables: Set<String> = []

        package init() {}
    }

    package let problems: [PageProblem]
    /// All that were found, those above the limit included.
    package let problemCount: Int
    /// Those among them that are not of the commit before the last.
    package let newestProblemCount: Int
    /// The last commit; zero where no meta page could be read.
    package let commit: Int
    /// The file's own tables, then the list of free pages.
    package let tables: [TableAudit]
    package let pageSizeBytes: Int
    /// Pages from the first to the last ever used, by the newest meta page.
    package let pageCount: Int
    package let freePageCount: Int
    package let fileBytes: Int
    /// Bytes that belong to nothing: free pages, gaps within pages, what is behind the last page.
    package let unusedBytes: Int
    /// A writer has committed meanwhile: pages that it used again may have been found damaged.
    /// Hold a read transaction, or the writer's lock, to keep the file still.
    package let changedMeanwhile: Bool
    package let use: ByteUseMap?

    package var isSound: Bool { problemCount == 0 }

    /// Whether what readers see is sound, whatever the commit before it is like. The library
    /// keeps that one too; only after a failed write of a meta page is it known to be broken.
    package var isNewestSound: Bool { newestProblemCount == 0 }

    /// Reads a data file through; values on overflow pages are passed over.
    ///
    /// Memory is bounded: two bits a page, what is kept of each branch page, the problems.
    /// - Complexity: O(branch and leaf pages).
    /// - Throws: where the file cannot be opened. Whatever it holds is an answer.
    package static func run(
        path: String, options: Options = Options()
    ) throws(LMDBError) -> PageAudit {
        let file = try PageFile.open(path: path)
        var auditor = FileAuditor(options)
        auditor.run(file)
        return auditor.result
    }
}

/// The problems found so far, and how many more there were.
struct PageProblemList {
    private(set) var kept: [PageProblem] = []
    private(set) var count = 0
    private(set) var newestCount = 0
    let limit: Int

    mutating func add(_ problem: PageProblem) {
        count += 1
        if problem.snapshot == .newest { newestCount += 1 }
        if kept.count < limit { kept.append(problem) }
    }
}
