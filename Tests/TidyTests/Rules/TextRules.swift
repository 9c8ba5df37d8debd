// Rules for every file that we track, whatever its language.

enum TextRules {
    // Put together here, so that this file does not break its own rule.
    static let machinePaths = ["work", "root", "home", "Users"].map { "/" + $0 + "/" }
    static let registryHosts = ["py" + "pi", "deb." + "debian", "archive." + "ubuntu"]

    /// Paths of one developer's machine, and hosts that packages come from.
    static func machine(_ path: String, _ lines: [String]) -> [TidyFinding] {
        var findings: [TidyFinding] = []
        for (index, line) in lines.enumerated() {
            for sought in machinePaths where containsPath(sought, in: line) {
                findings.append(
                    TidyFinding(
                        path: path, line: index + 1,
                        message: "\(sought) is a path of one machine; use a relative path"))
            }
            for host in registryHosts where line.lowercased().contains(host) {
                findings.append(
                    TidyFinding(
                        path: path, line: index + 1,
                        message: "\(host) names a package registry; name the package only"))
            }
        }
        return findings
    }

    /// Whether an absolute path begins here; `a/work/b` is a relative one, and a web address has
    /// no such folder of ours.
    private static func containsPath(_ sought: String, in line: String) -> Bool {
        var rest = line[...]
        while let found = rest.firstRange(of: sought) {
            let before =
                found.lowerBound == line.startIndex
                ? nil : line[line.index(before: found.lowerBound)]
            let isInside =
                before.map {
                    $0.isLetter || $0.isNumber || ".-_~}*)".contains($0)
                } ?? false
            if !isInside { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    static func trailingSpace(_ path: String, _ lines: [String]) -> [TidyFinding] {
        var findings: [TidyFinding] = []
        for (index, line) in lines.enumerated() where line.last?.isWhitespace == true {
            findings.append(
                TidyFinding(
                    path: path, line: index + 1,
                    message: "the line ends with white space; remove it"))
        }
        return findings
    }
}

/// Rules about what exists, over lists of names.
enum RepositoryRules {
    /// Each library has a folder of tests. C targets and the programs have none of their own.
    static func testTargets(sources: [String], tests: [String]) -> [TidyFinding] {
        let programs: Set<String> = ["downstream", "downstream-bench"]
        let known = Set(tests)
        return sources.filter { !programs.contains($0) && !known.contains($0 + "Tests") }
            .map { name in
                TidyFinding(
                    path: "Sources/" + name, line: 0,
                    message: "the target has no tests; add Tests/\(name)Tests")
            }
    }

    /// Each target is explained in the map of the sources.
    static func map(sources: [String], readme: String?) -> [TidyFinding] {
        guard let readme else {
            return [
                TidyFinding(
                    path: "Sources/README.md", line: 0,
                    message: "there is no map of the sources; write one sentence per target")
            ]
        }
        return sources.filter { !readme.contains("`" + $0 + "`") }.map { name in
            TidyFinding(
                path: "Sources/README.md", line: 0,
                message: "`\(name)` is not explained; add a sentence on what it is for")
        }
    }

    /// Each fixture is used: a test's text has its name, or the name of a folder of fixtures that
    /// holds it.
    ///
    /// - Parameter fixtures: paths below `Tests/Fixtures`.
    static func fixtures(_ fixtures: [String], testTexts: [String]) -> [TidyFinding] {
        fixtures.filter { fixture in
            let parts = fixture.split(separator: "/").map(String.init)
            var sought = [parts[parts.count - 1]]
            // "good" and "bad" alone are words that any test may have.
            for depth in parts.indices.dropLast() where depth > 0 {
                sought.append(parts[0...depth].joined(separator: "/") + "\"")
            }
            return !testTexts.contains { text in sought.contains { text.contains($0) } }
        }
        .map { fixture in
            TidyFinding(
                path: "Tests/Fixtures/" + fixture, line: 0,
                message: "no test uses this file; use it or remove it")
        }
    }
}
