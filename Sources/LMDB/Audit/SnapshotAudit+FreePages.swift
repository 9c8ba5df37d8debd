// The list of free pages: under each commit the pages that it freed, their number first, then
// the pages themselves from the last to the first.

extension SnapshotAudit {
    /// Bytes of a long record that are read at a time.
    private static let chunkBytes = 1 << 16

    mutating func readFreePages(
        _ bytes: [UInt8], _ node: PageNode, _ page: UInt64, _ tree: AuditedTree,
        _ file: borrowing PageFile
    ) {
        // A key of another length was reported with the order of the keys.
        guard node.keyBytes == 8 else { return }
        let commit = bytes.span.number64(at: node.key.lowerBound)
        lastFreeingCommit = max(lastFreeingCommit, commit)
        if commit == 0 || commit > meta.commit {
            report(
                page, tree,
                PageFault(
                    "commit that freed pages", expected: "1 to \(meta.commit)", found: "\(commit)"))
        }
        guard node.valueBytes >= 8, node.valueBytes % 8 == 0 else {
            report(
                page, tree,
                PageFault(
                    "length of a record", expected: "a multiple of 8", found: "\(node.valueBytes)"))
            return
        }
        var record = FreeRecord(capacity: UInt64(node.valueBytes / 8 - 1))
        guard node.hasOverflow else {
            let value = node.valueStart..<(node.valueStart + node.valueBytes)
            read(bytes.span.extracting(value), &record, page, tree)
            mark(page, value.prefix(8 + 8 * Int(record.count)), .structure)
            finish(record, page, tree)
            return
        }
        let first = bytes.span.number64(at: node.valueStart)
        let start = Int(first) * pageSize + PageFormat.pageHeaderBytes
        var done = 0
        while done < node.valueBytes, done == 0 || record.remaining > 0 {
            let wanted = min(Self.chunkBytes, node.valueBytes - done)
            guard let chunk = file.bytes(at: start + done, count: wanted), chunk.count == wanted
            else {
                report(first, tree, PageFault("reading", expected: "a page", found: "an error"))
                isComplete = false
                return
            }
            read(chunk.span, &record, first, tree)
            done += wanted
        }
        let header = PageFormat.pageHeaderBytes
        mark(first, header..<(header + 8 + 8 * Int(record.count)), .structure)
        finish(record, first, tree)
    }

    private mutating func read(
        _ bytes: Span<UInt8>, _ record: inout FreeRecord, _ page: UInt64, _ tree: AuditedTree
    ) {
        var offset = 0
        if !record.isBegun {
            let count = bytes.number64(at: 0)
            // A record that was reserved and not needed is left empty.
            if count != record.capacity && count != 0 {
                report(
                    page, tree,
                    PageFault(
                        "number of free pages", expected: "\(record.capacity)", found: "\(count)"))
            }
            record.begin(count: min(count, record.capacity))
            offset = 8
        }
        while offset + 8 <= bytes.count, record.remaining > 0 {
            let freed = bytes.number64(at: offset)
            if freed >= record.last {
                report(
                    page, tree,
                    PageFault(
                        "order of free pages", expected: "less than \(record.last)",
                        found: "\(freed)"))
            }
            record.take(freed)
            take(freed, page, tree)
            offset += 8
        }
    }

    private mutating func take(_ freed: UInt64, _ page: UInt64, _ tree: AuditedTree) {
        freePageCount += 1
        guard freed >= PageFormat.metaPageCount, freed <= meta.lastPage else {
            report(
                page, tree,
                PageFault("free page", expected: "2 to \(meta.lastPage)", found: "\(freed)"))
            return
        }
        if freed >= pagesInFile { freePagesBehindFile += 1 }
        if reachable.contains(freed) {
            report(freed, tree, PageFault("in use", expected: "not free", found: "free too"))
        }
        if !free.insert(freed) {
            report(freed, tree, PageFault("free", expected: "once", found: "twice"))
        }
    }

    private mutating func finish(_ record: FreeRecord, _ page: UInt64, _ tree: AuditedTree) {
        guard record.remaining > 0 else { return }
        report(
            page, tree,
            PageFault(
                "number of free pages", expected: "\(record.count)",
                found: "\(record.count - record.remaining)"))
    }
}

/// How far one record has been read.
private struct FreeRecord {
    let capacity: UInt64
    private(set) var isBegun = false
    private(set) var count: UInt64 = 0
    private(set) var remaining: UInt64 = 0
    private(set) var last = UInt64.max

    init(capacity: UInt64) { self.capacity = capacity }

    mutating func begin(count: UInt64) {
        isBegun = true
        self.count = count
        remaining = count
    }

    mutating func take(_ page: UInt64) {
        remaining -= 1
        last = page
    }
}
