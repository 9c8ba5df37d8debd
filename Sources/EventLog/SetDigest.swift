// A digest of a set of entries that is kept while entries come and go, whatever their order. The
// small tables beside the events have one each, so that a changed, lost or returned entry is found.

import Digests
import LMDB

/// The sum, modulo 2^256, of the SHA-256 of each entry.
///
/// Source: M. Bellare and D. Micciancio, "A New Paradigm for Collision-free Hashing" (1997),
/// AdHash. It finds accidents; whoever can write the store can also write the sum.
struct SetDigest: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    init?(bytes: some Sequence<UInt8>) {
        let all = Array(bytes)
        guard all.count == Digest.byteCount else { return nil }
        let span = all.span
        words = (
            RawBytes.load64(span, at: 0), RawBytes.load64(span, at: 8),
            RawBytes.load64(span, at: 16), RawBytes.load64(span, at: 24)
        )
    }

    var bytes: [UInt8] {
        var result = [UInt8](repeating: 0, count: Digest.byteCount)
        RawBytes.store64(words.0, into: &result, at: 0)
        RawBytes.store64(words.1, into: &result, at: 8)
        RawBytes.store64(words.2, into: &result, at: 16)
        RawBytes.store64(words.3, into: &result, at: 24)
        return result
    }

    /// The hash of one entry; the length keeps key and value apart.
    static func hash(_ key: Span<UInt8>, _ value: Span<UInt8>) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(OrderedKey(UInt64(key.count)).bytes)
        hasher.update(key)
        hasher.update(value)
        return hasher.finish().bytes
    }

    mutating func insert(_ key: Span<UInt8>, _ value: Span<UInt8>) {
        add(SetDigest.hash(key, value), isNegative: false)
    }

    mutating func remove(_ key: Span<UInt8>, _ value: Span<UInt8>) {
        add(SetDigest.hash(key, value), isNegative: true)
    }

    private mutating func add(_ hash: [UInt8], isNegative: Bool) {
        let span = hash.span
        var carry: UInt64 = isNegative ? 1 : 0
        func step(_ word: UInt64, _ offset: Int) -> UInt64 {
            var other = RawBytes.load64(span, at: offset)
            if isNegative { other = ~other }
            let (first, firstCarry) = word.addingReportingOverflow(other)
            let (sum, secondCarry) = first.addingReportingOverflow(carry)
            carry = (firstCarry || secondCarry) ? 1 : 0
            return sum
        }
        words.0 = step(words.0, 0)
        words.1 = step(words.1, 8)
        words.2 = step(words.2, 16)
        words.3 = step(words.3, 24)
    }

    static func == (left: SetDigest, right: SetDigest) -> Bool { left.bytes == right.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
