// What customers said and did about it: surveys with their response rate, complaints, redress,
// departures.

package import Events

/// A fact about a customer that is no interaction.
package struct CustomerFact: Hashable, Sendable {
    package var kind: EventKind
    package var at: Instant
    /// Dense, or -1.
    package var customer: Int32
    package var issue: IssueID
    /// Thousandths of a minor unit.
    package var money: Int64?
    /// Answers of a survey: satisfaction from 1 to 5, recommendation from 0 to 10, effort from 1
    /// to 7 where 7 is easy.
    package var csat: Double?
    package var nps: Double?
    package var ces: Double?

    package init(kind: EventKind, at: Instant, customer: Int32, issue: IssueID) {
        self.kind = kind
        self.at = at
        self.customer = customer
        self.issue = issue
    }
}

/// Counts of one group.
package struct ExperienceFigures: Hashable, Sendable {
    package var visits = 0
    package var servedVisits = 0
    package var journeys = 0
    /// Survey answers to visits that a person served, and what they say.
    package var responses = 0
    package var csatCount = 0
    package var csatTopTwo = 0
    package var csatTop = 0
    package var npsCount = 0
    package var npsBalance = 0
    package var cesCount = 0
    package var cesSum = 0.0
    package var complaints = 0
    /// Of these: taken to an ombudsman or another outside body.
    package var referred = 0
    /// Redress paid, and its sum in thousandths of a minor unit.
    package var refunds = 0
    package var refunded: Int64 = 0
    package var churned = 0

    package init() {}

    /// Responses per visit that a person served: what the survey figures rest on.
    package var responseRate: Double? { share(responses, of: servedVisits) }
    package var csatTopTwoRate: Double? { share(csatTopTwo, of: csatCount) }
    package var csatTopRate: Double? { share(csatTop, of: csatCount) }
    /// Per cent of 9 and 10 less per cent of 0 to 6: −100 to 100.
    package var nps: Double? { share(npsBalance, of: npsCount).map { $0 * 100 } }
    package var ces: Double? { cesCount == 0 ? nil : cesSum / Double(cesCount) }
    package var complaintsPerThousandJourneys: Double? {
        share(complaints, of: journeys).map { $0 * 1_000 }
    }
    package var churnPerThousandJourneys: Double? {
        share(churned, of: journeys).map { $0 * 1_000 }
    }
}

package struct ExperienceView: Sendable {
    package private(set) var groups: [ExperienceFigures]
    package private(set) var total = ExperienceFigures()
    /// Facts of customers who have no interaction to which they belong.
    package private(set) var unplaced = 0

    /// What is counted; other facts are somebody else's.
    private static let kinds: Set<EventKind> = [
        .surveyAnswered, .complaintOpened, .complaintReferred, .refundPaid,
    ]

    /// Facts go to the group of the last interaction of their issue, or else of their customer, at
    /// or before their time; survey answers, to the customer's last visit that a person served.
    /// - Complexity: O(n + facts log n).
    package init(_ record: ViewRecord, _ selection: Selection, facts: [CustomerFact]) {
        groups = [ExperienceFigures](repeating: ExperienceFigures(), count: selection.count)
        let (book, visits) = (record.book, record.visits)
        for first in visits.starts {
            guard let group = selection.group(of: first) else { continue }
            change(group) { figures in
                figures.visits += 1
                if visits.isServed[first] { figures.servedVisits += 1 }
            }
        }
        for journey in book.journeys {
            guard let group = selection.group(of: Int(journey.first)) else { continue }
            change(group) { figures in
                figures.journeys += 1
                if journey.state == .churned { figures.churned += 1 }
            }
        }
        let facts = facts.filter { ExperienceView.kinds.contains($0.kind) }
        let places = FactPlaces(record, facts)
        for (fact, place) in zip(facts, places.indices) {
            guard place >= 0 else {
                unplaced += 1
                continue
            }
            guard let group = selection.group(of: Int(place)) else { continue }
            change(group) { $0.add(fact) }
        }
    }

    private mutating func change(_ group: Int, _ body: (inout ExperienceFigures) -> Void) {
        body(&groups[group])
        body(&total)
    }
}

extension ExperienceFigures {
    fileprivate mutating func add(_ fact: CustomerFact) {
        switch fact.kind {
        case .surveyAnswered:
            responses += 1
            if let csat = fact.csat {
                csatCount += 1
                if csat >= 4 { csatTopTwo += 1 }
                if csat >= 5 { csatTop += 1 }
            }
            if let nps = fact.nps {
                npsCount += 1
                npsBalance += nps >= 9 ? 1 : nps <= 6 ? -1 : 0
            }
            if let ces = fact.ces {
                cesCount += 1
                cesSum += ces
            }
        case .complaintOpened: complaints += 1
        case .complaintReferred: referred += 1
        case .refundPaid:
            refunds += 1
            refunded += fact.money ?? 0
        default: break
        }
    }
}

/// An issue of one customer.
private struct OwnIssue: Hashable {
    let issue: IssueID
    let customer: Int32

    init(_ issue: IssueID, _ customer: Int32) {
        self.issue = issue
        self.customer = customer
    }
}

/// The interaction to which each fact belongs, or -1: the last of its issue, or else of its
/// customer, at or before it; of a survey answer, the last visit that a person served.
package struct FactPlaces: Sendable {
    package let indices: [Int32]

    /// - Complexity: O(n + facts log facts).
    package init(_ record: ViewRecord, _ facts: [CustomerFact]) {
        let (table, book, visits) = (record.table, record.book, record.visits)
        var indices = [Int32](repeating: -1, count: facts.count)
        let order = facts.indices.sorted { (facts[$0].at, $0) < (facts[$1].at, $1) }
        // Asked of every interaction: tables, not sets.
        var isWanted = [Bool](repeating: false, count: table.customers.count)
        for fact in facts where fact.customer >= 0 { isWanted[Int(fact.customer)] = true }
        var isWantedIssue = [Bool](repeating: false, count: table.dictionary.count)
        for fact in facts where fact.issue.isKnown {
            isWantedIssue[Int(fact.issue.symbol.rawValue)] = true
        }
        var latest: [Int32: Int32] = [:]
        var latestServed: [Int32: Int32] = [:]
        // One number may be an issue of each of several customers, or of nobody who is known.
        var latestOfIssue: [OwnIssue: Int32] = [:]
        var latestOfAnyone: [IssueID: Int32] = [:]
        var next = 0
        for number in order {
            let fact = facts[number]
            while next < table.contacts.count, table.contacts[next].at <= fact.at {
                let contact = table.contacts[next]
                if contact.isIdentified, isWanted[Int(contact.customer)] {
                    latest[contact.customer] = Int32(next)
                    let first = visits.firstLeg[next]
                    if first >= 0, contact.isServed { latestServed[contact.customer] = first }
                }
                if contact.issue.isKnown, isWantedIssue[Int(contact.issue.symbol.rawValue)] {
                    let owner = book.journeys[Int(book.journeyOf[next])].customer
                    latestOfIssue[OwnIssue(contact.issue, owner)] = Int32(next)
                    latestOfAnyone[contact.issue] = Int32(next)
                }
                next += 1
            }
            if fact.kind == .surveyAnswered {
                indices[number] = latestServed[fact.customer] ?? -1
            } else {
                let ofIssue = [fact.customer, -1].compactMap {
                    latestOfIssue[OwnIssue(fact.issue, $0)]
                }.max()
                let ofAnyone = fact.customer < 0 ? latestOfAnyone[fact.issue] : nil
                indices[number] = ofAnyone ?? ofIssue ?? latest[fact.customer] ?? -1
            }
        }
        self.indices = indices
    }
}
