// Aim: the built program writes a whole operation, the same bytes each time, with a statement of
// its automation that it reads as a scenario itself; wrong words are refused with the right ones.

import Foundation
import Testing

@Suite struct GenerateTests {
    static let small = [
        "--profile", "telecom", "--customers", "1500", "--to", "2025-01-29", "--seed", "9",
    ]

    @Test func anOperationIsWrittenTwiceWithTheSameBytes() throws {
        let folder = try TemporaryFolder()
        let options =
            GenerateTests.small + ["--automation", "chatbot", "--waits", "frozen", "--quiet"]
        for name in ["a", "b"] {
            _ = try Program.done(["generate", folder.path(name)] + options)
        }
        let files = FileManager.default
        let names = try files.subpathsOfDirectory(atPath: folder.path("a")).sorted()
        #expect(names == (try files.subpathsOfDirectory(atPath: folder.path("b")).sorted()))
        #expect(names.count { $0.hasSuffix(".gz") } == 16)
        for name in names where name != "truth" {
            let isSame = files.contentsEqual(
                atPath: folder.path("a/" + name), andPath: folder.path("b/" + name))
            #expect(isSame, "\(name)")
        }
    }

    /// Every kind of automation states what it truly does in a file that the simulator reads.
    @Test(arguments: ["chatbot", "conversational-ivr", "agent-assist", "proactive-outbound"])
    func truthOfAnAutomationIsAScenario(kind: String) throws {
        let folder = try TemporaryFolder()
        _ = try Program.done(
            ["generate", folder.path("x")] + GenerateTests.small
                + ["--automation", kind, "--quiet"])
        let lint = try Program.done(["lint", folder.path("x/truth/automation.yaml")])
        #expect(lint.output.contains("true-\(kind)"))
    }

    @Test(arguments: [
        (["--profile", "bakery"], "call-centre, retail-bank"),
        (["--profile", "retail", "--automation", "robot"], "conversational-ivr, chatbot"),
        (["--profile", "retail", "--automation", "chatbot", "--intent", "hardship"], "alone"),
        (["--profile", "retail", "--automation", "chatbot", "--adoption", "2"], "from 0 to 1"),
        (["--profile", "retail", "--waits", "long"], "live, frozen"),
        (["--profile", "retail", "--start", "2025-02-01"], "need --automation"),
        (["--profile", "retail", "--to", "2024-01-01"], "a day after"),
        (["--automation", "chatbot"], "as retail-bank"),
    ])
    func wrongWordsAreRefused(_ options: [String], _ says: String) throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(["generate", folder.path("x")] + options)
        #expect(result.status == 64)
        #expect(result.messages.contains(says), "\(result.messages)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    }
}
