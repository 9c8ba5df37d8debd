// The rows of the truth: what no system exports. Every chance term is a quantile with six
// decimals; the same term decides in the operation with and without an automation.

import Events
import Randomness

/// Writes rows of the truth of one run.
struct TruthFormat {
    let texts: ExportTexts

    init(_ texts: ExportTexts) { self.texts = texts }

    static let interactionHeader =
        "file,record,customer,issue,touch,intent,reason,cause_file,cause_record,start,wait,"
        + "handle,penalty,outcome,recorded,met,context_lost,step,fault,unknown_customer,u_end,"
        + "u_resolution,u_duration,u_patience,u_after,u_delay\n"

    static let issueHeader =
        "issue,customer,intent,segment,first_channel,begun,ended,records,ending,met,in_scope,"
        + "leaves,u_difficulty,u_channel,u_leaving,u_automation\n"

    static let customerHeader = "customer,segment,vulnerable,left,u_needs,u_patience\n"

    static let agentHeader = "agent,team,joined_day,left_day,speed_factor,u_tool\n"

    func write(_ record: ContactRecord, to text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        text.add(texts.files[Int(record.file.rawValue)])
        text.add(byte: comma)
        RowFormat.addID(record.file, record.key, to: &text)
        text.add(byte: comma)
        RowFormat.addCustomer(record.customer, to: &text)
        text.add(byte: comma)
        text.add(Int(record.issue))
        text.add(byte: comma)
        text.add(Int(record.touch))
        text.add(byte: comma)
        text.add(texts.intents[Int(record.intent.rawValue)])
        text.add(byte: comma)
        text.add(texts.reasons[Int(record.reason.rawValue)])
        text.add(byte: comma)
        if record.causeKey != 0 {
            text.add(texts.files[Int(record.causeFile.rawValue)])
            text.add(byte: comma)
            RowFormat.addID(record.causeFile, record.causeKey, to: &text)
        } else {
            text.add(byte: comma)
        }
        for value in [
            Int(record.start) + texts.clock.base, Int(record.wait),
            Int(record.automation + record.talk + record.hold + record.wrap),
            Int(record.penalty),
        ] {
            text.add(byte: comma)
            text.add(value)
        }
        text.add(byte: comma)
        text.add(TruthFormat.word(record.outcome))
        text.add(byte: comma)
        text.add(TruthFormat.word(record.recorded))
        for flag in [record.isMet, record.isContextLost, record.isStep] {
            text.add(flag ? ",1" : ",0")
        }
        text.add(byte: comma)
        text.add(texts.faults[Int(record.fault.rawValue)])
        text.add(record.isCustomerUnknown ? ",1" : ",0")
        for word in [
            record.endChance, record.resolutionChance, record.durationChance,
            record.patienceChance, record.afterChance, record.delayChance,
        ] {
            text.add(byte: comma)
            text.addQuantile(word)
        }
        text.add(byte: UInt8(ascii: "\n"))
    }

    static func word(_ outcome: ContactOutcome) -> String {
        switch outcome {
        case .resolved: "resolved"
        case .unresolved: "unresolved"
        case .transferred: "transferred"
        case .escalated: "escalated"
        case .abandoned: "abandoned"
        case .deferred: "deferred"
        case .contained: "contained"
        }
    }

    func write(_ issue: IssueRecord, to text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        text.add(Int(issue.number))
        text.add(byte: comma)
        RowFormat.addCustomer(issue.customer, to: &text)
        text.add(byte: comma)
        text.add(texts.intents[Int(issue.intent.rawValue)])
        text.add(byte: comma)
        text.add(texts.segments[Int(issue.segment.rawValue)])
        text.add(byte: comma)
        text.add(issue.channel.name)
        text.add(byte: comma)
        text.add(Int(issue.begun) + texts.clock.base)
        text.add(byte: comma)
        if issue.ended >= 0 { text.add(Int(issue.ended) + texts.clock.base) }
        text.add(byte: comma)
        text.add(Int(issue.records))
        text.add(byte: comma)
        text.add(issue.ending.name)
        let isMet = [.resolved, .recovered, .prevented].contains(issue.ending)
        for flag in [isMet, issue.isInScope, issue.isLeaving] {
            text.add(flag ? ",1" : ",0")
        }
        for word in [
            issue.difficultyChance, issue.channelChance, issue.leavingChance,
            issue.automationChance,
        ] {
            text.add(byte: comma)
            text.addQuantile(word)
        }
        text.add(byte: UInt8(ascii: "\n"))
    }

    func write(_ customer: Int, _ customers: CustomerBase, to text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        RowFormat.addCustomer(Int32(customer), to: &text)
        text.add(byte: comma)
        text.add(texts.segments[Int(customers.segment(customer).rawValue)])
        text.add(customers.isVulnerable(customer) ? ",1" : ",0")
        text.add(customers.isGone(customer) ? ",1," : ",0,")
        let words = customers.chances.customer(customer)
        text.addQuantile(words.word2)
        text.add(byte: comma)
        text.addQuantile(words.word3)
        text.add(byte: UInt8(ascii: "\n"))
    }

    func write(_ agent: Int, _ workforce: Workforce, to text: inout ByteText) {
        let comma = UInt8(ascii: ",")
        let person = workforce.agents[agent]
        RowFormat.addAgent(Int32(agent), to: &text)
        text.add(byte: comma)
        text.add(texts.teams[Int(person.team.rawValue)])
        text.add(byte: comma)
        text.add(person.joinedDay)
        text.add(byte: comma)
        text.add(person.leftDay)
        text.add(byte: comma)
        text.add(decimalText(person.speed))
        text.add(byte: comma)
        text.addQuantile(person.toolChance)
        text.add(byte: UInt8(ascii: "\n"))
    }
}
