// Everything that can be read of a store, as a few hashes, so that two states of it, or two stores,
// can be told apart and the difference named. Uses the log's public face only.

import Digests
import EventLog
import Events
import Workbench

/// What a look at a store came to.
struct StoreState {
    enum Outcome: String {
        /// Verified, and read to the end.
        case sound
        /// Verification says what is wrong.
        case unsound
        /// Verification says that all is well, and reading fails.
        case unreadable
        /// Opening or verifying ended with an error in words.
        case refused
    }

    var outcome: Outcome
    var head = ""
    var headHash = ""
    /// Hashes of what can be read, by name.
    var parts: [(name: String, hash: String)] = []
    var words = ""

    /// One line's fields.
    var fields: [String] {
        [
            outcome.rawValue, head, headHash,
            parts.map { "\($0.name)=\($0.hash.prefix(24))" }.joined(separator: ","),
            words.split(whereSeparator: { $0 == "\n" || $0 == "\t" }).joined(separator: " / "),
        ]
    }

    static func read(_ directory: String, isMasked: Bool) -> StoreState {
        let store: Store
        let head: LogSnapshot
        do {
            store = try Store.open(directory: directory, access: .readOnly)
            let verification = try store.verify()
            guard verification.isSound else {
                return StoreState(outcome: .unsound, words: notes(verification.answer))
            }
            head = try store.log.snapshot()
        } catch {
            return StoreState(outcome: .refused, words: Failure(error).message)
        }
        do {
            return StoreState(
                outcome: .sound, head: "\(head.head.rawValue)",
                headHash: isMasked ? "" : head.headHash,
                parts: try parts(of: store, head, isMasked: isMasked))
        } catch {
            return StoreState(outcome: .unreadable, words: Failure(error).message)
        }
    }

    private static func notes(_ answer: Answer) -> String {
        answer.items.compactMap { item -> String? in
            guard case .note(let text) = item else { return nil }
            return text
        }.joined(separator: "; ")
    }

    private static func parts(
        of store: Store, _ snapshot: LogSnapshot, isMasked: Bool
    ) throws -> [(name: String, hash: String)] {
        let log = store.log
        var reader = StateReader(dictionary: snapshot.dictionary, isMasked: isMasked)
        var customers: [CustomerID] = []
        var seen: Set<CustomerID> = []
        try log.forEachEvent { event in
            reader.add(event)
            let customer = event.event.customer
            if customer.isKnown, seen.insert(customer).inserted { customers.append(customer) }
            return true
        }
        var parts = [("events", reader.finish())]
        for customer in customers {
            try log.forEachEvent(of: customer) { event in
                reader.add(event)
                return true
            }
        }
        parts.append(("customers", reader.finish()))
        let always = Instant(microseconds: .min)..<Instant(microseconds: .max)
        try log.forEachEvent(at: always) { event in
            reader.add(event)
            return true
        }
        parts.append(("times", reader.finish()))
        for var source in try log.sources() {
            // Facts of the program itself carry its own clock, and stated again they count as
            // duplicates.
            if isMasked, source.source.sourceName == "downstream" {
                source.counts = RecordCounts(accepted: source.counts.accepted)
                source.recordsReadThrough = 0
                source.firstRecordedAt = nil
                source.lastRecordedAt = nil
            }
            reader.add("\(source)")
        }
        parts.append(("sources", reader.finish()))
        for reject in try log.rejects() { reader.add(reject) }
        parts.append(("rejects", reader.finish()))
        for shelf in Shelf.allCases {
            for name in try log.names(on: shelf) {
                // What follows from the keys, or names a person that is erased.
                if isMasked, shelf == .settings, !["rules", "costs", "policy"].contains(name) {
                    reader.add("another setting")
                    continue
                }
                reader.add(shelf.rawValue + "/" + name)
                reader.add(try log.bytes(on: shelf, name: name) ?? [])
            }
        }
        parts.append(("shelves", reader.finish()))
        if !isMasked {
            reader.add(log.storeID)
            parts.append(("identity", reader.finish()))
        }
        return parts
    }
}

/// Hashes what it is given. Symbols are numbered anew in the order of their first use, so that two
/// dictionaries with the same names in another order are the same.
private struct StateReader {
    private let dictionary: Interner
    private let isMasked: Bool
    private var bytes: [UInt8] = []
    private var numbers: [UInt32: UInt32] = [:]

    init(dictionary: Interner, isMasked: Bool) {
        self.dictionary = dictionary
        self.isMasked = isMasked
    }

    mutating func finish() -> String {
        defer {
            bytes = []
            numbers = [:]
        }
        return SHA256.digest(of: bytes).hexadecimal
    }

    mutating func add(_ text: String) { add(Array(text.utf8)) }

    mutating func add(_ more: [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: more.count >> shift))
        }
        bytes += more
    }

    mutating func add(_ recorded: RecordedEvent) {
        // Written by the program's own clock, under a key of its own.
        if isMasked, recorded.event.kind == .personErased {
            add("\(recorded.position.rawValue) erased")
            return
        }
        add("\(recorded.position.rawValue) \(recorded.recordedAt.microseconds)")
        add(recorded.event)
    }

    mutating func add(_ reject: RejectedRecord) {
        var rest = reject
        rest.event = nil
        if isMasked { rest.sealedBytes = [] }
        add("\(rest)")
        if let event = reject.event { add(event) }
    }

    private mutating func add(_ event: Event) {
        var plain = event.mapSymbols { number($0) }
        if isMasked {
            for index in plain.personal.indices { plain.personal[index].sealed = [] }
        }
        var encoded: [UInt8] = []
        EventCodec.encode(plain, into: &encoded)
        add(encoded)
    }

    private mutating func number(_ symbol: Symbol) -> Symbol {
        guard symbol.rawValue != 0 else { return symbol }
        if let known = numbers[symbol.rawValue] { return Symbol(known) }
        let next = UInt32(numbers.count + 1)
        numbers[symbol.rawValue] = next
        let inside = Int(symbol.rawValue) < dictionary.count
        add(inside ? masked(dictionary.string(symbol)) : "no name")
        return Symbol(next)
    }

    /// A pseudonym follows from the store's key: its kind, a hyphen, and twelve digits or more.
    private func masked(_ name: String) -> String {
        guard isMasked, let hyphen = name.lastIndex(of: "-") else { return name }
        let rest = name[name.index(after: hyphen)...]
        let isKeyed = rest.utf8.count >= 12 && rest.allSatisfy { $0.isLetter || $0.isNumber }
        return isKeyed ? String(name[...hyphen]) : name
    }
}
