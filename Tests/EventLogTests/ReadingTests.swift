// Aim: every way of reading gives the events asked for, each once, in the order promised.

import EventLog
import Events
import Testing

@Suite struct ReadingTests {
    /// More than two pages; times out of order, three customers and an unknown one.
    private static let facts: [Fact] = (0..<9_000).map { number in
        Fact(
            key: "k\(number)", customer: ["", "ann", "bob", "eve"][number % 4],
            second: Int64(number * 7_919 % 5_000) - 2_500)
    }

    private func filled(_ store: TemporaryStore) throws -> Log {
        let log = try store.open()
        try log.append(ReadingTests.facts, of: source())
        return log
    }

    @Test func aScanGivesEachEventOnceInOrder() throws {
        let store = TemporaryStore()
        let log = try filled(store)
        #expect(try log.facts() == ReadingTests.facts)
        var positions: [UInt64] = []
        try log.forEachEvent(from: LogPosition(4_090), through: LogPosition(8_200)) {
            positions.append($0.position.rawValue)
            return true
        }
        #expect(positions == Array(4_090...8_200))
    }

    @Test func aScanEndsWhenToldOrThrownOutOf() throws {
        struct Stop: Error {}
        let store = TemporaryStore()
        let log = try filled(store)
        var count = 0
        try log.forEachEvent { _ in
            count += 1
            return count < 10
        }
        #expect(count == 10)
        #expect(throws: Stop.self) { try log.forEachEvent { _ in throw Stop() } }
    }

    @Test func aScanEndsAtTheHeadItStartedWith() throws {
        let store = TemporaryStore()
        let log = try filled(store)
        var count = 0
        try log.forEachEvent { _ in
            count += 1
            // Appending from within a scan neither blocks nor feeds it.
            if count % 3_000 == 1 {
                let digit = Character(String(count / 3_000))
                try log.append([Fact(key: "late \(count)")], of: source(digit, mapping: "f"))
            }
            return true
        }
        #expect(count == 9_000)
        #expect(try log.head() == LogPosition(9_003))
    }

    @Test func readingTakesUpToTheLimit() throws {
        let store = TemporaryStore()
        let log = try filled(store)
        func positions(_ start: UInt64, _ limit: Int) throws -> [UInt64] {
            try log.read(from: LogPosition(start), limit: limit).map(\.position.rawValue)
        }
        #expect(try positions(1, 2) == [1, 2])
        #expect(try positions(0, 2) == [1, 2])
        #expect(try positions(8_999, 10) == [8_999, 9_000])
        #expect(try positions(9_001, 10).isEmpty)
        #expect(try positions(.max, 10).isEmpty)
        #expect(try positions(1, 0).isEmpty)
        #expect(try positions(1, .max).count == 9_000)
    }

    @Test func oneEventIsFoundByItsPosition() throws {
        let store = TemporaryStore()
        let log = try filled(store)
        #expect(try log.event(at: LogPosition(5))?.event.key == "k4")
        #expect(try log.event(at: LogPosition(5))?.recordedAt == Instant(microseconds: 1_000))
        #expect(try log.event(at: .beforeFirst) == nil)
        #expect(try log.event(at: LogPosition(9_001)) == nil)
    }

    @Test(arguments: ["ann", "bob", "eve"])
    func aCustomersEventsAreTheirsAlone(name: String) throws {
        let store = TemporaryStore()
        let log = try filled(store)
        let names = try log.dictionary()
        let customer = CustomerID(try #require(names.symbol(of: name)))
        var found: [Fact] = []
        try log.forEachEvent(of: customer) {
            found.append(Fact($0, names))
            return true
        }
        #expect(found == ReadingTests.facts.filter { $0.customer == name })
        var few = 0
        try log.forEachEvent(of: customer, through: LogPosition(40)) { _ in
            few += 1
            return true
        }
        #expect(few == 10)
    }

    @Test func unknownCustomersHaveNoStream() throws {
        let store = TemporaryStore()
        let log = try filled(store)
        for customer in [CustomerID.unknown, CustomerID(Symbol(900)), CustomerID(Symbol(.max))] {
            try log.forEachEvent(of: customer) { event in
                Issue.record("\(event)")
                return false
            }
        }
    }

    @Test(arguments: [(-2_500, 2_500), (-1, 1), (0, 1_700), (7, 7), (2_499, 9_999), (5_000, 6_000)])
    func aPeriodIsHalfOpenAndInTheOrderOfTime(from: Int64, to: Int64) throws {
        let store = TemporaryStore()
        let log = try filled(store)
        let names = try log.dictionary()
        var found: [Fact] = []
        let range =
            Instant(microseconds: from * 1_000_000)..<Instant(microseconds: to * 1_000_000)
        try log.forEachEvent(at: range) {
            found.append(Fact($0, names))
            return true
        }
        let facts = ReadingTests.facts
        let expected = facts.indices.filter { facts[$0].second >= from && facts[$0].second < to }
            .sorted { (facts[$0].second, $0) < (facts[$1].second, $1) }.map { facts[$0] }
        #expect(found == expected)
    }

    @Test func anEmptyLogHasNothingToRead() throws {
        let store = TemporaryStore()
        let log = try store.open()
        #expect(try log.facts().isEmpty)
        #expect(try log.read(from: LogPosition(1), limit: 10).isEmpty)
        #expect(try log.rejects().isEmpty)
        #expect(try log.sources().isEmpty)
        #expect(try log.snapshot().headHash == String(repeating: "0", count: 64))
        #expect(try log.verifyChain().isSound)
    }
}
