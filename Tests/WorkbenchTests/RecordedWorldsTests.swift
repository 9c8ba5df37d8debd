// Aim: what one run found of the recorded world serves the next scenario over the same days, and is
// never seen in its figures.

import EventLog
import Foundation
import Simulation
import Testing
import Workbench

@Suite struct RecordedWorldsTests {
    private static let name = "recorded-worlds"

    private func filled(_ place: Workplace, _ name: String = "store") throws -> Store {
        let store = try place.store(name)
        _ = try store.ingest(try place.request())
        return store
    }

    /// The bank's scenario before other calls, over the same days.
    private func otherScenario(_ place: Workplace) throws -> String {
        let text = try String(contentsOfFile: Workplace.scenario, encoding: .utf8)
        let changed = text.replacingOccurrences(
            of: "intents: [regular-service]", with: "intents: [regular-service, stock-exchange]")
        try #require(changed != text)
        let path = place.folder + "/other.yaml"
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `a second scenario gives the same run with them and without`() throws {
        let place = try Workplace()
        let store = try filled(place)
        let fresh = try filled(place, "fresh")
        var request = SimulationRequest()
        request.replications = 6
        _ = try store.simulate(scenarioPath: Workplace.scenario, request: request)
        let kept = try #require(try store.log.bytes(on: .settings, name: Self.name))
        request.replications = 10
        let other = try otherScenario(place)
        let run = try store.simulate(scenarioPath: other, request: request)
        let alone = try fresh.simulate(scenarioPath: other, request: request)
        #expect(run.summary == alone.summary)
        let more = try #require(try store.log.bytes(on: .settings, name: Self.name))
        // Of the same ground, ten instead of six.
        #expect(more.count > kept.count && more.prefix(64) == kept.prefix(64))
        request.seed = 2
        _ = try store.simulate(scenarioPath: other, request: request)
        let ofOther = try #require(try store.log.bytes(on: .settings, name: Self.name))
        #expect(ofOther.prefix(64) != kept.prefix(64))
    }

    @Test func `worlds that are damaged are made again`() throws {
        let place = try Workplace()
        let store = try filled(place)
        var request = SimulationRequest()
        request.replications = 4
        let first = try store.simulate(scenarioPath: Workplace.scenario, request: request)
        let kept = try #require(try store.log.bytes(on: .settings, name: Self.name))
        for damaged in [
            Array(kept.dropLast(8)), Array(kept.dropLast()), Array(kept.prefix(64)),
            kept + [0, 0, 0, 0, 0, 0, 0, 0], kept.prefix(90) + [kept[90] ^ 1] + kept.dropFirst(91),
        ] {
            try store.log.put(damaged, on: .settings, name: Self.name)
            let again = try store.simulate(scenarioPath: Workplace.scenario, request: request)
            #expect(again == first)
            #expect(try store.log.bytes(on: .settings, name: Self.name) == kept)
        }
    }
}
