// The rows of the exported files. Each system has its own conventions, as systems have: another
// delimiter, another way to write times and durations, and words of its own for what happened.

import Events

/// Writes rows of one run.
struct RowFormat {
    let texts: ExportTexts

    init(_ texts: ExportTexts) { self.texts = texts }

    /// The first line of a file; empty for JSON Lines.
    static func header(_ file: ExportFile) -> String {
        switch file {
        case .telephone:
            "call_id;case_no;customer_no;customer_group;call_reason;queue;tier;agent;started;"
                + "zone;queue_time;talk_time;hold_time;wrap_time;disposition;passed_to\n"
        case .ivr:
            "session,caller,caller_group,case_ref,menu,began,seconds,result\n"
        case .email:
            "message_id\tcase\tcustomer\tgroup\tsubject\tdirection\treceived\tdesk\thandler\t"
                + "waited_minutes\tworked_seconds\tstatus\n"
        case .backOffice:
            "task|case|customer|group|kind|created|zone|worker|queued_minutes|worked|result\n"
        case .complaints:
            "reference,case,customer,group,about,opened,closed,handler,worked_minutes,outcome,"
                + "redress_gbp,ombudsman\n"
        case .surveys:
            "survey;contact;system;customer;answered;csat\n"
        case .churn:
            "account,customer,closed_on,closed_at,last_topic\n"
        case .roster:
            "shift;agent;team;tier;begins;ends;zone;status;joined;seats\n"
        case .deployments: DeploymentText.header
        case .chatbot, .chat, .web: ""
        }
    }

    func write(_ record: ContactRecord, to text: inout ByteText) {
        let start = text.count
        var record = record
        if record.fault == .clockSlip {
            // The clock of the system was an hour slow.
            record.start -= 3_600
        }
        switch record.file {
        case .telephone: writeCall(record, &text)
        case .ivr: writeMenu(record, &text)
        case .chatbot: writeBot(record, &text)
        case .chat: writeChat(record, &text)
        case .email: writeMail(record, &text)
        case .web: writeVisit(record, &text)
        case .backOffice: writeTask(record, &text)
        case .complaints: writeComplaint(record, &text)
        case .surveys: writeSurvey(record, &text)
        case .churn: writeLeaving(record, &text)
        case .roster, .deployments: preconditionFailure("\(record.file) holds no contacts")
        }
        if record.fault == .malformed {
            // The rest of the row was lost on the way.
            text.cut(to: start + (text.count - start) * 2 / 5)
        }
        text.add(byte: UInt8(ascii: "\n"))
        if record.fault == .duplicate { text.repeatFrom(start) }
    }

    /// The id of a record within its file, as the file writes it.
    static func addID(_ file: ExportFile, _ key: UInt64, to text: inout ByteText) {
        switch file {
        case .telephone: text.add(byte: UInt8(ascii: "C"))
        case .ivr: text.add(byte: UInt8(ascii: "V"))
        case .email: text.add(byte: UInt8(ascii: "M"))
        case .backOffice: text.add(byte: UInt8(ascii: "T"))
        case .complaints: text.add("CMP-")
        case .surveys: text.add(byte: UInt8(ascii: "S"))
        case .churn: text.add(byte: UInt8(ascii: "L"))
        case .chatbot, .chat, .web:
            // An odd factor: different keys stay different.
            text.addHexadecimal(key &* 0x9e37_79b9_7f4a_7c15)
            return
        case .roster, .deployments: preconditionFailure("\(file) has no keys")
        }
        text.add(Int(key))
    }

    /// Customers are numbered from 10000001.
    static func addCustomer(_ customer: Int32, to text: inout ByteText) {
        text.add(10_000_001 + Int(customer))
    }

    static func addAgent(_ agent: Int32, to text: inout ByteText) {
        text.add(byte: UInt8(ascii: "A"))
        let number = Int(agent) + 1
        if number < 10_000 { text.add(byte: UInt8(ascii: "0")) }
        if number < 1_000 { text.add(byte: UInt8(ascii: "0")) }
        if number < 100 { text.add(byte: UInt8(ascii: "0")) }
        if number < 10 { text.add(byte: UInt8(ascii: "0")) }
        text.add(number)
    }

    /// The customer's number, or the system's word for nobody.
    func addCustomer(_ record: ContactRecord, unknown: String, to text: inout ByteText) {
        if record.isCustomerUnknown {
            text.add(unknown)
        } else {
            RowFormat.addCustomer(record.customer, to: &text)
        }
    }

    func addCase(_ record: ContactRecord, to text: inout ByteText) {
        text.add(Int(record.issue))
    }

    /// A duration that a slipped counter may show as negative.
    func shown(_ seconds: Int32, _ record: ContactRecord) -> Int {
        record.fault == .negativeDuration ? -max(1, Int(seconds)) : Int(seconds)
    }

    func write(_ shift: Shift, _ workforce: Workforce, to text: inout ByteText) {
        let agent = workforce.agents[Int(shift.agent)]
        RowFormat.addAgent(shift.agent, to: &text)
        text.add(byte: UInt8(ascii: "-"))
        text.addISODay(shift.start, texts)
        text.add(byte: UInt8(ascii: ";"))
        RowFormat.addAgent(shift.agent, to: &text)
        text.add(byte: UInt8(ascii: ";"))
        text.add(texts.teams[Int(shift.team.rawValue)])
        text.add(byte: UInt8(ascii: ";"))
        text.add(shift.team.tier)
        text.add(byte: UInt8(ascii: ";"))
        texts.addBritish(Int(shift.start), hasSeconds: false, to: &text)
        text.add(byte: UInt8(ascii: ";"))
        texts.addBritish(Int(shift.end), hasSeconds: false, to: &text)
        text.add(";Europe/London;")
        text.add(shift.isSick ? "sick" : "on duty")
        text.add(byte: UInt8(ascii: ";"))
        let joined = CivilDate(dayNumber: texts.clock.from.dayNumber + agent.joinedDay)
        text.add("\(joined)")
        text.add(shift.team == .chat ? ";2\n" : ";1\n")
    }
}

extension ByteText {
    fileprivate mutating func addISODay(_ second: Int32, _ texts: ExportTexts) {
        texts.addDay(Int(second), to: &self)
    }
}
