// What is left for people when automation takes the simple part: the mix of intents that people
// handle, early and late, and what the change of mix alone does to the handle time.

package import Events

/// One intent in the two halves of the period.
package struct MixRow: Hashable, Sendable {
    package var intent: IntentID
    /// Contacts that a person served and whose minutes are known, and these minutes in
    /// microseconds.
    package var before = MixHalf()
    package var after = MixHalf()
}

package struct MixHalf: Hashable, Sendable {
    package var served = 0
    package var handle: Int64 = 0

    package var meanSeconds: Double? {
        served == 0 ? nil : Double(handle) / 1e6 / Double(served)
    }
}

package struct MixView: Sendable {
    /// By intent, those with most served contacts first.
    package let rows: [MixRow]
    package let total: MixRow
    /// The day from which on "after" is, as days since 1970.
    package let split: Int
    /// Mean handle time late, had only the mix changed; and had only the times changed. Seconds.
    package let mixAlone: Double?
    package let timesAlone: Double?

    /// - Complexity: O(n + intents log intents).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let contacts = record.table.contacts
        let members = contacts.indices.filter {
            selection.group(of: $0) != nil && contacts[$0].isInbound && contacts[$0].isServed
                && contacts[$0].talk >= 0
        }
        let split = middleDay(of: members.map { contacts[$0].localDay })
        var rows: [IntentID: MixRow] = [:]
        var total = MixRow(intent: .unknown)
        for index in members {
            let contact = contacts[index]
            let half = contact.localDay < split ? \MixRow.before : \MixRow.after
            let handle = contact.handleMicroseconds ?? 0
            var row = rows[contact.intent] ?? MixRow(intent: contact.intent)
            row[keyPath: half].served += 1
            row[keyPath: half].handle += handle
            rows[contact.intent] = row
            total[keyPath: half].served += 1
            total[keyPath: half].handle += handle
        }
        self.split = split
        self.total = total
        self.rows = rows.values.sorted {
            (-$0.before.served - $0.after.served, $0.intent.symbol)
                < (-$1.before.served - $1.after.served, $1.intent.symbol)
        }
        mixAlone = MixView.mean(self.rows, weights: \.after.served, times: \.before)
        timesAlone = MixView.mean(self.rows, weights: \.before.served, times: \.after)
    }

    /// Mean of one half's times over another half's mix; intents without a time are left out.
    private static func mean(
        _ rows: [MixRow], weights: KeyPath<MixRow, Int>, times: KeyPath<MixRow, MixHalf>
    ) -> Double? {
        var sum = 0.0
        var count = 0
        for row in rows {
            guard let seconds = row[keyPath: times].meanSeconds else { continue }
            sum += seconds * Double(row[keyPath: weights])
            count += row[keyPath: weights]
        }
        return count == 0 ? nil : sum / Double(count)
    }
}
