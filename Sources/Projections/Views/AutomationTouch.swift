// What automation had to do with each visit: the words in which guardrails and loops are said.

import Events

/// By first leg of a visit; false for what is none.
struct AutomationTouch: Sendable {
    /// A leg was automation's.
    let isTouched: [Bool]
    /// A leg of automation's was transferred or escalated, or is not the visit's last.
    let isPassedOn: [Bool]
    /// The last leg is automation's.
    let endsInAutomation: [Bool]
    /// The last leg is automation's, and closed: contained or resolved.
    let isClosed: [Bool]

    /// - Complexity: O(n).
    init(_ record: ViewRecord) {
        let (contacts, visits) = (record.table.contacts, record.visits)
        var isTouched = [Bool](repeating: false, count: contacts.count)
        var isPassedOn = isTouched
        var endsInAutomation = isTouched
        var isClosed = isTouched
        for (index, contact) in contacts.enumerated()
        where contact.isAutomated && visits.firstLeg[index] >= 0 {
            let first = Int(visits.firstLeg[index])
            let isLast = Int(visits.lastLeg[first]) == index
            isTouched[first] = true
            if !isLast || contact.outcome == .transferred || contact.outcome == .escalated {
                isPassedOn[first] = true
            }
            endsInAutomation[first] = isLast
            isClosed[first] =
                isLast && (contact.outcome == .contained || contact.outcome == .resolved)
        }
        self.isTouched = isTouched
        self.isPassedOn = isPassedOn
        self.endsInAutomation = endsInAutomation
        self.isClosed = isClosed
    }
}
