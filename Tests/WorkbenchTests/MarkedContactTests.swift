// What sources say of contacts in attributes of agreed names, from a file through the store into
// the views; and the policy that the store keeps.

import Configuration
import Foundation
import Testing
import Workbench

private final class MarkedPlace {
    private let own: TemporaryFolder
    var folder: String { own.path }

    init() throws { own = try TemporaryFolder("marked") }

    static let mapping = """
        source: sessions
        description: Sessions and calls, with what went along.
        format: {kind: delimited, delimiter: comma}
        time_zone: UTC
        event:
          id: [id]
          kind: contact
          time: {column: when}
          customer: {column: who}
          attributes:
            context_passed: {column: context, type: flag}
            information_repeated: {column: again, type: flag}
            bot_state_repeats: {column: repeats, type: integer}
        interaction:
          channel: {column: channel}
          intent: cancellation
          actor: {column: channel, values: {bot: bot, phone: agent}}
          team: agents
          outcome:
            {column: outcome, values: {T: transferred, R: resolved, C: contained, A: abandoned}}
          talk: {column: seconds, unit: seconds}

        """

    /// Ada is passed on with what she said, Bob without, and asked again; Eve goes round in circles
    /// until the bot closes.
    static let rows = """
        id,when,who,channel,context,again,repeats,outcome,seconds
        1,2026-01-05T10:00:00,ada,bot,yes,,2,T,
        2,2026-01-05T10:05:00,ada,phone,,no,,R,60
        3,2026-01-05T11:00:00,bob,bot,no,,,T,
        4,2026-01-05T11:05:00,bob,phone,,yes,,R,60
        5,2026-01-05T12:00:00,eve,bot,,,4,A,
        6,2026-01-05T12:05:00,eve,bot,,,3,A,
        7,2026-01-05T12:10:00,eve,bot,,,0,C,
        8,2026-02-05T12:10:00,dan,phone,,,,R,60

        """

    func write(_ name: String, _ text: String) throws -> String {
        try own.write(name, text)
    }

    func filled(_ rows: String = MarkedPlace.rows) throws -> Store {
        let store = try Store.open(directory: folder + "/store", access: .create)
        let rules = Workplace.repository + "/scenarios/rules/synthetic-operation.yaml"
        _ = try store.keep(rulesPath: rules, costsPath: nil, replace: false)
        _ = try store.ingest(
            try IngestRequest(
                files: [try write("rows.csv", rows)],
                mappingPath: try write("m.yaml", MarkedPlace.mapping),
                recordedAt: "2026-02-06T00:00:00Z"))
        return store
    }
}

@Suite struct MarkedContactTests {
    static let policy = Workplace.repository + "/scenarios/policies/never-automate.yaml"

    /// The last row of a table: its total.
    private func total(_ answer: Answer, _ key: String) throws -> [String: Cell] {
        for case .table(key, let table) in answer.items {
            return Dictionary(
                uniqueKeysWithValues: zip(table.columns.map(\.key), table.rows.last ?? []))
        }
        Issue.record("no table \(key)")
        return [:]
    }

    @Test func flagsOfHandOversReachTheView() throws {
        let place = try MarkedPlace()
        let row = try total(try place.filled().view(ViewRequest(.flow)), "context")
        #expect(row["hand_overs"] == .integer(2))
        #expect(row["hand_overs_stated"] == .integer(2))
        #expect(row["warm"] == .integer(1))
        #expect(row["warm_share"] == .share(0.5))
        #expect(row["later_contacts"] == .integer(4))
        #expect(row["later_stated"] == .integer(2))
        #expect(row["repeat_information_rate"] == .share(0.5))
    }

    @Test func statesOfABotReachTheView() throws {
        let place = try MarkedPlace()
        let row = try total(try place.filled().view(ViewRequest(.containment)), "loops")
        #expect(row["sessions"] == .integer(5))
        #expect(row["looped"] == .integer(3))
        #expect(row["state_base"] == .integer(4))
        #expect(row["state_loops"] == .integer(2))
    }

    @Test func whatNoSourceStatesHasNoShare() throws {
        let place = try MarkedPlace()
        let bare = MarkedPlace.rows.replacing(",yes,,2,T", with: ",,,,T")
            .replacing(",no,,R", with: ",,,R").replacing(",no,,,T", with: ",,,,T")
            .replacing(",yes,,R", with: ",,,R")
        let row = try total(try place.filled(bare).view(ViewRequest(.flow)), "context")
        #expect(row["hand_overs"] == .integer(2))
        #expect(row["hand_overs_stated"] == .integer(0))
        #expect(row["warm_share"] == Cell.none)
        #expect(row["repeat_information_rate"] == Cell.none)
    }

    @Test func thePolicyIsKeptOnceAndShown() throws {
        let place = try MarkedPlace()
        let store = try place.filled()
        let missing = try #require(throws: WorkbenchError.self) {
            try store.view(ViewRequest(.guardrails))
        }
        #expect(missing == .noPolicy)
        let question = try store.question("Q24", request: ViewRequest(.resolution))
        #expect(
            question.items.contains { item in
                if case .note(let text) = item { text.contains("no policy") } else { false }
            })
        let kept = try store.keep(
            rulesPath: nil, costsPath: nil, policyPath: MarkedContactTests.policy, replace: false)
        #expect(kept.policy?.name == "never-automate")
        #expect(kept.policy?.sha256.count == 64)
        #expect(
            try store.status().items.contains(
                .fact(key: "policy", title: "policy", value: .text("never-automate"))))
        let other = try place.write(
            "other.yaml",
            try String(contentsOfFile: MarkedContactTests.policy, encoding: .utf8)
                .replacing("policy: never-automate", with: "policy: other"))
        #expect(throws: WorkbenchError.self) {
            try store.keep(rulesPath: nil, costsPath: nil, policyPath: other, replace: false)
        }
        let answer = try store.view(ViewRequest(.guardrails))
        // Eve's three sessions: a cancellation that automation led.
        #expect(
            answer.items.contains(
                .fact(key: "breaches", title: "contacts that break a rule", value: .integer(3))))
        #expect(
            answer.items.contains { item in
                if case .note(let text) = item {
                    text.contains("the log does not have: access, balance")
                } else {
                    false
                }
            })
        #expect(throws: RefusedFile.self) {
            try store.keep(
                rulesPath: nil, costsPath: nil,
                policyPath: try place.write("bad.yaml", "policy: bad\n"), replace: true)
        }
    }
}
