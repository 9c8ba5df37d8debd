// Readers: two hundred at once, killed ones whose slots are used again, more than there is room
// for, and one that stays for long while a writer appends.

import Foundation
import Testing

@Suite(.serialized) struct ReaderTests {
    let material: Material
    let workspace: Workspace

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
        try workspace.reset(with: material.filled)
    }

    private func appendSmall(_ number: Int) throws {
        let base = 1_000 + number * 12
        let file = try workspace.write(
            Material.records(base..<(base + 12)), to: "small-\(number).csv")
        _ = try workspace.done(Material.ingest([file], material.mapping))
    }

    private func dataFileBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: workspace.store + "/log/data.mdb")
        return try #require(attributes[.size] as? Int)
    }

    @Test func twoHundredReadersAndAWriterAreAllServed() throws {
        var holders: [Checker] = []
        for _ in 0..<(isLong ? 200 : 20) {
            let holder = Checker()
            try holder.hold(workspace.store, count: isLong ? 1 : 10)
            holders.append(holder)
        }
        try appendSmall(0)
        let look = try Checker().figures(workspace.store)
        #expect(look.isSound, "\(look)")
        let programs = try (0..<(isLong ? 200 : 20)).map { _ in try workspace.start(["status"]) }
        var answers: Set<String> = []
        for program in programs {
            let ending = try program.wait()
            #expect(ending.status == 0, "\(ending.summary)")
            answers.insert(ending.output)
        }
        #expect(answers.count == 1)
        print("faults: readers at once: 200 held, \(programs.count) programs beside them")
    }

    @Test func slotsOfKilledReadersAreUsedAgain() throws {
        // There is room for 510; each round takes 200 and is killed.
        for round in 0..<4 {
            let holder = Checker()
            try holder.hold(workspace.store, count: 200)
            holder.kill()
            try appendSmall(round)
        }
        let last = Checker()
        try last.hold(workspace.store, count: 400)
        print("faults: killed readers' slots: 800 left behind, all used again")
    }

    @Test func oneReaderTooManyIsToldWhatToDo() throws {
        let holder = Checker()
        try holder.hold(workspace.store, count: 510)
        let ending = try workspace.run(["status"])
        #expect(ending.status == 74, "\(ending.summary)")
        #expect(ending.messages.contains("end some of the programs that read this store"))
        holder.release()
        _ = try workspace.done(["status"])
    }

    @Test func aReaderThatStaysLetsTheFileGrowWithinBounds() throws {
        let commits = isLong ? 200 : 15
        let before = try dataFileBytes()
        for number in 0..<commits { try appendSmall(number) }
        let alone = try dataFileBytes() - before
        try workspace.reset(with: material.filled)
        let holder = Checker()
        try holder.hold(workspace.store, count: 1)
        for number in 0..<commits { try appendSmall(number) }
        let held = try dataFileBytes() - before
        holder.release()
        let released = try dataFileBytes()
        for number in commits..<(2 * commits) { try appendSmall(number) }
        let after = try dataFileBytes() - released
        print(
            "faults: a reader that stays over \(commits) commits: the file grew by \(held) bytes, "
                + "without it by \(alone); over as many after it left by \(after)")
        #expect(held - alone < commits * 512 << 10, "the file grew by \(held) bytes")
        #expect(after <= alone + (256 << 10), "pages are not used again: \(after) bytes")
    }
}
