// Calls that the style bans, each with what to write instead.

enum BannedCallRules {
    enum Scope {
        /// All of our Swift.
        case everywhere
        /// What is built into the product.
        case sources
        /// The product but for the two programs, which print.
        case libraries
        /// Files that describe the build.
        case manifests
    }

    struct Ban {
        let pattern: String
        let scope: Scope
        let advice: String
        /// Also within string literals and comments.
        var isAboutText = false
    }

    // Some words are put together here, so that this file does not break its own rules.
    static let bans = [
        Ban(
            pattern: "try?", scope: .everywhere,
            advice: "handle the error, or use Result; nothing is dropped"),
        Ban(pattern: "try!", scope: .everywhere, advice: "let the error be thrown"),
        Ban(
            pattern: "fatalError(", scope: .everywhere,
            advice: "throw for bad input, precondition for our own mistakes"),
        Ban(
            pattern: "print(", scope: .libraries,
            advice: "return the value; only the programs print"),
        Ban(
            pattern: "String(format:", scope: .everywhere,
            advice: "write numbers with our own formatter"),
        Ban(pattern: "Date()", scope: .sources, advice: "take the moment as an argument"),
        Ban(
            pattern: "DispatchQueue.global().async", scope: .sources,
            advice: "use concurrentPerform over indices, or one dedicated thread"),
        Ban(
            pattern: "SystemRandomNumberGenerator", scope: .everywhere,
            advice: "draw from a seeded generator"),
        Ban(pattern: ".random(in", scope: .everywhere, advice: "draw from a seeded generator"),
        Ban(pattern: ".randomElement(", scope: .everywhere, advice: "draw from a seed"),
        Ban(pattern: ".shuffled(", scope: .sources, advice: "draw from a seeded generator"),
        Ban(
            pattern: "-Oun" + "checked", scope: .manifests,
            advice: "leave it out; the checks are part of the product", isAboutText: true),
        Ban(
            pattern: ".unsafe" + "Flags", scope: .manifests,
            advice: "leave it out; the checks are part of the product", isAboutText: true),
        Ban(
            pattern: "TO" + "DO", scope: .everywhere, advice: "do it, or open an issue",
            isAboutText: true),
        Ban(
            pattern: "FIX" + "ME", scope: .everywhere, advice: "mend it, or open an issue",
            isAboutText: true),
    ]

    static func check(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        var findings: [TidyFinding] = []
        for ban in bans where applies(ban.scope, to: path) {
            for (index, line) in (ban.isAboutText ? text.lines : text.code).enumerated()
            where containsWord(ban.pattern, in: line) {
                findings.append(
                    TidyFinding(
                        path: path, line: index + 1,
                        message: "\(ban.pattern) is banned; instead: \(ban.advice)"))
            }
        }
        return findings
    }

    private static func applies(_ scope: Scope, to path: String) -> Bool {
        let place = SourcePath(path)
        switch scope {
        case .everywhere: return true
        case .sources: return place.isInSources
        case .libraries:
            return place.isInSources
                && !["downstream", "downstream-bench"].contains(place.target ?? "")
        case .manifests: return path.hasSuffix("Package.swift")
        }
    }

    /// Whether the pattern stands in the line, not as the tail of a longer name.
    static func containsWord(_ pattern: String, in line: String) -> Bool {
        let text = Array(line)
        let sought = Array(pattern)
        guard text.count >= sought.count else { return false }
        let beginsName = isNamePart(sought[0])
        let endsName = isNamePart(sought[sought.count - 1])
        for start in 0...(text.count - sought.count)
        where text[start] == sought[0] && Array(text[start..<(start + sought.count)]) == sought {
            let isTail = start > 0 && (isNamePart(text[start - 1]) || text[start - 1] == ".")
            if beginsName, isTail { continue }
            let after = start + sought.count
            if endsName, after < text.count, isNamePart(text[after]) { continue }
            return true
        }
        return false
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}

/// The keyword that marks code whose safety the compiler cannot check.
enum UnsafeRules {
    /// Targets that speak to C or read bytes in place.
    static let allowedTargets: Set<String> = [
        "LMDB", "SQLite", "Digests", "Ingestion", "Processes",
    ]
    /// Single files of other targets.
    static let allowedFiles: Set<String> = [
        "Sources/Keys/PrivateFile.swift",
        "Sources/Workbench/Files.swift", "Sources/Workbench/System.swift",
        "Sources/EventLog/Blocks/RawBytes.swift",
        "Sources/EventLog/Identities/LargeTable.swift",
        "Sources/Projections/Contacts/ContactPlan.swift",
        "Sources/Simulation/Replay/FixedBuffer.swift",
        "Sources/Workbench/FileReplacement.swift", "Sources/downstream/Output/Console.swift",
        "Sources/downstream/Output/StandardOutput.swift", "Sources/Benchmarks/Workload.swift",
        "Sources/downstream-bench/DownstreamBench.swift",
    ]

    static func check(_ path: String, _ text: SwiftText) -> [TidyFinding] {
        let place = SourcePath(path)
        guard place.isInSources, let target = place.target, !allowedTargets.contains(target),
            !allowedFiles.contains(path)
        else { return [] }
        var findings: [TidyFinding] = []
        for (index, line) in text.code.enumerated()
        where BannedCallRules.containsWord("unsafe", in: line) {
            findings.append(
                TidyFinding(
                    path: path, line: index + 1,
                    message: "\"unsafe\" is not for \(target); use a Span, or add the file to"
                        + " UnsafeRules.allowedFiles with a measurement in its comment"))
        }
        return findings
    }
}
