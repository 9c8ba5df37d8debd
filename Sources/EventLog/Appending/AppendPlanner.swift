// What a batch becomes is worked out before its transaction: which events are new, their blocks,
// their part of the chain. So a commit only stores and waits for the disk, and the next batch is
// planned meanwhile, as if the one before had reached the log. A commit that finds another log than
// the plan counted on has it planned anew inside its transaction.

import Events
import LMDB
import Synchronization

/// A session's symbols, valid for one generation of the planner's names.
struct SessionSymbols {
    fileprivate var map = SymbolMap()
    fileprivate var generation = -1

    init() {}
}

/// A batch that was planned and may not be in the log yet.
struct PlannedBatch: Sendable {
    let number: Int
    /// The new events.
    let columns: EventColumns
    let hashes: [UInt64]
    /// What was known before it.
    let before: Before

    /// Where the events are about to be.
    var positions: Range<UInt64> {
        let first = before.end.position.next.rawValue
        return first..<(first + UInt64(columns.count))
    }

    struct Before: Sendable {
        let end: LogEnd
        /// How many pieces the tail had; all of them where they went into blocks since.
        let tailPieceCount: Int
        var sealedTail: [EventColumns]?
        let erased: Set<UInt32>
    }
}

/// The log as the next commit will find it if all that was planned reaches it.
struct AppendPlanner: Sendable {
    private let options: Log.Options
    /// Goes up when names that were given out turn out not to be the log's.
    private var generation = 0
    /// `nil` where the log has to be read.
    private var known: Known?
    /// In their order.
    private var planned: [PlannedBatch] = []
    private var lastNumber = 0

    fileprivate struct Known: Sendable {
        var names = Interner()
        var identities: IdentityIndex
        /// Where ``names`` end too, which hold the empty one besides.
        var end = LogEnd()
        /// The events behind the last block, in pieces.
        var tail: [EventColumns] = []
    }

    init(_ options: Log.Options) { self.options = options }

    /// Plans a batch behind everything planned so far.
    mutating func plan(
        behindAllOf log: Log, _ batch: AppendBatch, of source: SourceDescription,
        _ symbols: inout SessionSymbols
    ) throws -> AppendPlan {
        dropCommitted(log)
        if known == nil {
            try log.reading { try catchUp(log, try log.readHead($0), $0) }
        }
        return try plan(batch, of: source, &symbols, log)
    }

    /// Plans a batch behind the head that a transaction finds.
    mutating func planAnew(
        _ batch: AppendBatch, of source: SourceDescription, _ log: Log,
        _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> AppendPlan {
        undo(log)
        try catchUp(log, head, transaction)
        var symbols = SessionSymbols()
        return try plan(batch, of: source, &symbols, log)
    }

    private mutating func dropCommitted(_ log: Log) {
        let last = log.lastCommittedPlan.load(ordering: .acquiring)
        planned.removeAll { $0.number <= last }
    }

    /// Takes back all plans that are not in the log.
    mutating func undo(_ log: Log) {
        dropCommitted(log)
        guard let first = planned.first else { return }
        // Where names go, symbols that sessions have seen may be other names' from now on.
        if known?.end.nameCount != first.before.end.nameCount { generation += 1 }
        for batch in planned.reversed() { known?.undo(batch) }
        planned.removeAll()
    }

    /// Leaves it to the next plan to read the log.
    private mutating func forget() {
        known = nil
        planned.removeAll()
        generation += 1
    }

    private mutating func catchUp(
        _ log: Log, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws {
        var known =
            self.known
            ?? Known(
                identities: IdentityIndex(
                    expecting: Int(head.position.rawValue), mask: options.identityHashMask))
        // Out of here while it is changed, so that nothing is copied; and gone where that fails.
        self.known = nil
        try known.catchUp(log, head, transaction)
        self.known = known
    }

    private mutating func plan(
        _ batch: AppendBatch, of source: SourceDescription, _ symbols: inout SessionSymbols,
        _ log: Log
    ) throws -> AppendPlan {
        guard var known else { preconditionFailure("the log was not read") }
        guard
            known.end.position.rawValue + UInt64(batch.eventCount)
                <= IdentityTable.greatestPosition
        else { throw EventLogError.full(limit: IdentityTable.greatestPosition) }
        self.known = nil
        var map = symbols.generation == generation ? symbols.map : SymbolMap()
        symbols = SessionSymbols()
        do {
            lastNumber += 1
            let (plan, entry) = try known.plan(
                batch, of: source, &map, log, after: planned, number: lastNumber)
            self.known = known
            planned.append(entry)
            symbols.map = map
            symbols.generation = generation
            return plan
        } catch {
            forget()
            throw error
        }
    }
}

extension AppendPlanner.Known {
    /// Reads what the log has behind what is known.
    fileprivate mutating func catchUp(
        _ log: Log, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws {
        guard end != head.end else { return }
        try log.readNames(through: head.nameCount, into: &names, transaction)
        try identities.catchUp(log, to: head, names, transaction)
        let isSealed = head.sealedThrough > end.sealedThrough
        if isSealed { tail = [] }
        let start = isSealed ? head.sealedThrough : end.position
        let more = try log.tail(head, transaction).columns(after: start, through: head.position)
        if more.count > 0 { tail.append(more) }
        end = head.end
    }

    fileprivate mutating func undo(_ batch: PlannedBatch) {
        let before = batch.before
        names.truncate(to: before.end.nameCount + 1)
        identities.uncover(
            batch.hashes, from: before.end.position.next, erased: before.erased,
            nameCount: names.count)
        end = before.end
        if let sealed = before.sealedTail { tail = sealed }
        tail.removeLast(tail.count - before.tailPieceCount)
    }

    fileprivate mutating func plan(
        _ batch: AppendBatch, of source: SourceDescription, _ symbols: inout SymbolMap, _ log: Log,
        after planned: [PlannedBatch], number: Int
    ) throws -> (AppendPlan, PlannedBatch) {
        var before = PlannedBatch.Before(
            end: end, tailPieceCount: tail.count, erased: identities.erased)
        var incoming = try log.decodingBatch { () throws(EventFormatError) in
            try IncomingEvents(batch, &symbols, &names)
        }
        let segment = end.add(
            names: (end.nameCount + 1..<names.count).map { names.string(Symbol(UInt32($0))) })
        var hashes = identities.hashes(of: incoming.columns, names)
        let judge = IdentityJudge(
            log: log, head: end.position, planned: planned, columns: incoming.columns,
            erased: identities.erased)
        let judgement = try judge.judge(hashes, identities.lanes)
        let fates = RecordFates(judgement, of: incoming)
        let rejects =
            try batch.rejects + conflicts(of: judgement, in: incoming, of: source)
        if judgement.accepted.count < incoming.count {
            incoming.keep(judgement.accepted)
            hashes = judgement.accepted.map { hashes[$0] }
        }
        if log.isSealing(incoming.count, behind: end) { before.sealedTail = tail }
        let events = try log.planEvents(incoming.columns, behind: &end, &tail)
        if incoming.count > 0 {
            identities.cover(incoming.columns, from: before.end.position.next)
        }
        let plan = AppendPlan(
            number: number, batch: batch, base: before.end, end: end, names: segment,
            events: events, fates: fates, rejects: rejects)
        return (
            plan,
            PlannedBatch(
                number: number, columns: incoming.columns, hashes: hashes, before: before)
        )
    }

    /// The records that conflict with what the log has, each with the first of its events that do.
    private func conflicts(
        of judgement: Judgement, in incoming: IncomingEvents, of source: SourceDescription
    ) throws -> [RejectedRecord] {
        var rejects: [RejectedRecord] = []
        for (row, other) in judgement.conflicts
        where rejects.last?.record != incoming.record(row) {
            rejects.append(
                RejectedRecord.conflict(
                    try incoming.pending(row), in: source,
                    with: judgement.place(other, behind: end.position, incoming)))
        }
        return rejects
    }
}
