// The real bank, where its files are: what the program says against what an independent program
// measured in the same files. Without the files these tests are left out, and say so.

import Foundation
import Testing

/// Where the bank's files are, if anywhere.
enum BankData {
    static let folder: String? = {
        let environment = ProcessInfo.processInfo.environment["DOWNSTREAM_BANK_DATA"]
        let beside = Program.repository.deletingLastPathComponent()
            .appendingPathComponent("shared/data/anonymous_bank_1999").path
        return [environment, beside].compactMap { $0 }.first {
            FileManager.default.fileExists(atPath: $0 + "/july.txt.gz")
        }
    }()

    static let absence: Comment =
        "left out: the bank's files are not here; set DOWNSTREAM_BANK_DATA to their folder"

    /// The bank, ingested once.
    static let store = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        let data = try #require(BankData.folder)
        let files = Bank.months.map { data + "/" + $0 + ".txt.gz" }
        _ = try Program.done(
            ["ingest"] + files + ["--mapping", Bank.mapping], store: folder.path("store"))
        return folder
    }

    static func json(_ arguments: [String]) throws -> [String: Any] {
        try Program.done(
            ["--format", "json"] + arguments, store: try store.get().path("store")
        ).json()
    }

    static func reference() throws -> [String: Any] {
        let path = try #require(folder) + "/reference.json"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}

@Suite(.enabled(if: BankData.folder != nil, BankData.absence))
struct BankDataTests {
    @Test func countsAreThoseOfTheFiles() throws {
        let status = try BankData.json(["status"])
        #expect(status["read"] as? Int == 252_290)
        #expect(status["accepted"] as? Int == 252_285)
        #expect(status["rejected"] as? Int == 5)
        #expect(status["from"] as? String == "1999-01-01T00:00:02+02:00")
        #expect(status["to"] as? String == "1999-07-31T23:56:34+03:00")
    }

    @Test func queuesAreThoseOfTheReference() throws {
        let reference = try BankData.reference()
        let view = try BankData.json(["view", "queues"])
        let rows = try #require(view["queues"] as? [[String: Any]])
        let all = try #require(rows.first { $0["intent"] as? String == "all" })
        func equal(_ key: String, _ name: String) throws {
            #expect(all[key] as? Int == reference[name] as? Int, "\(key)")
        }
        try equal("queued", "queued_calls(q_time>0,not PHANTOM)")
        try equal("abandoned", "abandoned_in_queue")
        try equal("left_without_queue", "hung_up_without_queue(q_time==0)")
        try equal("served_without_queue", "answered_without_queue(q_time==0)")
        try equal("handled", "handle_time_base(AGENT,1..3600s)")
        func near(_ key: String, _ name: String, _ digits: Double) throws {
            let found = try #require(all[key] as? Double)
            let expected = try #require(reference[name] as? Double)
            #expect((found * digits).rounded() == (expected * digits).rounded(), "\(key)")
        }
        try near("abandonment_rate", "abandonment_rate_of_queued", 1e6)
        try near("mean_wait_served_seconds", "mean_wait_s_served_after_queue", 1e3)
        try near("mean_wait_abandoned_seconds", "mean_wait_s_abandoned", 1e3)
        try near("mean_handle_seconds", "mean_handle_time_s", 1e3)
        try near("sd_handle_seconds", "sd_handle_time_s", 1e3)
        try near("median_handle_seconds", "median_handle_time_s", 1e3)
        let types = try #require(
            reference["abandonment_rate_of_queued_by_type"] as? [String: [Double]])
        let names = [
            "IN": "internet-help", "NE": "stock-exchange", "NW": "prospective-customer",
            "PE": "regular-service-english", "PS": "regular-service", "TT": "call-back-request",
        ]
        for (code, name) in names {
            let row = try #require(rows.first { $0["intent"] as? String == name })
            let expected = try #require(types[code])
            #expect(row["queued"] as? Int == Int(expected[0]), "\(name)")
            let rate = try #require(row["abandonment_rate"] as? Double)
            #expect((rate * 1e6).rounded() == (expected[1] * 1e6).rounded(), "\(name)")
        }
    }

    @Test func recontactIsThatOfTheReference() throws {
        let key = "recontact_with_spoilt_ids_unknown_and_utc_instants[base,rate]"
        let reference = try #require(
            BankData.reference()[key] as? [String: [String: [Double]]])
        let view = try BankData.json(["view", "recontact"])
        let rows = try #require(view["any_intent"] as? [[String: Any]])
        let windows = ["1h": 1, "24h": 24, "7d": 168]
        let groups = [
            "all": "all", "after_HANG": "not served", "after_AGENT": "served",
            "after_AGENT_10s_or_more": "served, no failure known",
            "after_AGENT_under_10s": "served in under ten seconds",
        ]
        for (window, hours) in windows {
            for (group, name) in groups {
                let expected = try #require(reference[window]?[group])
                let row = try #require(
                    rows.first {
                        $0["after"] as? String == name && $0["window_hours"] as? Int == hours
                    })
                #expect(row["base"] as? Int == Int(expected[0]), "\(group) within \(window)")
                let rate = try #require(row["rate"] as? Double)
                #expect(
                    (rate * 1e6).rounded() == (expected[1] * 1e6).rounded(),
                    "\(group) within \(window)")
            }
        }
    }

    @Test func theLedgerBalances() throws {
        let view = try BankData.json(["view", "ledger"])
        #expect(view["balanced"] as? Bool == true)
        #expect(view["customers_out_of_balance"] as? Int == 0)
    }

    @Test func aScenarioThatChangesNothingChangesNothing() throws {
        let run = try BankData.json(["simulate", Bank.unchanged, "--replications", "10"])
        let metrics = try #require(run["metrics"] as? [String: [String: Any]])
        for (name, metric) in metrics {
            let delta = try #require(metric["delta"] as? [String: Any])
            #expect(delta["mean"] as? Double == 0, "\(name)")
        }
    }

    @Test func theShippedScenarioAddsUp() throws {
        let run = try BankData.json(["simulate", Bank.scenario, "--replications", "20"])
        #expect(run["in_scope_contacts"] as? Int == 76_915)
        #expect(run["in_scope_unidentified"] as? Int == 30_271)
        let ledger = try #require(run["ledger"] as? [String: Any])
        let unexplained = try #require(ledger["unexplained"] as? [String: Any])
        #expect(unexplained["mean"] as? Double == 0)
    }
}
