// The whole line on a generated bank: files in, a log, journeys, views, a replay, a report.

import Foundation
import Testing

@Suite struct LineTests {
    let bank: Bank

    init() throws { bank = try Bank.shared.get() }

    @Test func generatingTwiceGivesTheSameBytes() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] {
            _ = try Program.done(
                ["generate", folder.path(name), "--seed", "5", "--customers", "60"])
        }
        _ = try Program.done(["generate", folder.path("c"), "--seed", "6", "--customers", "60"])
        func file(_ name: String) throws -> Data {
            try Data(contentsOf: folder.url.appendingPathComponent(name))
        }
        for name in ["truth.jsonl", "march.txt.gz"] {
            #expect(try file("a/" + name) == file("b/" + name))
            #expect(try file("a/" + name) != file("c/" + name))
        }
    }

    @Test func everyRecordIsAccountedForAsTheTruthSays() throws {
        #expect(bank.firstIngest.status == 0)
        let answer = try bank.firstIngest.json()
        let rows = try #require(bank.counts["rows"])
        let dirty = try #require(bank.counts["dirty_rows"])
        #expect(answer["read"] as? Int == rows)
        #expect(answer["rejected"] as? Int == dirty)
        #expect(answer["accepted"] as? Int == rows - dirty)
        #expect(answer["duplicates"] as? Int == 0)
        let warnings = try #require(answer["warnings"] as? [[String: Any]])
        let negative = warnings.first { $0["code"] as? String == "negative-duration" }
        #expect(negative?["count"] as? Int == bank.counts["negative_vru_rows"])
    }

    @Test func ingestingAgainAppendsNothingAndSaysSo() throws {
        let before = try bank.json(["status"])
        let again = try Program.done(
            ["ingest"] + bank.files + ["--mapping", Bank.mapping], store: bank.store)
        #expect(again.output.contains("nothing was appended"))
        let after = try bank.json(["status"])
        #expect(before["events"] as? Int == after["events"] as? Int)
        #expect(before["head"] as? String == after["head"] as? String)
    }

    @Test func aCopyOfAFileUnderAnotherNameIsKnown() throws {
        let copy = bank.folder.path("copied.txt.gz")
        try FileManager.default.copyItem(atPath: bank.files[0], toPath: copy)
        let answer = try bank.json(["ingest", copy, "--mapping", Bank.mapping])
        #expect(answer["appended"] as? Int == 0)
        #expect(answer["balanced"] as? Bool == true)
    }

    @Test func theStatusComesOutEven() throws {
        let status = try bank.json(["status"])
        func count(_ key: String) throws -> Int { try #require(status[key] as? Int, "\(key)") }
        let parts =
            try count("accepted") + count("duplicates") + count("left_out")
            + count("rejected")
        #expect(try parts == count("read"))
        #expect(try count("events") == count("accepted"))
        #expect(status["balanced"] as? Bool == true)
    }

    @Test func aRejectSaysWhereAndWhat() throws {
        let rejects = try bank.json(["rejects", "list"])
        let rows = try #require(rejects["rejects"] as? [[String: Any]])
        #expect(rows.count == bank.counts["dirty_rows"])
        for row in rows {
            #expect(row["code"] as? String == "field-count")
            #expect(row["found"] as? String == "16 fields")
            #expect(row["expected"] as? String == "17 fields")
            #expect(try #require(row["line"] as? Int) > 1)
            #expect(try #require(row["column"] as? Int) > 1)
        }
    }

    @Test func rejectedRecordsAreShownOnRequestOnly() throws {
        let hidden = try bank.json(["rejects", "list"])
        #expect(hidden["records"] == nil)
        let shown = try bank.json(["rejects", "list", "--show-values"])
        let records = try #require(shown["records"] as? [[String: Any]])
        #expect(records.count == bank.counts["dirty_rows"])
        for record in records {
            let text = try #require(record["record"] as? String)
            #expect(text.split(separator: "\t", omittingEmptySubsequences: false).count == 16)
        }
    }

    @Test func theLogVerifies() throws {
        #expect(try bank.json(["verify"])["sound"] as? Bool == true)
    }

    @Test func queuesAgreeWithTheTruth() throws {
        let view = try bank.json(["view", "queues"])
        let rows = try #require(view["queues"] as? [[String: Any]])
        let all = try #require(rows.first { $0["intent"] as? String == "all" })
        #expect(all["queued"] as? Int == bank.counts["queued_rows"])
        #expect(all["abandoned"] as? Int == bank.counts["abandoned_rows"])
        let phantoms = try #require(bank.counts["phantom_rows"])
        let usable = try #require(bank.counts["usable_rows"])
        #expect(all["contacts"] as? Int == usable - phantoms)
    }

    @Test func theLedgerBalancesToTheLastUnit() throws {
        let view = try bank.json(["view", "ledger"])
        #expect(view["balanced"] as? Bool == true)
        #expect(view["customers_out_of_balance"] as? Int == 0)
        let cells = try #require(view["matrix"] as? [[String: Any]])
        func thousandths(_ row: [String: Any], _ key: String) throws -> Int {
            Int((try #require(row[key] as? Double) * 100_000).rounded())
        }
        let isTotal = { (row: [String: Any]) in row["caused_intent"] as? String == "total" }
        let total = try #require(cells.first(where: isTotal))
        for key in ["by_rule", "weighted"] {
            let sum = try cells.filter { !isTotal($0) }.reduce(0) {
                try $0 + thousandths($1, key)
            }
            #expect(try sum == thousandths(total, key))
        }
        #expect(try thousandths(total, "by_rule") == thousandths(total, "weighted"))
    }

    @Test func aJourneyShowsItsContactsAndCauses() throws {
        let list = try bank.json(["journeys", "list", "--minimum-contacts", "2", "--limit", "50"])
        let journeys = try #require(list["journeys"] as? [[String: Any]])
        let reworked = try #require(journeys.first { ($0["rework"] as? Int ?? 0) > 0 })
        let id = try #require(reworked["id"] as? String)
        let shown = try bank.json(["journeys", "show", id])
        let contacts = try #require(shown["contacts"] as? [[String: Any]])
        #expect(contacts.count == reworked["contacts"] as? Int)
        let rework = try #require(contacts.first { $0["role"] as? String == "rework" })
        let cause = try #require(rework["cause"] as? Int)
        #expect(contacts[cause - 1]["failure"] is String)
        let probability = try #require(rework["probability"] as? Double)
        #expect(probability >= 0 && probability <= 1)
    }

    @Test func linkProbabilitiesAddUpToTheTrueLinks() throws {
        // The truth says which calls were caused. Those whose own and whose cause's customer were
        // recorded can be seen in the log; their number is a sum of trials with the links'
        // probabilities, so it lies within a few standard deviations of their sum.
        let list = try bank.json(["journeys", "list", "--limit", "0"])
        let links = try #require((list["links"] as? [[String: Any]])?.first)
        let expected = try #require(links["expected_true"] as? Double)
        let linked = try #require(links["linked"] as? Int)
        let caused = try CausedCalls.visible(bank)
        #expect(caused > 20)
        #expect(
            abs(Double(caused) - expected) < 4 * expected.squareRoot(),
            "expected \(expected), in truth \(caused), linked \(linked)")
    }
}

/// What the truth says of the calls that a failure caused.
private enum CausedCalls {
    /// Caused calls whose own and whose cause's customer id were both recorded.
    static func visible(_ bank: Bank) throws -> Int {
        let identified = try identifiedCalls(bank)
        let truth = try String(
            contentsOfFile: bank.folder.path("data/truth.jsonl"), encoding: .utf8)
        var count = 0
        for line in truth.split(separator: "\n").dropFirst() {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let call = object as? [String: Any], let cause = call["cause"] as? String,
                let id = call["id"] as? String
            else { continue }
            if identified.contains(id), identified.contains(cause) { count += 1 }
        }
        return count
    }

    private static func identifiedCalls(_ bank: Bank) throws -> Set<String> {
        var calls: Set<String> = []
        for file in bank.files {
            let unpacked = try Program.run(["-dc", file], program: "/bin/gzip").output
            for row in unpacked.split(separator: "\n").dropFirst() {
                let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
                guard fields.count == 17, fields[2] != "0", !fields[2].contains("E+"),
                    fields[12] != "PHANTOM"
                else { continue }
                calls.insert("\(fields[5])/\(fields[0])/\(fields[1])")
            }
        }
        return calls
    }
}
