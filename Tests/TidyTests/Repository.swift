// The repository that the tidy tests look at: the one that this file stands in.

import Foundation

/// The files that we track, by path below the root, in order.
struct Repository {
    let root: URL
    let paths: [String]

    /// Folders that hold what was built or made, never what was written.
    private static let skipped: Set<String> = [
        ".build", ".git", ".swiftpm", "demo", "downstream-store", "node_modules",
    ]
    private static let skippedFiles: Set<String> = ["Package.resolved"]
    private static let textEndings: Set<String> = [
        "swift", "md", "yaml", "yml", "sh", "h", "c", "cpp", "modulemap", "json", "jsonl", "csv",
        "py", "html", "css", "js", "svg", "txt", "toml",
    ]

    init(root: URL) throws {
        self.root = root
        var paths: [String] = []
        try Repository.walk(root, "", &paths)
        self.paths = paths
    }

    /// Two folders above this file's.
    static func current() throws -> Repository {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try Repository(
            root: folder.deletingLastPathComponent().deletingLastPathComponent())
    }

    private static func walk(_ folder: URL, _ prefix: String, _ paths: inout [String]) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for name in names where !skipped.contains(name) && !skippedFiles.contains(name) {
            let url = folder.appendingPathComponent(name)
            let values = try url.resourceValues(forKeys: [.isDirectoryKey])
            if values.isDirectory == true {
                try walk(url, prefix + name + "/", &paths)
            } else {
                paths.append(prefix + name)
            }
        }
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    var swiftPaths: [String] { paths.filter { $0.hasSuffix(".swift") } }

    /// Files of text; fixtures are left out, since some are wrong on purpose.
    var textPaths: [String] {
        paths.filter { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard !path.hasPrefix("Tests/Fixtures/") else { return false }
            if ["Makefile", "run", ".gitignore", ".swift-format", "LICENSE"].contains(name) {
                return true
            }
            let ending = name.split(separator: ".").last.map(String.init) ?? ""
            return Repository.textEndings.contains(ending)
        }
    }

    /// The folders of a folder that hold at least one file that ends as stated.
    func targets(below folder: String, ending: String) -> [String] {
        var result: [String] = []
        for path in paths where path.hasPrefix(folder + "/") && path.hasSuffix(ending) {
            let parts = path.split(separator: "/")
            guard parts.count > 2 else { continue }
            let name = String(parts[1])
            if result.last != name { result.append(name) }
        }
        return result
    }
}
