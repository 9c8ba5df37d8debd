// One replication: the recorded contacts once more, in order of time, in the world as it was and
// in the world of the scenario, with the same chance terms.

import Events
package import Modeling
import Projections
import Randomness

/// The state of one replication under way.
struct Replication: ~Copyable {
    let tables: ReplayTables
    let draws: Draws
    let returnProbability: [Double]
    /// Hours a week that automations release and that are used again, for coaching.
    let reusedHoursPerWeek: Double
    var result: RunningResult

    init(
        _ plan: ReplayPlan, parameters: DrawnParameters, _ draws: Draws,
        _ automations: borrowing FixedBuffer<ActiveAutomation>,
        _ running: consuming RunningResult
    ) {
        tables = plan.tables
        returnProbability = parameters.returnProbability
        self.draws = draws
        var reused = 0.0
        for number in automations.indices where automations[number].table.act == .hours {
            reused += HoursReleased(automations[number]).reusedPerWeek
        }
        reusedHoursPerWeek = reused
        result = running
    }
}

extension ReplayPlan {
    /// Replays the cohort once in both worlds.
    ///
    /// - Parameter replication: r; it uses parameter draw ⌊r / 2⌋ and its own chance terms.
    /// - Complexity: O(contacts of trees that an automation reaches or that have a link to be
    ///   drawn + customers that it reaches + cells of the ledger that are posted to).
    package func replicate(
        _ replication: Int, parameters: DrawnParameters, scratch: inout ReplayScratch
    ) -> ReplicationResult {
        let draws = Draws(seed: seed, replication: UInt32(replication))
        // In the scenario's order, and apart from what the loop changes.
        let automations = active(parameters, draws)
        var state = begin(parameters, draws, automations, &scratch)
        let contacts = trees.contacts
        for tree in trees.reached {
            state.replay(trees.places(tree), contacts, automations, &scratch)
        }
        if replication < recordedWorlds.count {
            state.take(recordedWorlds[replication], self)
        } else {
            state.follow(self, &scratch)
        }
        state.releaseHours(automations, &scratch)
        state.chargeFixedCosts(automations, &scratch)
        state.keepCapacity(&scratch)
        let result = state.close(dimensions, profile, &scratch)
        scratch.keep(state.result)
        return result
    }

    /// What the trees come to that no automation reaches, in both worlds the same: a part of
    /// ``replicate(_:parameters:scratch:)``.
    package func untouched(
        _ replication: Int, parameters: DrawnParameters, scratch: inout ReplayScratch
    ) -> WorldTotals {
        let draws = Draws(seed: seed, replication: UInt32(replication))
        var state = begin(parameters, draws, active(parameters, draws), &scratch)
        state.follow(self, &scratch)
        let totals = WorldTotals(state.result.baseline, with: state.result.untouched, dimensions)
        scratch.keep(state.result)
        return totals
    }

    func active(
        _ parameters: DrawnParameters, _ draws: Draws
    ) -> FixedBuffer<ActiveAutomation> {
        FixedBuffer(count: tables.automations.count) {
            ActiveAutomation(tables.automations[$0], parameters.automations[$0], draws: draws)
        }
    }

    private func begin(
        _ parameters: DrawnParameters, _ draws: Draws,
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) -> Replication {
        scratch.reset()
        return Replication(
            self, parameters: parameters, draws, automations, scratch.takeRunning(dimensions))
    }

    /// Parameter draw k, for the replications 2k and 2k + 1.
    package func parameters(draw: Int) -> DrawnParameters {
        DrawnParameters(intervention, model: model, seed: seed, draw: UInt32(draw))
    }
}

/// A recorded contact, and where in the cohort it stands in this replication; places are those of
/// its tree.
struct Place {
    let index: Int
    let root: Int
    let isCaused: Bool
    let isInCohort: Bool
    /// What its costs are caused by in the record; no failure where it is its own need.
    let originIntent: Int32
    let originFailure: UInt8
    /// Until when costs are paid in the root's window.
    let rootWindowEnd: Int64

    var isRoot: Bool { index == root }

    /// - Parameter slot: the place in the tree, which is the index.
    init(
        _ states: borrowing FixedBuffer<ContactState>, _ slot: Int, _ tree: Range<Int>,
        _ contacts: [RecordedContact]
    ) {
        index = slot
        root = Int(states[slot].root)
        isCaused = states[slot].isCaused
        originIntent = states[slot].originIntent
        originFailure = states[slot].originFailure
        let first = tree.lowerBound + root
        isInCohort = contacts[first].marks.contains(.inWindow)
        rootWindowEnd = contacts[first].at + contacts[first].window
    }
}

/// What a step asks of the first contact of an issue: copied for each contact, and a contact is
/// large.
struct IssueRoot {
    let address: UInt64
    let difficulty: Double

    init(_ contact: borrowing RecordedContact) {
        address = contact.address
        difficulty = contact.difficulty
    }
}

extension FixedBuffer where Element == ContactState {
    /// Makes the contacts of a tree as recorded, and says which of them were brought about by
    /// another one; the others are needs of their own.
    mutating func link(
        _ tree: Range<Int>, _ contacts: [RecordedContact],
        isLinked: (RecordedContact) -> Bool
    ) {
        for slot in 0..<tree.count { self[slot] = ContactState() }
        for index in tree where contacts[index].cause >= 0 {
            guard isLinked(contacts[index]) else { continue }
            let slot = index - tree.lowerBound
            self[slot].isLinked = true
            let parent = Int(contacts[index].cause)
            let marks = contacts[index].marks
            if marks.contains(.escalation) { self[parent].isEscalatedFrom = true }
            guard !marks.contains(.fulfilment) else { continue }
            self[slot].isCaused = true
            if !self[parent].isReturnedFrom {
                self[parent].isReturnedFrom = true
                self[parent].firstReturnAfter =
                    contacts[index].at - contacts[tree.lowerBound + parent].at
            }
        }
    }

    /// What a contact takes over from the one that brought it about, if any.
    mutating func follow(_ slot: Int, _ tree: Range<Int>, _ contacts: [RecordedContact]) {
        let index = tree.lowerBound + slot
        guard self[slot].isLinked else {
            self[slot].root = Int32(slot)
            self[slot].originIntent = contacts[index].intent
            return
        }
        let parent = Int(contacts[index].cause)
        let marks = contacts[index].marks
        self[slot].root = self[parent].root
        self[slot].arrivalShift = self[parent].endShift
        self[slot].endShift = self[parent].endShift
        self[slot].automationFailure = self[parent].automationFailure
        self[slot].originIntent = self[parent].originIntent
        self[slot].originFailure = self[parent].originFailure
        self[slot].inheritedPenalty = self[parent].penaltyForNext
        let isKept = !marks.contains(.escalation) || !self[parent].isEscalationPrevented
        if self[slot].isCaused {
            if self[parent].originFailure == 0 {
                self[slot].originIntent = contacts[tree.lowerBound + parent].intent
                self[slot].originFailure = contacts[tree.lowerBound + parent].namedFailure
            }
            self[slot].happens =
                self[parent].happens && !self[parent].returnChange.isWithoutReturn && isKept
        } else if marks.contains(.planned) {
            // The need was met by other means, and what is planned for it may be done all the same.
            self[slot].happens = self[parent].happens || self[parent].keepsPlannedWork
        } else {
            // A hand-over is the same contact going on.
            self[slot].happens = self[parent].happens && isKept
            self[slot].isMet = self[parent].isMet
            self[slot].keepsPlannedWork = self[parent].keepsPlannedWork
            self[slot].isOfStep = self[parent].isOfStep
            self[slot].isAgain = self[parent].isAgain
            self[slot].isMoved = self[parent].isMoved
            self[slot].movedFactor = self[parent].movedFactor
        }
    }
}

extension Replication {
    /// Whether the link to a contact's cause is real in this replication.
    func isLinked(_ contact: borrowing RecordedContact) -> Bool {
        guard contact.linkMillionths > 0 else { return false }
        guard contact.linkMillionths < 1_000_000 else { return true }
        let uniform = draws.uniform(address: contact.address, purpose: tables.purposes.link)
        return uniform * 1_000_000 < Double(contact.linkMillionths)
    }

    /// A tree of recorded contacts in both worlds.
    mutating func replay(
        _ tree: Range<Int>, _ contacts: [RecordedContact],
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        scratch.contacts.link(tree, contacts) { isLinked($0) }
        for index in tree {
            replay(contacts[index], at: index, tree, contacts, automations, &scratch)
        }
    }

    private mutating func replay(
        _ contact: RecordedContact, at index: Int, _ tree: Range<Int>,
        _ contacts: [RecordedContact],
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        let slot = index - tree.lowerBound
        scratch.contacts.follow(slot, tree, contacts)
        if contact.isInScope { scratch.contacts[slot].isOfStep = true }
        if scratch.contacts[slot].isCaused, scratch.contacts[slot].arrivalShift > 0,
            contact.isInbound
        {
            let closed = tables.untilOpen(contact, shift: scratch.contacts[slot].arrivalShift)
            scratch.contacts[slot].arrivalShift += closed
            scratch.contacts[slot].endShift += closed
        }
        let place = Place(scratch.contacts, slot, tree, contacts)
        if scratch.contacts[slot].happens, contact.isInScope {
            act(
                on: contact, place, root: IssueRoot(contacts[tree.lowerBound + place.root]),
                automations, &scratch)
        }
        if scratch.contacts[slot].happens, scratch.contacts[slot].inheritedPenalty > 0 {
            payInheritedPenalty(contact, place, &scratch)
        }
        if scratch.contacts[slot].isMoved { handleElsewhere(contact, place, &scratch) }
        guard place.isInCohort else { return }
        let wasSilentEnd = bookBaseline(contact, place, &scratch)
        bookScenario(contact, place, wasSilentEnd: wasSilentEnd, &scratch)
    }

    /// The trees that no automation reaches.
    mutating func follow(_ plan: ReplayPlan, _ scratch: inout ReplayScratch) {
        for tree in plan.trees.drawn {
            follow(plan.trees.places(tree), plan.trees.contacts, &scratch)
        }
        add(plan.fixed)
    }

    /// A tree that no automation reaches: the same in both worlds.
    mutating func follow(
        _ tree: Range<Int>, _ contacts: [RecordedContact], _ scratch: inout ReplayScratch
    ) {
        scratch.contacts.link(tree, contacts) { isLinked($0) }
        for index in tree {
            let slot = index - tree.lowerBound
            scratch.contacts.follow(slot, tree, contacts)
            let place = Place(scratch.contacts, slot, tree, contacts)
            guard place.isInCohort else { continue }
            let isSilentEnd = isSilentEnd(
                contacts[index], change: .asRecorded,
                isReturnedFrom: scratch.contacts[slot].isReturnedFrom)
            result.untouched.record(
                contacts[index], place, cause: recordedCause(place), isSilentEnd: isSilentEnd)
        }
    }

    /// The trees that are the same in every replication, but for returns that nobody could see.
    private mutating func add(_ fixed: FixedTotals) {
        result.untouched.add(fixed)
        for unseen in fixed.unseen {
            let uniform = draws.uniform(
                address: unseen.address, purpose: tables.purposes.unseenReturn)
            if uniform >= returnProbability[Int(unseen.law)] {
                result.untouched.add(.silentGiveUps)
            }
        }
    }

    func returnProbability(_ family: Int32, _ failure: Int) -> Double {
        returnProbability[Int(family) * tables.modelFailureCount + failure]
    }
}
