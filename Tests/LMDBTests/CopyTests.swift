// Aim: a copy holds one commit, all of it, whatever goes on meanwhile; or there is none.

import Foundation
import LMDB
import Testing

@Suite struct CopyTests {
    /// An environment with small and large values, and free pages behind them.
    private func prepared(_ path: String) throws -> (Environment, Table) {
        let environment = try openEnvironment(path)
        let table = try environment.tables(named: ["a"])[0]
        try fill(environment, table, 0..<200, size: 300)
        try fill(environment, table, 200..<210, size: 50_000)
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for number in UInt64(203)..<208 {
                #expect(try transaction.remove(table, OrderedKey(number)))
            }
        }
        return (environment, table)
    }

    private func contents(_ environment: Environment, _ table: Table) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            try transaction.forEachEntry(table) { key, value in
                found.append(Array(copying: key) + Array(copying: value))
                return true
            }
        }
        return found
    }

    @Test(arguments: [Environment.CopyForm.asItIs, .compacted])
    func `a copy holds what the original holds`(form: Environment.CopyForm) throws {
        let folder = try TemporaryFolder()
        let target = try TemporaryFolder()
        let (environment, table) = try prepared(folder.path)
        let copy = target.path + "/data.mdb"
        try environment.copy(to: copy, form: form)
        #expect(File.permissions(of: copy) == 0o600)
        let original = try #require(File.sizeBytes(of: folder.path + "/data.mdb"))
        let copied = try #require(File.sizeBytes(of: copy))
        #expect(form == .compacted ? copied < original - 200_000 : copied == original)
        let reopened = try openEnvironment(target.path, .readOnly)
        let copiedTable = try reopened.tables(named: ["a"])[0]
        #expect(try contents(reopened, copiedTable) == contents(environment, table))
        #expect(try contents(reopened, copiedTable).count == 205)
        if form == .compacted { #expect(try reopened.statistics().freePageCount == 0) }
    }

    @Test(arguments: [Environment.CopyForm.asItIs, .compacted])
    func `an empty environment can be copied too`(form: Environment.CopyForm) throws {
        let folder = try TemporaryFolder()
        let target = try TemporaryFolder()
        try openEnvironment(folder.path).copy(to: target.path + "/data.mdb", form: form)
        #expect(try openEnvironment(target.path).tables(named: ["a"]).count == 1)
    }

    @Test func `a name that is taken is refused`() throws {
        let folder = try TemporaryFolder()
        let (environment, _) = try prepared(folder.path)
        let path = folder.path + "/other"
        try File.create(path, bytes("mine"))
        let error = #expect(throws: LMDBError.self) {
            try environment.copy(to: path, form: .asItIs)
        }
        #expect(error?.reason == .exists)
        #expect(try File.bytes(of: path) == bytes("mine"))
    }

    @Test(arguments: [Environment.CopyForm.asItIs, .compacted])
    func `copies made while a writer goes on are of one commit`(
        form: Environment.CopyForm
    ) throws {
        let folder = try TemporaryFolder()
        let target = try TemporaryFolder()
        let (environment, table) = try prepared(folder.path)
        let targetPath = target.path
        // Each commit rewrites all values of one round: a copy has one round's in all.
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            do {
                for round in 0..<8 {
                    if worker == 0 {
                        try environment.withWrite {
                            (transaction: borrowing WriteTransaction) throws in
                            let value = [UInt8](repeating: UInt8(round), count: 3000)
                            for number in 0..<200 {
                                try transaction.put(
                                    table, OrderedKey(UInt64(number)), value.span)
                            }
                        }
                    } else {
                        try Folder.createNew(targetPath + "/\(round)")
                        try environment.copy(
                            to: targetPath + "/\(round)/data.mdb", form: form)
                    }
                }
            } catch { Issue.record(error) }
        }
        for round in 0..<8 {
            let copy = try openEnvironment(target.path + "/\(round)", .readOnly)
            let copiedTable = try copy.tables(named: ["a"])[0]
            let found = try contents(copy, copiedTable)
            #expect(found.count == 205)
            // Before the first round lengths are 300 and bytes differ.
            let values = Set(found.prefix(200).map { Array($0.dropFirst(8)) })
            let lengths = Set(values.map(\.count))
            #expect(lengths == [300] || (lengths == [3000] && values.count == 1))
        }
    }

    @Test(
        .enabled(if: SmallFileSystem.isPossible, "needs root for a small file system"),
        arguments: [Environment.CopyForm.asItIs, .compacted])
    func `a copy that finds the disk full is removed`(form: Environment.CopyForm) throws {
        let folder = try TemporaryFolder()
        let disk = try SmallFileSystem(sizeBytes: 300_000)
        let (environment, _) = try prepared(folder.path)
        let error = #expect(throws: LMDBError.self) {
            try environment.copy(to: disk.path + "/data.mdb", form: form)
        }
        #expect(error?.reason == .diskFull)
        #expect(try Folder.contents(of: disk.path) == [])
    }
}

@Suite struct StatisticsTests {
    @Test func `pages that were freed are counted, and used again`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        try fill(environment, table, 0..<10, size: 100_000)
        let before = try environment.statistics()
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for number in UInt64(0)..<8 {
                #expect(try transaction.remove(table, OrderedKey(number)))
            }
        }
        let after = try environment.statistics()
        // Each value took 25 pages.
        #expect(after.freePageCount >= before.freePageCount + 200)
        #expect(after.freeListPageCount >= 1)
        #expect(after.lastCommit == before.lastCommit + 1)
        #expect(after.fileBytes >= after.usedPageCount * after.pageSizeBytes)
        // The pages of a commit are free for the next but one.
        for number in 0..<9 { try fill(environment, table, number..<(number + 1), size: 90_000) }
        let reused = try environment.statistics()
        #expect(reused.usedPageCount < after.usedPageCount + 100)
        #expect(reused.freePageCount < after.freePageCount)
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            let tree = try transaction.statistics(table)
            #expect(tree.entryCount == 10)
            #expect(tree.overflowPageCount == 25 + 9 * 22)
            #expect(tree.leafPageCount == 1 && tree.branchPageCount == 0 && tree.depth == 1)
            #expect(tree.pageCount == tree.overflowPageCount + 1)
        }
    }

    @Test func `readers are listed with how far they are behind`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        #expect(try environment.statistics().readers == [])
        #expect(try environment.statistics().oldestReaderLag == 0)
        try environment.withRead { (_: borrowing ReadTransaction) throws in
            for number in 0..<3 { try fill(environment, table, number..<(number + 1), size: 10) }
            try environment.withRead { (_: borrowing ReadTransaction) throws in
                let statistics = try environment.statistics()
                #expect(statistics.readers.count == 2)
                #expect(statistics.readers.allSatisfy { $0.processID == Int(getpid()) })
                #expect(statistics.oldestReaderLag == 3)
            }
        }
        #expect(try environment.statistics().readers == [])
    }
}
