// Aim: each bit of a small file, turned over, is found by the audit where the audit answers for
// it; whatever is turned over, the audit ends with an answer. One bit of each byte in the
// everyday run, all bits and large random damage in the long one.

import Foundation
import LMDB
import Testing

private let isLongRun = ProcessInfo.processInfo.environment["DOWNSTREAM_LONG"] == "1"

/// A file whose bytes are turned over in place.
private final class DamagedFile {
    let path: String
    let bytes: [UInt8]
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        bytes = try File.bytes(of: path)
        descriptor = Glibc.open(path, O_RDWR)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
    }

    deinit { close(descriptor) }

    func write(_ new: [UInt8], at offset: Int) {
        let count = pwrite(descriptor, new, new.count, off_t(offset))
        #expect(count == new.count)
    }

    func restore(_ range: Range<Int>) { write(Array(bytes[range]), at: range.lowerBound) }

    func audit() throws -> PageAudit { try PageAudit.run(path: path) }
}

/// A small file with all that the format has: tables of one page and of several, values within
/// pages and on their own, free pages, a table that is empty, lengths even and odd.
private func makeFile(_ folder: String) throws {
    let environment = try openEnvironment(folder)
    let tables = try environment.tables(named: ["even", "large", "mixed", "never"])
    var generator = SeededGenerator(seed: 11)
    for round in 0..<6 {
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for number in 0..<30 {
                let size = generator.number(below: 50)
                let value = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                let text = "k\(number)" + String(repeating: "x", count: number)
                try transaction.put(tables[2], OrderedKey(text), value.span)
                let even = [UInt8](repeating: 7, count: 20)
                try transaction.append(
                    tables[0], OrderedKey(UInt64(round * 30 + number)), even.span)
            }
            let large = [UInt8](repeating: 200, count: 5000 + round)
            try transaction.put(tables[1], OrderedKey(UInt64(round % 2)), large.span)
        }
    }
}

@Suite struct BitFlipTests {
    @Test func `a turned bit in what the audit answers for is found`() throws {
        let folder = try TemporaryFolder()
        try makeFile(folder.path)
        let path = folder.path + "/data.mdb"
        var options = PageAudit.Options()
        options.mapsUse = true
        let sound = try PageAudit.run(path: path, options: options)
        #expect(sound.isSound)
        let use = try #require(sound.use)
        let file = try DamagedFile(path)
        #expect(use.byteCount == file.bytes.count)
        var generator = SeededGenerator(seed: 3)
        var (found, hidden) = ([ByteUse: Int](), [ByteUse: Int]())
        for offset in file.bytes.indices {
            let kind = use.use(at: offset)
            let isRare = offset % 4096 < 160 && offset < 8192
            let isPlain = kind == .unused || kind == .value || kind == .previous
            if !isLongRun && isPlain && offset % 5 != 0 { continue }
            let bits = isLongRun || isRare ? Array(0..<8) : [generator.number(below: 8)]
            for bit in bits {
                file.write([file.bytes[offset] ^ (1 << UInt8(bit))], at: offset)
                if try file.audit().isSound {
                    hidden[kind, default: 0] += 1
                    if kind == .structure { Issue.record("byte \(offset) bit \(bit) is not found") }
                } else {
                    found[kind, default: 0] += 1
                    // The map size lies among the meta page's bytes and is only compared.
                    if kind == .unused && offset >= 8192 {
                        Issue.record("byte \(offset) bit \(bit) is not in use, but was found")
                    }
                }
            }
            file.restore(offset..<(offset + 1))
        }
        #expect(try file.audit().isSound)
        // A length is found out but for its last bit beside the other's odd one.
        #expect(hidden[.length, default: 0] * 10 < found[.length, default: 0])
        let counts = ByteUse.allCases.map {
            "\($0) \(found[$0, default: 0]) of \(found[$0, default: 0] + hidden[$0, default: 0])"
        }
        print("turned bits found by the audit alone: \(counts.joined(separator: ", "))")
    }

    @Test(arguments: 0..<4)
    func `no damage ends the audit`(seed: Int) throws {
        let folder = try TemporaryFolder()
        try makeFile(folder.path)
        let file = try DamagedFile(folder.path + "/data.mdb")
        var generator = SeededGenerator(seed: UInt64(seed))
        let special: [UInt8] = [0, 0xff, 0x7f, 0x80, 1, 16]
        for _ in 0..<(isLongRun ? 200_000 : 1000) {
            var touched: [Range<Int>] = []
            for _ in 0...generator.number(below: 4) {
                // The header, the places and the ends of pages matter most.
                let page = generator.number(below: file.bytes.count / 4096)
                let place = generator.number(below: 3)
                let within = generator.number(below: place == 0 ? 4096 : 160)
                let start = page * 4096 + (place == 2 ? 4095 - within : within)
                let end = min(file.bytes.count, start + 1 + generator.number(below: 9))
                let value = special[generator.number(below: special.count)]
                let isNoise = generator.number(below: 2) == 0
                let damage = (start..<end).map { _ in
                    isNoise ? UInt8(truncatingIfNeeded: generator.next()) : value
                }
                file.write(damage, at: start)
                touched.append(start..<end)
            }
            let found = try file.audit()
            #expect(found.unusedBytes <= file.bytes.count)
            for range in touched { file.restore(range) }
        }
        #expect(try file.audit().isSound)
    }

    @Test func `a page that is another page of the file is found`() throws {
        let folder = try TemporaryFolder()
        try makeFile(folder.path)
        var options = PageAudit.Options()
        options.mapsUse = true
        let path = folder.path + "/data.mdb"
        let use = try #require(try PageAudit.run(path: path, options: options).use)
        let file = try DamagedFile(path)
        let pages = (0..<(file.bytes.count / 4096)).map { ($0 * 4096)..<(($0 + 1) * 4096) }
        for target in pages where use.use(at: target.lowerBound) == .structure {
            for source in pages where file.bytes[source] != file.bytes[target] {
                file.write(Array(file.bytes[source]), at: target.lowerBound)
                #expect(try !file.audit().isSound, "page \(source) at \(target)")
            }
            file.restore(target)
        }
    }

    @Test func `a cut file is found at every length`() throws {
        let folder = try TemporaryFolder()
        try makeFile(folder.path)
        let path = folder.path + "/data.mdb"
        var options = PageAudit.Options()
        options.mapsUse = true
        let sound = try PageAudit.run(path: path, options: options)
        let use = try #require(sound.use)
        var length = sound.fileBytes
        while length > 0 {
            // Behind the last byte in use the rest of a page has to be there too.
            length -= 512
            #expect(truncate(path, off_t(length)) == 0)
            let isCut = (length..<(length + 4096)).contains { use.isUsed($0) }
            if isCut || length < sound.pageCount * 4096 - 8 * 4096 {
                #expect(try !PageAudit.run(path: path).isSound, "\(length) bytes")
            }
        }
    }
}
