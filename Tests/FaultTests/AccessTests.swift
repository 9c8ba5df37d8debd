// Stores that may not be written, or not be read at all: a file system that is mounted for reading,
// folders of somebody else. Reading works where it can, and the rest is said.

import Foundation
import Testing

@Suite(.serialized) struct AccessTests {
    let material: Material
    let workspace: Workspace

    init() throws {
        material = try Material.shared.get()
        workspace = try Workspace()
        try workspace.reset(with: material.filled)
    }

    private func expectRefused(_ ending: Ending, _ words: String, _ what: String) {
        #expect(ending.status == 74, "\(what): \(ending.summary)")
        #expect(ending.messages.contains(words), "\(what): \(ending.summary)")
    }

    @Test func aReadOnlyFileSystemIsReadAndNotWritten() throws {
        let status = try workspace.done(["status"])
        let fault = Fault(mode: .error, at: 1, code: EROFS, isSticky: true)
        for verb in ["status", "verify"] {
            let ending = try workspace.run([verb], fault: fault)
            #expect(ending.status == 0, "\(verb): \(ending.summary)")
            if verb == "status" { #expect(ending.output == status.output) }
        }
        let ending = try workspace.run(
            Material.ingest([material.small], material.mapping), fault: fault)
        expectRefused(ending, "Read-only file system", "ingest")
        #expect(try workspace.done(["status"]).output == status.output)
    }

    /// Mounting needs rights that a container may not give.
    static let canMount = mounted("true", on: "/proc")

    private static func mounted(_ command: String, on folder: String) -> Bool {
        let path = NSTemporaryDirectory() + "/downstream-mount-\(UUID().uuidString)"
        do {
            let script = "mount --bind '\(folder)' '\(folder)' && \(command)"
            return try Child(["/usr/bin/unshare", "-m", "/bin/sh", "-c", script], scratch: path)
                .wait().status == 0
        } catch {
            return false
        }
    }

    @Test(.enabled(if: canMount, "nothing may be mounted here; run as root"))
    func aMountThatIsReadOnlyIsReadAndNotWritten() throws {
        let world = workspace.world
        func run(_ arguments: [String]) throws -> Ending {
            let command = ([Workspace.program, "--store", workspace.store] + arguments)
                .map { "'\($0)'" }.joined(separator: " ")
            let script =
                "mount --bind '\(world)' '\(world)' && "
                + "mount -o remount,bind,ro '\(world)' && exec \(command)"
            return try Child(
                ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script],
                scratch: workspace.path + "/mounted"
            ).wait()
        }
        for verb in ["status", "verify"] {
            let ending = try run([verb])
            #expect(ending.status == 0, "\(verb): \(ending.summary)")
        }
        let ending = try run(Material.ingest([material.small], material.mapping))
        expectRefused(ending, "Read-only file system", "ingest")
    }

    /// Whether the program can be run as somebody without rights.
    static let canDropRights: Bool = {
        do {
            guard getuid() == 0 else { return false }
            return try Workspace().run(["--version"], asNobody: true).status == 0
        } catch {
            return false
        }
    }()

    private func permit(folders: Int, files: Int) throws {
        let all = [""] + (try workspace.storeFiles().map { "/" + $0 })
        for name in all {
            let path = workspace.store + name
            var isFolder: ObjCBool = false
            try #require(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder))
            try FileManager.default.setAttributes(
                [
                    // Keys are refused where others could read them; the log can be read without.
                    .posixPermissions: isFolder.boolValue
                        ? folders : name == "/keys" ? 0o600 : files
                ], ofItemAtPath: path)
        }
    }

    @Test(.enabled(if: canDropRights, "rights cannot be dropped here; run as root"))
    func aStoreOfSomebodyElseIsRefusedInWords() throws {
        let commands = [
            ["status"], ["verify"], Material.ingest([material.small], material.mapping),
        ]
        // May be read, may not be written.
        try permit(folders: 0o755, files: 0o644)
        for arguments in commands {
            let ending = try workspace.run(arguments, asNobody: true)
            if arguments[0] == "ingest" {
                expectRefused(ending, "Permission denied", "to be read only: ingest")
            } else {
                #expect(ending.status == 0, "to be read only: \(ending.summary)")
            }
        }
        // The data may not be read.
        try permit(folders: 0o755, files: 0o600)
        for arguments in commands {
            let ending = try workspace.run(arguments, asNobody: true)
            expectRefused(ending, "Permission denied", "sealed files: \(arguments[0])")
        }
        // Not even the folder may be looked into.
        try permit(folders: 0o700, files: 0o600)
        for arguments in commands {
            let ending = try workspace.run(arguments, asNobody: true)
            expectRefused(ending, "Permission denied", "a sealed folder: \(arguments[0])")
        }
        _ = try workspace.done(["verify"])
    }
}
