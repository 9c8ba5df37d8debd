// The bytes of a file as its records need them: a compressed file is read as it is.

/// Plain bytes of a file that is plain or compressed with gzip or Zstandard, in order; or bytes in
/// memory.
struct ByteSource: ~Copyable {
    /// `nil` for bytes in memory.
    private let file: FileDescriptor?
    private let name: String
    private let compression: Compression?
    private let decompressor: (any Decompressor)?
    private var input: [UInt8]
    private var unread: Range<Int>
    private var isInputAtEnd = false
    private var isBetweenMembers = true
    private var hasMember = false
    /// Whether the file is compressed.
    var isCompressed: Bool { compression != nil }
    /// Bytes of the file consumed so far: compressed ones where it is compressed.
    private(set) var bytesRead = 0

    init(path: String) throws(IngestionError) {
        let opened = try FileDescriptor(path: path)
        var first = [UInt8](repeating: 0, count: 65_536)
        var filled = 0
        while filled < 4 {
            let count = try opened.read(into: &first, from: filled)
            if count == 0 { break }
            filled += count
        }
        compression = Compression(firstBytes: first[..<filled])
        decompressor = compression?.makeDecompressor()
        input = first
        unread = 0..<filled
        name = path
        file = consume opened
    }

    /// - Parameter name: for messages.
    init(bytes: [UInt8], name: String) {
        file = nil
        self.name = name
        compression = nil
        decompressor = nil
        input = bytes
        unread = 0..<bytes.count
    }

    /// Reads into `buffer` from index `start` on.
    /// - Returns: How many bytes; zero only at the end of the file.
    /// - Precondition: `buffer` has room after `start`.
    mutating func read(
        into buffer: inout [UInt8], from start: Int
    ) throws(IngestionError) -> Int {
        precondition(start < buffer.count, "no room for bytes at \(start) of \(buffer.count)")
        guard isCompressed else { return try readPlain(into: &buffer, from: start) }
        while true {
            if unread.isEmpty, !isInputAtEnd { try refill() }
            if isBetweenMembers, try isAtTrailer() { return 0 }
            // Where all is read, there may still be plain bytes that had no room before.
            let isLast = unread.isEmpty
            let produced = try inflate(into: &buffer, from: start)
            if produced > 0 { return produced }
            guard !isLast || isBetweenMembers else {
                throw damage("the file ends in the middle of its compressed data")
            }
        }
    }

    /// Reads a compressed file to its end and checks its checksums; does nothing for others.
    static func verify(path: String) throws(IngestionError) {
        var source = try ByteSource(path: path)
        guard source.isCompressed else { return }
        var scratch = [UInt8](repeating: 0, count: 262_144)
        while try source.read(into: &scratch, from: 0) > 0 {}
    }

    private mutating func readPlain(
        into buffer: inout [UInt8], from start: Int
    ) throws(IngestionError) -> Int {
        guard unread.isEmpty else {
            let count = min(unread.count, buffer.count - start)
            for index in 0..<count { buffer[start + index] = input[unread.lowerBound + index] }
            unread = (unread.lowerBound + count)..<unread.upperBound
            bytesRead += count
            return count
        }
        let count = try file?.read(into: &buffer, from: start) ?? 0
        bytesRead += count
        return count
    }

    private mutating func refill() throws(IngestionError) {
        let count = try file?.read(into: &input, from: 0) ?? 0
        unread = 0..<count
        isInputAtEnd = count == 0
    }

    /// Between members: whether the file is at its end. Padding at the end is allowed where the
    /// format has it; anything else has to be another member.
    private mutating func isAtTrailer() throws(IngestionError) -> Bool {
        guard let compression, let decompressor else { return true }
        while hasMember, !isInputAtEnd {
            let start = unread.first { !compression.allowsPadding || input[$0] != 0 }
            guard let index = start else {
                bytesRead += unread.count
                try refill()
                continue
            }
            bytesRead += index - unread.lowerBound
            unread = index..<unread.upperBound
            guard compression.canBegin(with: input[index]) else {
                throw damage("other bytes follow the \(compression.name) data")
            }
            break
        }
        if unread.isEmpty { return true }
        decompressor.startMember()
        isBetweenMembers = false
        hasMember = true
        return false
    }

    private mutating func inflate(
        into buffer: inout [UInt8], from start: Int
    ) throws(IngestionError) -> Int {
        var problem = ""
        guard
            let step = decompressor?.step(
                input: &input, range: unread, output: &buffer, from: start, problem: &problem)
        else { throw damage(problem) }
        bytesRead += step.consumed
        unread = (unread.lowerBound + step.consumed)..<unread.upperBound
        isBetweenMembers = step.isMemberEnd
        return step.produced
    }

    private func damage(_ reason: String) -> IngestionError {
        .damagedCompression(
            path: name, format: compression?.name ?? "", reason: reason, byteOffset: bytesRead)
    }
}
