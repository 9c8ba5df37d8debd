// The fast way from columns to the table gives what the plain one gives, however the log is cut
// into runs; and what is summed in pieces is what is there.

import Events
import Projections
import TestSupport
import Testing

/// The table by way of columns, from runs of events with these ends.
private func planned(
    _ builder: LogBuilder, ends: [Int]
) throws -> ContactTable {
    var columns = EventColumns()
    for event in builder.events { columns.append(event) }
    let all = columns
    let runs = zip([0] + ends, ends).map { $0..<$1 }
    let outlines = runs.map { rows in
        var outline = ContactOutline()
        outline.add(all, rows)
        return outline
    }
    let plan = ContactPlan(outlines, nameCount: builder.dictionary.count)
    return try plan.table(names: builder.dictionary) { slots in
        try runs.indices.reversed().map { run in
            var rows = ContactRows(slots, run: run, names: builder.dictionary)
            // Blocks end anywhere.
            let middle = (runs[run].lowerBound + runs[run].upperBound) / 2
            try rows.add(all, runs[run].lowerBound..<middle, firstPosition: LogPosition(1))
            try rows.add(all, middle..<runs[run].upperBound, firstPosition: LogPosition(1))
            return rows
        }
    }
}

@Suite struct ContactPlanTests {
    @Test func anyRunsGiveThePlainTable() throws {
        for seed in UInt64(0)..<400 {
            let sample = try RandomCase(seed: seed, shape: seed % 8 == 0 ? .medium : .small)
            let count = sample.builder.events.count
            var random = TestRandom(seed: seed &+ 5)
            let cuts = (0..<4).map { _ in random.below(count + 1) }.sorted() + [count]
            for ends in [[count], cuts] {
                var table = try planned(sample.builder, ends: ends)
                table.coverage = sample.table.coverage
                let isSame = table.contacts == sample.table.contacts
                #expect(isSame, "seed \(seed)")
                #expect(table.customers == sample.table.customers, "seed \(seed)")
                #expect(table.phantomCount == sample.table.phantomCount, "seed \(seed)")
            }
        }
    }

    @Test func timesThatSpreadUnevenlyAreInOrder() throws {
        let far = TimeSpan.days(40_000)
        let times = (0..<3_000).map { number -> TimeSpan in
            switch number % 3 {
            case 0: .minutes(Int64(number * 7_919 % 3_001))
            case 1: .hours(1)
            default: far + .seconds(Int64(number * 31 % 97))
            }
        }
        let builder = LogBuilder(times.map { ContactSpec("a", at: $0) })
        let plain = try builder.table()
        let table = try planned(builder, ends: [1_000, 1_000, 2_500, 3_000])
        #expect(table.contacts == plain.contacts)
        #expect(table.coverage == plain.coverage)
    }

    @Test func eventsOfOneAddressAreRefusedByPosition() throws {
        var builder = LogBuilder((0..<200).map { ContactSpec("a", at: .minutes(Int64($0))) })
        builder.repeatKey(of: 17, in: 143)
        let error = #expect(throws: AddressCollision.self) {
            _ = try planned(builder, ends: [200])
        }
        #expect(error?.first == LogPosition(18))
        #expect(error?.second == LogPosition(144))
    }

    /// More streams, contacts and journeys than a piece of any kind has.
    @Test func sumsOverManyPiecesAreThoseOfAll() throws {
        var random = TestRandom(seed: 11)
        var (at, customer, intent) = (TimeSpan.zero, "c", "service")
        let specs = (0..<280_000).map { number in
            // Every third contact comes half an hour after the one before it.
            if number % 3 > 0 {
                at = TimeSpan.minutes(Int64(random.below(60 * 24 * 60)))
                customer = "c\(random.below(60_000))"
                intent = random.below(3) == 0 ? "service" : "billing"
            } else {
                at = at + .minutes(30)
            }
            return number % 5 == 0
                ? ContactSpec.abandoned(customer, intent, at: at)
                : ContactSpec(customer, intent, at: at)
        }
        let builder = LogBuilder(specs)
        let table = try planned(builder, ends: [90_000, 280_000])
        let rules = SampleRules.links()
        let book = JourneyBook(table, rules: rules)
        var last: [String: Int] = [:]
        var predecessor = [Int32](repeating: -1, count: table.contacts.count)
        var successors = 0
        for (index, contact) in table.contacts.enumerated() {
            let family = book.rules.family(of: contact.intent)
            let key = "\(contact.customer) \(family)"
            let window = book.rules.windowMicroseconds(ofFamily: family)
            if let earlier = last.updateValue(index, forKey: key),
                (contact.at - table.contacts[earlier].at).microseconds <= window
            {
                predecessor[index] = Int32(earlier)
                successors += 1
            }
        }
        #expect(successors > 10_000)
        #expect(book.predecessor == predecessor)
        #expect(book.journeys.count == predecessor.count { $0 < 0 })
        #expect(book.hazards.bins.reduce(0) { $0 + $1.contacts } == successors)
        #expect(book.hazards.placebo.reduce(0) { $0 + $1.base } > 200_000)
        let costs = SampleRules.costs
        let ledger = Ledger(table, book: book, costs: costs)
        #expect(ledger.balance.holds)
        let dimensions = LedgerDimensions(table: table, rules: rules, costs: costs)
        let charges = Charges(table, costs: costs, dimensions: dimensions)
        let sum = table.contacts.indices.reduce(Int64(0)) { $0 + charges.total($1).thousandths }
        #expect(ledger.balance.charged == sum && sum > 0)
    }
}
