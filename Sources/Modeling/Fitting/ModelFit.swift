// Fits the model to a rebuilt record. Counting and quotients only, so that the same record gives
// the same bits on every machine.

import Events
package import Projections

package enum ModelFit {
    /// Changes whenever the same record would be fitted otherwise; a kept model of another version
    /// is not used.
    package static let version = 5
    /// Weight of a failure's pooled return share in a cell's own, in contacts.
    package static let priorContacts = 20.0

    /// - Complexity: O(n log n), for the empirical laws.
    package static func fit(
        _ table: ContactTable, book: JourneyBook, logHead: String, eventCount: Int
    ) -> Model {
        let titles = [LedgerDimensions.ownNeed] + book.rules.rules.failures.map(\.title)
        let contacts = ContactFit(table, book: book, titles: titles)
        return Model(
            logHead: logHead, eventCount: eventCount, rulesID: book.rules.rules.id,
            returns: returnCells(table, book: book, titles: titles),
            delays: titles.indices.map { delayLaw($0, table, book: book, title: titles[$0]) },
            durations: durationLaws(table, book: book), cells: contacts.cells(),
            patience: contacts.patience(), consequences: contacts.consequences(),
            familyNames: book.rules.familyNames, failureTitles: titles)
    }

    /// Whether a customer came back: work that its source calls rework is none.
    private static func isReturn(_ index: Int, _ table: ContactTable, _ book: JourneyBook) -> Bool {
        table.contacts[index].isInbound && book.role[index].isReturn
    }

    private static func returnCells(
        _ table: ContactTable, book: JourneyBook, titles: [String]
    ) -> [ReturnCell] {
        var cells = book.rules.familyNames.flatMap { family in
            titles.map {
                ReturnCell(
                    family: family, failure: $0, contactCount: 0, linkedCount: 0,
                    expectedReturnsMillionths: 0, posteriorAlpha: 0, posteriorBeta: 0)
            }
        }
        for (index, contact) in table.contacts.enumerated()
        where contact.isFollowed && contact.isInbound {
            let family = book.rules.family(of: contact.intent)
            // Where no rule links a family, nothing was seen of its returns.
            guard book.rules.ruleOfFamily[family] >= 0 else { continue }
            let window = book.rules.windowMicroseconds(ofFamily: family)
            guard contact.at + TimeSpan(microseconds: window) < table.coverage.to else { continue }
            let cell = family * titles.count + Int(book.rules.stated(book.failure[index]))
            let next = Int(book.successor[index])
            // What is still under way has not been returned from.
            guard next < 0 || isReturn(next, table, book) else { continue }
            cells[cell].contactCount += 1
            guard next >= 0 else { continue }
            cells[cell].linkedCount += 1
            cells[cell].expectedReturnsMillionths += Int64(book.probability[next])
        }
        for failure in titles.indices {
            let members = stride(from: failure, to: cells.count, by: titles.count)
            let contacts = members.reduce(0) { $0 + cells[$1].contactCount }
            let returns = members.reduce(0) { $0 + cells[$1].expectedReturnsMillionths }
            let pooled = (Double(returns) / 1e6 + 0.5) / (Double(contacts) + 1)
            for member in members {
                let own = Double(cells[member].expectedReturnsMillionths) / 1e6
                cells[member].posteriorAlpha = own + priorContacts * pooled
                cells[member].posteriorBeta =
                    Double(cells[member].contactCount) - own + priorContacts * (1 - pooled)
            }
        }
        return cells
    }

    /// Mass by lag bin ∝ Σπ of the links in it. Families may have different windows: bins are
    /// fractions of the longest.
    private static func delayLaw(
        _ failure: Int, _ table: ContactTable, book: JourneyBook, title: String
    ) -> DelayLaw {
        let window = book.rules.rules.links.map(\.window.microseconds).max() ?? 0
        let edges =
            [0] + LinkHazards.binSixtieths.map { Int64((Double(window) * $0 / 60).rounded()) }
        var mass = [Int64](repeating: 0, count: edges.count)
        var observed = 0
        for index in table.contacts.indices
        where book.predecessor[index] >= 0 && isReturn(index, table, book) {
            let earlier = Int(book.predecessor[index])
            guard Int(book.rules.stated(book.failure[earlier])) == failure else { continue }
            let lag = (table.contacts[index].at - table.contacts[earlier].at).microseconds
            let bin = edges.firstIndex { lag <= $0 } ?? edges.count - 1
            mass[max(1, bin)] += Int64(book.probability[index])
            observed += 1
        }
        let total = mass.reduce(0, +)
        var sum: Int64 = 0
        let cumulative = mass.indices.map { bin -> Double in
            guard total > 0 else { return Double(bin) / Double(mass.count - 1) }
            sum += mass[bin]
            return Double(sum) / Double(total)
        }
        return DelayLaw(
            failure: title, edges: edges, cumulative: cumulative, observedCount: observed)
    }

    private static func durationLaws(_ table: ContactTable, book: JourneyBook) -> [DurationLaws] {
        var handles = [[Int64]](repeating: [], count: book.rules.familyCount)
        var waits = handles
        for contact in table.contacts where contact.isServed && contact.isInbound {
            let family = book.rules.family(of: contact.intent)
            if let handle = contact.handleMicroseconds { handles[family].append(handle) }
            if contact.wait >= 0 { waits[family].append(contact.wait) }
        }
        return book.rules.familyNames.indices.map {
            DurationLaws(
                family: book.rules.familyNames[$0], handle: EmpiricalLaw(observations: handles[$0]),
                wait: EmpiricalLaw(observations: waits[$0]))
        }
    }
}
