// What was put right later, through a mapping, a store and a replay as of each moment; and the
// views' file, read back.

import EventLog
import Events
import Foundation
import SQLite
import Testing
import Workbench

private final class CorrectedPlace {
    private let own: TemporaryFolder
    var folder: String { own.path }

    init() throws { own = try TemporaryFolder("corrected") }

    static let mapping = """
        source: desk
        description: Calls, and what was put right later.
        format: {kind: delimited, delimiter: comma}
        time_zone: UTC
        event:
          id: [id]
          kind: {column: kind, values: {call: contact, correction: corrected}}
          time: {column: when}
          customer: {column: who}
          attributes:
            corrects: {column: of, unknown: ["-"]}
        interaction:
          channel: phone
          intent: billing
          actor: agent
          team: agents
          outcome: {column: outcome, values: {OK: resolved, NO: unresolved}}
          talk: {column: seconds, unit: seconds}

        """

    func write(_ name: String, _ text: String) throws -> String {
        try own.write(name, text)
    }

    /// Two calls on one day in January; in February one turns out to have been on another.
    func filled() throws -> Store {
        let store = try Store.open(directory: folder + "/store", access: .create)
        let rules = Workplace.repository + "/scenarios/rules/anonymous-bank-1999.yaml"
        let costs = Workplace.repository + "/scenarios/costs/anonymous-bank-1999.yaml"
        _ = try store.keep(rulesPath: rules, costsPath: costs, replace: false)
        let mapping = try write("m.yaml", CorrectedPlace.mapping)
        let head = "id,kind,when,who,of,outcome,seconds\n"
        let files = [
            (
                "calls.csv", "2026-01-20T00:00:00Z",
                "1,call,2026-01-05T10:00:00,ada,-,OK,60\n2,call,2026-01-05T11:00:00,bob,-,NO,60\n"
            ),
            (
                "later.csv", "2026-02-20T00:00:00Z",
                "c1,correction,2026-01-07T10:00:00,ada,1,NO,600\n"
            ),
        ]
        for (name, recordedAt, rows) in files {
            let file = try write(name, head + rows)
            _ = try store.ingest(
                try IngestRequest(files: [file], mappingPath: mapping, recordedAt: recordedAt))
        }
        return store
    }
}

@Suite struct CorrectedReplayTests {
    private func days(_ store: Store, asOf: String?) throws -> [String: Int] {
        var request = ReplayRequest()
        request.asOf = asOf
        let table = try #require(try store.replay(request).table("days"))
        var contacts: [String: Int] = [:]
        for row in table.rows {
            guard case .text(let day) = row[0], case .integer(let count) = row[2] else { continue }
            if count > 0 { contacts[day] = count }
        }
        return contacts
    }

    @Test func correctionIsKnownFromItsOwnMomentOn() throws {
        let store = try CorrectedPlace().filled()
        let before = ["2026-01-05": 2]
        let after = ["2026-01-05": 1, "2026-01-07": 1]
        #expect(try days(store, asOf: "2026-02-01") == before)
        #expect(try days(store, asOf: "2026-02-20T00:00:00Z") == after)
        #expect(try days(store, asOf: nil) == after)
        let list = try store.journeys(JourneyFilter())
        #expect(list.fact("corrections") == .integer(1))
        #expect(list.fact("corrections_unmatched") == .integer(0))
        #expect(throws: WorkbenchError.emptyLog) { try days(store, asOf: "2026-01-01") }
    }

    @Test func fileOfViewsHoldsWhatTheViewsSay() throws {
        let place = try CorrectedPlace()
        let store = try place.filled()
        let file = place.folder + "/views.sqlite"
        let report = try store.exportSQLite(
            toFile: file, request: ViewRequest(.resolution), hasDetails: true)
        let rows = try SQLiteFile.rows(
            of: file, sql: "SELECT contacts, journeys FROM resolution ORDER BY rowid")
        let table = try #require(
            try store.view(ViewRequest(.resolution)).table("resolution"))
        #expect(
            rows
                == table.rows.map { row in
                    [row[1], row[2]].map {
                        if case .integer(let value) = $0 { .integer(Int64(value)) } else { .null }
                    }
                })
        #expect(
            try SQLiteFile.rows(
                of: file, sql: "SELECT talk_seconds, outcome FROM interactions ORDER BY at")
                == [
                    [.real(60), .text("unresolved")], [.real(600), .text("unresolved")],
                ])
        #expect(report.tables.contains { $0 == ("journeys", 2) })
        let cost = try SQLiteFile.rows(of: file, sql: "SELECT SUM(cost) FROM journeys")
        let ledger = try store.view(ViewRequest(.ledger))
        guard case .money(let total)? = ledger.fact("total"), case .real(let sum)? = cost.first?[0]
        else {
            Issue.record("no sums: \(cost)")
            return
        }
        #expect(abs(sum - Double(total) / 100_000) < 1e-9)
        #expect(total > 0)
    }
}
