// The pieces a section is made of, in reading order.

/// One piece of a section.
package enum ReportBlock: Hashable, Sendable {
    case heading(String)
    case paragraph(String)
    case callout(ReportCallout)
    case list([String])
    case facts(ReportFacts)
    case table(ReportTable)
    case chart(ReportChart)
    /// Text to be copied letter by letter: commands, or a file as it was read.
    case verbatim(ReportVerbatim)
}

extension ReportBlock: Codable {
    private enum Key: String, CodingKey {
        case heading, paragraph, callout, list, facts, table, chart, verbatim
    }

    /// As an object with one key, the kind of the block.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected one kind of block, found "
                        + "\(container.allKeys.count)"))
        }
        switch key {
        case .heading: self = .heading(try container.decode(String.self, forKey: key))
        case .paragraph: self = .paragraph(try container.decode(String.self, forKey: key))
        case .callout: self = .callout(try container.decode(ReportCallout.self, forKey: key))
        case .list: self = .list(try container.decode([String].self, forKey: key))
        case .facts: self = .facts(try container.decode(ReportFacts.self, forKey: key))
        case .table: self = .table(try container.decode(ReportTable.self, forKey: key))
        case .chart: self = .chart(try container.decode(ReportChart.self, forKey: key))
        case .verbatim: self = .verbatim(try container.decode(ReportVerbatim.self, forKey: key))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .heading(let value): try container.encode(value, forKey: .heading)
        case .paragraph(let value): try container.encode(value, forKey: .paragraph)
        case .callout(let value): try container.encode(value, forKey: .callout)
        case .list(let value): try container.encode(value, forKey: .list)
        case .facts(let value): try container.encode(value, forKey: .facts)
        case .table(let value): try container.encode(value, forKey: .table)
        case .chart(let value): try container.encode(value, forKey: .chart)
        case .verbatim(let value): try container.encode(value, forKey: .verbatim)
        }
    }
}

/// A statement that must not be read over.
package struct ReportCallout: Hashable, Sendable, Codable {
    package enum Weight: String, Sendable, Codable {
        /// The answer to the question the report was asked.
        case verdict
        /// Something that speaks against reading a figure the easy way.
        case warning
    }

    package var weight: Weight
    package var title: String
    package var text: String

    package init(weight: Weight, title: String, text: String) {
        self.weight = weight
        self.title = title
        self.text = text
    }
}

/// A named value.
package struct ReportFact: Hashable, Sendable, Codable {
    package var label: String
    package var value: ReportCell

    package init(_ label: String, _ value: ReportCell) {
        self.label = label
        self.value = value
    }

    package init(_ label: String, _ text: String) {
        self.init(label, ReportCell(text))
    }
}

/// Named values under one figure id.
package struct ReportFacts: Hashable, Sendable, Codable {
    /// As `F2.1`.
    package var id: String
    package var title: String
    package var rows: [ReportFact]
    /// What of the run record the figure was made from.
    package var origin: String

    package init(id: String, title: String, rows: [ReportFact], origin: String) {
        self.id = id
        self.title = title
        self.rows = rows
        self.origin = origin
    }
}

/// Text that keeps its lines and spaces.
package struct ReportVerbatim: Hashable, Sendable, Codable {
    package var title: String
    package var text: String

    package init(title: String, text: String) {
        self.title = title
        self.text = text
    }
}
