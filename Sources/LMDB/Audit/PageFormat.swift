// The library's file format, as version 0.9 writes it on little-endian 64-bit machines (mdb.c:
// MDB_page, MDB_node, MDB_db, MDB_meta). The audit reads the file by these offsets alone: a
// damaged page cannot do more to it than be called damaged.

/// Sizes and marks of the format.
enum PageFormat {
    static let magic: UInt64 = 0xbeef_c0de
    static let version: UInt64 = 1
    static let metaPageCount = 2
    static let pageHeaderBytes = 16
    static let nodeHeaderBytes = 8
    static let databaseBytes = 48
    static let metaBytes = 136
    static let maximumDepth = 32
    static let pageSizes = 512...32_768
    /// No page: the root of an empty tree.
    static let noPage = UInt64.max

    static let branch = 0x01
    static let leaf = 0x02
    static let overflow = 0x04
    static let meta = 0x08

    /// The value stands on overflow pages; the node holds their number.
    static let bigData = 0x01
    /// The value is the record of a table.
    static let subData = 0x02

    /// The mark of keys that are numbers in the machine's own order: the free list's.
    static let integerKey = 0x08

    /// A node that would be longer has its value on overflow pages.
    static func maximumNodeBytes(pageSize: Int) -> Int {
        (((pageSize - pageHeaderBytes) / 2) & ~1) - 2
    }

    static func overflowPageCount(valueBytes: Int, pageSize: Int) -> Int {
        (pageHeaderBytes - 1 + valueBytes) / pageSize + 1
    }

    /// Nodes begin at even offsets.
    static func even(_ count: Int) -> Int { (count + 1) & ~1 }
}

extension Span where Element == UInt8 {
    /// Little-endian numbers. The callers have looked at the bounds; these look again.
    func number16(at offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }

    func number32(at offset: Int) -> Int {
        number16(at: offset) | number16(at: offset + 2) << 16
    }

    func number64(at offset: Int) -> UInt64 {
        UInt64(number32(at: offset)) | UInt64(number32(at: offset + 4)) << 32
    }
}

/// The record of a tree, in a meta page or in a node of the table of tables.
struct DatabaseRecord: Hashable {
    let pad: Int
    let flags: Int
    let depth: Int
    let branchPages: UInt64
    let leafPages: UInt64
    let overflowPages: UInt64
    let entries: UInt64
    let root: UInt64

    init(_ bytes: Span<UInt8>, at offset: Int) {
        pad = bytes.number32(at: offset)
        flags = bytes.number16(at: offset + 4)
        depth = bytes.number16(at: offset + 6)
        branchPages = bytes.number64(at: offset + 8)
        leafPages = bytes.number64(at: offset + 16)
        overflowPages = bytes.number64(at: offset + 24)
        entries = bytes.number64(at: offset + 32)
        root = bytes.number64(at: offset + 40)
    }

    var isEmpty: Bool { root == PageFormat.noPage }
}

/// A meta page: where one commit's trees begin.
struct MetaPage: Hashable {
    /// Bytes from the beginning of the page that say something.
    static let byteCount = PageFormat.pageHeaderBytes + PageFormat.metaBytes

    let number: UInt64
    let headerPage: UInt64
    let headerPad: Int
    let headerFlags: Int
    let headerBounds: Int
    let magic: UInt64
    let version: UInt64
    let address: UInt64
    let mapBytes: UInt64
    /// The tree of free pages. Its padding is the page size, its flags are the file's.
    let free: DatabaseRecord
    /// The tree of tables.
    let main: DatabaseRecord
    let lastPage: UInt64
    let commit: UInt64

    var pageSize: Int { free.pad }

    /// - Precondition: there are ``byteCount`` bytes.
    init(number: UInt64, _ bytes: Span<UInt8>) {
        self.number = number
        headerPage = bytes.number64(at: 0)
        headerPad = bytes.number16(at: 8)
        headerFlags = bytes.number16(at: 10)
        headerBounds = bytes.number32(at: 12)
        magic = UInt64(bytes.number32(at: 16))
        version = UInt64(bytes.number32(at: 20))
        address = bytes.number64(at: 24)
        mapBytes = bytes.number64(at: 32)
        free = DatabaseRecord(bytes, at: 40)
        main = DatabaseRecord(bytes, at: 88)
        lastPage = bytes.number64(at: 136)
        commit = bytes.number64(at: 144)
    }

    /// Whether the library would take this page for a meta page of its version.
    var isPlausible: Bool {
        headerFlags & PageFormat.meta != 0 && magic == PageFormat.magic
            && version == PageFormat.version && PageFormat.pageSizes.contains(pageSize)
            && pageSize.nonzeroBitCount == 1
    }
}
