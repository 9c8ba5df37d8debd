// What the interposer wrote down: each call that changed a file of the store, with its bytes, and
// what the program said in between.

import Foundation
import Testing

struct Trace: Sendable {
    enum Kind: UInt32, Sendable {
        case open = 1, write, sync, syncFolder, truncate, rename, link, unlink, makeFolder
        case removeFolder, mark, close, fault, allocate
    }

    struct Record: Sendable {
        var kind: Kind
        /// Of the call, from 1; 0 for marks.
        var number: Int
        var inode: UInt64
        var offset: Int
        var flags: UInt32
        var bytes: [UInt8]
        /// The file was made by this call.
        var isCreation: Bool { kind == .open && flags & 1 != 0 }
        /// The file was emptied by this call.
        var isEmptying: Bool { kind == .open && flags & 4 != 0 }
        /// The bytes were on the disk when the call returned.
        var isSynced: Bool { kind == .write && flags & 2 != 0 }
        /// One path, or two for a rename or link; relative to the world.
        var paths: [String]
    }

    let records: [Record]

    var callCount: Int { records.reduce(0) { max($0, $1.number) } }
    var fault: Record? { records.first { $0.kind == .fault } }

    init(path: String, world: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var records: [Record] = []
        var place = 0
        func integer(_ count: Int) -> UInt64 {
            defer { place += count }
            return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
        }
        // A killed process leaves no half record behind a whole one: each is written at once.
        while place + 32 <= bytes.count {
            let kind = try #require(Kind(rawValue: UInt32(integer(4))))
            let number = Int(integer(4))
            let inode = integer(8)
            let offset = Int(integer(8))
            let flags = UInt32(integer(4))
            let length = Int(integer(4))
            guard place + length <= bytes.count else { break }
            let payload = Array(bytes[place..<(place + length)])
            place += length
            records.append(
                Record(
                    kind: kind, number: number, inode: inode, offset: offset, flags: flags,
                    bytes: payload, paths: Trace.paths(kind, payload, world)))
        }
        self.records = records
    }

    private static func paths(_ kind: Kind, _ bytes: [UInt8], _ world: String) -> [String] {
        switch kind {
        case .open, .syncFolder, .rename, .link, .unlink, .makeFolder, .removeFolder, .fault:
            return bytes.split(separator: 0).map { part in
                let path = String(decoding: part, as: UTF8.self)
                return String(path.dropFirst(world.count + 1))
            }
        case .write, .sync, .truncate, .mark, .close, .allocate:
            return []
        }
    }
}
