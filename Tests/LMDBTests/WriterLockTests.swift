// Aim: a second writer waits, says for whom, and gives up in time; a reader that stands in no
// table and a writer keep out of each other's way.

import Foundation
import LMDB
import Synchronization
import Testing

/// The lock as another program would hold it.
private final class ForeignHolder: Sendable {
    private let descriptor: Int32

    init(_ folder: String, isExclusive: Bool = true) throws {
        descriptor = Glibc.open(folder + "/writer.lock", O_RDWR)
        let operation = isExclusive ? LOCK_EX : LOCK_SH
        guard descriptor >= 0, flock(descriptor, operation | LOCK_NB) == 0 else {
            throw CocoaError(.fileLocking)
        }
    }

    func release() { close(descriptor) }
}

private func write(_ environment: Environment, _ table: Table, _ number: Int) throws {
    try fill(environment, table, number..<(number + 1), size: 10)
}

@Suite struct WriterLockTests {
    @Test func `a writer that another one keeps out gives up and names it`() throws {
        let folder = try TemporaryFolder()
        let waits = Mutex<[WriterWait]>([])
        let patience = WriterPatience(limitSeconds: 0.2, reportSeconds: 0.05) { wait in
            waits.withLock { $0.append(wait) }
        }
        let environment = try Environment.open(
            path: folder.path, access: .readWrite, mapSizeBytes: 1 << 20, patience: patience)
        let table = try environment.tables(named: ["a"])[0]
        let holder = try ForeignHolder(folder.path)
        let error = #expect(throws: LMDBError.self) { try write(environment, table, 1) }
        #expect(error?.reason == .writerBusy)
        #expect(error?.description.contains("another writer") == true)
        let seen = waits.withLock { $0 }
        #expect(!seen.isEmpty)
        #expect(seen.map(\.seconds) == seen.map(\.seconds).sorted())
        // The system's list may name nobody, in a container; if somebody, then us.
        #expect(seen.allSatisfy { $0.holder == nil || $0.holder == Int(getpid()) })
        let count = try environment.withRead { try $0.entryCount(table) }
        #expect(count == 0, "a reader does not wait")
        holder.release()
        try write(environment, table, 1)
    }

    @Test func `a writer goes on when the other has ended`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        let holder = try ForeignHolder(folder.path)
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            if worker == 0 {
                usleep(100_000)
                holder.release()
            } else {
                do { try write(environment, table, 1) } catch { Issue.record(error) }
            }
        }
        #expect(try environment.withRead { try $0.entryCount(table) } == 1)
    }

    @Test func `writers of one process follow one another`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            do {
                for number in 0..<25 { try write(environment, table, worker * 25 + number) }
            } catch { Issue.record(error) }
        }
        #expect(try environment.withRead { try $0.entryCount(table) } == 200)
    }

    @Test func `a writer within a writer is told, and not kept for ever`() throws {
        let folder = try TemporaryFolder()
        let environment = try Environment.open(
            path: folder.path, access: .readWrite, mapSizeBytes: 1 << 20,
            patience: WriterPatience(limitSeconds: 0.05))
        let table = try environment.tables(named: ["a"])[0]
        try environment.withWrite { (_: borrowing WriteTransaction) throws in
            let error = #expect(throws: LMDBError.self) { try write(environment, table, 1) }
            #expect(error?.reason == .writerBusy)
        }
        try write(environment, table, 1)
    }

    @Test func `a killed writer's lock is free at once and its work is gone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let environment = try openEnvironment(path)
        let table = try environment.tables(named: ["a"])[0]
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try Environment.open(path: path, access: .readWrite)
            let table = try environment.tables(named: ["a"])[0]
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                try transaction.put(table, OrderedKey(1), [UInt8](repeating: 1, count: 10).span)
                _ = kill(getpid(), SIGKILL)
            }
        }
        #expect(try environment.withRead { try $0.entryCount(table) } == 0)
        try write(environment, table, 1)
        #expect(try PageAudit.run(path: path + "/data.mdb").isSound)
    }

    @Test func `two processes that write take turns`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        _ = try openEnvironment(path).tables(named: ["a"])
        func child(_ first: Int) async {
            await #expect(processExitsWith: .success) {
                [path = path as String, first = first as Int] in
                let environment = try Environment.open(path: path, access: .readWrite)
                let table = try environment.tables(named: ["a"])[0]
                for number in first..<(first + 60) {
                    try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                        let value = [UInt8](repeating: 1, count: 10)
                        try transaction.put(table, OrderedKey(UInt64(number)), value.span)
                    }
                }
            }
        }
        async let first: Void = child(0)
        async let second: Void = child(60)
        _ = await (first, second)
        let environment = try openEnvironment(path)
        let table = try environment.tables(named: ["a"])[0]
        #expect(try environment.withRead { try $0.entryCount(table) } == 120)
    }

    /// The child gives up its rights for good, which needs root to begin with.
    @Test(.enabled(if: getuid() == 0, "needs root, to become somebody else"))
    func `without rights a store can be read, not written, and not beside a writer`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        do {
            let environment = try openEnvironment(path)
            let table = try environment.tables(named: ["a"])[0]
            try write(environment, table, 1)
        }
        #expect(chmod(path, 0o755) == 0)
        for name in try Folder.contents(of: path) { #expect(chmod("\(path)/\(name)", 0o644) == 0) }
        func child(isWriting: Bool) async {
            await #expect(processExitsWith: .success) {
                [path = path as String, isWriting = isWriting as Bool] in
                precondition(setgid(65_534) == 0 && setuid(65_534) == 0)
                do throws(LMDBError) {
                    _ = try Environment.open(path: path, access: .readWrite)
                    exit(3)
                } catch {
                    guard error.reason == .permissionDenied else { exit(4) }
                }
                let environment = try Environment.open(
                    path: path, access: .readOnly, patience: WriterPatience(limitSeconds: 0.1))
                do {
                    let table = try environment.tables(named: ["a"])[0]
                    let count = try environment.withRead { try $0.entryCount(table) }
                    exit(count == 1 && !isWriting ? 0 : 5)
                } catch let error as LMDBError {
                    exit(error.reason == .writerBusy && isWriting ? 0 : 6)
                }
            }
        }
        await child(isWriting: false)
        let holder = try ForeignHolder(path)
        await child(isWriting: true)
        holder.release()
        // Files that may not even be read.
        #expect(chmod(path + "/data.mdb", 0o600) == 0)
        await #expect(processExitsWith: .success) { [path = path as String] in
            precondition(setgid(65_534) == 0 && setuid(65_534) == 0)
            do throws(LMDBError) {
                _ = try Environment.open(path: path, access: .readOnly)
                exit(3)
            } catch {
                exit(error.reason == .permissionDenied ? 0 : 4)
            }
        }
    }
}
