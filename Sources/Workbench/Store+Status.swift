// What the store holds, and the count that must always come out even.

import EventLog
import Events
import Keys
import Projections

extension Store {
    /// - Complexity: O(events), to count them by kind.
    package func status() throws -> Answer {
        var statistics = try log.statistics()
        statistics.sources.removeAll(where: \.source.isOwn)
        let kept = try settings()
        var answer = Answer()
        answer.fact("store", "store", .text(directory))
        answer.fact("events", "events", .integer(statistics.eventCount))
        answer.fact("from", "first event", moment(statistics.firstEvent))
        answer.fact("to", "last event", moment(statistics.lastEvent))
        answer.fact("customers", "customers", .integer(statistics.customerCount))
        let counts = statistics.sources.reduce(RecordCounts()) { $0 + $1.counts }
        answer.fact("read", "records read", .integer(counts.read))
        answer.fact("accepted", "  accepted", .integer(counts.accepted))
        answer.fact("duplicates", "  duplicates", .integer(counts.duplicates))
        answer.fact("left_out", "  left out", .integer(counts.leftOut))
        answer.fact("rejected", "  rejected", .integer(counts.rejected))
        answer.fact("balanced", "  nothing lost", .flag(counts.isBalanced))
        answer.fact("head", "head hash", .text(statistics.headHash))
        answer.fact("bytes", "bytes on disk", .integer(statistics.allocatedBytes))
        answer.fact(
            "bytes_per_event", "bytes per event",
            statistics.eventCount == 0
                ? .none
                : .number(
                    Double(statistics.allocatedBytes) / Double(statistics.eventCount), decimals: 1))
        let keyFacts = try keys.facts()
        addKeys(keyFacts, to: &answer)
        answer.fact("rules", "link rules", kept.rules.map { .text($0.name) } ?? .none)
        answer.fact("costs", "cost rules", kept.costs.map { .text($0.name) } ?? .none)
        answer.fact("policy", "policy", kept.policy.map { .text($0.name) } ?? .none)
        try addKept(to: &answer)
        answer.fact("free_pages", "free pages", .integer(statistics.freePageCount))
        answer.table("kinds", kindTable(statistics))
        answer.table("sources", sourceTable(statistics.sources))
        answer.table("tables", sizeTable(statistics))
        for source in statistics.sources where !source.isComplete {
            answer.note(
                "\(source.source.fileName) was not read to its end; the same ingest command goes on"
            )
        }
        if let keyFacts { Store.addNotes(on: keyFacts, to: &answer) }
        return answer
    }

    private func addKept(to answer: inout Answer) throws {
        let state = try keptState()
        answer.fact("journeys_kept", "journeys kept beside the log", .text(state.description))
        guard let derived = derivedStore(mayCreate: false), state != .missing else { return }
        answer.fact("journeys_bytes", "  bytes on disk", .integer(try derived.byteCount()))
    }

    private func addKeys(_ facts: StoreKeyFacts?, to answer: inout Answer) {
        let place = facts.map { $0.file.needsPassphrase ? "with a passphrase" : "in a file" }
        answer.fact("keys", "keys", .text(place ?? "missing"))
        func count(_ value: Int?) -> Cell { value.map { .integer($0) } ?? .none }
        answer.fact("person_keys", "  of persons", count(facts?.file.personCount))
        answer.fact("record_keys", "  of rejected records", count(facts?.file.recordCount))
        answer.fact("erased_persons", "  erased", count(facts?.file.destroyedPersonCount))
    }

    private static func addNotes(on facts: StoreKeyFacts, to answer: inout Answer) {
        if facts.file.damagedCount > 0 {
            answer.note(
                "\(facts.file.damagedCount) slots of the key file are damaged: torn by an "
                    + "interrupted write, which is harmless, or changed, and then a person's "
                    + "fields cannot be read; a good copy of the file heals it")
        }
        if facts.missingCount > 0 {
            answer.note(
                "the key file lacks \(facts.missingCount) keys that it had: it is an older copy, "
                    + "or was cut off; what was sealed with them cannot be read")
        }
        if facts.returnedCount > 0 {
            answer.note(
                "the key file holds \(facts.returnedCount) keys that were destroyed: it is an "
                    + "older copy; they are not used, and the next ingest or erasure destroys them")
        }
    }

    private func moment(_ moment: LocalInstant?) -> Cell {
        moment.map { .text($0.at.iso8601(offsetMinutes: $0.offsetMinutes)) } ?? .none
    }

    private func kindTable(_ statistics: LogStatistics) -> Table {
        Table(
            title: "Events by kind",
            columns: [.init("kind", "kind"), .init("family", "family"), .init("events", "events")],
            rows: statistics.eventsByKind.map {
                [.text($0.kind.name), .text($0.kind.family.rawValue), .integer($0.count)]
            })
    }

    private func sizeTable(_ statistics: LogStatistics) -> Table {
        Table(
            title: "Tables of the log",
            columns: [
                .init("table", "table"), .init("entries", "entries"), .init("pages", "pages"),
                .init("bytes", "bytes"),
            ],
            rows: statistics.tables.map {
                [
                    .text($0.name), .integer($0.entryCount), .integer($0.pageCount),
                    .integer($0.pageCount * statistics.pageSizeBytes),
                ]
            })
    }

    private func sourceTable(_ sources: [SourceProgress]) -> Table {
        Table(
            title: "Sources",
            columns: [
                .init("file", "file"), .init("mapping", "mapping"), .init("read", "read"),
                .init("accepted", "accepted"), .init("duplicates", "duplicates"),
                .init("left_out", "left out"), .init("rejected", "rejected"),
                .init("warnings", "warnings"), .init("complete", "complete"),
                .init("sha256", "sha256"),
            ],
            rows: sources.map { source in
                [
                    .text(source.source.fileName), .text(source.source.mappingName),
                    .integer(source.counts.read), .integer(source.counts.accepted),
                    .integer(source.counts.duplicates), .integer(source.counts.leftOut),
                    .integer(source.counts.rejected),
                    .integer(source.warnings.reduce(0) { $0 + $1.count }),
                    .flag(source.isComplete), .text(String(source.source.fileHash.prefix(12))),
                ]
            })
    }
}
