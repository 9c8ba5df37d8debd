// The replay as its users see it: nothing from nothing, the same bytes on any number of threads,
// the keys that programs rely on, and a report that a browser opens.

import Foundation
import Testing

@Suite struct ReplayTests {
    let bank: Bank

    init() throws { bank = try Bank.shared.get() }

    @Test func aScenarioThatChangesNothingGivesExactlyZero() throws {
        let run = try bank.json(["simulate", Bank.unchanged, "--replications", "20"])
        let metrics = try #require(run["metrics"] as? [String: [String: Any]])
        #expect(metrics.count > 10)
        for (name, metric) in metrics {
            let delta = try #require(metric["delta"] as? [String: Any])
            #expect(delta["mean"] as? Double == 0, "\(name)")
            let baseline = try #require(metric["baseline"] as? [String: Any])
            let scenario = try #require(metric["scenario"] as? [String: Any])
            #expect(baseline["mean"] as? Double == scenario["mean"] as? Double, "\(name)")
        }
        let ledger = try #require(run["ledger"] as? [String: Any])
        for (name, line) in ledger {
            guard let line = line as? [String: Any], name != "hidden" else { continue }
            #expect(line["mean"] as? Double == 0, "\(name)")
        }
        let cells = try #require(ledger["matrix"] as? [[String: Any]])
        #expect(!cells.isEmpty)
        for cell in cells {
            let delta = try #require(cell["delta"] as? [String: Any])
            #expect(delta["mean"] as? Double == 0)
        }
        let customers = try #require(run["customers"] as? [String: Any])
        let worse = try #require(customers["worse_off_share"] as? [String: Any])
        #expect(worse["mean"] as? Double == 0)
    }

    @Test func anyNumberOfThreadsGivesTheSameBytes() throws {
        func output(_ threads: Int) throws -> String {
            try Program.done(
                [
                    "--format", "json", "simulate", Bank.scenario, "--replications", "30",
                    "--threads", "\(threads)",
                ], store: bank.store
            ).output
        }
        let one = try output(1)
        #expect(one.count > 1_000)
        for threads in [2, 3, 7] { #expect(try output(threads) == one) }
    }

    @Test func anotherSeedGivesOtherFigures() throws {
        func gross(_ seed: Int) throws -> Double? {
            let run = try bank.json(
                ["simulate", Bank.scenario, "--replications", "4", "--seed", "\(seed)"])
            let ledger = try #require(run["ledger"] as? [String: Any])
            return (ledger["gross_saving"] as? [String: Any])?["mean"] as? Double
        }
        #expect(try gross(1) != gross(2))
        #expect(try gross(1) == gross(1))
    }

    @Test func theRunHasItsKeysAndItsLedgerAddsUp() throws {
        let run = try bank.json(["simulate", Bank.scenario, "--replications", "200"])
        #expect(
            (run["scenario"] as? [String: Any])?["id"] as? String == "regular-calls-self-service")
        #expect(((run["scenario"] as? [String: Any])?["sha256"] as? String)?.count == 64)
        let log = try #require(run["log"] as? [String: Any])
        for key in ["head", "events", "from", "to"] { #expect(log[key] != nil, "log.\(key)") }
        for key in ["seed", "replications", "stopped_by", "mode", "violations", "provenance"] {
            #expect(run[key] != nil, "\(key)")
        }
        let discrepancy = try #require(run["discrepancy"] as? [String: Any])
        #expect(discrepancy["status"] as? String == "measured")
        let figures = try #require(discrepancy["figures"] as? [String: [String: Any]])
        for name in ["contacts", "rework_contacts", "abandoned_contacts", "cash_cost"] {
            let figure = try #require(figures[name], "\(name)")
            for key in ["recorded", "generative", "difference", "low", "high", "model_error"] {
                #expect(figure[key] is Double, "\(name).\(key)")
            }
        }
        #expect(run["recommendation"] as? String == "none")
        let ledger = try #require(run["ledger"] as? [String: Any])
        func mean(_ name: String) throws -> Double {
            let line = try #require(ledger[name] as? [String: Any], "\(name)")
            #expect(line["currency"] as? String == "GBP")
            #expect(line["low"] is Double && line["high"] is Double, "\(name) has no interval")
            return try #require(line["mean"] as? Double)
        }
        let net =
            try mean("gross_saving") - mean("run_cost") - mean("unreleased")
            - mean("redistributed") - mean("deferred")
        #expect(try abs(net - mean("net")) < 0.001)
        #expect(try mean("unexplained") == 0)
        #expect(try mean("gross_saving") > 0)
        let hidden = try #require(ledger["hidden"] as? [String: Any])
        #expect(hidden["mean"] is Double && hidden["low"] is Double && hidden["high"] is Double)
        #expect(hidden["currency"] as? String == "customer minutes")
    }

    @Test func fewReplicationsHaveNoIntervals() throws {
        let run = try bank.json(["simulate", Bank.scenario, "--replications", "10"])
        let ledger = try #require(run["ledger"] as? [String: Any])
        let net = try #require(ledger["net"] as? [String: Any])
        #expect(net["low"] is NSNull && net["high"] is NSNull)
    }

    @Test func theDiscrepancyIsSaidFirst() throws {
        let run = try Program.done(
            ["simulate", Bank.scenario, "--replications", "4"], store: bank.store)
        let first = try #require(run.output.split(separator: "\n").first)
        #expect(first.hasPrefix("discrepancy"))
        #expect(first.contains("measured on"))
        let place = try #require(run.output.range(of: "Discrepancy: model less record"))
        let result = try #require(run.output.range(of: "Outcomes and costs"))
        #expect(place.lowerBound < result.lowerBound)
        #expect(run.output.contains("no queue feedback yet"))
    }

    @Test func theReportIsTheSameBytesTwiceAndOpensInABrowser() throws {
        let folder = try TemporaryFolder()
        let simulated = try bank.json(["simulate", Bank.scenario, "--replications", "200"])
        let id = try #require(simulated["run"] as? String)
        for name in ["a", "b"] {
            _ = try Program.done(["report", id, "--output", folder.path(name)], store: bank.store)
        }
        for name in ["report.html", "report.md", "report.json"] {
            let one = try Data(contentsOf: folder.url.appendingPathComponent("a/" + name))
            let two = try Data(contentsOf: folder.url.appendingPathComponent("b/" + name))
            #expect(one == two)
            #expect(one.count > 5_000)
        }
        let html = try String(contentsOfFile: folder.path("a/report.html"), encoding: .utf8)
        for outside in ["<script", "src=\"http", "<link", "@import", "url("] {
            #expect(!html.contains(outside), "the page reaches outside itself: \(outside)")
        }
        try Browser.check(page: folder.path("a/report.html"), in: folder)
    }
}

/// A real browser over a page.
enum Browser {
    static func check(page: String, in folder: TemporaryFolder) throws {
        let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        let browser = try #require(found, "chromium is not installed; make setup-browser")
        let common = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--user-data-dir=" + folder.path("profile"),
        ]
        let dom = try Program.run(common + ["--dump-dom", "file://" + page], program: browser)
        #expect(dom.status == 0)
        #expect(dom.output.contains("<svg"), "no picture in the page")
        #expect(dom.output.contains("Recommendation: none"))
        let picture = folder.path("page.png")
        let shot = try Program.run(
            common + ["--window-size=1000,1400", "--screenshot=" + picture, "file://" + page],
            program: browser)
        #expect(shot.status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: picture))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        // A blank page of that size is a few kilobytes.
        #expect(bytes.count > 30_000)
    }
}
