// Aim: a sound file is called sound whatever was done to it; a flipped bit in what the audit
// answers for is found; and no file, however damaged, ends the audit.

import Foundation
import LMDB
import Testing

/// Commits of random changes to several tables, by seed.
private struct RandomWork {
    private var generator: SeededGenerator
    private let environment: Environment
    private let tables: [Table]
    private var appended: UInt64 = 0

    init(_ environment: Environment, seed: UInt64) throws {
        self.environment = environment
        generator = SeededGenerator(seed: seed)
        tables = try environment.tables(named: ["appended", "mixed", "large", "never"])
    }

    private mutating func value(below bound: Int) -> [UInt8] {
        let byte = UInt8(truncatingIfNeeded: generator.next())
        return [UInt8](repeating: byte, count: generator.number(below: bound))
    }

    private mutating func key(below bound: Int) -> OrderedKey {
        let number = generator.number(below: bound)
        // Lengths from 1 to about 100, most of them unlike.
        return OrderedKey("\(number)" + String(repeating: "k", count: number % 97))
    }

    mutating func commit(changes: Int) throws {
        var changed = self
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for _ in 0..<changes { try changed.change(transaction) }
        }
        self = changed
    }

    private mutating func change(_ transaction: borrowing WriteTransaction) throws {
        switch generator.number(below: 10) {
        case 0..<3:
            let block = value(below: 200)
            try transaction.append(tables[0], OrderedKey(appended), block.span)
            appended += 1
        case 3..<6:
            let (key, block) = (key(below: 2000), value(below: 900))
            try transaction.put(tables[1], key, block.span)
        case 6..<8: _ = try transaction.remove(tables[1], key(below: 2000))
        case 8:
            let (key, block) = (key(below: 40), value(below: 30_000))
            try transaction.put(tables[2], key, block.span)
        default: _ = try transaction.remove(tables[2], key(below: 40))
        }
    }

    mutating func empty(_ index: Int) throws {
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            var keys: [OrderedKey] = []
            try transaction.reading.forEachEntry(tables[index]) { key, _ in
                keys.append(OrderedKey(bytes: Array(copying: key)))
                return true
            }
            for key in keys { #expect(try transaction.remove(tables[index], key)) }
        }
        if index == 0 { appended = 0 }
    }
}

private func audit(_ folder: String, mapsUse: Bool = false) throws -> PageAudit {
    var options = PageAudit.Options()
    options.mapsUse = mapsUse
    return try PageAudit.run(path: folder + "/data.mdb", options: options)
}

private func expectSound(
    _ audit: PageAudit, _ comment: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let (problems, text) = (audit.problems.prefix(5).map(\.description), comment())
    #expect(problems == [], "\(text)", sourceLocation: sourceLocation)
    #expect(audit.isSound, sourceLocation: sourceLocation)
}

@Suite struct SoundFileTests {
    @Test func `a new file is sound`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let before = try audit(folder.path)
        expectSound(before)
        #expect(before.commit == 0 && before.pageCount == 2)
        let table = try environment.tables(named: ["a"])[0]
        expectSound(try audit(folder.path))
        try fill(environment, table, 0..<1, size: 1)
        expectSound(try audit(folder.path))
    }

    @Test(arguments: 0..<6)
    func `a file is sound after every commit of random work`(seed: Int) throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        var work = try RandomWork(environment, seed: UInt64(seed))
        for step in 0..<60 {
            if step % 25 == 24 {
                try work.empty(step % 3)
            } else {
                try work.commit(changes: seed % 2 == 0 ? 15 : 150)
            }
            let found = try audit(folder.path)
            expectSound(found, "seed \(seed), step \(step)")
            guard found.isSound else { return }
        }
        let found = try audit(folder.path)
        let statistics = try environment.statistics()
        #expect(found.commit == statistics.lastCommit)
        #expect(found.freePageCount == statistics.freePageCount)
        #expect(found.pageCount == statistics.usedPageCount)
        for table in try environment.tables(named: ["appended", "mixed", "large", "never"]) {
            let tree = try environment.withRead { try $0.statistics(table) }
            let audited = try #require(found.tables.first { $0.name == table.name })
            #expect(audited.entryCount == tree.entryCount && audited.depth == tree.depth)
            #expect(audited.branchPageCount == tree.branchPageCount)
            #expect(audited.leafPageCount == tree.leafPageCount)
            #expect(audited.overflowPageCount == tree.overflowPageCount)
        }
    }

    @Test func `a file is sound beside a reader that stays, and after it`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        var work = try RandomWork(environment, seed: 77)
        try work.commit(changes: 200)
        var inner = work
        try environment.withRead { (_: borrowing ReadTransaction) throws in
            for _ in 0..<20 {
                try inner.commit(changes: 100)
                expectSound(try audit(folder.path))
            }
        }
        for _ in 0..<20 {
            try inner.commit(changes: 100)
            expectSound(try audit(folder.path))
        }
    }

    @Test func `a large free list is read in parts`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path, mapSizeBytes: 1 << 30)
        let table = try environment.tables(named: ["a"])[0]
        try fill(environment, table, 0..<300, size: 400_000)
        for numbers in [UInt64(0)..<200, 200..<290] {
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                for number in numbers {
                    #expect(try transaction.remove(table, OrderedKey(number)))
                }
            }
            expectSound(try audit(folder.path))
        }
        #expect(try audit(folder.path).freePageCount > 28_000)
        for number in 0..<20 {
            try fill(environment, table, number..<(number + 2), size: 300_000)
            expectSound(try audit(folder.path))
        }
    }

    @Test func `copies are sound, and a compacted one has no free page`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        var work = try RandomWork(environment, seed: 5)
        for _ in 0..<20 { try work.commit(changes: 100) }
        for form in [Environment.CopyForm.asItIs, .compacted] {
            let target = try TemporaryFolder()
            try environment.copy(to: target.path + "/data.mdb", form: form)
            let copied = try audit(target.path)
            expectSound(copied)
            #expect((copied.freePageCount == 0) == (form == .compacted))
            var more = try RandomWork(try openEnvironment(target.path), seed: 6)
            for _ in 0..<5 {
                try more.empty(0)
                try more.commit(changes: 50)
                expectSound(try audit(target.path))
            }
        }
    }

    @Test func `a table that only grows at its end has exact separators`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        for round in UInt64(0)..<20 {
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                for number in 0..<UInt64(500) {
                    let value = bytes("value")
                    try transaction.append(table, OrderedKey(round * 500 + number), value.span)
                }
            }
        }
        let found = try audit(folder.path).tables.first { $0.name == "a" }
        #expect(found?.looseSeparatorCount == 0)
        #expect(found?.branchPageCount == 1)
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for number in UInt64(0)..<5000 {
                #expect(try transaction.remove(table, OrderedKey(number * 2)))
            }
        }
        var options = PageAudit.Options()
        expectSound(try PageAudit.run(path: folder.path + "/data.mdb", options: options))
        options.appendOnlyTables = ["a"]
        let strict = try PageAudit.run(path: folder.path + "/data.mdb", options: options)
        #expect(strict.problems.map(\.what) == ["separators"])
    }
}
