// One slot of a key file: 128 bytes, so that four of them fill a sector of a disk and none lies
// in two. As sixteen words, because a file of millions is looked through at each start.
//
//   word 0: state (8 bits), kind (8), zero (16), number of the slot (32)
//   words 1, 2: tag, by which it is found
//   words 3 to 10: nonce (12 bytes), wrapped key (32), its tag (16), zero (4)
//   words 11 to 14: zero
//   word 15: checksum of the others
// A destroyed slot keeps its state, kind, number and tag; words 3 to 14 are zero.

import Digests

/// What a slot is found by: a keyed hash, so that the file names nobody.
package struct KeyTag: Hashable, Sendable {
    package static let byteCount = 16

    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The first half of a digest.
    init(_ digest: Digest) { (high, low) = digest.beginning }

    /// `nil` where there are not exactly 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == KeyTag.byteCount else { return nil }
        self = KeyTag(first: bytes)
    }

    package init?(hexadecimal: String) {
        guard let bytes = Hexadecimal.bytes(of: hexadecimal) else { return nil }
        self.init(bytes: bytes)
    }

    private init(first bytes: [UInt8]) {
        func word(_ start: Int) -> UInt64 {
            bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        high = word(0)
        low = word(8)
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    package var hexadecimal: String { Hexadecimal.text(of: bytes) }
}

/// Whose key a slot holds.
package enum KeyKind: UInt8, CaseIterable, Sendable {
    case person = 1
    /// A rejected record.
    case record = 2
}

struct KeySlot {
    static let wordCount = 16
    static let byteCount = wordCount * 8

    enum State: UInt8 {
        case live = 1
        case destroyed = 2
    }

    /// What sixteen words of a file are.
    enum Reading {
        case slot(State, KeyKind, KeyTag)
        /// Never written to: a write that was interrupted leaves such.
        case blank
        case damaged
    }

    private static let wrappedRange = 3..<11
    static let wrappedByteCount =
        AESGCM.nonceByteCount + SecretKey.byteCount + AESGCM.tagByteCount

    /// Appends a slot with a wrapped key: nonce, sealed key and tag, 60 bytes.
    static func appendLive(
        _ kind: KeyKind, _ tag: KeyTag, number: Int, wrapped: Span<UInt8>,
        to slots: inout [UInt64]
    ) {
        precondition(wrapped.count == wrappedByteCount, "\(wrapped.count) bytes are no key")
        let start = slots.count
        slots.append(
            UInt64(State.live.rawValue) | UInt64(kind.rawValue) << 8
                | UInt64(number) << 32)
        slots.append(tag.high)
        slots.append(tag.low)
        for _ in 3..<wordCount { slots.append(0) }
        for index in 0..<wrapped.count {
            slots[start + wrappedRange.lowerBound + index / 8] |=
                UInt64(wrapped[index]) << UInt64(index % 8 * 8)
        }
        for index in start..<(start + 15) { slots[index] = slots[index].littleEndian }
        slots[start + 15] = checksum(slots[start..<(start + wordCount)]).littleEndian
    }

    /// A slot without a key, which remembers whose key is gone.
    static func destroyed(_ kind: KeyKind, _ tag: KeyTag, number: Int) -> [UInt64] {
        var words = beginning(.destroyed, kind, tag, number)
        words[15] = checksum(words[...])
        return words.map(\.littleEndian)
    }

    static func read(_ words: ArraySlice<UInt64>, number: Int) -> Reading {
        let start = words.startIndex
        let first = UInt64(littleEndian: words[start])
        guard checksum(words) == UInt64(littleEndian: words[start + 15]),
            let state = State(rawValue: UInt8(truncatingIfNeeded: first)),
            let kind = KeyKind(rawValue: UInt8(truncatingIfNeeded: first >> 8)),
            first >> 32 == UInt64(number)
        else { return words.allSatisfy { $0 == 0 } ? .blank : .damaged }
        let tag = KeyTag(
            high: UInt64(littleEndian: words[start + 1]),
            low: UInt64(littleEndian: words[start + 2]))
        return .slot(state, kind, tag)
    }

    static func wrappedKey(_ words: ArraySlice<UInt64>) -> [UInt8] {
        let start = words.startIndex + wrappedRange.lowerBound
        return (0..<wrappedByteCount).map { index in
            let word = UInt64(littleEndian: words[start + index / 8])
            return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
        }
    }

    /// What a wrapped key is bound to: in another slot, or as another person's, it does not open.
    static func place(_ kind: KeyKind, _ tag: KeyTag, number: Int) -> [UInt8] {
        var place: [UInt8] = []
        place.reserveCapacity(5 + KeyTag.byteCount)
        place.append(kind.rawValue)
        for index in 0..<4 { place.append(UInt8(truncatingIfNeeded: number >> (index * 8))) }
        for word in [tag.high, tag.low] {
            for index in 0..<8 {
                place.append(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index)))
            }
        }
        return place
    }

    private static func beginning(
        _ state: State, _ kind: KeyKind, _ tag: KeyTag, _ number: Int
    ) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: wordCount)
        words[0] = UInt64(state.rawValue) | UInt64(kind.rawValue) << 8 | UInt64(number) << 32
        words[1] = tag.high
        words[2] = tag.low
        return words
    }

    /// Finds damage, not malice: against that, keys are authenticated where they are opened.
    /// Each step is one to one in the sum and in the word, so any change within one word shows.
    private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
        var sum: UInt64 = 0x9e37_79b9_7f4a_7c15
        for index in words.startIndex..<(words.startIndex + 15) {
            sum = (sum ^ UInt64(littleEndian: words[index])) &* 0xff51_afd7_ed55_8ccd
            sum ^= sum >> 32
        }
        return sum
    }
}
