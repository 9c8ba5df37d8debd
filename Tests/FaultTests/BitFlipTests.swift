// Single bits turned over in the data file. Either verification finds it, or it says that all is
// well and everything that can be read is what it was: the bit stood in unused space. Damage may
// end the process that looks; the program's own verification must outlive that.

import Foundation
import Testing

@Suite(.serialized) struct BitFlipTests {
    static let file = "log/data.mdb"

    let material: Material

    init() throws { material = try Material.shared.get() }

    /// Copies of a store, one for each worker, and the flips of each.
    private func flipAll(
        _ template: String, bits: [Int], title: String
    ) async throws -> Tally {
        let tally = try await onWorkers { share in
            try BitFlipTests.flip(template, bits.indices.filter(share.has).map { bits[$0] })
        }
        tally.report(title)
        return tally
    }

    private static func flip(_ template: String, _ bits: [Int]) throws -> Tally {
        let workspace = try Workspace()
        try workspace.reset(with: template)
        let checker = Checker()
        let pristine = try checker.state(workspace.store)
        #expect(pristine.isSound, "\(pristine)")
        var tally = Tally()
        for bit in bits {
            let look = try checker.flip(workspace.store, file: file, bit: bit)
            tally.add("bits")
            switch look.outcome {
            case "sound" where look == pristine: tally.add("in unused space")
            case "sound", "unreadable":
                let difference = look.difference(from: pristine)
                tally.add("silently wrong (\(difference.prefix { $0 != ":" }))")
            case "unsound", "refused":
                tally.add("found")
                #expect(!look.words.isEmpty, "bit \(bit): no words")
            default:
                tally.add("found by the end of the reading process")
                // One of every hundred is shown to the program as well.
                if tally["found by the end of the reading process"] % 100 == 1 {
                    try verify(workspace, bit: bit, &tally)
                }
                #expect(look.outcome != "died of signal \(SIGALRM)", "bit \(bit): it hangs")
            }
        }
        #expect(try checker.state(workspace.store) == pristine, "a bit was not turned back")
        return tally
    }

    /// The program's verification of a store whose damage ends the process that reads it.
    private static func verify(_ workspace: Workspace, bit: Int, _ tally: inout Tally) throws {
        let path = workspace.store + "/" + file
        try Checker.turn(path, bit: bit)
        defer { tally.add("shown to the program") }
        let ending = try workspace.run(["verify"])
        try Checker.turn(path, bit: bit)
        #expect(ending.signal == nil && ending.status != 0, "bit \(bit): \(ending.summary)")
        #expect(!(ending.output + ending.messages).isEmpty, "bit \(bit): no words")
    }

    private func expectNothingSilent(_ tally: Tally) {
        let silent = tally.counts.filter { $0.key.hasPrefix("silently wrong") }
        #expect(silent.isEmpty, "\(silent)")
    }

    @Test func everyFlippedBitOfASmallStoreIsFoundOrUnused() async throws {
        let workspace = try Workspace()
        let file = try workspace.write(Material.records(0..<30), to: "few.csv")
        _ = try workspace.done(Material.ingest([file], material.mapping))
        let attributes = try FileManager.default.attributesOfItem(
            atPath: workspace.store + "/" + BitFlipTests.file)
        let count = try #require(attributes[.size] as? Int) * 8
        var draws = SeededDraws(seed: 11)
        let bits = isLong ? Array(0..<count) : (0..<1_500).map { _ in draws.below(count) }
        let tally = try await flipAll(
            workspace.store, bits: bits, title: "bits flipped, small store of \(count) bits")
        #expect(tally["found"] > 0)
        expectNothingSilent(tally)
    }

    @Test func randomFlippedBitsOfALargeStoreAreFoundOrUnused() async throws {
        let workspace = try Workspace()
        let file = try workspace.write(
            Material.records(0..<(isLong ? 50_000 : 4_000)), to: "many.csv")
        _ = try workspace.done([
            "ingest", file, "--mapping", material.mapping, "--recorded-at", Material.recordedAt,
        ])
        let attributes = try FileManager.default.attributesOfItem(
            atPath: workspace.store + "/" + BitFlipTests.file)
        let count = try #require(attributes[.size] as? Int) * 8
        var draws = SeededDraws(seed: 12)
        let bits = (0..<(isLong ? 400 : 40)).map { _ in draws.below(count) }
        let tally = try await flipAll(
            workspace.store, bits: bits, title: "bits flipped, large store of \(count / 8) bytes")
        #expect(tally["found"] > 0)
        expectNothingSilent(tally)
    }
}
