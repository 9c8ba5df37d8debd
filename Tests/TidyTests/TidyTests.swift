// Aim: the repository keeps the rules of its style that a program can check. Each finding says
// where, what, and what to do instead; the rules have tests of their own in TidyRuleTests.

import Testing

@Suite struct TidyTests {
    let repository: Repository

    init() throws { repository = try Repository.current() }

    private func expectNone(_ findings: [TidyFinding]) {
        for finding in findings.prefix(50) { Issue.record("\(finding)") }
        #expect(findings.isEmpty, "\(findings.count) findings")
    }

    private func check(_ rule: TidyRule) throws {
        var findings: [TidyFinding] = []
        for path in repository.swiftPaths {
            findings += rule(path, SwiftText(try repository.text(path)))
        }
        expectNone(findings)
    }

    private func checkText(_ rule: (String, [String]) -> [TidyFinding]) throws {
        var findings: [TidyFinding] = []
        for path in repository.textPaths {
            let text = try repository.text(path)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            findings += rule(path, lines.map(String.init))
        }
        expectNone(findings)
    }

    @Test func `the repository is found and has sources`() {
        #expect(repository.paths.contains("Package.swift"))
        #expect(repository.swiftPaths.count > 10)
    }

    @Test func `targets import only what the line of flow allows`() throws {
        try check(ImportRules.check)
    }

    @Test func `no banned call is made`() throws { try check(BannedCallRules.check) }

    @Test func `unsafe code stays where it is allowed`() throws { try check(UnsafeRules.check) }

    @Test func `files are not too long`() throws { try check(LengthRules.file) }

    @Test func `functions are not too long`() throws { try check(LengthRules.functions) }

    @Test func `lines are not too long`() throws { try check(LengthRules.columns) }

    @Test func `each file opens with a comment`() throws { try check(LengthRules.openingComment) }

    @Test func `no file names a place of one machine or a registry`() throws {
        try checkText(TextRules.machine)
    }

    @Test func `no line ends with white space`() throws { try checkText(TextRules.trailingSpace) }

    @Test func `each library has tests`() {
        expectNone(
            RepositoryRules.testTargets(
                sources: repository.targets(below: "Sources", ending: ".swift"),
                tests: repository.targets(below: "Tests", ending: ".swift")))
    }

    @Test func `each target is explained in the map of the sources`() throws {
        let readme = "Sources/README.md"
        var targets = repository.targets(below: "Sources", ending: ".swift")
        targets += repository.targets(below: "Sources", ending: ".modulemap")
        expectNone(
            RepositoryRules.map(
                sources: targets,
                readme: repository.paths.contains(readme) ? try repository.text(readme) : nil))
    }

    @Test func `each fixture is used`() throws {
        let folder = "Tests/Fixtures/"
        let fixtures = repository.paths.filter { $0.hasPrefix(folder) }
        let tests = repository.swiftPaths.filter { $0.hasPrefix("Tests/") }
        expectNone(
            RepositoryRules.fixtures(
                fixtures.map { String($0.dropFirst(folder.count)) },
                testTexts: try tests.map(repository.text)))
    }
}
