// How the program ends and what it says when something is wrong, and what it says of itself.

import Foundation
import Testing

@Suite struct StatusTests {
    static let verbs = [
        ["generate"], ["mapping"], ["mapping", "suggest"], ["ingest"], ["settings"], ["rejects"],
        ["rejects", "list"], ["rejects", "show"], ["rejects", "retry"], ["status"],
        ["verify"], ["backup"], ["restore"], ["compact"], ["journeys"], ["journeys", "list"],
        ["journeys", "show"], ["journeys", "paths"], ["view"], ["replay"],
        ["calibrate"], ["model"], ["model", "list"], ["model", "show"], ["model", "diff"],
        ["validate"], ["simulate"], ["merge"],
        ["runs"], ["runs", "list"], ["runs", "show"], ["runs", "diff"], ["explain"], ["lint"],
        ["catalogue"], ["report"], ["export"],
        ["export", "cloudevents"],
        ["export", "sqlite"], ["import"],
        ["tail"], ["erase"],
    ]

    @Test(arguments: verbs)
    func everyCommandHasHelpWithAnExample(_ verb: [String]) throws {
        let help = try Program.done(verb + ["--help"])
        #expect(help.output.contains("Example"))
        #expect(help.output.contains("downstream"))
        let groups = [
            ["runs"], ["rejects"], ["journeys"], ["export"], ["model"], ["mapping"],
            ["mapping", "suggest"],
        ]
        if !groups.contains(verb) {
            #expect(help.output.contains("--format"))
        }
    }

    @Test func helpNamesEveryCommand() throws {
        let help = try Program.done(["--help"]).output
        let listed = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .prefix { !$0.hasPrefix("  See ") }
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(Set(listed) == Set(StatusTests.verbs.map { $0[0] }))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreMade(_ shell: String) throws {
        let script = try Program.done(["--generate-completion-script", shell])
        #expect(script.output.contains("simulate"))
    }

    struct Case: Sendable, CustomStringConvertible {
        var arguments: [String]
        var status: Int32
        var says: String
        var description: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Case(arguments: ["fly"], status: 64, says: "Unexpected argument"),
        Case(arguments: ["ingest"], status: 64, says: "Missing expected argument"),
        Case(arguments: ["view", "weather"], status: 64, says: "weather"),
        Case(
            arguments: ["simulate", Bank.scenario, "--replications", "3"], status: 64,
            says: "even number"),
        Case(
            arguments: ["generate", "x", "--from", "1999-13-01"], status: 64,
            says: "expected a day"),
        Case(
            arguments: ["ingest", "no-such-file.txt", "--mapping", Bank.mapping], status: 66,
            says: "no-such-file.txt"),
        Case(
            arguments: ["ingest", "README.md", "--mapping", "no-such-mapping.yaml"], status: 66,
            says: "no-such-mapping.yaml"),
        Case(arguments: ["status"], status: 66, says: "run ingest first"),
        Case(arguments: ["simulate", Bank.scenario], status: 66, says: "run ingest first"),
        Case(arguments: ["calibrate"], status: 66, says: "run ingest first"),
        Case(
            arguments: ["ingest", "README.md", "--mapping", Bank.mapping], status: 65,
            says: "unknown-column"),
    ])
    func aMistakeHasItsStatusAndItsWords(_ mistake: Case) throws {
        let folder = try TemporaryFolder()
        let run = try Program.run(mistake.arguments, store: folder.path("store"))
        #expect(run.status == mistake.status)
        #expect(run.messages.contains(mistake.says), "\(run.messages)")
        #expect(run.output.isEmpty)
    }

    @Test func aRefusedScenarioNamesEveryMistakeWithItsPlace() throws {
        let folder = try TemporaryFolder()
        let good = try String(contentsOfFile: Bank.scenario.inRepository, encoding: .utf8)
        let bad = good.replacingOccurrences(of: "  take_up:", with: "  take_upp:")
            .replacingOccurrences(of: "mode: 0.60", with: "mode: 0.95")
        let path = folder.path("bad.yaml")
        try bad.write(toFile: path, atomically: true, encoding: .utf8)
        let run = try Program.run(["lint", path])
        #expect(run.status == 65)
        let line =
            1
            + good.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { !$0.hasPrefix("  take_up:") }.count
        #expect(run.messages.contains("bad.yaml:\(line):3: error"), "\(run.messages)")
        #expect(run.messages.contains("take_up"))
        #expect(run.messages.contains("low ≤ mode ≤ high"))
    }

    @Test func aStrictIngestEndsWithItsOwnStatus() throws {
        let bank = try Bank.shared.get()
        let folder = try TemporaryFolder()
        let run = try Program.run(
            ["ingest", bank.files[6], "--mapping", Bank.mapping, "--strict"],
            store: folder.path("store"))
        #expect(run.status == 65)
        #expect(run.output.contains("field-count"))
    }

    @Test func aScenarioThatReachesNothingIsRefused() throws {
        let bank = try Bank.shared.get()
        let folder = try TemporaryFolder()
        let good = try String(contentsOfFile: Bank.scenario.inRepository, encoding: .utf8)
        let path = folder.path("elsewhere.yaml")
        try good.replacingOccurrences(of: "[regular-service]", with: "[weather]")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let run = try Program.run(["simulate", path], store: bank.store)
        #expect(run.status == 65)
        #expect(run.messages.contains("weather"))
        let late = folder.path("late.yaml")
        try good.replacingOccurrences(of: "to: 1999-06-30", with: "to: 1999-12-31")
            .write(toFile: late, atomically: true, encoding: .utf8)
        let beyond = try Program.run(["simulate", late], store: bank.store)
        #expect(beyond.status == 65)
        #expect(beyond.messages.contains("covers 1999-01-01 to 1999-07-31"), "\(beyond.messages)")
    }

    @Test func aMisspeltIntentIsAnsweredWithTheOneMeant() throws {
        let bank = try Bank.shared.get()
        let run = try Program.run(
            ["journeys", "list", "--intent", "regular-servise"], store: bank.store)
        #expect(run.status == 1)
        #expect(run.messages.contains("regular-service"))
    }

    @Test func optionsWorkBeforeAndAfterTheVerb() throws {
        let bank = try Bank.shared.get()
        // Of journeys, not of the store: other tests keep runs in it meanwhile.
        let verb = ["view", "resolution"]
        let options = ["--store", bank.store, "--format", "json"]
        let before = try Program.done(options + verb)
        let after = try Program.done(verb + options)
        #expect(before.output == after.output)
    }

    @Test func anAnswerIsAlsoCSV() throws {
        let bank = try Bank.shared.get()
        let run = try Program.done(["--format", "csv", "view", "queues"], store: bank.store)
        let lines = run.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("intent,contacts,queued") == true)
        let commas = lines.map { line in line.filter { $0 == "," }.count }
        #expect(Set(commas).count == 1)
    }
}

extension String {
    /// A path of the checkout, from wherever the tests run.
    var inRepository: String { Program.repository.appendingPathComponent(self).path }
}
