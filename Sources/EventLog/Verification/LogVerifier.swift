// Whether the log is what was written: every block, the chain of hashes through them and the tail,
// gapless positions, the dictionary, the stream index against the events, and the small tables. The
// storage library has no checksums of its own, so this is where a changed byte shows.

import Digests
import Dispatch
import Events
import LMDB
import Synchronization

/// What a verification looks at.
package struct VerificationRequest: Hashable, Sendable {
    /// A head hash noted elsewhere, 64 hexadecimal digits: the chain must have had it.
    package var anchor: String?
    /// Also decodes every event and encodes every block anew, and looks for ids that are there
    /// twice.
    package var isDeep: Bool

    package init(anchor: String? = nil, isDeep: Bool = false) {
        self.anchor = anchor
        self.isDeep = isDeep
    }
}

extension Log {
    /// Verifies the whole log as of the head at the beginning.
    ///
    /// - Parameter progress: called now and then with events done and events in all.
    /// - Complexity: O(events), on all cores.
    /// - Throws: where the storage fails; damage is reported, not thrown. Damage to the storage
    ///   library's own pages may kill the process: run this in one that may die.
    package func verifyChain(
        _ request: VerificationRequest = VerificationRequest(),
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ChainReport {
        var anchor: Digest?
        if let text = request.anchor {
            guard let digest = Digest(hexadecimal: text) else {
                throw EventLogError.invalidHash(field: "anchor", found: text)
            }
            anchor = digest
        }
        let noted = try translatingStorageErrors { try headFile.read() }
        // What changes with every commit is read with the head, in one transaction; blocks never
        // change and are read in many.
        var verifier = try reading { transaction in
            var verifier = LogVerifier(
                log: self, head: try readHead(transaction), noted: noted, anchor: anchor,
                isDeep: request.isDeep)
            try verifier.readChanging(transaction)
            return verifier
        }
        try verifier.checkBlocks(progress)
        verifier.checkTail()
        verifier.checkStreams()
        try verifier.checkHeadFile()
        if request.isDeep { try verifier.checkIdentities() }
        try verifier.searchAnchor()
        return verifier.report()
    }
}

/// The state of a verification.
private struct LogVerifier {
    let log: Log
    let head: StoredHead
    let anchor: Digest?
    let isDeep: Bool
    private var problems = ProblemList()
    private var streams = StreamSum()
    private var chain = Digest.zero
    private var goodThrough = LogPosition.beforeFirst
    private var isChainWhole = true
    private var anchoredAt: LogPosition?
    private let notedHead: HeadFile.Record?
    private var isNotedSeen = false
    private var names = Interner()
    private var tail: [(position: LogPosition, value: [UInt8])] = []
    private var indexed: StreamSum?
    private var blockCount = 0

    init(log: Log, head: StoredHead, noted: HeadFile.Record?, anchor: Digest?, isDeep: Bool) {
        self.log = log
        self.head = head
        self.notedHead = noted
        self.anchor = anchor
        self.isDeep = isDeep
    }

    // MARK: - Dictionary

    mutating func readChanging(_ transaction: borrowing ReadTransaction) throws {
        try checkMeta(transaction)
        try checkNames(transaction)
        blockCount = try transaction.entryCount(log.layout.blocks)
        try transaction.forEachEntry(log.layout.tail) { key, value in
            let position = LogPosition(OrderedKey.unsigned64(key, at: 0) ?? .max)
            if key.count != 8 {
                problems.report("tail", position, "a key of \(key.count) bytes")
            }
            tail.append((position, Array(copying: value)))
            return true
        }
        do {
            indexed = try log.streamSum(transaction)
        } catch let error as EventLogError {
            problems.report("streams", nil, error.description)
        }
        try checkSmallTables(transaction)
    }

    /// What is written once, and is not looked at again after the store was opened.
    private mutating func checkMeta(_ transaction: borrowing ReadTransaction) throws {
        let layout = log.layout
        let format = try transaction.bytes(layout.meta, Layout.formatKey)
        if format != Layout.symbol(Layout.formatVersion).bytes {
            problems.report("meta", nil, "it states another format, or none")
        }
        let identity = try transaction.bytes(layout.meta, Layout.storeKey)
            .flatMap(Layout.identity(of:))
        if identity.map(Hexadecimal.text(of:)) != log.storeID {
            problems.report("meta", nil, "it states another identity, or none")
        }
        let count = try transaction.entryCount(layout.meta)
        if count != Layout.metaKeys.count {
            problems.report("meta", nil, "\(count) entries, expected \(Layout.metaKeys.count)")
        }
    }

    private mutating func checkNames(_ transaction: borrowing ReadTransaction) throws {
        var hash = Digest.zero
        var expected = 1
        try transaction.forEachEntry(log.layout.dictionary) { key, value in
            let first = Int(OrderedKey.unsigned32(key, at: 0) ?? 0)
            if first != expected || key.count != 4 {
                problems.report("dictionary", nil, "no names from symbol \(expected) on")
            }
            hash = LogEnd.namesHash(after: hash, value)
            do {
                let more = try NameSegment.decode(value)
                // Whether a name is there twice is dear to tell, and is certain by the hash.
                if isDeep { for name in more { _ = names.intern(name) } }
                expected = first + more.count
            } catch {
                problems.report("dictionary", nil, "symbol \(first): \(error)")
            }
            return true
        }
        if hash != head.namesHash {
            problems.report("dictionary", nil, "a name was changed: the names' hash is \(hash)")
        }
        if expected != head.nameCount + 1 {
            problems.report(
                "dictionary", nil, "\(expected - 1) names, expected \(head.nameCount)")
        }
        if isDeep, names.count != expected {
            problems.report("dictionary", nil, "only \(names.count - 1) names differ")
        }
    }

    // MARK: - Blocks and chain

    mutating func checkBlocks(_ progress: @escaping @Sendable (Int, Int) -> Void) throws {
        let checks = try allChecks(progress)
        var hasher = SHA256()
        var expected = LogPosition(1)
        if checks.count != blockCount {
            problems.report("blocks", nil, "\(blockCount) entries, expected \(checks.count)")
        }
        see(chain, .beforeFirst)
        // What the chain has come to, to be confirmed by what follows it.
        var unconfirmed = LogPosition.beforeFirst
        for check in checks {
            problems.merge(check.problems)
            streams.merge(check.streams)
            let isContiguous = check.header?.firstPosition == expected
            if !isContiguous {
                problems.report(
                    "blocks", expected,
                    "the block through \(check.lastPosition) does not follow what is before it")
            }
            if check.header != nil, check.previous != chain {
                problems.report(
                    "blocks", check.header?.firstPosition,
                    "it continues another chain than the one before it")
                isChainWhole = false
            }
            if isChainWhole { goodThrough = unconfirmed }
            isChainWhole = isChainWhole && isContiguous && check.problems.count == 0
            chain = BlockFormat.chain(&hasher, chain, check.content)
            unconfirmed = check.lastPosition
            see(chain, check.lastPosition)
            expected = LogPosition(check.lastPosition.rawValue &+ 1)
        }
        if expected != head.sealedThrough.next {
            problems.report(
                "blocks", expected, "missing through position \(head.sealedThrough)")
            // What is missing does not contradict what is there.
            if isChainWhole { goodThrough = unconfirmed }
            isChainWhole = false
        }
        if chain != head.sealedHash {
            problems.report(
                "blocks", nil, "the blocks' hash is \(chain), the head's \(head.sealedHash)")
            isChainWhole = false
        }
        if isChainWhole { goodThrough = unconfirmed }
    }

    private mutating func see(_ hash: Digest, _ position: LogPosition) {
        if hash == anchor { anchoredAt = position }
        if position == notedHead?.position, hash == notedHead?.hash { isNotedSeen = true }
    }

    private func allChecks(
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> [BlockCheck] {
        let total = head.sealedThrough.rawValue
        let step = UInt64(32 * BlockFormat.capacity)
        let segments = Int((total + step - 1) / step)
        let results = Mutex([Result<[BlockCheck], any Error>?](repeating: nil, count: segments))
        let done = Mutex(0)
        let log = log
        let nameCount = head.nameCount
        let isDeep = isDeep
        DispatchQueue.concurrentPerform(iterations: segments) { segment in
            let first = UInt64(segment) * step + 1
            let range = first...min(first + step - 1, total)
            let result = Result {
                var checker = BlockChecker(nameCount: nameCount, isDeep: isDeep)
                return try log.checks(range, &checker)
            }
            results.withLock { $0[segment] = result }
            let now = done.withLock { done in
                done += range.count
                return done
            }
            progress(now, Int(total))
        }
        return try results.withLock { try $0.flatMap { try $0?.get() ?? [] } }
    }

    // MARK: - Tail

    mutating func checkTail() {
        var hasher = SHA256()
        var hash = head.sealedHash
        // The hash that the events have, also where the blocks' is not the one noted.
        var computed = chain
        var expected = head.sealedThrough.next
        for (position, value) in tail {
            if position != expected {
                problems.report("tail", expected, "the next event there is \(position)")
            }
            hash = LogEnd.tailHash(&hasher, hash, position, value.span)
            computed = LogEnd.tailHash(&hasher, computed, position, value.span)
            expected = LogPosition(position.rawValue &+ 1)
            see(hash, position)
            checkTailEvent(value.span, position)
        }
        if expected != head.position.next {
            problems.report("tail", expected, "missing through position \(head.position)")
        }
        if hash != head.hash {
            problems.report("tail", nil, "the tail's hash is \(hash), the head's \(head.hash)")
        } else if isChainWhole {
            goodThrough = head.position
        }
        chain = computed
    }

    private mutating func checkTailEvent(_ value: Span<UInt8>, _ position: LogPosition) {
        do {
            let event = try Layout.recordedEvent(value, at: position).event
            var greatest: UInt32 = 0
            _ = event.mapSymbols { symbol in
                greatest = max(greatest, symbol.rawValue)
                return symbol
            }
            if Int(greatest) > head.nameCount {
                problems.report(
                    "dictionary", position, "the event uses symbol \(greatest) without a name")
            }
        } catch {
            problems.report("tail", position, "not an event: \(error)")
        }
    }

    // MARK: - Index and small tables

    mutating func checkStreams() {
        guard let indexed, indexed != streams else { return }
        problems.report(
            "streams", nil,
            "the index has \(indexed.count) entries that are not those of the events, "
                + "\(streams.count)")
    }

    private mutating func checkSmallTables(_ transaction: borrowing ReadTransaction) throws {
        for name in DigestedTable.allCases {
            let table = log.layout.table(name)
            var digest = SetDigest()
            var count = 0
            try transaction.forEachEntry(table) { key, value in
                digest.insert(key, value)
                count += 1
                return true
            }
            let stated = try transaction.entryCount(table)
            if stated != count {
                problems.report(
                    table.name, nil, "\(count) entries, but \(stated) by its own count")
            }
            if digest != head.digests[name.rawValue] {
                problems.report(
                    table.name, nil,
                    "an entry was changed, lost or brought back: its digest is not the head's")
            }
        }
        try log.checkSources(head, transaction, &problems)
    }

    /// The log must pass through the head that the file beside it notes, which may be behind.
    mutating func checkHeadFile() throws {
        guard let notedHead, notedHead.position > .beforeFirst else { return }
        if notedHead.position > head.position {
            problems.report(
                "meta", head.position,
                "the log went back: position \(notedHead.position) was acknowledged")
        } else if notedHead.position == head.position, notedHead.hash != head.hash {
            problems.report(
                "meta", head.position, "another event was acknowledged here: the log went back")
        } else if notedHead.position <= goodThrough, try !passes(through: notedHead) {
            // Behind what is good there is damage already, and no hash to hold against this one.
            problems.report(
                "meta", notedHead.position,
                "the log does not pass through the head that was noted here beside it: other "
                    + "events were acknowledged")
        }
    }

    private func passes(through noted: HeadFile.Record) throws -> Bool {
        if isNotedSeen { return true }
        // Noted while its event was in the tail, which is a block now.
        guard noted.position <= head.sealedThrough else { return false }
        return try log.tailHash(at: noted.position) == noted.hash
    }

    /// - Complexity: O(events), with the id table in memory.
    mutating func checkIdentities() throws {
        let found = try log.reading { try log.repeatedIdentity(head, names, $0) }
        if let found {
            problems.report("blocks", found, "its id is that of an earlier event")
        }
    }

    /// A hash taken while events were still in the tail is no block's: it is found by chaining the
    /// events of each block singly.
    mutating func searchAnchor() throws {
        guard let anchor, anchoredAt == nil else { return }
        anchoredAt = try log.position(
            ofTailHash: anchor, through: min(goodThrough, head.sealedThrough))
    }

    consuming func report() -> ChainReport {
        if anchor != nil, anchoredAt == nil {
            let extent = problems.count == 0 ? "" : " through \(goodThrough), where it is whole"
            problems.report("blocks", nil, "the chain never had the anchor's hash\(extent)")
        }
        return ChainReport(
            head: head.position, eventCount: Int(head.position.rawValue),
            storedHash: head.hash.hexadecimal, computedHash: chain.hexadecimal,
            goodThrough: goodThrough, anchoredAt: anchoredAt, problems: problems.kept,
            problemCount: problems.count)
    }
}
