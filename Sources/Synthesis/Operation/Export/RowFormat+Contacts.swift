// Rows of the systems that customers meet.

extension RowFormat {
    private func word(_ text: String, _ record: ContactRecord) -> String {
        record.fault == .missingOutcome ? "" : text
    }

    /// Telephone: semicolons, local time with the zone's name, durations as `hh:mm:ss`.
    func writeCall(_ record: ContactRecord, _ text: inout ByteText) {
        let semicolon = UInt8(ascii: ";")
        RowFormat.addID(.telephone, record.key, to: &text)
        text.add(byte: semicolon)
        addCase(record, to: &text)
        text.add(byte: semicolon)
        addCustomer(record, unknown: "0", to: &text)
        text.add(byte: semicolon)
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add(byte: semicolon)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(byte: semicolon)
        text.add(texts.teams[Int(record.team.rawValue)])
        text.add(byte: semicolon)
        text.add(record.team.tier)
        text.add(byte: semicolon)
        if record.agent >= 0 { RowFormat.addAgent(record.agent, to: &text) }
        text.add(byte: semicolon)
        texts.addBritish(Int(record.start), to: &text)
        text.add(";Europe/London;")
        text.addClock(shown(record.wait, record))
        text.add(byte: semicolon)
        text.addClock(Int(record.talk))
        text.add(byte: semicolon)
        text.addClock(Int(record.hold))
        text.add(byte: semicolon)
        text.addClock(Int(record.wrap))
        text.add(byte: semicolon)
        let disposition =
            switch record.recorded {
            case .resolved: "RES"
            case .unresolved, .contained: "NRS"
            case .transferred: "TRF"
            case .escalated: "ESC"
            case .abandoned: "ABN"
            case .deferred: "DEF"
            }
        text.add(word(disposition, record))
        text.add(byte: semicolon)
        addTarget(record, &text)
    }

    private func addTarget(_ record: ContactRecord, _ text: inout ByteText) {
        switch record.recorded {
        case .transferred, .escalated, .deferred:
            if record.agent >= 0 { text.add(texts.teams[Int(record.target.rawValue)]) }
        case .resolved, .unresolved, .abandoned, .contained: break
        }
    }

    /// Voice response: commas, seconds since 1970, whole seconds.
    func writeMenu(_ record: ContactRecord, _ text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        RowFormat.addID(.ivr, record.key, to: &text)
        text.add(byte: comma)
        addCustomer(record, unknown: "anonymous", to: &text)
        text.add(byte: comma)
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add(byte: comma)
        addCase(record, to: &text)
        text.add(byte: comma)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(byte: comma)
        text.add(Int(record.start) + texts.clock.base)
        text.add(byte: comma)
        text.add(shown(record.automation, record))
        text.add(byte: comma)
        text.add(word(automatedWord(record, "served", "agent", "hangup"), record))
    }

    private func automatedWord(
        _ record: ContactRecord, _ done: String, _ person: String, _ left: String
    ) -> String {
        switch record.recorded {
        case .contained, .resolved: done
        case .transferred: person
        case .abandoned, .unresolved, .escalated, .deferred: left
        }
    }

    /// Chatbot: nested JSON, milliseconds since 1970, durations in milliseconds.
    func writeBot(_ record: ContactRecord, _ text: inout ByteText) {
        text.add("{\"session\":{\"id\":\"")
        RowFormat.addID(.chatbot, record.key, to: &text)
        text.add("\",\"started\":")
        text.add((Int(record.start) + texts.clock.base) * 1_000)
        text.add(",\"duration_ms\":")
        text.add(shown(record.automation, record) * 1_000)
        text.add("},\"data\":{\"customer\":{\"id\":")
        addQuotedCustomer(record, &text)
        text.add(",\"segment\":\"")
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add("\"},\"intent\":\"")
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add("\",\"case\":\"")
        addCase(record, to: &text)
        text.add("\"},\"flow\":\"")
        text.add(record.isStep ? "assistant" : "faq")
        text.add("\",\"turns\":")
        text.add(2 + Int(record.automation) / 25)
        text.add(",\"outcome\":")
        addQuoted(automatedWord(record, "goal", "handover", "dropped"), record, &text)
        text.add("}")
    }

    private func addQuotedCustomer(_ record: ContactRecord, _ text: inout ByteText) {
        guard !record.isCustomerUnknown else {
            text.add("null")
            return
        }
        text.add(byte: UInt8(ascii: "\""))
        RowFormat.addCustomer(record.customer, to: &text)
        text.add(byte: UInt8(ascii: "\""))
    }

    private func addQuoted(_ value: String, _ record: ContactRecord, _ text: inout ByteText) {
        if record.fault == .missingOutcome {
            text.add("null")
        } else {
            text.add(byte: UInt8(ascii: "\""))
            text.add(value)
            text.add(byte: UInt8(ascii: "\""))
        }
    }

    /// Chat: JSON, ISO 8601 with the offset, durations in seconds.
    func writeChat(_ record: ContactRecord, _ text: inout ByteText) {
        text.add("{\"id\":\"")
        RowFormat.addID(.chat, record.key, to: &text)
        text.add("\",\"opened\":\"")
        texts.addISO(Int(record.start), to: &text)
        text.add("\",\"customer\":")
        addQuotedCustomer(record, &text)
        text.add(",\"segment\":\"")
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add("\",\"topic\":\"")
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add("\",\"case\":\"")
        addCase(record, to: &text)
        text.add("\",\"desk\":{\"team\":\"")
        text.add(texts.teams[Int(record.team.rawValue)])
        text.add("\",\"agent\":")
        if record.agent >= 0 {
            text.add(byte: UInt8(ascii: "\""))
            RowFormat.addAgent(record.agent, to: &text)
            text.add(byte: UInt8(ascii: "\""))
        } else {
            text.add("null")
        }
        text.add("},\"wait_s\":")
        text.add(shown(record.wait, record))
        text.add(",\"chat_s\":")
        text.add(Int(record.talk + record.hold))
        text.add(",\"wrap_s\":")
        text.add(Int(record.wrap))
        text.add(",\"closed_as\":")
        let word =
            switch record.recorded {
            case .resolved: "solved"
            case .unresolved, .contained: "not solved"
            case .transferred: "passed on"
            case .escalated: "raised"
            case .abandoned: "left queue"
            case .deferred: "follow-up"
            }
        addQuoted(word, record, &text)
        text.add("}")
    }

    /// Web: JSON, milliseconds since 1970 and of duration.
    func writeVisit(_ record: ContactRecord, _ text: inout ByteText) {
        text.add("{\"visit\":\"")
        RowFormat.addID(.web, record.key, to: &text)
        text.add("\",\"ts\":")
        text.add((Int(record.start) + texts.clock.base) * 1_000)
        text.add(",\"user\":{\"id\":")
        addQuotedCustomer(record, &text)
        text.add(",\"segment\":\"")
        text.add(texts.segments[Int(record.segment.rawValue)])
        text.add("\"},\"goal\":\"")
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add("\",\"case\":\"")
        addCase(record, to: &text)
        text.add("\",\"pages\":")
        text.add(1 + Int(record.automation) / 40)
        text.add(",\"ms\":")
        text.add(shown(record.automation, record) * 1_000)
        text.add(",\"result\":")
        addQuoted(automatedWord(record, "done", "moved", "left"), record, &text)
        text.add("}")
    }
}
