// Every command that the README publishes is typed here, as it stands, by a shell.

import Foundation
import Testing

@Suite struct ReadmeTests {
    @Test func everyPublishedCommandRuns() throws {
        let text = try String(contentsOfFile: "README.md".inRepository, encoding: .utf8)
        let commands = ReadmeTests.commands(in: text)
        #expect(commands.count >= 15)
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("scenarios"), withDestinationPath: "scenarios".inRepository)
        let bin = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        for command in commands {
            let line = "cd '\(folder.url.path)' && PATH='\(bin)':$PATH && \(command)"
            let run = try Program.run(["-euc", line], program: "/bin/bash")
            #expect(run.status == 0, "\(command): \(run.messages)")
            #expect(!run.output.isEmpty, "\(command) said nothing")
        }
        #expect(FileManager.default.fileExists(atPath: folder.path("report/report.html")))
    }

    @Test func everyCommandOfTheProgramIsInTheReadme() throws {
        let text = try String(contentsOfFile: "README.md".inRepository, encoding: .utf8)
        for verb in StatusTests.verbs {
            #expect(
                text.contains("downstream " + verb[0]), "README.md does not name \(verb[0])")
        }
    }

    /// Lines of the fenced shell blocks that call the program.
    static func commands(in text: String) -> [String] {
        var commands: [String] = []
        var isInBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") { isInBlock = line == "```sh" }
            if isInBlock, line.hasPrefix("downstream ") { commands.append(String(line)) }
        }
        return commands
    }
}
