// The fast way through plain rows gives what the plain way gives, on files that are anything but
// plain.

import Events
import Ingestion
import Testing

/// A small deterministic generator (SplitMix64).
private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((value ^ (value >> 31)) % UInt64(sides))
    }

    mutating func pick(_ words: [String]) -> String { words[roll(words.count)] }
}

private func mapping(format: String, isSlow: Bool, zone: String) throws -> RecordMapping {
    // A condition that always holds keeps the fast way out.
    let head = isSlow ? "events:\n  - when: {id: {not: nobody}}\n    event:" : "event:"
    let indent = isSlow ? "      " : "  "
    let eventLines = [
        "id: [id, {text: x}]",
        "kind: {column: what, values: {CALL: contact, GHOST: phantom, PAID: refundPaid}}",
        "time: {column: when}",
        "customer: {column: who, unknown: [\"0\"], normalise: [lowercase], "
            + "trusted_lengths: [2, 6]}",
        "money: {column: money}", "attributes: {note: {column: note}}",
        "personal: {note: {column: secret}}",
    ]
    let interactionLines = [
        "channel: voice", "intent: {column: intent}",
        "outcome: {column: result, values: {OK: resolved, NO: unresolved}, otherwise: unknown}",
        "talk: {column: seconds, unit: seconds}", "wait: {column: clock, unit: clock}",
        "agent: {column: agent, personal: true, unknown: [NONE]}",
        "ended: {column: ended}",
    ]
    let text =
        """
        source: small
        description: A small source.
        format: {\(format)}
        time_zone: \(zone)
        coverage: {from: 1999-01-01, to: 2000-01-01}
        leave_out: [{when: {who: test}, because: a test}]
        \(head)

        """ + eventLines.map { indent + $0 + "\n" }.joined()
        + (isSlow ? "    " : "") + "interaction:\n"
        + interactionLines.map { indent + $0 + "\n" }.joined()
    return try RecordMapping.read(bytes: Array(text.utf8), file: "small.yaml")
}

private func delimited(quote: Bool) -> String {
    "kind: delimited, delimiter: comma" + (quote ? ", quote: double" : "")
}

private let columns =
    "id,when,who,what,seconds,clock,agent,intent,result,money,note,secret,ended"

/// A field with quotes in it, or around it, where they belong or where they do not.
private func quoted(_ text: String, _ dice: inout Dice) -> String {
    dice.pick([
        "\"\(text),\"", "\"\(text)\n\"", "\"\(text)\"\"\"", "\"\(text)\"x", "\(text)\"",
        "\"\(text)",
        " \"\(text)\"", "\"\"", "\"\(text)\"\r", "\"\r\n\(text)\"", "\"Müller\"",
    ])
}

private func line(_ number: Int, _ dice: inout Dice, _ oddity: Int) -> String {
    func odd(_ usual: String, _ others: [String]) -> String {
        dice.roll(oddity) == 0 ? dice.pick(others) : usual
    }
    let month = 1 + dice.roll(12)
    let day = 1 + dice.roll(28)
    let date = "1999-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    let hour = "\(1 + dice.roll(2))\(dice.roll(10))"
    let moment = "\(date)T\(hour == "24" ? "23" : hour >= "24" ? "11" : hour):0\(dice.roll(10)):30"
    let fields = [
        odd("\(number)", ["", "a/b", "é%", " 7 ", "\u{301}x"]),
        odd(
            moment,
            [
                moment + "Z", moment + ".25+03:00", "never", "", "1999-04-02T02:30:00",
                "1999-09-03T01:30", "2010-01-01T00:00:00", moment + "+0530",
            ]),
        odd("C\(dice.roll(40))", ["0", "", "test", "x", "ABCDEFGHIJK", "Müller", "a\u{0}b"]),
        odd("CALL", ["GHOST", "PAID", "WHAT", ""]),
        odd("\(dice.roll(500))", ["-4", "", "1e3", "1.25", "999999999999", "01"]),
        odd("0:0\(dice.roll(10)):30", ["", "-0:01:00", "10:00", "1:99", "x"]),
        odd(dice.pick(["ANN", "BOB"]), ["NONE", ""]),
        dice.pick(["billing", "delivery", "a longer intent than sixteen bytes", ""]),
        odd("OK", ["NO", "MAYBE", ""]),
        odd("12.50", ["", "-1", "1,5", "0.000001"]),
        odd("", ["text", "more text", "two  blanks"]),
        odd("s\(dice.roll(9))", ["", "x"]),
        odd("", [moment, date + "T23:59:59", "1998-01-01T00:00:00", "late"]),
    ]
    return odd(
        fields.joined(separator: ","),
        [
            "", "\(number)", fields.joined(separator: ",") + ",more",
            fields.map { "\"\($0)\"" }.joined(separator: ","),
            fields.map { dice.roll(3) == 0 ? "\"\($0)\"" : $0 }.joined(separator: ","),
            fields.map { dice.roll(9) == 0 ? quoted($0, &dice) : $0 }.joined(separator: ","),
            fields.joined(separator: ",") + "\r", "\"open," + fields.joined(separator: ","),
        ])
}

/// A document, whose values, names, order and form are odd now and then.
private func document(_ number: Int, _ dice: inout Dice, _ oddity: Int) -> String {
    func odd(_ usual: String, _ others: [String]) -> String {
        dice.roll(oddity) == 0 ? dice.pick(others) : usual
    }
    let numbers = [
        "null", "true", "-1", "01", "1.", "1e3", "1E+2", "+1", ".5", "-", "0", "1 ", "{}",
    ]
    let texts = [
        "\"a\\\"b\"", "\"\\u0041\"", "\"a\tb\"", "\"M\u{fc}ller\"", "\"\"", "\"open", "null",
        "false",
        "12", "\"x\", \"what\": \"PAID\"", "\"sixteen bytes or more of text\"", "[1]",
    ]
    var members = [
        "\"id\":" + odd("\(number)", numbers + texts),
        "\"when\":" + odd("\"1999-0\(1 + dice.roll(9))-11T1\(dice.roll(10)):05:30\"", texts),
        "\"who\":" + odd("\"C\(dice.roll(40))\"", numbers + texts),
        "\"what\":" + odd("\"CALL\"", ["\"PAID\"", "\"WHAT\"", "null"] + texts),
        "\"seconds\":" + odd("\(dice.roll(500)).\(dice.roll(90))", numbers + texts),
        "\"deep\":{\"id\":[1,\(odd("2", numbers)),{\"who\":\(odd("true", texts))}]}",
        "\"result\":" + odd("\"OK\"", texts), "\"money\":" + odd("12.50", numbers),
    ]
    if dice.roll(oddity) == 0 { members.remove(at: dice.roll(members.count)) }
    if dice.roll(oddity) == 0 { members.append(members[dice.roll(members.count)]) }
    if dice.roll(oddity) == 0 { members.swapAt(dice.roll(members.count), 0) }
    if dice.roll(oddity) == 0 { members[0] = members[0].replacing("\"id\"", with: "\"\\u0069d\"") }
    let text = "{" + members.joined(separator: odd(",", [", ", ",\t", " ,", ",,", ",\r"])) + "}"
    return odd(
        text, [" " + text, text + " ", text + "}", "", String(text.dropLast(2)), "[\(text)]"])
}

@Suite struct RunTests {
    @Test(arguments: [2, 5, 40, 1_000], [true, false])
    func runsGiveWhatSingleRecordsGive(oddity: Int, quote: Bool) throws {
        let scratch = try Scratch()
        for seed in 1...3 as ClosedRange<UInt64> {
            var dice = Dice(state: seed &* 7_919 &+ UInt64(oddity))
            let lines = (1...200).map { line($0, &dice, oddity) }
            let zone = seed % 2 == 0 ? "Asia/Jerusalem" : "UTC"
            let path = try scratch.file(
                "a.csv", ([columns] + lines).joined(separator: seed % 3 == 0 ? "\r\n" : "\n"))
            try expectSame(path, format: delimited(quote: quote), zone: zone)
        }
    }

    @Test(arguments: [2, 5, 40, 1_000])
    func linesOfOneShapeGiveWhatSingleDocumentsGive(oddity: Int) throws {
        let scratch = try Scratch()
        for seed in 1...6 as ClosedRange<UInt64> {
            var dice = Dice(state: seed &* 104_729 &+ UInt64(oddity))
            let lines = (1...300).map { document($0, &dice, oddity) }
            let path = try scratch.file(
                "a.jsonl", lines.joined(separator: seed % 3 == 0 ? "\r\n" : "\n"))
            try expectSame(path, format: "kind: json-lines", zone: "Asia/Jerusalem")
        }
    }

    @Test func aReturnBetweenValuesEndsNoProcess() throws {
        let scratch = try Scratch()
        let good = "{\"id\":\"1\",\"when\":\"1999-07-05T10:00\",\"seconds\":\r1}"
        let path = try scratch.file(
            "a.jsonl",
            [good, String(good.dropLast(2)), good, "{\"a\":\r1}", "{\"a\":\r", good]
                .joined(separator: "\n") + "\r\n")
        try expectSame(path, format: "kind: json-lines", zone: "UTC")
    }

    /// Of the plain way, of the fast one, and of the fast one in batches that end anywhere.
    private func expectSame(_ path: String, format: String, zone: String) throws {
        let fast = try ingest(path, mapping(format: format, isSlow: false, zone: zone))
        let slow = try ingest(path, mapping(format: format, isSlow: true, zone: zone))
        #expect(fast.named == slow.named)
        #expect(fast.events.map(\.record) == slow.events.map(\.record))
        #expect(fast.events.map(\.line) == slow.events.map(\.line))
        #expect(fast.events.map(\.byteOffset) == slow.events.map(\.byteOffset))
        #expect(fast.rejects == slow.rejects)
        #expect(fast.warnings.counts == slow.warnings.counts)
        #expect(fast.leftOut == slow.leftOut && fast.records == slow.records)
        for size in [1, 70] {
            let batched = try ingest(
                path, mapping(format: format, isSlow: false, zone: zone), batchSize: size)
            #expect(batched.named == fast.named && batched.rejects == fast.rejects)
        }
    }

    @Test func aRunEndsWhereTheBufferDoesAndGoesOn() throws {
        // More than a buffer, with rows of every length, so that each place is a buffer's end once.
        let scratch = try Scratch()
        let lines = (1...30_000).map { number in
            "\(number),1999-07-05T10:00:00,C\(number % 97),CALL,\(number % 600),"
                + String(repeating: "A", count: number % 41 + 1)
        }
        let path = try scratch.file("a.csv", smallText(lines))
        let outcomes = try ingest(path, smallMapping())
        #expect(outcomes.events.map(\.event.key) == (1...30_000).map(String.init))
        #expect(outcomes.events.map(\.line) == (2...30_001).map { $0 })
        #expect(outcomes.rejects.isEmpty)
        #expect(outcomes.events.last?.byteOffset == smallText(Array(lines.dropLast())).utf8.count)
    }
}
