// What the analysing verbs begin with: the log folded into contacts and journeys.

package import EventLog
package import Events
import Ingestion
package import Projections

/// A whole log, rebuilt.
package struct Quarter: Sendable {
    package let snapshot: LogSnapshot
    package let table: ContactTable
    package let book: JourneyBook
    package let sources: [SourceProgress]
    /// Corrections of interactions, and those of them that name none in the log.
    package let correctionCount: Int
    package let unmatchedCorrectionCount: Int

    /// Records that name a customer by an id that their mapping does not trust.
    var untrustedCustomerCount: Int {
        sources.flatMap(\.warnings).filter { $0.code == RecordWarning.untrustedCustomer }
            .reduce(0) { $0 + $1.count }
    }
}

extension Store {
    /// Contacts and journeys of the log: what is kept of them, brought up to its end, or made from
    /// the log alone and kept.
    /// - Throws: ``WorkbenchError/emptyLog``, ``WorkbenchError/noRules``, ``AddressCollision``.
    /// - Parameter moment: the record as it was known then; `nil` for everything.
    package func rebuild(
        asOf moment: Instant? = nil, progress: ProgressReport? = nil
    ) throws -> Quarter {
        if let moment {
            let known = try log.snapshot().cut(at: try log.head(asOf: moment))
            return try madeAnew(known, asOf: moment, progress: progress)
        }
        if let kept = try keptQuarter(progress: progress) { return kept }
        let quarter = try madeAnew(try log.snapshot(), asOf: nil, progress: progress)
        keep(quarter, progress: progress)
        return quarter
    }

    /// Contacts and journeys from the log alone, whatever is kept of them; nothing is kept.
    package func rebuiltFromLog() throws -> Quarter {
        try madeAnew(try log.snapshot(), asOf: nil, progress: nil)
    }

    /// A quarter from the log alone, whatever is kept.
    func madeAnew(
        _ snapshot: LogSnapshot, asOf moment: Instant?, progress: ProgressReport?
    ) throws -> Quarter {
        let rules = try linkRules()
        guard snapshot.head > .beforeFirst else { throw WorkbenchError.emptyLog }
        let sources = try recordSources()
        let scanned = try ContactScan(log, snapshot, progress: progress).table()
        let corrections = try corrections(snapshot)
        let (table, unmatched) = scanned.corrected(by: corrections)
        var coveredTable = table
        coveredTable.coverage = Quarter.coverage(table, sources: sources, asOf: moment)
        return Quarter(
            snapshot: snapshot, table: coveredTable,
            book: JourneyBook(coveredTable, rules: rules), sources: sources,
            correctionCount: corrections.count, unmatchedCorrectionCount: unmatched)
    }

    /// What was taken in: everything but what the program itself noted.
    func recordSources() throws -> [SourceProgress] {
        try log.sources().filter { !$0.source.isOwn }
    }

    /// In the order of the log.
    func corrections(_ snapshot: LogSnapshot) throws -> [Correction] {
        var corrections: [Correction] = []
        try log.forEachEvent(of: .correction, through: snapshot.head) { recorded in
            if let correction = Correction(recorded, names: snapshot.dictionary) {
                corrections.append(correction)
            }
            return true
        }
        return corrections
    }
}

extension Quarter {
    /// The log covers whole local days, from the first contact's to the last's, and no more than
    /// its sources say they cover.
    /// - Parameter moment: what had not happened by then was not covered either.
    static func coverage(
        _ table: ContactTable, sources: [SourceProgress], asOf moment: Instant?
    ) -> Projections.Coverage {
        // Work goes on after the last contact, and shows nothing of who would have been in touch.
        guard let first = table.contacts.first(where: { $0.isInbound }) ?? table.contacts.first,
            let last = table.contacts.last(where: { $0.isInbound }) ?? table.contacts.last
        else { return table.coverage }
        func midnight(_ contact: Contact, addingDays days: Int) -> Instant {
            Instant(
                date: CivilDate(dayNumber: contact.localDay + days), secondsOfDay: 0,
                offsetMinutes: Int(contact.offsetMinutes))
        }
        var from = midnight(first, addingDays: 0)
        var to = midnight(last, addingDays: 1)
        let stated = sources.compactMap { $0.source.coverage }
        if let earliest = stated.compactMap(\.from).min() { from = max(from, earliest) }
        for end in [stated.compactMap(\.to).max(), moment].compactMap({ $0 }) { to = min(to, end) }
        return Projections.Coverage(from: from, to: max(to, last.at + TimeSpan(microseconds: 1)))
    }
}
