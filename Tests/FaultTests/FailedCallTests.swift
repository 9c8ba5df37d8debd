// Every call that changes a file fails once, or fails from then on: the disk is full, the quota is
// used up, the disk is broken, a write is short. The program says so and ends with its own status,
// nothing is half-written, and the next run goes on.

import Foundation
import Testing

@Suite(.serialized) struct FailedCallTests {
    struct Failure: Sendable, CustomTestStringConvertible {
        var mode: Fault.Mode
        var code: Int32
        var isSticky: Bool

        var testDescription: String {
            "\(Fault(mode: mode, at: 0, code: code, isSticky: isSticky))"
        }
    }

    static let failures = [
        Failure(mode: .error, code: ENOSPC, isSticky: false),
        Failure(mode: .error, code: ENOSPC, isSticky: true),
        Failure(mode: .error, code: EDQUOT, isSticky: false),
        Failure(mode: .error, code: EIO, isSticky: false),
        Failure(mode: .error, code: EIO, isSticky: true),
        Failure(mode: .late, code: EIO, isSticky: false),
        Failure(mode: .short, code: 0, isSticky: false),
        Failure(mode: .short, code: 0, isSticky: true),
    ]

    let material: Material
    let workspace: Workspace
    let checker = Checker()

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
    }

    @Test(arguments: FaultVerb.all)
    func aFailedCallIsReportedAndTheNextRunGoesOn(_ verb: FaultVerb) async throws {
        let undisturbed = try Undisturbed(verb, material, in: workspace)
        let step = isLong ? 1 : 3 * verb.everydayStep
        let tally = try await onWorkers { share in
            try FailedCallTests().failAtCalls(verb, undisturbed, step: step, share)
        }
        let callCount = undisturbed.trace.callCount
        tally.report("\(verb.name) with \(callCount) calls / \(step) failing")
        #expect(tally["reported"] > 0)
    }

    private func failAtCalls(
        _ verb: FaultVerb, _ undisturbed: Undisturbed, step: Int, _ share: Share
    ) throws -> Tally {
        var tally = Tally()
        for (index, failure) in FailedCallTests.failures.enumerated() {
            let first = isLong ? 1 : 1 + index * 2
            for number in stride(from: first, through: undisturbed.trace.callCount, by: step)
            where share.has(number / step + index) {
                let fault = Fault(
                    mode: failure.mode, at: number, code: failure.code,
                    isSticky: failure.isSticky)
                try attempt(verb, fault, undisturbed, &tally)
            }
        }
        return tally
    }

    private func attempt(
        _ verb: FaultVerb, _ fault: Fault, _ undisturbed: Undisturbed, _ tally: inout Tally
    ) throws {
        try workspace.reset(with: try verb.template(material))
        let trace = "trace-failed"
        let ending = try workspace.run(try verb.arguments(material), fault: fault, traceName: trace)
        let traced = try Trace(path: workspace.path + "/" + trace, world: workspace.world)
        try FileManager.default.removeItem(atPath: workspace.path + "/" + trace)
        guard let failed = traced.fault, let kind = Trace.Kind(rawValue: failed.flags) else {
            // A call that this failure cannot happen to.
            #expect(ending.status == 0, "\(fault): \(ending.summary)")
            return
        }
        if ending.status == 0 {
            try expectHarmless(verb, fault, kind, failed.paths.first ?? "", undisturbed)
            tally.add("harmless")
        } else {
            #expect(
                ending.status == 74, "\(verb.name), \(fault) (\(kind)): \(ending.summary)")
            expectWords(ending, fault, "\(verb.name), \(fault) (\(kind))")
            tally.add("reported")
        }
        try expectWholeBatches(verb, fault, kind, ending, undisturbed)
        let resumed = try workspace.run(try verb.arguments(material))
        #expect(
            verb.isTakenUp(resumed),
            "\(verb.name), \(fault) (\(kind)), again: \(resumed.summary)")
        let figures = try checker.figures(workspace.result(verb))
        let difference = figures.difference(from: undisturbed.end)
        #expect(difference.isEmpty, "\(verb.name), \(fault) (\(kind)), again: \(difference)")
        try workspace.expectNotedHead(figures, "\(verb.name), \(fault) (\(kind)), again")
        // A disk on which nothing works any more lets nothing be cleaned up either.
        let maySpoil =
            fault.isSticky || fault.mode == .late
            || [.unlink, .removeFolder].contains(kind)
        let files = try workspace.storeFiles().filter { !maySpoil || !$0.contains(".new") }
        #expect(files == undisturbed.files, "\(verb.name), \(fault) (\(kind)): \(files)")
    }

    /// A run that ended with status 0 has done all that the undisturbed one does, whatever failed.
    private func expectHarmless(
        _ verb: FaultVerb, _ fault: Fault, _ kind: Trace.Kind, _ place: String,
        _ undisturbed: Undisturbed
    ) throws {
        let what = "\(verb.name), \(fault) (\(kind) \(place)), not noticed"
        #expect(mayPassUnnoticed(verb, fault, kind, place), "\(what)")
        let difference = try checker.figures(workspace.result(verb)).difference(
            from: undisturbed.end)
        #expect(difference.isEmpty, "\(what): \(difference)")
        let look = try checker.state(workspace.store)
        #expect(try workspace.headOfHeadFile() == look.head + " " + look.headHash, "\(what)")
    }

    private func mayPassUnnoticed(
        _ verb: FaultVerb, _ fault: Fault, _ kind: Trace.Kind, _ place: String
    ) -> Bool {
        switch (kind, place) {
        // What is closed was written and, where it has to be, synchronised: those calls say so.
        case (.close, _): return true
        // What is made under a name of its own and then linked to its place is read there. The
        // first name means nothing to anybody.
        case (.unlink, _), (.removeFolder, _): return place.contains(".new")
        // A name that was made though an error was reported is found to be there; that its folder
        // keeps it is for the next call to say, which synchronises it.
        case (.link, _): return fault.mode == .late
        // The commit is on disk before the head is noted beside the log. The next commit, or the
        // end of the run, notes it again, and that second attempt is not passed over: a fault
        // that stays is reported, and here the file must have the log's own head.
        case (.open, "store/head"), (.write, "store/head"), (.sync, "store/head"):
            return !fault.isSticky
        // The library that writes the log's own pages takes a short write for a failed one. Who
        // writes a file from its beginning to its end - a copy, the keys - writes the rest next.
        case (.write, _) where fault.mode == .short: return place != "store/log/data.mdb"
        // A reader that gets no place in the table of readers keeps writers away by their lock
        // instead. `backup` reads the store, and each of these reads its copy; a writer must be
        // told.
        case (.open, "store/log/lock.mdb"), (.allocate, "store/log/lock.mdb"):
            return verb.name == "backup"
        case (.open, _), (.allocate, _):
            let copies = ["store/restoring/copy", "store/compacting/copy", "backup.partial/copy"]
            return copies.contains { place == $0 + "/log/lock.mdb" }
        default: return false
        }
    }

    private func expectWords(_ ending: Ending, _ fault: Fault, _ what: String) {
        let text = ending.messages
        switch fault.code {
        case ENOSPC: #expect(text.contains("No space left on device"), "\(what): \(text)")
        case EDQUOT: #expect(text.contains("quota"), "\(what): \(text)")
        case EIO: #expect(text.contains("Input/output error"), "\(what): \(text)")
        // What a short write means is the library's guess.
        default:
            let isNamed = ["No space left", "Input/output error"].contains { text.contains($0) }
            #expect(isNamed, "\(what): \(text)")
        }
        #expect(ending.output.isEmpty, "\(what): an answer all the same")
    }

    private func expectWholeBatches(
        _ verb: FaultVerb, _ fault: Fault, _ kind: Trace.Kind, _ ending: Ending,
        _ undisturbed: Undisturbed
    ) throws {
        let look = try checker.state(workspace.store)
        let acknowledged = Undisturbed.acknowledged(ending.messages)
        guard look.isSound else {
            let isNew = verb.beginning == .nothing && acknowledged.isEmpty
            #expect(
                isNew && look.outcome == "refused",
                "\(verb.name), \(fault) (\(kind)): \(look.outcome): \(look.words)")
            return
        }
        #expect(
            undisturbed.heads.contains { $0.position == look.head },
            "\(verb.name), \(fault) (\(kind)): the log ends at \(look.head)")
        if let last = acknowledged.last {
            #expect((Int(look.head) ?? 0) >= (Int(last.position) ?? 0), "\(fault)")
        }
    }
}
