// The line of flow as a table: what each target may import. The package's own check misses an
// import that another dependency makes reachable; this one does not.

enum ImportRules {
    /// Our own targets and outside packages, as `Sources/README.md` states them.
    static let allowed: [String: Set<String>] = [
        "LMDB": ["CLMDB"],
        "SQLite": ["CSQLite"],
        "Digests": ["CLibcrypto"],
        "Processes": [],
        "Parallelism": [],
        "Keys": ["Digests", "Parallelism"],
        "Randomness": [],
        "Statistics": [],
        "Charts": [],
        "Events": [],
        "Configuration": ["Events", "Yams"],
        "Ingestion": [
            "Events", "Configuration", "Digests", "CZlib", "CZstd", "CExpat", "CSimdjson",
        ],
        "EventLog": ["Events", "LMDB", "Digests", "Parallelism", "CProcessor"],
        "Projections": ["Events", "Parallelism", "Statistics"],
        "Modeling": ["Events", "Projections", "Randomness", "Statistics"],
        "Scenarios": ["Events", "Projections", "Modeling", "Configuration", "Digests"],
        "Synthesis": ["Events", "Randomness"],
        "Export": ["Events", "Projections"],
        "Simulation": ["Events", "Projections", "Modeling", "Randomness", "Statistics"],
        "Reports": ["Events", "Projections", "Modeling", "Simulation", "Statistics", "Charts"],
        "Workbench": libraries.union(["Export", "SQLite"]),
        "Viewer": ["Workbench", "Reports"],
        "downstream": ["Workbench", "Viewer", "ArgumentParser"],
        "Benchmarks": libraries.union(["LMDB", "Workbench"]),
        "downstream-bench": ["Benchmarks"],
    ]

    /// What stands above the workbench in the line, its private parts left out.
    private static let libraries: Set<String> = [
        "Events", "Configuration", "Ingestion", "EventLog", "Digests", "Keys", "Processes",
        "Parallelism",
        "Randomness", "Statistics", "Projections", "Modeling", "Scenarios", "Synthesis",
        "Simulation", "Reports",
    ]

    /// The system's and the toolchain's own modules. A target that is not named is pure.
    static let allowedSystem: [String: Set<String>] = [
        "LMDB": ["Glibc", "Synchronization"],
        "SQLite": ["Glibc"],
        "Digests": ["Glibc"],
        "Processes": ["Glibc"],
        "Parallelism": ["Dispatch", "Synchronization"],
        "Keys": ["Glibc", "Dispatch", "Synchronization"],
        "Ingestion": ["Glibc"],
        "EventLog": ["Glibc", "Dispatch", "Synchronization"],
        "Workbench": [
            "Glibc", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization",
        ],
        "Viewer": ["Glibc", "Foundation", "Dispatch", "Synchronization"],
        "Benchmarks": ["Glibc", "Dispatch", "Synchronization"],
        "downstream": [
            "Glibc", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization",
        ],
        "downstream-bench": ["Glibc", "Foundation"],
    ]

    static func check(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        let place = SourcePath(path)
        guard place.isInSources, let target = place.target else { return [] }
        guard let own = allowed[target] else {
            let message =
                "target \(target) is not in the table of imports; add it to"
                + " ImportRules.allowed and to Sources/README.md"
            return [TidyFinding(path: path, line: 1, message: message)]
        }
        let permitted = own.union(allowedSystem[target] ?? [])
        var findings: [TidyFinding] = []
        for (index, line) in text.code.enumerated() {
            guard let module = importedModule(line), !permitted.contains(module) else { continue }
            let list = permitted.isEmpty ? "nothing" : permitted.sorted().joined(separator: ", ")
            findings.append(
                TidyFinding(
                    path: path, line: index + 1,
                    message: "\(target) may not import \(module); it may import \(list)."
                        + " Move the code along the line of flow, or pass the value in"))
        }
        return findings
    }

    /// The module that a line of code imports, or `nil`. Attributes, access levels and kinds
    /// (`import struct X.Y`) are understood.
    static func importedModule(_ line: String) -> String? {
        var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })
        let prefixes: Set<Substring> = ["package", "internal", "public", "private", "fileprivate"]
        while let first = words.first, first.hasPrefix("@") || prefixes.contains(first) {
            words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return name.split(separator: ".").first.map(String.init)
    }
}
