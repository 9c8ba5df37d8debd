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
        case none, resolved
        case handedOver(lost: Bool)
        /// Falsely contained, or hung up; back after a delay, or never.
        case unmet(isFalse: Bool, delay: Int64?)
    }

    enum Return { case asRecorded, prevented, created }

    struct Fate {
        var happens = true
        /// How much later it arrives, and ends; what it causes follows its end.
        var shift: Int64 = 0
        var endShift: Int64 = 0
        var end = End.none
        var returns = Return.asRecorded
        /// Automation met the need before it.
        var isMet = false
        /// It is in scope, or goes on with one that is; and it takes place again, later.
        var isOfStep = false
        var isAgain = false
        /// A return that a customer nobody knows would have made.
        var averted = false
    }

    let table: ContactTable
    let book: JourneyBook
    let model: Model
    let costs: CostRules
    let step: Intervention
    let parameters: DrawnParameters
    let draws: Draws
    let scores: [Double]
    /// What the causes that a scenario adds are called, in the order in which they are added.
    let addedCauses: [String]
    let rosterPayer: String
    private var fates: [Int: Fate] = [:]

    init(_ fixture: ReplayFixture, replication: Int) {
        table = fixture.table
        book = fixture.book
        model = fixture.model
        costs = fixture.costs
        step = fixture.plan.intervention
        parameters = fixture.plan.parameters(draw: replication / 2)
        draws = Draws(seed: fixture.plan.seed, replication: UInt32(replication))
        let step = fixture.plan.intervention
        let inScope = fixture.table.contacts.indices.map { index in
            let contact = fixture.table.contacts[index]
            guard PlainReplay.isAttempt(contact, fixture.book.edge(of: index)) else { return false }
            let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
            let day = local / 86_400_000_000
            return day >= step.firstDay && day <= step.lastDay
                && step.intents.contains(fixture.table.dictionary.string(contact.intent))
        }
        scores = Difficulty(fixture.table, book: fixture.book, among: inScope).scores
        addedCauses = fixture.plan.dimensions.failures.suffix(5)
        rosterPayer = fixture.plan.dimensions.payers.last ?? ""
    }

    // MARK: What was recorded

    func contact(_ index: Int) -> Contact { table.contacts[index] }

    func intent(_ index: Int) -> String {
        let name = table.dictionary.string(contact(index).intent)
        return name.isEmpty ? "unknown" : name
    }

    func isInDays(_ index: Int) -> Bool {
        let contact = contact(index)
        let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
        let day = local / 86_400_000_000
        return day >= step.firstDay && day <= step.lastDay
    }

    /// A contact of the customer's own accord that goes on with no other.
    static func isAttempt(_ contact: Contact, _ edge: Edge) -> Bool {
        contact.kind == .contact && contact.direction != .outbound && contact.direction != .internal
            && edge != .fulfilment
    }

    func isInScope(_ index: Int) -> Bool {
        isInDays(index) && PlainReplay.isAttempt(contact(index), book.edge(of: index))
            && step.intents.contains(table.dictionary.string(contact(index).intent))
    }

    func failureTitle(_ index: Int) -> String {
        let number = Int(book.failure[index])
        return number == 0 ? "own need" : book.rules.rules.failures[number - 1].title
    }

    func window(_ index: Int) -> Int64 {
        book.rules.windowMicroseconds(ofFamily: book.rules.family(of: contact(index).intent))
    }

    func uniform(_ index: Int, _ name: String, ofStep: Bool = true) -> Double {
        draws.uniform(
            address: contact(index).address,
            purpose: DrawPurpose(name, of: ofStep ? step.automation : ""))
    }

    /// The contact that brought this one about in this replication, by its failure or otherwise.
    func parent(_ index: Int) -> Int? {
        guard book.edge(of: index) != .none else { return nil }
        let isReal =
            uniform(index, "link", ofStep: false) * 1e6 < Double(book.probability[index])
        return isReal ? Int(book.predecessor[index]) : nil
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

    // MARK: What becomes of it

    func fate(_ index: Int) -> Fate {
        if let known = fates[index] { return known }
        var fate = Fate()
        if let parent = parent(index) {
            let before = self.fate(parent)
            fate.happens = before.happens
            if isCaused(index) {
                fate.happens = before.happens && before.returns != .prevented
            } else if book.role[index] == .followUp {
                fate.happens = before.happens || before.isMet
            } else {
                fate.isMet = before.isMet
                fate.isOfStep = before.isOfStep
                fate.isAgain = before.isAgain
            }
            fate.shift = before.endShift
            fate.endShift = before.endShift
        }
        fate.isOfStep = fate.isOfStep || isInScope(index)
        if fate.happens, isInScope(index) { takeStep(index, &fate) }
        fates[index] = fate
        return fate
    }

    private func takeStep(_ index: Int, _ fate: inout Fate) {
        fate.end = end(index)
        let duration = parameters.stepMicroseconds
        switch fate.end {
        case .none: break
        case .resolved:
            fate.happens = false
            fate.isMet = true
        case .handedOver(let lost):
            fate.shift += duration
            fate.endShift += duration + (lost ? penalty(index) : 0)
            decideReturn(index, &fate)
        case .unmet(let isFalse, let delay):
            fate.happens = delay != nil
            fate.isAgain = delay != nil
            fate.shift += duration + (delay ?? 0)
            fate.endShift += duration + (delay ?? 0) + (isFalse ? penalty(index) : 0)
        }
    }

    private func penalty(_ index: Int) -> Int64 {
        contact(index).actor == .agent ? parameters.contextPenaltyMicroseconds : 0
    }

    private func end(_ index: Int) -> End {
        guard uniform(index, "take-up") < parameters.takeUp else { return .none }
        if uniform(index, "success") < successProbability(index) { return .resolved }
        let place = uniform(index, "failed end")
        let falsely = parameters.falseGivenUnresolved
        if place < falsely {
            let isBack =
                uniform(index, "return after false containment") < parameters.falseReturns
            return .unmet(isFalse: true, delay: isBack ? delay(index) : nil)
        }
        if place < falsely + parameters.handedOverGivenUnresolved {
            return .handedOver(lost: uniform(index, "context lost") < parameters.contextLost)
        }
        let isBack =
            uniform(index, "return after leaving")
            < returnProbability(index, failure: leavingFailure)
        return .unmet(isFalse: false, delay: isBack ? delay(index) : nil)
    }

    /// Callers who left in automation, or those who left the queue where no rule names the first.
    private var leavingFailure: Int {
        let failures = book.rules.rules.failures
        for outcome in [Outcome.contained, .abandoned] {
            if let place = failures.firstIndex(where: { $0.outcome == outcome }) {
                return place + 1
            }
        }
        return 0
    }

    private func delay(_ index: Int) -> Int64 {
        model.delays[leavingFailure].quantile(uniform(index, "delay of return"))
    }

    func successProbability(_ index: Int) -> Double {
        let p = parameters.resolved
        let rho = parameters.selectionStrength
        if p <= 0 || p >= 1 || rho == 0 { return p }
        let first = root(index)
        let luck = ExactMath.inverseNormal(uniform(first, "difficulty", ofStep: false))
        let score = scores[first]
        let lambda = parameters.reliability
        let z = score.isNaN ? luck : lambda.squareRoot() * score + (1 - lambda).squareRoot() * luck
        return ExactMath.normalCDF(
            (ExactMath.inverseNormal(p) - rho * z) / (1 - rho * rho).squareRoot())
    }

    /// The recorded answer is kept unless the stated odds say otherwise.
    private func decideReturn(_ index: Int, _ fate: inout Fate) {
        let failure = Int(book.rules.stated(book.failure[index]))
        let odds = parameters.handoverReturnOdds
        guard failure != 0, odds != 1 else { return }
        let fitted = returnProbability(index, failure: failure)
        let changed = odds * fitted / (1 - fitted + odds * fitted)
        let v = uniform(index, "return", ofStep: false)
        guard isFollowed(index) else {
            if v < changed, v >= fitted { fate.returns = .created }
            if v < fitted, v >= changed {
                fate.returns = .prevented
                fate.averted = true
            }
            return
        }
        let isBack = hasReturn(index)
        let u = isBack ? fitted * v : fitted + (1 - fitted) * v
        if isBack, u >= changed { fate.returns = .prevented }
        if !isBack, u < changed { fate.returns = .created }
    }
}
