// An answer as one JSON object: facts under their keys, tables as lists of objects, notes under
// `notes`.

extension Answer: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TextKey.self)
        var notes: [String] = []
        for item in items {
            switch item {
            case .fact(let key, _, let value): try container.encode(value, forKey: TextKey(key))
            case .table(let key, let table):
                let rows = table.rows.map { AnswerRow(columns: table.columns, cells: $0) }
                try container.encode(rows, forKey: TextKey(key))
            case .note(let text): notes.append(text)
            }
        }
        try container.encode(notes, forKey: TextKey("notes"))
    }
}

private struct AnswerRow: Encodable {
    let columns: [Table.Column]
    let cells: [Cell]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TextKey.self)
        for (column, cell) in zip(columns, cells) {
            try container.encode(cell, forKey: TextKey(column.key))
        }
    }
}

/// A key that is known only as text.
struct TextKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ key: String) { stringValue = key }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}

extension Cell: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .integer(let value), .ordinal(let value): try container.encode(value)
        case .number(let value, _): try container.encode(value)
        case .share(let value): try container.encode(value)
        case .money(let thousandths): try container.encode(Double(thousandths) / 100_000)
        case .flag(let value): try container.encode(value)
        case .none: try container.encodeNil()
        }
    }
}
