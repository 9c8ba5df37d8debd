// Everything about an operation that stays as it is while it runs: parameters, laws, hours.

import Randomness

/// Success of an agent's contact by experience, tier and whether it was passed on before.
struct ResolutionLaws {
    private let laws: [DifficultyLaw]

    init(_ assisted: AssistedParameters) {
        var laws: [DifficultyLaw] = []
        for bonus in [0, assisted.specialistBonus] {
            for penalty in [0, assisted.transferPenalty] {
                for loss in [assisted.noviceLoss, assisted.growingLoss, 0] {
                    let mean = min(0.99, max(0.01, assisted.resolution + bonus - penalty - loss))
                    laws.append(DifficultyLaw(mean: mean, slope: assisted.difficultySlope))
                }
            }
        }
        self.laws = laws
    }

    func probability(
        isSpecialist: Bool, isPassedOn: Bool, band: TenureBand, difficulty: UInt8
    ) -> Double {
        let index = (isSpecialist ? 6 : 0) + (isPassedOn ? 3 : 0) + band.rawValue
        return laws[index].probability[Int(difficulty)]
    }
}

/// What a run reads and never changes.
struct OperationPlan {
    let settings: SyntheticOperation.Settings
    let parameters: OperationParameters
    let clock: OperationClock
    let hours: OpeningHours
    let chances: Chances
    let laws: DurationLaws
    let demand: DemandCycle
    let effects: AutomationEffects?
    /// The parameters' book, the automation's included.
    let book: ParameterBook

    let bot: [DifficultyLaw]
    let web: [DifficultyLaw]
    let ivr: [DifficultyLaw]
    let transfer: DifficultyLaw
    let escalation: DifficultyLaw
    let resolution: ResolutionLaws
    let intents: Shares
    /// By segment, for needs of low and of high stakes.
    let entries: [Shares]
    let highStakesEntries: [Shares]
    /// For needs that a person alone deals with: neither web nor bot.
    let humanEntries: [Shares]
    let returnChannels: [Shares]

    init(
        _ settings: SyntheticOperation.Settings, replication: UInt32 = 0, isEven: Bool = false
    ) throws(RandomnessError) {
        self.settings = settings
        let parameters = OperationParameters(settings.profile)
        self.parameters = parameters
        let clock = OperationClock(from: settings.from, to: settings.to)
        self.clock = clock
        hours = OpeningHours(isOpenOnSundays: parameters.demand.isOpenOnSundays)
        chances = Chances(seed: settings.seed, replication: replication)
        laws = try DurationLaws(parameters)
        demand = DemandCycle(
            parameters, customers: settings.customers, chances: chances, laws: laws,
            isEven: isEven)
        var book = parameters.book
        effects = settings.automation.map {
            AutomationEffects($0, parameters: parameters, clock: clock, book: &book)
        }
        self.book = book
        func success(_ means: [Double]) -> [DifficultyLaw] {
            means.map { DifficultyLaw(mean: $0, slope: parameters.automated.difficultySlope) }
        }
        bot = success(parameters.botSuccess)
        web = success(parameters.webSuccess)
        ivr = success(parameters.ivrSuccess)
        let assisted = parameters.assisted
        transfer = DifficultyLaw(mean: assisted.transfer, slope: -assisted.routeSlope)
        escalation = DifficultyLaw(mean: assisted.escalation, slope: -assisted.routeSlope)
        resolution = ResolutionLaws(assisted)
        intents = Shares(parameters.intentShares)
        entries = parameters.entryShares.map { Shares($0) }
        let factors = parameters.highStakesFactors
        highStakesEntries = parameters.entryShares.map {
            Shares(zip($0, factors).map { $0 * $1 })
        }
        humanEntries = parameters.entryShares.map { Shares([$0[0], 0, 0, $0[3], $0[4]]) }
        returnChannels = parameters.returns.channels.map { Shares($0) }
    }

    func entryChannel(
        _ intent: OperationIntent, _ segment: OperationSegment, _ uniform: Double
    ) -> EntryChannel {
        let row = Int(segment.rawValue)
        let shares =
            intent.isHumanLed
            ? humanEntries[row] : intent.isHighStakes ? highStakesEntries[row] : entries[row]
        return EntryChannel.allCases[shares.index(uniform)]
    }

    /// The way back after a failure. Nobody returns to an automation that the need is not for.
    func returnChannel(
        _ intent: OperationIntent, _ segment: OperationSegment, _ uniform: Double,
        notBy channel: EntryChannel? = nil
    ) -> EntryChannel {
        let chosen = EntryChannel.allCases[
            returnChannels[Int(segment.rawValue)].index(uniform)]
        let isAutomation = chosen == .web || chosen == .chatbot
        if chosen == channel || (isAutomation && intent.isHumanLed) { return .phone }
        return chosen
    }
}
