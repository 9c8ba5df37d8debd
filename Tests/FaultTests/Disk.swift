// A disk as a power cut may leave it. The trace of a run is replayed to a chosen call; what was
// synchronised by then is there, and of everything later each write is kept, lost or torn by
// sectors, each name kept or lost, by a seed.
//
// Nothing is assumed of order: the disk may write a later page and lose an earlier one. A sector of
// 512 bytes is written whole or not at all.

import Foundation
import Testing

/// Draws by a seed (SplitMix64).
struct SeededDraws {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func isHeads() -> Bool { next() & 1 == 1 }
}

/// The files of a world, with what has and what has not reached the disk.
struct Disk {
    private static let sectorByteCount = 512

    private struct Change {
        var offset: Int
        /// `nil` for a change of the size to `offset`.
        var bytes: [UInt8]?
        var isDurable: Bool
    }

    private struct Node {
        var isFolder: Bool
        var content: [UInt8] = []
        var changes: [Change] = []
    }

    private enum Naming {
        case add(folder: Int, name: String, node: Int)
        case remove(folder: Int, name: String)
        case move(from: Int, name: String, to: Int, newName: String)

        var folders: [Int] {
            switch self {
            case .add(let folder, _, _), .remove(let folder, _): [folder]
            case .move(let from, _, let to, _): [from, to]
            }
        }
    }

    /// Node 0 is the world itself.
    private var nodes = [Node(isFolder: true)]
    /// The names on the disk at the beginning, by folder.
    private var kept: [Int: [String: Int]] = [:]
    /// The names as the running program sees them.
    private var live: [Int: [String: Int]] = [:]
    private var namings: [(naming: Naming, isDurable: Bool)] = []
    private var nodeOfInode: [UInt64: Int] = [:]

    /// A disk that holds a store, or nothing.
    init(template: String?) throws {
        if let template {
            let store = try load(template)
            kept[0] = ["store": store]
        }
        live = kept
    }

    private mutating func load(_ path: String) throws -> Int {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        try #require(exists, "\(path)")
        let node = nodes.count
        nodes.append(Node(isFolder: isFolder.boolValue))
        if isFolder.boolValue {
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
                kept[node, default: [:]][name] = try load(path + "/" + name)
            }
        } else {
            nodes[node].content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        return node
    }
}

extension Disk {
    /// What is on the disk when the power fails during a record of the trace.
    init(template: String?, trace: Trace, cutAt index: Int) throws {
        try self.init(template: template)
        for place in trace.records.indices.prefix(index) {
            apply(trace.records[place], isUnderWay: false)
        }
        if index < trace.records.count { apply(trace.records[index], isUnderWay: true) }
    }

    /// - Parameter isUnderWay: the call had not returned: it may have done its work, or part of it.
    private mutating func apply(_ record: Trace.Record, isUnderWay: Bool) {
        switch record.kind {
        case .open: open(record)
        case .write:
            change(record, offset: record.offset, record.bytes, record.isSynced && !isUnderWay)
        case .truncate: change(record, offset: record.offset, nil, false)
        case .allocate:
            // Blocks alone, where the size is to stay: they hold nothing.
            let keepsSize = record.flags & 1 != 0
            if !keepsSize, let node = nodeOfInode[record.inode], size(of: node) < record.offset {
                change(record, offset: record.offset, nil, false)
            }
        case .sync:
            guard !isUnderWay, let node = nodeOfInode[record.inode] else { return }
            for index in nodes[node].changes.indices {
                nodes[node].changes[index].isDurable = true
            }
        case .syncFolder:
            guard !isUnderWay, let folder = node(at: record.paths.first ?? "") else { return }
            for index in namings.indices where namings[index].naming.folders.contains(folder) {
                namings[index].isDurable = true
            }
        case .makeFolder:
            nodes.append(Node(isFolder: true))
            add(record.paths[0], nodes.count - 1)
        case .rename:
            guard let (from, name) = place(record.paths[0]),
                let (to, newName) = place(record.paths[1])
            else { return }
            live[to, default: [:]][newName] = live[from]?.removeValue(forKey: name)
            namings.append((.move(from: from, name: name, to: to, newName: newName), false))
        case .link:
            if let node = node(at: record.paths[0]) { add(record.paths[1], node) }
        case .unlink, .removeFolder:
            guard let (folder, name) = place(record.paths[0]) else { return }
            live[folder]?[name] = nil
            namings.append((.remove(folder: folder, name: name), false))
        case .mark, .close, .fault: return
        }
    }

    private mutating func open(_ record: Trace.Record) {
        if record.isCreation {
            nodes.append(Node(isFolder: false))
            add(record.paths[0], nodes.count - 1)
        }
        nodeOfInode[record.inode] = node(at: record.paths[0])
        if record.isEmptying { change(record, offset: 0, nil, false) }
    }

    private mutating func change(
        _ record: Trace.Record, offset: Int, _ bytes: [UInt8]?, _ isDurable: Bool
    ) {
        guard let node = nodeOfInode[record.inode] else { return }
        nodes[node].changes.append(Change(offset: offset, bytes: bytes, isDurable: isDurable))
    }

    private mutating func add(_ path: String, _ node: Int) {
        guard let (folder, name) = place(path) else { return }
        live[folder, default: [:]][name] = node
        namings.append((.add(folder: folder, name: name, node: node), false))
    }

    private func node(at path: String) -> Int? {
        var node = 0
        for part in path.split(separator: "/") {
            guard let next = live[node]?[String(part)] else { return nil }
            node = next
        }
        return node
    }

    private func place(_ path: String) -> (folder: Int, name: String)? {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, let folder = node(at: parts.dropLast().joined(separator: "/"))
        else { return nil }
        return (folder, name)
    }

    private func size(of node: Int) -> Int {
        nodes[node].changes.reduce(nodes[node].content.count) { size, change in
            guard let bytes = change.bytes else { return change.offset }
            return max(size, change.offset + bytes.count)
        }
    }
}

extension Disk {
    /// The paths below a folder at which it is not as this disk would be if nothing were lost. A
    /// trace that misses a change makes images that a power cut would never leave, or spares those
    /// that it would.
    func differences(from folder: String) throws -> [String] {
        var own = paths(of: 0, at: "")
        var different: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let node = own.removeValue(forKey: path) else {
                different.append(path)
                continue
            }
            // Written through a map, which no trace shows.
            guard !nodes[node].isFolder, !path.hasSuffix("lock.mdb") else { continue }
            var content = nodes[node].content
            for change in nodes[node].changes { Disk.apply(change, to: &content) }
            let found = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
            if [UInt8](found) != content { different.append(path) }
        }
        return (different + own.keys).sorted()
    }

    private func paths(of node: Int, at path: String) -> [String: Int] {
        var paths: [String: Int] = [:]
        for (name, child) in live[node] ?? [:] {
            let place = path.isEmpty ? name : path + "/" + name
            paths[place] = child
            paths.merge(self.paths(of: child, at: place)) { first, _ in first }
        }
        return paths
    }
}

extension Disk {
    /// How an image treats what was not synchronised.
    private enum Style: Int, CaseIterable {
        case lost, kept, whole, torn, mixed
    }

    /// Writes one possible disk into an empty folder.
    func write(to folder: String, seed: UInt64) throws {
        var draws = SeededDraws(seed: seed)
        let names = drawnNames(&draws)
        let style = Style.allCases[draws.below(Style.allCases.count)]
        var contents: [Int: [UInt8]] = [:]
        for node in nodes.indices where !nodes[node].isFolder {
            contents[node] = drawnContent(of: nodes[node], style, &draws)
        }
        // The table of readers is written through a map that no trace shows: after a power cut
        // anything may stand in it.
        let spoilsLocks = draws.isHeads()
        for (name, node) in names.values.joined() where spoilsLocks && name == "lock.mdb" {
            contents[node] = contents[node]?.map { _ in UInt8(truncatingIfNeeded: draws.next()) }
        }
        try write(0, to: folder, names, contents)
    }

    private func write(
        _ node: Int, to path: String, _ names: [Int: [String: Int]], _ contents: [Int: [UInt8]]
    ) throws {
        for (name, child) in (names[node] ?? [:]).sorted(by: { $0.key < $1.key }) {
            let place = path + "/" + name
            if nodes[child].isFolder {
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
                try write(child, to: place, names, contents)
            } else {
                let isMade = FileManager.default.createFile(
                    atPath: place, contents: Data(contents[child] ?? []),
                    attributes: [.posixPermissions: 0o600])
                try #require(isMade, "\(place)")
            }
        }
    }

    /// Journalled file systems keep the order of names; others need not. Half of the images each.
    private func drawnNames(_ draws: inout SeededDraws) -> [Int: [String: Int]] {
        let keepsOrder = draws.isHeads()
        let end = draws.below(namings.count + 1)
        var names = kept
        for (index, (naming, isDurable)) in namings.enumerated() {
            let isKept = keepsOrder ? index < end : draws.isHeads()
            guard isDurable || isKept else { continue }
            switch naming {
            case .add(let folder, let name, let node):
                names[folder, default: [:]][name] = node
            case .remove(let folder, let name): names[folder]?[name] = nil
            case .move(let from, let name, let to, let newName):
                guard let node = names[from]?.removeValue(forKey: name) else { continue }
                names[to, default: [:]][newName] = node
            }
        }
        return names
    }

    private func drawnContent(
        of node: Node, _ style: Style, _ draws: inout SeededDraws
    ) -> [UInt8] {
        var content = node.content
        // A size may be on the disk without the bytes that made it so: they read as zeros.
        var greatest = content.count
        for change in node.changes {
            greatest = max(greatest, change.offset + (change.bytes?.count ?? 0))
            if change.isDurable {
                Disk.apply(change, to: &content)
                continue
            }
            switch style {
            case .lost: continue
            case .kept: Disk.apply(change, to: &content)
            case .whole: if draws.isHeads() { Disk.apply(change, to: &content) }
            case .torn: Disk.tear(change, &content, &draws)
            case .mixed:
                switch draws.below(3) {
                case 0: continue
                case 1: Disk.apply(change, to: &content)
                default: Disk.tear(change, &content, &draws)
                }
            }
        }
        if style == .mixed, draws.isHeads(), greatest > content.count {
            content += [UInt8](repeating: 0, count: greatest - content.count)
        }
        return content
    }

    private static func apply(_ change: Change, to content: inout [UInt8]) {
        guard let bytes = change.bytes else {
            if change.offset < content.count {
                content.removeLast(content.count - change.offset)
            } else {
                content += [UInt8](repeating: 0, count: change.offset - content.count)
            }
            return
        }
        let end = change.offset + bytes.count
        if content.count < end {
            content += [UInt8](repeating: 0, count: end - content.count)
        }
        content.replaceSubrange(change.offset..<end, with: bytes)
    }

    /// Keeps each sector of a write, or not.
    private static func tear(
        _ change: Change, _ content: inout [UInt8], _ draws: inout SeededDraws
    ) {
        guard let bytes = change.bytes else {
            if draws.isHeads() { apply(change, to: &content) }
            return
        }
        var start = 0
        while start < bytes.count {
            let place = change.offset + start
            let room = sectorByteCount - place % sectorByteCount
            let end = min(bytes.count, start + room)
            if draws.isHeads() {
                apply(
                    Change(offset: place, bytes: Array(bytes[start..<end]), isDurable: false),
                    to: &content)
            }
            start = end
        }
    }
}
