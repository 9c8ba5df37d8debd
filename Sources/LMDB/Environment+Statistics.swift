// What an environment takes up, how much of it is free, and who reads it.

import CLMDB

/// The size of an environment's file, and its readers.
package struct EnvironmentStatistics: Hashable, Sendable {
    /// Bytes from the first to the last of the data file.
    package let fileBytes: Int
    /// Bytes that the data file takes up on the disk.
    package let allocatedBytes: Int
    /// Pages from the first to the last ever used.
    package let usedPageCount: Int
    /// Pages among these that hold nothing and will be used again.
    package let freePageCount: Int
    /// Pages that the list of free pages itself takes up.
    package let freeListPageCount: Int
    package let pageSizeBytes: Int
    package let mapSizeBytes: Int
    /// How many commits the environment has seen.
    package let lastCommit: Int
    /// Who reads now, in every process, this call left out.
    package let readers: [Reader]

    /// One who reads: the pages that were freed after its commit are not used again meanwhile.
    package struct Reader: Hashable, Sendable {
        package let processID: Int
        /// The commit that it sees.
        package let commit: Int
    }

    /// How many commits behind the last the oldest reader is; zero where nobody reads.
    package var oldestReaderLag: Int {
        readers.map { max(0, lastCommit - $0.commit) }.max() ?? 0
    }
}

extension Environment {
    /// - Complexity: O(free pages / 500): the list of free pages is read through.
    package func statistics() throws -> EnvironmentStatistics {
        // Before the transaction below, which is a reader too.
        let readers = try readers()
        return try withRead { transaction in
            var information = unsafe MDB_envinfo()
            try check(unsafe mdb_env_info(handle, &information), "read the sizes")
            var freeTree = MDB_stat()
            try check(unsafe mdb_stat(transaction.handle, 0, &freeTree), "measure the free list")
            let dataPath = path + "/" + Environment.dataFileName
            return unsafe EnvironmentStatistics(
                fileBytes: File.sizeBytes(of: dataPath) ?? 0,
                allocatedBytes: Folder.allocatedBytes(of: dataPath),
                usedPageCount: Int(information.me_last_pgno) + 1,
                freePageCount: try transaction.freePageCount(),
                freeListPageCount: freeTree.pageCount, pageSizeBytes: Int(freeTree.ms_psize),
                mapSizeBytes: Int(information.me_mapsize),
                lastCommit: Int(information.me_last_txnid), readers: readers)
        }
    }

    /// Everyone who reads now, by the slots they hold. A process that was killed keeps its slot
    /// until ``clearStaleReaders()``.
    package func readers() throws(LMDBError) -> [EnvironmentStatistics.Reader] {
        var text = ""
        let code = unsafe withUnsafeMutablePointer(to: &text) { text in
            unsafe mdb_reader_list(
                handle,
                { line, context in
                    guard let line = unsafe line, let context = unsafe context else { return -1 }
                    unsafe context.assumingMemoryBound(to: String.self).pointee += String(
                        cString: line)
                    return 0
                }, text)
        }
        guard code >= 0 else { throw .failed(operation: "list the readers", code: code) }
        return text.split(separator: "\n").compactMap(Environment.reader)
    }

    /// Frees the slots of readers whose process is gone, and says how many there were.
    @discardableResult
    package func clearStaleReaders() throws(LMDBError) -> Int {
        var cleared: Int32 = 0
        try check(unsafe mdb_reader_check(handle, &cleared), "clear stale readers")
        return Int(cleared)
    }

    /// A line of the library's list is a process, a thread and a commit. Its heading, and a slot
    /// that is held without reading (its commit is a dash), are no readers.
    private static func reader(_ line: Substring) -> EnvironmentStatistics.Reader? {
        let fields = line.split(separator: " ")
        guard fields.count == 3, let processID = Int(fields[0]), let commit = Int(fields[2])
        else { return nil }
        return EnvironmentStatistics.Reader(processID: processID, commit: commit)
    }
}

extension ReadTransaction {
    /// Pages that hold nothing, by the library's own table of them: each value begins with the
    /// number of pages that follow.
    fileprivate func freePageCount() throws -> Int {
        let freeTable = Table(name: "free pages", handle: 0)
        return try withCursor(freeTable) { cursor in
            var count = 0
            var isThere = try cursor.move(to: .first)
            while isThere {
                try cursor.withEntry { _, value in
                    guard value.count >= 8 else {
                        throw LMDBError.failed(
                            operation: "read the free list", code: MDB_CORRUPTED)
                    }
                    var pages: UInt64 = 0
                    for index in 0..<8 { pages |= UInt64(value[index]) << UInt64(8 * index) }
                    count += Int(truncatingIfNeeded: pages)
                }
                isThere = try cursor.move(to: .next)
            }
            return count
        }
    }
}

extension MDB_stat {
    /// Pages of every sort.
    var pageCount: Int { Int(ms_branch_pages + ms_leaf_pages + ms_overflow_pages) }
}
