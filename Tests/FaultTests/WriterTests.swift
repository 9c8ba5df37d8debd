// Writers in each other's way: two at once, one that is stopped in the middle of a commit, one that
// is killed there, and a clock that goes back between two of them.

import Foundation
import Testing

@Suite(.serialized) struct WriterTests {
    let material: Material
    let workspace: Workspace
    let checker = Checker()

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
    }

    /// The head after both files, whoever was first; the second file's duplicates are few.
    private func expectBothFiles(_ place: String) throws {
        let look = try checker.figures(workspace.store)
        #expect(look.isSound, "\(place): \(look.words)")
        let again = try workspace.done(
            Material.ingest([material.first, material.second], material.mapping))
        #expect(again.output.contains("nothing was appended"), "\(place): \(again.summary)")
    }

    @Test func twoIngestsAtOnceBothArriveWhole() throws {
        var tally = Tally()
        for _ in 0..<(isLong ? 100 : 5) {
            try workspace.reset()
            let first = try workspace.start(Material.ingest([material.first], material.mapping))
            let second = try workspace.start(Material.ingest([material.second], material.mapping))
            for ending in [try first.wait(), try second.wait()] {
                #expect(ending.status == 0, "\(ending.summary)")
            }
            try expectBothFiles("two at once")
            tally.add("pairs")
        }
        tally.report("two writers of a new store at once")
    }

    @Test func theSameFileTwiceAtOnceIsTakenInOnce() throws {
        var tally = Tally()
        for _ in 0..<(isLong ? 100 : 5) {
            try workspace.reset()
            let arguments = Material.ingest([material.first], material.mapping)
            let writers = [try workspace.start(arguments), try workspace.start(arguments)]
            for writer in writers {
                let ending = try writer.wait()
                // Who finds that the other went on with the file stops and says so.
                let isTold = ending.status == 1 && ending.messages.contains("by another run")
                #expect(ending.status == 0 || isTold, "\(ending.summary)")
                tally.add(ending.status == 0 ? "done" : "gave way")
            }
            _ = try workspace.done(arguments)
            let look = try checker.figures(workspace.store)
            #expect(look.isSound && look.head == "112", "\(look)")
        }
        tally.report("the same file by two writers at once")
    }

    /// A writer stopped inside a commit, and a second one that waits for it.
    private func startBehindStoppedWriter() throws -> (stopped: Child, waiting: Child) {
        try workspace.reset(with: material.filled)
        let traced = try workspace.run(
            Material.ingest([material.second], material.mapping), traceName: "trace")
        #expect(traced.status == 0, "\(traced.summary)")
        let trace = try Trace(path: workspace.path + "/trace", world: workspace.world)
        let write = try #require(trace.records.last { $0.kind == .write && $0.isSynced })
        try workspace.reset(with: material.filled)
        let stopped = try workspace.start(
            Material.ingest([material.second], material.mapping),
            fault: Fault(mode: .stop, at: write.number))
        try stopped.waitUntilStopped()
        let waiting = try workspace.start(Material.ingest([material.small], material.mapping))
        return (stopped, waiting)
    }

    @Test func aSecondWriterWaitsForOneThatIsStopped() throws {
        let (stopped, waiting) = try startBehindStoppedWriter()
        #expect(!waiting.ends(within: 2), "it did not wait")
        let messages = try waiting.messagesSoFar()
        #expect(messages.contains("waiting for"), "it says nothing: \(messages)")
        #expect(messages.contains("s so far, giving up after"), "\(messages)")
        stopped.signal(SIGCONT)
        for ending in [try stopped.wait(), try waiting.wait()] {
            #expect(ending.status == 0, "\(ending.summary)")
        }
        try expectBothFiles("one waited")
    }

    @Test func aSecondWriterGoesOnWhenTheFirstIsKilledInACommit() throws {
        let (stopped, waiting) = try startBehindStoppedWriter()
        #expect(!waiting.ends(within: 0.2), "it did not wait")
        stopped.signal(SIGKILL)
        #expect(try stopped.wait().signal == SIGKILL)
        let ending = try waiting.wait()
        #expect(ending.status == 0, "\(ending.summary)")
        #expect(try checker.figures(workspace.store).isSound)
    }

    @Test func aClockThatGoesBackKeepsTheOrderOfTheLog() throws {
        _ = try workspace.done(Material.ingest([material.first], material.mapping))
        _ = try workspace.done(
            Material.ingest([material.second], material.mapping, at: Material.earlier))
        try expectBothFiles("the clock went back")
    }
}
