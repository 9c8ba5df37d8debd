// An ingest as facts and tables: what was read, what became of it, what must be known.

import EventLog
import Events

extension IngestReport {
    /// The report for people and programs. Nothing in it is a field's value.
    package var answer: Answer {
        var answer = Answer()
        let counts = counts
        answer.fact("mapping", "mapping", .text(mapping))
        answer.fact("read", "records read", .integer(counts.read))
        answer.fact("accepted", "  accepted", .integer(counts.accepted))
        answer.fact("duplicates", "  duplicates", .integer(counts.duplicates))
        answer.fact("left_out", "  left out", .integer(counts.leftOut))
        answer.fact("rejected", "  rejected", .integer(counts.rejected))
        answer.fact("balanced", "  nothing lost", .flag(counts.isBalanced))
        answer.fact("appended", "events appended", .integer(eventsAfter - eventsBefore))
        answer.fact("events", "events in the log", .integer(eventsAfter))
        answer.table("files", fileTable)
        let warnings = warningRows
        if !warnings.isEmpty {
            answer.table(
                "warnings",
                Table(
                    title: "Warnings (the record was accepted)",
                    columns: [.init("code", "code"), .init("count", "records")], rows: warnings))
        }
        let rejects = files.flatMap(\.rejects)
        if !rejects.isEmpty { answer.table("rejects", rejectTable(rejects)) }
        for note in notes { answer.note(note) }
        if !acknowledgement.isEmpty { answer.note(acknowledgement) }
        let known = files.filter(\.wasComplete)
        if !known.isEmpty {
            answer.note(
                "\(known.count) of \(files.count) files are in the log already, to the last "
                    + "record: nothing of them was read again")
        }
        if eventsAfter == eventsBefore { answer.note("nothing was appended") }
        return answer
    }

    private var fileTable: Table {
        Table(
            title: "Files",
            columns: [
                .init("file", "file"), .init("read", "read"), .init("accepted", "accepted"),
                .init("duplicates", "duplicates"), .init("left_out", "left out"),
                .init("rejected", "rejected"), .init("state", "state"),
            ],
            rows: files.map { file in
                [
                    .text(file.file), .integer(file.counts.read), .integer(file.counts.accepted),
                    .integer(file.counts.duplicates), .integer(file.counts.leftOut),
                    .integer(file.counts.rejected),
                    .text(
                        file.wasComplete
                            ? "in the log already"
                            : file.resumedAfter > 0
                                ? "resumed after record \(file.resumedAfter)" : "read"),
                ]
            })
    }

    private var warningRows: [[Cell]] {
        var all = FindingTally()
        for file in files { all.merge(file.warnings) }
        return all.codes.map { [.text($0), .integer(all.counts[$0] ?? 0)] }
    }

    private func rejectTable(_ rejects: [RejectedRecord]) -> Table {
        Table(
            title: "Rejected records",
            columns: [
                .init("file", "file"), .init("line", "line"), .init("column", "column"),
                .init("found", "found"), .init("expected", "expected"), .init("code", "code"),
            ],
            rows: rejects.prefix(20).map { reject in
                let finding = reject.finding
                return [
                    .text(reject.fileName), reject.line.map { .ordinal($0) } ?? .none,
                    finding.column.map { .ordinal($0) } ?? .none,
                    finding.foundIsPublic ? finding.found.map { .text($0) } ?? .none : .none,
                    finding.expected.map { .text($0) } ?? .none, .text(finding.code),
                ]
            })
    }
}
