// Sealing many short values under many keys: one cipher context and one hash context, kept open.
// A context of its own for each value costs more than the cipher does (0.68 us against 0.37 us
// with OpenSSL 3.0).

import CLibcrypto

/// A data key with what is derived from it, so that it is derived once and not for each value.
package struct SealingKey: Hashable, Sendable, CustomStringConvertible {
    /// No array: tables hold very many of these.
    fileprivate let secret: (UInt64, UInt64, UInt64, UInt64)
    /// What a value's nonce is made with.
    fileprivate let nonceKey: HMACKey

    package init(_ secret: SecretKey) {
        var authenticator = Authenticator()
        self.init(secret.secretBytes.span, &authenticator)
    }

    fileprivate init(_ bytes: Span<UInt8>, _ authenticator: inout Authenticator) {
        func word(_ index: Int) -> UInt64 {
            var value: UInt64 = 0
            for place in 0..<8 { value |= UInt64(bytes[index * 8 + place]) << UInt64(place * 8) }
            return value.littleEndian
        }
        let key = authenticator.key(bytes)
        authenticator.begin(key)
        authenticator.update(AESGCM.nonceDerivation.span)
        let derived = Digest(authenticator.finish(key)).bytes
        secret = (word(0), word(1), word(2), word(3))
        nonceKey = authenticator.key(derived.span)
    }

    package static func == (left: SealingKey, right: SealingKey) -> Bool {
        left.secret == right.secret
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(secret.0) }

    package var description: String { "sealing key of \(SecretKey.byteCount) bytes" }
}

/// Seals and opens value after value. Used by one thread at a time.
///
/// The bytes are those of ``AESGCM``: nonce (12), ciphertext, tag (16).
@safe package struct Sealer: ~Copyable {
    private let cipherContext: CipherContext
    private var authenticator = Authenticator()
    /// The key that the cipher holds now.
    private var current: SealingKey?
    private var nonce = [UInt8](repeating: 0, count: AESGCM.nonceByteCount)

    package init() throws(DigestsError) {
        let context = try CipherContext()
        try Sealer.check(
            unsafe EVP_EncryptInit_ex(context.handle, EVP_aes_256_gcm(), nil, nil, nil),
            "choose a cipher")
        cipherContext = context
    }

    /// The key with these 32 bytes.
    package mutating func key(_ secret: Span<UInt8>) throws(DigestsError) -> SealingKey {
        guard secret.count == SecretKey.byteCount else {
            throw .keyLength(found: secret.count, expected: SecretKey.byteCount)
        }
        return SealingKey(secret, &authenticator)
    }

    /// The same bytes as ``AESGCM/sealRepeatably(_:key:associatedData:)``.
    package mutating func sealRepeatably(
        _ plaintext: [UInt8], key: SealingKey, place: [UInt8]
    ) throws(DigestsError) -> [UInt8] {
        var sealed: [UInt8] = []
        try sealRepeatably(plaintext.span, key: key, place: place.span, into: &sealed)
        return sealed
    }

    /// The same, behind what `output` holds already.
    package mutating func sealRepeatably(
        _ plaintext: Span<UInt8>, key: SealingKey, place: Span<UInt8>,
        into output: inout [UInt8]
    ) throws(DigestsError) {
        computeNonce(plaintext, key, place)
        let nonce = nonce
        try seal(plaintext, key: key, nonce: nonce.span, place: place, into: &output)
    }

    /// Seals with a nonce of the caller's, the first 12 bytes of `nonce`, which must be new.
    package mutating func seal(
        _ plaintext: [UInt8], key: SealingKey, nonce: [UInt8], place: [UInt8]
    ) throws(DigestsError) -> [UInt8] {
        var sealed: [UInt8] = []
        try seal(plaintext.span, key: key, nonce: nonce.span, place: place.span, into: &sealed)
        return sealed
    }

    /// The same, behind what `output` holds already.
    package mutating func seal(
        _ plaintext: Span<UInt8>, key: SealingKey, nonce: Span<UInt8>, place: Span<UInt8>,
        into output: inout [UInt8]
    ) throws(DigestsError) {
        guard nonce.count >= AESGCM.nonceByteCount else {
            throw .nonceLength(found: nonce.count, expected: AESGCM.nonceByteCount)
        }
        guard let length = Int32(exactly: plaintext.count),
            let placeLength = Int32(exactly: place.count)
        else { throw .tooLong(found: max(plaintext.count, place.count)) }
        try begin(key, nonce, isSealing: true)
        let cipher = unsafe cipherContext.handle
        for index in 0..<AESGCM.nonceByteCount { output.append(nonce[index]) }
        let start = output.count
        output.append(
            contentsOf: repeatElement(0, count: plaintext.count + AESGCM.tagByteCount))
        var written: Int32 = 0
        var code: Int32 = 1
        if placeLength > 0 {
            code &= unsafe place.withUnsafeBufferPointer {
                unsafe EVP_EncryptUpdate(cipher, nil, &written, $0.baseAddress, placeLength)
            }
        }
        unsafe output.withUnsafeMutableBufferPointer { bytes in
            guard let body = unsafe bytes.baseAddress.map({ unsafe $0 + start }) else { return }
            let tag = unsafe body + plaintext.count
            if length > 0 {
                code &= unsafe plaintext.withUnsafeBufferPointer {
                    unsafe EVP_EncryptUpdate(cipher, body, &written, $0.baseAddress, length)
                }
            }
            // In this mode the last step gives no bytes: the place it names is not written to.
            code &= unsafe EVP_EncryptFinal_ex(cipher, tag, &written)
            code &= unsafe EVP_CIPHER_CTX_ctrl(
                cipher, EVP_CTRL_AEAD_GET_TAG, Int32(AESGCM.tagByteCount), tag)
        }
        try Sealer.check(code, "seal")
    }

    /// The plaintext of sealed bytes.
    /// - Throws: ``DigestsError/notAuthentic`` where they, the key or the place are not the ones
    ///   of the sealing.
    package mutating func open(
        _ sealed: [UInt8], key: SealingKey, place: [UInt8]
    ) throws(DigestsError) -> [UInt8] {
        let overhead = AESGCM.nonceByteCount + AESGCM.tagByteCount
        guard sealed.count >= overhead else {
            throw .sealedTooShort(found: sealed.count, least: overhead)
        }
        let count = sealed.count - overhead
        guard let length = Int32(exactly: count), let placeLength = Int32(exactly: place.count)
        else { throw .tooLong(found: max(count, place.count)) }
        try begin(key, sealed.span, isSealing: false)
        let cipher = unsafe cipherContext.handle
        var plaintext = [UInt8](repeating: 0, count: count)
        var tag = Array(sealed.suffix(AESGCM.tagByteCount))
        var code: Int32 = 1
        var written: Int32 = 0
        if placeLength > 0 {
            code &= unsafe EVP_DecryptUpdate(cipher, nil, &written, place, placeLength)
        }
        if length > 0 {
            let body = Array(sealed[AESGCM.nonceByteCount..<(AESGCM.nonceByteCount + count)])
            code &= unsafe EVP_DecryptUpdate(cipher, &plaintext, &written, body, length)
        }
        code &= unsafe EVP_CIPHER_CTX_ctrl(
            cipher, EVP_CTRL_AEAD_SET_TAG, Int32(AESGCM.tagByteCount), &tag)
        try Sealer.check(code, "open")
        var rest = [UInt8](repeating: 0, count: AESGCM.tagByteCount)
        guard unsafe EVP_DecryptFinal_ex(cipher, &rest, &written) == 1 else { throw .notAuthentic }
        return plaintext
    }

    /// HMAC-SHA256 of several parts, one after the other. The same as ``HMACSHA256``.
    package mutating func authenticate(
        _ first: [UInt8], _ second: [UInt8] = [], key: HMACKey
    ) -> Digest {
        authenticate(first.span, second.span, key: key)
    }

    /// The same without arrays.
    package mutating func authenticate(
        _ first: Span<UInt8>, _ second: Span<UInt8>, key: HMACKey
    ) -> Digest {
        authenticator.begin(key)
        authenticator.update(first)
        authenticator.update(second)
        return Digest(authenticator.finish(key))
    }

    private mutating func begin(
        _ key: SealingKey, _ nonce: Span<UInt8>, isSealing: Bool
    ) throws(DigestsError) {
        let cipher = unsafe cipherContext.handle
        let direction: Int32 = isSealing ? 1 : 0
        // The key schedule is half of the work on a short value.
        let isCurrent = current == key
        if !isCurrent { current = nil }
        let code = unsafe nonce.withUnsafeBufferPointer { nonce in
            if isCurrent {
                return unsafe EVP_CipherInit_ex(
                    cipher, nil, nil, nil, nonce.baseAddress, direction)
            }
            return unsafe withUnsafeBytes(of: key.secret) { bytes in
                unsafe EVP_CipherInit_ex(
                    cipher, nil, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    nonce.baseAddress, direction)
            }
        }
        try Sealer.check(code, isCurrent ? "begin" : "begin with a key")
        if !isCurrent { current = key }
    }

    /// Leaves the nonce in `nonce`.
    private mutating func computeNonce(
        _ plaintext: Span<UInt8>, _ key: SealingKey, _ place: Span<UInt8>
    ) {
        authenticator.begin(key.nonceKey)
        authenticator.update(UInt64(place.count))
        authenticator.update(place)
        authenticator.update(plaintext)
        let words = authenticator.finish(key.nonceKey)
        for index in 0..<4 {
            let shift = UInt32(24 - 8 * index)
            nonce[index] = UInt8(truncatingIfNeeded: words.0 >> shift)
            nonce[4 + index] = UInt8(truncatingIfNeeded: words.1 >> shift)
            nonce[8 + index] = UInt8(truncatingIfNeeded: words.2 >> shift)
        }
    }

    private static func check(_ code: Int32, _ step: String) throws(DigestsError) {
        guard code == 1 else { throw .library(step: step) }
    }
}
