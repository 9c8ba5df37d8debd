// A second, slow computation of journeys, causes and probabilities, written from docs/method.md
// and from nothing else: every figure by looking at all contacts again. It exists to disagree.

import Events
import Projections

/// Journeys by definition. Names instead of numbers, loops over everything.
struct PlainJourneys {
    let table: ContactTable
    let rules: LinkRules
    let contacts: [Contact]
    let families: [String]
    /// By contact: index of the contact it is linked to.
    private(set) var link: [Int?] = []
    /// By contact: index of the failure rule that matches what the contact shows itself.
    let stated: [Int?]
    /// The same, and where none does, the rule that a return matches.
    private(set) var failure: [Int?]

    init(_ table: ContactTable, rules: LinkRules) {
        self.table = table
        self.rules = rules
        contacts = table.contacts
        families = table.contacts.map { contact in
            let intent = table.dictionary.string(contact.intent)
            if intent.isEmpty { return "unknown" }
            return rules.families.last { $0.intents.contains(intent) }?.id ?? intent
        }
        stated = table.contacts.map { contact in
            rules.failures.firstIndex {
                $0.returnedWithin == nil && PlainJourneys.isMatched($0, contact)
            }
        }
        failure = stated
        link = contacts.indices.map { linked($0) }
        failure = contacts.indices.map { index in
            guard stated[index] == nil else { return stated[index] }
            return rules.failures.firstIndex { rule in
                guard let within = rule.returnedWithin,
                    PlainJourneys.isMatched(rule, contacts[index])
                else { return false }
                return contacts.indices.contains { later in
                    link[later] == index
                        && [.repeat, .recovery].contains(role(later, afterFailure: nil))
                        && contacts[later].at <= contacts[index].at + within
                }
            }
        }
    }

    private static func isMatched(_ rule: FailureRule, _ contact: Contact) -> Bool {
        let outcome = rule.outcome.map { $0 == contact.outcome } ?? true
        let actor = rule.actor.map { $0 == contact.actor } ?? true
        let talk =
            rule.talkBelow.map { contact.talk >= 0 && contact.talk < $0.microseconds } ?? true
        return outcome && actor && talk
    }

    func window(_ family: String) -> TimeSpan? { rule(family)?.window }

    func rule(_ family: String) -> LinkRule? {
        rules.links.first { $0.families.isEmpty || $0.families.contains(family) }
    }

    /// Whether a customer whom the source knows came of their own accord: only these are in a
    /// stream.
    func isInStream(_ index: Int) -> Bool {
        let contact = contacts[index]
        return contact.customer >= 0 && contact.kind == .contact && contact.direction != .outbound
            && contact.direction != .internal
    }

    /// The contacts of the same customer and family, in order.
    func stream(_ index: Int) -> [Int] {
        contacts.indices.filter { other in
            isInStream(other) && contacts[other].customer == contacts[index].customer
                && families[other] == families[index]
        }
    }

    /// What the source itself names as the one before.
    private func named(_ index: Int) -> Int? {
        guard contacts[index].issue.isKnown else { return nil }
        let own = contacts[index].customer
        let issue = contacts.indices.filter { contacts[$0].issue == contacts[index].issue }
        let owners = Set(issue.map { contacts[$0].customer }.filter { $0 >= 0 })
        let earlier = issue.filter { $0 < index }
        guard owners.count > 1, own >= 0 else { return earlier.last }
        // Whoever is not named goes on with what came last.
        var owner: Int32 = -1
        return earlier.filter { other in
            if contacts[other].customer >= 0 { owner = contacts[other].customer }
            return owner == own
        }.last
    }

    private func linked(_ index: Int) -> Int? {
        if let named = named(index) { return named }
        guard isInStream(index), let window = window(families[index]) else { return nil }
        guard let before = stream(index).last(where: { $0 < index }) else { return nil }
        if contacts[index].issue.isKnown, contacts[before].issue.isKnown { return nil }
        return contacts[index].at <= contacts[before].at + window ? before : nil
    }

    /// Whether the source named what links it.
    func isNamed(_ index: Int) -> Bool { named(index) != nil }

    func role(_ index: Int) -> Role {
        role(index, afterFailure: link[index].flatMap { failure[$0] })
    }

    private func role(_ index: Int, afterFailure: Int?) -> Role {
        guard let before = link[index] else { return .first }
        let contact = contacts[index]
        if contact.kind == .recovery || contact.kind == .complaint { return .recovery }
        if contact.kind == .rework { return .rework }
        if contact.kind == .task || contact.direction == .outbound || contact.direction == .internal
        {
            return .followUp
        }
        let over =
            contacts[before].at.microseconds + max(0, contacts[before].automation)
            + max(0, contacts[before].wait) + max(0, contacts[before].talk) + contacts[before].hold
        if contact.at.microseconds <= over + rules.handOff.microseconds {
            if contacts[before].outcome == .transferred { return .continuation }
            if contacts[before].outcome == .escalated { return .escalation }
        }
        return afterFailure == nil ? .repeat : .rework
    }

    /// Whether the named failure of the one before brought it about.
    func isCaused(_ index: Int) -> Bool {
        guard let before = link[index], failure[before] != nil else { return false }
        return [.rework, .escalation, .recovery].contains(role(index))
    }

    /// Whether it goes on with what the one before began.
    func isBegun(_ index: Int) -> Bool {
        guard let before = link[index] else { return false }
        switch role(index) {
        case .continuation, .followUp: return true
        case .rework, .escalation: return failure[before] == nil
        default: return false
        }
    }

    /// The journey by its first contact.
    func start(_ index: Int) -> Int { link[index].map { start($0) } ?? index }

    /// The interactions back to where what brought this one about began, itself first.
    func path(_ index: Int) -> [Int] {
        guard isCaused(index) || isBegun(index), let before = link[index] else { return [index] }
        return [index] + path(before)
    }

    /// What the cost of the first of a path is caused by, if the path is as far as the truth goes:
    /// the first failure on it, else what began the service.
    func origin(_ path: [Int]) -> (index: Int, failure: Int?) {
        for (earlier, later) in zip(path.reversed(), path.reversed().dropFirst())
        where isCaused(later) {
            return (earlier, failure[earlier])
        }
        return (path[path.count - 1], nil)
    }

    func state(lastContact index: Int, family: String) -> JourneyState {
        let contact = contacts[index]
        let span = window(family) ?? .zero
        let members = contacts.indices.filter { start($0) == start(index) }
        let customer: Int32 = members.map { contacts[$0].customer }.first { $0 >= 0 } ?? -1
        if let left = table.churnedAt[customer], left >= contact.at,
            left <= contact.at + span
        {
            return .churned
        }
        if customer >= 0 || contact.issue.isKnown,
            contact.at + span >= table.coverage.to
        {
            return .open
        }
        switch contacts[index].outcome {
        case .abandoned: return .givenUp
        case .unresolved where contact.kind == .contact: return .givenUp
        case .contained: return .undetermined
        default: return .settled
        }
    }
}

/// The probabilities of links by definition.
struct PlainProbabilities {
    static let upperEdges = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60]

    struct Bin {
        var contacts = 0
        var hours = 0.0
        var background = 0.0
    }

    struct Cell: Hashable {
        var family: String
        var failure: Int?
        var bin: Int
    }

    struct Placebo {
        var base = 0
        var linked = 0
        var movedBase = 0
        var movedFollowed = 0
        var movedContacts = 0
        var movedStarts = 0.0
        var movedExpected = 0.0
    }

    let journeys: PlainJourneys
    private(set) var week: [Double] = []
    /// By family, and there by customer: rate per hour.
    private(set) var rates: [String: [Int32: Double]] = [:]
    private(set) var placebo: [String: Placebo] = [:]
    private(set) var habit: [String: Double] = [:]
    private(set) var bins: [Cell: Bin] = [:]

    /// By contact: how likely no link leads to it.
    private var starts: [Double]

    init(_ journeys: PlainJourneys) {
        self.journeys = journeys
        starts = journeys.contacts.map { _ in 1 }
        measureWeek()
        measure()
        // Where the sources name every need there is nothing to weigh.
        let isGuess = journeys.contacts.indices.contains {
            journeys.isInStream($0) && !journeys.contacts[$0].issue.isKnown
        }
        for _ in 0..<(isGuess ? 3 : 0) {
            starts = journeys.contacts.indices.map { 1 - ruleProbability($0) }
            measure()
        }
    }

    private mutating func measure() {
        rates = [:]
        placebo = [:]
        habit = [:]
        bins = [:]
        for family in Set(journeys.families) { rates[family] = rates(family) }
        for family in Set(journeys.families) { placebo[family] = placebo(family) }
        for family in Set(journeys.families) { habit[family] = habit(family) }
        for index in journeys.contacts.indices where journeys.isInStream(index) {
            expose(index)
        }
    }

    private var contacts: [Contact] { journeys.contacts }
    private var end: Instant { journeys.table.coverage.to }

    private static func hours(_ span: TimeSpan) -> Double {
        Double(span.microseconds) / 3_600_000_000
    }

    /// Hours since the last local Monday midnight; 1 January 1970 was a Thursday.
    private static func hour(_ instant: Instant, _ offsetMinutes: Int16) -> Int {
        let local = instant.microseconds + Int64(offsetMinutes) * 60_000_000 + 3 * 86_400_000_000
        return Int((local / 3_600_000_000) % 168)
    }

    private mutating func measureWeek() {
        var counts = [Double](repeating: 1, count: 168)
        for contact in contacts
        where contact.kind == .contact && contact.direction != .outbound
            && contact.direction != .internal
        {
            counts[Self.hour(contact.at, contact.offsetMinutes)] += 1
        }
        let mean = counts.reduce(0, +) / 168
        week = counts.map { $0 / mean }
    }

    private func members(_ family: String) -> [Int] {
        contacts.indices.filter {
            journeys.isInStream($0) && journeys.families[$0] == family
        }
    }

    private func rates(_ family: String) -> [Int32: Double] {
        let rule = journeys.rules.background
        var seen: [Int32: (count: Double, hours: Double)] = [:]
        for index in members(family) {
            let from = contacts[index].at + rule.from
            let to = min(contacts[index].at + rule.to, end)
            var sum = seen[contacts[index].customer] ?? (0, 0)
            if to > from {
                sum.hours += Self.hours(to - from)
                sum.count += journeys.stream(index).filter {
                    contacts[$0].at > from && contacts[$0].at <= to
                }.reduce(0) { $0 + starts[$1] }
            }
            seen[contacts[index].customer] = sum
        }
        let observed = seen.values.filter { $0.hours > 0 }.map { $0.count / $0.hours }.sorted()
        let mean = observed.isEmpty ? 0 : observed.reduce(0, +) / Double(observed.count)
        let prior = Self.hours(rule.prior)
        return seen.mapValues { ($0.count + prior * mean) / ($0.hours + prior) }
    }

    private func placebo(_ family: String) -> Placebo {
        var sum = Placebo()
        guard let window = journeys.window(family) else { return sum }
        for index in members(family) {
            let contact = contacts[index]
            func followers(after from: Instant) -> [Int] {
                journeys.stream(index).filter {
                    $0 != index && contacts[$0].at > from && contacts[$0].at <= from + window
                }
            }
            if contact.at + window < end {
                sum.base += 1
                if let next = journeys.stream(index).first(where: { $0 > index }),
                    contacts[next].at <= contact.at + window
                {
                    sum.linked += 1
                }
            }
            let moved = contact.at + journeys.rules.background.placeboShift
            guard moved + window < end else { continue }
            let found = followers(after: moved)
            sum.movedBase += 1
            sum.movedContacts += found.count
            sum.movedStarts += found.reduce(0) { $0 + starts[$1] }
            if !found.isEmpty { sum.movedFollowed += 1 }
            sum.movedExpected +=
                (rates[family]?[contact.customer] ?? 0)
                * weighedHours(moved, moved + window, contact.offsetMinutes)
        }
        return sum
    }

    private func habit(_ family: String) -> Double {
        let own = placebo[family] ?? Placebo()
        let parts = own.movedContacts < 50 ? Array(placebo.values) : [own]
        let expected = parts.map(\.movedExpected).sorted().reduce(0, +)
        let found = parts.map(\.movedStarts).sorted().reduce(0, +)
        return expected > 0 ? found / expected : 1
    }

    /// Hours between two moments, each with the week's factor at it: hour by hour.
    private func weighedHours(_ from: Instant, _ to: Instant, _ offsetMinutes: Int16) -> Double {
        var sum = 0.0
        var at = from
        while at < to {
            let local = at.microseconds + Int64(offsetMinutes) * 60_000_000
            let rest = ((local % 3_600_000_000) + 3_600_000_000) % 3_600_000_000
            let next = min(to, at + TimeSpan(microseconds: 3_600_000_000 - rest))
            sum += Self.hours(next - at) * week[Self.hour(at, offsetMinutes)]
            at = next
        }
        return sum
    }

    func background(_ index: Int, at moment: Instant, _ offsetMinutes: Int16) -> Double {
        let family = journeys.families[index]
        return (rates[family]?[contacts[index].customer] ?? 0)
            * week[Self.hour(moment, offsetMinutes)] * (habit[family] ?? 1)
    }

    private mutating func expose(_ index: Int) {
        let contact = contacts[index]
        let family = journeys.families[index]
        guard let window = journeys.window(family) else { return }
        let next = journeys.stream(index).first { $0 > index }
        let lag = next.map { Double((contacts[$0].at - contact.at).microseconds) }
        let left = Double((end - contact.at).microseconds)
        var low = 0.0
        for (number, edge) in Self.upperEdges.enumerated() {
            let high = Double(window.microseconds) * edge / 60
            let cell = Cell(family: family, failure: journeys.stated[index], bin: number)
            var bin = bins[cell] ?? Bin()
            let until = min(high, lag ?? high, left)
            if until > low {
                bin.hours += (until - low) / 3_600_000_000
                bin.background +=
                    weighedHours(
                        contact.at + TimeSpan(microseconds: Int64(low)),
                        contact.at + TimeSpan(microseconds: Int64(until)), contact.offsetMinutes)
                    * (rates[family]?[contact.customer] ?? 0) * (habit[family] ?? 1)
            }
            if let lag, lag <= high, lag > low || (number == 0 && lag == 0) { bin.contacts += 1 }
            bins[cell] = bin
            low = high
        }
    }

    private func excess(_ cell: Cell) -> Double {
        let pool = bins.filter { $0.key.failure == cell.failure && $0.key.bin == cell.bin }
        let contacts = pool.values.map { Double($0.contacts) }.reduce(0, +)
        let hours = pool.values.map(\.hours).sorted().reduce(0, +)
        guard contacts > 0, hours > 0 else { return 0 }
        let own = bins[cell] ?? Bin()
        let hazard = (Double(own.contacts) + 20) / (own.hours + 20 / (contacts / hours))
        return max(0, hazard - (own.hours > 0 ? own.background / own.hours : 0))
    }

    /// π of the link of a contact.
    func probability(_ index: Int) -> Double {
        if journeys.isNamed(index) { return 1 }
        return journeys.link[index] == nil ? 0 : ruleProbability(index)
    }

    /// π of a contact and the one before it in its stream, whatever the sources name; kept in
    /// millionths between the rounds.
    private func ruleProbability(_ index: Int) -> Double {
        guard journeys.isInStream(index),
            let before = journeys.stream(index).last(where: { $0 < index }),
            let window = journeys.window(journeys.families[index]),
            contacts[index].at <= contacts[before].at + window
        else { return 0 }
        let lag = Double((contacts[index].at - contacts[before].at).microseconds)
        let bin = Self.upperEdges.firstIndex { lag <= Double(window.microseconds) * $0 / 60 }
        let excess = excess(
            Cell(
                family: journeys.families[index], failure: journeys.stated[before], bin: bin ?? 10)
        )
        guard excess > 0 else { return 0 }
        let own = background(
            index, at: contacts[index].at, contacts[index].offsetMinutes)
        return (excess / (excess + own) * 1_000_000).rounded() / 1_000_000
    }
}
