// One commit's trees, walked from the meta page down: each page once, each count, each key's
// place. What is found is collected and the walk goes on beside it.

/// What is known of a branch page and everything below it.
struct KnownSubtree {
    let level: Int
    let depth: Int
    let counts: TableAudit
}

/// A tree and how it is to be read.
struct AuditedTree {
    enum Sort { case freeList, tables, table }

    let name: String
    let sort: Sort
    let record: DatabaseRecord

    var order: KeyOrder { sort == .freeList ? .number : .bytes }
    /// A branch that leads to one page only stops the library; in the free list it may occur.
    var minimumBranchNodes: Int { sort == .freeList ? 1 : 2 }
}

struct SnapshotAudit {
    let snapshot: PageProblem.Snapshot
    let meta: MetaPage
    let pageSize: Int
    /// Whole pages that the file has.
    let pagesInFile: UInt64
    /// Branch pages of the newer commit; those that both commits share are not walked again.
    let shared: [UInt64: KnownSubtree]

    var problems: PageProblemList
    var use: ByteUseMap?
    var usedBytes = 0
    var layout: PageLayoutCheck
    var reachable: PageSet
    var free: PageSet
    var known: [UInt64: KnownSubtree] = [:]
    var tables: [TableAudit] = []
    var pendingTables: [AuditedTree] = []
    /// Pages of all trees, by their counts.
    var treePageCount: UInt64 = 0
    var freePageCount: UInt64 = 0
    /// Free pages behind the end of a file that was never written so far.
    var freePagesBehindFile: UInt64 = 0
    /// The commit that the last entry of the free list is of; zero where there is none.
    var lastFreeingCommit: UInt64 = 0
    /// False where a part of a tree could not be read, so that nothing can be said of counts.
    var isComplete = true

    /// Behind the last page that can be reached.
    var endPage: UInt64 {
        meta.lastPage < pagesInFile ? meta.lastPage + 1 : pagesInFile
    }

    init(
        _ snapshot: PageProblem.Snapshot, _ meta: MetaPage, pagesInFile: UInt64,
        shared: [UInt64: KnownSubtree], problems: PageProblemList, use: ByteUseMap?
    ) {
        self.snapshot = snapshot
        self.meta = meta
        self.pagesInFile = pagesInFile
        self.shared = shared
        self.problems = problems
        self.use = use
        pageSize = meta.pageSize
        layout = PageLayoutCheck(pageSize: meta.pageSize)
        reachable = PageSet(pageCount: pagesInFile)
        free = PageSet(pageCount: pagesInFile)
    }

    mutating func run(_ file: borrowing PageFile) {
        let main = AuditedTree(name: "the tables", sort: .tables, record: meta.main)
        audit(main, file)
        for table in pendingTables { audit(table, file) }
        audit(AuditedTree(name: "free pages", sort: .freeList, record: meta.free), file)
        account()
    }

    /// Whether all pages of a commit from `page` on are free, by a list that can be read.
    static func areFree(
        from page: UInt64, _ meta: MetaPage, _ file: borrowing PageFile
    ) -> Bool {
        var audit = SnapshotAudit(
            .newest, meta, pagesInFile: page, shared: [:], problems: PageProblemList(limit: 0),
            use: nil)
        audit.audit(AuditedTree(name: "free pages", sort: .freeList, record: meta.free), file)
        return audit.problems.count == 0 && audit.freePagesBehindFile == meta.lastPage &- page &+ 1
    }

    mutating func report(
        _ page: UInt64, _ tree: AuditedTree?, _ fault: PageFault
    ) {
        problems.add(
            PageProblem(
                snapshot: snapshot, page: page, table: tree?.name, what: fault.what,
                expected: fault.expected, found: fault.found))
    }

    mutating func mark(_ page: UInt64, _ range: Range<Int>, _ kind: ByteUse) {
        if snapshot == .newest { usedBytes += range.count }
        guard use != nil else { return }
        let start = Int(page) * pageSize
        let place = (start + range.lowerBound)..<(start + range.upperBound)
        switch snapshot {
        case .newest: use?.mark(place, kind)
        case .previous: use?.markUnused(place, .previous)
        }
    }

    // MARK: A tree

    private mutating func audit(_ tree: AuditedTree, _ file: borrowing PageFile) {
        let record = tree.record
        var counts = TableAudit(name: tree.name)
        if record.isEmpty {
            let rest = UInt64(record.depth) | record.branchPages | record.leafPages
            if rest | record.overflowPages | record.entries != 0 {
                report(
                    meta.number, tree,
                    PageFault("counts of an empty tree", expected: "zeros", found: "others"))
            }
        } else if (1...PageFormat.maximumDepth).contains(record.depth) {
            if let found = walk(record.root, 0, tree, nil, nil, file) {
                counts.add(found)
                compare(tree, counts)
            } else {
                isComplete = false
            }
            counts.depth = record.depth
        } else {
            report(
                meta.number, tree,
                PageFault(
                    "depth", expected: "1 to \(PageFormat.maximumDepth)", found: "\(record.depth)"))
            isComplete = false
        }
        treePageCount += UInt64(counts.pageCount)
        tables.append(counts)
    }

    /// Where a part was not read nothing was counted, and there is a problem already.
    private mutating func compare(_ tree: AuditedTree, _ counts: TableAudit) {
        let record = tree.record
        for (what, expected, found) in [
            ("number of entries", record.entries, counts.entryCount),
            ("number of branch pages", record.branchPages, counts.branchPageCount),
            ("number of leaf pages", record.leafPages, counts.leafPageCount),
            ("number of overflow pages", record.overflowPages, counts.overflowPageCount),
        ] where expected != UInt64(found) {
            report(
                record.root, tree, PageFault(what, expected: "\(expected)", found: "\(found)"))
        }
    }

    /// Takes a page for a tree; false where it cannot be its.
    mutating func claim(_ page: UInt64, _ tree: AuditedTree) -> Bool {
        guard page >= PageFormat.metaPageCount, page <= meta.lastPage, page < pagesInFile else {
            let last = min(meta.lastPage, pagesInFile == 0 ? 0 : pagesInFile - 1)
            report(
                page, tree, PageFault("page number", expected: "2 to \(last)", found: "\(page)"))
            return false
        }
        guard reachable.insert(page) else {
            report(page, tree, PageFault("reached", expected: "once", found: "twice"))
            return false
        }
        if free.contains(page) {
            report(page, tree, PageFault("in use", expected: "not free", found: "free too"))
        }
        return true
    }

    // MARK: Accounts

    /// Each page is reached, or free, or a meta page.
    private mutating func account() {
        guard isComplete else { return }
        let pageCount = meta.lastPage &+ 1
        let accounted = treePageCount + freePageCount + UInt64(PageFormat.metaPageCount)
        if snapshot == .newest { reportLostPages() }
        let behind = pageCount > pagesInFile ? pageCount - pagesInFile : 0
        if snapshot == .newest, freePagesBehindFile != behind {
            report(
                meta.number, nil,
                PageFault(
                    "pages behind the end of the file", expected: "\(behind), all free",
                    found: "\(freePagesBehindFile) free"))
        } else if accounted != pageCount {
            report(
                meta.number, nil,
                PageFault(
                    "number of pages", expected: "\(pageCount)", found: "\(accounted)"))
        }
    }

    private mutating func reportLostPages() {
        let end = endPage
        var page = UInt64(PageFormat.metaPageCount)
        while page < end {
            if !reachable.contains(page) && !free.contains(page) {
                let fault = PageFault(
                    "belongs to", expected: "a table or the free pages", found: "nothing")
                report(page, nil, fault)
            }
            page += 1
        }
    }
}
