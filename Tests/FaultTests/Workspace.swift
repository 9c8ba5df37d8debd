// Where the tests' stores live: a folder of its own for each test, in memory where the machine has
// such a file system, since a simulated power cut needs no real disk.

import Foundation
import Testing

/// A folder that goes away with its owner.
final class Workspace: Sendable {
    /// The built programs stand beside the tests' own executable.
    private static let products = URL(fileURLWithPath: CommandLine.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent()
    static let program = products.appendingPathComponent("downstream").path
    static let checker = products.appendingPathComponent("fault-check").path
    static let interposer = products.appendingPathComponent("libFaultInterposer.so").path
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let path: String
    /// The only folder that faults are made in; stores stand in it.
    var world: String { path + "/world" }
    var store: String { world + "/store" }

    /// The folder that holds what a verb makes.
    func result(_ verb: FaultVerb) -> String { world + "/" + verb.result }

    /// What verbs put beside a place and remove again.
    func leftovers() throws -> [String] {
        guard let all = FileManager.default.enumerator(atPath: world) else { return [] }
        return all.compactMap { $0 as? String }.filter { path in
            [".partial", ".new", "/restoring", "/compacting", "/in-the-making"]
                .contains { path.hasSuffix($0) }
        }
    }

    init() throws {
        let isInMemory = access("/dev/shm", W_OK) == 0
        let base = isInMemory ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(base)/downstream-fault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path + "/world", withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            print("left behind: \(path)")
        }
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
        return path + "/" + name
    }

    /// Runs the program on the store of the workspace and waits for its end.
    func run(
        _ arguments: [String], fault: Fault? = nil, traceName: String? = nil,
        asNobody: Bool = false
    ) throws -> Ending {
        try start(arguments, fault: fault, traceName: traceName, asNobody: asNobody).wait()
    }

    /// Starts the program on the store of the workspace.
    func start(
        _ arguments: [String], fault: Fault? = nil, traceName: String? = nil,
        asNobody: Bool = false
    ) throws -> Child {
        var environment: [String: String] = [:]
        if fault != nil || traceName != nil {
            environment["LD_PRELOAD"] = Workspace.interposer
            environment["FAULT_FOLDER"] = world
        }
        if let traceName { environment["FAULT_TRACE"] = path + "/" + traceName }
        fault?.set(&environment)
        let command =
            [Workspace.program, "--store", store]
            + arguments.map { $0.replacingOccurrences(of: "$WORLD", with: world) }
        let identity = ["--reuid=65534", "--regid=65534", "--clear-groups"]
        return try Child(
            asNobody ? ["/usr/bin/setpriv"] + identity + command : command,
            environment: environment, scratch: path + "/said-\(UUID().uuidString)")
    }

    /// Runs the program without a fault and expects status 0.
    func done(_ arguments: [String]) throws -> Ending {
        let ending = try run(arguments)
        #expect(ending.status == 0, "\(arguments.joined(separator: " ")): \(ending.summary)")
        return ending
    }

    /// Makes the world anew: empty, or with a copy of a store.
    func reset(with template: String? = nil) throws {
        try FileManager.default.removeItem(atPath: world)
        try FileManager.default.createDirectory(
            atPath: world, withIntermediateDirectories: false)
        if let template { try FileManager.default.copyItem(atPath: template, toPath: store) }
    }

    /// Position and hash of the newer place of the file that has the head once more; empty where
    /// there is none.
    func headOfHeadFile() throws -> String {
        guard FileManager.default.fileExists(atPath: store + "/head") else { return "" }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: store + "/head")))
        var newest = (position: UInt64(0), text: "")
        for start in [0, 512] where bytes.count >= start + 80 {
            let record = Array(bytes[start..<(start + 80)])
            guard record.starts(with: Array("DsHead1\n".utf8)) else { continue }
            let position = record[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard position > newest.position else { continue }
            let hash = record[16..<48].map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }.joined()
            newest = (position, "\(position) \(hash)")
        }
        return newest.text
    }

    /// Whoever goes on after a fault notes the head beside the log, even if nothing is left to
    /// append.
    func expectNotedHead(_ look: Look, _ what: String) throws {
        let noted = try headOfHeadFile()
        #expect(noted.hasPrefix(look.head + " "), "\(what): noted \(noted), not \(look.head)")
    }

    /// The paths of all files below the store, in order.
    func storeFiles() throws -> [String] {
        guard FileManager.default.fileExists(atPath: store) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: store).sorted()
    }
}

/// What the interposer is asked to do.
struct Fault: Sendable, CustomStringConvertible {
    enum Mode: String, Sendable {
        case kill, torn, stop, error, late, short
    }

    var mode: Mode
    /// The number of the call, from 1.
    var at: Int
    var code: Int32 = 0
    var isSticky = false

    var description: String {
        let name = code == 0 ? "" : " " + String(cString: strerror(code))
        return "\(mode.rawValue)\(name) at call \(at)\(isSticky ? " and on" : "")"
    }

    func set(_ environment: inout [String: String]) {
        environment["FAULT_MODE"] = mode.rawValue
        environment["FAULT_AT"] = "\(at)"
        if code != 0 { environment["FAULT_ERRNO"] = "\(code)" }
        if isSticky { environment["FAULT_STICKY"] = "1" }
    }
}

/// Counts of outcomes, printed in the order of their names: these fill docs/faults.md.
struct Tally: Sendable {
    private(set) var counts: [String: Int] = [:]

    subscript(name: String) -> Int { counts[name, default: 0] }

    mutating func add(_ name: String, _ count: Int = 1) { counts[name, default: 0] += count }

    mutating func merge(_ other: Tally) {
        for (name, count) in other.counts { add(name, count) }
    }

    func report(_ title: String) {
        let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print("faults: \(title): \(text.joined(separator: ", "))")
    }
}
