// The impact report as a value: what a governance board reads, challenges and signs. It holds no
// markup, so that the page, the plain text and the JSON form cannot say different things.

/// A whole report, made from one kept run.
package struct ImpactReport: Hashable, Sendable, Codable {
    /// What the format of the JSON form is; readers refuse newer ones.
    package static let formatVersion = 1

    package var formatVersion = ImpactReport.formatVersion
    package var title: String
    package var subtitle: String
    /// The period in words, the run and the version, for the head of the first page.
    package var particulars: [ReportFact]
    package var sections: [ReportSection]

    package init(
        title: String, subtitle: String, particulars: [ReportFact], sections: [ReportSection]
    ) {
        self.title = title
        self.subtitle = subtitle
        self.particulars = particulars
        self.sections = sections
    }

    /// The section of a number of the published outline, where this report has it.
    package func section(_ number: Int) -> ReportSection? {
        sections.first { $0.number == number }
    }
}

/// One section. Numbers follow the published outline of twenty sections, so that a reader of two
/// reports finds the same matter under the same number.
package struct ReportSection: Hashable, Sendable, Codable {
    /// 1 to 20, or `nil` for a section outside the outline.
    package var number: Int?
    package var title: String
    package var blocks: [ReportBlock]

    package init(number: Int?, title: String, blocks: [ReportBlock]) {
        self.number = number
        self.title = title
        self.blocks = blocks
    }

    /// What links point to: `section-4`.
    package var anchor: String { number.map { "section-\($0)" } ?? "section-missing" }

    /// `4. Downstream ledger`.
    package var heading: String { number.map { "\($0). \(title)" } ?? title }
}

/// Where a figure comes from. It is shown beside every number, by shape and not by colour.
package enum ProvenanceMark: String, CaseIterable, Sendable, Codable {
    /// Counted from the log, and from nothing else.
    case measured
    /// Computed by the replay from the log, the fitted model and stated figures.
    case modelled
    /// Stated from outside the log; its grade says how good the evidence is.
    case assumed

    /// The printed sign: the emptier, the less of the figure is in the log.
    package var sign: String {
        switch self {
        case .measured: "●"
        case .modelled: "◐"
        case .assumed: "○"
        }
    }

    package var meaning: String {
        switch self {
        case .measured: "measured: counted from the recorded log alone"
        case .modelled:
            "modelled: computed from the log together with the fitted model or stated figures"
        case .assumed: "assumed: stated from outside the log, with the grade of its evidence"
        }
    }
}
