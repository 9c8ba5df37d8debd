// Aim: a copy is the log it was made from or it is refused, and a smaller file is the same log.

import EventLog
import Events
import Foundation
import LMDB
import Synchronization
import Testing

@Suite struct BackupTests {
    private func filled(_ count: Int = 9_000) throws -> TemporaryStore {
        let store = TemporaryStore()
        let log = try store.open()
        let session = try log.beginAppend(source())
        var maker = BatchMaker()
        for start in stride(from: 0, to: count, by: 1_000) {
            let facts = (start..<min(count, start + 1_000)).map {
                Fact(key: "k\($0)", customer: "c\($0 % 37)", second: Int64($0))
            }
            _ = try session.append(maker.batch(facts))
        }
        try log.put([1, 2, 3], on: .runs, name: "kept")
        return store
    }

    private func target(_ store: TemporaryStore, _ name: String) -> String {
        store.path + "-" + name
    }

    private func remove(_ paths: String...) throws {
        for path in paths where FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func aBackupIsTheSameLogAndIsRestoredToTheSameHead() throws {
        let store = try filled()
        let (backup, restored) = (target(store, "backup"), target(store, "restored"))
        defer { #expect(throws: Never.self) { try remove(backup, restored) } }
        let log = try store.open()
        let snapshot = try log.snapshot()
        let copy = try log.copy(to: backup) { _, _ in }
        #expect(copy.headHash == snapshot.headHash && copy.head == snapshot.head)
        do {
            let opened = try Log.open(directory: backup, access: .readOnly)
            let again = try opened.restore(to: restored) { _, _ in }
            #expect(again.headHash == snapshot.headHash)
        }
        let second = try Log.open(directory: restored, access: .readWrite)
        #expect(try second.snapshot().headHash == snapshot.headHash)
        #expect(try second.facts() == log.facts())
        #expect(try second.bytes(on: .runs, name: "kept") == [1, 2, 3])
        #expect(second.storeID == log.storeID)
        #expect(try second.verifyChain(VerificationRequest(isDeep: true)).isSound)
        // It goes on as the log that it is.
        #expect(
            try second.append([Fact(key: "k1", customer: "c1", second: 1)], of: source("c"))
                .duplicates == 1)
    }

    @Test func aLogIsCopiedWhileItGrows() throws {
        let store = try filled(5_000)
        let backup = target(store, "live")
        defer { #expect(throws: Never.self) { try remove(backup) } }
        let log = try store.open()
        let heads = Mutex<[String]>([try log.snapshot().headHash])
        let isDone = Mutex(false)
        let failure = Mutex<(any Error)?>(nil)
        let writer = Thread {
            do {
                var number = 0
                while !isDone.withLock({ $0 }) {
                    let facts = (0..<300).map { Fact(key: "n\(number)-\($0)", customer: "x\($0)") }
                    let hash = String(String(number, radix: 16).reversed())
                    let digits = hash + String(repeating: "0", count: 64 - hash.count)
                    var source = source()
                    source.fileHash = digits
                    try log.append(facts, of: source)
                    let headHash = try log.snapshot().headHash
                    heads.withLock { $0.append(headHash) }
                    number += 1
                }
            } catch { failure.withLock { $0 = error } }
            isDone.withLock { $0 = false }
        }
        writer.start()
        usleep(30_000)
        let copy = try log.copy(to: backup) { _, _ in }
        isDone.withLock { $0 = true }
        while isDone.withLock({ $0 }) { usleep(1_000) }
        #expect(failure.withLock { $0 } == nil)
        #expect(heads.withLock { $0 }.contains(copy.headHash))
        #expect(try log.verifyChain().isSound)
    }

    @Test func aCopyOfADamagedLogIsRefusedAndRemoved() throws {
        let store = try filled()
        let backup = target(store, "damaged")
        try store.change("blocks", OrderedKey(4_096)) { stored in
            var value = stored
            value[2_000] ^= 4
            return value
        }
        let log = try store.open()
        let error = #expect(throws: EventLogError.self) { try log.copy(to: backup) { _, _ in } }
        #expect(error?.description.contains("not sound") == true)
        #expect(!FileManager.default.fileExists(atPath: backup))
    }

    @Test func nothingIsOverwritten() throws {
        let store = try filled(10)
        let log = try store.open()
        #expect(throws: EventLogError.alreadyThere(path: store.path)) {
            try log.copy(to: store.path) { _, _ in }
        }
        let backup = target(store, "twice")
        defer { #expect(throws: Never.self) { try remove(backup) } }
        _ = try log.copy(to: backup) { _, _ in }
        let opened = try Log.open(directory: backup, access: .readOnly)
        #expect(throws: EventLogError.alreadyThere(path: store.path + "/log")) {
            try opened.restore(to: store.path) { _, _ in }
        }
    }

    /// What a copy that is killed leaves: the mark, and part of what it makes.
    private func leave(_ working: String, _ parts: [String]) throws {
        for part in ["in-the-making"] + parts {
            let path = working + "/" + part
            let file = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: part.hasSuffix("/") ? file : file.deletingLastPathComponent(),
                withIntermediateDirectories: true)
            if !part.hasSuffix("/") { try Data("half".utf8).write(to: file) }
        }
    }

    @Test(arguments: [
        [], ["copy/"], ["copy/log/"], ["copy/log/data.mdb"],
        ["copy/log/data.mdb", "copy/log/lock.mdb", "copy/head"],
    ])
    func whatAStoppedCopyLeftIsTakenOver(parts: [String]) throws {
        let store = try filled(5_000)
        let (backup, restored) = (target(store, "backup"), target(store, "restored"))
        defer {
            #expect(throws: Never.self) {
                try remove(backup, backup + ".partial", restored)
            }
        }
        let hash: String
        do {
            let log = try store.open()
            hash = try log.snapshot().headHash
            try leave(backup + ".partial", parts)
            #expect(try log.copy(to: backup + "/") { _, _ in }.headHash == hash)
            #expect(!FileManager.default.fileExists(atPath: backup + ".partial"))
            // Stopped once more when all was in place.
            try leave(backup + ".partial", [])
            #expect(try log.copy(to: backup) { _, _ in }.headHash == hash)
            #expect(!FileManager.default.fileExists(atPath: backup + ".partial"))
            #expect(throws: EventLogError.alreadyThere(path: backup)) {
                try log.copy(to: backup) { _, _ in }
            }
        }
        do {
            let opened = try Log.open(directory: backup, access: .readOnly)
            try leave(restored + "/restoring", parts)
            #expect(try opened.restore(to: restored) { _, _ in }.headHash == hash)
            try leave(restored + "/restoring", [])
            #expect(try opened.restore(to: restored) { _, _ in }.headHash == hash)
            #expect(!FileManager.default.fileExists(atPath: restored + "/restoring"))
            #expect(throws: EventLogError.alreadyThere(path: restored + "/log")) {
                try opened.restore(to: restored) { _, _ in }
            }
        }
        try leave(store.path + "/compacting", parts)
        #expect(try store.open(.readWrite).compact { _, _ in }.headHash == hash)
        #expect(!FileManager.default.fileExists(atPath: store.path + "/compacting"))
        #expect(try store.open(.readWrite).verifyChain().isSound)
    }

    @Test func whatIsNotOursIsNotRemoved() throws {
        let store = try filled(10)
        let log = try store.open()
        let backup = target(store, "backup")
        let working = backup + ".partial"
        defer { #expect(throws: Never.self) { try remove(backup, working) } }
        // Somebody's own folder of this name; then one with a mark and something more.
        for parts in [["notes.txt"], ["copy/log/notes.txt"]] {
            try leave(working, parts)
            if parts == ["notes.txt"] { try remove(working + "/in-the-making") }
            let error = #expect(throws: EventLogError.self) {
                try log.copy(to: backup) { _, _ in }
            }
            #expect(error?.description.contains(working) == true, "\(error as Any)")
            #expect(FileManager.default.fileExists(atPath: working + "/" + parts[0]))
            #expect(!FileManager.default.fileExists(atPath: backup))
            try remove(working)
        }
        // Another process that is at it.
        try leave(working, ["copy/log/data.mdb"])
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        holder.arguments = [working + "/in-the-making", "-c", "echo; sleep 60"]
        let pipe = Pipe()
        holder.standardOutput = pipe
        try holder.run()
        _ = pipe.fileHandleForReading.availableData
        let error = #expect(throws: EventLogError.self) { try log.copy(to: backup) { _, _ in } }
        holder.terminate()
        #expect(error?.description.contains("another process is working in") == true)
        #expect(FileManager.default.fileExists(atPath: working + "/copy/log/data.mdb"))
    }

    @Test func aWriterThatWaitsSaysSoAndGivesUp() throws {
        let store = try filled(10)
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        holder.arguments = [store.path + "/log/writer.lock", "-c", "echo; exec sleep 60"]
        let pipe = Pipe()
        holder.standardOutput = pipe
        let waits = Mutex<[Double]>([])
        let log = try Log.open(
            directory: store.path, access: .readWrite, waitSeconds: 1.3
        ) { seconds, _ in waits.withLock { $0.append(seconds) } }
        try holder.run()
        _ = pipe.fileHandleForReading.availableData
        let error = #expect(throws: EventLogError.self) {
            try log.append([Fact(key: "late")], of: source("c"))
        }
        holder.terminate()
        guard case .busy(let words)? = error else {
            Issue.record("it ended otherwise: \(error as Any)")
            return
        }
        #expect(words.contains("another writer") && words.contains("Nothing was written"))
        #expect(waits.withLock { $0.count } == 1 && waits.withLock { $0[0] } >= 1)
    }

    @Test func aBackupThatWentBackIsNotRestored() throws {
        let store = try filled(20)
        let backup = target(store, "old")
        let restored = target(store, "from-old")
        defer { #expect(throws: Never.self) { try remove(backup, restored) } }
        let log = try store.open()
        _ = try log.copy(to: backup) { _, _ in }
        try log.append([Fact(key: "later")], of: source("c"))
        try remove(backup + "/head")
        try FileManager.default.copyItem(
            atPath: store.path + "/head", toPath: backup + "/head")
        let opened = try Log.open(directory: backup, access: .readOnly)
        let error = #expect(throws: EventLogError.self) {
            try opened.restore(to: restored) { _, _ in }
        }
        #expect(error?.description.contains("acknowledged") == true)
        #expect(!FileManager.default.fileExists(atPath: restored + "/log"))
    }

    @Test func compactingGivesFreePagesBackAndChangesNothing() throws {
        let store = try filled()
        let (facts, hash): ([Fact], String)
        do {
            let log = try store.open()
            // Kept and removed again: pages that nobody uses.
            try log.put([UInt8](repeating: 9, count: 3 << 20), on: .models, name: "large")
            _ = try log.remove(from: .models, name: "large")
            (facts, hash) = (try log.facts(), try log.snapshot().headHash)
            let copy = try log.compact { _, _ in }
            #expect(copy.bytesAfter < copy.bytesBefore - (2 << 20))
            #expect(copy.headHash == hash)
        }
        let log = try store.open(.readWrite)
        #expect(try log.facts() == facts)
        #expect(try log.snapshot().headHash == hash)
        #expect(try log.verifyChain(VerificationRequest(isDeep: true)).isSound)
        #expect(try Log.checkPages(directory: store.path).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: store.path + "/compacting"))
    }
}
