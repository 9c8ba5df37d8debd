// A data file that is cut off, replaced by something else, or of a newer version. The program says
// what is wrong and ends with a status, never by a signal, and never writes into what it does not
// know.

import Foundation
import Testing

@Suite(.serialized) struct DamageTests {
    let material: Material
    let workspace: Workspace
    var dataFile: String { workspace.store + "/log/data.mdb" }

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
        try workspace.reset(with: material.filled)
    }

    private func content() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: dataFile)) }

    private func replace(_ bytes: Data) throws {
        try bytes.write(to: URL(fileURLWithPath: dataFile))
    }

    /// Verifies, reads and writes a damaged store: each ends in words.
    private func expectWords(_ what: String, _ words: [String] = []) throws {
        let before = try content()
        let commands = [
            ["verify"], ["status"], Material.ingest([material.small], material.mapping),
        ]
        for arguments in commands {
            let ending = try workspace.run(arguments)
            let place = "\(what): \(arguments[0])"
            #expect(ending.signal == nil, "\(place): \(ending.summary)")
            #expect(ending.status != 0, "\(place): \(ending.summary)")
            let said = ending.messages + ending.output
            #expect(!said.isEmpty, "\(place) says nothing")
            for word in words { #expect(said.contains(word), "\(place): \(said)") }
        }
        #expect(try content() == before, "\(what): it was written to")
    }

    @Test func aShortenedFileIsFound() throws {
        let whole = try content()
        let checker = Checker()
        let pristine = try checker.state(workspace.store)
        let lengths = [
            1, 100, 4_095, 4_096, 8_191, 8_192, 8_193, whole.count / 2, whole.count - 40_960,
            whole.count - 8_192,
        ]
        var tally = Tally()
        for length in lengths where length < whole.count {
            try replace(whole.prefix(length))
            let ending = try workspace.run(["verify"])
            #expect(ending.signal == nil, "\(length) bytes: \(ending.summary)")
            #expect(!(ending.messages + ending.output).isEmpty, "\(length) bytes")
            if ending.status == 0 {
                // Only pages that nothing leads to were cut off.
                let look = try checker.state(workspace.store)
                #expect(look == pristine, "\(length) bytes: \(look.difference(from: pristine))")
                tally.add("of unused pages only")
            }
            let status = try workspace.run(["status"])
            #expect(status.signal == nil, "\(length) bytes: \(status.summary)")
            tally.add("lengths")
        }
        tally.report("a data file cut off")
    }

    @Test func anEmptyOrMissingDataFileIsNotBegunAnew() throws {
        let whole = try content()
        try replace(Data())
        try expectWords("empty", ["data"])
        try replace(whole)
        try FileManager.default.removeItem(atPath: dataFile)
        let ending = try workspace.run(Material.ingest([material.small], material.mapping))
        #expect(ending.signal == nil && ending.status != 0, "\(ending.summary)")
    }

    @Test(arguments: ["text", "zeros", "sqlite", "noise"])
    func aFileOfSomethingElseIsLeftAlone(_ kind: String) throws {
        var draws = SeededDraws(seed: 5)
        let other: Data =
            switch kind {
            case "text": Data(String(repeating: "not a store\n", count: 4_000).utf8)
            case "zeros": Data(count: 114_688)
            case "sqlite": Data("SQLite format 3\0".utf8) + Data(count: 65_520)
            default: Data((0..<65_536).map { _ in UInt8(truncatingIfNeeded: draws.next()) })
            }
        try replace(other)
        try expectWords(kind, ["log"])
    }

    @Test func aStoreOfANewerVersionIsRefusedByItsNumber() throws {
        var bytes = try content()
        // The version stands behind its name, big-endian; in old pages too.
        let name = Data("format".utf8) + Data([0, 0, 0])
        var place = bytes.startIndex
        var found = 0
        while let range = bytes.range(of: name, in: place..<bytes.endIndex) {
            if bytes[range.upperBound] < 100 {
                bytes[range.upperBound] = 99
                found += 1
            }
            place = range.upperBound
        }
        try #require(found > 0, "no version found in the file")
        try replace(bytes)
        try expectWords("format 99", ["format 99", "newer"])
    }

    @Test func aFileOfAnotherVersionOfTheLibraryIsRefused() throws {
        var bytes = try content()
        // Both first pages: the version is the second field behind the page's header of 16 bytes.
        for page in [0, 4_096] { bytes[page + 20] = 9 }
        try replace(bytes)
        try expectWords("library's version 9", ["VERSION_MISMATCH"])
    }

    @Test(arguments: ["missing", "empty", "noise", "short"])
    func aSpoiltLockFileHindersNobody(_ kind: String) throws {
        let path = workspace.store + "/log/lock.mdb"
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        var draws = SeededDraws(seed: 6)
        try FileManager.default.removeItem(atPath: path)
        if kind != "missing" {
            let count = kind == "empty" ? 0 : kind == "short" ? 100 : size
            let bytes = Data((0..<count).map { _ in UInt8(truncatingIfNeeded: draws.next()) })
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        _ = try workspace.done(["verify"])
        _ = try workspace.done(Material.ingest([material.small], material.mapping))
    }
}
