// Journeys kept beside the log: used while they fit, brought up to the log's end, made anew where
// they do not fit, and in no answer to be told from journeys made anew.

import EventLog
import Foundation
import Synchronization
import Testing
import Workbench

/// Sentences for a person, as they came.
private final class Notices: Sendable {
    private let all = Mutex<[String]>([])

    func add(_ text: String) { all.withLock { $0.append(text) } }
    var texts: [String] { all.withLock { $0 } }
}

private final class KeptPlace {
    let place: Workplace
    let folder: String
    let notices = Notices()

    init(customers: Int = 60) throws {
        place = try Workplace(customers: customers)
        folder = place.folder + "/store"
    }

    static let rules = Workplace.repository + "/scenarios/rules/anonymous-bank-1999.yaml"

    func open(_ access: Store.Access = .readOnly) throws -> Store {
        try Store.open(
            directory: folder, access: access, onNotice: { [notices] in notices.add($0) })
    }

    func ingest(_ files: [String]) throws {
        let store = try open(.create)
        _ = try store.ingest(try place.request(files))
    }

    /// Views that between them ask for everything that is kept.
    func answers() throws -> [Answer] {
        let store = try open()
        var filter = JourneyFilter()
        filter.order = .contacts
        return try [
            store.journeys(filter), store.view(ViewRequest(.ledger)),
            store.view(ViewRequest(.resolution)), store.view(ViewRequest(.recontact)),
        ]
    }

    func forget() throws { try FileManager.default.removeItem(atPath: folder + "/derived") }

    var state: KeptState { get throws { try open().keptState() } }
}

@Suite struct KeptJourneysTests {
    @Test func answersDoNotTellWhetherTheJourneysWereKept() throws {
        let place = try KeptPlace()
        try place.ingest(Array(place.place.files[..<2]))
        #expect(try place.state == .missing)
        let first = try place.answers()
        #expect(try place.state == .current)
        #expect(try place.answers() == first)
        try place.forget()
        #expect(try place.answers() == first)
        #expect(place.notices.texts.isEmpty)
    }

    @Test func whatComesLaterIsPutToThem() throws {
        let place = try KeptPlace()
        // The last month first: what comes later was earlier.
        for file in place.place.files.reversed() {
            try place.ingest([file])
            if case .behind = try place.state {} else { #expect(try place.state == .missing) }
            let caughtUp = try place.answers()
            #expect(try place.state == .current)
            let verified = try place.open().verify(looksAtProjections: true)
            #expect(verified.isSound)
            #expect(
                verified.answer.items.contains(
                    .fact(
                        key: "projections", title: "journeys kept",
                        value: .text("the same bytes as made anew"))))
            try place.forget()
            #expect(try place.answers() == caughtUp)
        }
        #expect(place.notices.texts.isEmpty)
    }

    @Test func eventsThatChangeNothingMoveTheCheckpointOn() throws {
        let place = try KeptPlace()
        try place.ingest(Array(place.place.files[..<2]))
        let before = try place.answers()
        let folder = place.place.folder
        try """
        source: rosters
        description: Who is planned to work.
        format: {kind: delimited, delimiter: comma}
        time_zone: UTC
        event:
          id: [id]
          kind: rosterPlanned
          time: {column: when}
        interaction:
          agent: {column: who}
          team: agents

        """.write(toFile: folder + "/rosters.yaml", atomically: true, encoding: .utf8)
        try "id,when,who\nr1,1999-03-02 08:00,a new name\n".write(
            toFile: folder + "/rosters.csv", atomically: true, encoding: .utf8)
        do {
            let store = try place.open(.create)
            let report = try store.ingest(
                try IngestRequest(
                    files: [folder + "/rosters.csv"], mappingPath: folder + "/rosters.yaml",
                    recordedAt: "2026-01-02T00:00:00Z"))
            #expect(report.counts.accepted == 1)
        }
        #expect(try place.state == .behind(1))
        #expect(try place.answers() == before)
        #expect(try place.state == .current)
        #expect(try place.open().verify(looksAtProjections: true).isSound)
        #expect(place.notices.texts.isEmpty)
    }

    @Test func otherRulesMakeThemAnew() throws {
        let place = try KeptPlace()
        try place.ingest(Array(place.place.files[..<1]))
        _ = try place.answers()
        let text = try String(contentsOfFile: KeptPlace.rules, encoding: .utf8)
        let path = place.place.folder + "/rules.yaml"
        try text.replacingOccurrences(of: "window: 1h", with: "window: 2h").write(
            toFile: path, atomically: true, encoding: .utf8)
        do {
            let store = try place.open(.create)
            _ = try store.keep(rulesPath: path, costsPath: nil, replace: true)
        }
        #expect(try place.state == .outdated("the link rules changed"))
        let changed = try place.answers()
        #expect(place.notices.texts == ["the journeys are made anew: the link rules changed"])
        try place.forget()
        #expect(try place.answers() == changed)
    }

    @Test func damageIsNoticedAndMended() throws {
        let place = try KeptPlace()
        try place.ingest(Array(place.place.files[..<1]))
        let sound = try place.answers()
        let path = place.folder + "/derived/data.mdb"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var noticed = 0
        // A bit in each of many places: a page of numbers, of the tree, of nothing.
        for offset in stride(from: 8_192, to: whole.count, by: max(4_096, whole.count / 60)) {
            var damaged = whole
            damaged[offset + 21] ^= 0x40
            try damaged.write(to: URL(fileURLWithPath: path))
            let before = place.notices.texts.count
            #expect(try place.answers() == sound, "offset \(offset)")
            noticed += place.notices.texts.count > before ? 1 : 0
        }
        // The others fall on pages that nothing leads to.
        #expect(noticed > 4)
    }

    @Test func oneCustomersJourneysAreTheSameInBothWays() throws {
        let place = try KeptPlace()
        try place.ingest(place.place.files)
        func table(_ answer: Answer) -> [[Cell]] {
            answer.items.flatMap { item -> [[Cell]] in
                if case .table(_, let table) = item { return table.rows }
                return []
            }
        }
        var filter = JourneyFilter()
        filter.limit = 100
        filter.order = .contacts
        let list = table(try place.open().journeys(filter)).filter { $0.count == 8 }
        let shown = list.prefix(12).map { row in
            (id: "\(row[0])".split(separator: "\"")[1], who: "\(row[2])".split(separator: "\"")[1])
        }
        func answers() throws -> [Answer] {
            let store = try place.open()
            return try shown.flatMap { id, who -> [Answer] in
                var own = JourneyFilter()
                own.customer = String(who)
                let one = try store.journey(String(id))
                return who == "unknown" ? [one] : [one, try store.journeys(own)]
            }
        }
        #expect(try place.state == .current)
        let kept = try answers()
        // With nothing kept, and nowhere to keep it: a file where the folder would be.
        try place.forget()
        try Data().write(to: URL(fileURLWithPath: place.folder + "/derived"))
        #expect(try answers() == kept)
        var nobody = JourneyFilter()
        nobody.customer = "nobody"
        #expect(throws: WorkbenchError.unknownCustomer("nobody")) {
            try place.open().journeys(nobody)
        }
    }
}
