// The tail of risk against closed forms: compound binomials counted out, the mean against the
// expected loss, and cells that sum to the whole.

import Events
import Modeling
import Projections
import TestSupport
import Testing

@Suite struct RiskTailTests {
    private static func rule(
        _ id: String, _ millionths: Int64, _ low: Int64, _ mode: Int64, _ high: Int64
    ) -> RiskRule {
        RiskRule(
            id: id, title: id, bearer: "legal", trigger: .state(.givenUp),
            probability: millionths, probabilityGrade: .d, probabilitySource: "test",
            severity: RiskSeverity(
                low: Money(thousandths: low), mode: Money(thousandths: mode),
                high: Money(thousandths: high), grade: .d, source: "test"))
    }

    private static func cases(_ counts: [Int]) -> [RiskCase] {
        counts.enumerated().flatMap { risk, count in
            (0..<count).map { number in
                RiskCase(
                    risk: Int32(risk), contact: Int32(number),
                    address: UInt64(number / 2) &* 0x9e37_79b9_7f4a_7c15 &+ 77,
                    ordinal: UInt32(number % 2))
            }
        }
    }

    /// The law of the total of two risks of fixed severity, counted out: how many cases of each
    /// come to a loss.
    private static func exactLaw(_ rules: [RiskRule], _ counts: [Int]) -> [Int64: Double] {
        var law: [Int64: Double] = [0: 1]
        for (rule, count) in zip(rules, counts) {
            let probability = Double(rule.probability) / 1_000_000
            for _ in 0..<count {
                var next: [Int64: Double] = [:]
                for (total, share) in law {
                    next[total, default: 0] += share * (1 - probability)
                    next[total + rule.severity.mode.thousandths, default: 0] +=
                        share * probability
                }
                law = next
            }
        }
        return law
    }

    @Test(arguments: [
        (millionths: [200_000, 50_000], amounts: [1_000, 7_000], counts: [12, 9]),
        (millionths: [3_000, 20_000], amounts: [500_000, 90_000], counts: [40, 30]),
        (millionths: [900_000, 1_000_000], amounts: [10, 1_000], counts: [20, 3]),
    ])
    func compoundBinomialsAreThoseCountedOut(
        millionths: [Int], amounts: [Int], counts: [Int]
    ) throws {
        let rules = zip(millionths, amounts).enumerated().map { number, figures in
            let amount = Int64(figures.1)
            return Self.rule("risk-\(number)", Int64(figures.0), amount, amount, amount)
        }
        let law = Self.exactLaw(rules, counts).sorted { $0.key < $1.key }
        let count = 200_000
        let draws = try RiskDraws(rules, seed: 5, replicationCount: count)
        let cases = Self.cases(counts)
        let totals = draws.totals(cases[...])
        let tail = RiskTail(totals)
        // Every total as often as it should be: five standard errors.
        var seen: [Int64: Int] = [:]
        for total in totals { seen[total, default: 0] += 1 }
        for (total, share) in law {
            let error = (share * (1 - share) / Double(count)).squareRoot()
            let found = Double(seen[total] ?? 0) / Double(count)
            #expect(abs(found - share) <= 5 * error + 2 / Double(count), "\(total)")
        }
        #expect(Set(seen.keys).isSubset(of: Set(law.map(\.key))))
        // Value at risk: the smallest total that 95 % do not exceed.
        var below = 0.0
        let level = law.first { entry in
            below += entry.value
            return below >= 0.95
        }
        let exact = try #require(level)
        #expect(tail.valueAtRisk == exact.key)
        let reaching = law.filter { $0.key >= exact.key }
        let weight = reaching.reduce(0.0) { $0 + $1.value }
        let mean = reaching.reduce(0.0) { $0 + $1.value * Double($1.key) } / weight
        let square = reaching.reduce(0.0) {
            $0 + $1.value * (Double($1.key) - mean) * (Double($1.key) - mean)
        }
        let error = (square / weight / Double(tail.tailCount)).squareRoot()
        #expect(abs(Double(tail.conditionalMean) - mean) <= 5 * error + 1)
    }

    @Test func theMeanIsTheExpectedLoss() throws {
        let rules = [
            Self.rule("fee", 70_000, 47_500_000, 65_000_000, 65_000_000),
            Self.rule("rare", 700, 1_000_000, 5_000_000, 90_000_000),
            Self.rule("never", 0, 1, 2, 3),
        ]
        let counts = [120, 3_000, 50]
        let draws = try RiskDraws(rules, seed: 11, replicationCount: 20_000)
        let tail = RiskTail(draws.totals(Self.cases(counts)[...]))
        let expected = zip(rules, counts).reduce(0.0) {
            $0 + Double($1.0.severity.sixMeans) / 6 * Double($1.0.probability) / 1_000_000
                * Double($1.1)
        }
        let error = tail.deviation / Double(tail.replicationCount).squareRoot()
        #expect(abs(Double(tail.mean) - expected) <= 4 * error)
        #expect(Double(tail.valueAtRisk) > expected)
        #expect(tail.conditionalMean > tail.valueAtRisk)
    }

    /// Cut into any pieces, in any order, with any other cases beside it, each case's losses are
    /// its own.
    @Test func aCaseDrawsTheSameWhereverItStands() throws {
        let rules = [Self.rule("one", 300_000, 5, 60, 1_000), Self.rule("two", 40_000, 9, 9, 9)]
        let cases = Self.cases([700, 900])
        let draws = try RiskDraws(rules, seed: 3, replicationCount: 400)
        let whole = draws.totals(cases[...])
        for size in [1, 7, 500, 1_599] {
            var sum = [Int64](repeating: 0, count: 400)
            for start in stride(from: 0, to: cases.count, by: size).reversed() {
                let part = draws.totals(cases[start..<min(cases.count, start + size)])
                for replication in sum.indices { sum[replication] += part[replication] }
            }
            #expect(sum == whole)
        }
        let turned = Array(cases.reversed())
        #expect(draws.totals(turned[...]) == whole)
        // More replications leave the first ones as they were.
        let more = try RiskDraws(rules, seed: 3, replicationCount: 1_000).totals(cases[...])
        #expect(Array(more.prefix(400)) == whole)
        let other = try RiskDraws(rules, seed: 4, replicationCount: 400).totals(cases[...])
        #expect(other != whole)
        // And the sums of the cases over some replications are those of their totals.
        let tail = RiskTail(whole)
        let sums = draws.sums(cases[...], over: tail.isTail)
        #expect(sums.reduce(0, +) == tail.tailSum)
        #expect(sums == draws.sums(turned[...], over: tail.isTail).reversed())
    }

    @Test func cellsSumToTheTail() throws {
        var random = TestRandom(seed: 17)
        for _ in 0..<500 {
            let totals = (0..<(1 + random.below(60))).map { _ in Int64(random.below(50)) }
            let tail = RiskTail(totals)
            let sorted = totals.sorted()
            #expect(totals.count { $0 <= tail.valueAtRisk } * 100 >= 95 * totals.count)
            let lower = sorted.last { $0 < tail.valueAtRisk }
            if let lower { #expect(totals.count { $0 <= lower } * 100 < 95 * totals.count) }
            #expect(tail.tailCount == totals.count { $0 >= tail.valueAtRisk })
            // Some cells, of which a weighted one can be a little below zero.
            var cells = (0..<random.below(9)).map { _ in Int64(random.below(40)) - 3 }
            cells.append(tail.tailSum - cells.reduce(0, +))
            let means = tail.conditionalMeans(cells)
            #expect(means.reduce(0, +) == tail.conditionalMean)
            for (cell, mean) in zip(cells, means) {
                let exact = Double(cell) / Double(tail.tailCount)
                #expect(abs(Double(mean) - exact) < 1)
            }
        }
    }

    @Test func meansAreRoundedHalfToEven() {
        #expect(RiskTail([1, 2]).mean == 2)
        #expect(RiskTail([2, 3]).mean == 2)
        #expect(RiskTail([1, 2, 2]).mean == 2)
        #expect(RiskTail([7]).mean == 7 && RiskTail([7]).deviation == 0)
        let large = Int64.max / 2 - 1
        #expect(RiskTail([large, large, large + 1]).mean == large)
    }
}
