// Difficulty as normal scores of recorded paths: residuals within a cell, ties, and what a path is.

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

    /// What is usual for an intent and a channel says nothing of an issue's difficulty.
    @Test func onlyWhatIsUnusualForIntentAndChannelCounts() throws {
        var calls: [ContactSpec] = []
        for (number, minutes) in [Int64(2), 4, 8].enumerated() {
            for (place, usual) in [Int64(1), 10].enumerated() {
                calls.append(
                    ContactSpec(
                        "c\(number)\(place)", place == 0 ? "loan" : "service",
                        at: .hours(Int64(calls.count)), talk: .minutes(minutes * usual)))
            }
        }
        let found = try scores(calls)
        let (low, high) = (ExactMath.inverseNormal(1.0 / 6), ExactMath.inverseNormal(5.0 / 6))
        for (place, expected) in [low, low, 0, 0, high, high].enumerated() {
            // Equal residuals may differ in the last bit, and in rank by one.
            #expect(abs(found[place] - expected) < 0.5, "\(place): \(found[place])")
        }
    }

    /// A segment has its own mean only as far as it has members: with twenty it is half.
    @Test func aSegmentOfFewIsComparedWithAll() throws {
        var calls = (0..<20).map {
            ContactSpec("c\($0)", at: .hours(Int64($0)), talk: .minutes(10))
        }
        calls.append(ContactSpec("slow", at: .hours(30), talk: .minutes(40)))
        calls[20].segment = "business"
        let found = try scores(calls)
        #expect(found[20] == ExactMath.inverseNormal(20.5 / 21))
        #expect(found[0] < 0 && found[0] == found[19])
    }

    @Test func pathIsAllThatPeopleSpentOnTheNeed() throws {
        let found = try scores([
            .abandoned("ada", at: .hours(9)),
            .abandoned("ada", at: .hours(9) + .minutes(10)),
            ContactSpec("ada", at: .hours(9) + .minutes(20), talk: .minutes(9)),
            ContactSpec("bob", at: .hours(10), talk: .minutes(1)),
            ContactSpec("kim", at: .hours(11), talk: .seconds(5)),
            ContactSpec("kim", at: .hours(11) + .minutes(1), talk: .minutes(2)),
        ])
        let place = (0...5).map { ExactMath.inverseNormal((Double($0) + 0.5) / 6) }
        let ada = ExactMath.inverseNormal(4.5 / 6)
        #expect(found == [ada, ada, ada, place[0], place[2], place[1]])
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
