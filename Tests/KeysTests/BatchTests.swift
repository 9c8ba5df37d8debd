// Aim: keys found and made by the batch are those of one call for each person, whatever state the
// file is in, and what a ring seals are the plain functions' bytes.

import Digests
import Keys
import Testing

@Suite struct BatchTests {
    private func names(_ texts: [String]) -> PackedTexts {
        var names = PackedTexts()
        for text in texts { names.append(text) }
        return names
    }

    @Test func `a batch gives the keys that single calls give`() throws {
        let place = try KeyPlace()
        let texts = (0..<5_000).map { "person-\($0)" }
        let file = try place.open()
        // Some there already, in the file and on their way to it.
        for index in stride(from: 0, to: 300, by: 7) { _ = try file.make(texts[index]) }
        try file.flush()
        for index in stride(from: 1, to: 300, by: 7) { _ = try file.make(texts[index]) }
        let found = try file.findOrMake(persons: names(texts))
        for (index, text) in texts.enumerated() {
            #expect(try file.find(file.person(text)) == found[index])
        }
        #expect(Set(found).count == texts.count)
        #expect(file.facts.personCount == texts.count)
        try file.flush()
        let again = try place.open(writing: false)
        #expect(try again.findOrMake(persons: names(texts.reversed())) == found.reversed())
    }

    @Test func `a name that a batch has twice gets one key`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        let found = try file.findOrMake(persons: names(["Ada", "Bob", "Ada", "", "Bob", ""]))
        #expect(found[0] == found[2] && found[1] == found[4] && found[3] == found[5])
        #expect(Set(found).count == 3 && !found.contains(.none))
        #expect(file.facts.slotCount == 3)
    }

    @Test func `who was erased stays so in a batch`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        _ = try file.findOrMake(persons: names(["Ada", "Bob"]))
        #expect(try file.destroy("Ada") == 1)
        let found = try file.findOrMake(persons: names(["Ada", "Bob", "Cyd"]))
        #expect(found[0] == .destroyed)
        #expect(found[1] == .key(try file.make("Bob")))
        #expect(found[2] == .key(try file.make("Cyd")))
        try file.flush()
        let other = try place.open(writing: false)
        #expect(try other.findOrMake(persons: names(["Cyd", "Ada"])) == [found[2], .destroyed])
    }

    @Test func `a batch sees what another process made before`() throws {
        let place = try KeyPlace()
        let late = try place.open()
        do {
            let early = try place.open()
            _ = try early.findOrMake(persons: names(["Ada"]))
            try early.flush()
            #expect(throws: KeysError.inUse(path: place.path)) {
                try late.findOrMake(persons: names(["Bob"]))
            }
        }
        let found = try late.findOrMake(persons: names(["Bob", "Ada"]))
        #expect(late.facts.slotCount == 2)
        #expect(found[1] == .key(try late.make("Ada")))
        #expect(throws: KeysError.readOnly(path: place.path)) {
            try place.open(writing: false).findOrMake(persons: names(["Cyd"]))
        }
    }

    @Test func `a ring seals as the plain functions do, and nothing of the erased`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        _ = try file.make("person-3")
        _ = try file.destroy("person-3")
        var ring = KeyRing()
        for turn in 0..<3 {
            var batch = FieldBatch()
            var expected: [(person: UInt32, plaintext: [UInt8], place: [UInt8])] = []
            for row in 0..<(5_000 * (turn % 2) + 100) {
                let field = (
                    person: UInt32(row * 7 % (50 + 100 * turn)),
                    plaintext: [UInt8](repeating: UInt8(row % 251), count: row % 40),
                    place: Array("place \(row)".utf8)
                )
                batch.append(person: field.person, plaintext: field.plaintext) {
                    $0 += field.place
                }
                expected.append(field)
            }
            try ring.learn(batch, from: file) { "person-\($0)" }
            let sealed = try ring.seal(batch, flushing: file)
            #expect(sealed.count == expected.count)
            var sealer = try Sealer()
            for (row, field) in expected.enumerated() {
                let bytes = Array(sealed.bytes[sealed.range(row)])
                guard field.person != 3 else {
                    #expect(bytes.isEmpty)
                    continue
                }
                let key = try file.make("person-\(field.person)")
                #expect(
                    try sealer.sealRepeatably(field.plaintext, key: key, place: field.place)
                        == bytes)
            }
            // On the disk by now, for whoever opens the file.
            #expect(try place.open(writing: false).facts.slotCount == file.facts.slotCount)
        }
    }
}
