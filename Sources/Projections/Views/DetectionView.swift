// How long a failure goes unseen: from the failed interaction to the first one that shows it.

import Events

/// Failures of one kind.
package struct DetectionFigures: Hashable, Sendable {
    package var failures = 0
    /// Microseconds from the failure to the first interaction that it caused, by how it showed.
    package var returns: [Int64] = []
    package var complaints: [Int64] = []
    /// Whose window has not ended by the end of the log, and nothing showed yet.
    package var open = 0
    /// Of which no sign could be found: neither customer nor issue is known.
    package var untraced = 0

    package var shown: Int { returns.count + complaints.count }
    /// Failures that nothing in the log ever showed.
    package var unseen: Int { failures - shown - open - untraced }

    /// Median of the time until a failure showed, in microseconds.
    package var medianLag: Int64? { lag(percent: 50) }
    package var lag90: Int64? { lag(percent: 90) }

    private func lag(percent: Int) -> Int64? {
        observedQuantile((returns + complaints).sorted(), percent: percent)
    }
}

package struct DetectionView: Sendable {
    /// By failure rule, in their order.
    package private(set) var byFailure: [DetectionFigures]

    /// - Complexity: O(n log n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let (table, book) = (record.table, record.book)
        byFailure = [DetectionFigures](
            repeating: DetectionFigures(), count: book.rules.rules.failures.count)
        var shownBy = [Int32](repeating: -1, count: table.contacts.count)
        for index in table.contacts.indices.reversed() where book.edge(of: index) == .failure {
            shownBy[Int(book.predecessor[index])] = Int32(index)
        }
        for index in table.contacts.indices where book.failure[index] != 0 {
            guard selection.group(of: index) != nil else { continue }
            let kind = Int(book.failure[index]) - 1
            let contact = table.contacts[index]
            byFailure[kind].failures += 1
            if shownBy[index] >= 0 {
                let shown = Int(shownBy[index])
                let lag = table.contacts[shown].at.microseconds - contact.at.microseconds
                if book.role[shown] == .recovery {
                    byFailure[kind].complaints.append(lag)
                } else {
                    byFailure[kind].returns.append(lag)
                }
            } else if !contact.isFollowed {
                byFailure[kind].untraced += 1
            } else if contact.at + record.window >= table.coverage.to {
                byFailure[kind].open += 1
            }
        }
    }
}
