// Running costs, values and risks of a file of cost rules: read as they stand, and every mistake at
// its place. The shipped files are read, too.

import Configuration
import Events
import Foundation
import Projections
import Scenarios
import Testing

@Suite struct CostBooksFileTests {
    @Test func everythingIsReadAsItStands() throws {
        let costs = try CostRulesFile.read(text: SampleFiles.allCosts, file: "c.yaml")
        #expect(costs.rules[1].tiers == ["2", "lead"])
        #expect(costs.rules[1].channels == ["phone"])
        #expect(costs.rules[2].teams.isEmpty && costs.rules[2].tiers.isEmpty)
        let licence = try #require(costs.runs.first)
        #expect(licence.id == "licence" && licence.title == "chat assistant")
        #expect(licence.amount == Money(thousandths: 150_000_000) && licence.unit == .month)
        #expect(licence.channels == ["chatbot"] && licence.intents.isEmpty)
        #expect(licence.firstDay == CivilDate(text: "2026-01-15")?.dayNumber)
        #expect(licence.lastDay == CivilDate(text: "2026-06-30")?.dayNumber)
        #expect(costs.runs[1].isPerSession && costs.runs[1].grade == .c)
        #expect(costs.runs[1].firstDay == nil && costs.runs[1].intents == ["billing"])
        let value = try #require(costs.value)
        #expect(value.values.map(\.segments) == [["gold"], []])
        #expect(value.values.map(\.amount.thousandths) == [90_000_000, 30_000_000])
        #expect(value.leaving?.probability == 112_500)
        #expect(
            costs.risks.map(\.trigger) == [
                .event(.complaintOpened), .state(.givenUp), .failure("short-service"),
            ])
        #expect(costs.risks.map(\.probability) == [70_000, 1, 1_000_000])
        #expect(costs.risks[0].severity.low == Money(thousandths: 47_500_000))
        #expect(costs.risks[0].severity.grade == .a && costs.risks[0].probabilityGrade == .d)
        #expect(costs.risks[1].severity.isConstant)
        #expect(costs.risks[1].severity.high == Money(thousandths: 1_250_000))
        // (475 + 4 · 650 + 650) / 6 · 0.07 pounds.
        #expect(costs.risks[0].expectedLoss.thousandths == 4_345_833)
    }

    struct Mistake: Sendable, CustomStringConvertible {
        var found: String
        var replacement: String
        var code: String
        /// The text at whose line the finding must be, and at whose column.
        var at: String
        var description: String { replacement }
    }

    @Test(arguments: [
        Mistake(
            found: "per: month", replacement: "per: fortnight", code: "unknown-choice",
            at: "fortnight"),
        Mistake(
            found: "activity: automation", replacement: "activity: session", code: "unknown-choice",
            at: "session"),
        Mistake(
            found: "amount: 1500.00", replacement: "amount: -1500", code: "out-of-range",
            at: "-1500"),
        Mistake(
            found: "to: 2026-06-30", replacement: "to: 2025-12-31", code: "range-reversed",
            at: "2025-12-31"),
        Mistake(
            found: "id: usage", replacement: "id: licence #2", code: "duplicate-name",
            at: "licence #2"),
        Mistake(
            found: "title: a conversation", replacement: "title: chat assistant #2",
            code: "duplicate-name", at: "chat assistant #2"),
        Mistake(
            found: "probability: 0.1125", replacement: "probability: 1.125", code: "out-of-range",
            at: "1.125"),
        Mistake(
            found: "probability: 0.1125", replacement: "probability: 0.11250001", code: "too-fine",
            at: "0.11250001"),
        Mistake(
            found: "- segments: [gold]", replacement: "- segments: []", code: "never-used",
            at: "amount: 300"),
        Mistake(
            found: "{state: givenUp}", replacement: "{state: lost}", code: "unknown-choice",
            at: "lost}"),
        Mistake(
            found: "{state: givenUp}", replacement: "{state: givenUp, failure: x}",
            code: "bad-trigger", at: "{state: givenUp, "),
        Mistake(
            found: "{state: givenUp}", replacement: "{event: contact}", code: "unknown-choice",
            at: "contact}"),
        Mistake(found: "{state: givenUp}", replacement: "{}", code: "bad-trigger", at: "{}"),
        Mistake(
            found: "low: 475", replacement: "low: 651", code: "range-reversed", at: "{low: 651"),
        Mistake(
            found: "low: 475, mode", replacement: "mode", code: "missing-key", at: "{mode: 650"),
        Mistake(
            found: "grade: A", replacement: "grade: S", code: "unknown-choice", at: "S, source: q"),
        Mistake(found: "borne_by", replacement: "born_by", code: "missing-key", at: "id: fee"),
        Mistake(found: "values:", replacement: "value:", code: "missing-key", at: "value:"),
    ])
    func aMistakeIsFoundWhereItIs(_ mistake: Mistake) throws {
        let whole = SampleFiles.allCosts
        let range = try #require(whole.range(of: mistake.found))
        let text = whole.replacingCharacters(in: range, with: mistake.replacement)
        let refused = try #require(throws: RefusedFile.self) {
            try CostRulesFile.read(text: text, file: "c.yaml")
        }
        let finding = try #require(
            refused.findings.first { $0.code == mistake.code }, "\(refused)")
        let place = try #require(text.range(of: mistake.at)).lowerBound
        let before = text[..<place]
        let line = before.split(separator: "\n", omittingEmptySubsequences: false).count
        let start = before.lastIndex(of: "\n").map { before.index(after: $0) } ?? before.startIndex
        #expect(finding.line == line, "\(refused)")
        #expect(finding.column == before.distance(from: start, to: place) + 1, "\(refused)")
    }

    @Test(arguments: ["anonymous-bank-1999", "synthetic-operation"])
    func shippedFilesAreReadAndEveryFigureHasASource(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "../../scenarios/costs/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let costs = try CostRulesFile.read(text: text, file: name)
        #expect(costs.id == name)
        #expect(costs.rules.allSatisfy { !$0.source.isEmpty })
        // The bank published no costs, and nothing is made up beyond the rates of its note.
        #expect(
            (costs.value == nil && costs.risks.isEmpty && costs.runs.isEmpty)
                == (name == "anonymous-bank-1999"))
    }
}
