// Space that runs out for real: a small file system, a limit on the size of files, a map that is
// too small, an answer that nobody can take. What was acknowledged stays, and with more space the
// same command goes on.

import Foundation
import Testing

@Suite(.serialized) struct SpaceTests {
    let material: Material
    let workspace: Workspace
    let checker = Checker()

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
    }

    /// The shell's words for a run of the program.
    private func command(_ arguments: [String]) -> String {
        ([Workspace.program, "--store", workspace.store] + arguments)
            .map { "'\($0)'" }.joined(separator: " ")
    }

    private func shell(_ script: String, isMounting: Bool = false) throws -> Ending {
        let shell = ["/bin/sh", "-c", script]
        return try Child(
            isMounting ? ["/usr/bin/unshare", "-m"] + shell : shell,
            scratch: workspace.path + "/shell"
        ).wait()
    }

    @Test(.enabled(if: AccessTests.canMount, "nothing may be mounted here; run as root"))
    func aFullFileSystemIsReportedAndWithMoreSpaceTheRunGoesOn() throws {
        let ingest = command(Material.ingest([material.first, material.second], material.mapping))
        var tally = Tally()
        for kibibytes in stride(from: 8, through: 320, by: isLong ? 4 : 52) {
            let script = """
                mount -t tmpfs -o size=\(kibibytes)k none '\(workspace.world)' || exit 99
                \(ingest) >'\(workspace.path)/first.out' 2>'\(workspace.path)/first.err'
                echo "first $?"
                mount -o remount,size=64m '\(workspace.world)' || exit 99
                \(ingest) >/dev/null || exit 98
                \(command(["verify"])) >/dev/null || exit 97
                """
            let ending = try shell(script, isMounting: true)
            #expect(ending.status == 0, "\(kibibytes) KiB: \(ending.summary)")
            let words = try String(contentsOfFile: workspace.path + "/first.err", encoding: .utf8)
            guard !ending.output.contains("first 0") else {
                tally.add("large enough")
                continue
            }
            #expect(ending.output.contains("first 74"), "\(kibibytes) KiB: \(ending.summary)")
            let isNamed = [
                "No space left on device", "the disk is full", "ends too early",
            ]
            .contains { words.contains($0) }
            #expect(isNamed, "\(kibibytes) KiB: \(words)")
            tally.add("reported")
        }
        tally.report("ingest into small file systems")
        #expect(tally["reported"] > 0 && tally["large enough"] > 0)
    }

    @Test func aLimitOnTheSizeOfFilesIsReportedAndWithoutItTheRunGoesOn() throws {
        let arguments = Material.ingest([material.first, material.second], material.mapping)
        let undisturbed = try Undisturbed(FaultVerb.all[0], material, in: workspace)
        var tally = Tally()
        for blocks in stride(from: 2, through: 500, by: isLong ? 6 : 83) {
            try workspace.reset()
            // Blocks of 512 bytes, as POSIX has it.
            let ending = try shell("ulimit -f \(blocks); exec " + command(arguments))
            if ending.status != 0 {
                #expect(ending.status == 74, "\(blocks) blocks: \(ending.summary)")
                let isNamed = ["File too large", "No space left", "Input/output error"]
                    .contains { ending.messages.contains($0) }
                #expect(isNamed, "\(blocks) blocks: \(ending.summary)")
            }
            tally.add(ending.status == 0 ? "large enough" : "reported")
            _ = try workspace.done(arguments)
            let difference = try checker.figures(workspace.store)
                .difference(from: undisturbed.end)
            #expect(difference.isEmpty, "\(blocks) blocks: \(difference)")
        }
        tally.report("ingest under a limit on the size of files")
        #expect(tally["reported"] > 0)
    }

    @Test func aFullMapKeepsWholeBatchesAndALargerOneGoesOn() throws {
        _ = try checker.fill(workspace.store, mapSizeBytes: 64 << 20)
        let undisturbed = try checker.figures(workspace.store)
        #expect(undisturbed.isSound && undisturbed.head == "200", "\(undisturbed)")
        var tally = Tally()
        for pages in stride(from: 16, through: 80, by: isLong ? 1 : 8) {
            try workspace.reset()
            let full = try checker.fill(workspace.store, mapSizeBytes: pages * 4_096)
            tally.add(full.outcome)
            if full.outcome == "full" {
                #expect(full.words.contains("larger map"), "\(pages) pages: \(full.words)")
                if !full.head.isEmpty {
                    let look = try checker.figures(workspace.store)
                    #expect(look.isSound, "\(pages) pages: \(look.words)")
                    #expect(look.head == full.head, "\(pages) pages: \(look)")
                }
            } else {
                #expect(full.outcome == "done", "\(pages) pages: \(full)")
            }
            let more = try checker.fill(workspace.store, mapSizeBytes: 64 << 20)
            #expect(more.outcome == "done", "\(pages) pages: \(more)")
            let difference = try checker.figures(workspace.store).difference(from: undisturbed)
            #expect(difference.isEmpty, "\(pages) pages: \(difference)")
        }
        tally.report("maps of 16 to 80 pages")
        #expect(tally["full"] > 0)
    }

    @Test func anAnswerThatCannotBeWrittenIsAnError() throws {
        try workspace.reset(with: material.filled)
        let ending = try shell("exec " + command(["status"]) + " >/dev/full")
        #expect(ending.status == 74, "\(ending.summary)")
        #expect(ending.messages.contains("No space left on device"), "\(ending.summary)")
    }
}
