// What some views need beside the table of interactions: agents, shifts, surveys, complaints,
// redress, marks of contacts.

import EventLog
import Events
import Projections

extension Store {
    /// The agent of everything that people handled.
    /// - Complexity: one scan of one column.
    func agentWork(_ quarter: Quarter) throws -> [AgentWork] {
        var agents = [UInt32](repeating: 0, count: Int(quarter.snapshot.head.rawValue) + 1)
        try log.forEachBlock(through: quarter.snapshot.head) { header, bytes in
            var column: [UInt32] = []
            try header.codes(.agent, bytes, into: &column)
            let first = Int(header.firstPosition.rawValue)
            for (row, agent) in column.enumerated() where first + row < agents.count {
                agents[first + row] = agent
            }
            return true
        }
        return quarter.table.contacts.enumerated().compactMap { index, contact in
            contact.isHandled
                ? AgentWork(
                    index: Int32(index),
                    agent: AgentID(Symbol(agents[Int(contact.position.rawValue)])))
                : nil
        }
    }

    /// What sources state of contacts in the attributes of ``ContactMarks/names``. Corrections do
    /// not reach them.
    /// - Complexity: one scan of one column; nothing where the log has no such attribute.
    /// - Throws: ``EventLogError``.
    func contactMarks(_ quarter: Quarter) throws -> ContactMarks {
        var marks = ContactMarks()
        let names = quarter.table.dictionary
        guard ContactMarks.names.contains(where: { names.symbol(of: $0) != nil }) else {
            return marks
        }
        let contacts = quarter.table.contacts
        var places = [Int32](repeating: -1, count: Int(quarter.snapshot.head.rawValue) + 1)
        for (index, contact) in contacts.enumerated() {
            places[Int(contact.position.rawValue)] = Int32(index)
        }
        var column = PackedBytes()
        var scratch: [Int64] = []
        try log.forEachBlock(through: quarter.snapshot.head) { header, bytes in
            try header.strings(.attributes, bytes, into: &column, &scratch)
            let first = Int(header.firstPosition.rawValue)
            for row in 0..<min(column.count, places.count - first) {
                let (index, range) = (Int(places[first + row]), column.range(row))
                guard index >= 0, !range.isEmpty else { continue }
                do {
                    marks.add(
                        try EventCodec.attributes(column.bytes.span.extracting(range)), at: index,
                        of: contacts.count, name: names.string)
                } catch {
                    throw EventLogError.damaged(
                        table: "blocks", place: "event \(first + row)", reason: "\(error)")
                }
            }
            return true
        }
        return marks
    }

    /// Planned shifts, those too in which nobody came.
    func shifts(_ quarter: Quarter) throws -> [Shift] {
        var shifts: [Shift] = []
        try log.forEachEvent(of: .workforce, through: quarter.snapshot.head) { recorded in
            let event = recorded.event
            guard event.kind == .rosterPlanned || event.kind == .agentAbsent,
                let detail = event.interaction, let end = detail.ended
            else { return true }
            shifts.append(
                Shift(
                    agent: detail.agent, team: detail.team, from: event.at, to: end,
                    isAbsent: event.kind == .agentAbsent))
            return true
        }
        return shifts
    }

    /// Surveys, complaints and redress, and whatever else a risk can begin with, in the order of
    /// the log.
    func customerFacts(_ quarter: Quarter) throws -> [CustomerFact] {
        let wanted = Set(
            [.surveyAnswered, .complaintOpened, .complaintReferred, .refundPaid]
                + RiskTrigger.events.map(\.value))
        // By symbol: there are millions of customers, and a table of theirs is quickly made.
        var numbers = [Int32](repeating: -1, count: quarter.table.dictionary.count)
        for (number, customer) in quarter.table.customers.enumerated() {
            numbers[Int(customer.symbol.rawValue)] = Int32(number)
        }
        var facts: [CustomerFact] = []
        for family in [EventKind.Family.outcome, .voiceOfCustomer] {
            try log.forEachEvent(of: family, through: quarter.snapshot.head) { recorded in
                let event = recorded.event
                guard wanted.contains(event.kind) else { return true }
                var fact = CustomerFact(
                    kind: event.kind, at: event.at,
                    customer: numbers[Int(event.customer.symbol.rawValue)],
                    issue: event.issue)
                fact.money = event.money?.thousandths
                for attribute in event.attributes {
                    switch quarter.table.dictionary.string(attribute.name) {
                    case "csat": fact.csat = attribute.value.number
                    case "nps": fact.nps = attribute.value.number
                    case "ces": fact.ces = attribute.value.number
                    default: break
                    }
                }
                facts.append(fact)
                return true
            }
        }
        return facts
    }
}

extension AttributeValue {
    /// The value where it is one to count with.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .text, .flag: nil
        }
    }
}
