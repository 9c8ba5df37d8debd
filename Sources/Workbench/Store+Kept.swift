// Journeys that were made once are kept beside the log, and read back as long as the log, the link
// rules and this program's way of making them are the same; what came after is put to them.

import Digests
import EventLog
import Events
import Projections

/// The one projection that is kept.
enum KeptProjection {
    static let journeys = "journeys"

    /// What the journeys depend on beside the log.
    static func inputs(_ rules: String) -> Digest { SHA256.digest(of: rules) }
}

/// How far what is kept is behind the log.
package enum KeptState: Hashable, Sendable {
    /// Nothing was kept yet, or nothing can be.
    case missing
    case current
    /// Made of this many events fewer.
    case behind(Int)
    /// Not to be used; why, in words.
    case outdated(String)
}

extension KeptState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "none yet; the next view makes them"
        case .current: "up to the last event"
        case .behind(let count): "\(count) events behind; the next view brings them up"
        case .outdated(let reason): "to be made anew: \(reason)"
        }
    }
}

extension Store {
    /// What is kept of the journeys now.
    package func keptState() throws -> KeptState {
        guard let rules = try keptRulesText(), let derived = derivedStore(mayCreate: false) else {
            return .missing
        }
        let found: Checkpoint?
        do {
            found = try derived.checkpoint(of: KeptProjection.journeys)
        } catch let error where Store.isDamageOfKept(error) {
            return .outdated("\(error)")
        }
        guard let checkpoint = found else { return .missing }
        if let reason = try reasonToMakeAnew(checkpoint, rules) { return .outdated(reason) }
        let behind = Int(try log.head().rawValue - checkpoint.mark.position.rawValue)
        return behind == 0 ? .current : .behind(behind)
    }

    /// Why what is kept cannot be used or gone on from; `nil` where it can.
    private func reasonToMakeAnew(_ checkpoint: Checkpoint, _ rules: String) throws -> String? {
        if checkpoint.version != KeptJourneys.version {
            return "they are of another version of this program"
        }
        if checkpoint.inputs != KeptProjection.inputs(rules) { return "the link rules changed" }
        return try log.isUnchanged(through: checkpoint.mark)
            ? nil : "they were made of another log"
    }

    /// The kept quarter, brought up to the log's end; `nil` where there is none that can be used.
    func keptQuarter(progress: ProgressReport?) throws -> Quarter? {
        let rules = try linkRules()
        guard let text = try keptRulesText(), let derived = derivedStore(mayCreate: true) else {
            return nil
        }
        do {
            guard let checkpoint = try derived.checkpoint(of: KeptProjection.journeys) else {
                return nil
            }
            if let reason = try reasonToMakeAnew(checkpoint, text) {
                onNotice?("the journeys are made anew: \(reason)")
                return nil
            }
            var kept = try KeptJourneys.restored(DerivedReader(derived), rules: rules) {
                try log.snapshot().dictionary
            }
            // Another process may have begun to replace what was being read.
            guard try derived.checkpoint(of: KeptProjection.journeys) == checkpoint else {
                return nil
            }
            let snapshot = try log.snapshot()
            if checkpoint.mark.position == snapshot.head { return try quarter(kept, snapshot) }
            // A correction changes what came before it.
            guard kept.correctionCount == 0, try corrections(snapshot).isEmpty else { return nil }
            let changed = try catchUp(
                &kept, from: checkpoint.mark.position, snapshot, rules: rules)
            let quarter = try quarter(kept, snapshot)
            if changed {
                keep(quarter, progress: progress)
            } else if derived.isWritable {
                keeping {
                    var moved = checkpoint
                    moved.mark = snapshot.mark
                    try derived.advance(KeptProjection.journeys, from: checkpoint, to: moved)
                }
            }
            return quarter
        } catch let error where Store.isDamageOfKept(error) {
            onNotice?("the journeys are made anew: \(error)")
            forgetDerived()
            return nil
        }
    }

    private static func isDamageOfKept(_ error: any Error) -> Bool {
        error is DamagedState || error is KeptValueError
    }

    private func quarter(_ kept: KeptRecord, _ snapshot: LogSnapshot) throws -> Quarter {
        Quarter(
            snapshot: snapshot, table: kept.table, book: kept.book,
            sources: try recordSources(),
            correctionCount: kept.correctionCount,
            unmatchedCorrectionCount: kept.unmatchedCorrectionCount)
    }

    /// Puts the events behind a position to what is kept.
    /// - Returns: whether anything of it changed.
    /// - Complexity: O(new events) reading; where they are interactions the links are measured
    ///   anew over all of them, since how likely coincidence is depends on everything.
    private func catchUp(
        _ kept: inout KeptRecord, from position: LogPosition, _ snapshot: LogSnapshot,
        rules: LinkRules
    ) throws -> Bool {
        let (coverage, phantoms) = (kept.table.coverage, kept.table.phantomCount)
        var catchUp = ContactCatchUp(kept.table, names: snapshot.dictionary)
        // They are not copied as long as nobody else holds them.
        kept.table.contacts = []
        try log.forEachEvent(from: position.next, through: snapshot.head) { recorded in
            catchUp.add(recorded)
            return true
        }
        if !catchUp.newlyInTouch.isEmpty {
            try log.forEachEvent(of: EventKind.customerChurned.family, through: position) {
                catchUp.addEarlier($0)
                return true
            }
        }
        let changesJourneys = catchUp.changesJourneys
        kept.table = try catchUp.finish()
        kept.table.coverage = Quarter.coverage(
            kept.table, sources: try recordSources(), asOf: nil)
        let isMeasuredAnew = changesJourneys || kept.table.coverage != coverage
        if isMeasuredAnew { kept.book = JourneyBook(kept.table, rules: rules) }
        return isMeasuredAnew || kept.table.phantomCount != phantoms
    }

    /// Keeps a quarter, where that is possible: nobody's answer depends on it.
    func keep(_ quarter: Quarter, progress: ProgressReport?) {
        guard let derived = derivedStore(mayCreate: true), derived.isWritable else { return }
        progress?(
            Progress(activity: "keeping the journeys", done: 0, total: 1, unit: ""))
        keeping {
            guard let text = try keptRulesText() else { return }
            try derived.replace(
                KeptProjection.journeys,
                Checkpoint(
                    version: KeptJourneys.version, mark: quarter.snapshot.mark,
                    inputs: KeptProjection.inputs(text)),
                Store.derivedColumns(quarter))
        }
    }

    /// Does what keeps something; no answer fails because it could not be kept.
    private func keeping(_ body: () throws -> Void) {
        do {
            try body()
        } catch EventLogError.busy {
            // Another process is keeping the same.
        } catch {
            onNotice?("the journeys could not be kept beside the log: \(error)")
            forgetDerived()
        }
    }

    static func derivedColumns(_ quarter: Quarter) -> [DerivedColumn] {
        KeptJourneys.columns(quarter.record).map {
            DerivedColumn($0.name, count: $0.count, values: $0.values)
        }
    }

    /// Makes the journeys aside, and compares them with what is kept, byte by byte.
    /// - Returns: the first difference, in words; `nil` where there is none. What is not current is
    ///   not compared.
    func keptDifference(progress: ProgressReport?) throws -> String? {
        guard try keptState() == .current, let derived = derivedStore(mayCreate: false) else {
            return nil
        }
        let made = try madeAnew(try log.snapshot(), asOf: nil, progress: progress)
        return try derived.firstDifference(KeptProjection.journeys, Store.derivedColumns(made))
    }

    /// The journeys of one customer, or one journey, from what is kept; `nil` where that is not
    /// current, and where there is no such interaction.
    /// - Throws: ``WorkbenchError/unknownCustomer(_:)``.
    /// - Complexity: a pass over the names of the log, and a few reads.
    func keptPart(_ wanted: KeptWanted) throws -> Quarter? {
        guard try keptState() == .current, let derived = derivedStore(mayCreate: false) else {
            return nil
        }
        let part: KeptJourneys.Part
        switch wanted {
        case .customer(let id):
            let names = try keys.customerNames(of: id)
            let symbols = try log.symbols(of: names)
            guard let symbol = names.compactMap({ symbols[$0] }).first else {
                throw WorkbenchError.unknownCustomer(id)
            }
            part = .customer(CustomerID(symbol))
        case .journey(let position):
            guard let event = try log.event(at: position)?.event else { return nil }
            part = .interaction(position, event.customer)
        }
        do {
            let checkpoint = try derived.checkpoint(of: KeptProjection.journeys)
            let found = try KeptJourneys.part(
                part, of: DerivedReader(derived), rules: try linkRules()
            ) { try log.names(of: $0) }
            if found == nil, case .customer(let id) = wanted {
                throw WorkbenchError.unknownCustomer(id)
            }
            guard let (table, book) = found,
                try derived.checkpoint(of: KeptProjection.journeys) == checkpoint
            else { return nil }
            return Quarter(
                snapshot: try log.end(names: table.dictionary), table: table, book: book,
                sources: [], correctionCount: 0, unmatchedCorrectionCount: 0)
        } catch let error where Store.isDamageOfKept(error) {
            return nil
        }
    }
}

extension Quarter {
    fileprivate var record: KeptRecord {
        KeptRecord(
            table: table, book: book, correctionCount: correctionCount,
            unmatchedCorrectionCount: unmatchedCorrectionCount)
    }
}

/// What is looked for among the kept journeys.
enum KeptWanted {
    /// The source's id, or the name in the log.
    case customer(String)
    /// By the position of an interaction of it.
    case journey(LogPosition)
}

/// Columns of the derived store as the projections read them.
private struct DerivedReader: KeptColumns {
    private let store: DerivedStore

    init(_ store: DerivedStore) { self.store = store }

    func read<Part: Sendable>(
        _ names: [String], count: Int, _ make: @Sendable ([[Int64]]) throws -> Part,
        take: (Part) -> Void
    ) throws {
        try store.readChunks(of: KeptProjection.journeys, names, count: count, make, take: take)
    }

    func values(_ name: String, at rows: [Int]) throws -> [Int64] {
        try store.numbers(of: KeptProjection.journeys, name, at: rows)
    }
}
