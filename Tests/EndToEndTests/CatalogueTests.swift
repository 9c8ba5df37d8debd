// Every scenario that ships for a synthetic operation, run on one; and the list of what there is.

import Foundation
import Testing

@Suite struct CatalogueTests {
    @Test func everyShippedScenarioOfTheCatalogueRuns() throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        _ = try Program.done([
            "generate", data, "--profile", "retail-bank", "--customers", "1500", "--quiet",
        ])
        let store = ["--store", folder.path("store"), "--quiet"]
        for file in try FileManager.default.contentsOfDirectory(atPath: data).sorted()
        where file.hasSuffix(".gz") {
            let name = file.prefix { $0 != "." }
            _ = try Program.done(
                [
                    "ingest", data + "/" + file, "--mapping",
                    "scenarios/mappings/synthetic/\(name).yaml",
                ] + store)
        }
        let shipped = try FileManager.default.contentsOfDirectory(
            atPath: Program.repository.path + "/scenarios/catalogue"
        ).sorted()
        #expect(shipped.count >= 17)
        for scenario in shipped {
            let run = try Program.done(
                [
                    "simulate", "scenarios/catalogue/" + scenario, "--replications", "4",
                    "--format", "json",
                ] + store)
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
            let answer = try #require(object as? [String: Any])
            let ledger = try #require(answer["ledger"] as? [String: Any])
            func mean(_ line: String) throws -> Double {
                let line = try #require(ledger[line] as? [String: Any])
                return try #require(line["mean"] as? Double)
            }
            #expect(try mean("unexplained") == 0, "\(scenario)")
            let (saving, spent) = (try mean("gross_saving"), try mean("run_cost"))
            #expect(saving != 0 || spent != 0, "\(scenario) does nothing")
        }
    }

    @Test func catalogueListsEveryKindAndItsDefaults() throws {
        let all = try Program.done(["catalogue"]).output
        for id in (1...14).map({ "A\($0)" }) + ["M29", "N10"] {
            #expect(all.contains(id), "\(id)")
        }
        let assist = try Program.done(["catalogue", "A5"]).output
        #expect(assist.contains("handle_factor_novice") && assist.contains("5,172 agents"))
        let wrong = try Program.run(["catalogue", "A77"])
        #expect(wrong.status != 0 && wrong.messages.contains("downstream catalogue lists all"))
    }
}
