// A person's data destroyed: the key first, the fact in the log last.
//
// The order is so that the log never says what has not happened. What is to be done is noted
// first; then keys are destroyed; then the fact is appended, and the note closed. A command that
// was stopped anywhere is finished by running it again: each step does nothing where it was done.

import EventLog
package import Events
import Ingestion
import Keys

/// Who is to be erased, and why.
package struct ErasureRequest: Hashable, Sendable {
    private static let reasonLimit = 1_000

    /// The id as the source writes it, or the pseudonym as the log shows it.
    package let customer: String
    package let reason: String
    package let at: Instant

    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``: the reason stays readable
    ///   in the log, so it must not name the person.
    package init(customer: String, reason: String, at: Instant) throws {
        guard !customer.isEmpty else {
            throw WorkbenchError.wrongValue(name: "--customer", expected: "an id", found: "none")
        }
        let length = reason.utf8.count
        guard (1...ErasureRequest.reasonLimit).contains(length) else {
            throw WorkbenchError.wrongValue(
                name: "--reason", expected: "1 to \(ErasureRequest.reasonLimit) bytes of text",
                found: "\(length) bytes")
        }
        let words = Array(reason.lowercased().utf8)
        let id = Array(customer.lowercased().utf8)
        guard !RecordTokens.contain(id, in: words) else {
            throw WorkbenchError.wrongValue(
                name: "--reason",
                expected: "a text without the customer's id, since it stays "
                    + "readable in the log", found: "the id in it")
        }
        self.customer = customer
        self.reason = reason
        self.at = at
    }
}

/// What an erasure came to.
package struct ErasureReport: Hashable, Sendable {
    /// Names of the person in the log; none where only rejected records named them.
    package var customers: [String]
    package var keysDestroyed: Int
    package var recordsSearched: Int
    package var recordsDestroyed: Int
    /// Nothing was left to do: it had been done before.
    package var wasDone: Bool
    /// An erasure that was stopped was finished; its moment and reason stand.
    package var wasResumed: Bool
    package var at: Instant
    /// The id as the source writes it stands readable in the log.
    package var isIDReadable: Bool
    /// The pseudonym was given: rejected records hold the source's id and could not be searched.
    package var isPseudonym: Bool
}

extension Store {
    /// Destroys a person's key and the keys of rejected records that name the person, and appends
    /// the fact.
    /// - Throws: ``WorkbenchError/unknownCustomer(_:)``, ``WorkbenchError/noKeys(path:)``,
    ///   ``KeysError``, ``EventLogError``.
    package func erase(
        _ request: ErasureRequest, progress: ProgressReport? = nil
    ) throws -> ErasureReport {
        let names = try keys.using { keys in
            [request.customer, keys.pseudonym(kind: "customer", value: request.customer)]
        }
        let inLog = try names.filter(isCustomer)
        let tags = try keys.using { keys in try names.map { try keys.personTag($0) } }
        let records = try recordsNaming(request.customer, progress: progress)
        let known = try keys.using { keys in
            try tags.filter { try keys.file.find($0) != .none }
        }
        let first = inLog.first == names[0] ? tags[0] : tags[1]
        let noted = try Erasure.kept(first, in: log)
        guard !inLog.isEmpty || !known.isEmpty || !records.found.isEmpty || noted != nil else {
            throw WorkbenchError.unknownCustomer(request.customer)
        }
        var report = ErasureReport(
            customers: inLog, keysDestroyed: 0, recordsSearched: records.searched,
            recordsDestroyed: 0, wasDone: false, wasResumed: false, at: request.at,
            isIDReadable: false, isPseudonym: false)
        report.isPseudonym = inLog.first == names[0] && request.customer.hasPrefix("p-")
        report.isIDReadable = inLog.first == names[0] && !report.isPseudonym
        let isLeft =
            try !records.found.isEmpty
            || keys.using { keys in
                keys.file.undestroyedCount(persons: Set(tags), records: []) > 0
            }
        if let noted, noted.isDone, !isLeft {
            report.wasDone = true
            report.at = Instant(microseconds: noted.at)
            return report
        }
        var erasure = Erasure(
            persons: tags.map(\.hexadecimal), records: [], at: request.at.microseconds,
            reason: request.reason, turn: (noted?.turn ?? 0) + 1, isDone: false)
        if let noted, !noted.isDone {
            erasure = noted
            report.wasResumed = true
            report.at = Instant(microseconds: noted.at)
        }
        let all = Set(erasure.records + (noted?.records ?? [])).union(
            records.found.map(\.hexadecimal))
        erasure.records = all.sorted()
        try erasure.keep(first, in: log)
        try keys.using { keys in
            report.keysDestroyed = try keys.file.destroy(persons: Set(tags), records: [])
            report.recordsDestroyed = try keys.file.destroy(persons: [], records: records.found)
        }
        try append(erasure, customers: inLog, tag: first)
        erasure.isDone = true
        try erasure.keep(first, in: log)
        return report
    }

    private func isCustomer(_ name: String) throws -> Bool {
        guard let symbol = try log.dictionary().symbol(of: name), !symbol.isNone else {
            return false
        }
        var isOne = false
        try log.forEachEvent(of: CustomerID(symbol)) { _ in
            isOne = true
            return false
        }
        return isOne
    }

    /// The keys of rejected records in which the id stands as a whole.
    private func recordsNaming(
        _ id: String, progress: ProgressReport?
    ) throws -> (searched: Int, found: Set<KeyTag>) {
        // A record may have been rejected because it is in an older encoding.
        let scalars = id.unicodeScalars
        let latin = scalars.allSatisfy { $0.value < 256 } ? scalars.map { UInt8($0.value) } : []
        let rejects = try log.rejects()
        var found: Set<KeyTag> = []
        var searched = 0
        for (index, reject) in rejects.enumerated() {
            guard let record = SealedRecord(reject.sealedBytes) else { continue }
            guard let kept = try keys.using({ try $0.kept(record) }) else { continue }
            searched += 1
            let isNamed = RecordTokens.readings(of: kept.bytes).contains { bytes in
                RecordTokens.contain(Array(id.utf8), in: bytes)
                    || RecordTokens.contain(latin, in: bytes)
            }
            if isNamed { found.insert(record.tag) }
            if index % 4_096 == 0 {
                progress?(
                    Progress(
                        activity: "searching rejected records", done: index,
                        total: rejects.count, unit: "records"))
            }
        }
        return (searched, found)
    }

    /// Appends the fact, for each name that the log knows the person by. The note's moment and
    /// reason make it the same event each time, so that a repetition is a duplicate.
    private func append(_ erasure: Erasure, customers: [String], tag: KeyTag) throws {
        var interner = Interner()
        let source = SourceID(interner.intern(SourceDescription.own.sourceName))
        let session = try log.beginAppend(.own)
        let record = session.progress.recordsReadThrough
        let at = Instant(microseconds: erasure.at)
        var pending: [PendingEvent] = []
        for (index, customer) in (customers.isEmpty ? [""] : customers).enumerated() {
            var event = Event(
                kind: .personErased, source: source,
                key: "erasure/\(tag.hexadecimal)/\(erasure.turn)/\(index + 1)", at: at,
                offsetMinutes: 0)
            event.customer = CustomerID(interner.intern(customer))
            event.attributes = [
                Attribute(name: interner.intern("reason"), value: .text(erasure.reason))
            ]
            pending.append(PendingEvent(event: event, record: record + index + 1))
        }
        _ = try session.append(
            AppendBatch(
                events: pending, interner: interner, recordedAt: at,
                recordsReadThrough: record + pending.count, isFileComplete: true))
        try log.settle()
    }
}

extension ErasureReport {
    package var answer: Answer {
        var answer = Answer()
        answer.fact(
            "customer", "customer in the log", customers.first.map { .text($0) } ?? .none)
        answer.fact("keys_destroyed", "keys of the person destroyed", .integer(keysDestroyed))
        answer.fact("searched", "rejected records searched", .integer(recordsSearched))
        answer.fact(
            "records_destroyed", "  of these naming the person, destroyed",
            .integer(recordsDestroyed))
        answer.fact("at", "erased at", .text(at.iso8601(offsetMinutes: 0)))
        answer.fact("already", "had been erased before", .flag(wasDone))
        if wasResumed {
            answer.note(
                "an erasure that had been stopped was finished; its moment and reason stand")
        }
        if isIDReadable {
            answer.note(
                "the customer's id itself stays readable in the log: the mapping does not mark it "
                    + "personal")
        }
        if isPseudonym {
            answer.note(
                "rejected records hold the source's id, not the pseudonym: run it again with the "
                    + "id to have them searched")
        }
        answer.note(
            "older copies of the key file still open what was sealed: destroy them too; see "
                + "docs/privacy.md")
        return answer
    }
}
