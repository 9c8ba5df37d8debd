// What is kept of the journeys reads back as it was, whole and in parts; and a table that goes on
// where it ended is the table that is made at once.

import Events
import Projections
import TestSupport
import Testing

/// Columns in memory.
private final class MemoryColumns: KeptColumns, Sendable {
    let columns: [String: [Int64]]

    init(columns: [String: [Int64]]) { self.columns = columns }

    init(_ columns: [KeptColumn]) {
        self.columns = Dictionary(
            uniqueKeysWithValues: columns.map { ($0.name, $0.values(0..<$0.count)) })
    }

    func read<Part: Sendable>(
        _ names: [String], count: Int, _ make: @Sendable ([[Int64]]) throws -> Part,
        take: (Part) -> Void
    ) throws {
        // A few rows at a time, so that pieces meet.
        for start in stride(from: 0, to: count, by: 7) {
            let rows = start..<min(start + 7, count)
            take(try make(names.map { Array((columns[$0] ?? [])[rows]) }))
        }
    }

    func values(_ name: String, at rows: [Int]) throws -> [Int64] {
        rows.map { (columns[name] ?? [])[$0] }
    }
}

private func record(_ sample: RandomCase) -> KeptRecord {
    KeptRecord(
        table: sample.table, book: JourneyBook(sample.table, rules: sample.rules),
        correctionCount: 3, unmatchedCorrectionCount: 1)
}

private func values(_ columns: [KeptColumn]) -> [[Int64]] {
    columns.map { $0.values(0..<$0.count) }
}

@Suite struct KeptTests {
    @Test func whatIsKeptReadsBack() throws {
        for seed in UInt64(0)..<300 {
            let sample = try RandomCase(seed: seed, shape: seed % 8 == 0 ? .medium : .small)
            let record = record(sample)
            let columns = KeptJourneys.columns(record)
            let names = sample.builder.dictionary
            let back = try KeptJourneys.restored(MemoryColumns(columns), rules: sample.rules) {
                names
            }
            #expect(back.table.contacts == record.table.contacts, "seed \(seed)")
            #expect(back.table.coverage == record.table.coverage, "seed \(seed)")
            #expect(back.table.churnedAt == record.table.churnedAt, "seed \(seed)")
            #expect(back.book.journeys == record.book.journeys, "seed \(seed)")
            #expect(back.book.probability == record.book.probability, "seed \(seed)")
            #expect(back.book.hazards.placebo == record.book.hazards.placebo, "seed \(seed)")
            #expect(back.correctionCount == 3 && back.unmatchedCorrectionCount == 1)
            #expect(values(KeptJourneys.columns(back)) == values(columns), "seed \(seed)")
            // What is asked of the whole gives the same answer.
            let ledger = Ledger(record.table, book: record.book, costs: sample.costs)
            let again = Ledger(back.table, book: back.book, costs: sample.costs)
            #expect(ledger.cashWeighted == again.cashWeighted, "seed \(seed)")
        }
    }

    /// A journey's interactions in the words of the log, so that numbers do not matter.
    private func described(_ journey: Int, _ table: ContactTable, _ book: JourneyBook) -> [String] {
        let journeyValue = book.journeys[journey]
        let family = book.rules.familyNames[Int(journeyValue.family)]
        let owner =
            journeyValue.customer < 0
            ? "-" : table.dictionary.string(table.customers[Int(journeyValue.customer)])
        return ["\(family) \(owner) \(journeyValue.state) \(journeyValue.contactCount)"]
            + book.members(of: [journey])[0].map { index in
                let contact = table.contacts[index]
                func position(_ other: Int32) -> String {
                    other < 0 ? "-" : "\(table.contacts[Int(other)].position)"
                }
                let links = [
                    position(book.predecessor[index]), position(book.successor[index]),
                    position(book.cause(of: index)), "\(book.role[index])",
                    "\(book.failure[index])", "\(book.probability[index])",
                    book.linkRule(of: index, in: table) ?? "-",
                ]
                return "\(contact.position) \(contact.at) "
                    + table.dictionary.string(contact.intent) + " "
                    + table.dictionary.string(contact.team) + " "
                    + table.dictionary.string(contact.tier) + " "
                    + table.dictionary.string(contact.issue) + " \(contact.talk) "
                    + links.joined(separator: " ")
            }
    }

    @Test func aPartIsTheSameJourneys() throws {
        var parts = 0
        for seed in UInt64(0)..<200 {
            let sample = try RandomCase(seed: seed, shape: seed % 8 == 0 ? .medium : .small)
            let record = record(sample)
            let kept = MemoryColumns(KeptJourneys.columns(record))
            func part(_ part: KeptJourneys.Part) throws -> [[String]] {
                let names = sample.builder.dictionary
                let found = try KeptJourneys.part(part, of: kept, rules: sample.rules) { symbols in
                    Dictionary(uniqueKeysWithValues: symbols.map { ($0, names.string($0)) })
                }
                guard let (table, book) = found else { return [] }
                return book.journeys.indices.map { described($0, table, book) }
            }
            let (table, book) = (record.table, record.book)
            let all = book.journeys.indices.map { described($0, table, book) }
            for (number, customer) in table.customers.enumerated() {
                let expected = book.journeys.indices.filter { journey in
                    book.members(of: [journey])[0].contains {
                        table.contacts[$0].customer == Int32(number)
                    }
                }
                #expect(
                    try part(.customer(customer)) == expected.map { all[$0] }, "seed \(seed)")
                parts += 1
            }
            for journey in book.journeys.indices {
                let first = table.contacts[Int(book.journeys[journey].first)]
                let customer =
                    first.isIdentified ? table.customers[Int(first.customer)] : .unknown
                #expect(
                    try part(.interaction(first.position, customer)) == [all[journey]],
                    "seed \(seed)")
            }
            #expect(try part(.customer(CustomerID(Symbol(1_000_000)))).isEmpty)
        }
        #expect(parts > 500)
    }

    @Test func goingOnIsMakingItAtOnce() throws {
        var late = 0
        for seed in UInt64(0)..<400 {
            let sample = try RandomCase(seed: seed, shape: seed % 8 == 0 ? .medium : .small)
            let events = sample.builder.events
            var random = TestRandom(seed: seed &+ 17)
            let cut = random.below(events.count + 1)
            var fold = ContactFold(dictionary: sample.builder.dictionary)
            for event in events[..<cut] { fold.add(event) }
            var catchUp = ContactCatchUp(try fold.finish(), names: sample.builder.dictionary)
            for event in events[cut...] { catchUp.add(event) }
            late += catchUp.newlyInTouch.count
            let newly = catchUp.newlyInTouch
            for event in events[..<cut] where newly.isEmpty == false { catchUp.addEarlier(event) }
            var whole = try catchUp.finish()
            whole.coverage = sample.table.coverage
            #expect(whole.contacts == sample.table.contacts, "seed \(seed)")
            #expect(whole.customers == sample.table.customers, "seed \(seed)")
            #expect(whole.phantomCount == sample.table.phantomCount, "seed \(seed)")
            #expect(whole.churnedAt == sample.table.churnedAt, "seed \(seed)")
        }
        // The symbols of all names are older than the table here, so everybody new is asked for.
        #expect(late > 100)
    }

    @Test func whatWasKeptByAnotherHandIsRefused() throws {
        let sample = try RandomCase(seed: 8, shape: .medium)
        var columns = KeptJourneys.columns(record(sample))
        let place = try #require(columns.firstIndex { $0.name == "interaction.outcome" })
        let count = columns[place].count
        columns.remove(at: place)
        let bad = MemoryColumns(columns).columns.merging(
            ["interaction.outcome": [Int64](repeating: 99, count: count)]) { $1 }
        let names = sample.builder.dictionary
        #expect(throws: KeptValueError.self) {
            try KeptJourneys.restored(MemoryColumns(columns: bad), rules: sample.rules) { names }
        }
    }
}
