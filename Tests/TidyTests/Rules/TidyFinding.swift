// What a rule reports, and the text that rules read.

/// One place that breaks a rule: where, what, and what to do instead.
struct TidyFinding: Hashable, CustomStringConvertible {
    let path: String
    /// From 1; 0 where the finding is about a whole file or folder.
    let line: Int
    let message: String

    var description: String { (line > 0 ? "\(path):\(line): " : "\(path): ") + message }
}

/// A rule over one file.
typealias TidyRule = (_ path: String, _ text: SwiftText) -> [TidyFinding]

/// What a path below the repository's root says about a file.
struct SourcePath {
    let path: String

    init(_ path: String) { self.path = path }

    var isInSources: Bool { path.hasPrefix("Sources/") }
    var isInTests: Bool { path.hasPrefix("Tests/") }

    /// The folder below `Sources` or `Tests`, or `nil`.
    var target: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, isInSources || isInTests else { return nil }
        return String(parts[1])
    }
}
