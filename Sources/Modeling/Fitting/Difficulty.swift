// How hard an issue was, read from how long it took: the part of the record that says that the
// contacts which automation fails are not average ones.

import Events
package import Projections
import Randomness
import Statistics

/// The normal score of contacts' recorded paths within intent × channel × segment.
///
/// A contact's path is its own handle time where a person served it, else that of the first
/// served contact further down its chain of hand-overs and failures; where there is none, nothing
/// was observed of its difficulty. Only the members are ranked, so that over them the scores are
/// standard normal and a stated success rate is the mean over exactly them.
package struct Difficulty: Sendable {
    /// By index of contact; NaN for others than members and where nothing was observed.
    package let scores: [Double]

    /// - Parameter members: by index of contact; those that are ranked.
    /// - Complexity: O(n log n).
    package init(_ table: ContactTable, book: JourneyBook, among members: [Bool]) {
        let paths = Difficulty.paths(table, book: book)
        var scores = [Double](repeating: .nan, count: table.contacts.count)
        let sorted = table.contacts.indices.filter { members[$0] && paths[$0] >= 0 }.sorted {
            (Difficulty.cell(table.contacts[$0]), $0) < (Difficulty.cell(table.contacts[$1]), $1)
        }
        var start = 0
        while start < sorted.count {
            let cell = Difficulty.cell(table.contacts[sorted[start]])
            var end = start
            while end < sorted.count, Difficulty.cell(table.contacts[sorted[end]]) == cell {
                end += 1
            }
            let ranked = NormalScores.scores(
                of: sorted[start..<end].map { Double(paths[$0]) }, ties: .averaged,
                inverseNormal: ExactMath.inverseNormal)
            for (index, score) in zip(sorted[start..<end], ranked) { scores[index] = score }
            start = end
        }
        self.scores = scores
    }

    /// Microseconds of handling on each contact's path, or -1 where none was observed.
    private static func paths(_ table: ContactTable, book: JourneyBook) -> [Int64] {
        var paths = [Int64](repeating: -1, count: table.contacts.count)
        for index in table.contacts.indices.reversed() {
            let contact = table.contacts[index]
            if contact.isServed, let handle = contact.handleMicroseconds {
                paths[index] = handle
                continue
            }
            let next = Int(book.successor[index])
            if next >= 0, book.edge(of: next) != .none { paths[index] = paths[next] }
        }
        return paths
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
