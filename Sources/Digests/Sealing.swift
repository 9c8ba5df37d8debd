// AES-256 in Galois/counter mode: what a mapping marks personal is readable only with the key,
// and a change of the stored bytes is noticed.

import CLibcrypto

/// A secret of 32 bytes. It does not print itself.
package struct SecretKey: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    /// For writing the key to its own file; nowhere else.
    package let secretBytes: [UInt8]

    package init(bytes: [UInt8]) throws(DigestsError) {
        guard bytes.count == SecretKey.byteCount else {
            throw .keyLength(found: bytes.count, expected: SecretKey.byteCount)
        }
        secretBytes = bytes
    }

    package static func random() throws(DigestsError) -> SecretKey {
        try SecretKey(bytes: SecureRandom.bytes(count: byteCount))
    }

    /// A key for one purpose, from which this one cannot be found (HMAC as in RFC 5869,
    /// expand step with one block).
    package func derived(for purpose: String) throws(DigestsError) -> SecretKey {
        try SecretKey(
            bytes: HMACSHA256.authenticate(
                SecretKey.derivation(for: purpose), key: secretBytes
            ).bytes)
    }

    static func derivation(for purpose: String) -> [UInt8] { Array(purpose.utf8) + [1] }

    package var description: String { "secret key of \(SecretKey.byteCount) bytes" }
}

/// Bytes nobody can foretell, for keys and nonces. Never for draws of a simulation.
package enum SecureRandom {
    package static func bytes(count: Int) throws(DigestsError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        guard let length = Int32(exactly: count) else { throw .tooLong(found: count) }
        guard unsafe RAND_bytes(&result, length) == 1 else {
            throw .library(step: "draw random bytes")
        }
        return result
    }
}

/// Sealed bytes are nonce (12), ciphertext (as long as the plaintext), tag (16).
package enum AESGCM {
    package static let nonceByteCount = 12
    package static let tagByteCount = 16
    /// How much longer sealed bytes are.
    package static let overheadByteCount = nonceByteCount + tagByteCount
    static let noncePurpose = "nonce of a repeatable seal"
    /// The message that a data key is authenticated over for the key of its nonces.
    static let nonceDerivation = SecretKey.derivation(for: noncePurpose)

    /// Seals with a nonce drawn at random: the same plaintext gives other bytes each time.
    /// - Parameter associatedData: not sealed, but needed to open: the place the bytes are for.
    package static func seal(
        _ plaintext: [UInt8], key: SecretKey, associatedData: [UInt8] = []
    ) throws(DigestsError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(count: nonceByteCount)
        return try sealWithGivenNonce(
            plaintext, key: key, nonce: nonce, associatedData: associatedData)
    }

    /// Seals so that the same plaintext, key and place give the same bytes, as idempotent
    /// ingestion needs: a sealed field that differed at each reading would make every repeated
    /// record a conflict.
    ///
    /// The nonce is the beginning of an HMAC of place and plaintext under a key derived from
    /// this one, so two plaintexts share a nonce with a chance of 2^-96 a pair. Whoever sees the
    /// bytes learns which of them are equal, and nothing else.
    package static func sealRepeatably(
        _ plaintext: [UInt8], key: SecretKey, associatedData: [UInt8] = []
    ) throws(DigestsError) -> [UInt8] {
        let nonceKey = try key.derived(for: noncePurpose)
        var place = UInt64(associatedData.count)
        var message: [UInt8] = []
        for _ in 0..<8 {
            message.append(UInt8(truncatingIfNeeded: place))
            place >>= 8
        }
        message += associatedData
        message += plaintext
        let digest = HMACSHA256.authenticate(message, key: nonceKey.secretBytes)
        return try sealWithGivenNonce(
            plaintext, key: key, nonce: Array(digest.bytes.prefix(nonceByteCount)),
            associatedData: associatedData)
    }

    /// Seals with a nonce of the caller's. Two messages under one key and nonce give each other
    /// away: use ``seal(_:key:associatedData:)`` unless the nonce is certain to be new.
    package static func sealWithGivenNonce(
        _ plaintext: [UInt8], key: SecretKey, nonce: [UInt8], associatedData: [UInt8]
    ) throws(DigestsError) -> [UInt8] {
        try checkNonce(nonce)
        let length = try length32(plaintext)
        let associatedLength = try length32(associatedData)
        let context = try CipherContext()
        defer { withExtendedLifetime(context) {} }
        let handle = unsafe context.handle
        var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var written: Int32 = 0
        try check(
            unsafe EVP_EncryptInit_ex(
                handle, EVP_aes_256_gcm(), nil, key.secretBytes, nonce), "begin sealing")
        if associatedLength > 0 {
            try check(
                unsafe EVP_EncryptUpdate(
                    handle, nil, &written, associatedData, associatedLength), "bind the place")
        }
        if length > 0 {
            try check(
                unsafe EVP_EncryptUpdate(handle, &ciphertext, &written, plaintext, length),
                "seal")
        }
        var rest = [UInt8](repeating: 0, count: tagByteCount)
        try check(unsafe EVP_EncryptFinal_ex(handle, &rest, &written), "finish sealing")
        try check(
            unsafe EVP_CIPHER_CTX_ctrl(
                handle, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag), "take the tag")
        return nonce + ciphertext + tag
    }

    /// The plaintext of sealed bytes.
    /// - Throws: ``DigestsError/notAuthentic`` where they, the key or the place are not the ones
    ///   of the sealing.
    package static func open(
        _ sealed: [UInt8], key: SecretKey, associatedData: [UInt8] = []
    ) throws(DigestsError) -> [UInt8] {
        let overhead = nonceByteCount + tagByteCount
        guard sealed.count >= overhead else {
            throw .sealedTooShort(found: sealed.count, least: overhead)
        }
        let nonce = Array(sealed.prefix(nonceByteCount))
        let ciphertext = Array(sealed[nonceByteCount..<(sealed.count - tagByteCount)])
        var tag = Array(sealed.suffix(tagByteCount))
        let length = try length32(ciphertext)
        let associatedLength = try length32(associatedData)
        let context = try CipherContext()
        defer { withExtendedLifetime(context) {} }
        let handle = unsafe context.handle
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
        var written: Int32 = 0
        try check(
            unsafe EVP_DecryptInit_ex(
                handle, EVP_aes_256_gcm(), nil, key.secretBytes, nonce), "begin opening")
        if associatedLength > 0 {
            try check(
                unsafe EVP_DecryptUpdate(
                    handle, nil, &written, associatedData, associatedLength), "bind the place")
        }
        if length > 0 {
            try check(
                unsafe EVP_DecryptUpdate(handle, &plaintext, &written, ciphertext, length),
                "open")
        }
        try check(
            unsafe EVP_CIPHER_CTX_ctrl(
                handle, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag), "give the tag")
        var rest = [UInt8](repeating: 0, count: tagByteCount)
        guard unsafe EVP_DecryptFinal_ex(handle, &rest, &written) == 1 else {
            throw .notAuthentic
        }
        return plaintext
    }

    private static func checkNonce(_ nonce: [UInt8]) throws(DigestsError) {
        guard nonce.count == nonceByteCount else {
            throw .nonceLength(found: nonce.count, expected: nonceByteCount)
        }
    }

    private static func length32(_ bytes: [UInt8]) throws(DigestsError) -> Int32 {
        guard let length = Int32(exactly: bytes.count) else {
            throw .tooLong(found: bytes.count)
        }
        return length
    }

    private static func check(_ code: Int32, _ step: String) throws(DigestsError) {
        guard code == 1 else { throw .library(step: step) }
    }
}

/// The library's working memory for one message; wiped and freed with the value.
@safe struct CipherContext: ~Copyable {
    let handle: OpaquePointer

    init() throws(DigestsError) {
        guard let created = unsafe EVP_CIPHER_CTX_new() else {
            throw .library(step: "allocate a cipher")
        }
        unsafe handle = created
    }

    deinit { unsafe EVP_CIPHER_CTX_free(handle) }
}
