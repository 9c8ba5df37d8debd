// How hard an issue was, read from how long people needed for it: the part of the record that says
// that the contacts which automation fails are not average ones.

import Events
package import Projections
import Randomness
import Statistics

/// The normal scores of contacts' recorded paths, as residuals within intent × channel × segment.
///
/// A contact's path is what people spent on it and on what it brought about, link by link, each
/// with its probability; where nobody handled anything, nothing was observed of its difficulty. The
/// residual is the logarithm of those minutes less its mean over the members of the cell, drawn
/// toward that of the intent and channel with the weight of twenty members. Only the members are
/// ranked, all cells together, so that over them the scores are standard normal and a stated
/// success rate is the mean over exactly them.
package struct Difficulty: Sendable {
    /// By index of contact; NaN for others than members and where nothing was observed.
    package let scores: [Double]

    /// Members that the mean of intent and channel weighs in a cell.
    private static let pooledWeight = 20.0

    /// - Parameter members: by index of contact; those that are ranked.
    /// - Complexity: O(n log n).
    package init(_ table: ContactTable, book: JourneyBook, among members: [Bool]) {
        let paths = Difficulty.paths(table, book: book)
        let ranked = table.contacts.indices.filter { members[$0] && paths[$0] > 0 }
        var pooled: [Cell: Mean] = [:]
        var own: [Cell: Mean] = [:]
        let logarithms = ranked.map { ExactMath.log(paths[$0]) }
        for (index, logarithm) in zip(ranked, logarithms) {
            let cell = Cell(table.contacts[index])
            own[cell, default: Mean()].add(logarithm)
            pooled[cell.ofAllSegments, default: Mean()].add(logarithm)
        }
        let residuals = zip(ranked, logarithms).map { index, logarithm in
            let cell = Cell(table.contacts[index])
            let all = pooled[cell.ofAllSegments, default: Mean()]
            let mean = own[cell, default: Mean()].drawn(
                toward: all.value, weight: Difficulty.pooledWeight)
            return logarithm - mean
        }
        var scores = [Double](repeating: .nan, count: table.contacts.count)
        let normal = NormalScores.scores(
            of: residuals, ties: .averaged, inverseNormal: ExactMath.inverseNormal)
        for (index, score) in zip(ranked, normal) { scores[index] = score }
        self.scores = scores
    }

    /// Microseconds of handling on each contact's path, or 0 where none was observed.
    private static func paths(_ table: ContactTable, book: JourneyBook) -> [Double] {
        var paths = [Double](repeating: 0, count: table.contacts.count)
        for index in table.contacts.indices.reversed() {
            let contact = table.contacts[index]
            if contact.isHandled { paths[index] = Double(contact.handleMicroseconds ?? 0) }
            let next = Int(book.successor[index])
            guard next >= 0, book.edge(of: next) != .none else { continue }
            paths[index] += paths[next] * Double(book.probability[next]) / 1_000_000
        }
        return paths
    }

    /// Contacts that are compared with each other.
    private struct Cell: Hashable {
        var intent: Symbol
        var channel: Symbol
        var segment: Symbol?

        init(_ contact: Contact) {
            intent = contact.intent.symbol
            channel = contact.channel.symbol
            segment = contact.segment.symbol
        }

        var ofAllSegments: Cell {
            var cell = self
            cell.segment = nil
            return cell
        }
    }

    private struct Mean {
        var sum = 0.0
        var count = 0.0

        mutating func add(_ value: Double) {
            sum += value
            count += 1
        }

        var value: Double { count > 0 ? sum / count : 0 }

        func drawn(toward mean: Double, weight: Double) -> Double {
            (sum + weight * mean) / (count + weight)
        }
    }
}
