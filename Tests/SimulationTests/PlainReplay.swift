// The replay a second time, written from docs/method.md: contact by contact, by recursion and
// names, with nothing laid out beforehand. Only the chance is shared: the same draws under the
// same names. It exists to disagree.

import Events
import Modeling
import Projections
import Randomness
import Simulation

final class PlainReplay {
    enum End: Equatable {
        case resolved
        case handedOver(lost: Bool, misrouted: Bool)
        /// Falsely contained, or hung up; back after a delay, or never.
        case unmet(isFalse: Bool, delay: Int64?)
    }

    enum Return { case asRecorded, prevented, created }

    /// One automation at work on one contact.
    struct Deed {
        enum Kind: Equatable {
            case step(End)
            case message(isMet: Bool)
            case tool
        }

        var automation: Int
        var kind: Kind
        /// How much later than recorded the contact came once this was over.
        var shift: Int64 = 0
    }

    /// A contact that the record does not hold: why, by which automation, and how long after.
    struct Addition {
        var cause: String
        var automation: Int
        var delay: Int64
        var shift: Int64
    }

    struct Fate {
        var happens = true
        /// How much later it arrives, and ends; what it causes follows its end.
        var shift: Int64 = 0
        var endShift: Int64 = 0
        var deeds: [Deed] = []
        var additions: [Addition] = []
        var returns = Return.asRecorded
        /// Automation met the need before it.
        var isMet = false
        /// It is in scope, or goes on with one that is; and it takes place again, later.
        var isOfStep = false
        var isAgain = false
        /// A return that a customer nobody knows would have made.
        var averted = false
        /// People take so much longer for it, and the customer.
        var handleChange: Int64 = 0
        var timeChange: Int64 = 0
        var losesEscalation = false
        /// Work planned for the need is done though it does not happen.
        var keepsPlannedWork = false
        /// What the next person has to ask again: so long, of it itself and of what comes next.
        var inheritedPenalty: Int64 = 0
        var penaltyForNext: Int64 = 0
        var givesUpOnWrongAnswer = 0
    }

    let table: ContactTable
    let book: JourneyBook
    let model: Model
    let costs: CostRules
    let scenario: Intervention
    let parameters: DrawnParameters
    let draws: Draws
    let scores: [Double]
    let rosterPayer: String
    var fates: [Int: Fate] = [:]
    var seenHours: [Symbol: [Int]] = [:]

    init(_ fixture: ReplayFixture, replication: Int) {
        table = fixture.table
        book = fixture.book
        model = fixture.model
        costs = fixture.costs
        scenario = fixture.plan.intervention
        parameters = fixture.plan.parameters(draw: replication / 2)
        draws = Draws(seed: fixture.plan.seed, replication: UInt32(replication))
        let (scenario, table, book) = (scenario, table, book)
        let inScope = table.contacts.indices.map { index in
            scenario.automations.contains {
                $0.mechanism == .step
                    && PlainReplay.reaches($0, table.contacts[index], index, table, book)
            }
        }
        scores = Difficulty(table, book: book, among: inScope).scores
        rosterPayer = fixture.plan.dimensions.payers.last ?? ""
    }

    // MARK: What was recorded

    func contact(_ index: Int) -> Contact { table.contacts[index] }

    func intent(_ index: Int) -> String {
        let name = table.dictionary.string(contact(index).intent)
        return name.isEmpty ? "unknown" : name
    }

    func isInDays(_ index: Int) -> Bool {
        let day = PlainReplay.localMinutes(contact(index)).day
        return day >= scenario.firstDay && day <= scenario.lastDay
    }

    static func localMinutes(_ contact: Contact) -> (day: Int, minute: Int) {
        let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
        let day = Int((Double(local) / 86_400_000_000).rounded(.down))
        return (day, Int(local - Int64(day) * 86_400_000_000) / 60_000_000)
    }

    /// A contact of the customer's own accord that goes on with no other.
    static func isAttempt(_ contact: Contact, _ edge: Edge) -> Bool {
        contact.kind == .contact && contact.direction != .outbound && contact.direction != .internal
            && edge != .fulfilment
    }

    static func reaches(
        _ automation: Automation, _ contact: Contact, _ index: Int, _ table: ContactTable,
        _ book: JourneyBook
    ) -> Bool {
        let scope = automation.scope
        let (day, minute) = localMinutes(contact)
        let edge = book.edge(of: index)
        let isCertainlyLater = book.probability[index] == 1_000_000
        guard day >= scope.firstDay, day <= scope.lastDay, minute >= scope.firstMinute,
            minute < scope.endMinute,
            scope.intents.isEmpty
                || scope.intents.contains(table.dictionary.string(contact.intent)),
            !scope.isFirstContactOnly || !isCertainlyLater
        else { return false }
        switch automation.mechanism {
        case .step: return isAttempt(contact, edge)
        case .outbound: return isAttempt(contact, edge) && edge == .none && !isCertainlyLater
        default:
            return isAttempt(contact, .none) && contact.actor == .agent
                && contact.outcome != .abandoned
        }
    }

    func isInScope(_ index: Int) -> Bool {
        scenario.automations.contains {
            PlainReplay.reaches($0, contact(index), index, table, book)
        }
    }

    func failureTitle(_ index: Int) -> String {
        let number = Int(book.failure[index])
        return number == 0 ? "own need" : book.rules.rules.failures[number - 1].title
    }

    func window(_ index: Int) -> Int64 {
        book.rules.windowMicroseconds(ofFamily: book.rules.family(of: contact(index).intent))
    }

    /// - Parameter automation: whose draw it is; `nil` for nobody's.
    func uniform(_ index: Int, _ name: String, of automation: Int? = nil) -> Double {
        draws.uniform(
            address: contact(index).address,
            purpose: DrawPurpose(name, of: automation.map { scenario.automations[$0].id } ?? ""))
    }

    /// The contact that brought this one about in this replication, by its failure or otherwise.
    func parent(_ index: Int) -> Int? {
        guard book.edge(of: index) != .none else { return nil }
        let isReal =
            uniform(index, "link") * 1e6 < Double(book.probability[index])
        return isReal ? Int(book.predecessor[index]) : nil
    }

    /// How long the contact's channel is still closed so much later: whole hours.
    func untilOpen(_ index: Int, later: Int64) -> Int64 {
        let hour: Int64 = 3_600_000_000
        func hourOfWeek(_ contact: Contact, _ later: Int64) -> Int {
            let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
            return Int((local + later) / hour % 168)
        }
        let channel = contact(index).channel
        let seen =
            seenHours[channel.symbol]
            ?? table.contacts.filter {
                $0.channel == channel && PlainReplay.isAttempt($0, .none)
            }.map { hourOfWeek($0, 0) }
        seenHours[channel.symbol] = seen
        guard !seen.isEmpty else { return 0 }
        func isOpen(_ place: Int) -> Bool {
            let ofDay = seen.count { ($0 + 72) / 24 % 7 == (place + 72) / 24 % 7 }
            let ofHour = seen.count { $0 % 24 == place % 24 }
            let isClosed =
                ofDay == 0 && seen.count >= 21 || ofHour == 0 && seen.count >= 72
                || !seen.contains(place) && ofDay * ofHour >= 3 * seen.count
            return !isClosed
        }
        let place = hourOfWeek(contact(index), later)
        let wait = (0..<168).first { isOpen((place + $0) % 168) } ?? 0
        return Int64(wait) * hour
    }

    /// Whether its need begins with it in this replication, whatever else the link says.
    func isFirst(_ index: Int) -> Bool {
        book.predecessor[index] < 0
            || uniform(index, "link") * 1e6 >= Double(book.probability[index])
    }

    /// Whether the failure of the one before brought it about in this replication.
    func isCaused(_ index: Int) -> Bool {
        book.edge(of: index) == .failure && parent(index) != nil
    }

    /// Where the first failure on the way to this contact was, and which; without one, where the
    /// service began.
    func origin(_ index: Int) -> (index: Int, failure: Int) {
        guard let parent = parent(index) else { return (index, 0) }
        let before = origin(parent)
        return isCaused(index) && before.failure == 0
            ? (parent, Int(book.failure[parent])) : before
    }

    /// Whether the record shows what followed.
    func isFollowed(_ index: Int) -> Bool {
        contact(index).customer >= 0 || contact(index).issue.isKnown
    }

    func root(_ index: Int) -> Int { parent(index).map { root($0) } ?? index }

    /// Whether the record holds a return that this contact brought about.
    func hasReturn(_ index: Int) -> Bool {
        table.contacts.indices.contains { $0 > index && parent($0) == index && isCaused($0) }
    }

    func returnProbability(_ index: Int, failure: Int) -> Double {
        let family = book.rules.family(of: contact(index).intent)
        return parameters.returnProbability[family * model.failureTitles.count + failure]
    }
}
