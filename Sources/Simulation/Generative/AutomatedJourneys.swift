// Drawn journeys in a world with the automations of a scenario: each contact of them is met as it
// comes, by the rules of the replay but by chance terms of its own.

import Events
import Modeling
import Projections
import Randomness

/// What one world's drawn journeys come to, with people's minutes by payer and week.
struct WorldSums {
    var totals = JourneyTotals()
    /// By payer, by local week: what handling is charged, in thousandths of a minor unit.
    var pools: [Int64]
    private let payers: JourneyPayers

    init(_ payers: JourneyPayers) {
        self.payers = payers
        pools = [Int64](repeating: 0, count: payers.count * payers.weekCount)
    }

    mutating func take(_ step: JourneyStep) {
        totals.take(step)
        guard step.handlingCost != 0 else { return }
        let week = payers.week(local: step.at + step.localOffset)
        for (payer, share) in payers.shares(ofCell: step.cell) {
            pools[payer * payers.weekCount + week] += Int64(
                (Double(step.handlingCost) * share).rounded())
        }
    }
}

/// The journeys as they are drawn.
struct PlainJourneys: JourneySink {
    var sums: WorldSums

    mutating func take(_ step: JourneyStep) { sums.take(step) }
}

/// The automations of a world, which are too large to be copied with its journeys.
private final class ActiveAutomations {
    let all: FixedBuffer<ActiveAutomation>

    init(_ tables: [AutomationTable], _ parameters: DrawnParameters, draws: Draws) {
        all = FixedBuffer(count: tables.count) {
            ActiveAutomation(tables[$0], parameters.automations[$0], draws: draws)
        }
    }
}

/// The same law of journeys with the automations put in.
struct AutomatedJourneys: JourneySink {
    /// What an earlier contact of the journey leaves to the later ones.
    private enum Course {
        case goesOn
        /// The need was met; work that was planned for it is done all the same.
        case plannedWorkOnly
        case over
    }

    /// What an automation makes of one contact.
    private enum Fate { case happens, met, givenUp }

    private let world: GenerativeWorlds
    private let active: ActiveAutomations
    private let parameters: DrawnParameters
    private let draws: Draws
    private let roots: [JourneyRoot]
    private(set) var sums: WorldSums

    private var root = -1
    private var needs = AutomationSet()
    private var course = Course.goesOn
    /// Microseconds by which the rest of the journey comes later, and that the next person asks
    /// again for.
    private var delay: Int64 = 0
    private var penalty: Int64 = 0

    init(
        _ world: GenerativeWorlds, parameters: DrawnParameters, draws: Draws,
        roots: [JourneyRoot]
    ) {
        self.world = world
        self.parameters = parameters
        self.draws = draws
        self.roots = roots
        active = ActiveAutomations(world.plan.tables.automations, parameters, draws: draws)
        sums = WorldSums(world.payers)
        sums.totals.cost = parameters.automations.reduce(0) { $0 + $1.fixedCost }
    }

    mutating func take(_ drawn: JourneyStep) {
        if drawn.root != root { begin(drawn.root) }
        switch course {
        case .goesOn: break
        case .over: return
        case .plannedWorkOnly:
            // Nobody comes back to, or goes on with, what did not happen.
            guard !drawn.marks.contains(.inbound),
                drawn.marks.isDisjoint(with: [.caused, .escalation])
            else {
                course = .over
                return
            }
            course = .goesOn
        }
        var step = drawn
        step.at += delay
        let reach = needs.intersection(world.channels(ofCell: step.cell))
        if !reach.isEmpty {
            let active = active
            for number in active.all.indices where reach.contains(number) {
                guard meet(active.all[number], number, &step) else { return }
            }
        }
        if penalty > 0, step.marks.contains(.served) {
            step.lengthen(by: penalty)
            penalty = 0
        }
        sums.take(step)
    }

    private mutating func begin(_ next: Int) {
        root = next
        needs = world.needs[roots[next].address] ?? AutomationSet()
        course = .goesOn
        delay = 0
        penalty = 0
    }

    /// - Returns: Whether the contact happens.
    private mutating func meet(
        _ automation: borrowing ActiveAutomation, _ number: Int, _ step: inout JourneyStep
    ) -> Bool {
        let scope = world.plan.intervention.automations[number].scope
        let local = step.at + step.localOffset
        let day = local / 86_400_000_000
        guard scope.isOpen(local: local, day: Int(day)),
            step.ordinal == 0 || !scope.isFirstContactOnly,
            canAct(automation.table.act, on: step),
            uniform(automation.table.purposes.exposure, step)
                < automation.drawn.exposure * automation.table.ramp(day)
        else { return true }
        sums.totals.cost += automation.drawn.runCostPerUse
        let fate: Fate
        switch automation.table.act {
        case .step: fate = takeStep(automation, on: day, &step)
        case .outbound: fate = send(automation, on: day, step)
        default:
            step.multiplyHandling(by: automation.drawn.handleFactor(world.bandShares))
            step.lengthen(
                by: automation.drawn.microseconds(.overheadSeconds)
                    + automation.drawn.microseconds(.reviewSeconds))
            fate = .happens
        }
        switch fate {
        case .happens: return true
        case .givenUp: course = .over
        case .met:
            let share = automation.drawn.value(.plannedWork, otherwise: 1)
            course =
                uniform(automation.table.purposes.plannedWork, step) < share
                ? .plannedWorkOnly : .over
        }
        return false
    }

    /// A contact that goes on with another is no attempt of its own.
    private func canAct(_ act: Mechanism.Act, on step: JourneyStep) -> Bool {
        guard step.marks.contains(.inbound) else { return false }
        switch act {
        case .step:
            return step.ordinal == 0
                || !step.marks.isDisjoint(with: [.caused, .back])
                    && !step.marks.contains(.escalation)
        case .outbound: return step.ordinal == 0
        default: return step.marks.contains(.served)
        }
    }

    /// The step's four ends; a need's difficulty is nothing that a drawn journey has.
    private mutating func takeStep(
        _ automation: borrowing ActiveAutomation, on day: Int64, _ step: inout JourneyStep
    ) -> Fate {
        let purposes = automation.table.purposes
        let good = automation.isBad(on: day) ? 1 - automation.badSeverity : 1
        if uniform(purposes.success, step) < automation.drawn.resolved * good { return .met }
        postpone(by: automation.drawn.microseconds(.seconds), &step)
        let end = uniform(purposes.failedEnd, step)
        let isFalse = end < automation.drawn.falseGivenUnresolved
        if !isFalse,
            end < automation.drawn.falseGivenUnresolved + automation.drawn.handedOverGivenUnresolved
        {
            if uniform(purposes.contextLost, step)
                < automation.drawn.value(.contextLost, otherwise: 0)
            {
                penalty += automation.drawn.microseconds(.contextPenaltySeconds)
            }
            return .happens
        }
        let tables = world.plan.tables
        let failure = tables.automationFailure
        let fitted =
            parameters.returnProbability[
                world.family(ofCell: step.cell) * tables.modelFailureCount + failure]
        let share =
            isFalse
            ? automation.drawn.value(.falseReturns, otherwise: 0)
            : automation.drawn.value(.abandonedReturns, otherwise: fitted)
        guard uniform(isFalse ? purposes.falseReturn : purposes.leftReturn, step) < share
        else { return .givenUp }
        postpone(
            by: tables.delays[failure].quantile(uniform(purposes.returnDelay, step)), &step)
        step.marks.insert(.caused)
        if isFalse { penalty += automation.drawn.microseconds(.contextPenaltySeconds) }
        return .happens
    }

    private mutating func postpone(by microseconds: Int64, _ step: inout JourneyStep) {
        step.at += microseconds
        delay += microseconds
    }

    private mutating func send(
        _ automation: borrowing ActiveAutomation, on day: Int64, _ step: JourneyStep
    ) -> Fate {
        let purposes = automation.table.purposes
        if uniform(purposes.falseReturn, step) < automation.drawn.value(.replies, otherwise: 0) {
            // A reply takes as long as the contact that it is about would have.
            var reply = step
            reply.marks.remove(.caused)
            sums.take(reply)
        }
        let good = automation.isBad(on: day) ? 1 - automation.badSeverity : 1
        return uniform(purposes.success, step) < automation.drawn.value(.prevented, otherwise: 0)
            * good
            ? .met : .happens
    }

    private func uniform(_ purpose: DrawPurpose, _ step: JourneyStep) -> Double {
        draws.uniform(
            address: roots[step.root].address, purpose: purpose, ordinal: step.ordinal)
    }
}

extension JourneyStep {
    /// Minutes of people at the rate of the others.
    fileprivate mutating func lengthen(by microseconds: Int64) {
        guard handle > 0 else { return }
        multiplyHandling(by: 1 + Double(microseconds) / Double(handle))
    }

    fileprivate mutating func multiplyHandling(by factor: Double) {
        guard factor != 1 else { return }
        let charged = Int64((Double(handlingCost) * factor).rounded())
        handle = Int64((Double(handle) * factor).rounded())
        cost += charged - handlingCost
        handlingCost = charged
    }
}

extension ActiveValues {
    /// Drawn journeys know no agents: the factor is that of all, by their shares of the minutes.
    fileprivate func handleFactor(_ bandShares: [Double]) -> Double {
        let byBand = zip(
            [ParameterKey.handleFactorNovice, .handleFactorGrowing, .handleFactorExperienced],
            bandShares)
        return value(.handleFactor, otherwise: 1)
            * byBand.reduce(0) { $0 + value($1.0, otherwise: 1) * $1.1 }
    }
}
