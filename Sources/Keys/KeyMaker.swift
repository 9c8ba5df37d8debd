// New keys: drawn at random, wrapped for their slots. Apart from the file, so that several threads
// can make them at once.

import Digests

struct KeyMaker: Sendable {
    private static let drawnByteCount = AESGCM.nonceByteCount + SecretKey.byteCount

    let wrapping: SealingKey

    /// Random bytes that were drawn together: each call of the generator costs more than the few
    /// bytes that one key takes.
    struct Drawn {
        private static let keysPerDraw = 256
        fileprivate private(set) var bytes: [UInt8] = []
        private var used = 0
        fileprivate var wrapped: [UInt8] = []

        init() {}

        /// Where the next key's bytes begin.
        fileprivate mutating func next() throws(DigestsError) -> Int {
            if used == bytes.count {
                bytes = try SecureRandom.bytes(
                    count: Drawn.keysPerDraw * KeyMaker.drawnByteCount)
                used = 0
            }
            used += KeyMaker.drawnByteCount
            return used - KeyMaker.drawnByteCount
        }
    }

    /// Makes the key of a slot, and appends the slot.
    func make(
        _ kind: KeyKind, _ tag: KeyTag, number: Int, _ drawn: inout Drawn,
        _ sealer: inout Sealer, slots: inout [UInt64]
    ) throws(DigestsError) -> SealingKey {
        let start = try drawn.next()
        var bytes: [UInt8] = []
        swap(&bytes, &drawn.wrapped)
        bytes.removeAll(keepingCapacity: true)
        let middle = start + AESGCM.nonceByteCount
        let random = drawn.bytes
        let nonce = random.span.extracting(start..<middle)
        let secret = random.span.extracting(middle..<(middle + SecretKey.byteCount))
        let place = KeySlot.place(kind, tag, number: number)
        try sealer.seal(secret, key: wrapping, nonce: nonce, place: place.span, into: &bytes)
        KeySlot.appendLive(kind, tag, number: number, wrapped: bytes.span, to: &slots)
        let key = try sealer.key(secret)
        swap(&bytes, &drawn.wrapped)
        return key
    }
}
