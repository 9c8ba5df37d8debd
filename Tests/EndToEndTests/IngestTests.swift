// Bringing in a file that nobody has described yet, as a new user would: draft, look, take in,
// mend, try again; and from standard input.

import Foundation
import Testing

@Suite struct IngestTests {
    private static let rows =
        "call_id,started,customer_id,status,talk_s\n"
        + (1...40).map {
            "\($0),2026-01-02T03:04:05+01:00,C\($0 % 9),"
                + ($0 % 10 == 0 ? "PARKED" : "SOLVED") + ",\($0)\n"
        }.joined()

    @Test func aFileIsDraftedLookedAtTakenInAndMended() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("calls.csv")
        try IngestTests.rows.write(toFile: file, atomically: true, encoding: .utf8)
        let draft = try Program.done(["mapping", "suggest", file]).output
        let strict = draft.replacingOccurrences(of: "    otherwise: unknown\n", with: "")
            .split(separator: "\n").filter { !$0.contains("PARKED: ") }.joined(separator: "\n")
        let mapping = folder.path("calls.yaml")
        try strict.write(toFile: mapping, atomically: true, encoding: .utf8)
        let store = folder.path("store")

        let preview = try Program.done(
            ["ingest", file, "--mapping", mapping, "--dry-run", "10"], store: store)
        #expect(preview.output.contains("would be accepted  9"))
        #expect(preview.output.contains("nothing was written"))
        #expect(!FileManager.default.fileExists(atPath: store))

        let refused = try Program.run(
            ["ingest", file, "--mapping", mapping, "--max-rejected", "0.05"], store: store)
        #expect(refused.status == 65)
        #expect(refused.messages.contains("4 of its first 40 records would be rejected"))
        #expect(!FileManager.default.fileExists(atPath: store))

        let taken = try Program.done(
            ["ingest", file, "--mapping", mapping, "--format", "json"], store: store
        ).json()
        #expect(taken["accepted"] as? Int == 36 && taken["rejected"] as? Int == 4)
        let shown = try Program.done(["rejects", "show", "calls.csv", "10"], store: store)
        #expect(shown.output.contains("unknown-value") && !shown.output.contains("C1"))
        let whole = try Program.done(
            ["rejects", "show", "calls.csv", "10", "--show-values"], store: store)
        #expect(whole.output.contains("10,2026-01-02T03:04:05+01:00,C1,PARKED,10"))
        #expect(try Program.run(["rejects", "show", "calls.csv", "9"], store: store).status == 1)

        try draft.write(toFile: folder.path("mended.yaml"), atomically: true, encoding: .utf8)
        let retried = try Program.done(
            [
                "rejects", "retry", "--mapping", folder.path("mended.yaml"), "--strict",
                "--format", "json",
            ], store: store
        ).json()
        #expect(retried["accepted"] as? Int == 4 && retried["rejected"] as? Int == 0)
        let status = try Program.done(["status", "--format", "json"], store: store).json()
        #expect(status["accepted"] as? Int == 40 && status["balanced"] as? Bool == true)
        #expect(try Program.done(["verify"], store: store).output.contains("sound"))
    }

    @Test func standardInputIsTakenInLikeAFile() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("calls.csv")
        try IngestTests.rows.write(toFile: file, atomically: true, encoding: .utf8)
        let mapping = folder.path("calls.yaml")
        _ = try Program.done(["mapping", "suggest", file, "--output", mapping])
        let store = folder.path("store")
        for expected in [40, 0] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "exec \"$0\" ingest - --mapping \"$1\" --store \"$2\" --format json < \"$3\"",
                Program.path, mapping, store, file,
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            let answer = try #require(
                try JSONSerialization.jsonObject(with: output) as? [String: Any])
            #expect(answer["accepted"] as? Int == expected)
        }
    }
}
