// What the tests of this target share: a folder for a key file, its bytes, and chosen changes.

import Digests
import Foundation
import Keys
import Testing

/// A folder with a key file, gone with its owner.
final class KeyPlace {
    let folder: String
    var path: String { folder + "/keys" }

    init(_ protection: KeyProtection = .fileRights) throws {
        folder = NSTemporaryDirectory() + "downstream-keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try KeyFile.create(path, protection: protection)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            Issue.record("\(folder) stays behind: \(error)")
        }
    }

    func open(writing: Bool = true, passphrase: String? = nil) throws -> KeyFile {
        let file = try KeyFile(path: path, isWritable: writing, lockWaitMilliseconds: 40)
        try file.unlock(passphrase: passphrase.map { Array($0.utf8) })
        return file
    }

    func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Replaces the file's bytes and keeps its rights.
    func put(_ bytes: [UInt8]) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    func setMode(_ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

extension KeyFile {
    func person(_ name: String) throws -> KeyTag { try tag(.person, of: Array(name.utf8)) }

    func record(_ name: String) throws -> KeyTag { try tag(.record, of: Array(name.utf8)) }

    /// The key of a person, made where there is none.
    func make(_ name: String) throws -> SealingKey {
        guard case .key(let key) = try findOrMake(try person(name), .person) else {
            throw KeysError.missing(path: name)
        }
        return key
    }

    func destroy(_ name: String) throws -> Int {
        try destroy(persons: [try person(name)], records: [])
    }
}

/// Whether some bytes occur in others.
func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    Data(bytes).range(of: Data(part)) != nil
}

/// Random numbers by seed (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014: SplitMix64).
struct Seeded {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
