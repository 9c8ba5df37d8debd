// Answers as data: one JSON object with stable keys.

import Foundation
import Testing
import Workbench

@Suite struct AnswerTests {
    @Test func factsTablesAndNotesBecomeOneObject() throws {
        var answer = Answer()
        answer.fact("events", "events", .integer(3))
        answer.fact("nothing", "nothing", .none)
        answer.fact("amount", "amount", .money(150_000))
        answer.table(
            "rows",
            Table(
                title: "Rows", columns: [.init("a", "A"), .init("b", "B")],
                rows: [[.text("x\"y"), .share(0.25)]]))
        answer.note("one")
        answer.note("two")
        let text = String(decoding: try JSONCoding.encode(answer), as: UTF8.self)
        #expect(
            text == #"{"amount":1.5,"events":3,"notes":["one","two"],"nothing":null,"#
                + #""rows":[{"a":"x\"y","b":0.25}]}"#)
    }

    @Test func damagedJSONIsAnErrorThatNamesWhatItWas() {
        #expect(throws: WorkbenchError.self) {
            _ = try JSONCoding.decode([Int].self, from: Array("[1,".utf8), what: "the numbers")
        }
    }
}
