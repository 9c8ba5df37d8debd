// A run of a derived column as stored bytes: whole numbers in the least width that holds them, and
// a hash, so that a changed bit is found by whoever reads it.

import Digests
import Events

enum DerivedChunk {
    private static let formatVersion: UInt8 = 1
    /// Version, width, log10 of the divisor, a reserved byte, count (4), base (8).
    private static let headerByteCount = 16

    static func encode(_ values: [Int64]) -> [UInt8] {
        let least = values.min() ?? 0
        let greatest = values.max() ?? 0
        let divisor = UInt64(BlockEncoder.divisor(values.span, least))
        let range = UInt64(bitPattern: greatest &- least) / divisor
        let width = range <= 0xff ? 1 : range <= 0xffff ? 2 : range <= 0xffff_ffff ? 4 : 8
        var bytes = [UInt8](
            repeating: 0, count: headerByteCount + values.count * width + Digest.byteCount)
        bytes[0] = formatVersion
        bytes[1] = UInt8(width)
        bytes[2] = divisor == 1 ? 0 : divisor == 1_000 ? 3 : 6
        RawBytes.store32(UInt32(values.count), into: &bytes, at: 4)
        RawBytes.store64(UInt64(bitPattern: least), into: &bytes, at: 8)
        RawBytes.narrow(
            values.span, base: least, divisor: divisor, width: width, into: &bytes,
            at: headerByteCount)
        let end = bytes.count - Digest.byteCount
        let hash = hash(bytes.span.extracting(0..<end)).bytes
        RawBytes.copy(hash.span, 0..<hash.count, into: &bytes, at: end)
        return bytes
    }

    /// - Returns: false where the bytes are not what was written.
    static func decode(_ bytes: Span<UInt8>, into values: inout [Int64]) -> Bool {
        guard bytes.count >= headerByteCount + Digest.byteCount, bytes[0] == formatVersion,
            [1, 2, 4, 8].contains(bytes[1]), [0, 3, 6].contains(bytes[2])
        else { return false }
        let count = Int(RawBytes.load32(bytes, at: 4))
        let width = Int(bytes[1])
        let end = headerByteCount + count * width
        guard bytes.count == end + Digest.byteCount,
            hash(bytes.extracting(0..<end)) == BlockHeader.hash(bytes, at: end)
        else { return false }
        if values.count != count { values = [Int64](repeating: 0, count: count) }
        RawBytes.widen(
            bytes.extracting(headerByteCount..<end), width: width, count: count,
            base: Int64(bitPattern: RawBytes.load64(bytes, at: 8)),
            scale: bytes[2] == 0 ? 1 : bytes[2] == 3 ? 1_000 : 1_000_000, into: &values)
        return true
    }

    private static func hash(_ bytes: Span<UInt8>) -> Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }
}
