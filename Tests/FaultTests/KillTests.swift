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
    func aRunKilledAtAnyCallIsTakenUpByTheNext(_ verb: FaultVerb) throws {
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        var tally = Tally()
        let step = isLong ? 1 : 5
        for mode in [Fault.Mode.kill, .torn] {
            var number = mode == .kill ? 1 : 3
            // Until the run ends before the call that was chosen.
            while try attempt(verb, Fault(mode: mode, at: number), undisturbed, &tally) {
                number += step
            }
        }
        tally.report("\(verb.name) killed at every \(step == 1 ? "" : "\(step)th ")call")
        #expect(tally["killed"] >= undisturbed.trace.callCount / step)
    }

    /// - Returns: whether the run was killed.
    private func attempt(
        _ verb: FaultVerb, _ fault: Fault, _ undisturbed: Undisturbed, _ tally: inout Tally
    ) throws -> Bool {
        try workspace.reset(with: verb.template(material))
        let ending = try workspace.run(verb.arguments(material), fault: fault)
        guard ending.signal == SIGKILL else {
            #expect(ending.status == 0, "\(fault): \(ending.summary)")
            return false
        }
        tally.add("killed")
        try expectNothingLost(ending, fault, undisturbed, &tally)
        let resumed = try workspace.run(verb.arguments(material))
        #expect(
            verb.isTakenUp(resumed), "\(verb.name), \(fault), taken up: \(resumed.summary)")
        let left = try workspace.leftovers()
        #expect(left.isEmpty, "\(verb.name), \(fault), left behind: \(left)")
        let figures = try checker.figures(workspace.result(verb))
        let difference = figures.difference(from: undisturbed.end)
        #expect(difference.isEmpty, "\(verb.name), \(fault), taken up: \(difference)")
        return true
    }

    private func expectNothingLost(
        _ ending: Ending, _ fault: Fault, _ undisturbed: Undisturbed, _ tally: inout Tally
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
        let positions = undisturbed.heads.map(\.position)
        #expect(positions.contains(look.head), "\(fault): the log ends at \(look.head)")
        guard let last = acknowledged.last else { return }
        let isThere = (Int(look.head) ?? 0) >= (Int(last.position) ?? 0)
        #expect(isThere, "\(fault): acknowledged \(last.position), found \(look.head)")
        if look.head == last.position {
            #expect(look.headHash == last.hash, "\(fault): at \(look.head)")
        }
    }

    @Test func aRunKilledAtRandomAgainAndAgainEndsAsTheUndisturbedOne() throws {
        let verb = FaultVerb.all[0]
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        try workspace.reset()
        let begun = ContinuousClock.now
        _ = try workspace.done(verb.arguments(material))
        let lasted = ContinuousClock.now - begun
        let microseconds = max(1_000, Int(lasted / .microseconds(1)))
        var draws = SeededDraws(seed: 17)
        var tally = Tally()
        for _ in 0..<(isLong ? 200 : 5) {
            try workspace.reset()
            for _ in 0..<6 {
                let child = try workspace.start(verb.arguments(material))
                usleep(UInt32(draws.below(microseconds)))
                child.signal(SIGKILL)
                let ending = try child.wait()
                tally.add(ending.signal == SIGKILL ? "killed" : "ended before")
                try expectNothingLost(
                    ending, Fault(mode: .kill, at: 0), undisturbed, &tally)
            }
            _ = try workspace.done(verb.arguments(material))
            let difference = try checker.figures(workspace.result(verb))
                .difference(from: undisturbed.end)
            #expect(difference.isEmpty, "\(difference)")
        }
        tally.report("ingest killed at random, six times a store")
        #expect(tally["killed"] > 0)
    }
}
