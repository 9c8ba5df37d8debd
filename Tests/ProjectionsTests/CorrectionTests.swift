// A log that was put right is a log that was right.

import Events
import Projections
import TestSupport
import Testing

@Suite struct CorrectionTests {
    /// Whatever was written first and put right later, once or several times: the table is that of
    /// what it should have been, to the last field.
    @Test func correctedLogIsTheRightLog() throws {
        for seed in UInt64(0)..<300 {
            var random = TestRandom(seed: seed)
            let right = (0..<(1 + random.below(30))).map { number in
                var spec = ContactSpec(
                    "c\(random.below(4))", at: .minutes(Int64(random.below(5_000))),
                    outcome: random.pick([.resolved, .abandoned, .unresolved]))
                spec.issue = random.chance(0.4) ? "i\(number % 5)" : ""
                return spec
            }
            var expected = LogBuilder()
            var builder = LogBuilder()
            for text in ["c0", "c1", "c2", "c3"] {
                expected.intern(text)
                builder.intern(text)
            }
            var wrong: [Int] = []
            for (number, spec) in right.enumerated() {
                expected.add(spec)
                var other = spec
                if random.chance(0.3) {
                    wrong.append(number)
                    other.at = .minutes(Int64(random.below(5_000)))
                    other.outcome = .unknown
                    other.talk = .seconds(1)
                }
                builder.add(other)
            }
            for number in random.mixed(wrong + wrong) { builder.correct(number, right[number]) }
            let (table, unmatched) = try builder.table().corrected(by: builder.corrections)
            let plain = try expected.table()
            #expect(table.contacts.count == plain.contacts.count)
            for (found, wanted) in zip(table.contacts, plain.contacts) {
                var same = wanted
                // Symbols are numbered as they come.
                same.issue = found.issue
                #expect(found == same, "seed \(seed)")
                #expect(
                    table.dictionary.string(found.issue) == plain.dictionary.string(wanted.issue))
            }
            #expect(unmatched == 0)
        }
    }

    @Test func lastCorrectionCountsAndOneWithoutAnInteractionTakesBack() throws {
        var builder = LogBuilder([
            ContactSpec("ada", at: .hours(1)), ContactSpec("bob", at: .hours(2)),
        ])
        builder.correct(0, nil)
        builder.correct(1, ContactSpec("eve", at: .hours(3)))
        let table = try builder.table().corrected(by: builder.corrections).table
        #expect(table.contacts.map(\.at) == [LogBuilder.start + .hours(3)])
        let customer = table.customers[Int(table.contacts[0].customer)]
        #expect(table.dictionary.string(customer) == "eve")
        builder.correct(0, ContactSpec("ada", at: .hours(4)))
        let again = try builder.table().corrected(by: builder.corrections).table
        #expect(again.contacts.map(\.position.rawValue) == [2, 1])
    }

    @Test func correctionOfNothingIsCounted() throws {
        var builder = LogBuilder([ContactSpec("ada", at: .hours(1))])
        builder.correct(0, ContactSpec("ada", at: .hours(2)))
        var lone = LogBuilder([ContactSpec("ada", at: .hours(1))])
        lone.correct(0, nil)
        var stray = LogBuilder()
        stray.add(ContactSpec("ada", at: .hours(1)))
        stray.add(ContactSpec("ada", at: .hours(1)))
        stray.correct(1, nil)
        let found = try lone.table().corrected(by: stray.corrections)
        #expect(found.unmatched == 1)
        #expect(found.table.contacts.count == 1)
    }
}
