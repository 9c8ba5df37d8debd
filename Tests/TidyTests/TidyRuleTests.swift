// Aim: each tidy rule catches what it is there for, and nothing else.

import Testing

@Suite struct TidyRuleTests {
    private func messages(
        _ rule: TidyRule, _ text: String, in path: String = "Sources/Events/File.swift"
    ) -> [String] {
        rule(path, SwiftText(text)).map { "\($0.line): \($0.message)" }
    }

    private func lines(
        _ rule: TidyRule, _ text: String, in path: String = "Sources/Events/File.swift"
    ) -> [Int] {
        rule(path, SwiftText(text)).map(\.line)
    }

    // MARK: The text

    @Test func `comments and strings are blanked, code and shape are kept`() {
        let text = SwiftText(
            """
            let a = "try! \\(f("x")) y" // try!
            /* try! /* nested */ try! */ let b = 1
            let c = #"raw \\ "quoted" try!"# + d
            """)
        #expect(!text.code.joined().contains("try!"))
        #expect(!text.code.joined().contains("quoted"))
        #expect(text.code[0].hasPrefix("let a = \""))
        #expect(text.code[1].hasSuffix("let b = 1"))
        #expect(text.code[2].hasSuffix("\"# + d"))
        #expect(text.lines.count == text.code.count)
        for (line, code) in zip(text.lines, text.code) { #expect(line.count == code.count) }
    }

    @Test func `a string of several lines is blanked to its end`() {
        let quotes = "\"\"\""
        let text = SwiftText("let a = \(quotes)\n  fatalError(\"x\")\n  \(quotes)\nfatalError()\n")
        #expect(lines(BannedCallRules.check, text.lines.joined(separator: "\n")) == [4])
    }

    // MARK: Imports

    @Test(arguments: [
        ("import Events", "Events"), ("package import Events", "Events"),
        ("internal import Glibc", "Glibc"), ("@preconcurrency import Dispatch", "Dispatch"),
        ("@_spi(Testing) public import Yams", "Yams"), ("import struct Events.Money", "Events"),
        ("    import LMDB", "LMDB"),
    ])
    func `an import is understood in each form`(line: String, module: String) {
        #expect(ImportRules.importedModule(line) == module)
    }

    @Test(arguments: ["let import = 1", "important()", "", "// import X", "func f() {}"])
    func `other lines are no imports`(line: String) {
        #expect(ImportRules.importedModule(SwiftText(line).code.first ?? "") == nil)
    }

    @Test(arguments: [
        ("Events", "Foundation"), ("Simulation", "Glibc"), ("Projections", "EventLog"),
        ("Modeling", "Simulation"), ("Workbench", "LMDB"), ("Workbench", "Charts"),
        ("Ingestion", "Yams"), ("Synthesis", "Simulation"), ("EventLog", "CLMDB"),
        ("Workbench", "CSQLite"), ("SQLite", "Events"),
        ("downstream", "EventLog"), ("Reports", "Foundation"), ("Nowhere", "Events"),
    ])
    func `an import against the line of flow is found`(target: String, module: String) {
        let path = "Sources/\(target)/File.swift"
        let text = "// Comment.\npackage import \(module)\n"
        let found = messages(ImportRules.check, text, in: path)
        #expect(found.count == 1)
        #expect(found.first?.contains(target) == true)
    }

    @Test(arguments: [
        ("Simulation", "Statistics"), ("LMDB", "CLMDB"), ("Ingestion", "Glibc"),
        ("downstream", "ArgumentParser"), ("Workbench", "Foundation"), ("EventLog", "Digests"),
    ])
    func `an import along the line of flow is not`(target: String, module: String) {
        let text = "import \(module)\n"
        #expect(messages(ImportRules.check, text, in: "Sources/\(target)/A/File.swift") == [])
    }

    @Test func `tests and manifests may import what they need`() {
        for path in ["Tests/EventsTests/A.swift", "Package.swift"] {
            #expect(messages(ImportRules.check, "import Foundation", in: path) == [])
        }
    }

    @Test func `the table of imports has no cycle`() {
        func reaches(_ start: String, _ goal: String, _ depth: Int) -> Bool {
            let next = ImportRules.allowed[start] ?? []
            if next.contains(goal) { return true }
            return depth > 0 && next.sorted().contains { reaches($0, goal, depth - 1) }
        }
        for target in ImportRules.allowed.keys.sorted() {
            #expect(!reaches(target, target, 6), "\(target) reaches itself")
        }
    }

    // MARK: Banned calls

    @Test(arguments: [
        "let a = try? f()", "let a = try! f()", "fatalError()", "fatalError(\"x\")",
        "print(a)", "if b { print(a) }", "let a = String(format: f, 1)", "let now = Date()",
        "DispatchQueue.global().async { }", "var g = SystemRandomNumberGenerator()",
        "let a = Int.random(in: 0..<3)", "let a = list.randomElement()",
        "let a = list.shuffled()",
    ])
    func `a banned call is found with its line and its replacement`(code: String) {
        let found = messages(BannedCallRules.check, "// Comment.\n\n" + code + "\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("3: ") == true)
        #expect(found.first?.contains("instead: ") == true)
    }

    @Test(arguments: [
        "let a = try f()", "// try! is banned", "let a = \"try! print(x)\"", "blueprint(a)",
        "page.print(a)", "func sprint() {}", "let a = Update()", "precondition(a, \"b\")",
        "let d = Date(timeIntervalSince1970: 0)", "let a = todo", "case random(in)",
    ])
    func `what only looks like a banned call is not`(code: String) {
        #expect(messages(BannedCallRules.check, code) == [])
    }

    @Test func `only the programs print`() {
        let code = "print(1)"
        for target in ["downstream", "downstream-bench"] {
            let path = "Sources/\(target)/File.swift"
            #expect(messages(BannedCallRules.check, code, in: path) == [])
        }
        let path = "Sources/Workbench/File.swift"
        #expect(messages(BannedCallRules.check, code, in: path).count == 1)
    }

    @Test func `marks of unfinished work are found in comments too`() {
        let marks = ["TO" + "DO", "FIX" + "ME"]
        for mark in marks {
            #expect(lines(BannedCallRules.check, "let a = 1 // \(mark): later") == [1])
        }
    }

    @Test func `flags that switch checks off are found in the manifest`() {
        let flags = ["\"-Oun" + "checked\"", "." + "unsafe" + "Flags([])"]
        for flag in flags {
            let code = "let a = [\(flag)]"
            #expect(lines(BannedCallRules.check, code, in: "Package.swift") == [1])
            #expect(lines(BannedCallRules.check, code, in: "tools/fuzz/Package.swift") == [1])
        }
    }

    @Test func `unsafe is found outside its targets and not within`() {
        let code = "// Comment.\nlet a = unsafe b.load()\nlet unsafely = 1 // unsafe\n"
        #expect(lines(UnsafeRules.check, code, in: "Sources/Simulation/A.swift") == [2])
        #expect(lines(UnsafeRules.check, code, in: "Sources/Synthesis/A.swift") == [2])
        #expect(lines(UnsafeRules.check, code, in: "Sources/LMDB/A.swift") == [])
        #expect(lines(UnsafeRules.check, code, in: "Tests/LMDBTests/A.swift") == [])
    }

    // MARK: Lengths

    @Test func `a file may have the limit's lines and no more`() {
        let limit = LengthRules.fileLimit
        let line = "let a = 1\n"
        #expect(lines(LengthRules.file, String(repeating: line, count: limit)) == [])
        #expect(lines(LengthRules.file, String(repeating: line, count: limit + 1)) == [limit + 1])
    }

    @Test func `a line may have the limit's columns and no more`() {
        let full = String(repeating: "a", count: LengthRules.columnLimit)
        #expect(lines(LengthRules.columns, "a\n" + full) == [])
        #expect(lines(LengthRules.columns, "a\n" + full + "é") == [2])
    }

    @Test func `a file opens with a comment`() {
        #expect(lines(LengthRules.openingComment, "// What for.\nimport Events") == [])
        #expect(lines(LengthRules.openingComment, "import Events") == [1])
        #expect(lines(LengthRules.openingComment, "\n// Late.") == [1])
        #expect(lines(LengthRules.openingComment, "") == [1])
    }

    private func body(_ head: String, lines: Int) -> String {
        head + " {\n" + String(repeating: "    a()\n", count: lines - 2) + "}\n"
    }

    @Test(arguments: [
        "func f()", "init(a: Int)", "deinit", "subscript(a: Int) -> Int",
        "init<T>(a: T) where T: P", "mutating func `in`<T>(_ a: [T]) throws -> T",
    ])
    func `a function may have the limit's lines and no more`(head: String) {
        let limit = LengthRules.functionLimit
        #expect(lines(LengthRules.functions, body(head, lines: limit)) == [])
        #expect(lines(LengthRules.functions, "\n" + body(head, lines: limit + 1)) == [2])
    }

    @Test func `a head of several lines counts, and braces in strings do not`() {
        let code = """
            struct S {
                func f(
                    a: Int,
                    b: [Int] = []
                ) throws(E)
                    -> Int
                {
                    let c = "}}}"
                    return c.map { $0 }
                }
                func g() { 1 }
            }
            """
        let found = FunctionFinder(SwiftText(code).code).functions()
        #expect(
            found == [
                .init(name: "func f", line: 2, lineCount: 9),
                .init(name: "func g", line: 11, lineCount: 1),
            ])
    }

    @Test func `requirements without a body and calls of initialisers are no functions`() {
        let code = """
            protocol P {
                func f(a: Int) -> Int
                init(b: Int)
                func g()
            }
            struct S { let a = T.init(1); func h() { self.init(2) } }
            """
        let names = FunctionFinder(SwiftText(code).code).functions().map(\.name)
        #expect(names == ["func h"])
    }

    // MARK: Any text

    @Test func `paths of one machine and registries are found, relative paths are not`() {
        for folder in ["work", "root", "home", "Users"] {
            let path = "/" + folder + "/"
            #expect(TextRules.machine("README.md", ["a", "see \(path)data"]).map(\.line) == [2])
            #expect(TextRules.machine("README.md", ["see ..\(path)data", "a\(path)b"]) == [])
        }
        for host in ["py" + "pi.org", "deb." + "debian.org"] {
            #expect(TextRules.machine("a.sh", ["curl https://\(host)/x"]).count == 1)
        }
        #expect(TextRules.machine("README.md", ["https://github.com/apple/swift-nio"]) == [])
    }

    @Test func `white space at a line's end is found`() {
        #expect(TextRules.trailingSpace("a", ["a", "b ", "", "\t", "  c"]).map(\.line) == [2, 4])
    }

    // MARK: The repository

    @Test func `a library without tests is found, programs need none`() {
        let found = RepositoryRules.testTargets(
            sources: ["Events", "LMDB", "downstream"], tests: ["EventsTests", "TidyTests"])
        #expect(found.map(\.path) == ["Sources/LMDB"])
    }

    @Test func `a target that the map does not name is found`() {
        let found = RepositoryRules.map(
            sources: ["Events", "EventLog"], readme: "`EventLog` keeps events.")
        #expect(found.count == 1)
        #expect(found.first?.message.contains("`Events`") == true)
        #expect(RepositoryRules.map(sources: ["Events"], readme: nil).count == 1)
    }

    @Test func `a fixture that no test names is found`() {
        let fixtures = ["good/calls.csv", "bad/lines/a.csv", "bad/dead.csv"]
        let texts = ["load(\"calls.csv\")", "folder(\"bad/lines\")", "bad(\"bad\")"]
        let found = RepositoryRules.fixtures(fixtures, testTexts: texts)
        #expect(found.map(\.path) == ["Tests/Fixtures/bad/dead.csv"])
    }
}
