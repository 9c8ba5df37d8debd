// Down the pages of one tree: headers, layout, order, children, values on pages of their own.

extension SnapshotAudit {
    /// Walks a page and everything below it; `nil` where a part of it could not be read.
    mutating func walk(
        _ page: UInt64, _ level: Int, _ tree: AuditedTree, _ low: [UInt8]?, _ high: [UInt8]?,
        _ file: borrowing PageFile
    ) -> TableAudit? {
        if tree.sort == .table, let known = shared[page], known.level == level,
            known.depth == tree.record.depth
        {
            return known.counts
        }
        guard claim(page, tree), let bytes = read(page, tree, file) else { return nil }
        let isLeaf = level == tree.record.depth - 1
        let count: Int
        do throws(PageFault) {
            let flags = isLeaf ? PageFormat.leaf : PageFormat.branch
            try checkHeader(bytes.span, page, flags: flags)
            count = try layout.nodeCount(
                bytes.span, isLeaf: isLeaf, minimum: isLeaf ? 1 : tree.minimumBranchNodes)
        } catch {
            report(page, tree, error)
            return nil
        }
        mark(page, 0..<(PageFormat.pageHeaderBytes + 2 * count), .structure)
        checkOrder(bytes.span, count, page, tree, isLeaf ? 0 : 1, low, high)
        guard isLeaf else {
            return walkChildren(bytes, count, page, level, tree, low, high, file)
        }
        var counts = walkValues(bytes, count, page, tree, file)
        if let low {
            let first = PageNode(bytes.span, 0).key
            if tree.order.precedes(low.span, low.indices, bytes.span, first) {
                counts?.looseSeparatorCount += 1
            }
        }
        return counts
    }

    private mutating func read(
        _ page: UInt64, _ tree: AuditedTree, _ file: borrowing PageFile
    ) -> [UInt8]? {
        let bytes = file.bytes(at: Int(page) * pageSize, count: pageSize)
        if let bytes, bytes.count == pageSize { return bytes }
        report(
            page, tree,
            PageFault(
                "reading", expected: "\(pageSize) bytes",
                found: bytes.map { "\($0.count)" } ?? "an error of the disk"))
        return nil
    }

    private func checkHeader(
        _ bytes: Span<UInt8>, _ page: UInt64, flags: Int
    ) throws(PageFault) {
        let number = bytes.number64(at: 0)
        guard number == page else {
            throw PageFault("number of the page", expected: "\(page)", found: "\(number)")
        }
        guard bytes.number16(at: 8) == 0 else {
            throw PageFault("padding of the page", expected: 0, found: bytes.number16(at: 8))
        }
        guard bytes.number16(at: 10) == flags else {
            throw PageFault("sort of the page", expected: flags, found: bytes.number16(at: 10))
        }
    }

    /// The keys from node `start` on ascend and lie between the bounds. The first key of a
    /// branch is never looked at: what is before the second key is behind the first node.
    private mutating func checkOrder(
        _ bytes: Span<UInt8>, _ count: Int, _ page: UInt64, _ tree: AuditedTree, _ start: Int,
        _ low: [UInt8]?, _ high: [UInt8]?
    ) {
        guard start < count else { return }
        let order = tree.order
        var previous = PageNode(bytes, start).key
        if let low, order.precedes(bytes, previous, low.span, low.indices) {
            report(page, tree, Self.orderFault(start, "before the page's first place"))
        }
        for index in start..<count {
            let key = PageNode(bytes, index).key
            let isLengthSound =
                order == .number
                ? key.count == 8 : (1...OrderedKey.maximumLength).contains(key.count)
            if !isLengthSound {
                report(
                    page, tree,
                    PageFault(
                        "length of key \(index)",
                        expected: order == .number ? "8" : "1 to \(OrderedKey.maximumLength)",
                        found: "\(key.count)"))
            }
            if index > start, !order.precedes(bytes, previous, bytes, key) {
                report(page, tree, Self.orderFault(index, "not behind the one before it"))
            }
            previous = key
        }
        if let high, !order.precedes(bytes, previous, high.span, high.indices) {
            report(page, tree, Self.orderFault(count - 1, "behind the page's last place"))
        }
    }

    private static func orderFault(_ index: Int, _ found: String) -> PageFault {
        PageFault("order of key \(index)", expected: "ascending keys", found: found)
    }

    private mutating func walkChildren(
        _ bytes: [UInt8], _ count: Int, _ page: UInt64, _ level: Int, _ tree: AuditedTree,
        _ low: [UInt8]?, _ high: [UInt8]?, _ file: borrowing PageFile
    ) -> TableAudit? {
        var total = TableAudit(name: tree.name)
        total.branchPageCount = 1
        var isWhole = true
        var childLow = low
        for index in 0..<count {
            let node = PageNode(bytes.span, index)
            mark(page, node.start..<node.key.lowerBound, .structure)
            if index > 0 { mark(page, node.key, .separator) }
            var childHigh = high
            if index + 1 < count { childHigh = Array(bytes[PageNode(bytes.span, index + 1).key]) }
            let child = node.child(bytes.span)
            if let counts = walk(child, level + 1, tree, childLow, childHigh, file) {
                total.add(counts)
            } else {
                isWhole = false
            }
            childLow = childHigh
        }
        guard isWhole else { return nil }
        if snapshot == .newest, tree.sort == .table {
            known[page] = KnownSubtree(level: level, depth: tree.record.depth, counts: total)
        }
        return total
    }

    // MARK: Leaves

    private mutating func walkValues(
        _ bytes: [UInt8], _ count: Int, _ page: UInt64, _ tree: AuditedTree,
        _ file: borrowing PageFile
    ) -> TableAudit? {
        var counts = TableAudit(name: tree.name)
        counts.leafPageCount = 1
        counts.entryCount = count
        var isWhole = true
        for index in 0..<count {
            let node = PageNode(bytes.span, index)
            markNode(page, node, tree)
            do throws(PageFault) {
                try checkValue(node, index, tree)
                if node.hasOverflow {
                    let first = bytes.span.number64(at: node.valueStart)
                    guard let pages = walkOverflow(first, node, tree, &counts, file) else {
                        isWhole = false
                        continue
                    }
                    counts.overflowPageCount += pages
                }
            } catch {
                report(page, tree, error)
                isWhole = false
                continue
            }
            switch tree.sort {
            case .freeList: readFreePages(bytes, node, page, tree, file)
            case .tables: readTable(bytes.span, node, page, tree)
            case .table: break
            }
        }
        return isWhole ? counts : nil
    }

    private func checkValue(
        _ node: PageNode, _ index: Int, _ tree: AuditedTree
    ) throws(PageFault) {
        let isTable = tree.sort == .tables
        let isLegal =
            isTable
            ? node.flags == PageFormat.subData
            : node.flags == 0 || node.flags == PageFormat.bigData
        guard isLegal else {
            throw PageFault(
                "sort of value \(index)", expected: isTable ? "2" : "0 or 1",
                found: "\(node.flags)")
        }
        if isTable, node.valueBytes != PageFormat.databaseBytes {
            throw PageFault(
                "length of value \(index)", expected: PageFormat.databaseBytes,
                found: node.valueBytes)
        }
        let limit = PageFormat.maximumNodeBytes(pageSize: pageSize)
        if !node.hasOverflow, node.byteCount(isLeaf: true) > limit {
            throw PageFault(
                "length of node \(index)", expected: "at most \(limit)",
                found: "\(node.byteCount(isLeaf: true))")
        }
    }

    private mutating func markNode(_ page: UInt64, _ node: PageNode, _ tree: AuditedTree) {
        let contents: ByteUse = tree.sort == .table ? .value : .structure
        mark(page, node.start..<(node.start + 4), .length)
        mark(page, (node.start + 4)..<(node.start + 6), .structure)
        mark(page, (node.start + 6)..<node.key.lowerBound, .length)
        mark(page, node.key, tree.sort == .freeList ? .separator : .key)
        let value = node.valueStart..<(node.valueStart + node.valueBytesHere)
        // Free pages mark what they use of their record themselves.
        if tree.sort != .freeList || node.hasOverflow {
            mark(page, value, node.hasOverflow ? .structure : contents)
        }
    }

    /// The number of pages that a value on pages of its own takes up. Only the first one's
    /// header is read: the rest is the value's.
    private mutating func walkOverflow(
        _ page: UInt64, _ node: PageNode, _ tree: AuditedTree, _ counts: inout TableAudit,
        _ file: borrowing PageFile
    ) -> Int? {
        guard claim(page, tree) else { return nil }
        let header = file.bytes(at: Int(page) * pageSize, count: PageFormat.pageHeaderBytes)
        guard let header, header.count == PageFormat.pageHeaderBytes else {
            report(page, tree, PageFault("reading", expected: "a page", found: "an error"))
            return nil
        }
        let pages = header.span.number32(at: 12)
        let needed = PageFormat.overflowPageCount(valueBytes: node.valueBytes, pageSize: pageSize)
        do throws(PageFault) {
            try checkHeader(header.span, page, flags: PageFormat.overflow)
            let room = Int(endPage - page)
            guard pages >= needed, pages <= room else {
                throw PageFault(
                    "number of overflow pages", expected: "\(needed) to \(room)",
                    found: "\(pages)")
            }
        } catch {
            report(page, tree, error)
            return nil
        }
        mark(page, 0..<PageFormat.pageHeaderBytes, .structure)
        if tree.sort != .freeList {
            let start = PageFormat.pageHeaderBytes
            mark(page, start..<(start + node.valueBytes), .value)
        }
        counts.spareOverflowPageCount += pages - needed
        for next in (page + 1)..<(page + UInt64(pages)) where !claim(next, tree) { return nil }
        return pages
    }

    private mutating func readTable(
        _ bytes: Span<UInt8>, _ node: PageNode, _ page: UInt64, _ tree: AuditedTree
    ) {
        var name: [UInt8] = []
        for offset in node.key { name.append(bytes[offset]) }
        let record = DatabaseRecord(bytes, at: node.valueStart)
        let table = AuditedTree(
            name: String(decoding: name, as: UTF8.self), sort: .table, record: record)
        if record.pad != 0 || record.flags != 0 {
            report(
                page, table,
                PageFault(
                    "marks of the table", expected: "0 and 0",
                    found: "\(record.pad) and \(record.flags)"))
        }
        pendingTables.append(table)
    }
}
