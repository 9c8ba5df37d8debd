// Aim: the fast sealer gives the very bytes of the plain one, and passphrases the published keys.

import Digests
import Testing

@Suite struct SealerTests {
    @Test func `it seals as the plain functions do, key after key`() throws {
        var sealer = try Sealer()
        let secrets = try (0..<5).map { _ in try SecretKey.random() }
        let keys = secrets.map { SealingKey($0) }
        for turn in 0..<200 {
            let plaintext = [UInt8](repeating: UInt8(turn), count: turn * 7 % 130)
            let place = [UInt8](repeating: 3, count: turn % 40)
            // The same key several times in a row, then another.
            let chosen = turn / 3 % keys.count
            let sealed = try sealer.sealRepeatably(plaintext, key: keys[chosen], place: place)
            let plain = try AESGCM.sealRepeatably(
                plaintext, key: secrets[chosen], associatedData: place)
            #expect(sealed == plain)
            #expect(try sealer.open(sealed, key: keys[chosen], place: place) == plaintext)
            #expect(
                try AESGCM.open(sealed, key: secrets[chosen], associatedData: place) == plaintext)
        }
    }

    @Test func `it opens nothing that was changed and goes on afterwards`() throws {
        var sealer = try Sealer()
        let key = SealingKey(try SecretKey.random())
        let other = SealingKey(try SecretKey.random())
        let sealed = try sealer.sealRepeatably(Array("Ada".utf8), key: key, place: [1])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            #expect(throws: DigestsError.notAuthentic) {
                try sealer.open(changed, key: key, place: [1])
            }
        }
        #expect(throws: DigestsError.notAuthentic) {
            try sealer.open(sealed, key: other, place: [1])
        }
        #expect(throws: DigestsError.notAuthentic) { try sealer.open(sealed, key: key, place: []) }
        #expect(throws: DigestsError.sealedTooShort(found: 27, least: 28)) {
            try sealer.open([UInt8](repeating: 0, count: 27), key: key, place: [1])
        }
        #expect(try sealer.open(sealed, key: key, place: [1]) == Array("Ada".utf8))
    }

    @Test func `a given nonce is used as it is`() throws {
        var sealer = try Sealer()
        let secret = try SecretKey.random()
        let nonce = [UInt8](0..<12)
        let sealed = try sealer.seal([1, 2, 3], key: SealingKey(secret), nonce: nonce, place: [9])
        #expect(
            try AESGCM.sealWithGivenNonce(
                [1, 2, 3], key: secret, nonce: nonce, associatedData: [9]) == sealed)
        #expect(throws: DigestsError.nonceLength(found: 11, expected: 12)) {
            try sealer.seal([], key: SealingKey(secret), nonce: [UInt8](0..<11), place: [])
        }
    }

    @Test func `it authenticates as the plain function does`() throws {
        var sealer = try Sealer()
        let key = try SecretKey.random()
        for length in [0, 1, 54, 55, 56, 63, 64, 65, 300] {
            let message = [UInt8](repeating: 7, count: length)
            let expected = HMACSHA256.authenticate([5] + message, key: key.secretBytes)
            #expect(sealer.authenticate([5], message, key: HMACKey(key)) == expected)
        }
    }
}

@Suite struct PassphraseTests {
    /// RFC 7914, section 12, the first 32 of each 64 bytes.
    @Test(arguments: [
        ("", "", 4, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"),
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        ),
    ])
    func `published keys`(
        passphrase: String, salt: String, exponent: UInt8, blockSize: UInt32,
        parallelism: UInt32, expected: String
    ) throws {
        let key = try SecretKey(
            passphrase: Array(passphrase.utf8), salt: Array(salt.utf8),
            cost: PassphraseCost(
                costExponent: exponent, blockSize: blockSize, parallelism: parallelism))
        #expect(Hexadecimal.text(of: key.secretBytes) == expected)
    }

    @Test func `costs out of bounds are refused before memory is taken`() throws {
        for cost in [
            PassphraseCost(costExponent: 0, blockSize: 8, parallelism: 1),
            PassphraseCost(costExponent: 24, blockSize: 64, parallelism: 1),
            PassphraseCost(costExponent: 200, blockSize: 8, parallelism: 1),
            PassphraseCost(costExponent: 10, blockSize: 0, parallelism: 1),
            PassphraseCost(costExponent: 10, blockSize: 8, parallelism: 0),
        ] {
            #expect(throws: DigestsError.self) {
                try SecretKey(passphrase: [1], salt: [2], cost: cost)
            }
        }
    }
}
