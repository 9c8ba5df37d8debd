// Rows of the systems behind: mail desk, back office, complaints, surveys, accounts.

extension RowFormat {
    /// E-mail: tabulators, ISO 8601 in UTC, minutes of waiting and seconds of work.
    func writeMail(_ record: ContactRecord, _ text: inout ByteText) {
        let tab = UInt8(ascii: "\t")
        RowFormat.addID(.email, record.key, to: &text)
        text.add(byte: tab)
        addCase(record, to: &text)
        text.add(byte: tab)
        addCustomer(record, unknown: "-", to: &text)
        text.add(byte: tab)
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add(byte: tab)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(record.isOutbound ? "\tout\t" : "\tin\t")
        texts.addUTC(Int(record.start), to: &text)
        text.add(byte: tab)
        if !record.isOutbound { text.add(texts.teams[Int(record.team.rawValue)]) }
        text.add(byte: tab)
        if record.agent >= 0 { RowFormat.addAgent(record.agent, to: &text) }
        text.add(byte: tab)
        text.add(shown(record.wait / 60, record))
        text.add(byte: tab)
        text.add(Int(record.talk + record.hold + record.wrap))
        text.add(byte: tab)
        guard record.fault != .missingOutcome else { return }
        let word =
            switch record.recorded {
            case .resolved: "answered"
            case .deferred: "pending office"
            case .contained: "sent"
            case .unresolved, .transferred, .escalated, .abandoned: "reopen expected"
            }
        text.add(word)
    }

    /// Back office: bars, local time to the minute, work as `hh:mm:ss`.
    func writeTask(_ record: ContactRecord, _ text: inout ByteText) {
        let bar = UInt8(ascii: "|")
        RowFormat.addID(.backOffice, record.key, to: &text)
        text.add(byte: bar)
        addCase(record, to: &text)
        text.add(byte: bar)
        addCustomer(record, unknown: "0", to: &text)
        text.add(byte: bar)
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add(byte: bar)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(byte: bar)
        texts.addBritish(Int(record.start), hasSeconds: false, to: &text)
        text.add("|Europe/London|")
        if record.agent >= 0 { RowFormat.addAgent(record.agent, to: &text) }
        text.add(byte: bar)
        text.add(Int(record.wait / 60))
        text.add(byte: bar)
        text.addClock(shown(record.talk + record.hold + record.wrap, record))
        text.add(byte: bar)
        if record.fault != .missingOutcome { text.add("done") }
    }

    /// Complaints: commas, ISO 8601 with the offset, minutes, pounds.
    func writeComplaint(_ record: ContactRecord, _ text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        RowFormat.addID(.complaints, record.key, to: &text)
        text.add(byte: comma)
        addCase(record, to: &text)
        text.add(byte: comma)
        addCustomer(record, unknown: "", to: &text)
        text.add(byte: comma)
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add(byte: comma)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(byte: comma)
        texts.addISO(Int(record.start), to: &text)
        text.add(byte: comma)
        texts.addISO(record.end, to: &text)
        text.add(byte: comma)
        if record.agent >= 0 { RowFormat.addAgent(record.agent, to: &text) }
        text.add(byte: comma)
        text.add(shown((record.talk + record.hold + record.wrap) / 60, record))
        text.add(byte: comma)
        if record.fault != .missingOutcome {
            text.add(record.recorded == .resolved ? "upheld" : "not upheld")
        }
        text.add(byte: comma)
        let pence = max(0, Int(record.amount))
        text.add(pence / 100)
        text.add(byte: UInt8(ascii: "."))
        text.addTwo(pence % 100)
        text.add(record.amount < 0 ? ",yes" : ",no")
    }

    /// Surveys: semicolons, ISO 8601 in UTC; the contact by its own system's id.
    func writeSurvey(_ record: ContactRecord, _ text: inout ByteText) {
        let semicolon = UInt8(ascii: ";")
        RowFormat.addID(.surveys, record.key, to: &text)
        text.add(byte: semicolon)
        RowFormat.addID(record.causeFile, record.causeKey, to: &text)
        text.add(byte: semicolon)
        text.add(record.causeFile == .chat ? "chat" : "telephone")
        text.add(byte: semicolon)
        RowFormat.addCustomer(record.customer, to: &text)
        text.add(byte: semicolon)
        texts.addUTC(Int(record.start), to: &text)
        text.add(byte: semicolon)
        text.add(Int(record.amount))
    }

    /// Closed accounts: commas, the day and the moment.
    func writeLeaving(_ record: ContactRecord, _ text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        RowFormat.addID(.churn, record.key, to: &text)
        text.add(byte: comma)
        RowFormat.addCustomer(record.customer, to: &text)
        text.add(byte: comma)
        texts.addDay(Int(record.start), to: &text)
        text.add(byte: comma)
        texts.addUTC(Int(record.start), to: &text)
        text.add(byte: comma)
        text.add(texts.intents[Int(record.intent.rawValue)])
    }
}

/// The few rows of what automation runs where.
struct DeploymentText {
    static let header = "deployment,name,catalogue,channel,scope,owner,live_from,adoption,status\n"

    let rows: [String]

    init(plan: OperationPlan) {
        let moment = "T00:00:00Z"
        var rows = [
            "D001,voice menu,A9,phone,balance billing access status,operations,"
                + "2019-03-04\(moment),1,live\n",
            "D002,web self-service,A8,web,all,digital,2016-09-01\(moment),1,live\n",
            "D003,faq chatbot,A8,chatbot,all,digital,2022-05-16\(moment),1,live\n",
        ]
        if let automation = plan.settings.automation {
            let channel = automation.kind.channel?.name ?? "all"
            let scope =
                automation.kind == .agentAssist
                ? "all" : automation.intents.map(\.name).joined(separator: " ")
            var text = ByteText()
            ExportTexts(plan: plan).addUTC(plan.effects?.startSecond ?? 0, to: &text)
            let start = String(decoding: text.bytes, as: UTF8.self)
            rows.append(
                "D004,\(automation.kind.rawValue),\(automation.kind.catalogueID),\(channel),"
                    + "\(scope),operations,\(start),\(decimalText(automation.adoption)),live\n")
        }
        self.rows = rows
    }
}
