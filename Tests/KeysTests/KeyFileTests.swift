// Aim: a key that was kept comes back, a key that was destroyed does not, whoever asks.

import Digests
import Foundation
import Keys
import Testing

@Suite struct KeyFileTests {
    @Test func `keys come back after reopening and differ from one another`() throws {
        let place = try KeyPlace()
        var made: [String: SealingKey] = [:]
        do {
            let file = try place.open()
            for number in 0..<3_000 { made["c\(number)"] = try file.make("c\(number)") }
            try file.flush()
            for (name, key) in made { #expect(try file.make(name) == key) }
        }
        #expect(Set(made.values).count == made.count)
        let file = try place.open(writing: false)
        #expect(file.facts.personCount == 3_000)
        for (name, key) in made { #expect(try file.find(try file.person(name)) == .key(key)) }
        #expect(try file.find(try file.person("somebody")) == .none)
        #expect(try place.bytes().count == 512 + 3_000 * 128)
    }

    @Test func `a person and a record of one name have two keys`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        let person = try file.findOrMake(try file.person("7"), .person)
        let record = try file.findOrMake(try file.record("7"), .record)
        #expect(person != record)
        #expect(file.facts.recordCount == 1)
    }

    @Test func `what was not flushed is not in the file`() throws {
        let place = try KeyPlace()
        do {
            let file = try place.open()
            _ = try file.make("kept")
            try file.flush()
            _ = try file.make("lost")
            #expect(try place.bytes().count == 512 + 128)
        }
        let file = try place.open()
        #expect(try file.find(try file.person("lost")) == .none)
        #expect(file.facts.personCount == 1)
    }

    @Test func `nothing of a key or a name lies open in the file`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        let key = try file.make("Ada Lovelace")
        try file.flush()
        let bytes = try place.bytes()
        #expect(!contains(bytes, Array("Ada".utf8)))
        // The data key itself, as it lies in memory.
        let secret = withUnsafeBytes(of: key) { Array($0.prefix(32)) }
        #expect(!contains(bytes, secret))
    }

    @Test func `what a stopped making left is removed, and wiped where it is another file`() throws
    {
        let place = try KeyPlace()
        let bytes = try place.bytes()
        let names = ["0123456789abcdef", "fedcba9876543210"].map { "\(place.path).\($0).new" }
        func leave() throws -> FileHandle {
            try Data(bytes).write(to: URL(filePath: names[0]))
            // The file itself, whose maker was stopped before it gave up the first name.
            try FileManager.default.linkItem(atPath: place.path, toPath: names[1])
            return try FileHandle(forReadingFrom: URL(filePath: names[0]))
        }
        let own = ["keys.abc.new", "keys.0123456789abcdeX.new", "other.0123456789abcdef.new"]
        for name in own { try Data([1]).write(to: URL(filePath: place.folder + "/" + name)) }
        for turn in 0..<3 {
            let open = try leave()
            switch turn {
            case 0: try KeyFile.removeUnfinished(of: place.path)
            case 1: try KeyFile.create(place.path, protection: .fileRights)
            default:
                let file = try place.open()
                _ = try file.make("Ada")
                #expect(try file.destroy("Ada") == 1)
            }
            for name in names { #expect(!FileManager.default.fileExists(atPath: name)) }
            let left = try open.readToEnd() ?? Data()
            #expect(left.count == bytes.count && left.allSatisfy { $0 == 0 })
            #expect(try place.bytes().starts(with: bytes))
        }
        for name in own {
            #expect(FileManager.default.fileExists(atPath: place.folder + "/" + name))
        }
    }

    @Test func `a destroyed key is gone from the file and stays gone`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        _ = try file.make("Ada")
        let other = try file.make("Grace")
        try file.flush()
        let before = try place.bytes()
        let wrapped = Array(before[(512 + 24)..<(512 + 84)])
        #expect(contains(before, wrapped))
        #expect(try file.destroy("Ada") == 1)
        let after = try place.bytes()
        for start in stride(from: 0, to: 60, by: 4) {
            #expect(!contains(after, Array(wrapped[start..<(start + 4)])), "bytes \(start)")
        }
        #expect(after.count == before.count)
        #expect(try file.findOrMake(try file.person("Ada"), .person) == .destroyed)
        #expect(try file.destroy("Ada") == 0)
        #expect(try place.bytes() == after)
        let again = try place.open(writing: false)
        #expect(try again.find(try again.person("Ada")) == .destroyed)
        #expect(try again.find(try again.person("Grace")) == .key(other))
        #expect(again.facts.destroyedPersonCount == 1)
    }

    @Test func `a person without a key gets none after being destroyed`() throws {
        let place = try KeyPlace()
        do { #expect(try place.open().destroy("Ada") == 0) }
        let file = try place.open()
        #expect(try file.findOrMake(try file.person("Ada"), .person) == .destroyed)
        #expect(file.facts.destroyedPersonCount == 1)
        let record = try file.record("r")
        #expect(try file.destroy(persons: [], records: [record]) == 0)
        #expect(file.facts.destroyedRecordCount == 0)
    }

    @Test func `keys that were made and not flushed can be destroyed`() throws {
        let place = try KeyPlace()
        let file = try place.open()
        _ = try file.make("Ada")
        #expect(try file.destroy("Ada") == 1)
        #expect(try file.find(try file.person("Ada")) == .destroyed)
        #expect(try file.make("Grace") == file.make("Grace"))
        try file.flush()
        #expect(try place.bytes().count == 512 + 2 * 128)
    }

    @Test func `a reader sees what a writer adds and destroys`() throws {
        let place = try KeyPlace()
        let writer = try place.open()
        let first = try writer.make("first")
        try writer.flush()
        let reader = try place.open(writing: false)
        #expect(try reader.find(try reader.person("first")) == .key(first))
        let second = try writer.make("second")
        #expect(try reader.find(try reader.person("second")) == .none)
        try writer.flush()
        #expect(try reader.find(try reader.person("second")) == .key(second))
        _ = try writer.destroy("first")
        #expect(try reader.find(try reader.person("first")) == .destroyed)
        #expect(throws: KeysError.readOnly(path: place.path)) { try reader.make("third") }
    }

    @Test func `a second writer is refused until the first has closed`() throws {
        let place = try KeyPlace()
        let second = try place.open()
        do {
            let first = try place.open()
            _ = try first.make("first")
            try first.flush()
            #expect(throws: KeysError.inUse(path: place.path)) { try second.make("second") }
            #expect(throws: KeysError.inUse(path: place.path)) { try second.destroy("first") }
        }
        _ = try second.make("second")
        try second.flush()
        let file = try place.open(writing: false)
        #expect(file.facts.personCount == 2)
        #expect(file.facts.damagedCount == 0)
    }

    @Test func `a second writer takes the key that the first one made`() throws {
        let place = try KeyPlace()
        let second = try place.open()
        let made: SealingKey
        do {
            let first = try place.open()
            made = try first.make("Ada")
            try first.flush()
        }
        #expect(try second.make("Ada") == made)
    }

    @Test func `keys for purposes differ and come back`() throws {
        let place = try KeyPlace()
        let first = try place.open().derivedKey(for: "names")
        let file = try place.open()
        #expect(try file.derivedKey(for: "names") == first)
        #expect(try file.derivedKey(for: "other names") != first)
        let other = try KeyPlace()
        #expect(try other.open().derivedKey(for: "names") != first)
    }

    @Test func `what was destroyed and came back with an old copy is destroyed again`() throws {
        let place = try KeyPlace()
        let tags: (person: KeyTag, record: KeyTag, newcomer: KeyTag)
        let old: [UInt8]
        do {
            let file = try place.open()
            _ = try file.make("Ada")
            _ = try file.make("Grace")
            tags = (try file.person("Ada"), try file.record("r"), try file.person("Joan"))
            _ = try file.findOrMake(tags.record, .record)
            try file.flush()
            old = try place.bytes()
            _ = try file.make("Joan")
            try file.flush()
        }
        try place.put(old)
        let persons: Set = [tags.person, tags.newcomer]
        do {
            let reader = try place.open(writing: false)
            #expect(reader.undestroyedCount(persons: persons, records: [tags.record]) == 2)
            try reader.destroyAgain(persons: persons, records: [tags.record])
            #expect(try reader.find(tags.person) == .destroyed)
            #expect(try reader.find(tags.record) == .destroyed)
            #expect(try place.bytes() == old)
        }
        do {
            try place.open().destroyAgain(persons: persons, records: [tags.record])
        }
        #expect(try !contains(place.bytes(), Array(old[(512 + 24)..<(512 + 84)])))
        let file = try place.open()
        for tag in [tags.person, tags.record, tags.newcomer] {
            #expect(try file.find(tag) == .destroyed)
        }
        #expect(try file.find(try file.person("Grace")) != .destroyed)
    }

    @Test func `random operations agree with a dictionary`() throws {
        let seed: UInt64 = 0x6b65_7973
        var random = Seeded(state: seed)
        let place = try KeyPlace()
        var expected: [String: KeyFile.Found] = [:]
        var unflushed: Set<String> = []
        var file: KeyFile? = try place.open()
        for step in 0..<20_000 {
            let current = try #require(file)
            let name = "c\(random.below(2_500))"
            switch random.below(100) {
            case 0..<80:
                let found = try current.findOrMake(try current.person(name), .person)
                if let known = expected[name] {
                    #expect(found == known, "seed \(seed), step \(step)")
                } else {
                    expected[name] = found
                    unflushed.insert(name)
                }
            case 80..<95:
                let known = expected[name] ?? .none
                #expect(
                    try current.find(try current.person(name)) == known,
                    "seed \(seed), step \(step)")
            case 95..<98:
                try current.flush()
                unflushed = []
            case 98:
                _ = try current.destroy(name)
                expected[name] = .destroyed
                unflushed = []
            default:
                // As after a crash: what was not flushed was never there.
                for name in unflushed { expected[name] = nil }
                unflushed = []
                file = nil
                file = try place.open()
            }
        }
        file = nil
        for name in unflushed { expected[name] = nil }
        let last = try place.open(writing: false)
        for (name, known) in expected {
            #expect(try last.find(try last.person(name)) == known, "seed \(seed)")
        }
        #expect(expected.count > 1_500)
        #expect(last.facts.damagedCount == 0)
    }
}
