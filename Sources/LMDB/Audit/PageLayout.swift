// The inside of one branch or leaf page: nodes that lie side by side from the page's end down,
// and their places in the order of the keys. The library leaves no gap between nodes, so that
// sizes and places check each other.

/// What is wrong with a page, before it is known to whom it belongs.
struct PageFault: Error, Hashable {
    let what: String
    let expected: String
    let found: String

    init(_ what: String, expected: String, found: String) {
        self.what = what
        self.expected = expected
        self.found = found
    }

    init(_ what: String, expected: Int, found: Int) {
        self.init(what, expected: "\(expected)", found: "\(found)")
    }
}

/// One node of a page whose layout was found to be sound.
struct PageNode {
    let start: Int
    let keyBytes: Int
    /// Of a leaf: what sort of value it has.
    let flags: Int
    /// Of a leaf: the value's length, wherever it stands.
    let valueBytes: Int

    init(_ page: Span<UInt8>, _ index: Int) {
        self.init(page, at: page.number16(at: PageFormat.pageHeaderBytes + 2 * index))
    }

    init(_ page: Span<UInt8>, at start: Int) {
        self.start = start
        valueBytes = page.number32(at: start)
        flags = page.number16(at: start + 4)
        keyBytes = page.number16(at: start + 6)
    }

    var key: Range<Int> {
        let keyStart = start + PageFormat.nodeHeaderBytes
        return keyStart..<(keyStart + keyBytes)
    }

    /// Where a leaf's value, or the number of its overflow page, begins.
    var valueStart: Int { key.upperBound }

    var hasOverflow: Bool { flags & PageFormat.bigData != 0 }

    /// Bytes of the value that stand in the leaf itself.
    var valueBytesHere: Int { hasOverflow ? 8 : valueBytes }

    /// The page that a branch's node leads to: 48 bits.
    func child(_ page: Span<UInt8>) -> UInt64 {
        UInt64(page.number32(at: start)) | UInt64(page.number16(at: start + 4)) << 32
    }

    func byteCount(isLeaf: Bool) -> Int {
        PageFormat.nodeHeaderBytes + keyBytes + (isLeaf ? valueBytesHere : 0)
    }
}

/// Checks layouts; the scratch space is kept from page to page.
struct PageLayoutCheck {
    let pageSize: Int
    /// The length of the node that begins at each even offset, zero where none does.
    private var lengths: [UInt16]

    init(pageSize: Int) {
        self.pageSize = pageSize
        lengths = [UInt16](repeating: 0, count: pageSize / 2)
    }

    /// The number of nodes, all of which lie within the page and beside one another.
    mutating func nodeCount(
        _ page: Span<UInt8>, isLeaf: Bool, minimum: Int
    ) throws(PageFault) -> Int {
        let (lower, upper) = (page.number16(at: 12), page.number16(at: 14))
        let header = PageFormat.pageHeaderBytes
        guard lower >= header, lower & 1 == 0, lower <= upper, upper <= pageSize, upper & 1 == 0
        else {
            throw PageFault(
                "bounds of the free space", expected: "\(header) <= lower <= upper <= \(pageSize)",
                found: "\(lower) and \(upper)")
        }
        let count = (lower - header) / 2
        guard count >= minimum else {
            throw PageFault("number of nodes", expected: "at least \(minimum)", found: "\(count)")
        }
        // The marks are taken back from the page itself, whatever was found.
        defer { clear(page, count) }
        for index in 0..<count { try mark(page, index, upper: upper, isLeaf: isLeaf) }
        var (offset, seen) = (upper, 0)
        while offset < pageSize {
            let length = Int(lengths[offset / 2])
            guard length > 0 else {
                throw PageFault(
                    "nodes side by side", expected: "a node at byte \(offset)", found: "a gap")
            }
            offset += length
            seen += 1
        }
        guard offset == pageSize, seen == count else {
            throw PageFault(
                "nodes side by side", expected: "\(count) nodes to byte \(pageSize)",
                found: "\(seen) to byte \(offset)")
        }
        return count
    }

    private mutating func mark(
        _ page: Span<UInt8>, _ index: Int, upper: Int, isLeaf: Bool
    ) throws(PageFault) {
        let start = page.number16(at: PageFormat.pageHeaderBytes + 2 * index)
        guard start >= upper, start & 1 == 0, start + PageFormat.nodeHeaderBytes <= pageSize else {
            throw PageFault(
                "place of node \(index)", expected: "an even one from \(upper)", found: "\(start)")
        }
        let length = PageFormat.even(PageNode(page, at: start).byteCount(isLeaf: isLeaf))
        guard length <= pageSize - start else {
            throw PageFault(
                "length of node \(index)", expected: "at most \(pageSize - start)",
                found: "\(length)")
        }
        guard lengths[start / 2] == 0 else {
            throw PageFault(
                "place of node \(index)", expected: "one of its own", found: "another node's")
        }
        lengths[start / 2] = UInt16(length)
    }

    private mutating func clear(_ page: Span<UInt8>, _ count: Int) {
        for index in 0..<count {
            let start = page.number16(at: PageFormat.pageHeaderBytes + 2 * index)
            if start < pageSize { lengths[start / 2] = 0 }
        }
    }
}

/// How keys are ordered: by their bytes, or as numbers.
enum KeyOrder {
    case bytes, number

    /// Whether the first key sorts before the second.
    func precedes(
        _ first: Span<UInt8>, _ firstKey: Range<Int>, _ second: Span<UInt8>,
        _ secondKey: Range<Int>
    ) -> Bool {
        if self == .number {
            guard firstKey.count == 8, secondKey.count == 8 else { return false }
            return first.number64(at: firstKey.lowerBound)
                < second.number64(at: secondKey.lowerBound)
        }
        let shared = min(firstKey.count, secondKey.count)
        var (left, right) = (firstKey.lowerBound, secondKey.lowerBound)
        let end = left + shared
        while left < end {
            let (leftByte, rightByte) = (first[left], second[right])
            if leftByte != rightByte { return leftByte < rightByte }
            left += 1
            right += 1
        }
        return firstKey.count < secondKey.count
    }
}

/// A set of page numbers, a bit each.
struct PageSet {
    private var words: [UInt64]
    private let limit: UInt64

    init(pageCount: UInt64) {
        limit = pageCount
        words = [UInt64](repeating: 0, count: Int(pageCount / 64) + 1)
    }

    /// Whether the page was new. Pages beyond the limit are not kept and always new.
    mutating func insert(_ page: UInt64) -> Bool {
        guard page < limit else { return true }
        let bit = UInt64(1) << (page & 63)
        let isNew = words[Int(page >> 6)] & bit == 0
        words[Int(page >> 6)] |= bit
        return isNew
    }

    func contains(_ page: UInt64) -> Bool {
        page < limit && words[Int(page >> 6)] & (UInt64(1) << (page & 63)) != 0
    }
}
