// The gate for files that people write: every mistake is found at its place, all in one go, and
// hostile texts are refused without harm.

import Configuration
import Events
import Testing

/// The findings about `text` as `line:column code`, reading it with `body`.
func places(_ text: String, _ body: (Field) -> Void) -> [String] {
    let document = YAMLDocument.parse(text: text, file: "test.yaml")
    body(document.root)
    return document.finish().map { finding in
        "\(finding.line ?? 0):\(finding.column ?? 0) \(finding.code)"
    }
}

@Suite struct DocumentTests {
    @Test func aGoodFileIsReadWithoutFindings() throws {
        let text = """
            name: night-shift
            window: 7d
            costs:
              - {team: agents, perMinute: "0.80"}
              - {team: chat, perMinute: 0.05}
            notes: ~
            """
        let read = try YAMLDocument.read(text: text, file: "a.yaml") { root in
            (
                root.required("name").name(), root.required("window").duration(),
                root.required("costs").list { cost in
                    cost.required("team").text() + "="
                        + String(cost.required("perMinute").money().thousandths)
                },
                root.optional("notes")?.text()
            )
        }
        #expect(read.0 == "night-shift")
        #expect(read.1 == .days(7))
        #expect(read.2 == ["agents=80000", "chat=5000"])
        #expect(read.3 == nil)
    }

    @Test func everyMistakeIsReportedInTheOrderOfTheFile() {
        let text = """
            window: 7 days
            share: 1.5
            kind: contcat
            windw: 3d
            """
        let found = places(text) { root in
            _ = root.required("kind").choice(of: EventKind.self, named: \.name)
            _ = root.required("share").probability()
            _ = root.required("window").duration()
            _ = root.required("name").text()
        }
        let expected = [
            "1:1 missing-key", "1:9 bad-duration", "2:8 out-of-range", "3:7 unknown-choice",
            "4:1 unknown-key",
        ]
        #expect(found == expected)
    }

    @Test func aMistypedKeyOrChoiceBringsASuggestion() throws {
        let document = YAMLDocument.parse(text: "windwo: 1d\nkind: contcat\n", file: "m.yaml")
        _ = document.root.optional("window")?.duration()
        _ = document.root.required("kind").choice(of: EventKind.self, named: \.name)
        let findings = document.finish()
        #expect(findings.map(\.hint) == ["did you mean \"window\"?", "did you mean \"contact\"?"])
        let first = try #require(findings.first)
        #expect(
            first.description
                == "m.yaml:1:1: error: field \"windwo\": expected one of kind, window, "
                + "found \"windwo\" [unknown-key]; hint: did you mean \"window\"?")
    }

    @Test func pathsNameNestedFields() {
        let document = YAMLDocument.parse(
            text: "rules:\n  - window: 1d\n  - window: x\n", file: "t")
        _ = document.root.required("rules").list { $0.required("window").duration() }
        #expect(document.finish().map(\.field) == ["rules[2].window"])
    }

    @Test func keysOfAnAuthorsOwnAreReadInOrderAndNotReported() {
        let text = "values:\n  zebra: 1\n  ape: 2\n"
        var names: [String] = []
        let found = places(text) { root in
            for (key, value) in root.required("values").entries {
                names.append("\(key.text())=\(value.integer())")
            }
        }
        #expect(found == [])
        #expect(names == ["zebra=1", "ape=2"])
    }

    @Test func aWrongShapeIsReportedOnceAndNotItsKeysBesides() {
        let found = places("costs: {a: 1, b: 2}\nrules: [1]\n") { root in
            _ = root.required("costs").list { $0.integer() }
            _ = root.required("rules").required("window").duration()
            _ = root.required("rules").optional("other")?.text()
        }
        #expect(found == ["1:8 wrong-shape", "2:8 wrong-shape"])
    }

    @Test func anAbsentFieldAnswersHarmlesslyAndRecordsNothingMore() {
        let found = places("a: 1") { root in
            #expect(root.required("a").integer(in: 1...5) == 1)
            let missing = root.required("b")
            #expect(!missing.isPresent)
            #expect(missing.integer(in: 3...9) == 3)
            #expect(missing.required("c").list { $0.text() } == [])
            #expect(missing.text() == "")
            missing.refuse("x", expected: "y")
        }
        #expect(found == ["1:1 missing-key"])
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "1:1 duplicate-key"),
        ("a: 1\n\tb: 2\n", "2:1 bad-yaml"),
        ("a: &x 1\nb: *x\n", "1:4 alias"),
        ("a: !thing 1\n", "1:4 tag"),
        ("? [1, 2]\n: 3\n", "1:3 bad-key"),
        ("a: [1, 2\n", "2:1 bad-yaml"),
        ("a: 1\n---\nb: 2\n", "2:1 bad-yaml"),
        ("a: \u{1}\n", "1:4 bad-yaml"),
        ("", "0:0 empty-file"),
        ("# nothing\n", "0:0 empty-file"),
        ("just text", "1:1 wrong-shape"),
        ("b: *nowhere\n", "1:4 bad-yaml"),
    ])
    func aBrokenTextIsRefusedAtItsPlace(text: String, expected: String) {
        let found = places(text) { root in
            for name in ["a", "b"] { _ = root.optional(name)?.isPresent }
        }
        #expect(found.first == expected)
    }

    @Test func aTabInTheIndentationIsExplained() {
        let document = YAMLDocument.parse(text: "a:\n\tb: 2\n", file: "t")
        #expect(document.finish().first?.hint?.contains("tab") == true)
    }

    @Test func deepNestingIsRefusedWithoutHarm() {
        let texts = [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 50_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
            String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ]
        for (index, text) in texts.enumerated() {
            #expect(!places(text) { _ in }.isEmpty, "text \(index)")
        }
    }

    @Test func aliasesOfAliasesAreRefusedQuickly() {
        var bomb = "a0: &a0 [x, x]\n"
        for level in 1..<60 {
            let below = "*a\(level - 1)"
            bomb += "a\(level): &a\(level) [\(below), \(below), \(below)]\n"
        }
        bomb += "? *a59\n: 1\n"
        #expect(places(bomb) { _ in }.first == "0:0 alias")
    }

    @Test func aTextOverTheLimitIsRefused() {
        let text = "a: " + String(repeating: "x", count: YAMLDocument.textLimitBytes)
        #expect(places(text) { _ in } == ["0:0 text-too-long"])
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: RefusedFile.self) {
            try YAMLDocument.read(bytes: [0x61, 0x3a, 0x20, 0xff], file: "t") { $0.isPresent }
        }
    }

    @Test func theNumberOfFindingsIsLimited() {
        let text = (0..<1_000).map { "key\($0): 1\n" }.joined()
        #expect(places(text) { _ in }.count == FindingCollector.limit)
    }

    @Test(arguments: 0..<300)
    func textsOfRandomPiecesNeverTrap(seed: Int) {
        let pieces = [
            "a", "b: ", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#", "&x ",
            "*x ", "!t ", "|", ">", "\t", "\\", "~", "1.5", "é", "\u{0}", "---\n", "? ", "%",
        ]
        var state = StableHash()
        state.combine(UInt64(seed))
        var text = ""
        for _ in 0..<60 {
            state.combine(1 as UInt8)
            text += pieces[Int(state.value % UInt64(pieces.count))]
        }
        let found = places(text) { root in
            _ = root.optional("a")?.integer()
            for (key, value) in root.optional("b")?.entries ?? [] {
                _ = (key.text(), value.duration(), value.list { $0.money() })
            }
        }
        #expect(found.count <= FindingCollector.limit, "seed \(seed)")
    }
}
