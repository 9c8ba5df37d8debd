// HMAC-SHA256 of very many short messages: what depends on the key alone is computed once, and the
// hash is called without the library's general interface, which costs more than a block of it.

import CLibcrypto

/// The state of SHA-256 between two blocks.
typealias HashWords = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

/// A key of HMAC-SHA256 (RFC 2104): the hash's state after the key's inner and its outer block,
/// two of the four blocks that a short message takes.
package struct HMACKey: Sendable {
    fileprivate let inner: HashWords
    fileprivate let outer: HashWords

    package init(_ key: SecretKey) {
        var authenticator = Authenticator()
        self = authenticator.key(key.secretBytes.span)
    }

    fileprivate init(inner: HashWords, outer: HashWords) {
        self.inner = inner
        self.outer = outer
    }
}

/// The working memory of HMAC-SHA256, one message after the other. Used by one thread at a time.
@safe struct Authenticator {
    private static let blockByteCount = 64
    /// Bits that both hashes have taken in with the key's block.
    private static let keyBits: UInt32 = 512

    private var context = SHA256_CTX()
    private var keyBlock = [UInt8](repeating: 0, count: blockByteCount)
    /// The last block of the outer hash: the inner one's 32 bytes, and the padding of a message
    /// of two blocks less that (96 bytes are 768 bits).
    private var outerBlock: [UInt8]
    private let initial: HashWords

    init() {
        outerBlock = [UInt8](repeating: 0, count: Authenticator.blockByteCount)
        outerBlock[32] = 0x80
        outerBlock[62] = 0x03
        let code = unsafe SHA256_Init(&context)
        precondition(code == 1, "SHA-256 is not available in libcrypto")
        initial = context.h
    }

    /// The key with these 32 bytes.
    mutating func key(_ bytes: Span<UInt8>) -> HMACKey {
        HMACKey(inner: state(after: bytes, over: 0x36), outer: state(after: bytes, over: 0x5c))
    }

    private mutating func state(after key: Span<UInt8>, over pad: UInt8) -> HashWords {
        precondition(key.count == SecretKey.byteCount, "a key of \(key.count) bytes")
        for index in 0..<SecretKey.byteCount { keyBlock[index] = key[index] ^ pad }
        for index in SecretKey.byteCount..<keyBlock.count { keyBlock[index] = pad }
        context.h = initial
        unsafe SHA256_Transform(&context, keyBlock)
        return context.h
    }

    mutating func begin(_ key: HMACKey) {
        context.h = key.inner
        context.Nl = Authenticator.keyBits
        context.Nh = 0
        context.num = 0
    }

    mutating func update(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        let code = unsafe bytes.withUnsafeBufferPointer {
            unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
        precondition(code == 1, "hashing \(bytes.count) bytes failed")
    }

    /// A number as eight little-endian bytes.
    mutating func update(_ number: UInt64) {
        let bytes = number.littleEndian
        let code = unsafe withUnsafeBytes(of: bytes) {
            unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
        precondition(code == 1, "hashing a number failed")
    }

    /// The message's code, as eight big-endian words.
    mutating func finish(_ key: HMACKey) -> HashWords {
        let code = unsafe SHA256_Final(&outerBlock, &context)
        precondition(code == 1, "finishing a hash failed")
        context.h = key.outer
        unsafe SHA256_Transform(&context, outerBlock)
        return context.h
    }
}

extension Digest {
    init(_ words: HashWords) {
        func pair(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
        self.init(
            words: (
                pair(words.0, words.1), pair(words.2, words.3), pair(words.4, words.5),
                pair(words.6, words.7)
            ))
    }
}
