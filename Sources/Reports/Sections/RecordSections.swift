// Sections 17 and 18: what the board writes in by hand. A report nobody questioned is no evidence.

enum RecordSections {
    static let challenge = ReportSection(
        number: 17, title: "Challenge record",
        blocks: [
            .paragraph(
                "To be filled in by those who challenge this report: questions, answers, "
                    + "dissent."),
            .table(
                ReportTable(
                    id: "F17.1", title: "Challenges",
                    columns: [
                        .init("No."), .init("Question, and the figure it is about"),
                        .init("Raised by, date"), .init("Answer"), .init("Dissent that remains"),
                    ],
                    rows: (1...6).map { number in
                        .init(
                            [ReportCell("\(number)")]
                                + [ReportCell](repeating: .empty, count: 4))
                    }, origin: "to be filled in by hand", isForm: true)),
        ])

    static let signOff = ReportSection(
        number: 18, title: "Sign-off",
        blocks: [
            .paragraph(
                "A signature states that the report was read and challenged. It does not turn "
                    + "an assumption into a fact."),
            .table(
                ReportTable(
                    id: "F18.1", title: "Signatures",
                    columns: [
                        .init("Role"), .init("Name"), .init("Date"), .init("Decision"),
                        .init("Signature"),
                    ],
                    rows: [
                        "AI", "Operations", "Workforce", "Risk and compliance", "Data protection",
                    ].map { role in
                        .init([ReportCell(role)] + [ReportCell](repeating: .empty, count: 4))
                    }, origin: "to be filled in by hand", isForm: true)),
        ])
}
