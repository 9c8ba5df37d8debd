// The table of contacts: its order, what it leaves out, and that the order in which events arrive
// does not reach it.

import Events
import Projections
import TestSupport
import Testing

@Suite struct ContactFoldTests {
    @Test func contactsAreOrderedByTimeThenByPosition() throws {
        let table = try LogBuilder([
            ContactSpec("a", at: .hours(3)), ContactSpec("b", at: .hours(1)),
            ContactSpec("c", at: .hours(1)), ContactSpec("d", at: .hours(2)),
        ]).table()
        #expect(table.contacts.map(\.position.rawValue) == [2, 3, 4, 1])
    }

    @Test func phantomsAreCountedAndAreNoContacts() throws {
        var builder = LogBuilder([ContactSpec.abandoned("ada", at: .hours(1))])
        builder.add(ContactSpec("ada", at: .hours(1) + .minutes(1)), kind: .phantom)
        builder.add(ContactSpec("ada", at: .hours(1) + .minutes(2)), kind: .surveyAnswered)
        let table = try builder.table()
        #expect(table.contacts.count == 1)
        #expect(table.phantomCount == 1)
        let book = JourneyBook(table, rules: SampleRules.links())
        #expect(book.journeys.map(\.contactCount) == [1])
    }

    @Test func customerOfAPhantomAloneIsNoCustomer() throws {
        var builder = LogBuilder([ContactSpec("ada", at: .hours(1))])
        builder.add(ContactSpec("bob", at: .hours(1)), kind: .phantom)
        #expect(try builder.table().customers.count == 1)
    }

    @Test func unstatedDurationsStayUnknown() throws {
        var call = ContactSpec("ada", at: .hours(1), wait: nil, talk: nil)
        call.hold = .seconds(5)
        let contact = try #require(try LogBuilder([call]).table().contacts.first)
        #expect(contact.handleMicroseconds == nil)
        #expect(contact.wait == Contact.unknownMicroseconds)
        #expect(contact.spanMicroseconds == 5_000_000)
        call.talk = .zero
        call.wrapUp = .seconds(2)
        let known = try #require(try LogBuilder([call]).table().contacts.first)
        #expect(known.handleMicroseconds == 7_000_000)
    }

    @Test func coverageWithoutASourceIsFromTheFirstToJustAfterTheLast() throws {
        let table = try LogBuilder([
            ContactSpec("a", at: .hours(3)), ContactSpec("b", at: .hours(1)),
        ]).table()
        let first = LogBuilder.start + .hours(1)
        let last = LogBuilder.start + .hours(3)
        #expect(table.coverage.from == first)
        #expect(table.coverage.contains(last))
        #expect(!table.coverage.contains(last + TimeSpan(microseconds: 1)))
    }

    @Test func eventsOfOneAddressAreRefusedByPosition() throws {
        let builder = LogBuilder([ContactSpec("a", at: .hours(3))])
        var copy = builder.events[0]
        copy.position = LogPosition(9)
        copy.event.at = copy.event.at - TimeSpan.hours(1)
        let error = #expect(throws: AddressCollision.self) {
            _ = try builder.table(order: builder.events + [copy])
        }
        #expect(error?.first == LogPosition(9))
        #expect(error?.second == LogPosition(1))
    }

    @Test func orderOfArrivalDoesNotReachTableOrBook() throws {
        for seed in UInt64(0)..<300 {
            let sample = try RandomCase(seed: seed)
            var random = TestRandom(seed: seed &+ 77)
            let mixed = try sample.builder.table(
                coverage: sample.table.coverage, order: random.mixed(sample.builder.events))
            let isSame = mixed.contacts == sample.table.contacts
            #expect(isSame, "seed \(seed)")
            #expect(mixed.customers == sample.table.customers, "seed \(seed)")
            #expect(mixed.phantomCount == sample.table.phantomCount)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let other = JourneyBook(mixed, rules: sample.rules)
            #expect(other.probability == book.probability, "seed \(seed)")
            #expect(other.predecessor == book.predecessor, "seed \(seed)")
            #expect(other.journeys == book.journeys, "seed \(seed)")
            #expect(other.hazards.bins == book.hazards.bins, "seed \(seed)")
            let ledger = Ledger(sample.table, book: book, costs: sample.costs)
            let again = Ledger(mixed, book: other, costs: sample.costs)
            #expect(again.cashWeighted == ledger.cashWeighted, "seed \(seed)")
        }
    }
}
