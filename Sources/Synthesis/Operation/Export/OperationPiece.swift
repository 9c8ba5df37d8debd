// A piece of a file, not yet text: making text and compressing it is the larger part of the work,
// and may be done on other threads than the simulation.

/// Rows of one file that follow the file's earlier pieces.
package struct OperationPiece: Sendable {
    enum Content {
        case records(ExportFile, [ContactRecord])
        case shifts([Shift], Workforce)
        case interactionTruth([ContactRecord])
        case issueTruth([IssueRecord])
        case customerTruth(Range<Int>, CustomerBase)
        case agentTruth(Workforce)
        case text(String)
    }

    /// The name of the file below the folder, as `telephone.csv` or `truth/issues.csv`.
    package let file: String
    package let rowCount: Int
    /// The first piece of a file carries its header.
    let isFirst: Bool
    let content: Content
    let texts: ExportTexts

    /// The text of the piece, the same on every machine and thread.
    /// - Complexity: O(bytes).
    package func bytes() -> [UInt8] {
        var text = ByteText()
        text.reserve(rowCount * 200 + 4_096)
        switch content {
        case .records(let file, let records):
            if isFirst { text.add(RowFormat.header(file)) }
            let format = RowFormat(texts)
            for record in records { format.write(record, to: &text) }
        case .shifts(let shifts, let workforce):
            if isFirst { text.add(RowFormat.header(.roster)) }
            let format = RowFormat(texts)
            for shift in shifts { format.write(shift, workforce, to: &text) }
        case .interactionTruth(let records):
            if isFirst { text.add(TruthFormat.interactionHeader) }
            let format = TruthFormat(texts)
            for record in records { format.write(record, to: &text) }
        case .issueTruth(let issues):
            if isFirst { text.add(TruthFormat.issueHeader) }
            let format = TruthFormat(texts)
            for issue in issues { format.write(issue, to: &text) }
        case .customerTruth(let range, let customers):
            if isFirst { text.add(TruthFormat.customerHeader) }
            let format = TruthFormat(texts)
            for customer in range { format.write(customer, customers, to: &text) }
        case .agentTruth(let workforce):
            text.add(TruthFormat.agentHeader)
            let format = TruthFormat(texts)
            for agent in workforce.agents.indices { format.write(agent, workforce, to: &text) }
        case .text(let whole):
            text.add(whole)
        }
        return text.bytes
    }
}
