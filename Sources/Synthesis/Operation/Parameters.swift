// The parameters of one operation as typed values, each with the section of the domain reference
// that it comes from. Grade D means: an assumption, ours or the reference's.

/// What the run computes with. Times are seconds unless a name says otherwise.
struct OperationParameters {
    private(set) var book = ParameterBook()

    let needsPerYear: Double
    let intentShares: [Double]
    let handleMultipliers: [Double]
    /// True success of a first automated attempt by intent.
    let botSuccess: [Double]
    let webSuccess: [Double]
    let ivrSuccess: [Double]
    let ivrTakeUp: Double
    let demand: DemandParameters
    let segmentShares: [Double]
    let vulnerableShare: Double
    /// Shares of the ways in: segment by segment, in the order of ``EntryChannel``.
    let entryShares: [[Double]]
    let highStakesFactors: [Double]
    let automated: AutomatedParameters
    let assisted: AssistedParameters
    let returns: ReturnParameters
    let people: PeopleParameters
    let voices: CustomerVoiceParameters
    let faults: FaultParameters

    init(_ profile: OperationProfile) {
        var book = ParameterBook()
        let intents = OperationIntent.allCases.map(\.name).joined(separator: ", ")
        needsPerYear = book.state(
            "needs.per_customer_year", profile.needsPerYear, "", .d, "volumes are a firm's own")
        intentShares = book.state(
            "intent.shares_percent", profile.intentShares, "4.10", .d, intents)
        handleMultipliers = book.state(
            "intent.handle_multipliers",
            [0.45, 0.55, 0.60, 0.80, 0.70, 1.00, 1.60, 2.00, 1.90, 1.50, 2.20, 1.00], "4.10", .d)
        let success = [0.72, 0.60, 0.65, 0.50, 0.55, 0.35, 0.17, 0.30, 0, 0, 0, 0.10]
        botSuccess = book.state(
            "bot.true_success", success, "4.10", .d, "first 0.72 C, charge dispute 0.17 B")
        webSuccess = book.state(
            "web.true_success", success.map { $0 * 0.9 }, "4.10", .d, "nine tenths of the bot's")
        ivrSuccess = book.state(
            "ivr.true_success", [0.72, 0.35, 0.25, 0, 0, 0.60, 0, 0, 0, 0, 0, 0], "4.4", .c,
            "balance and payment; the rest assumptions; 0 is not offered")
        ivrTakeUp = book.state("ivr.take_up", 0.5, "4.4", .d)
        demand = DemandParameters(profile, &book)
        segmentShares = book.state(
            "segment.shares", [0.55, 0.28, 0.15, 0.02], "4.11", .d,
            "mainstream, digital-first, low-digital, excluded (0.02: A)")
        vulnerableShare = book.state("segment.vulnerable_share", 0.49, "4.11", .a)
        let factors = book.state(
            "channel.profile_factors", profile.channelFactors, "", .d,
            "phone, web, chatbot, chat, email")
        let shares = [
            [0.36, 0.34, 0.14, 0.08, 0.08], [0.14, 0.48, 0.22, 0.11, 0.05],
            [0.65, 0.12, 0.05, 0.05, 0.13], [0.97, 0, 0, 0, 0.03],
        ]
        var entry: [[Double]] = []
        for (segment, row) in zip(OperationSegment.allCases, shares) {
            let product = zip(row, factors).map { $0 * $1 }
            let sum = product.reduce(0, +)
            entry.append(
                book.state(
                    "channel.first_shares.\(segment.name)", product.map { $0 / sum }, "4.4", .d,
                    "seven journeys in ten touch self-service: B"))
        }
        entryShares = entry
        highStakesFactors = book.state(
            "channel.high_stakes_factors", [1.8, 0.3, 0.3, 1, 1], "4.4", .d,
            "customers avoid automation where much is at stake: A in direction")
        automated = AutomatedParameters(&book)
        assisted = AssistedParameters(profile, &book)
        returns = ReturnParameters(&book)
        people = PeopleParameters(&book)
        voices = CustomerVoiceParameters(&book)
        faults = FaultParameters(&book)
        self.book = book
    }
}

/// When needs arise.
struct DemandParameters {
    let hours: [Double]
    let weekdays: [Double]
    let months: [Double]
    let monthEnd: Double
    let dayDeviation: Double
    let isOpenOnSundays: Bool

    init(_ profile: OperationProfile, _ book: inout ParameterBook) {
        let hours = book.state("demand.hour_weights", profile.hourWeights, "", .d, "local hours")
        let sum = hours.reduce(0, +)
        self.hours = hours.map { $0 * 24 / sum }
        let days = book.state("demand.weekday_factors", profile.weekdayFactors, "", .d)
        weekdays = days.map { $0 * 7 / days.reduce(0, +) }
        months = book.state("demand.month_factors", profile.monthFactors, "", .d)
        monthEnd = book.state("demand.month_end_factor", profile.monthEndFactor, "", .d)
        dayDeviation = book.state(
            "demand.day_log_deviation", 0.06, "", .d, "unforeseen, one factor a day")
        let sundays = book.state("hours.open_sundays", profile.isOpenOnSundays ? 1 : 0, "", .d)
        isOpenOnSundays = sundays == 1
    }
}

/// What happens inside automation.
struct AutomatedParameters {
    /// Of the sessions that do not meet the need.
    let falseShare: Double
    let abandonedShare: Double
    let difficultySlope: Double
    let ivrSeconds: Double
    let ivrDeviation: Double
    let routingAbandoned: Double
    let botSeconds: Double
    let webSeconds: Double
    let digitalDeviation: Double
    let botContextLost: Double
    let ivrContextLost: Double
    let webContextLost: Double
    let contextPenalty: Double
    let onlineMoves: Double
    let moveMinutes: Double

    init(_ book: inout ParameterBook) {
        falseShare = book.state(
            "automation.false_share_of_failures", 0.344, "4.4", .c,
            "0.21 of 0.61 at the modes: 0.60 contained, 0.35 of them falsely")
        abandonedShare = book.state(
            "automation.abandoned_share_of_failures", 0.082, "4.4", .d, "0.05 of 0.61")
        difficultySlope = book.state(
            "difficulty.automation_slope", 0.8, "", .d, "logit of success per deviation")
        ivrSeconds = book.state("ivr.median_seconds", 40, "4.4", .b)
        ivrDeviation = book.state("ivr.log_deviation", 0.604, "4.4", .b, "mean 48 s")
        routingAbandoned = book.state("ivr.routing_hangup", 0.03, "", .d)
        botSeconds = book.state("bot.median_seconds", 150, "", .d)
        webSeconds = book.state("web.median_seconds", 210, "", .d)
        digitalDeviation = book.state("digital.log_deviation", 0.7, "", .d)
        botContextLost = book.state("handoff.context_loss.bot", 0.68, "4.5", .c)
        ivrContextLost = book.state("handoff.context_loss.ivr", 0.30, "4.5", .d, "the low end")
        webContextLost = book.state("handoff.context_loss.web", 0.85, "4.5", .d, "the high end")
        contextPenalty = book.state("handoff.penalty_seconds", 23, "4.5", .c)
        onlineMoves = book.state("web.moves_after_failure", 0.75, "4.4", .c)
        moveMinutes = book.state("web.move_median_minutes", 12, "", .d)
    }
}

/// What happens with people.
struct AssistedParameters {
    /// Mean seconds by team, before intent, difficulty and agent.
    let handleSeconds: [Double]
    let handleDeviation: Double
    let difficultyDeviation: Double
    let holdShare: Double
    let wrapShare: Double
    let patienceSeconds: [Double]
    let patienceSpread: Double
    let resolution: Double
    let specialistBonus: Double
    let backOfficeResolution: Double
    let complaintUpheld: Double
    let difficultySlope: Double
    let noviceLoss: Double
    let growingLoss: Double
    let transfer: Double
    let transferPenalty: Double
    let escalation: Double
    let routeSlope: Double
    let deferral: [Double]
    let unresolvedKnown: Double
    let chatConcurrency: Double

    init(_ profile: OperationProfile, _ book: inout ParameterBook) {
        let voice = book.state("aht.voice_seconds", profile.voiceHandleSeconds, "4.2", .c)
        let specialists = book.state("aht.specialist_factor", 1.3, "", .d)
        let chat = book.state("aht.chat_seconds", 714, "4.2", .b)
        let email = book.state("aht.email_seconds", 300, "4.2", .c)
        let backOffice = book.state("aht.back_office_seconds", 720, "", .d)
        let complaint = book.state("aht.complaint_seconds", 1_500, "", .d, "times the intent's")
        handleSeconds = [voice, voice * specialists, chat, email, backOffice, complaint]
        let cv = book.state("aht.coefficient_of_variation", 1, "4.2", .d, "lognormal: A")
        difficultyDeviation = book.state(
            "difficulty.handle_log_deviation", 0.3, "", .d, "part of the whole deviation")
        // ln(1 + CV²) is the whole variance of the logarithm: ln 2 at CV 1.
        handleDeviation = (0.6931471805599453 * cv - difficultyDeviation * difficultyDeviation)
            .squareRoot()
        holdShare = book.state("aht.hold_share", 0.08, "4.2", .d)
        wrapShare = book.state("aht.wrap_share", 0.20, "4.2", .c)
        let voicePatience = book.state("patience.voice_mean_seconds", 900, "4.6", .d)
        let chatPatience = book.state("patience.chat_mean_seconds", 420, "", .d)
        patienceSeconds = [voicePatience, voicePatience, chatPatience, 0, 0, 0]
        patienceSpread = book.state(
            "patience.customer_spread", 0.4, "4.6", .d, "a customer's own mean, evenly around")
        let stated = profile.resolution
        resolution = book.state(
            "resolution.contact", stated.value, "4.3", stated.grade, stated.note)
        specialistBonus = book.state("resolution.specialist_bonus", 0.12, "", .d)
        backOfficeResolution = book.state("resolution.back_office", 0.88, "", .d)
        complaintUpheld = book.state("complaint.upheld", 0.58, "4.8", .a)
        difficultySlope = book.state("difficulty.resolution_slope", 0.9, "", .d)
        noviceLoss = book.state("resolution.novice_loss", 0.06, "4.7", .d)
        growingLoss = book.state("resolution.growing_loss", 0.02, "4.7", .d)
        transfer = book.state("transfer.rate", 0.19, "4.5", .b)
        transferPenalty = book.state("transfer.resolution_loss", 0.14, "4.5", .b)
        escalation = book.state("escalation.rate", 0.05, "4.5", .c)
        routeSlope = book.state("difficulty.passing_on_slope", 0.6, "", .d)
        deferral = book.state(
            "deferral.rate_by_intent",
            [0.02, 0.10, 0.03, 0.08, 0.03, 0.12, 0.45, 0.18, 0.15, 0.20, 0.35, 0.08], "", .d)
        unresolvedKnown = book.state(
            "record.unresolved_known", 0.6, "", .d, "the rest is recorded as resolved")
        chatConcurrency = book.state("chat.concurrency", 2, "4.2", .c)
    }
}
