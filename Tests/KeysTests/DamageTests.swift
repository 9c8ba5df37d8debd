// Aim: whatever happened to the file, no wrong key comes out of it, the other keys stay, and what
// is wrong is said.

import Digests
import Foundation
import Keys
import Testing

@Suite struct DamageTests {
    /// A file with three persons.
    private static let names = ["Ada", "Grace", "Mary"]

    private func filled() throws -> (KeyPlace, [String: SealingKey]) {
        let place = try KeyPlace()
        let file = try place.open()
        var keys: [String: SealingKey] = [:]
        for name in DamageTests.names { keys[name] = try file.make(name) }
        try file.flush()
        return (place, keys)
    }

    @Test func `every changed bit of the header is noticed`() throws {
        let (place, _) = try filled()
        let good = try place.bytes()
        for bit in 0..<(512 * 8) {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try place.put(bytes)
            #expect(throws: KeysError.self, "bit \(bit)") { try place.open(writing: false) }
        }
    }

    @Test func `every changed bit of a slot is noticed and harms no other`() throws {
        let (place, keys) = try filled()
        let good = try place.bytes()
        for bit in 0..<(128 * 8) {
            var bytes = good
            bytes[512 + 128 + bit / 8] ^= 1 << UInt8(bit % 8)
            try place.put(bytes)
            let file = try place.open(writing: false)
            #expect(file.facts.damagedCount == 1, "bit \(bit)")
            #expect(try file.find(try file.person("Grace")) == .none, "bit \(bit)")
            for name in ["Ada", "Mary"] {
                let key = try #require(keys[name])
                #expect(try file.find(try file.person(name)) == .key(key), "bit \(bit)")
            }
        }
    }

    @Test func `a file cut off anywhere gives its whole slots or is refused`() throws {
        let (place, keys) = try filled()
        let good = try place.bytes()
        for length in 0..<good.count {
            try place.put(Array(good[..<length]))
            guard length >= 512 else {
                #expect(throws: KeysError.self, "\(length) bytes") { try place.open() }
                continue
            }
            let file = try place.open(writing: false)
            let whole = (length - 512) / 128
            #expect(file.facts.personCount == whole)
            for (number, name) in DamageTests.names.enumerated() {
                let key = try #require(keys[name])
                #expect(
                    try file.find(try file.person(name)) == (number < whole ? .key(key) : .none))
            }
        }
    }

    @Test func `a slot in another's place is no slot`() throws {
        let (place, _) = try filled()
        var bytes = try place.bytes()
        let first = Array(bytes[512..<640])
        bytes.replaceSubrange(512..<640, with: bytes[640..<768])
        bytes.replaceSubrange(640..<768, with: first)
        try place.put(bytes)
        let file = try place.open(writing: false)
        #expect(file.facts.damagedCount == 2)
        #expect(file.facts.personCount == 1)
    }

    @Test func `a slot of another file does not open`() throws {
        let (place, _) = try filled()
        let (other, _) = try filled()
        var bytes = try place.bytes()
        bytes.replaceSubrange(512..., with: try other.bytes()[512...])
        try place.put(bytes)
        let tag: KeyTag = try other.open(writing: false).person("Ada")
        let file = try place.open(writing: false)
        #expect(throws: KeysError.unopenable(path: place.path, slot: 0)) { try file.find(tag) }
    }

    @Test func `files of something else are refused`() throws {
        let place = try KeyPlace()
        for bytes in [[], Array("# keys\n".utf8), [UInt8](repeating: 0, count: 4_096)] {
            try place.put(bytes)
            #expect(throws: KeysError.self) { try place.open() }
        }
        #expect(throws: KeysError.self) { try KeyFile(path: place.folder, isWritable: false) }
    }

    @Test func `a newer version is told from a damaged file`() throws {
        let (place, _) = try filled()
        var bytes = try place.bytes()
        bytes[8] = 2
        let checksum = SHA256.digest(of: Array(bytes[..<480])).bytes
        bytes.replaceSubrange(480..<512, with: checksum)
        try place.put(bytes)
        #expect(throws: KeysError.newerFormat(path: place.path, found: 2, supported: 1)) {
            try place.open()
        }
    }

    @Test func `what an interrupted write left is used again`() throws {
        let (place, keys) = try filled()
        let good = try place.bytes()
        // Two slots never written, and a part of a third.
        let torn = good + [UInt8](repeating: 0, count: 256) + good[512..<560]
        try place.put(torn)
        do {
            let file = try place.open()
            #expect(file.facts.blankCount == 2)
            _ = try file.make("Joan")
            try file.flush()
        }
        let file = try place.open(writing: false)
        #expect(file.facts.personCount == 4)
        #expect(file.facts.blankCount == 1)
        let key = try #require(keys["Mary"])
        #expect(try file.find(try file.person("Mary")) == .key(key))
    }

    @Test func `a destruction clears damaged slots and remains of slots too`() throws {
        let (place, keys) = try filled()
        let good = try place.bytes()
        var bytes = good
        bytes[512 + 128 + 40] ^= 1
        try place.put(bytes + good[512..<600])
        do {
            let file = try place.open()
            #expect(try file.destroy("Grace") == 0)
        }
        let after = try place.bytes()
        for slot in [good[(640 + 24)..<(640 + 40)], good[(640 + 48)..<(640 + 84)]] {
            #expect(!contains(after, Array(slot)), "a part of the damaged slot is still there")
        }
        let file = try place.open(writing: false)
        #expect(file.facts.damagedCount == 0)
        #expect(try file.find(try file.person("Grace")) == .destroyed)
        let key = try #require(keys["Mary"])
        #expect(try file.find(try file.person("Mary")) == .key(key))
        #expect(try file.find(try file.person("Ada")) != .none)
    }

    @Test func `a destruction torn in the middle is finished by the next one`() throws {
        let (place, _) = try filled()
        let before = try place.bytes()
        do { _ = try place.open().destroy("Grace") }
        let after = try place.bytes()
        for written in stride(from: 8, to: 128, by: 8) {
            var torn = before
            torn.replaceSubrange(640..<(640 + written), with: after[640..<(640 + written)])
            try place.put(torn)
            do { _ = try place.open().destroy("Grace") }
            let bytes = try place.bytes()
            #expect(!contains(bytes, Array(before[(640 + 48)..<(640 + 84)])), "\(written) bytes")
            let file = try place.open(writing: false)
            #expect(try file.find(try file.person("Grace")) == .destroyed, "\(written) bytes")
            #expect(file.facts.personCount == 2)
        }
    }
}
