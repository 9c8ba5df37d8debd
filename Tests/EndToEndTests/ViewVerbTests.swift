// The views, the questions, the replay, the paths and the file of views, as an analyst types them,
// on a whole generated operation.

import Foundation
import Testing

/// A small operation of every channel, generated and taken in once.
private enum Whole {
    static let files = [
        "telephone.csv.gz", "ivr.csv.gz", "web.jsonl.gz", "chatbot.jsonl.gz", "chat.jsonl.gz",
        "email.csv.gz", "back-office.csv.gz", "complaints.csv.gz", "surveys.csv.gz",
        "churn.csv.gz", "roster.csv.gz", "deployments.csv.gz",
    ]

    static let folder = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        _ = try Program.done([
            "generate", folder.path("data"), "--profile", "retail-bank", "--customers", "1500",
            "--seed", "7",
        ])
        for file in files {
            let name = file.prefix { $0 != "." }
            _ = try Program.done(
                [
                    "ingest", folder.path("data/" + file), "--mapping",
                    "scenarios/mappings/synthetic/\(name).yaml",
                ], store: folder.path("store"))
        }
        _ = try Program.done(
            ["settings", "--policy", "scenarios/policies/never-automate.yaml"],
            store: folder.path("store"))
        return folder
    }

    static func done(_ arguments: [String]) throws -> Run {
        try Program.done(arguments, store: try folder.get().path("store"))
    }

    static func run(_ arguments: [String]) throws -> Run {
        try Program.run(arguments, store: try folder.get().path("store"))
    }

    static func json(_ arguments: [String]) throws -> [String: Any] {
        try done(["--format", "json"] + arguments).json()
    }

    static func rows(_ arguments: [String], _ key: String) throws -> [[String: Any]] {
        try #require(try json(arguments)[key] as? [[String: Any]], "\(arguments): \(key)")
    }
}

@Suite struct ViewVerbTests {
    static let views = [
        "resolution", "recontact", "containment", "reachability", "flow", "stuck", "queues",
        "workforce", "experience", "concentration", "volatility", "mix", "detection",
        "divergence", "ledger", "guardrails", "register",
    ]

    @Test(arguments: views)
    func everyViewSaysWhatItRestsOn(_ view: String) throws {
        let answer = try Whole.json(["view", view])
        let tables = answer.values.compactMap { $0 as? [[String: Any]] }
        #expect(tables.contains { !$0.isEmpty })
        let notes = try #require(answer["notes"] as? [String])
        #expect(notes.contains { $0.hasPrefix("stitch rate: ") })
        #expect(try Whole.done(["view", view]).output.contains("note: "))
        #expect(try Whole.done(["--format", "csv", "view", view]).output.contains(","))
    }

    @Test(arguments: 1...25)
    func everyQuestionHasAnAnswer(_ number: Int) throws {
        let answer = try Whole.json(["view", "question", "q\(number)"])
        #expect((answer["question"] as? String ?? "").count > 10)
        #expect(answer.values.contains { $0 is [[String: Any]] })
    }

    @Test func groupsAddUpToTheWhole() throws {
        for grouping in ["intent", "channel", "segment", "line", "week", "month", "team"] {
            let rows = try Whole.rows(["view", "resolution", "--by", grouping], "resolution")
            func sum(_ key: String, _ rows: ArraySlice<[String: Any]>) -> Int {
                rows.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
            }
            for key in ["contacts", "journeys", "fcr_base", "recontact_base"] {
                #expect(sum(key, rows.dropLast()) == rows.last?[key] as? Int, "\(grouping) \(key)")
            }
            #expect(rows.count > (grouping == "month" ? 3 : 4))
        }
    }

    @Test func filtersAreParts() throws {
        // By channel, those too are in it in which nobody waits.
        let whole = try Whole.rows(["view", "queues", "--by", "channel"], "queues")
        let total = try #require(whole.last?["contacts"] as? Int)
        let sum = try whole.dropLast().reduce(0) { sum, row in
            let name = try #require(row["channel"] as? String)
            let rows = try Whole.rows(
                ["view", "queues", "--by", "all", "--channel", name], "queues")
            #expect(rows.last?["contacts"] as? Int == row["contacts"] as? Int)
            return sum + (rows.last?["contacts"] as? Int ?? 0)
        }
        #expect(sum == total)
        let days = [["--to", "2025-02-10"], ["--from", "2025-02-11"]]
        let halves = try days.map { period in
            try Whole.rows(["view", "queues", "--by", "channel"] + period, "queues")
                .last?["contacts"] as? Int ?? 0
        }
        #expect(halves.allSatisfy { $0 > 0 } && halves.reduce(0, +) == total)
    }

    @Test func ledgerBalancesInEveryPartAndByFailure() throws {
        let whole = try Whole.json(["view", "ledger"])
        #expect(whole["balanced"] as? Bool == true)
        let part = try Whole.json(["view", "ledger", "--channel", "phone"])
        #expect(part["balanced"] as? Bool == true)
        let failures = ["abandoned", "contained", "unresolved", "back-office", "reopened"]
        let parts = try failures.map { failure in
            try Whole.rows(["view", "ledger", "--failure", failure], "matrix")
                .last?["by_rule"] as? Double ?? 0
        }
        let caused = try #require(whole["failure_by_rule"] as? Double)
        #expect(abs(parts.reduce(0, +) - caused) < 1e-6 * caused)
        #expect(parts.allSatisfy { $0 > 0 })
    }

    @Test func aLineIsThePartThatItsIntentsMake() throws {
        let rows = try Whole.rows(["view", "resolution", "--by", "line"], "resolution")
        let intents = try Whole.rows(["view", "resolution", "--by", "intent"], "resolution")
        func contacts(_ rows: [[String: Any]], _ names: [String]) -> Int {
            rows.filter { names.contains($0["group"] as? String ?? "") }
                .reduce(0) { $0 + ($1["contacts"] as? Int ?? 0) }
        }
        let payments = contacts(intents, ["billing", "charge-dispute"])
        #expect(payments > 0)
        #expect(contacts(rows, ["payments"]) == payments)
        #expect(contacts(rows, ["unknown"]) == contacts(intents, ["other"]))
        for view in ["flow", "queues", "register"] {
            let part = try Whole.json(["view", view, "--line", "payments"])
            #expect(part["scope"] as? String == "line payments", "\(view)")
        }
        let part = try Whole.rows(
            ["view", "resolution", "--by", "intent", "--line", "payments"], "resolution")
        #expect(contacts(part, ["total"]) == payments)
    }

    @Test func guardrailsCountWhatAutomationMustNotDo() throws {
        let answer = try Whole.json(["view", "guardrails", "--by", "channel"])
        #expect(answer["policy"] as? String == "never-automate")
        let rows = try #require(answer["guardrails"] as? [[String: Any]])
        func total(_ rule: String, _ key: String) -> Int {
            rows.first { $0["rule"] as? String == rule && $0["group"] as? String == "total" }?[key]
                as? Int ?? -1
        }
        // What is simple is not forbidden, whatever automation does with it.
        #expect(total("n11-simple", "led") > 0)
        #expect(total("n11-simple", "breaches") == 0)
        #expect(total("n4-hardship", "contacts") > 0)
        #expect(total("any", "breaches") == answer["breaches"] as? Int)
        let parts = rows.filter {
            $0["rule"] as? String == "n3-retention" && $0["group"] as? String != "total"
        }
        #expect(
            parts.reduce(0) { $0 + ($1["breaches"] as? Int ?? 0) }
                == total("n3-retention", "breaches"))
        let notes = try #require(answer["notes"] as? [String])
        // The shipped policy names every intent of an operation, and no other.
        #expect(!notes.contains { $0.contains("intents that") })
    }

    @Test func theRegisterHoldsWhatTheLedgerSaysThatFailuresCost() throws {
        let ledger = try Whole.json(["view", "ledger"])
        let caused = try #require(ledger["failure_by_rule"] as? Double)
        let rows = try Whole.rows(["view", "register", "--limit", "1000"], "register")
        let cost = try #require(rows.last?["downstream_cost"] as? Double)
        let refunded = try #require(rows.last?["refunded"] as? Double)
        // The ledger's refunds are among its failures; some refunds have no failure behind them.
        #expect(cost <= caused + 1e-6 && caused <= cost + refunded + 1e-6)
        let tail = try Whole.rows(["view", "register"], "tail")
        #expect((tail.first?["top_10_share"] as? Double ?? 0) > 0.1)
    }

    /// Beside the cash: what it costs to run automation, customers' value, risk with its tail.
    @Test func ledgerShowsItsOtherBooksAndWhereFiguresComeFrom() throws {
        let whole = try Whole.json(["view", "ledger"])
        let runs = try #require(whole["runs"] as? [[String: Any]])
        func sum(_ rows: [[String: Any]], _ key: String) -> Double {
            rows.reduce(0) { $0 + ($1[key] as? Double ?? 0) }
        }
        #expect(runs.allSatisfy { ($0["amount"] as? Double ?? 0) > 0 })
        #expect(abs(sum(runs, "amount") - (whole["run"] as? Double ?? 0)) < 1e-6)
        let matrix = try #require(whole["matrix"] as? [[String: Any]])
        #expect(
            matrix.contains {
                $0["caused_failure"] as? String == "run of chat assistant, supervision"
            })
        #expect((whole["customers_left"] as? Int ?? 0) > 0)
        #expect((whole["value_at_risk"] as? Double ?? 0) > 0)
        #expect(whole["risk_balanced"] as? Bool == true)
        let tail = try #require(whole["loss_cvar_95"] as? Double)
        let cells = try #require(whole["risk"] as? [[String: Any]])
        for key in ["tail_by_rule", "tail_weighted"] {
            #expect(abs(sum(cells, key) - tail) < 1e-6)
        }
        #expect(tail > (whole["loss_var_95"] as? Double ?? tail))
        let figures = try #require(whole["figures"] as? [[String: Any]])
        #expect(figures.allSatisfy { ($0["source"] as? String ?? "").count > 3 })
        #expect(
            Set(figures.compactMap { $0["grade"] as? String }).isSubset(of: ["A", "B", "C", "D"]))
        // Each period is a part, whatever the part of the operation.
        let days = [["--to", "2025-02-10"], ["--from", "2025-02-11"]]
        let halves = try days.map { try Whole.json(["view", "ledger"] + $0) }
        for key in ["value_left", "value_at_risk", "expected_loss"] {
            let parts = halves.reduce(0.0) { $0 + ($1[key] as? Double ?? 0) }
            #expect(abs(parts - (whole[key] as? Double ?? -1)) < 1e-6, "\(key)")
        }
    }

    @Test func whatIsDrawnOfRisksIsOfItsSeedAlone() throws {
        let first = try Whole.done(["--format", "csv", "view", "ledger"]).output
        #expect(try Whole.done(["--format", "csv", "view", "ledger"]).output == first)
        #expect(
            try Whole.done(["--format", "csv", "view", "ledger", "--seed", "1"]).output == first)
        let (one, two) = (
            try Whole.json(["view", "ledger"]), try Whole.json(["view", "ledger", "--seed", "2"])
        )
        #expect(one["drawn_loss"] as? Double != two["drawn_loss"] as? Double)
        #expect(one["expected_loss"] as? Double == two["expected_loss"] as? Double)
    }

    struct Wrong: Sendable, CustomStringConvertible {
        var arguments: [String]
        var status: Int32
        var says: String
        var description: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Wrong(arguments: ["view", "qeues"], status: 64, says: "did you mean \"queues\"?"),
        Wrong(arguments: ["view", "queues", "Q9"], status: 64, says: "only `question`"),
        Wrong(arguments: ["view", "question", "Q26"], status: 64, says: "Q1 to Q25"),
        Wrong(
            arguments: ["view", "flow", "--channel", "phon"], status: 1,
            says: "did you mean \"phone\"?"),
        Wrong(
            arguments: ["view", "flow", "--line", "payment"], status: 1,
            says: "did you mean \"payments\"?"),
        Wrong(arguments: ["view", "flow", "--from", "soon"], status: 64, says: "2026-01-31"),
        Wrong(
            arguments: ["view", "flow", "--from", "2025-02-02", "--to", "2025-02-01"], status: 64,
            says: "2025-02-02"),
        Wrong(arguments: ["view", "resolution", "--window", "7"], status: 64, says: "7d"),
        Wrong(arguments: ["view", "recontact", "--window", "7d"], status: 64, says: "--window"),
        Wrong(arguments: ["view", "mix", "--by", "team"], status: 64, says: "--by"),
        Wrong(arguments: ["view", "flow", "--seed", "2"], status: 64, says: "--seed"),
        Wrong(arguments: ["journeys", "paths", "--by", "team"], status: 64, says: "--step"),
        Wrong(arguments: ["view", "flow", "--failure", "abandoned"], status: 64, says: "ledger"),
        Wrong(
            arguments: ["view", "ledger", "--failure", "abandonned"], status: 64,
            says: "did you mean \"abandoned\"?"),
        Wrong(arguments: ["replay", "--by", "week"], status: 64, says: "days"),
        Wrong(arguments: ["replay", "--as-of", "then"], status: 64, says: "--as-of"),
        Wrong(arguments: ["replay", "--as-of", "1999-01-01"], status: 1, says: "empty"),
        Wrong(arguments: ["journeys", "paths", "--step", "mood"], status: 64, says: "channel"),
        Wrong(
            arguments: ["journeys", "paths", "--step", "attribute:mood"], status: 64,
            says: "attribute of the log"),
        Wrong(
            arguments: ["export", "sqlite", "--out", "/nowhere/at/all.sqlite"], status: 74,
            says: "/nowhere/at/all.sqlite"),
    ])
    func whatIsWrongIsSaid(_ wrong: Wrong) throws {
        let run = try Whole.run(wrong.arguments)
        #expect(run.status == wrong.status, "\(wrong): \(run.messages)")
        #expect(run.messages.contains(wrong.says), "\(run.messages)")
        #expect(run.output.isEmpty)
    }

    @Test func replayIsTheSamePeriodInDays() throws {
        let all = try Whole.rows(["replay"], "days")
        let part = try Whole.rows(
            ["replay", "--from", "2025-02-01", "--to", "2025-02-28"], "days")
        #expect(part.count == 28)
        let same = all.filter { ($0["day"] as? String ?? "").hasPrefix("2025-02") }
        #expect(NSArray(array: same) == NSArray(array: part))
        let resolution = try Whole.rows(["view", "resolution"], "resolution")
        func sum(_ key: String) -> Int { all.reduce(0) { $0 + ($1[key] as? Int ?? 0) } }
        #expect(sum("contacts") == resolution.last?["contacts"] as? Int)
        #expect(sum("opened") == resolution.last?["journeys"] as? Int)
        // A moment after everything was recorded changes nothing.
        let now = try Whole.rows(["replay", "--as-of", "2125-01-01"], "days")
        #expect(NSArray(array: now) == NSArray(array: all))
        let paced = try Whole.done(["replay", "--to", "2025-01-03", "--pace", "1"])
        #expect(paced.output.contains("2025-01-02"))
    }

    @Test func pathsCoverEveryJourneyOnce() throws {
        let answer = try Whole.json(["journeys", "paths", "--limit", "100000"])
        let variants = try #require(answer["variants"] as? [[String: Any]])
        let sum = variants.reduce(0) { $0 + ($1["journeys"] as? Int ?? 0) }
        #expect(sum == answer["journeys"] as? Int)
        #expect(variants.last?["covered"] as? Double == 1)
        let pairs = try #require(answer["pairs"] as? [[String: Any]])
        let steps = try #require(answer["steps"] as? Int)
        #expect(pairs.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == steps - sum)
    }

    @Test func fileOfViewsIsADatabaseAndIsReplacedWhole() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("views.sqlite")
        _ = try Whole.done(["export", "sqlite", "--out", file, "--details"])
        let first = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(first.prefix(15) == Data("SQLite format 3".utf8))
        let said = try Whole.json(["export", "sqlite", "--out", file, "--details"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == first)
        let tables = try #require(said["tables"] as? [[String: Any]])
        let counts = Dictionary(
            uniqueKeysWithValues: tables.map { ($0["name"] as? String ?? "", $0["rows"] as? Int) })
        for view in ViewVerbTests.views { #expect(counts["\(view)_facts"] != nil, "\(view)") }
        let journeys = try Whole.json(["journeys", "list", "--limit", "0"])
        #expect(counts["journeys"] == journeys["journey_count"] as? Int)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(files == ["views.sqlite"])
        // A former database's unfinished business would be read in place of the new file.
        try Data("x".utf8).write(to: URL(fileURLWithPath: file + "-wal"))
        let refused = try Whole.run(["export", "sqlite", "--out", file])
        #expect(refused.status == 74)
        #expect(refused.messages.contains("views.sqlite-wal"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == first)
    }
}

/// The public logs of cases, where they are: what process mining counts in them.
@Suite(.enabled(if: CaseLogs.areHere, CaseLogs.absence))
struct CaseLogTests {
    @Test func incidentsHaveTheVariantsAndDurationsThatWereMeasured() throws {
        let paths = try CaseLogs.paths(
            "volvo_it_incidents_2013", "BPI_Challenge_2013_incidents.xes.gz",
            "volvo-incidents-2013.yaml", step: "attribute:status+substatus")
        let reference = try CaseLogs.reference("volvo_it_incidents_2013")
        #expect(paths["journeys"] as? Int == reference["cases"] as? Int)
        #expect(paths["steps"] as? Int == reference["events"] as? Int)
        #expect(paths["variant_count"] as? Int == reference["variants"] as? Int)
        try CaseLogs.expect(
            paths["mean_duration_days"], reference["case_duration_days_mean"], within: 5e-5)
        try CaseLogs.expect(
            paths["median_duration_days"], reference["case_duration_days_median"], within: 5e-5)
    }

    @Test func applicationsHaveTheVariantsAndSpansThatWereMeasured() throws {
        let folder = "wabo_receipt_channels"
        let paths = try CaseLogs.paths(
            folder, "receipt.xes.gz", "wabo-receipt-xes.yaml", step: "attribute:activity")
        let reference = try CaseLogs.reference(folder)
        #expect(paths["journeys"] as? Int == reference["cases"] as? Int)
        #expect(paths["variant_count"] as? Int == reference["variants"] as? Int)
        let spans = try #require(
            reference["span_hours_by_channel(count,mean,median)"] as? [String: [Double]])
        let names = [
            "Internet": "web", "Desk": "desk", "Post": "post", "e-mail": "e-mail",
            "Intern": "internal",
        ]
        for (channel, expected) in spans {
            let part = try CaseLogs.paths(
                folder, "receipt.xes.gz", "wabo-receipt-xes.yaml", step: "attribute:activity",
                channel: names[channel] ?? channel)
            #expect(part["journeys"] as? Int == Int(expected[0]), "\(channel)")
            try CaseLogs.expect(
                part["mean_duration_days"], expected[1] / 24, within: 5e-6, channel)
            try CaseLogs.expect(
                part["median_duration_days"], expected[2] / 24, within: 5e-6, channel)
        }
    }
}

private enum CaseLogs {
    static let folder = Program.repository.deletingLastPathComponent()
        .appendingPathComponent("shared/data").path
    static let areHere = FileManager.default.fileExists(
        atPath: folder + "/wabo_receipt_channels/receipt.xes.gz")
    static let absence: Comment = "SKIPPED: the public data sets are not beside the checkout"

    static func reference(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/reference.json"))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func paths(
        _ name: String, _ file: String, _ mapping: String, step: String, channel: String? = nil
    ) throws -> [String: Any] {
        let place = try TemporaryFolder()
        let store = place.path("store")
        _ = try Program.done(
            ["ingest", "\(folder)/\(name)/\(file)", "--mapping", "scenarios/mappings/\(mapping)"],
            store: store)
        _ = try Program.done(
            ["settings", "--rules", "scenarios/rules/synthetic-operation.yaml"], store: store)
        return try Program.done(
            ["--format", "json", "journeys", "paths", "--step", step]
                + (channel.map { ["--channel", $0] } ?? []), store: store
        ).json()
    }

    static func expect(
        _ found: Any?, _ expected: Any?, within: Double, _ name: String = ""
    ) throws {
        let found = try #require(found as? Double)
        let expected = try #require(expected as? Double)
        #expect(abs(found - expected) <= within, "\(name): \(found), \(expected)")
    }
}
