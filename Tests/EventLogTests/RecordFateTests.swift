// Aim: each record counts once, however many events it has, also where it is tried again.

import EventLog
import Events
import Testing

@Suite struct RecordFateTests {
    /// Facts of records: the number says of which.
    private func batch(
        _ facts: [(record: Int, fact: Fact)], through last: Int, as columns: Bool
    ) -> AppendBatch {
        var maker = BatchMaker()
        var batch = maker.batch(facts.map(\.fact))
        for (index, item) in facts.enumerated() {
            batch.events[index].record = item.record
            batch.events[index].line = item.record + 1
            batch.events[index].byteOffset = item.record * 100
        }
        batch.recordsReadThrough = last
        guard columns else { return batch }
        var rows = EventColumns()
        for pending in batch.events {
            rows.append(pending.event, recordedAt: batch.recordedAt)
        }
        batch.columns = PendingColumns(
            columns: rows, records: facts.map(\.record),
            places: facts.map { RecordPlace(line: $0.record + 1, byteOffset: $0.record * 100) })
        batch.events = []
        return batch
    }

    private func fact(_ key: String, _ second: Int64 = 0) -> Fact {
        Fact(key: key, customer: "ann", second: second)
    }

    @Test(arguments: [false, true])
    func aRecordWithSeveralEventsCountsOnce(columns: Bool) throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append([fact("old"), fact("taken", 1)], of: source("c"))
        let session = try log.beginAppend(source("a"))
        let result = try session.append(
            batch(
                [
                    (1, fact("1a")), (1, fact("1b")),  // both new
                    (2, fact("old")), (2, fact("2b")),  // one known, one new
                    (3, fact("old")), (3, fact("1a")),  // both known
                    (4, fact("4a")), (4, fact("taken", 2)), (4, fact("taken", 3)),  // a conflict
                ], through: 4, as: columns))
        #expect(
            result.progress.counts
                == RecordCounts(read: 4, accepted: 2, duplicates: 1, rejected: 1))
        #expect(result.accepted == 4 && result.conflicts == 1)
        #expect(result.progress.eventCount == 4)
        #expect(try log.facts().map(\.key) == ["old", "taken", "1a", "1b", "2b", "4a"])
        let reject = try #require(try log.rejects().first)
        #expect(reject.record == 4 && reject.line == 5 && reject.byteOffset == 400)
        #expect(reject.event?.at == Instant(microseconds: 2_000_000))
        #expect(try log.verifyChain().isSound)
    }

    @Test func recordsTriedAgainMoveFromOneAccountToAnother() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var maker = BatchMaker()
        var first = maker.batch([fact("1")])
        for _ in 0..<4 { first.rejects.append(maker.reject()) }
        first.recordsReadThrough = maker.record
        first.isFileComplete = true
        let session = try log.beginAppend(source("a"))
        #expect(try session.append(first).progress.counts.rejected == 4)

        var again = batch([(2, fact("2")), (4, fact("1"))], through: 5, as: true)
        again.retried = [2, 3, 4, 5]
        again.leftOut = 1
        var other = maker.reject("still-bad")
        other.record = 5
        again.rejects = [other]
        let result = try session.append(again)
        #expect(
            result.progress.counts
                == RecordCounts(
                    read: 5, accepted: 2, duplicates: 1, leftOut: 1, rejected: 1))
        #expect(result.progress.isComplete)
        #expect(try log.rejects().map(\.record) == [5])
        #expect(try log.rejects().map(\.finding.code) == ["still-bad"])
        #expect(try log.verifyChain().isSound)

        // Whoever tries what is no reject any more has looked at an older state.
        var late = batch([(2, fact("2", 9))], through: 5, as: true)
        late.retried = [2]
        #expect(throws: EventLogError.notRejected(file: "january.txt", record: 2)) {
            _ = try session.append(late)
        }
        #expect(try log.rejects().map(\.record) == [5])
        #expect(try log.facts().map(\.key) == ["1", "2"])
        // And the session goes on.
        var more = batch([(6, fact("6"))], through: 6, as: true)
        more.isFileComplete = true
        #expect(try session.append(more).progress.counts.read == 6)
    }
}
