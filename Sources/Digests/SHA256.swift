// SHA-256 over libcrypto, kept open between messages: choosing the algorithm anew for each
// message costs more than hashing a short one, and the log chains every event.

import CLibcrypto

/// A running SHA-256 (FIPS 180-4).
@safe package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// - Precondition: memory for the library's context; it is a few hundred bytes.
    package init() {
        guard let created = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("no memory for a hash context")
        }
        unsafe context = created
        let code = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(code == 1, "SHA-256 is not available in libcrypto")
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        let context = unsafe context
        let code = unsafe bytes.withUnsafeBufferPointer {
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        precondition(code == 1, "hashing \(bytes.count) bytes failed")
    }

    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// The hash of everything since the beginning or the last call; then begins anew.
    package mutating func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
        finish(into: &bytes)
        guard let digest = Digest(bytes: bytes) else {
            preconditionFailure("a hash of \(bytes.count) bytes")
        }
        return digest
    }

    /// The same, into the first 32 of `bytes`, for those who hash very many short messages.
    package mutating func finish(into bytes: inout [UInt8]) {
        precondition(bytes.count >= Digest.byteCount, "\(bytes.count) bytes hold no hash")
        let code = unsafe EVP_DigestFinal_ex(context, &bytes, nil)
        precondition(code == 1, "finishing a hash failed")
        let restarted = unsafe EVP_DigestInit_ex(context, nil, nil)
        precondition(restarted == 1, "starting a hash anew failed")
    }

    /// The hash of one message.
    package static func digest(of bytes: [UInt8]) -> Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// The hash of a text's UTF-8 bytes.
    package static func digest(of text: String) -> Digest { digest(of: Array(text.utf8)) }
}

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// - Parameter key: of any length; 32 bytes are usual.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> Digest {
        var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
        var length: UInt32 = 0
        let result = unsafe HMAC(
            EVP_sha256(), key, Int32(key.count), message, message.count, &bytes, &length)
        let isComplete = unsafe result != nil && Int(length) == Digest.byteCount
        guard isComplete, let digest = Digest(bytes: bytes) else {
            preconditionFailure("HMAC over \(message.count) bytes failed")
        }
        return digest
    }
}
