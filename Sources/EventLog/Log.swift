// The log of facts: opened here, appended to through AppendSession, read through the extensions.
// A class, because an open store is one resource that many hold.

package import Events
import Digests
import LMDB
import Synchronization

/// An open log. All members may be called by any thread; writers wait for one another.
package final class Log: Sendable {
    package enum Access: Sendable, Hashable {
        case readOnly
        /// To a store that exists: a mistyped folder is an error and not a new store.
        case readWrite
        /// To a store that is made where there is none.
        case create
    }

    /// Hears of a wait for another process: seconds so far, and the process where the system tells.
    package typealias WaitingReport = @Sendable (_ seconds: Double, _ holder: Int?) -> Void

    /// What only tests and unusual machines change.
    package struct Options: Sendable, Hashable {
        /// The largest size that the store may grow to; address space only.
        package var mapSizeBytes = 1 << 40
        /// Events of a block, at most ``BlockFormat/capacity``; fewer gather in the tail. A
        /// store must always be opened with the number it was made with.
        package var blockEventCount = 4_096
        /// Bits of an event id's hash that are used. A narrow mask makes unlike ids share a
        /// hash; a store must always be opened with the mask it was made with.
        package var identityHashMask = UInt64.max

        package init() {}
    }

    /// The folder of the store.
    package let directory: String
    package let access: Access
    package var isWritable: Bool { access != .readOnly }
    /// Drawn at random when the store was made; 32 hexadecimal digits.
    package let storeID: String
    let options: Options
    let environment: Environment
    let layout: Layout
    let headFile: HeadFile
    /// What this process has read of the dictionary; grows only by what is committed.
    private let knownDictionary = Mutex(Interner())
    /// Held while a batch is planned; a commit may go on meanwhile.
    let planner: Mutex<AppendPlanner>
    /// The number of the last plan that reached the log.
    let lastCommittedPlan = Atomic(0)
    let merger = StreamMerger()
    let tailCache = Mutex(TailCache())
    /// The runs of the stream index as of a head.
    let knownRuns = Mutex<(nextRun: UInt64, runs: [StreamRun])?>(nil)
    /// Whether all that follows a commit was done for the last one.
    let isSettled = Mutex(true)

    private init(
        directory: String, access: Access, storeID: String, options: Options,
        environment: Environment, layout: Layout, headFile: HeadFile
    ) {
        self.directory = directory
        self.access = access
        self.storeID = storeID
        self.options = options
        self.environment = environment
        self.layout = layout
        self.headFile = headFile
        planner = Mutex(AppendPlanner(options))
    }

    deinit { merger.stop() }

    /// Lets the process keep the memory of one commit for the next; for main programs.
    package static func keepFreedMemory() { ProcessMemory.keepFreed() }

    /// Opens the store in a folder.
    ///
    /// The store is closed when the last reference goes. One process opens it once.
    /// - Parameters:
    ///   - waitSeconds: how long a commit waits for another process's.
    ///   - onWaiting: hears of that after the first second, then after twice the time each.
    /// - Throws: ``EventLogError``; ``EventLogError/busy(_:)`` where another process goes on
    ///   writing for longer.
    package static func open(
        directory: String, access: Access, options: Options = Options(),
        waitSeconds: Double = 60, onWaiting: WaitingReport? = nil
    ) throws -> Log {
        precondition(
            (1...BlockFormat.capacity).contains(options.blockEventCount),
            "blocks of \(options.blockEventCount) events")
        return try translatingStorageErrors {
            let folder = directory + "/log"
            switch access {
            case .readOnly, .readWrite:
                guard Folder.exists(folder) else {
                    throw EventLogError.noStore(path: directory)
                }
            case .create:
                try Folder.create(directory)
                try Folder.create(folder)
            }
            let environment = try openEnvironment(
                directory, folder, access, options,
                WriterPatience(limitSeconds: waitSeconds) { wait in
                    onWaiting?(wait.seconds, wait.holder)
                })
            let layout: Layout
            do {
                layout = try Layout(environment)
            } catch LMDBError.missingTable(let name) {
                throw EventLogError.notAStore(
                    path: directory, reason: "table \"\(name)\" is missing")
            }
            if access != .readOnly {
                try foundIfEmpty(environment, layout)
                try Folder.synchronise(folder)
                try Folder.synchronise(directory)
            }
            let storeID = try readIdentity(environment, layout, directory)
            let log = Log(
                directory: directory, access: access, storeID: storeID, options: options,
                environment: environment, layout: layout,
                headFile: HeadFile(path: directory + "/head"))
            if access != .readOnly { try log.checkAgainstHeadFile() }
            return log
        }
    }

    private static func openEnvironment(
        _ directory: String, _ folder: String, _ access: Access, _ options: Options,
        _ patience: WriterPatience
    ) throws -> Environment {
        do {
            return try Environment.open(
                path: folder, access: access == .readOnly ? .readOnly : .readWrite,
                mapSizeBytes: options.mapSizeBytes, mustExist: access != .create, patience: patience
            )
        } catch {
            // A `where` on this catch clause crashes the 6.3 compiler: the error is typed.
            guard access == .readOnly, error.reason == .missing else { throw error }
            throw EventLogError.noStore(path: directory)
        }
    }

    /// Writes the first records of a new store.
    private static func foundIfEmpty(_ environment: Environment, _ layout: Layout) throws {
        let isNew = try environment.withRead { try $0.entryCount(layout.meta) == 0 }
        guard isNew else { return }
        try environment.withWrite { transaction in
            // Another process may have been quicker.
            guard try transaction.reading.entryCount(layout.meta) == 0 else { return }
            let format = Layout.symbol(Layout.formatVersion).bytes
            try transaction.put(layout.meta, Layout.formatKey, format.span)
            let identity = Layout.identityRecord(try SecureRandom.bytes(count: 16))
            try transaction.put(layout.meta, Layout.storeKey, identity.span)
            let head = StoredHead().bytes
            try transaction.put(layout.meta, Layout.headKey, head.span)
        }
    }

    private static func readIdentity(
        _ environment: Environment, _ layout: Layout, _ directory: String
    ) throws -> String {
        try environment.withRead { transaction in
            guard let format = try transaction.bytes(layout.meta, Layout.formatKey),
                let version = OrderedKey.unsigned32(format.span, at: 0)
            else {
                throw EventLogError.notAStore(path: directory, reason: "it states no format")
            }
            guard version == Layout.formatVersion else {
                throw EventLogError.unsupportedFormat(
                    path: directory, found: version, supported: Layout.formatVersion)
            }
            guard let record = try transaction.bytes(layout.meta, Layout.storeKey),
                let identity = Layout.identity(of: record)
            else {
                throw EventLogError.notAStore(
                    path: directory, reason: "it states no identity, or a changed one")
            }
            return Hexadecimal.text(of: identity)
        }
    }
}

/// The end of the log at one moment, with names for every symbol before it.
package struct LogSnapshot: Sendable {
    package private(set) var head: LogPosition
    /// SHA-256 over every event of the log, 64 hexadecimal digits.
    package let headHash: String
    /// The end of the log then, whatever ``cut(at:)`` leaves of it.
    package let mark: LogMark
    package let dictionary: Interner
}

extension LogSnapshot {
    /// The same log, later events not looked at.
    package func cut(at position: LogPosition) -> LogSnapshot {
        var copy = self
        copy.head = min(head, position)
        return copy
    }
}

extension Log {
    /// Where the log ends now.
    package func head() throws -> LogPosition {
        try reading { try readHead($0).position }
    }

    /// Head, hash and dictionary of one and the same commit.
    package func snapshot() throws -> LogSnapshot {
        try reading { transaction in
            let head = try readHead(transaction)
            return LogSnapshot(
                head: head.position, headHash: head.hash.hexadecimal,
                mark: LogMark(storeID: storeID, end: head.end),
                dictionary: try refreshedDictionary(transaction))
        }
    }

    /// Head and hash, with names of the caller's: for those who know the few that they need.
    package func end(names: Interner) throws -> LogSnapshot {
        try reading { transaction in
            let head = try readHead(transaction)
            return LogSnapshot(
                head: head.position, headHash: head.hash.hexadecimal,
                mark: LogMark(storeID: storeID, end: head.end), dictionary: names)
        }
    }

    /// Names for the symbols of all events in the log now. It may know more names than the
    /// events use.
    package func dictionary() throws -> Interner {
        try reading { try refreshedDictionary($0, isForLookUp: true) }
    }

    func reading<Result>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws -> Result {
        try translatingStorageErrors { try environment.withRead(body) }
    }

    func writing<Result>(
        _ body: (borrowing WriteTransaction) throws -> Result
    ) throws -> Result {
        guard isWritable else { throw EventLogError.readOnly(path: directory) }
        return try translatingStorageErrors { try environment.withWrite(body) }
    }

    func readHead(_ transaction: borrowing ReadTransaction) throws -> StoredHead {
        let head = try transaction.withValue(layout.meta, Layout.headKey) { StoredHead($0) }
        guard let head = head ?? nil else {
            throw EventLogError.damaged(
                table: "meta", place: "head", reason: "missing, or not as it was written")
        }
        return head
    }

    /// The dictionary as the transaction sees it. What this process knows already is not read
    /// again: names are only ever added.
    /// - Parameter isForLookUp: whether symbols of names will be asked for, and not only names of
    ///   symbols: the first time that takes a pass over all names.
    func refreshedDictionary(
        _ transaction: borrowing ReadTransaction, isForLookUp: Bool = false
    ) throws -> Interner {
        let stored = try readHead(transaction).nameCount
        return try knownDictionary.withLock { dictionary in
            // Nobody writes by this one: that no name is there twice is the writers' business.
            try readNames(through: stored, into: &dictionary, tellsApart: false, transaction)
            if isForLookUp { dictionary.enterAll() }
            return dictionary
        }
    }

    /// Reads the names that `dictionary` does not have yet.
    /// - Parameter tellsApart: whether a name that is there twice is looked for.
    func readNames(
        through count: Int, into dictionary: inout Interner, tellsApart: Bool = true,
        _ transaction: borrowing ReadTransaction
    ) throws {
        guard dictionary.count <= count else { return }
        if tellsApart { dictionary.reserveCapacity(count + 1) }
        let start = Layout.symbol(UInt32(dictionary.count))
        try transaction.forEachEntry(layout.dictionary, from: start) { key, value in
            let place = "symbol \(dictionary.count)"
            guard OrderedKey.unsigned32(key, at: 0) == UInt32(dictionary.count) else {
                throw EventLogError.damaged(
                    table: "dictionary", place: place, reason: "missing")
            }
            var repeated: Int?
            try decoding("dictionary", place) { () throws(EventFormatError) in
                try NameSegment.forEachName(in: value) { range in
                    let expected = dictionary.count
                    guard tellsApart else { return dictionary.append(value, range) }
                    let symbol = dictionary.intern(NameSegment.name(value, range))
                    if Int(symbol.rawValue) != expected { repeated = repeated ?? expected }
                }
            }
            if let repeated {
                throw EventLogError.damaged(
                    table: "dictionary", place: "symbol \(repeated)",
                    reason: "the same text as another symbol")
            }
            return dictionary.count <= count
        }
        guard dictionary.count > count else {
            throw EventLogError.damaged(
                table: "dictionary", place: "symbol \(dictionary.count)", reason: "missing")
        }
    }
}
