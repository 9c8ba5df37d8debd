// How hard an issue was, read from how long it took: the part of the record that says that the
// contacts which automation fails are not average ones.

import Events
package import Projections
import Randomness
import Statistics

/// The normal score of each contact's recorded path within intent × channel × segment.
///
/// A contact that a person served is ranked by its handle time among its cell. One that was not
/// served takes the score of the contact that its failure brought about, if there is one; else
/// nothing was observed of its difficulty. Scores are Φ⁻¹((rank − ½)/n), ties by mean rank
/// (G. Blom, Statistical Estimates and Transformed Beta-Variables, 1958, with c = ½).
package struct Difficulty: Sendable {
    /// By index of contact; NaN where nothing was observed.
    package let scores: [Double]

    /// - Complexity: O(n log n).
    package init(_ table: ContactTable, book: JourneyBook) {
        var scores = [Double](repeating: .nan, count: table.contacts.count)
        let served = table.contacts.indices.filter {
            table.contacts[$0].isServed && table.contacts[$0].handleMicroseconds != nil
        }
        let sorted = served.sorted {
            (Difficulty.cell(table.contacts[$0]), $0) < (Difficulty.cell(table.contacts[$1]), $1)
        }
        var start = 0
        while start < sorted.count {
            let cell = Difficulty.cell(table.contacts[sorted[start]])
            var end = start
            while end < sorted.count, Difficulty.cell(table.contacts[sorted[end]]) == cell {
                end += 1
            }
            let members = sorted[start..<end]
            let ranked = NormalScores.scores(
                of: members.map { Double(table.contacts[$0].handleMicroseconds ?? 0) },
                ties: .averaged, inverseNormal: ExactMath.inverseNormal)
            for (index, score) in zip(members, ranked) { scores[index] = score }
            start = end
        }
        for index in table.contacts.indices.reversed() where scores[index].isNaN {
            let next = Int(book.successor[index])
            if next >= 0, book.failure[index] != 0 { scores[index] = scores[next] }
        }
        self.scores = scores
    }

    private static func cell(_ contact: Contact) -> Cell {
        Cell(
            intent: contact.intent.symbol, channel: contact.channel.symbol,
            segment: contact.segment.symbol)
    }

    /// Contacts that are compared with each other.
    private struct Cell: Comparable {
        var intent: Symbol
        var channel: Symbol
        var segment: Symbol

        static func < (left: Cell, right: Cell) -> Bool {
            (left.intent, left.channel, left.segment)
                < (right.intent, right.channel, right.segment)
        }
    }
}
