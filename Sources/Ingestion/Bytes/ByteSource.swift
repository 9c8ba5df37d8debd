// The bytes of a file as its records need them: a gzip file is read as it is.

/// Plain bytes of a plain or gzip file, in order.
struct ByteSource: ~Copyable {
    private let file: FileDescriptor
    private let inflater: Inflater
    private var input: [UInt8]
    private var unread: Range<Int>
    private var isInputAtEnd = false
    private var isBetweenMembers = true
    private var hasMember = false
    /// Whether the file is compressed.
    let isCompressed: Bool
    /// Bytes of the file consumed so far: compressed ones where it is compressed.
    private(set) var bytesRead = 0

    init(path: String) throws(IngestionError) {
        let opened = try FileDescriptor(path: path)
        var first = [UInt8](repeating: 0, count: 65_536)
        var filled = 0
        // A pipe may give the first two bytes one at a time.
        while filled < 2 {
            let count = try opened.read(into: &first, from: filled)
            if count == 0 { break }
            filled += count
        }
        isCompressed = filled >= 2 && first[0] == 0x1f && first[1] == 0x8b
        input = first
        unread = 0..<filled
        inflater = Inflater()
        file = opened
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
            guard !unread.isEmpty else {
                throw damage("the file ends in the middle of its compressed data")
            }
            let produced = try inflate(into: &buffer, from: start)
            if produced > 0 { return produced }
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
        let count = try file.read(into: &buffer, from: start)
        bytesRead += count
        return count
    }

    private mutating func refill() throws(IngestionError) {
        let count = try file.read(into: &input, from: 0)
        unread = 0..<count
        isInputAtEnd = count == 0
    }

    /// Between members: whether the file is at its end. Zero bytes as padding at the end are
    /// allowed, as gzip does; anything else has to be another member.
    private mutating func isAtTrailer() throws(IngestionError) -> Bool {
        while hasMember, !isInputAtEnd {
            guard let index = unread.first(where: { input[$0] != 0 }) else {
                bytesRead += unread.count
                try refill()
                continue
            }
            bytesRead += index - unread.lowerBound
            unread = index..<unread.upperBound
            guard input[index] == 0x1f else { throw damage("other bytes follow the gzip data") }
            break
        }
        if unread.isEmpty { return true }
        inflater.startMember()
        isBetweenMembers = false
        hasMember = true
        return false
    }

    private mutating func inflate(
        into buffer: inout [UInt8], from start: Int
    ) throws(IngestionError) -> Int {
        var problem = ""
        guard
            let step = inflater.step(
                input: &input, range: unread, output: &buffer, from: start, problem: &problem)
        else { throw damage(problem) }
        bytesRead += step.consumed
        unread = (unread.lowerBound + step.consumed)..<unread.upperBound
        isBetweenMembers = step.isMemberEnd
        return step.produced
    }

    private func damage(_ reason: String) -> IngestionError {
        .damagedCompression(path: file.path, reason: reason, byteOffset: bytesRead)
    }
}
