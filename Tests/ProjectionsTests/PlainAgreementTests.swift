// The journeys, probabilities, placebo and ledger of thousands of small random logs, held against
// computations by definition.

import Events
import Projections
import TestSupport
import Testing

@Suite struct PlainAgreementTests {
    @Test func journeysRolesAndStatesAreTheDefinedOnes() throws {
        for seed in UInt64(0)..<2_000 {
            let sample = try RandomCase(seed: seed)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let plain = PlainJourneys(sample.table, rules: sample.rules)
            for index in sample.table.contacts.indices {
                #expect(book.predecessor[index] == Int32(plain.link[index] ?? -1), "seed \(seed)")
                #expect(
                    book.successor[index] == Int32(plain.link.firstIndex(of: index) ?? -1),
                    "seed \(seed)")
                #expect(
                    Int(book.failure[index]) == (plain.failure[index] ?? -1) + 1, "seed \(seed)")
                #expect(book.role[index] == plain.role(index), "seed \(seed)")
                #expect(
                    book.cause(of: index)
                        == Int32(plain.isCaused(index) ? plain.link[index] ?? -1 : -1),
                    "seed \(seed)")
                #expect((book.edge(of: index) == .fulfilment) == plain.isBegun(index))
                #expect(book.isNamedLink(index) == plain.isNamed(index), "seed \(seed)")
            }
            try compareJourneys(sample.table, book, plain, seed)
        }
    }

    private func compareJourneys(
        _ table: ContactTable, _ book: JourneyBook, _ plain: PlainJourneys, _ seed: UInt64
    ) throws {
        let starts = table.contacts.indices.filter { plain.link[$0] == nil }
        try #require(book.journeys.count == starts.count, "seed \(seed)")
        for (journey, start) in zip(book.journeys, starts) {
            let members = table.contacts.indices.filter { plain.start($0) == start }
            let last = try #require(members.last)
            #expect(Int(journey.first) == start, "seed \(seed)")
            #expect(Int(journey.last) == last, "seed \(seed)")
            #expect(Int(journey.contactCount) == members.count, "seed \(seed)")
            #expect(
                journey.state == plain.state(lastContact: last, family: plain.families[start]),
                "seed \(seed)")
            #expect(book.members(of: [book.journeyOf[start]].map { Int($0) }) == [members])
            #expect(
                book.rules.familyNames[Int(journey.family)] == plain.families[start],
                "seed \(seed)")
            for member in members {
                #expect(Int(book.journeyOf[member]) == starts.firstIndex(of: start))
            }
        }
    }

    /// Sums of floating-point numbers are taken in another order here: a few millionths, since each
    /// of the rounds begins with the rounded probabilities of the one before.
    @Test(arguments: [LogShape.small, .medium])
    func probabilitiesAreTheDefinedOnes(shape: LogShape) throws {
        var between = 0
        for seed in UInt64(0)..<(shape.contacts.lowerBound == 1 ? 1_600 : 90) {
            let sample = try RandomCase(seed: seed, shape: shape)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let plain = PlainProbabilities(PlainJourneys(sample.table, rules: sample.rules))
            for index in sample.table.contacts.indices {
                let expected = plain.probability(index) * 1_000_000
                let found = Double(book.probability[index])
                #expect(abs(found - expected) <= 6, "seed \(seed), contact \(index)")
                if found > 0, found < 1_000_000 { between += 1 }
            }
        }
        #expect(between > 1_000, "the logs are too poor to say anything")
    }

    @Test func placeboIsTheDefinedOne() throws {
        for seed in UInt64(0)..<400 {
            let sample = try RandomCase(seed: seed, shape: seed % 8 == 0 ? .medium : .small)
            let book = JourneyBook(sample.table, rules: sample.rules)
            let journeys = PlainJourneys(sample.table, rules: sample.rules)
            let plain = PlainProbabilities(journeys)
            for found in book.hazards.placebo {
                let parts = plain.placebo.filter { journeys.rule($0.key)?.id == found.rule }.values
                #expect(found.base == parts.reduce(0) { $0 + $1.base }, "seed \(seed)")
                #expect(found.linked == parts.reduce(0) { $0 + $1.linked }, "seed \(seed)")
                #expect(found.placeboBase == parts.reduce(0) { $0 + $1.movedBase })
                #expect(found.placeboFollowed == parts.reduce(0) { $0 + $1.movedFollowed })
                #expect(found.placeboContacts == parts.reduce(0) { $0 + $1.movedContacts })
                let expected = parts.reduce(0) { $0 + $1.movedExpected }
                #expect(abs(found.placeboExpected - expected) <= 1e-9 * (1 + expected))
            }
        }
    }

    @Test func ledgerIsTheDefinedOne() throws {
        for seed in UInt64(0)..<1_000 {
            let sample = try RandomCase(seed: seed)
            let book = JourneyBook(sample.table, rules: sample.rules)
            var random = TestRandom(seed: seed &+ 31)
            let costs = CostRules.random(&random)
            let refunds = (0..<random.below(6)).map { _ in
                LedgerRefund(
                    contact: random.below(sample.table.contacts.count),
                    amount: Money(thousandths: Int64(random.below(900_000))))
            }
            let events = (0..<random.below(9)).map { _ in
                LedgerEvent(
                    kind: random.pick([.complaintOpened, .complaintReferred, .refundPaid]),
                    contact: random.below(sample.table.contacts.count))
            }
            let ledger = Ledger(
                sample.table, book: book, costs: costs,
                facts: LedgerFacts(refunds: refunds, events: events))
            let journeys = PlainJourneys(sample.table, rules: sample.rules)
            let plain = PlainLedger(
                journeys, costs: costs, probability: book.probability, refunds: refunds)
            let books = PlainLedgerBooks(
                journeys, costs: costs, probability: book.probability, events: events)
            compare(ledger.value, books, ledger.dimensions, seed)
            try compare(ledger.risk, books, seed)
            #expect(ledger.runs == plain.runs, "seed \(seed)")
            #expect(ledger.balance.holds, "seed \(seed)")
            #expect(ledger.balance.charged == plain.byRule.values.reduce(0, +), "seed \(seed)")
            #expect(ledger.unknownMinutesCount == plain.unknownMinutes, "seed \(seed)")
            #expect(ledger.uncoveredCount == plain.uncovered, "seed \(seed)")
            let dimensions = ledger.dimensions
            for row in 0..<dimensions.causedCount {
                let cause = dimensions.causedName(row)
                for column in 0..<dimensions.paidCount {
                    let paid = dimensions.paidName(column)
                    let cell = PlainLedger.Cell(
                        .init(intent: cause.intent, failure: cause.failure), paid.intent,
                        paid.payer)
                    #expect(
                        ledger.cashByRule[row, column] == plain.byRule[cell] ?? 0, "seed \(seed)")
                    let weighted = plain.weighted[cell] ?? .init()
                    #expect(
                        abs(Double(ledger.cashWeighted[row, column]) - weighted.amount)
                            <= weighted.rounding, "seed \(seed)")
                }
                let time = plain.customerTime[.init(intent: cause.intent, failure: cause.failure)]
                #expect(ledger.customerTimeByRule[row] == time ?? 0, "seed \(seed)")
            }
        }
    }

    private func compare(
        _ found: ValueBook?, _ plain: PlainLedgerBooks, _ dimensions: LedgerDimensions,
        _ seed: UInt64
    ) {
        guard let found else {
            #expect(plain.left.count == 0 && plain.atRisk.count == 0, "seed \(seed)")
            return
        }
        #expect(found.leftCount == plain.left.count, "seed \(seed)")
        #expect(found.atRiskCount == plain.atRisk.count, "seed \(seed)")
        #expect(found.unvaluedCount == plain.unvalued, "seed \(seed)")
        for (sums, book) in [(found.left, plain.left), (found.atRisk, plain.atRisk)] {
            #expect(sums.weighted.reduce(0, +) == sums.total, "seed \(seed)")
            for row in 0..<dimensions.causedCount {
                let name = dimensions.causedName(row)
                let cause = PlainLedger.Cause(intent: name.intent, failure: name.failure)
                #expect(sums.byRule[row] == book.byRule[cause] ?? 0, "seed \(seed)")
                let weighted = book.weighted[cause] ?? .init()
                #expect(
                    abs(Double(sums.weighted[row]) - weighted.amount) <= weighted.rounding,
                    "seed \(seed)")
            }
        }
    }

    private func compare(
        _ found: RiskBook?, _ plain: PlainLedgerBooks, _ seed: UInt64
    ) throws {
        guard let found else {
            #expect(plain.cases.isEmpty, "seed \(seed)")
            return
        }
        #expect(found.holds, "seed \(seed)")
        #expect(found.caseCounts == plain.cases.map(\.count), "seed \(seed)")
        #expect(found.cases.map { Int($0.contact) } == plain.cases.flatMap { $0 }, "seed \(seed)")
        let named = Set(found.cases.map { "\($0.risk) \($0.address) \($0.ordinal)" })
        #expect(named.count == found.cases.count, "two cases with one draw, seed \(seed)")
        let dimensions = found.dimensions
        for row in 0..<dimensions.causedCount {
            let cause = dimensions.causedName(row)
            for column in 0..<dimensions.paidCount {
                let borne = dimensions.paidName(column)
                let cell = PlainLedger.Cell(
                    .init(intent: cause.intent, failure: cause.failure), borne.intent,
                    borne.payer)
                #expect(
                    found.expected.byRule[row, column] == plain.risk.byRule[cell] ?? 0,
                    "seed \(seed)")
                let weighted = plain.risk.weighted[cell] ?? .init()
                #expect(
                    abs(Double(found.expected.weighted[row, column]) - weighted.amount)
                        <= weighted.rounding, "seed \(seed)")
            }
        }
    }
}
