// The automation that an operation can be written with, and what it does.

package import Events

/// An automation switched on at a date.
package struct OperationAutomation: Hashable, Sendable {
    /// What it is; the numbers in parentheses are those of the domain reference, section 2.1.
    package enum Kind: String, CaseIterable, Sendable {
        /// An automated step before the first contact of those who come by phone (A9).
        case conversationalIVR = "conversational-ivr"
        /// The same before the first chat with a person (A8).
        case chatbot = "chatbot"
        /// A tool for agents on phone and chat: shorter handling, most for beginners (A5).
        case agentAssist = "agent-assist"
        /// A message before the customer asks: some needs bring no contact any more (A10).
        case proactiveOutbound = "proactive-outbound"

        package var catalogueID: String {
            switch self {
            case .conversationalIVR: "A9"
            case .chatbot: "A8"
            case .agentAssist: "A5"
            case .proactiveOutbound: "A10"
            }
        }

        /// The way in of the contacts that a step is put before.
        var channel: EntryChannel? {
            switch self {
            case .conversationalIVR: .phone
            case .chatbot: .chat
            case .agentAssist, .proactiveOutbound: nil
            }
        }
    }

    package var kind: Kind
    /// The first local day on which it is on; it stays on.
    package var start: CivilDate
    /// Of those offered it, the share that takes it up; of agents, the share that uses it.
    package var adoption: Double
    /// Of those who take a step up, the share whose need is met, the same for every intent;
    /// `nil` for the domain reference's own, by intent. Of messages, the share that works.
    package var success: Double?
    package var intents: [OperationIntent]

    package init(
        kind: Kind, start: CivilDate, adoption: Double, success: Double? = nil,
        intents: [OperationIntent]? = nil
    ) {
        self.kind = kind
        self.start = start
        self.adoption = adoption
        self.success = success
        self.intents = intents ?? OperationIntent.allCases.filter(\.isSimple)
    }
}

/// The automation with its parameters stated and its laws made.
struct AutomationEffects {
    let automation: OperationAutomation
    let startSecond: Int
    private let isInScope: [Bool]
    /// By intent.
    let success: [Double]
    let successLaws: [DifficultyLaw]
    let falseShare: Double
    let abandonedShare: Double
    let falseReturns: Double
    let abandonedReturns: Double
    let medianSeconds: Double
    let contextLost: Double
    let contextPenalty: Double
    /// Factor on handle times by ``TenureBand``.
    let assistFactors: [Double]
    let preventedShare: Double
    let replyShare: Double

    init(
        _ automation: OperationAutomation, parameters: OperationParameters, clock: OperationClock,
        book: inout ParameterBook
    ) {
        self.automation = automation
        startSecond = clock.second(
            day: automation.start.dayNumber - clock.from.dayNumber, secondOfDay: 0)
        isInScope = OperationIntent.allCases.map { automation.intents.contains($0) }
        let stated = automation.success
        let own = parameters.botSuccess.map { stated ?? $0 }
        success = zip(own, isInScope).map { $1 ? $0 : 0 }
        successLaws = success.map {
            DifficultyLaw(mean: $0, slope: parameters.automated.difficultySlope)
        }
        let isVoice = automation.kind == .conversationalIVR
        falseShare = parameters.automated.falseShare
        abandonedShare = parameters.automated.abandonedShare
        falseReturns = parameters.returns.falseReturns
        abandonedReturns = parameters.returns.abandonedReturns
        medianSeconds =
            isVoice ? parameters.automated.ivrSeconds : parameters.automated.botSeconds
        contextLost =
            isVoice ? parameters.automated.ivrContextLost : parameters.automated.botContextLost
        contextPenalty = parameters.automated.contextPenalty
        assistFactors = book.state(
            "assist.handle_factors", [0.75, 0.87, 1], "4.9", .a,
            "novices resolve 34 % more an hour, others 15 %, the most experienced no more")
        preventedShare = automation.success ?? 0.15
        replyShare = book.state(
            "outbound.reply_share", 0.05, "4.9", .d, "of customers whose need it met")
        _ = book.state("automation.adoption", automation.adoption, "", .d, "as asked for")
        _ = book.state("outbound.prevented_share", preventedShare, "4.9", .d)
        _ = book.state("automation.true_success", success, "4.10", .d, "by intent, in scope")
    }

    /// Whether an issue is offered the automation at its begin.
    func covers(_ intent: OperationIntent, _ channel: EntryChannel, at time: Int) -> Bool {
        guard time >= startSecond, isInScope[Int(intent.rawValue)] else { return false }
        switch automation.kind {
        case .conversationalIVR, .chatbot: return automation.kind.channel == channel
        case .proactiveOutbound: return true
        case .agentAssist: return false
        }
    }

    /// Factor on the handle time of an agent's contact.
    func assistFactor(_ team: ServiceTeam, _ band: TenureBand, tool: UInt32, at time: Int) -> Double
    {
        guard automation.kind == .agentAssist, time >= startSecond, team.hasPatience,
            unit(tool) < automation.adoption
        else { return 1 }
        return assistFactors[band.rawValue]
    }
}
