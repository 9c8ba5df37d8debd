// Aim: only the owner's file is used, and a passphrase protects what it is meant to.

import Digests
import Foundation
import Keys
import Testing

@Suite struct ProtectionTests {
    private static let cheap = PassphraseCost(costExponent: 8, blockSize: 8, parallelism: 1)

    @Test func `a new file is its owner's alone and leaves nothing beside it`() throws {
        let place = try KeyPlace()
        let attributes = try FileManager.default.attributesOfItem(atPath: place.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["keys"])
    }

    @Test func `a file that is there is not made again`() throws {
        let place = try KeyPlace()
        let before = try place.bytes()
        try KeyFile.create(place.path, protection: .fileRights)
        #expect(try place.bytes() == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["keys"])
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601, 0o666, 0o777])
    func `a file that others may use is refused`(mode: Int) throws {
        let place = try KeyPlace()
        try place.setMode(mode)
        let expected = KeysError.openToOthers(
            path: place.path, mode: "0" + String(mode, radix: 8))
        #expect(throws: expected) { try place.open() }
        #expect(expected.description.contains("chmod 600 \(place.path)"))
        try place.setMode(0o600)
        _ = try place.open()
    }

    @Test func `the passphrase opens the keys and another does not`() throws {
        let place = try KeyPlace(.passphrase(Array("correct horse".utf8), ProtectionTests.cheap))
        #expect(try KeyFile.inspect(place.path).needsPassphrase)
        let key: SealingKey
        do {
            let file = try place.open(passphrase: "correct horse")
            key = try file.make("Ada")
            try file.flush()
        }
        #expect(throws: KeysError.locked(path: place.path)) { try place.open() }
        #expect(throws: KeysError.wrongPassphrase(path: place.path)) {
            try place.open(passphrase: "correct horsf")
        }
        let file = try place.open(writing: false, passphrase: "correct horse")
        #expect(try file.find(try file.person("Ada")) == .key(key))
    }

    @Test func `a locked file shows its numbers and gives no key`() throws {
        let place = try KeyPlace(.passphrase(Array("p".utf8), ProtectionTests.cheap))
        let tag: KeyTag
        do {
            let file = try place.open(passphrase: "p")
            _ = try file.make("Ada")
            try file.flush()
            tag = try file.person("Ada")
        }
        let file = try KeyFile(path: place.path, isWritable: true)
        #expect(file.facts.personCount == 1)
        #expect(throws: KeysError.locked(path: place.path)) { try file.find(tag) }
        #expect(throws: KeysError.locked(path: place.path)) { try file.person("Ada") }
        // What destroys a key needs no secret.
        #expect(try file.destroy(persons: [tag], records: []) == 1)
        #expect(try file.find(tag) == .destroyed)
    }

    @Test func `without a passphrase none is needed`() throws {
        let place = try KeyPlace()
        #expect(try !KeyFile.inspect(place.path).needsPassphrase)
        _ = try place.open(passphrase: "needless")
    }

    @Test func `a file that is missing is said to be`() throws {
        let place = try KeyPlace()
        let path = place.folder + "/none"
        #expect(throws: KeysError.missing(path: path)) {
            try KeyFile(path: path, isWritable: false)
        }
    }
}
