// The tail of risk: what all cases together may come to, by addressed draws. A case's draws name
// the case alone, so another case, another risk or another thread moves none of them.
//
// Most risks are unlikely, so nothing is drawn for the replications in which a case comes to
// nothing: its own draws say how many of them lie before the next in which it does. A case costs
// its expected number of losses and one draw more, however many replications there are.

import Events
package import Projections
package import Randomness

/// The draws of a record's risks in all replications.
package struct RiskDraws: Sendable {
    /// The losses of one risk.
    private struct Law: Sendable {
        /// Of a case to come to nothing: its logarithm.
        let logOfNothing: Double
        let isPossible: Bool
        let severity: QuantileTable?
        let constant: Int64
        let purpose: DrawPurpose

        init(
            _ rule: RiskRule, _ purposes: inout DrawPurposeRegistry
        ) throws(RandomnessError) {
            logOfNothing = ExactMath.log1p(-Double(rule.probability) / 1_000_000)
            isPossible = rule.probability > 0
            purpose = try purposes.purpose("risk", of: rule.id)
            let severity = rule.severity
            constant = severity.mode.thousandths
            let bounds = [severity.low, severity.mode, severity.high].map {
                Double($0.thousandths)
            }
            self.severity =
                severity.isConstant
                ? nil
                : try QuantileTable(.pert(low: bounds[0], mode: bounds[1], high: bounds[2]))
        }

        func loss(_ uniform: Double) -> Int64 {
            severity.map { Int64($0.quantile(uniform).rounded(.toNearestOrEven)) } ?? constant
        }
    }

    package let replicationCount: Int
    private let laws: [Law]
    private let draws: Draws

    /// - Parameter replicationCount: up to ``replicationLimit``.
    /// - Throws: where two risks would share their draws.
    package init(
        _ rules: [RiskRule], seed: UInt64, replicationCount: Int
    ) throws(RandomnessError) {
        precondition(
            (1...RiskDraws.replicationLimit).contains(replicationCount),
            "\(replicationCount) replications")
        var purposes = DrawPurposeRegistry()
        var laws: [Law] = []
        for rule in rules { laws.append(try Law(rule, &purposes)) }
        self.laws = laws
        self.replicationCount = replicationCount
        draws = Draws(seed: seed, replication: 0)
    }

    package static let replicationLimit = 1_000_000

    /// As many replications as are worth it: ten thousand, but no more than come to so many losses
    /// in all that drawing them takes a second, and no fewer than the tail needs.
    package static func replicationCount(_ book: RiskBook) -> Int {
        let losses = zip(book.rules, book.caseCounts).reduce(0.0) {
            $0 + Double($1.0.probability) / 1_000_000 * Double($1.1)
        }
        let cases = Double(book.cases.count)
        // A case costs a draw even where it never comes to anything.
        let affordable = losses > 0 ? (10_000_000 - min(cases, 5_000_000)) / losses : 10_000
        return Int(max(200, min(10_000, affordable)))
    }

    /// By replication: what some cases come to together, in thousandths of a minor unit.
    /// - Complexity: O(cases + their losses).
    package func totals(_ cases: ArraySlice<RiskCase>) -> [Int64] {
        var totals = [Int64](repeating: 0, count: replicationCount)
        for found in cases {
            forEachLoss(of: found) { replication, loss in totals[replication] += loss }
        }
        return totals
    }

    /// By case: what it comes to in some replications together.
    /// - Parameter isTaken: by replication.
    package func sums(_ cases: ArraySlice<RiskCase>, over isTaken: [Bool]) -> [Int64] {
        cases.map { found in
            var sum: Int64 = 0
            forEachLoss(of: found) { replication, loss in
                if isTaken[replication] { sum += loss }
            }
            return sum
        }
    }

    /// The replications in which a case comes to a loss, in order. Each draw is a pair: how many
    /// come to nothing before the next, by inversion of the geometric law
    /// (⌊ln u / ln(1 − p)⌋; L. Devroye, Non-Uniform Random Variate Generation, 1986, X.2), and what
    /// that one costs.
    @inline(__always)
    private func forEachLoss(of found: RiskCase, _ take: (Int, Int64) -> Void) {
        let law = laws[Int(found.risk)]
        guard law.isPossible else { return }
        let address =
            found.ordinal == 0
            ? found.address
            : DrawAddress.child(
                of: found.address, purpose: law.purpose, ordinal: found.ordinal)
        var replication = 0
        var ordinal: UInt32 = 0
        while true {
            let pair = draws.uniformPair(
                address: address, purpose: law.purpose, ordinal: ordinal)
            let nothing = (ExactMath.log(pair.first) / law.logOfNothing).rounded(.down)
            guard nothing < Double(replicationCount - replication) else { return }
            replication += Int(nothing)
            take(replication, law.loss(pair.second))
            replication += 1
            ordinal += 1
        }
    }
}
