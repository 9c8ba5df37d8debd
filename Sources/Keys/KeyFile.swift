// The keys of a store, in a file of their own beside the log. LMDB copies what it changes, so a
// key destroyed there would live on in free pages; here a slot is overwritten where it lies.
//
// After the header the file is slots, only ever appended, never moved, and changed in one way:
// destroyed. The file is never written anew under its name. A slot is on the disk before the log
// holds anything that needs it, so a crash leaves at most keys that nothing uses.

package import Digests

/// An open key file. Used by one thread at a time.
package final class KeyFile {
    /// What a tag stands for.
    package enum Found: Hashable, Sendable {
        case none
        case destroyed
        case key(SealingKey)
    }

    private static let slotsPerRead = 8_192
    private static let slotLimit = Int(UInt32.max) - 1

    package let path: String
    let file: PrivateFile
    private let header: KeyFileHeader
    private let lockWaitMilliseconds: Int
    /// Hears of a wait for another process's keys: milliseconds so far, and the process.
    private let onWaiting: (Int, Int?) -> Void
    var table = SlotTable()
    var sealer: Sealer
    /// Once unlocked.
    private var secrets: Secrets?
    /// Slots from ``firstPending`` on that are not in the file yet.
    var pending: [UInt64] = []
    var firstPending = 0
    var isWriting = false
    /// Random bytes drawn ahead: a draw costs more than what it gives.
    private var drawn = KeyMaker.Drawn()

    struct Secrets: Sendable {
        let master: SecretKey
        /// What data keys are wrapped with.
        let wrapping: SealingKey
        /// What tags are made with.
        let tagging: HMACKey
    }

    /// Opens a key file that is there and reads which slots it has; no secret is needed for that.
    /// - Throws: ``KeysError``.
    package init(
        path: String, isWritable: Bool, lockWaitMilliseconds: Int = 60_000,
        onWaiting: @escaping (Int, Int?) -> Void = { _, _ in }
    ) throws(KeysError) {
        self.path = path
        self.lockWaitMilliseconds = lockWaitMilliseconds
        self.onWaiting = onWaiting
        file = try PrivateFile(path: path, isWritable: isWritable)
        header = try KeyFile.header(of: file)
        sealer = try wrapped(path) { () throws(DigestsError) in try Sealer() }
        try load()
    }

    /// Makes a key file without keys where there is none; one that is there stays.
    package static func create(_ path: String, protection: KeyProtection) throws(KeysError) {
        try PrivateFile.create(path, KeyFileHeader(protection: protection, path: path).bytes)
    }

    /// Removes what processes that were killed while they made this file left beside it.
    /// - Precondition: the file is there.
    package static func removeUnfinished(of path: String) throws(KeysError) {
        try PrivateFile.removeUnfinished(of: path)
    }

    /// Whether the file is one and is private; reads its beginning only.
    package static func inspect(
        _ path: String
    ) throws(KeysError) -> (identity: String, needsPassphrase: Bool) {
        let header = try header(of: PrivateFile(path: path, isWritable: false))
        return (header.identity, header.needsPassphrase)
    }

    private static func header(of file: PrivateFile) throws(KeysError) -> KeyFileHeader {
        let words = try file.words(at: 0, count: KeyFileHeader.byteCount / 8)
        let bytes = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word.littleEndian >> UInt64($0 * 8)) }
        }
        return try KeyFileHeader(reading: bytes, path: file.path)
    }
}

extension KeyFile {
    package var needsPassphrase: Bool { header.needsPassphrase }

    /// 32 hexadecimal digits, drawn when the file was made.
    package var identity: String { header.identity }

    /// - Throws: ``KeysError/locked(path:)``, ``KeysError/wrongPassphrase(path:)``.
    package func unlock(passphrase: [UInt8]?) throws(KeysError) {
        let master = try header.master(passphrase: passphrase, path: path)
        secrets = try wrapped(path) { () throws(DigestsError) in
            Secrets(
                master: master,
                wrapping: SealingKey(try master.derived(for: "wrap data keys")),
                tagging: HMACKey(try master.derived(for: "find data keys")))
        }
    }

    /// A key for a purpose of its own, which no slot holds and no destruction reaches.
    package func derivedKey(for purpose: String) throws(KeysError) -> SecretKey {
        let master = try unlocked().master
        return try wrapped(path) { () throws(DigestsError) in try master.derived(for: purpose) }
    }

    /// The tag of a person's name or a record's place.
    package func tag(_ kind: KeyKind, of identity: [UInt8]) throws(KeysError) -> KeyTag {
        let key = try unlocked().tagging
        return KeyTag(sealer.authenticate([kind.rawValue], identity, key: key))
    }

    /// The key with a tag, as the file has it now.
    package func find(_ tag: KeyTag) throws(KeysError) -> Found {
        if let found = try findKnown(tag) { return found }
        // Another process may have added it meanwhile; who writes knows that none has.
        guard !isWriting, try file.sizeBytes() > offset(of: table.count) else { return .none }
        try load()
        return try findKnown(tag) ?? .none
    }

    /// Whether the key with a tag is known to be destroyed. Reads nothing.
    package func isDestroyed(_ tag: KeyTag) -> Bool {
        table.find(tag).map { table.statuses[$0].isDestroyed } ?? false
    }

    /// The key with a tag, made where there is none. It is kept with the next ``flush()``.
    package func findOrMake(_ tag: KeyTag, _ kind: KeyKind) throws(KeysError) -> Found {
        let found = try find(tag)
        guard found == .none else { return found }
        if !isWriting {
            try beginWriting()
            let found = try find(tag)
            guard found == .none else { return found }
        }
        let number = try newSlots(1).lowerBound
        let maker = KeyMaker(wrapping: try unlocked().wrapping)
        let key = try wrapped(path) { () throws(DigestsError) in
            try maker.make(
                kind, tag, number: number, &drawn, &sealer, slots: &pending)
        }
        table.append(SlotTable.Status(.live, kind), tag)
        return .key(key)
    }

    /// The numbers of slots to come.
    func newSlots(_ count: Int) throws(KeysError) -> Range<Int> {
        guard table.count + count <= KeyFile.slotLimit else {
            throw .full(path: path, limit: KeyFile.slotLimit)
        }
        return table.count..<(table.count + count)
    }

    /// Puts new keys on the disk. Nothing sealed with them may be committed before.
    package func flush() throws(KeysError) {
        try pendingWrite.run()
        pendingIsWritten()
    }

    /// New keys on their way to the disk.
    struct PendingWrite: Sendable {
        fileprivate let file: PrivateFile
        fileprivate let words: [UInt64]
        fileprivate let offset: Int

        func run() throws(KeysError) {
            guard !words.isEmpty else { return }
            try file.write(words, at: offset)
            try file.synchronise()
        }
    }

    /// What ``flush()`` does, for another thread; ``pendingIsWritten()`` ends it.
    var pendingWrite: PendingWrite {
        PendingWrite(file: file, words: pending, offset: offset(of: firstPending))
    }

    func pendingIsWritten() {
        guard !pending.isEmpty else { return }
        firstPending = table.count
        pending.removeAll(keepingCapacity: true)
    }

    func findKnown(_ tag: KeyTag) throws(KeysError) -> Found? {
        guard let number = table.find(tag), table.statuses[number] != .damaged else { return nil }
        if table.statuses[number].isDestroyed { return .destroyed }
        let words = try self.words(of: number)
        switch words.count == KeySlot.wordCount
            ? KeySlot.read(words[...], number: number) : .damaged
        {
        case .slot(.live, let kind, tag):
            return .key(
                try KeyFile.opened(
                    words[...], kind, tag, number, try unlocked().wrapping, &sealer, path))
        case .slot(.destroyed, let kind, tag):
            // Since it was read, by another process.
            table.set(number, SlotTable.Status(.destroyed, kind))
            return .destroyed
        case .slot, .blank, .damaged: throw .unopenable(path: path, slot: number)
        }
    }

    static func opened(
        _ words: ArraySlice<UInt64>, _ kind: KeyKind, _ tag: KeyTag, _ number: Int,
        _ wrapping: SealingKey, _ sealer: inout Sealer, _ path: String
    ) throws(KeysError) -> SealingKey {
        do {
            let place = KeySlot.place(kind, tag, number: number)
            let secret = try sealer.open(KeySlot.wrappedKey(words), key: wrapping, place: place)
            return try sealer.key(secret.span)
        } catch {
            guard error == .notAuthentic else {
                throw .library(path: path, reason: error.description)
            }
            throw .unopenable(path: path, slot: number)
        }
    }

    func words(of number: Int) throws(KeysError) -> [UInt64] {
        guard number >= firstPending, !pending.isEmpty else {
            return try file.words(at: offset(of: number), count: KeySlot.wordCount)
        }
        let start = (number - firstPending) * KeySlot.wordCount
        return Array(pending[start..<(start + KeySlot.wordCount)])
    }

    func unlocked() throws(KeysError) -> Secrets {
        guard let secrets else { throw .locked(path: path) }
        return secrets
    }

    func offset(of number: Int) -> Int {
        KeyFileHeader.byteCount + number * KeySlot.byteCount
    }
}

extension KeyFile {
    /// Destroys keys for good: their slots are overwritten where they lie, synced, and read back,
    /// and what a making of the file that was stopped left beside it goes too.
    ///
    /// Slots that are damaged are overwritten too: nobody can tell whose they were, and they do
    /// not open. A person without a slot gets a destroyed one, so that no key is made later.
    /// Calling it again is harmless, and finishes what an interrupted call began.
    /// - Returns: how many keys there were to destroy.
    @discardableResult
    package func destroy(
        persons: Set<KeyTag>, records: Set<KeyTag>
    ) throws(KeysError) -> Int {
        if !isWriting { try beginWriting() }
        try PrivateFile.removeUnfinished(of: path)
        try flush()
        var overwritten: [(number: Int, words: [UInt64])] = []
        var count = 0
        for number in table.numbers(of: persons.union(records))
        where !table.statuses[number].isDestroyed {
            let tag = table.tag(of: number)
            let kind: KeyKind = persons.contains(tag) ? .person : .record
            overwritten.append((number, KeySlot.destroyed(kind, tag, number: number)))
            table.set(number, SlotTable.Status(.destroyed, kind))
            count += 1
        }
        let blank = [UInt64](repeating: 0, count: KeySlot.wordCount)
        if table.count(.damaged) > 0 {
            for number in 0..<table.count where table.statuses[number] == .damaged {
                overwritten.append((number, blank))
                table.set(number, .blank)
            }
        }
        for tag in persons.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) })
        where table.find(tag) == nil {
            let words = KeySlot.destroyed(.person, tag, number: table.count)
            overwritten.append((table.count, words))
            table.append(SlotTable.Status(.destroyed, .person), tag)
        }
        // The remains of a slot that was cut off in the middle.
        if try file.sizeBytes() > offset(of: table.count) {
            overwritten.append((table.count, blank))
        }
        for (number, words) in overwritten { try file.write(words, at: offset(of: number)) }
        firstPending = table.count
        try file.synchronise()
        file.forgetCached()
        for (number, words) in overwritten {
            let found = try file.words(at: offset(of: number), count: KeySlot.wordCount)
            guard found == words else { throw .notOverwritten(path: path, slot: number) }
        }
        return count
    }

    /// How many of these the file still has a key of, as a copy from before their destruction
    /// does.
    package func undestroyedCount(persons: Set<KeyTag>, records: Set<KeyTag>) -> Int {
        persons.union(records).count { tag in
            table.find(tag).map { !table.statuses[$0].isDestroyed } ?? false
        }
    }

    /// Destroys what was destroyed before and has come back with an old copy of the file; where
    /// the file is open for reading only, its keys are not given out.
    package func destroyAgain(persons: Set<KeyTag>, records: Set<KeyTag>) throws(KeysError) {
        let isForgotten = persons.contains { table.find($0) == nil }
        guard isForgotten || undestroyedCount(persons: persons, records: records) > 0 else {
            return
        }
        if file.isWritable {
            try destroy(persons: persons, records: records)
            return
        }
        for number in table.numbers(of: persons.union(records)) {
            if let kind = table.statuses[number].kind {
                table.set(number, SlotTable.Status(.destroyed, kind))
            }
        }
    }

    /// What the file holds.
    package var facts: KeyFileFacts {
        KeyFileFacts(
            identity: identity, needsPassphrase: needsPassphrase,
            personCount: table.count(.livePerson), recordCount: table.count(.liveRecord),
            destroyedPersonCount: table.count(.destroyedPerson),
            destroyedRecordCount: table.count(.destroyedRecord),
            damagedCount: table.count(.damaged), blankCount: table.count(.blank),
            slotCount: table.count)
    }

    /// Keeps other writers away from now on, and learns what the last one wrote.
    func beginWriting() throws(KeysError) {
        guard file.isWritable else { throw .readOnly(path: path) }
        try file.lock(waitMilliseconds: lockWaitMilliseconds, onWaiting: onWaiting)
        try load()
        // What an interrupted write left empty at the end is used again.
        var end = table.count
        while end > 0, table.statuses[end - 1] == .blank { end -= 1 }
        table.truncate(to: end)
        firstPending = table.count
        isWriting = true
    }

    /// Reads the slots behind those known. Incomplete ones at the end are read again: their
    /// writer may have completed them.
    func load() throws(KeysError) {
        var number = table.count
        while number > 0, table.statuses[number - 1].kind == nil { number -= 1 }
        table.truncate(to: number)
        let end = max(0, try file.sizeBytes() - KeyFileHeader.byteCount) / KeySlot.byteCount
        table.reserve(end)
        while number < end {
            let count = min(KeyFile.slotsPerRead, end - number)
            let words = try file.words(at: offset(of: number), count: count * KeySlot.wordCount)
            for slot in 0..<(words.count / KeySlot.wordCount) {
                let start = slot * KeySlot.wordCount
                let part = words[start..<(start + KeySlot.wordCount)]
                switch KeySlot.read(part, number: number + slot) {
                case .slot(let state, let kind, let tag):
                    table.append(SlotTable.Status(state, kind), tag)
                case .blank: table.append(.blank, KeyTag(high: 0, low: 0))
                case .damaged: table.append(.damaged, KeyTag(high: 0, low: 0))
                }
            }
            guard words.count == count * KeySlot.wordCount else { return }
            number += count
        }
    }
}

/// What a key file holds, in numbers.
package struct KeyFileFacts: Hashable, Sendable {
    package var identity: String
    package var needsPassphrase: Bool
    package var personCount: Int
    package var recordCount: Int
    package var destroyedPersonCount: Int
    package var destroyedRecordCount: Int
    /// Slots that are none: changed, or torn by an interrupted write.
    package var damagedCount: Int
    /// Slots that were never written, as an interrupted write leaves them.
    package var blankCount: Int
    package var slotCount: Int
}
