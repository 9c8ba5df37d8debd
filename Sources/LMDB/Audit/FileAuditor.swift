// The two meta pages against each other, then the commits they lead to.

struct FileAuditor {
    private let options: PageAudit.Options
    private var fileBytes = 0
    private var problems: PageProblemList
    private var use: ByteUseMap?
    private var usedBytes = 0
    private var newest: SnapshotAudit?
    private var changedMeanwhile = false

    init(_ options: PageAudit.Options) {
        self.options = options
        problems = PageProblemList(limit: options.maximumProblemCount)
    }

    mutating func run(_ file: borrowing PageFile) {
        let metas = file.metaPages()
        // After the meta pages: a commit beside us writes these last.
        fileBytes = file.sizeBytes()
        if options.mapsUse { use = ByteUseMap(byteCount: fileBytes) }
        for (number, meta) in metas.enumerated() { check(meta, number, file) }
        let plausible = metas.compactMap { $0 }.filter(\.isPlausible)
        guard let newest = plausible.max(by: { $0.commit < $1.commit }) else { return }
        let previous = plausible.first { $0.number != newest.number }
        if let previous { comparePair(newest, previous) }
        let lead = audit(.newest, newest, file)
        self.newest = lead
        // A commit that never happened leads nowhere; equal ones are a new file's.
        if let previous, previous.commit < newest.commit {
            checkFreeing(lead, previous)
            _ = audit(.previous, previous, file)
        }
        changedMeanwhile = file.metaPages() != metas
    }

    private mutating func audit(
        _ snapshot: PageProblem.Snapshot, _ meta: MetaPage, _ file: borrowing PageFile
    ) -> SnapshotAudit {
        var audit = SnapshotAudit(
            snapshot, meta, pagesInFile: UInt64(fileBytes / meta.pageSize),
            shared: newest?.known ?? [:], problems: problems, use: use)
        audit.run(file)
        if snapshot == .newest {
            for table in audit.tables
            where options.appendOnlyTables.contains(table.name) && table.looseSeparatorCount > 0 {
                audit.problems.add(
                    PageProblem(
                        snapshot: .newest, page: meta.main.root, table: table.name,
                        what: "separators", expected: "the first keys behind them",
                        found: "\(table.looseSeparatorCount) others"))
            }
            usedBytes += audit.usedBytes
        }
        use = audit.use
        problems = audit.problems
        return audit
    }

    private mutating func report(
        _ page: UInt64, _ what: String, expected: String, found: String
    ) {
        // Which meta page is the newer one is not known while both are doubted.
        problems.add(
            PageProblem(
                snapshot: .newest, page: page, table: nil, what: what, expected: expected,
                found: found))
    }

    // MARK: Meta pages

    private mutating func check(_ meta: MetaPage?, _ number: Int, _ file: borrowing PageFile) {
        let page = UInt64(number)
        guard let meta else {
            report(page, "meta page", expected: "one", found: "the end of the file")
            return
        }
        let parity = meta.commit % 2 == page || meta.commit == 0
        for (what, expected, found, isSound) in [
            ("number of the page", "\(page)", "\(meta.headerPage)", meta.headerPage == page),
            ("padding of the page", "0", "\(meta.headerPad)", meta.headerPad == 0),
            (
                "sort of the page", "\(PageFormat.meta)", "\(meta.headerFlags)",
                meta.headerFlags == PageFormat.meta
            ),
            ("bounds of the page", "0", "\(meta.headerBounds)", meta.headerBounds == 0),
            (
                "mark of the file", "\(PageFormat.magic)", "\(meta.magic)",
                meta.magic == PageFormat.magic
            ),
            (
                "format", "\(PageFormat.version)", "\(meta.version)",
                meta.version == PageFormat.version
            ),
            ("address", "0", "\(meta.address)", meta.address == 0),
            (
                "page size", "a power of two from 512", "\(meta.pageSize)",
                PageFormat.pageSizes.contains(meta.pageSize) && meta.pageSize.nonzeroBitCount == 1
            ),
            (
                "flags of the file", "\(PageFormat.integerKey)", "\(meta.free.flags)",
                meta.free.flags == PageFormat.integerKey
            ),
            ("padding of the tables", "0", "\(meta.main.pad)", meta.main.pad == 0),
            ("flags of the tables", "0", "\(meta.main.flags)", meta.main.flags == 0),
            ("commit", page == 0 ? "an even one" : "an odd one", "\(meta.commit)", parity),
        ] where !isSound { report(page, what, expected: expected, found: found) }
        guard meta.isPlausible else { return }
        checkSizes(meta)
        checkRest(meta, file)
    }

    private mutating func checkSizes(_ meta: MetaPage) {
        let pageSize = UInt64(meta.pageSize)
        if let stated = options.mapSizeBytes, meta.mapBytes != UInt64(stated) {
            report(
                meta.number, "map size", expected: "\(stated)", found: "\(meta.mapBytes)")
        }
        let most = meta.mapBytes / pageSize
        if meta.lastPage < 1 || meta.lastPage >= most {
            report(
                meta.number, "last page", expected: "1 to \(most == 0 ? 0 : most - 1)",
                found: "\(meta.lastPage)")
        }
    }

    /// A meta page is written whole once and then only where it says something.
    private mutating func checkRest(_ meta: MetaPage, _ file: borrowing PageFile) {
        let start = Int(meta.number) * meta.pageSize
        guard let bytes = file.bytes(at: start, count: meta.pageSize),
            bytes.count == meta.pageSize
        else {
            report(meta.number, "meta page", expected: "a whole one", found: "a part")
            return
        }
        if let offset = bytes[MetaPage.byteCount...].firstIndex(where: { $0 != 0 }) {
            report(
                meta.number, "rest of the meta page", expected: "zeros",
                found: "\(bytes[offset]) at byte \(offset)")
        }
        usedBytes += meta.pageSize
        use?.mark(start..<(start + meta.pageSize), .structure)
        if options.mapSizeBytes == nil {
            // Not believed: the file is opened with a map size of the program's own.
            usedBytes -= 8
            use?.mark((start + 32)..<(start + 40), .unused)
        }
    }

    private mutating func comparePair(_ newest: MetaPage, _ previous: MetaPage) {
        let isNew = newest.commit == 0 && previous.commit == 0
        if isNew
            && (newest.free, newest.main, newest.lastPage, newest.mapBytes)
                != (previous.free, previous.main, previous.lastPage, previous.mapBytes)
        {
            report(
                previous.number, "meta pages of a new file", expected: "the same twice",
                found: "two")
        }
        if !isNew && newest.commit != previous.commit &+ 1 {
            report(
                previous.number, "commit of the older meta page",
                expected: "\(newest.commit &- 1)", found: "\(previous.commit)")
        }
        if newest.pageSize != previous.pageSize {
            report(
                previous.number, "page size", expected: "\(newest.pageSize)",
                found: "\(previous.pageSize)")
        }
        if newest.lastPage < previous.lastPage {
            report(
                previous.number, "last page of the older commit",
                expected: "at most \(newest.lastPage)", found: "\(previous.lastPage)")
        }
    }

    /// A commit on anything that was there frees the pages it replaces under its own number. If
    /// the last one has not, its meta page is an older one that a flipped bit made look new.
    private mutating func checkFreeing(_ lead: SnapshotAudit, _ previous: MetaPage) {
        guard lead.isComplete, !previous.main.isEmpty, lead.lastFreeingCommit < lead.meta.commit
        else { return }
        report(
            lead.meta.number, "last commit that freed pages", expected: "\(lead.meta.commit)",
            found: "\(lead.lastFreeingCommit)")
    }

    // MARK: The answer

    var result: PageAudit {
        let meta = newest?.meta
        let pageSize = meta?.pageSize ?? 0
        return PageAudit(
            problems: problems.kept, problemCount: problems.count,
            newestProblemCount: problems.newestCount,
            commit: Int(clamping: meta?.commit ?? 0), tables: newest?.tables ?? [],
            pageSizeBytes: pageSize, pageCount: Int(clamping: (meta?.lastPage ?? 0) &+ 1),
            freePageCount: Int(clamping: newest?.freePageCount ?? 0), fileBytes: fileBytes,
            unusedBytes: max(0, fileBytes - usedBytes), changedMeanwhile: changedMeanwhile,
            use: use)
    }
}
