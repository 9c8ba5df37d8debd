// An answer on standard output: aligned text for people, one JSON object or CSV for programs.

import Workbench

struct AnswerWriter {
    let format: OutputFormat

    func write(_ answer: Answer) throws {
        switch format {
        case .text: Console.write(AnswerText.text(answer))
        case .json: try AnswerWriter.json(answer)
        case .csv: Console.write(AnswerText.csv(answer))
        }
    }

    static func json(_ value: some Encodable) throws {
        let bytes = try JSONCoding.encode(value, pretty: true)
        Console.line(String(decoding: bytes, as: UTF8.self))
    }
}

/// The text forms of an answer.
enum AnswerText {
    static func text(_ answer: Answer) -> String {
        var blocks: [String] = []
        var facts: [(String, String)] = []
        func closeFacts() {
            guard !facts.isEmpty else { return }
            let width = facts.map(\.0.count).max() ?? 0
            blocks.append(
                facts.map { padded($0.0, width) + "  " + $0.1 }.joined(separator: "\n"))
            facts = []
        }
        for item in answer.items {
            switch item {
            case .fact(_, let title, let value): facts.append((title, CellText.text(value)))
            case .table(_, let table):
                closeFacts()
                blocks.append(TableText.text(table))
            case .note(let note):
                closeFacts()
                blocks.append(wrapped("note: " + note))
            }
        }
        closeFacts()
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// Facts as one two-column table, then each table with its own header, empty lines between.
    static func csv(_ answer: Answer) -> String {
        var facts: [String] = []
        var tables: [String] = []
        for item in answer.items {
            switch item {
            case .fact(let key, _, let value): facts.append(quoted(key) + "," + plain(value))
            case .table(_, let table):
                let header = table.columns.map { quoted($0.key) }.joined(separator: ",")
                let rows = table.rows.map { $0.map(plain).joined(separator: ",") }
                tables.append(([header] + rows).joined(separator: "\n"))
            case .note: break
            }
        }
        let head = facts.isEmpty ? [] : [(["key,value"] + facts).joined(separator: "\n")]
        return (tables.isEmpty ? head : tables).joined(separator: "\n\n") + "\n"
    }

    private static func plain(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): quoted(text)
        case .integer(let value), .ordinal(let value): String(value)
        case .number(let value, _), .share(let value): "\(value)"
        case .money(let thousandths): "\(Double(thousandths) / 100_000)"
        case .flag(let value): value ? "true" : "false"
        case .none: ""
        }
    }

    /// Quoted as RFC 4180 wants it, where it needs to be.
    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else {
            return text
        }
        let doubled = text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"")
        return "\"" + doubled + "\""
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func wrapped(_ text: String, width: Int = 96) -> String {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append("      " + word)
            }
        }
        return lines.joined(separator: "\n")
    }
}
