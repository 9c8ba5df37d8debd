// Pieces of files to files: text is made and compressed on all cores while the simulation goes
// on, and written in the order in which the pieces came, so that the bytes are always the same.

import Dispatch
import Ingestion
import Synchronization
import Synthesis

/// Writes the files of one operation into a folder.
final class PieceWriter: Sendable {
    /// What became of one file.
    struct Written: Sendable {
        var name: String
        var rowCount = 0
        var byteCount = 0
    }

    /// A file that is not in its place yet.
    private final class Making {
        var written: Written
        var file: FileReplacement?

        init(_ name: String, path: String) throws(WorkbenchError) {
            written = Written(name: name)
            file = try FileReplacement(path: path)
        }
    }

    private struct State {
        var files: [Making] = []
        /// Pieces that are done before one that came earlier, by ordinal.
        var early: [Int: (file: String, rows: Int, bytes: [UInt8])] = [:]
        var next = 0
        var failure: WorkbenchError?
    }

    private let folder: String
    private let queue = DispatchQueue(label: "pieces of files", attributes: .concurrent)
    private let group = DispatchGroup()
    /// Bounds the pieces that are in memory.
    private let room = DispatchSemaphore(value: 4 * System.coreCount)
    private let state = Mutex(State())
    private let submitted = Mutex(0)

    init(folder: String) { self.folder = folder }

    /// Takes a piece; waits where too many are under way.
    /// - Throws: the first error of an earlier piece.
    func submit(_ piece: OperationPiece) throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        room.wait()
        let ordinal = submitted.withLock { count in
            defer { count += 1 }
            return count
        }
        queue.async(group: group) { [self] in
            let bytes = piece.bytes()
            let isPlain = piece.file.hasSuffix(".yaml")
            let name = isPlain ? piece.file : piece.file + ".gz"
            // The fastest level: at the usual one compression takes most of the time.
            let packed = isPlain ? bytes : Gzip.compress(bytes, level: 1)
            store(ordinal, name, piece.rowCount, packed)
            room.signal()
        }
    }

    private func store(_ ordinal: Int, _ name: String, _ rows: Int, _ bytes: [UInt8]) {
        state.withLock { state in
            state.early[ordinal] = (name, rows, bytes)
            while let piece = state.early.removeValue(forKey: state.next) {
                state.next += 1
                guard state.failure == nil else { continue }
                do throws(WorkbenchError) {
                    try append(piece, to: &state)
                } catch {
                    state.failure = error
                }
            }
        }
    }

    private func append(
        _ piece: (file: String, rows: Int, bytes: [UInt8]), to state: inout State
    ) throws(WorkbenchError) {
        var place = state.files.firstIndex { $0.written.name == piece.file }
        if place == nil {
            state.files.append(
                try Making(piece.file, path: folder + "/" + piece.file))
            place = state.files.count - 1
        }
        guard let place else { return }
        let making = state.files[place]
        try making.file?.write(piece.bytes)
        making.written.rowCount += piece.rows
        making.written.byteCount += piece.bytes.count
    }

    /// Waits for all pieces and moves the files to their places.
    /// - Returns: the files by name.
    func finish() throws -> [Written] {
        group.wait()
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            var written: [Written] = []
            for making in state.files {
                if let file = making.file.take() { try file.publish() }
                written.append(making.written)
            }
            state.files = []
            return written.sorted { $0.name < $1.name }
        }
    }
}
