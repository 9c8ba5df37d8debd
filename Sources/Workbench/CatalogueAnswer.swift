// What can be automated in a scenario, and what is assumed where a file states nothing.

import Modeling
import Projections
import Scenarios

package enum CatalogueAnswer {
    /// All kinds of automation, or everything that can be stated of one.
    /// - Throws: ``WorkbenchError/unknownAutomation(_:hint:)``.
    package static func answer(_ id: String?) throws -> Answer {
        guard let id else { return overview }
        guard let mechanism = Mechanism(catalogueID: id.uppercased()) else {
            throw WorkbenchError.unknownAutomation(id, known: ScenarioFile.catalogueIDs)
        }
        return parameters(of: mechanism)
    }

    private static var overview: Answer {
        var answer = Answer()
        answer.table(
            "automations",
            Table(
                title: "What a scenario can automate",
                columns: [
                    .init("catalogue", "catalogue"), .init("block", "block"),
                    .init("what", "what it is"), .init("exposure", "reaches by"),
                ],
                rows: Mechanism.allCases.flatMap { mechanism in
                    mechanism.catalogueIDs.map { id in
                        [
                            .text(id), .text(mechanism.rawValue), .text(mechanism.summary),
                            mechanism.exposure.map { .text($0.name) } ?? .none,
                        ]
                    }
                }))
        answer.note("downstream catalogue A5 lists what can be stated of one, with its defaults")
        return answer
    }

    private static func parameters(of mechanism: Mechanism) -> Answer {
        var answer = Answer()
        answer.fact("block", "block", .text(mechanism.rawValue))
        answer.fact("what", "what it is", .text(mechanism.summary))
        answer.table(
            "parameters",
            Table(
                title: "What can be stated, and what holds where it is not",
                columns: [
                    .init("block", "block"), .init("parameter", "parameter"), .init("low", "low"),
                    .init("mode", "mode"), .init("high", "high"), .init("grade", "grade"),
                    .init("source", "source"),
                ],
                rows: Catalogue.rules(of: mechanism).map { rule in
                    let reference = rule.reference
                    func number(_ value: Double?) -> Cell {
                        value.map { .text("\($0)") } ?? .none
                    }
                    return [
                        .text(rule.block.name(of: mechanism)), .text(rule.key.name),
                        number(reference?.low), number(reference?.mode), number(reference?.high),
                        reference.map { .text($0.grade.rawValue) } ?? .none,
                        .text(
                            reference?.source
                                ?? (rule.isRequired ? "must be stated" : "none unless stated")),
                    ]
                }))
        return answer
    }
}

extension Mechanism {
    fileprivate var summary: String {
        switch self {
        case .step: "a step of automation before a contact: chatbot, conversational IVR"
        case .channel: "contacts led into another channel"
        case .outbound: "messages before the customer asks"
        case .assist: "a tool for agents, by how long they have been there"
        case .wrapup: "wrap-up and summaries by machine"
        case .knowledge: "the right article, now and then the wrong one"
        case .personalisation: "contacts shaped to the customer"
        case .coaching: "agents who get better, as far as there are hours for it"
        case .guidance: "next steps for agents who come to trust them"
        case .quality: "failures noticed before the customer is back"
        case .scheduling: "hours of planners and team leaders"
        case .reporting: "hours of those who write reports"
        case .work: "work behind the scenes, whose failures make contacts"
        case .carryover: "context that goes along when a contact is handed over"
        case .reach: "a way to a person out of automation"
        }
    }
}
