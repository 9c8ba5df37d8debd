// Who handled what, and since when they have been there: read only where a scenario acts on people.

import EventLog
import Events
import Modeling
import Projections

extension Store {
    /// What a roster calls the day on which somebody joined.
    private static let joinedAttribute = "joined"

    /// The agents of the record's contacts, and when they joined (the attribute `joined` of planned
    /// shifts, an ISO 8601 date), where an automation acts on people.
    func agentFacts(_ quarter: Quarter, for intervention: Intervention) throws -> AgentFacts {
        guard intervention.automations.contains(where: { $0.mechanism.act == .handling }) else {
            return AgentFacts()
        }
        let names = quarter.table.dictionary
        var addresses: [Int32: UInt64] = [:]
        for work in try agentWork(quarter) where work.agent.isKnown {
            addresses[work.index] = Store.address(names.string(work.agent))
        }
        var joined: [UInt64: Int] = [:]
        try log.forEachEvent(of: .workforce, through: quarter.snapshot.head) { recorded in
            let event = recorded.event
            guard event.kind == .rosterPlanned, let agent = event.interaction?.agent,
                agent.isKnown
            else { return true }
            for attribute in event.attributes
            where names.string(attribute.name) == Store.joinedAttribute {
                if case .text(let text) = attribute.value, let date = CivilDate(text: text) {
                    joined[Store.address(names.string(agent))] = date.dayNumber
                }
            }
            return true
        }
        return AgentFacts(addresses: addresses, joinedDays: joined)
    }

    /// A hash of an agent's name: the same person's draws wherever they stand.
    private static func address(_ agent: String) -> UInt64 {
        var hash = StableHash()
        hash.combine("agent")
        hash.combine(agent)
        return hash.value
    }
}
