// The program killed at every call that changes a file, in the middle of every write, and at
// random moments: the store opens, is sound, holds what was acknowledged, and the same command
// ends as an undisturbed run.

import Foundation
import Testing

@Suite(.serialized) struct KillTests {
    let material: Material
    let workspace: Workspace
    let checker = Checker()

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
    }

    @Test(arguments: FaultVerb.all)
    func aRunKilledAtAnyCallIsTakenUpByTheNext(_ verb: FaultVerb) async throws {
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        let step = isLong ? 1 : verb.everydayStep
        let tally = try await onWorkers { share in
            try KillTests().killAtCalls(verb, undisturbed, step: step, share)
        }
        tally.report("\(verb.name) killed at \(undisturbed.trace.callCount) calls / \(step)")
        #expect(!Share.isWhole || tally["killed"] >= undisturbed.trace.callCount / step)
    }

    private func killAtCalls(
        _ verb: FaultVerb, _ undisturbed: Undisturbed, step: Int, _ share: Share
    ) throws -> Tally {
        var tally = Tally()
        for mode in [Fault.Mode.kill, .torn] {
            var index = 0
            while true {
                defer { index += 1 }
                guard share.has(index) else { continue }
                let number = (mode == .kill ? 1 : 3) + index * step
                let fault = Fault(mode: mode, at: number)
                // Until the run ends before the call that was chosen. What is merged beside the
                // batches makes some runs shorter than the undisturbed one, and some longer.
                if try attempt(verb, fault, undisturbed, &tally) { continue }
                if number > undisturbed.trace.callCount { break }
                // What several threads write in turn takes a call or two more or less.
                let isLast = number > undisturbed.trace.callCount - 3
                #expect(verb.isSealing || isLast, "\(verb.name), \(fault): not killed")
            }
        }
        return tally
    }

    /// - Returns: whether the run was killed.
    private func attempt(
        _ verb: FaultVerb, _ fault: Fault, _ undisturbed: Undisturbed, _ tally: inout Tally
    ) throws -> Bool {
        try workspace.reset(with: try verb.template(material))
        let ending = try workspace.run(try verb.arguments(material), fault: fault)
        guard ending.signal == SIGKILL else {
            #expect(ending.status == 0, "\(fault): \(ending.summary)")
            return false
        }
        tally.add("killed")
        try expectNothingLost(verb, ending, fault, undisturbed, &tally)
        let resumed = try workspace.run(try verb.arguments(material))
        #expect(
            verb.isTakenUp(resumed), "\(verb.name), \(fault), taken up: \(resumed.summary)")
        let left = try workspace.leftovers()
        #expect(left.isEmpty, "\(verb.name), \(fault), left behind: \(left)")
        let figures = try checker.figures(workspace.result(verb))
        let difference = figures.difference(from: undisturbed.end)
        #expect(difference.isEmpty, "\(verb.name), \(fault), taken up: \(difference)")
        try workspace.expectNotedHead(figures, "\(verb.name), \(fault), taken up")
        return true
    }

    private func expectNothingLost(
        _ verb: FaultVerb, _ ending: Ending, _ fault: Fault, _ undisturbed: Undisturbed,
        _ tally: inout Tally
    ) throws {
        let acknowledged = Undisturbed.acknowledged(ending.messages)
        let look = try checker.state(workspace.store)
        guard look.isSound else {
            // Before the first batch is on disk there may be no store yet.
            tally.add("no store yet")
            #expect(acknowledged.isEmpty, "\(fault): \(look.outcome): \(look.words)")
            #expect(look.outcome == "refused", "\(fault): \(look.outcome): \(look.words)")
            return
        }
        tally.add("sound")
        if verb.isSealing {
            let shape = try workspace.shape()
            tally.add("of \(shape.blocks) blocks and \(shape.runs) runs")
        }
        let positions = undisturbed.heads.map(\.position)
        #expect(positions.contains(look.head), "\(fault): the log ends at \(look.head)")
        guard let last = acknowledged.last else { return }
        let isThere = (Int(look.head) ?? 0) >= (Int(last.position) ?? 0)
        #expect(isThere, "\(fault): acknowledged \(last.position), found \(look.head)")
        if look.head == last.position {
            #expect(look.headHash == last.hash, "\(fault): at \(look.head)")
        }
    }

    /// The last batch is on disk then, and the same command finds nothing to append.
    @Test(arguments: FaultVerb.all.filter { ["append", "import"].contains($0.name) })
    func aHeadThatAKilledRunDidNotNoteIsNotedByTheNext(_ verb: FaultVerb) throws {
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        let opened = undisturbed.trace.records.last {
            $0.kind == .open && $0.paths.first == "store/head"
        }
        let fault = Fault(mode: .kill, at: try #require(opened, "no head is noted").number)
        var tally = Tally()
        #expect(try attempt(verb, fault, undisturbed, &tally), "not killed")
    }

    @Test(arguments: FaultVerb.all)
    func aRunKilledAtRandomAgainAndAgainEndsAsTheUndisturbedOne(
        _ verb: FaultVerb
    ) async throws {
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        try workspace.reset(with: try verb.template(material))
        let begun = ContinuousClock.now
        _ = try workspace.done(try verb.arguments(material))
        let lasted = ContinuousClock.now - begun
        let microseconds = max(1_000, Int(lasted / .microseconds(1)))
        let tally = try await onWorkers { share in
            var tally = Tally()
            let tests = try KillTests()
            for store in 0..<(isLong ? 50 * verb.weight : 2) where share.has(store) {
                try tests.killAtRandom(
                    verb, undisturbed, withinMicroseconds: microseconds, seed: store, &tally)
            }
            return tally
        }
        tally.report("\(verb.name) killed at random, six times a store")
        #expect(!Share.isWhole || tally["killed"] > 0)
    }

    private func killAtRandom(
        _ verb: FaultVerb, _ undisturbed: Undisturbed, withinMicroseconds microseconds: Int,
        seed: Int, _ tally: inout Tally
    ) throws {
        var draws = SeededDraws(seed: UInt64(17 + seed))
        try workspace.reset(with: try verb.template(material))
        for _ in 0..<6 {
            let child = try workspace.start(try verb.arguments(material))
            usleep(UInt32(draws.below(microseconds)))
            child.signal(SIGKILL)
            let ending = try child.wait()
            tally.add(ending.signal == SIGKILL ? "killed" : "ended before")
            let fault = Fault(mode: .kill, at: 0)
            try expectNothingLost(verb, ending, fault, undisturbed, &tally)
        }
        let resumed = try workspace.run(try verb.arguments(material))
        #expect(verb.isTakenUp(resumed), "\(verb.name), taken up: \(resumed.summary)")
        let figures = try checker.figures(workspace.result(verb))
        let difference = figures.difference(from: undisturbed.end)
        #expect(difference.isEmpty, "\(verb.name): \(difference)")
        try workspace.expectNotedHead(figures, verb.name)
        tally.add("stores")
    }
}
