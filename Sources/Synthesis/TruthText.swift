// What no log shows, as JSON Lines: who called, about which need, because of which failed call,
// how long they would have waited, and whether the need was met.

import Events

/// The file of the truth of one run.
struct TruthText {
    let settings: SyntheticBank.Settings
    let centre: CallCentre
    let records: RecordBook

    init(settings: SyntheticBank.Settings, centre: CallCentre, records: RecordBook) {
        self.settings = settings
        self.centre = centre
        self.records = records
    }

    func bytes() -> [UInt8] {
        var bytes = Array(firstLine.utf8)
        bytes.reserveCapacity(centre.calls.count * 220)
        for index in centre.calls.indices { bytes.append(contentsOf: line(index).utf8) }
        return bytes
    }

    private var firstLine: String {
        object([
            ("format", "\"downstream-truth-1\""), ("settings", settingsText),
            ("parameters", parametersText), ("counts", countsText),
        ]) + "\n"
    }

    private var settingsText: String {
        object([
            // A seed may need more digits than a JSON number keeps.
            ("seed", "\"\(settings.seed)\""), ("customers", "\(settings.customers)"),
            ("from", "\"\(settings.from)\""), ("to", "\"\(settings.to)\""),
            ("needs_per_day", "\(settings.needsPerDay)"),
        ])
    }

    private var parametersText: String {
        typealias Truth = BankParameters
        func byIntent(_ value: (SyntheticBank.Intent) -> Int) -> String {
            object(SyntheticBank.Intent.allCases.map { ($0.code, "\(value($0))") })
        }
        return object([
            ("recontact_probability", recontactText),
            ("redial_seconds_median", "240"), ("redial_seconds_limit", "2400"),
            ("leaves_in_voice_response", thousandths(Truth.leavesInVoiceResponse)),
            ("unmet_in_voice_response", thousandths(Truth.unmetInVoiceResponse)),
            ("short_service", thousandths(Truth.shortService)),
            ("short_service_seconds_limit", "\(Truth.shortServiceSeconds.upperBound)"),
            ("priority_customers", thousandths(Truth.priorityCustomers)),
            ("priority_credit_seconds", "\(Truth.priorityCreditSeconds)"),
            ("patience_seconds_limit", "\(Truth.patienceLimitSeconds)"),
            ("mean_patience_seconds_before_limit", byIntent(Truth.meanPatience)),
            ("mean_service_seconds", byIntent(Truth.meanService)),
            ("recorded_when_queued", thousandths(Truth.recordedWhenQueued)),
            ("recorded_when_not_queued", thousandths(Truth.recordedWhenNotQueued)),
            ("agents_by_half_hour_from_monday", staffText),
        ])
    }

    private var recontactText: String {
        object([
            ("abandoned", thousandths(settings.recontactAfterAbandonment)),
            ("left-in-voice-response", thousandths(settings.recontactAfterVoiceResponse)),
            ("short-service", thousandths(settings.recontactAfterShortService)),
            ("served", "0"),
        ])
    }

    private var staffText: String {
        "[" + centre.plan.agents.map { "\($0)" }.joined(separator: ",") + "]"
    }

    private var countsText: String {
        let counts = records.counts
        return object([
            ("rows", "\(counts.rows)"), ("dirty_rows", "\(counts.dirtyRows)"),
            ("usable_rows", "\(counts.rows - counts.dirtyRows)"),
            ("negative_vru_rows", "\(counts.negativeVoiceResponseRows)"),
            ("unrecorded_customer_rows", "\(counts.unrecordedCustomerRows)"),
            ("spoilt_customer_rows", "\(counts.spoiltCustomerRows)"),
            ("agent_rows", "\(counts.agentRows)"), ("hang_rows", "\(counts.hangRows)"),
            ("phantom_rows", "\(counts.phantomRows)"), ("queued_rows", "\(counts.queuedRows)"),
            ("abandoned_rows", "\(counts.abandonedRows)"),
            ("midnight_rows", "\(counts.midnightRows)"),
            ("rows_by_file", filesText),
        ])
    }

    private var filesText: String {
        object(records.months.map { ($0.fileName, "\($0.calls.count)") })
    }

    private func line(_ index: Int) -> String {
        let call = centre.calls[index]
        let isPhantom = call.ending == .phantom
        let customer = "\"" + customerText(call.person) + "\""
        return object([
            ("id", "\"" + records.eventID(index) + "\""),
            ("customer", isPhantom ? "null" : customer),
            ("priority", isPhantom ? "null" : "\(centre.population.priority(call.person))"),
            ("need", isPhantom ? "null" : "\(call.need)"),
            ("cause", call.cause.map { "\"" + records.eventID($0) + "\"" } ?? "null"),
            ("why", call.reason.map { "\"" + $0.name + "\"" } ?? "null"),
            ("ending", "\"" + endingText(call.ending) + "\""),
            ("patience_seconds", isPhantom ? "null" : "\(call.patienceSeconds)"),
            ("met", isPhantom ? "null" : "\(call.isMet)"),
            ("dirty", "\(records.flaws[index].isDirty)"),
        ]) + "\n"
    }

    /// The number that the records show or would show, and a name for those who have none.
    private func customerText(_ person: Int) -> String {
        guard centre.population.isProspect(person) else {
            return "\(centre.population.number(person))"
        }
        let first = centre.population.starts[Population.Group.prospect.rawValue]
        return "prospect-\(person - first + 1)"
    }

    private func endingText(_ ending: Call.Ending) -> String {
        switch ending {
        case .abandoned: SyntheticBank.Failure.abandoned.name
        case .leftInVoiceResponse: SyntheticBank.Failure.leftInVoiceResponse.name
        case .cutShort: SyntheticBank.Failure.shortService.name
        case .served: "served"
        case .phantom: "phantom"
        case .inProgress: preconditionFailure("a call is in progress after the end")
        }
    }

    /// Members in the order given; the names need no escape.
    private func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\"" + $0.name + "\":" + $0.value }.joined(separator: ",") + "}"
    }

    /// `330` as `0.330`.
    private func thousandths(_ value: Int) -> String {
        "\(value / 1_000)." + "\(1_000 + value % 1_000)".dropFirst()
    }
}
