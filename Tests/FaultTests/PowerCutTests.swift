// Power cuts. A run is traced once; from the trace come thousands of disks as a cut may leave them,
// and each is opened, verified, held against what was acknowledged by then, and taken up by the
// same command.

import Foundation
import Testing

@Suite(.serialized) struct PowerCutTests {
    /// In all, over the verbs.
    static let imageCount = isLong ? 10_000 : 60

    let material: Material

    init() throws { material = try Material.shared.get() }

    @Test(arguments: FaultVerb.all)
    func afterAPowerCutNothingAcknowledgedIsLost(_ verb: FaultVerb) async throws {
        let first = try Workspace()
        let undisturbed = try Undisturbed(verb, material, in: first)
        let weightSum = FaultVerb.weightSum
        let count = (PowerCutTests.imageCount * verb.weight + weightSum - 1) / weightSum
        let material = material
        let tally = try await onWorkers { share in
            let cut = try PowerCut(verb, material, undisturbed)
            for seed in 0..<count where share.has(seed) { try cut.check(seed: UInt64(seed)) }
            return cut.tally
        }
        tally.report("\(verb.name) after power cuts")
        #expect(!Share.isWhole || tally["images"] == count)
    }
}

/// One worker's cuts.
private final class PowerCut {
    private let verb: FaultVerb
    private let material: Material
    private let undisturbed: Undisturbed
    private let workspace: Workspace
    private let checker = Checker()
    private(set) var tally = Tally()

    init(_ verb: FaultVerb, _ material: Material, _ undisturbed: Undisturbed) throws {
        self.verb = verb
        self.material = material
        self.undisturbed = undisturbed
        workspace = try Workspace()
    }

    func check(seed: UInt64) throws {
        var draws = SeededDraws(seed: seed &+ 1_000_003)
        let records = undisturbed.trace.records
        let index = draws.below(records.count + 1)
        let disk = try Disk(
            template: try verb.template(material), trace: undisturbed.trace, cutAt: index)
        try workspace.reset()
        try disk.write(to: workspace.world, seed: seed)
        tally.add("images")
        let place = "\(verb.name), seed \(seed), cut at record \(index) of \(records.count)"
        let said = records.prefix(index).filter { $0.kind == .mark }
        let messages = said.filter { $0.flags == 2 }
            .map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        let acknowledgedCount = Undisturbed.acknowledged(messages).count
        let isAnswered = said.contains { $0.flags == 1 }
        try checkState(place, acknowledgedCount: acknowledgedCount)
        if isAnswered {
            let difference = try checker.figures(workspace.result(verb))
                .difference(from: undisturbed.end)
            #expect(difference.isEmpty, "\(place): answered, and \(difference)")
        }
        let resumed = try workspace.run(try verb.arguments(material))
        #expect(verb.isTakenUp(resumed), "\(place), taken up: \(resumed.summary)")
        let figures = try checker.figures(workspace.result(verb))
        let difference = figures.difference(from: undisturbed.end)
        #expect(difference.isEmpty, "\(place), taken up: \(difference)")
        try workspace.expectNotedHead(figures, "\(place), taken up")
    }

    private func checkState(_ place: String, acknowledgedCount: Int) throws {
        let look = try checker.state(workspace.store)
        guard look.isSound else {
            tally.add("no store yet")
            let mayBeMissing = acknowledgedCount == 0 && verb.beginning == .nothing
            #expect(
                mayBeMissing && look.outcome == "refused",
                "\(place), \(acknowledgedCount) batches acknowledged: \(look.outcome) \(look.words)"
            )
            return
        }
        tally.add("sound")
        if verb.isSealing {
            let shape = try workspace.shape()
            tally.add("of \(shape.blocks) blocks and \(shape.runs) runs")
        }
        let known = undisturbed.heads.firstIndex {
            $0.position == look.head && $0.hash == look.headHash
        }
        guard let known else {
            Issue.record("\(place): no state of the undisturbed run: \(look.head)")
            return
        }
        #expect(
            undisturbed.heads.lastIndex { $0.position == look.head } ?? known
                >= acknowledgedCount,
            "\(place): \(acknowledgedCount) batches acknowledged, \(known) found")
    }
}
