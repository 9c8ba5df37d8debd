// Difficulty as normal scores of handle times: ranks within a cell, ties, and who inherits what.

import Events
import Modeling
import Projections
import Randomness
import TestSupport
import Testing

@Suite struct DifficultyTests {
    private func scores(_ calls: [ContactSpec]) throws -> [Double] {
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let all = [Bool](repeating: true, count: table.contacts.count)
        let book = JourneyBook(table, rules: SampleRules.links())
        return Difficulty(table, book: book, among: all).scores
    }

    @Test func scoresAreNormalQuantilesOfRanks() throws {
        let minutes: [Int64] = [4, 1, 9, 2]
        let calls = minutes.enumerated().map {
            ContactSpec("c\($0.offset)", at: .hours(Int64($0.offset)), talk: .minutes($0.element))
        }
        let expected = [2.5, 0.5, 3.5, 1.5].map { ExactMath.inverseNormal($0 / 4) }
        #expect(try scores(calls) == expected)
    }

    @Test func equalTimesShareTheirMeanRank() throws {
        let minutes: [Int64] = [3, 1, 3, 3, 7]
        let calls = minutes.enumerated().map {
            ContactSpec("c\($0.offset)", at: .hours(Int64($0.offset)), talk: .minutes($0.element))
        }
        let middle = ExactMath.inverseNormal(2.5 / 5)
        #expect(
            try scores(calls) == [
                middle, ExactMath.inverseNormal(0.5 / 5), middle, middle,
                ExactMath.inverseNormal(4.5 / 5),
            ])
        #expect(abs(middle) < 1e-15)
    }

    @Test func cellIsIntentChannelAndSegment() throws {
        var calls = [
            ContactSpec("a", "loan", at: .hours(1), talk: .minutes(1)),
            ContactSpec("b", "service", at: .hours(2), talk: .minutes(2)),
            ContactSpec("c", "loan", at: .hours(3), talk: .minutes(3)),
            ContactSpec("d", "loan", at: .hours(4), talk: .minutes(4)),
        ]
        calls[2].channel = "chat"
        calls[3].segment = "business"
        #expect(try scores(calls).allSatisfy { abs($0) < 1e-15 })
    }

    @Test func contactThatNobodyServedIsAsHardAsTheOneItBroughtAbout() throws {
        let found = try scores([
            .abandoned("ada", at: .hours(9)),
            .abandoned("ada", at: .hours(9) + .minutes(10)),
            ContactSpec("ada", at: .hours(9) + .minutes(20), talk: .minutes(9)),
            ContactSpec("bob", at: .hours(10), talk: .minutes(1)),
        ])
        let hard = ExactMath.inverseNormal(2.5 / 4)
        #expect(found == [hard, hard, hard, ExactMath.inverseNormal(0.5 / 4)])
    }

    @Test func whatWasNotObservedHasNoScore() throws {
        let found = try scores([
            .abandoned("ada", at: .hours(9)),
            ContactSpec("bob", at: .hours(9), talk: nil),
            .abandoned("", at: .hours(9)),
            ContactSpec("eve", at: .hours(9)),
            // Back with nothing known to have failed: not the same difficulty.
            ContactSpec("kim", at: .hours(9), outcome: .unknown, actor: .system),
            ContactSpec("kim", at: .hours(9) + .minutes(1)),
        ])
        #expect(found.map(\.isNaN) == [true, true, true, false, true, false])
    }

    @Test func servedContactKeepsItsOwnScoreEvenWhereItFailed() throws {
        let found = try scores([
            ContactSpec("ada", at: .hours(9), talk: .seconds(5)),
            ContactSpec("ada", at: .hours(9) + .minutes(1), talk: .minutes(5)),
        ])
        #expect(found == [ExactMath.inverseNormal(0.25), ExactMath.inverseNormal(0.75)])
    }

    @Test func onlyMembersAreRanked() throws {
        let calls = (1...4).map {
            ContactSpec("c\($0)", at: .hours(Int64($0)), talk: .minutes(Int64($0)))
        }
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let book = JourneyBook(table, rules: SampleRules.links())
        let members = [true, false, false, true]
        let found = Difficulty(table, book: book, among: members).scores
        #expect(found[0] == ExactMath.inverseNormal(0.25))
        #expect(found[3] == ExactMath.inverseNormal(0.75))
        #expect(found[1].isNaN && found[2].isNaN)
    }

    @Test func holdAndWrapUpCount() throws {
        var long = ContactSpec("ada", at: .hours(9), talk: .minutes(1))
        long.wrapUp = .minutes(9)
        let found = try scores([long, ContactSpec("bob", at: .hours(9), talk: .minutes(5))])
        #expect(found[0] > found[1])
    }
}
