// How hard an issue was, read from how long it took: the part of the record that says that the
// contacts which automation fails are not average ones.

import Events
package import Projections
import Randomness

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
        let sorted = served.sorted { left, right in
            Difficulty.key(table.contacts[left], left) < Difficulty.key(table.contacts[right], right)
        }
        var start = 0
        while start < sorted.count {
            let cell = Difficulty.cell(table.contacts[sorted[start]])
            var end = start
            while end < sorted.count, Difficulty.cell(table.contacts[sorted[end]]) == cell {
                end += 1
            }
            Difficulty.rank(sorted[start..<end], table, into: &scores)
            start = end
        }
        for index in table.contacts.indices.reversed() where scores[index].isNaN {
            let next = Int(book.successor[index])
            if next >= 0, book.failure[index] != 0 { scores[index] = scores[next] }
        }
        self.scores = scores
    }

    private static func cell(_ contact: Contact) -> [UInt32] {
        [
            contact.intent.symbol.rawValue, contact.channel.symbol.rawValue,
            contact.segment.symbol.rawValue,
        ]
    }

    private static func key(_ contact: Contact, _ index: Int) -> (UInt32, UInt32, UInt32, Int64, Int) {
        (
            contact.intent.symbol.rawValue, contact.channel.symbol.rawValue,
            contact.segment.symbol.rawValue, contact.handleMicroseconds ?? 0, index
        )
    }

    private static func rank(
        _ members: ArraySlice<Int>, _ table: ContactTable, into scores: inout [Double]
    ) {
        var low = members.startIndex
        while low < members.endIndex {
            let handle = table.contacts[members[low]].handleMicroseconds
            var high = low
            while high < members.endIndex,
                table.contacts[members[high]].handleMicroseconds == handle
            {
                high += 1
            }
            let meanRank = Double(low - members.startIndex + high - members.startIndex + 1) / 2
            let score = ExactMath.inverseNormal((meanRank - 0.5) / Double(members.count))
            for place in low..<high { scores[members[place]] = score }
            low = high
        }
    }
}
