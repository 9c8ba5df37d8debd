// Lines of business as rows and as a filter: the members of each, by name.

import Events
import Projections
import TestSupport
import Testing

@Suite struct IntentLineTests {
    /// The line of an interaction, as the file of rules says it.
    private func line(_ index: Int, _ sample: AutomatedCase) -> String {
        let lines = sample.record.book.rules.rules.lines
        return lines.first { $0.intents.contains(sample.intent(index)) }?.id ?? "unknown"
    }

    @Test func rowsAndFiltersTakeTheIntentsOfTheLine() throws {
        var named = 0
        for seed in UInt64(0)..<200 {
            let sample = try AutomatedCase(seed)
            let selection = sample.selection(.line)
            #expect(selection.names == selection.names.sorted())
            for index in sample.contacts.indices {
                let group = Int(selection.group[index])
                #expect(selection.names[group] == line(index, sample), "seed \(seed)")
                if selection.names[group] != "unknown" { named += 1 }
            }
            for name in ["money", "desk", "unknown", "nowhere"] {
                var scope = Scope()
                scope.line = name
                let part = Selection(
                    sample.table, scope: scope, lines: sample.record.book.rules.lines)
                let expected = sample.contacts.indices.map { line($0, sample) == name ? 0 : -1 }
                #expect(part.group.map { Int($0) } == expected, "seed \(seed), \(name)")
            }
        }
        #expect(named > 1_000)
    }

    @Test func withoutLinesEverythingIsOfTheUnknownOne() throws {
        let table = try LogBuilder([ContactSpec("ada", at: .hours(1))]).table()
        var scope = Scope()
        scope.grouping = .line
        #expect(Selection(table, scope: scope).names == ["unknown"])
        scope.line = "unknown"
        #expect(Selection(table, scope: scope).group == [0])
        scope.line = "money"
        #expect(Selection(table, scope: scope).names.isEmpty)
    }
}
