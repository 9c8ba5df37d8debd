// Replications to figures: what a run says, with its intervals, as one value that can be kept,
// printed and put into a report.

import Projections
package import Statistics

/// One headline figure in both worlds.
package struct MetricSummary: Hashable, Sendable, Codable {
    /// Stable key, as `silent_give_ups`.
    package var name: String
    package var title: String
    /// "count", "share", "minutes", or a currency.
    package var unit: String
    package var baseline: Interval
    package var scenario: Interval
    /// Scenario minus baseline, replication by replication.
    package var delta: Interval
}

/// One class of change or other line of the ledger, in major units of the currency.
package struct LedgerLine: Hashable, Sendable, Codable {
    package var name: String
    package var title: String
    package var amount: Interval
}

/// One cell of the caused × paid matrix, in major units: means over replications.
package struct MatrixCell: Hashable, Sendable, Codable {
    package struct Caused: Hashable, Sendable, Codable {
        package var intent: String
        package var failure: String
    }

    package struct Paid: Hashable, Sendable, Codable {
        package var intent: String
        package var payer: String
    }

    package var caused: Caused
    package var paid: Paid
    package var baseline: Interval
    package var scenario: Interval
    package var delta: Interval
}

/// What one payer pays in all, in major units.
package struct PayerSummary: Hashable, Sendable, Codable {
    package var payer: String
    package var baseline: Interval
    package var scenario: Interval
    package var delta: Interval
}

/// Everything that a run of replications says.
package struct SimulationSummary: Hashable, Sendable, Codable {
    package var replications: Int
    package var metrics: [MetricSummary]
    package var ledger: [LedgerLine]
    package var matrix: [MatrixCell]
    package var payers: [PayerSummary]
    /// The range of the share that no log narrows: with as much chance shared between the two
    /// worlds as there can be, and with none shared in the contacts that the scenario changes.
    package var worseOffShare: Interval
    package var worseOffShareAnew: Interval
    package var betterOffShare: Interval
    package var customersReached: Interval
    /// Shares of the change in cash, in absolute amounts; they sum to one where anything changed.
    package var supportedShare: Double
    package var extrapolatedShare: Double
    package var assumedShare: Double
    /// Customers, over all replications, whose books and classes differ: 0.
    package var customersUnexplained: Int
    /// Variance of the net from chance within parameter draws, and from the draws; `nil` of
    /// fewer than two draws.
    package var netMonteCarloVariance: Double?
    package var netParameterVariance: Double?
    package var profile: ProfileSummary

    /// The line of a class of change.
    package func line(_ name: String) -> LedgerLine? { ledger.first { $0.name == name } }
    package func metric(_ name: String) -> MetricSummary? { metrics.first { $0.name == name } }
}

extension ReplayPlan {
    /// - Parameter results: by replication, from 0.
    /// - Precondition: there is at least one result.
    package func summarise(_ results: [ReplicationResult], currency: String) -> SimulationSummary {
        precondition(!results.isEmpty, "no replications to summarise")
        let metrics = MetricDefinition.all(currency: currency).map { $0.summarise(results) }
        let provenance = results.reduce(into: ProvenanceWeights()) { sum, result in
            sum.supported += result.provenance.supported
            sum.extrapolated += result.provenance.extrapolated
            sum.assumed += result.provenance.assumed
        }
        let weight = Double(provenance.supported + provenance.extrapolated + provenance.assumed)
        func share(_ part: Int64) -> Double { weight == 0 ? 0 : Double(part) / weight }
        func customerShare(_ part: (ReplicationResult) -> Int) -> Interval {
            interval(
                results.map {
                    $0.customersReached == 0 ? 0 : Double(part($0)) / Double($0.customersReached)
                })
        }
        let net = PairedReplications(results.map { Double($0.classes.net) / 100_000 })
        return SimulationSummary(
            replications: results.count, metrics: metrics, ledger: ledgerLines(results),
            matrix: matrixCells(results), payers: payerSummaries(results),
            worseOffShare: customerShare { $0.customersWorseOff },
            worseOffShareAnew: customerShare { $0.customersWorseOffAnew },
            betterOffShare: customerShare { $0.customersBetterOff },
            customersReached: interval(results.map { Double($0.customersReached) }),
            supportedShare: share(provenance.supported),
            extrapolatedShare: share(provenance.extrapolated),
            assumedShare: share(provenance.assumed),
            customersUnexplained: results.reduce(0) { $0 + $1.customersUnexplained },
            netMonteCarloVariance: net?.monteCarloVariance,
            netParameterVariance: net?.parameterVariance, profile: profile(of: results))
    }

    private func ledgerLines(_ results: [ReplicationResult]) -> [LedgerLine] {
        func line(
            _ name: String, _ title: String, _ value: (ReplicationResult) -> Int64
        ) -> LedgerLine {
            LedgerLine(
                name: name, title: title,
                amount: interval(results.map { Double(value($0)) / 100_000 }))
        }
        return [
            line("gross_saving", "gross saving at the origin") { $0.classes.grossSaving },
            line("run_cost", "run, build and supervision") { $0.classes.runCost },
            line("unreleased", "unreleased: freed, still on the roster") {
                $0.classes.unreleased
            },
            line("redistributed", "redistributed") { $0.classes.redistributed },
            line("deferred", "deferred") { $0.classes.deferred },
            line("net", "net") { $0.classes.net },
            line("unexplained", "unexplained") { $0.unexplained },
            line("net_if_released", "net if the roster followed every freed minute") {
                $0.classes.net + $0.classes.unreleased
            },
            line("averted_unidentified", "averted returns of unidentified callers, outside net") {
                $0.avertedUnidentified
            },
        ]
    }

    /// Who pays, over all causes and intents: payers who pay anything in either world.
    private func payerSummaries(_ results: [ReplicationResult]) -> [PayerSummary] {
        let count = dimensions.payers.count
        func amounts(_ world: (ReplicationResult) -> WorldTotals) -> [[Double]] {
            var sums = [[Double]](
                repeating: [Double](repeating: 0, count: results.count), count: count)
            for (replication, result) in results.enumerated() {
                let matrix = world(result).matrix
                var totals = [Int64](repeating: 0, count: count)
                for (place, amount) in zip(matrix.places, matrix.amounts) {
                    totals[Int(place) % dimensions.paidCount % count] += amount
                }
                for payer in 0..<count { sums[payer][replication] = Double(totals[payer]) / 1e5 }
            }
            return sums
        }
        let (baseline, scenario) = (amounts(\.baseline), amounts(\.scenario))
        return dimensions.payers.indices.compactMap { payer in
            let (before, after) = (baseline[payer], scenario[payer])
            guard (before + after).contains(where: { $0 != 0 }) else { return nil }
            return PayerSummary(
                payer: dimensions.payers[payer], baseline: interval(before),
                scenario: interval(after), delta: interval(zip(before, after).map { $1 - $0 }))
        }
    }

    private func matrixCells(_ results: [ReplicationResult]) -> [MatrixCell] {
        let columns = dimensions.paidCount
        var touched: Set<Int32> = []
        for result in results {
            touched.formUnion(result.baseline.matrix.places)
            touched.formUnion(result.scenario.matrix.places)
        }
        return touched.sorted().map { place in
            let cell = Int(place)
            let caused = dimensions.causedName(cell / columns)
            let paid = dimensions.paidName(cell % columns)
            func amounts(_ value: (ReplicationResult) -> Int64) -> Interval {
                interval(results.map { Double(value($0)) / 100_000 })
            }
            return MatrixCell(
                caused: .init(intent: caused.intent, failure: caused.failure),
                paid: .init(intent: paid.intent, payer: paid.payer),
                baseline: amounts { $0.baseline.matrix[cell: cell] },
                scenario: amounts { $0.scenario.matrix[cell: cell] },
                delta: amounts {
                    $0.scenario.matrix[cell: cell] - $0.baseline.matrix[cell: cell]
                })
        }
    }
}

/// The interval of at least one value.
func interval(_ values: [Double]) -> Interval {
    guard let interval = Interval(replications: values) else {
        preconditionFailure("an interval of no replications")
    }
    return interval
}
