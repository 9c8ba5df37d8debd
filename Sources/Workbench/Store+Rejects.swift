// Rejected records as people look at them: what is wrong with each, and one of them whole.

import EventLog
import Events

extension Store {
    /// What was refused and why, in the order of files and records.
    package func rejects(limit: Int, showValues: Bool) throws -> Answer {
        var rejects: [RejectedRecord] = []
        var kinds = RejectKinds()
        try log.forEachReject { reject in
            if rejects.count < limit { rejects.append(reject) }
            kinds.add(reject)
            return true
        }
        var answer = Answer()
        answer.fact("rejected", "rejected records", .integer(kinds.total))
        answer.fact("shown", "shown below", .integer(rejects.count))
        answer.table("kinds", kinds.table)
        answer.table("rejects", RejectedRecord.table(rejects))
        if showValues { answer.table("records", try records(rejects)) }
        return answer
    }

    /// One rejected record with its place, its finding, and its bytes where they are asked for.
    /// - Throws: ``WorkbenchError/noReject(file:record:)``.
    package func reject(file: String, record: Int, showValues: Bool) throws -> Answer {
        let found = try log.rejects().filter { $0.fileName == file && $0.record == record }
        guard !found.isEmpty else {
            throw WorkbenchError.noReject(file: file, record: record)
        }
        var answer = Answer()
        for reject in found {
            func text(_ value: String?) -> Cell { value.map { .text($0) } ?? .none }
            func number(_ value: Int?) -> Cell { value.map { .ordinal($0) } ?? .none }
            let finding = reject.finding
            answer.fact("file", "file", .text(reject.fileName))
            answer.fact("record", "record", .ordinal(reject.record))
            answer.fact("line", "line", number(reject.line))
            answer.fact("column", "column", number(finding.column))
            answer.fact("byte_offset", "byte offset", number(reject.byteOffset))
            answer.fact("code", "code", .text(finding.code))
            answer.fact("field", "field", text(finding.field))
            answer.fact("found", "found", text(finding.foundIsPublic ? finding.found : nil))
            answer.fact("expected", "expected", text(finding.expected))
            answer.fact("hint", "hint", text(finding.hint))
        }
        if showValues {
            answer.table("records", try records(found))
        } else {
            answer.note("its bytes may hold personal data: --show-values prints them")
        }
        return answer
    }

    private func records(_ rejects: [RejectedRecord]) throws -> Table {
        Table(
            title: "The records as they were read (personal data)",
            columns: [
                .init("file", "file"), .init("line", "line"), .init("record", "record"),
            ],
            rows: try rejects.filter {
                $0.finding.code != RejectedRecord.conflictCode
            }.map { reject in
                let text = try keys.recordText(reject.sealedBytes)
                return [
                    .text(reject.fileName), reject.line.map { .ordinal($0) } ?? .none,
                    .text(text.description),
                ]
            })
    }
}

/// Rejected records by what is wrong with them: what a mapping has to be mended for.
private struct RejectKinds {
    private struct Kind: Hashable {
        var code: String
        var field: String
    }

    private var counts: [Kind: (count: Int, first: RejectedRecord)] = [:]
    private(set) var total = 0

    mutating func add(_ reject: RejectedRecord) {
        total += 1
        let kind = Kind(code: reject.finding.code, field: reject.finding.field ?? "")
        counts[kind, default: (0, reject)].count += 1
    }

    var table: Table {
        let kinds = counts.sorted {
            (-$0.value.count, $0.key.code, $0.key.field)
                < (-$1.value.count, $1.key.code, $1.key.field)
        }
        return Table(
            title: "By what is wrong",
            columns: [
                .init("code", "code"), .init("field", "field"), .init("records", "records"),
                .init("first_file", "first in"), .init("first_record", "record"),
                .init("expected", "expected"),
            ],
            rows: kinds.map { kind, seen in
                [
                    .text(kind.code), kind.field.isEmpty ? .none : .text(kind.field),
                    .integer(seen.count), .text(seen.first.fileName),
                    .ordinal(seen.first.record),
                    seen.first.finding.expected.map { .text($0) } ?? .none,
                ]
            })
    }
}

extension RejectedRecord {
    /// Rejected records as a table: place, code, what was found and what was expected.
    static func table(_ rejects: [RejectedRecord]) -> Table {
        Table(
            title: "Rejected records",
            columns: [
                .init("file", "file"), .init("line", "line"), .init("column", "column"),
                .init("record", "record"), .init("code", "code"), .init("field", "field"),
                .init("found", "found"), .init("expected", "expected"), .init("hint", "hint"),
            ],
            rows: rejects.map(\.row))
    }

    private var row: [Cell] {
        let found = finding.foundIsPublic ? finding.found : nil
        func text(_ value: String?) -> Cell { value.map { .text($0) } ?? .none }
        func number(_ value: Int?) -> Cell { value.map { .ordinal($0) } ?? .none }
        return [
            .text(fileName), number(line), number(finding.column), .ordinal(record),
            .text(finding.code), text(finding.field), text(found), text(finding.expected),
            text(finding.hint),
        ]
    }
}
