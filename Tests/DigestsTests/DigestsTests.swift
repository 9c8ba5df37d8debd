// Aim: the library is called rightly: published vectors, and what must be refused is.

import Digests
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4, examples of NIST.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func publishedVectors(message: String, expected: String) {
        #expect(SHA256.digest(of: message).hexadecimal == expected)
    }

    @Test func aMillionLettersInPieces() {
        var hasher = SHA256()
        for _ in 0..<1_000 { hasher.update([UInt8](repeating: 0x61, count: 1_000)) }
        #expect(
            hasher.finish().hexadecimal
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func aHasherBeginsAnewAfterFinishing() {
        var hasher = SHA256()
        hasher.update(Array("something else".utf8))
        _ = hasher.finish()
        hasher.update(Array("a".utf8))
        hasher.update([])
        hasher.update(Array("bc".utf8))
        #expect(hasher.finish() == SHA256.digest(of: "abc"))
        #expect(hasher.finish() == SHA256.digest(of: ""))
    }
}

@Suite struct HMACTests {
    /// RFC 4231, test cases 1, 2 and 6.
    @Test func publishedVectors() {
        #expect(
            HMACSHA256.authenticate(
                Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20)
            ).hexadecimal == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            HMACSHA256.authenticate(
                Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)
            ).hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            HMACSHA256.authenticate(
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                key: [UInt8](repeating: 0xaa, count: 131)
            ).hexadecimal == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func emptyMessageAndKey() {
        #expect(
            HMACSHA256.authenticate([], key: []).hexadecimal
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}

@Suite struct AESGCMTests {
    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
    @Test(arguments: [
        (
            String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "", "",
            "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        (
            String(repeating: "00", count: 32), String(repeating: "00", count: 12),
            String(repeating: "00", count: 16), "", "cea7403d4d606b6e074ec5d3baf39d18",
            "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func publishedVectors(
        key: String, nonce: String, plaintext: String, place: String, ciphertext: String,
        tag: String
    ) throws {
        let secret = try SecretKey(bytes: bytes(key))
        let sealed = try AESGCM.sealWithGivenNonce(
            bytes(plaintext), key: secret, nonce: bytes(nonce), associatedData: bytes(place))
        #expect(Hexadecimal.text(of: sealed) == nonce + ciphertext + tag)
        let opened = try AESGCM.open(sealed, key: secret, associatedData: bytes(place))
        #expect(opened == bytes(plaintext))
    }

    @Test func anyChangedBitIsNoticed() throws {
        let key = try SecretKey.random()
        let sealed = try AESGCM.seal(Array("Ada".utf8), key: key, associatedData: [1])
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: DigestsError.notAuthentic) {
                    try AESGCM.open(changed, key: key, associatedData: [1])
                }
            }
        }
    }

    @Test func anotherKeyOrPlaceDoesNotOpen() throws {
        let key = try SecretKey.random()
        let sealed = try AESGCM.seal(Array("Ada".utf8), key: key, associatedData: [1])
        let other = try SecretKey.random()
        #expect(throws: DigestsError.notAuthentic) {
            try AESGCM.open(sealed, key: other, associatedData: [1])
        }
        #expect(throws: DigestsError.notAuthentic) {
            try AESGCM.open(sealed, key: key, associatedData: [2])
        }
        #expect(throws: DigestsError.notAuthentic) { try AESGCM.open(sealed, key: key) }
    }

    @Test func truncatedBytesDoNotOpen() throws {
        let key = try SecretKey.random()
        let sealed = try AESGCM.seal(Array("Ada".utf8), key: key)
        for length in 0..<sealed.count {
            #expect(throws: DigestsError.self) {
                try AESGCM.open(Array(sealed.prefix(length)), key: key)
            }
        }
        #expect(throws: DigestsError.sealedTooShort(found: 27, least: 28)) {
            try AESGCM.open([UInt8](repeating: 0, count: 27), key: key)
        }
    }

    @Test func aSealIsNewEachTimeAndARepeatableOneIsNot() throws {
        let key = try SecretKey.random()
        let text = Array("Ada".utf8)
        #expect(try AESGCM.seal(text, key: key) != AESGCM.seal(text, key: key))
        let first = try AESGCM.sealRepeatably(text, key: key, associatedData: [1])
        #expect(try AESGCM.sealRepeatably(text, key: key, associatedData: [1]) == first)
        #expect(try AESGCM.open(first, key: key, associatedData: [1]) == text)
        // Neither another text, place nor key shares the nonce.
        let others = [
            try AESGCM.sealRepeatably(Array("Adb".utf8), key: key, associatedData: [1]),
            try AESGCM.sealRepeatably(text, key: key, associatedData: [2]),
            try AESGCM.sealRepeatably(text, key: SecretKey.random(), associatedData: [1]),
        ]
        for other in others { #expect(other.prefix(12) != first.prefix(12)) }
    }

    @Test func wrongLengthsAreRefused() throws {
        #expect(throws: DigestsError.keyLength(found: 31, expected: 32)) {
            try SecretKey(bytes: [UInt8](repeating: 0, count: 31))
        }
        let key = try SecretKey.random()
        #expect(throws: DigestsError.nonceLength(found: 11, expected: 12)) {
            try AESGCM.sealWithGivenNonce(
                [], key: key, nonce: [UInt8](repeating: 0, count: 11), associatedData: [])
        }
    }

    @Test func keysDifferAndDoNotPrintThemselves() throws {
        let key = try SecretKey.random()
        #expect(try SecretKey.random() != key)
        #expect(try key.derived(for: "a") != key.derived(for: "b"))
        #expect(try key.derived(for: "a") == key.derived(for: "a"))
        #expect("\(key)" == "secret key of 32 bytes")
    }

    private func bytes(_ text: String) -> [UInt8] { Hexadecimal.bytes(of: text) ?? [0xff] }
}

@Suite struct HexadecimalTests {
    @Test func bytesComeBack() {
        let all = (0...255).map { UInt8($0) }
        let text = Hexadecimal.text(of: all)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hexadecimal.bytes(of: text) == all)
        #expect(Hexadecimal.bytes(of: text.uppercased()) == all)
        #expect(Hexadecimal.bytes(of: "") == [])
    }

    @Test(arguments: ["0", "0g", "g0", "0x", " 0", "abc", "é", "-1"])
    func otherTextsAreNone(text: String) {
        #expect(Hexadecimal.bytes(of: text) == nil)
    }

    @Test func digestsComeBackFromBytesAndText() {
        let digest = SHA256.digest(of: "abc")
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hexadecimal: digest.hexadecimal) == digest)
        #expect(Digest(bytes: Array(digest.bytes.dropLast())) == nil)
        #expect(Digest(hexadecimal: String(digest.hexadecimal.dropLast(2))) == nil)
        #expect(Digest.zero.bytes == [UInt8](repeating: 0, count: 32))
    }

    @Test func randomBytesHaveTheirLength() throws {
        #expect(try SecureRandom.bytes(count: 0).isEmpty)
        #expect(try SecureRandom.bytes(count: 33).count == 33)
        #expect(try SecureRandom.bytes(count: 16) != SecureRandom.bytes(count: 16))
    }

    @Test func errorsSayWhatWasExpected() {
        #expect(
            DigestsError.keyLength(found: 3, expected: 32).description
                == "a key of 3 bytes; expected 32")
        #expect(DigestsError.notAuthentic.description.contains("changed"))
    }
}
