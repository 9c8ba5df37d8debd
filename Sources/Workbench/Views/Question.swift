// The questions that leaders should be able to ask, and the views that answer each, as far as a
// record can.

import Projections

/// A view that is part of an answer, with the rows that suit the question.
struct QuestionPart: Sendable {
    var view: ViewName
    var grouping: Grouping?

    init(_ view: ViewName, by grouping: Grouping? = nil) {
        self.view = view
        self.grouping = grouping
    }
}

/// One of the twenty-five questions.
package struct Question: Sendable {
    package let id: String
    package let text: String
    let parts: [QuestionPart]
    /// How to read the answer, and what no record can say.
    let reading: String

    package static func named(_ id: String) -> Question? {
        all.first { $0.id.lowercased() == id.lowercased() }
    }

    private init(_ id: Int, _ text: String, _ parts: [QuestionPart], _ reading: String) {
        self.id = "Q\(id)"
        self.text = text
        self.parts = parts
        self.reading = reading
    }

    package static let all: [Question] = [
        Question(
            1, "Not \"how can we automate this?\" but \"what is the best experience here?\"",
            [.init(.resolution, by: .intent), .init(.experience, by: .intent)],
            "Rank intents by what customers get: first contact resolution, failure demand, "
                + "satisfaction with its response rate, complaints. Cost stands beside it."),
        Question(
            2, "Where do customers get stuck? Why do they switch channel?",
            [.init(.stuck), .init(.flow, by: .channel), .init(.containment, by: .channel)],
            "Places are ordered by how many had to come back or gave up; loops are those who went "
                + "round in automation. Why they switched they say themselves, in words that are "
                + "not in this record."),
        Question(
            3, "How has the customer's world changed, not only internal figures?",
            [.init(.resolution, by: .month), .init(.experience, by: .month)],
            "Read the outcome columns over the months before the cost columns."),
        Question(
            4, "Have we automated what drains managers before what customers experience?",
            [.init(.containment, by: .channel), .init(.workforce)],
            "What faces customers is the containment table. Team leaders' time and the phases of a "
                + "plan are not in this record."),
        Question(
            5, "Why did a past project not deliver?",
            [.init(.divergence), .init(.mix), .init(.resolution, by: .month)],
            "Look at the weeks from its start on: what got cheaper, what came back. What would "
                + "have happened without it is a scenario: downstream simulate."),
        Question(
            6, "Is this task draining managers, or forming opinion of the brand?",
            [.init(.mix), .init(.experience, by: .intent)],
            "Intents with many minutes and few complaints drain; intents with complaints and "
                + "departures form opinion."),
        Question(
            7, "Which interactions drive outcomes?",
            [.init(.register), .init(.concentration)],
            "The register orders intents by what follows from one journey of theirs, whatever "
                + "their share of the volume; the tails say how few journeys carry most."),
        Question(
            8, "Does efficiency hide deterioration?",
            [.init(.divergence), .init(.volatility)],
            "The flag needs both: efficiency up and outcome down by more than weeks vary. A "
                + "masking ratio above 1 says that single contacts spread more under calm means."),
        Question(
            9, "Where does the saved cost reappear?", [.init(.ledger)],
            "Each row of the matrix is a cause, each payer a budget: what is off the diagonal of a "
                + "cause's own intent and team is paid by somebody else. What a change would move "
                + "is a scenario: downstream simulate."),
        Question(
            10, "Can this workforce absorb the complexity?", [.init(.workforce), .init(.mix)],
            "Occupancy says how much room there is, mix how hard the rest is getting. Skills are "
                + "not in this record."),
        Question(
            11, "Who owns the trade-off across automation, operations, workforce?",
            [.init(.ledger), .init(.register, by: .line)],
            "Payers are budgets, lines of business are whose affair an intent is: where a line's "
                + "failures cost another budget, nobody owns both sides. Persons who own them are "
                + "not in this record."),
        Question(
            12, "Is this investment judged with its effect on the others?", [.init(.flow)],
            "The steps between channels show who depends on whom. Effects of several changes at "
                + "once are scenarios: downstream simulate."),
        Question(
            13, "How will this drive measurable efficiency?",
            [.init(.resolution, by: .month), .init(.queues, by: .month)],
            "Cost per resolution, not per contact: the second falls when one need becomes three "
                + "contacts."),
        Question(
            14, "How does it scale without more burnout?",
            [.init(.workforce), .init(.queues, by: .week)],
            "Occupancy beside waiting. Overtime, absence beyond the roster and leavers are not in "
                + "these views."),
        Question(
            15, "Does it enable rather than replace people?",
            [.init(.workforce), .init(.containment, by: .month)],
            "Hours handled by people beside sessions held by automation. Where people were moved "
                + "to is not in this record."),
        Question(
            16, "What goes right, what falls short, where are we held together by brute force?",
            [
                .init(.resolution, by: .all), .init(.queues, by: .all), .init(.workforce),
                .init(.detection),
            ],
            "Baseline health: what is met at once, what waits, how full people are, how long "
                + "failures go unseen."),
        Question(
            17, "Do tools reduce noise so agents can focus and supervisors coach?",
            [.init(.workforce)],
            "Handling and busy hours per team. Team leaders' and coaching time are not in this "
                + "view."
        ),
        Question(
            18, "Do insights support agents or add steps?",
            [.init(.queues, by: .month), .init(.mix)],
            "Handle time over the months, the change of mix taken out. Whether a suggestion was "
                + "accepted is not in this record."),
        Question(
            19, "Can customers reach a person?",
            [
                .init(.reachability, by: .channel), .init(.guardrails, by: .channel),
                .init(.containment, by: .channel),
            ],
            "Of those whom automation passed on; the policy's rules say who must get to a person, "
                + "loops who went round in automation. Requests that it did not pass on are in no "
                + "record, nor is what agents may decide."),
        Question(
            20, "Are we moving too fast; which customers are left behind?",
            [
                .init(.resolution, by: .segment), .init(.experience, by: .segment),
                .init(.containment, by: .segment), .init(.guardrails, by: .segment),
            ],
            "The floor is the worst segment, not the mean; a breach of the policy is automation "
                + "where it must not be, by segment."),
        Question(
            21, "What does the workforce look like when automation handles a large share?",
            [.init(.mix), .init(.containment, by: .month)],
            "As automation takes the short contacts, the rest is longer. A projection is a "
                + "scenario: downstream simulate."),
        Question(
            22, "What must be invested now in data quality, governance, integration?",
            [.init(.recontact)],
            "Read the stitch rate first: what cannot be joined cannot be seen. downstream status "
                + "and downstream rejects list say what came in and what did not."),
        Question(
            23, "How is success measured once automation is the standard model?",
            [
                .init(.resolution, by: .all), .init(.containment, by: .all),
                .init(.experience, by: .all), .init(.divergence),
            ],
            "A tree from outcome down: resolution, true containment, experience, and the two kept "
                + "apart from efficiency."),
        Question(
            24, "Am I safe, do I trust this, will they care for me when it counts?",
            [
                .init(.detection), .init(.reachability, by: .channel),
                .init(.guardrails, by: .all), .init(.experience, by: .intent),
            ],
            "How long a failure goes unseen, whether a person can be reached, whether what is a "
                + "person's stayed one's, what became of those who complained."),
        Question(
            25, "How do we keep interactions human-centric while automating?",
            [
                .init(.guardrails, by: .segment), .init(.containment, by: .segment),
                .init(.experience, by: .segment),
            ],
            "Where the policy wants a person and automation led; the share that automation keeps, "
                + "beside satisfaction and departures, by segment."),
    ]
}

extension Question {
    /// All of them.
    package static var list: Answer {
        var answer = Answer()
        answer.table(
            "questions",
            Table(
                title: "Questions",
                columns: [.init("id", "id"), .init("text", "question"), .init("views", "views")],
                rows: all.map { question in
                    [
                        .text(question.id), .text(question.text),
                        .text(question.parts.map(\.view.rawValue).joined(separator: ", ")),
                    ]
                }))
        return answer
    }
}

extension Store {
    /// The answer to one of ``Question/all``.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)`` for another id.
    package func question(
        _ id: String, request: ViewRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        guard let question = Question.named(id) else {
            throw WorkbenchError.wrongValue(name: "question", expected: "Q1 to Q25", found: id)
        }
        let quarter = try rebuild(progress: progress)
        let basis = try viewBasis(
            quarter, window: request.window,
            withFacts: question.parts.contains { $0.view.takesFacts })
        var answer = Answer()
        answer.fact("question", question.id, .text(question.text))
        answer.note(question.reading)
        for part in question.parts {
            if part.view == .guardrails, try policyIfKept() == nil {
                answer.note(
                    "the store keeps no policy, so its guardrails are not here: downstream "
                        + "settings --policy FILE")
                continue
            }
            var own = request
            own.name = part.view
            own.grouping = request.grouping ?? part.grouping
            let items = try view(own, of: quarter, basis: basis).items
            answer.items += items.compactMap { $0.prefixed(part.view.rawValue) }
                .filter { !answer.items.contains($0) }
        }
        return answer
    }
}

extension Answer.Item {
    /// The same under a key that says which view it is of.
    fileprivate func prefixed(_ view: String) -> Answer.Item {
        switch self {
        case .fact(let key, let title, let value):
            .fact(key: "\(view)_\(key)", title: title, value: value)
        case .table(let key, let table): .table(key: key == view ? key : "\(view)_\(key)", table)
        case .note: self
        }
    }
}
