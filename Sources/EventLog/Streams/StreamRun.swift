// The runs of the stream index, as the store lists them. Each commit that seals blocks adds one
// run; runs of one size are merged, so that there are never many and no entry is written often.

import Events

/// What is known of a run.
struct StreamRun: Hashable, Sendable {
    private static let formatVersion: UInt8 = 1

    /// Runs are numbered from 1 and numbers never used again.
    var number: UInt64
    var entryCount: UInt64
    /// The positions of blocks that the run covers; runs of a log do not overlap.
    var firstPosition: UInt64
    var lastPosition: UInt64
    var chunkCount: UInt64

    /// Runs of one class are merged: the power of ``mergeCount`` that the entries reach.
    var sizeClass: Int {
        var size = entryCount / 4_096
        var level = 0
        while size >= UInt64(StreamRun.mergeCount) {
            size /= UInt64(StreamRun.mergeCount)
            level += 1
        }
        return level
    }

    /// Four: an entry is written some five times on its way to the greatest class, and a stream is
    /// looked for in some ten runs. With eight: three times, and fifteen runs.
    static let mergeCount = 4
    /// So many runs are merged at once and not in the background.
    static let patienceCount = 32
    /// Larger runs are left alone: merging them would cost more than looking into each.
    static let greatestMergedCount: UInt64 = 1 << 23

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.byte(StreamRun.formatVersion)
        for value in [entryCount, firstPosition, lastPosition, chunkCount] {
            writer.unsigned(value)
        }
        return writer.bytes
    }

    init(
        number: UInt64, entryCount: Int, firstPosition: UInt64, lastPosition: UInt64,
        chunkCount: Int
    ) {
        self.number = number
        self.entryCount = UInt64(entryCount)
        self.firstPosition = firstPosition
        self.lastPosition = lastPosition
        self.chunkCount = UInt64(chunkCount)
    }

    init(number: UInt64, decoding bytes: Span<UInt8>) throws(EventFormatError) {
        var reader = ByteReader(position: 0)
        try reader.version(bytes, StreamRun.formatVersion)
        self.number = number
        entryCount = try reader.unsigned(bytes)
        firstPosition = try reader.unsigned(bytes)
        lastPosition = try reader.unsigned(bytes)
        chunkCount = try reader.unsigned(bytes)
        try reader.end(bytes)
    }

    /// The neighbouring runs to merge next, or none.
    ///
    /// Only neighbours, so that each run goes on covering one stretch of the log. Enough of one
    /// class, and whatever smaller runs lie between them: smaller ones do not count towards it,
    /// or the largest run would be written again with every few small ones. So an entry is written
    /// about once a class.
    static func nextMerge(_ runs: [StreamRun]) -> ArraySlice<StreamRun>? {
        for level in 0...(runs.map(\.sizeClass).max() ?? 0) {
            var members: [Int] = []
            for index in runs.indices {
                let size = runs[index].sizeClass
                if size > level { members = [] }
                guard size == level else { continue }
                members.append(index)
                guard members.count == mergeCount else { continue }
                let slice = runs[members[0]...index]
                let entries = slice.reduce(0) { $0 + $1.entryCount }
                if entries <= greatestMergedCount { return slice }
                members.removeFirst()
            }
        }
        return nil
    }
}
