// The views as one SQLite file, for programs that draw.

import Events
import Projections
import SQLite

/// What a file of views came to.
package struct SQLiteReport: Sendable {
    package var tables: [(name: String, rows: Int)] = []

    package var answer: Answer {
        var answer = Answer()
        answer.table(
            "tables",
            Table(
                title: "Tables", columns: [.init("name", "table"), .init("rows", "rows")],
                rows: tables.map { [.text($0.name), .integer($0.rows)] }))
        return answer
    }
}

extension Store {
    /// Writes every view as tables of one SQLite file, which is replaced as a whole.
    /// - Parameter hasDetails: whether every journey and every interaction is in it too.
    /// - Throws: ``WorkbenchError/unwritable(path:reason:)``.
    package func exportSQLite(
        toFile path: String, request: ViewRequest, hasDetails: Bool,
        progress: ProgressReport? = nil
    ) throws -> SQLiteReport {
        let quarter = try rebuild(progress: progress)
        let basis = try viewBasis(quarter, window: request.window)
        let hasCosts = try costRulesIfKept() != nil
        let hasPolicy = try policyIfKept() != nil
        var tables: [SQLiteTable] = []
        for name in ViewName.allCases
        where (name != .ledger || hasCosts) && (name != .guardrails || hasPolicy) {
            var own = request
            own.name = name
            own.limit = .max
            tables += Store.tables(try view(own, of: quarter, basis: basis), of: name)
        }
        if hasDetails {
            let charges = try chargesIfPriced(quarter)
            tables.append(Store.journeyTable(quarter, charges))
            tables.append(Store.interactionTable(quarter, charges))
        }
        try Store.publish(tables, path)
        return SQLiteReport(tables: tables.map { ($0.name, $0.rows.count) })
    }

    /// The tables of a view, and its facts and notes as one more.
    private static func tables(_ answer: Answer, of view: ViewName) -> [SQLiteTable] {
        var tables: [SQLiteTable] = []
        var facts: [[SQLiteValue]] = []
        for item in answer.items {
            switch item {
            case .fact(let key, let title, let value):
                let number: SQLiteValue =
                    switch value.sqlite {
                    case .integer(let whole): .real(Double(whole))
                    case .real(let real): .real(real)
                    case .text, .null: .null
                    }
                let text: SQLiteValue =
                    if case .text(let text) = value { .text(text) } else { .null }
                facts.append([.text(key), .text(title), number, text])
            case .table(let key, let table):
                let name = key == view.rawValue ? key : "\(view.rawValue)_\(key)"
                tables.append(SQLiteTable(name, table))
            case .note(let text): facts.append([.text("note"), .null, .null, .text(text)])
            }
        }
        let columns = [
            SQLiteColumn("key", .text), SQLiteColumn("title", .text),
            SQLiteColumn("number", .real), SQLiteColumn("text", .text),
        ]
        return tables + [
            SQLiteTable(name: "\(view.rawValue)_facts", columns: columns, rows: facts)
        ]
    }

    private static func journeyTable(_ quarter: Quarter, _ charges: Charges?) -> SQLiteTable {
        let book = quarter.book
        var costs = [Int64](repeating: 0, count: book.journeys.count)
        for index in book.journeyOf.indices {
            costs[Int(book.journeyOf[index])] += charges?.total(index).thousandths ?? 0
        }
        let table = Table(
            title: "journeys",
            columns: [
                .init("journey", ""), .init("customer", ""), .init("family", ""),
                .init("first_at", ""), .init("last_at", ""), .init("interactions", ""),
                .init("state", ""), .init("cost", ""),
            ],
            rows: book.journeys.enumerated().map { number, journey in
                let first = quarter.table.contacts[Int(journey.first)]
                return [
                    .text(quarter.journeyID(journey)),
                    .text(quarter.customerName(journey.customer)),
                    .text(book.rules.familyNames[Int(journey.family)]),
                    .text(quarter.localTime(first)),
                    .text(quarter.localTime(quarter.table.contacts[Int(journey.last)])),
                    .integer(Int(journey.contactCount)), .text(journey.state.name),
                    charges == nil ? .none : .money(costs[number]),
                ]
            })
        return SQLiteTable("journeys", table)
    }

    private static func interactionTable(_ quarter: Quarter, _ charges: Charges?) -> SQLiteTable {
        let names = quarter.table.dictionary
        let columns = [
            "position", "at", "journey", "customer", "kind", "channel", "intent", "segment", "team",
            "actor", "outcome", "automation_seconds", "wait_seconds", "talk_seconds",
            "hold_seconds", "wrap_up_seconds", "role", "failure", "linked_to", "probability",
            "cost",
        ]
        func seconds(_ microseconds: Int64) -> Cell {
            microseconds < 0 ? .none : .number(Double(microseconds) / 1e6, decimals: 3)
        }
        let book = quarter.book
        let table = Table(
            title: "interactions", columns: columns.map { .init($0, "") },
            rows: quarter.table.contacts.enumerated().map { index, contact in
                let earlier = Int(book.predecessor[index])
                let failure = Int(book.failure[index])
                return [
                    .integer(Int(contact.position.rawValue)), .text(quarter.localTime(contact)),
                    .text(quarter.journeyID(book.journeys[Int(book.journeyOf[index])])),
                    .text(quarter.customerName(contact.customer)), .text("\(contact.kind)"),
                    .text(names.string(contact.channel)), .text(names.string(contact.intent)),
                    .text(names.string(contact.segment)), .text(names.string(contact.team)),
                    .text(contact.actor.name), .text(contact.outcome.name),
                    seconds(contact.automation), seconds(contact.wait), seconds(contact.talk),
                    seconds(contact.hold), seconds(contact.wrapUp), .text(book.role[index].name),
                    failure == 0 ? .none : .text(book.rules.rules.failures[failure - 1].title),
                    earlier < 0
                        ? .none
                        : .integer(Int(quarter.table.contacts[earlier].position.rawValue)),
                    earlier < 0
                        ? .none : .number(Double(book.probability[index]) / 1e6, decimals: 3),
                    charges.map { .money($0.total(index).thousandths) } ?? .none,
                ]
            })
        return SQLiteTable("interactions", table)
    }

    /// Beside its place first, and there when it is whole.
    private static func publish(_ tables: [SQLiteTable], _ path: String) throws {
        func failure(_ reason: String) -> WorkbenchError {
            .unwritable(path: path, reason: reason)
        }
        // What a former database left there would be read instead of this one.
        func refuseLeftovers() throws {
            if let name = SQLiteFile.leftovers(beside: path).first {
                throw failure("\(name) of another database is beside it; remove it first")
            }
        }
        try refuseLeftovers()
        let replacement = NameReplacement(path: path)
        do {
            try SQLiteFile.write(tables, to: replacement.temporary)
        } catch {
            throw failure("\(error)")
        }
        try refuseLeftovers()
        try replacement.publish()
    }
}

extension SQLiteTable {
    /// A column's kind is what its cells are: whole numbers where all are, else numbers, else text.
    fileprivate init(_ name: String, _ table: Table) {
        let kinds = table.columns.indices.map { column -> SQLiteColumn.Kind in
            var kind: SQLiteColumn.Kind?
            for row in table.rows {
                switch row[column].sqlite {
                case .null: continue
                case .text: return .text
                case .real: kind = .real
                case .integer: if kind == nil { kind = .integer }
                }
            }
            return kind ?? .text
        }
        self.init(
            name: name,
            columns: zip(table.columns, kinds).map { SQLiteColumn($0.key, $1) },
            rows: table.rows.map { row in
                zip(row, kinds).map { $0.sqlite.as($1) }
            })
    }
}

extension SQLiteValue {
    fileprivate func `as`(_ kind: SQLiteColumn.Kind) -> SQLiteValue {
        switch (self, kind) {
        case (.integer(let value), .real): .real(Double(value))
        case (.integer(let value), .text): .text("\(value)")
        case (.real(let value), .text): .text("\(value)")
        default: self
        }
    }
}

extension Cell {
    /// Shares as fractions, money in major units.
    fileprivate var sqlite: SQLiteValue {
        switch self {
        case .text(let text): .text(text)
        case .integer(let value), .ordinal(let value): .integer(Int64(value))
        case .number(let value, _), .share(let value): .real(value)
        case .money(let thousandths): .real(Double(thousandths) / 100_000)
        case .flag(let value): .integer(value ? 1 : 0)
        case .none: .null
        }
    }
}
