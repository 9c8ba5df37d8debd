// The parameters of what follows a contact, of people and of faults.

/// Who comes back, when and how.
struct ReturnParameters {
    let falseReturns: Double
    let abandonedReturns: Double
    let redials: Double
    let redialMinutes: Double
    let unresolvedReturns: Double
    let delayDays: Double
    let delayDeviation: Double
    let complaintBase: Double
    let complaintPerContact: Double
    let complaintIntent: Double
    let vulnerableFactor: Double
    /// Shares of the way back by segment, in the order of ``EntryChannel``.
    let channels: [[Double]]
    let mostContacts: Int

    init(_ book: inout ParameterBook) {
        falseReturns = book.state("return.false_containment", 0.60, "5.3", .d)
        abandonedReturns = book.state("return.abandoned_in_automation", 0.40, "", .d)
        redials = book.state("return.abandoned_in_queue", 0.60, "4.6", .d)
        redialMinutes = book.state("return.redial_median_minutes", 25, "", .d)
        unresolvedReturns = book.state("return.unresolved", 0.72, "", .d)
        delayDays = book.state("return.median_days", 1.5, "4.3", .d)
        delayDeviation = book.state(
            "return.log_deviation", 1, "4.3", .d, "34 % within a day, 76 % in 3, 94 % in 7")
        complaintBase = book.state("complaint.after_unresolved", 0.04, "", .d)
        complaintPerContact = book.state("complaint.per_earlier_contact", 0.02, "", .d)
        complaintIntent = book.state(
            "complaint.opened_by_complaint_intent", 0.5, "", .d, "after an unresolved contact")
        vulnerableFactor = book.state("complaint.vulnerable_factor", 1.3, "", .d)
        let rows = [
            [0.70, 0.07, 0.03, 0.10, 0.10], [0.40, 0.14, 0.08, 0.26, 0.12],
            [0.84, 0.02, 0.01, 0.03, 0.10], [1, 0, 0, 0, 0],
        ]
        var channels: [[Double]] = []
        for (segment, row) in zip(OperationSegment.allCases, rows) {
            channels.append(book.state("return.channels.\(segment.name)", row, "", .d))
        }
        self.channels = channels
        mostContacts = Int(
            book.state("return.most_records_of_an_issue", 24, "", .d, "then the customer stops"))
    }
}

/// Agents and rosters.
struct PeopleParameters {
    let occupancyMargin: Double
    let safety: Double
    let backlogMargin: Double
    let sickness: Double
    let attritionPerYear: Double
    let noviceFactor: Double
    let proficiencyMonths: Double
    let agentDeviation: Double
    let tenureMonths: Double

    init(_ book: inout ParameterBook) {
        occupancyMargin = book.state(
            "staffing.margin", -0.22, "4.7", .d, "shifts overlap; with them and the safety 0.8")
        safety = book.state("staffing.safety_roots_of_load", 0.6, "4.7", .d)
        backlogMargin = book.state(
            "staffing.backlog_margin", 0.10, "4.7", .d, "mail desk, back office, complaints")
        sickness = book.state("staffing.sickness", 0.06, "4.7", .c)
        attritionPerYear = book.state("attrition.year", 0.25, "4.7", .b)
        noviceFactor = book.state("tenure.new_hire_factor", 1.5, "4.7", .c)
        proficiencyMonths = book.state(
            "tenure.months_to_proficiency", 5, "4.7", .c, "three e-foldings")
        agentDeviation = book.state("agent.log_deviation", 0.2, "4.2", .d)
        tenureMonths = book.state("tenure.median_months", 20, "", .d, "lognormal, deviation 1.1")
    }
}

/// Surveys, churn and ombudsman.
struct CustomerVoiceParameters {
    let surveyAnswered: Double
    let topBox: Double
    let perEarlierContact: Double
    let transferLoss: Double
    let contextLoss: Double
    let unresolvedLoss: Double
    let ombudsman: Double
    /// Leaving after an issue: resolved at once, resolved later, not resolved.
    let leaving: [Double]
    let leavingDays: Double

    init(_ book: inout ParameterBook) {
        surveyAnswered = book.state("survey.answered_per_contact", 0.10, "", .d)
        topBox = book.state("survey.top_box", 0.82, "4.8", .b, "non-complaint")
        perEarlierContact = book.state("survey.loss_per_extra_contact", 0.15, "4.3", .b)
        transferLoss = book.state("survey.loss_after_transfer", 0.12, "4.5", .b)
        contextLoss = book.state("survey.loss_without_context", 0.20, "4.5", .d)
        unresolvedLoss = book.state("survey.loss_unresolved", 0.40, "", .d)
        ombudsman = book.state("complaint.referred", 0.07, "4.8", .d, "derived from A")
        let intention = book.state(
            "churn.stated_intention", [0.05, 0.09, 0.25], "4.8", .b,
            "resolved at once, later, unresolved")
        let behaviour = book.state("churn.behaviour_factor", 0.3, "4.8", .d)
        leaving = intention.map { $0 * behaviour }
        leavingDays = book.state("churn.median_days", 12, "", .d, "lognormal, deviation 0.7")
    }
}

/// Rates of data faults, of rows.
struct FaultParameters {
    /// In the order of ``RowFault``, the first zero.
    let rates: [Double]
    let unknownCustomer: [Double]
    let lateHours: Double

    init(_ book: inout ParameterBook) {
        var rates = [0.0]
        let stated = [0.002, 0.001, 0.0005, 0.005, 0.0005, 0.01]
        for (fault, rate) in zip(RowFault.allCases.dropFirst(), stated) {
            rates.append(book.state("fault.\(fault.name)", rate, "", .d))
        }
        self.rates = rates
        unknownCustomer = book.state(
            "fault.unknown_customer", [0.04, 0.15, 0.08, 0.02, 0.01, 0.12, 0, 0], "", .d,
            "telephone, ivr, chatbot, chat, email, web, back office, complaints")
        lateHours = book.state("fault.late_hours", 24, "", .d, "at least")
    }
}
