// From a run's figures down to customers: the file of their parts, and one of them explained.

import Foundation
import Testing

@Suite struct ExplainTests {
    @Test func aCustomerIsExplainedByTheFiguresOfTheRun() throws {
        let bank = try Bank(seed: 4, customers: 300)
        let options = ["--store", bank.store, "--quiet"]
        let csv = bank.folder.path("customers.csv")
        _ = try Program.done(
            ["simulate", Bank.scenario, "--replications", "20", "--customers", csv] + options)
        let lines = try String(contentsOfFile: csv, encoding: .utf8)
            .split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        #expect(lines[0][0] == "customer" && lines.count > 20)
        // Whoever changed most.
        let busiest = try #require(
            lines.dropFirst().filter { !$0[0].isEmpty }.max {
                abs(Double($0[2]) ?? 0) < abs(Double($1[2]) ?? 0)
            })
        let words = ["explain", "--customer", String(busiest[0])]
        let explained = try Program.done(words + ["--format", "json"] + options)
        let answer = try #require(
            try JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [String: Any])
        let cash = try #require(answer["cash"] as? Double)
        #expect(abs(cash - (Double(busiest[2]) ?? .infinity)) < 0.006)
        let contacts = try #require(answer["contacts"] as? [[String: Any]])
        #expect(contacts.contains { $0["scope"] as? Bool == true })

        let single = try Program.done(words + ["--replication", "3"] + options)
        #expect(single.output.contains("Contacts: recorded, and in the scenario"))
        let latest = try Program.done(["runs", "show"] + options)
        #expect(latest.output.contains("Kept runs") == false && latest.output.contains("net"))
        _ = try Program.done(["simulate", Bank.unchanged, "--replications", "20"] + options)
        let listed = try Program.done(["runs", "list", "--format", "json"] + options).json()
        let ids = try #require(listed["runs"] as? [[String: Any]]).compactMap {
            $0["id"] as? String
        }
        #expect(ids.count == 2)
        let diff = try Program.done(["runs", "diff"] + ids + options)
        #expect(diff.output.contains("scenario") && diff.output.contains("gross saving"))
        let same = try Program.done(["runs", "diff", ids[0], ids[0]] + options)
        #expect(same.output.contains("the same"))

        let stranger = try Program.run(["explain", "--customer", "nobody-at-all"] + options)
        #expect(stranger.status != 0)
    }
}
