// The head once more, in a small file beside the log. A damaged page of the storage library can
// bring back an earlier commit without a word; this file tells, and so does any head hash noted
// elsewhere.

import Digests
import Events
import LMDB
import Synchronization

/// Two places in a file, written in turn, so that a torn write leaves the other.
///
/// The file is written after the commit and may be behind the log: a process killed between the
/// two, or a power cut, since small commits do not wait for it. It is never ahead of the log unless
/// the log went back.
struct HeadFile: Sendable {
    struct Record: Hashable, Sendable {
        var position: LogPosition
        var hash: Digest
    }

    private static let magic = Array("DsHead1\n".utf8)
    private static let recordSize = 8 + 8 + 32 + 32

    private let file: SlotFile

    init(path: String) { file = SlotFile(path: path) }

    /// The newer of the readable places; `nil` where there is none.
    func read() throws(LMDBError) -> Record? {
        try file.read(slotCount: 2).compactMap(HeadFile.decode).max { $0.position < $1.position }
    }

    /// - Parameter isDurable: whether the file is synchronised before this returns.
    func write(_ head: StoredHead, isDurable: Bool) throws(LMDBError) {
        var content = HeadFile.magic + OrderedKey(head.position.rawValue).bytes
        content += head.hash.bytes
        content += SHA256.digest(of: content).bytes
        // Positions that follow each other alternate; a bulk append may hit the same place twice,
        // and then the other one is older still.
        let slot = Int(head.position.rawValue % 2)
        try file.write(slot: slot, content, isDurable: isDurable)
    }

    private static func decode(_ bytes: [UInt8]) -> Record? {
        guard bytes.count >= recordSize, bytes.starts(with: magic) else { return nil }
        let content = Array(bytes[..<(recordSize - 32)])
        let checksum = Array(bytes[(recordSize - 32)..<recordSize])
        guard SHA256.digest(of: content).bytes == checksum,
            let position = OrderedKey.unsigned64(bytes.span, at: 8),
            let hash = Digest(bytes: Array(bytes[16..<48]))
        else { return nil }
        return Record(position: LogPosition(position), hash: hash)
    }
}

extension Log {
    /// Refuses to write where the log ends before the head file says it did: whatever would be
    /// appended now would take the place of events that were acknowledged.
    ///
    /// Where the file is behind the log or missing, whoever wrote last was stopped in between: it
    /// is written now, since the next one may have nothing to append.
    func checkAgainstHeadFile() throws {
        let noted = try headFile.read()
        let head = try environment.withRead { try readHead($0) }
        let position = noted?.position ?? .beforeFirst
        let isSame = noted.map { $0.hash == head.hash } ?? true
        if position == head.position, isSame { return }
        guard position < head.position else {
            throw EventLogError.wentBack(
                path: directory, noted: position, found: head.position)
        }
        isSettled.withLock { $0 = false }
        try settle()
    }
}
