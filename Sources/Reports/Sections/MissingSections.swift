// What the outline of a board report asks for and this version does not have. Listed, because
// nobody notices a missing section.

import Simulation

/// What the outline asks for and this version does not have.
enum MissingSections {
    private typealias Missing = (number: Int, title: String, reason: String)

    private static func list(_ run: RunRecord) -> [Missing] {
        [
            (
                6, "Guardrails and human oversight",
                run.violations.isEmpty
                    ? "no check of a policy is on record; that no breach is listed does not mean "
                        + "that rules were checked"
                    : "only the breaches on record are listed, in section 1"
            ),
            (7, "Workforce", "pools, rosters and strain are not yet simulated"),
            (8, "Sequence and readiness", "orders of deployment are not yet compared"),
            (9, "Risk register and harm measures", "risk is not yet posted to the ledger"),
            (
                12, "Validation",
                run.discrepancy.measured == nil
                    ? "the model is not yet tested against held-out weeks; section 1 says what "
                        + "follows"
                    : "the run keeps the model\u{2019}s error (section 1), not the tests behind "
                        + "it; downstream validate prints them"
            ),
            (15, "Realised versus predicted", "no earlier decision is on record to compare with"),
            (
                16, "Actions",
                "to be decided by the board; nothing is proposed without a recommendation"
            ),
            (
                20, "Privacy annex",
                "not yet written; this report shows no single customer or employee"
            ),
        ]
    }

    static func section(_ reader: RunReader) -> ReportSection {
        ReportSection(
            number: nil, title: "Not in this report yet",
            blocks: [
                .paragraph(
                    "Section numbers follow the full outline of a board report. These sections are "
                        + "missing, and nothing stands in for them:"),
                .list(list(reader.run).map { "\($0.number). \($0.title): \($0.reason)." }),
                .paragraph(
                    "Of section 13, sensitivity and flip points are missing; of section 3, journey "
                        + "completion, complaints and retention."),
            ])
    }
}
