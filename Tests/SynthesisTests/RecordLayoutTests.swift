// Aim: the records have the layout, the conventions and exactly the flaws that the truth states.

import Events
import Synthesis
import Testing

@Suite struct RecordLayoutTests {
    let bank: GeneratedBank

    init() throws { bank = try GeneratedBank.standard.get() }

    @Test func `the same seed gives the same bytes, known beforehand`() throws {
        #expect(bank.hash == 15_391_505_195_755_512_131)
        #expect(try GeneratedBank(SyntheticBank.Settings()).hash == bank.hash)
    }

    @Test func `another seed gives other bytes`() throws {
        var settings = SyntheticBank.Settings()
        settings.seed = 2
        #expect(try GeneratedBank(settings).hash != bank.hash)
    }

    @Test func `the default makes about forty thousand rows in seven monthly files`() {
        #expect((38_000...42_000).contains(bank.counts.rows))
        #expect(
            bank.files.map(\.name) == [
                "january.txt", "february.txt", "march.txt", "april.txt", "may.txt", "june.txt",
                "july.txt", "truth.jsonl",
            ])
    }

    @Test func `the truth's counts equal what stands in the files`() {
        let counts = bank.header.counts
        #expect(counts.rows == bank.rows.count + bank.dirtyLines.count)
        #expect(counts.rows == bank.counts.rows)
        #expect(counts.rows == bank.truth.count)
        #expect(counts.dirty_rows == bank.dirtyLines.count)
        #expect(counts.usable_rows == bank.rows.count)
        #expect(counts.rows_by_file == bank.rowsByFile)
        func rows(_ predicate: (Row) -> Bool) -> Int { bank.rows.filter(predicate).count }
        #expect(counts.negative_vru_rows == rows { $0.fields[8].hasPrefix("-") })
        #expect(counts.unrecorded_customer_rows == rows { $0.fields[2] == "0" })
        #expect(counts.spoilt_customer_rows == rows { $0.fields[2].contains("E+") })
        #expect(counts.agent_rows == rows { $0.outcome == "AGENT" })
        #expect(counts.hang_rows == rows { $0.outcome == "HANG" })
        #expect(counts.phantom_rows == rows { $0.outcome == "PHANTOM" })
        let queued = rows { $0.queueSeconds != 0 && $0.outcome != "PHANTOM" }
        #expect(counts.queued_rows == queued)
        #expect(counts.abandoned_rows == rows { $0.queueSeconds != 0 && $0.outcome == "HANG" })
        let midnight = rows { row in
            let end = row.outcome != "HANG" ? 14 : row.queueSeconds == 0 ? 7 : 10
            guard let ended = Row.secondsOfDay(row.fields[end]),
                let entered = Row.secondsOfDay(row.fields[6])
            else { return false }
            return ended < entered - 43_200
        }
        #expect(bank.counts.midnightRows == midnight)
    }

    @Test func `every flaw of the real files is there`() {
        #expect(bank.counts.dirtyRows == 5)
        #expect(bank.counts.negativeVoiceResponseRows > 10)
        #expect(bank.counts.spoiltCustomerRows > 5)
        #expect(bank.counts.phantomRows > 100)
        #expect(bank.counts.midnightRows > 10)
    }

    @Test func `dirty rows have a run of spaces in place of a tabulator`() {
        let types = ["PS", "NW", "NE", "TT", "IN", "PE"]
        for line in bank.dirtyLines {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            #expect(fields.count == 16)
            let parts = fields[3].split(separator: " ")
            #expect(parts.count == 2 && types.contains(String(parts[1])))
            #expect(fields[4].hasPrefix("9907"))
        }
    }

    @Test func `every column of every row is valid`() {
        var bad: [String] = []
        for row in bank.rows {
            if let fault = fault(of: row) { bad.append(row.eventID + ": " + fault) }
        }
        #expect(bad.isEmpty, "\(bad.prefix(5))")
    }

    private func fault(of row: Row) -> String? {
        let fields = row.fields
        let line = fields[0].utf8.dropFirst(2)
        guard fields[0].hasPrefix("AA"), line.count == 4, Int(fields[0].dropFirst(2)) != nil,
            Int(fields[1]).map({ $0 > 0 }) == true
        else { return "line or number" }
        guard ["0", "1", "2"].contains(fields[3]) else { return "priority" }
        if fields[2] == "0", fields[3] != "0" { return "priority of nobody" }
        guard Int(fields[2]) != nil || fields[2].contains("E+0") else { return "customer" }
        guard ["PS", "NW", "NE", "TT", "IN", "PE"].contains(fields[4]) else { return "type" }
        guard row.moment(6) != nil else { return "date" }
        for start in [6, 9, 13] {
            guard let from = Row.secondsOfDay(fields[start]),
                let to = Row.secondsOfDay(fields[start + 1]), let length = Int(fields[start + 2])
            else { return "times from column \(start + 1)" }
            let difference = to - from
            guard [length, length - 86_400].contains(difference) else { return "length" }
            if length < 0, start != 6 { return "negative length" }
        }
        let isServed = fields[13] != "0:00:00" || fields[14] != "0:00:00"
        switch row.outcome {
        case "AGENT", "PHANTOM": return isServed ? nil : "no service"
        case "HANG":
            if isServed || fields[15] != "0" { return "service of a hang-up" }
            return fields[16] == "NO_SERVER" ? nil : "server of a hang-up"
        default: return "outcome"
        }
    }

    @Test func `records are unique by date, line and number, and ordered by line and number`() {
        #expect(Set(bank.rows.map(\.eventID)).count == bank.rows.count)
        var disorder = 0
        for (left, right) in zip(bank.rows, bank.rows.dropFirst())
        where left.fields[5].prefix(4) == right.fields[5].prefix(4) {
            guard left.fields[0] == right.fields[0] else {
                if left.fields[0] > right.fields[0] { disorder += 1 }
                continue
            }
            if (Int(left.fields[1]) ?? 0) >= (Int(right.fields[1]) ?? 0) { disorder += 1 }
        }
        #expect(disorder == 0)
    }

    @Test func `the customer is mostly known after a queue and mostly not without one`() {
        func known(_ rows: [Row]) -> Double {
            Double(rows.filter { $0.fields[2] != "0" }.count) / Double(rows.count)
        }
        let customers = bank.rows.filter { $0.fields[4] == "PS" }
        #expect(known(customers.filter { $0.queueSeconds != 0 }) > 0.94)
        #expect(known(customers.filter { $0.queueSeconds == 0 }) < 0.08)
        #expect(known(bank.rows.filter { $0.fields[4] == "NW" && $0.outcome != "PHANTOM" }) == 0)
    }

    @Test(arguments: [
        ("customers", 9, 172, 212), ("customers", 10_000_001, 172, 212),
        ("needs per day", 100, 0, 212), ("needs per day", 100, 1_000_001, 212),
        ("days", 100, 172, 0), ("days", 100, 172, -1), ("days", 100, 172, 3_661),
    ])
    func `settings out of range are refused by name before any file`(
        field: String, customers: Int, needsPerDay: Int, days: Int
    ) {
        let settings = SyntheticBank.Settings(
            customers: customers,
            to: CivilDate(dayNumber: SyntheticBank.Settings.defaultFrom.dayNumber + days),
            needsPerDay: needsPerDay)
        var files = 0
        let error = #expect(throws: SynthesisError.self) {
            try SyntheticBank.generate(settings) { _, _ in files += 1 }
        }
        #expect(error?.field == field)
        #expect(files == 0)
    }

    @Test func `probabilities above what can be kept are refused`() {
        var settings = SyntheticBank.Settings()
        settings.recontactAfterVoiceResponse = 501
        #expect(throws: SynthesisError.self) { try settings.check() }
        settings = SyntheticBank.Settings()
        settings.recontactAfterAbandonment = 1_001
        #expect(throws: SynthesisError.self) { try settings.check() }
        settings.recontactAfterAbandonment = -1
        #expect(throws: SynthesisError.self) { try settings.check() }
        settings = SyntheticBank.Settings()
        settings.recontactAfterShortService = 1_001
        #expect(throws: SynthesisError.self) { try settings.check() }
        settings = SyntheticBank.Settings()
        settings.from = CivilDate(dayNumber: -1)
        #expect(throws: SynthesisError.self) { try settings.check() }
    }

    @Test(arguments: [1, 31, 366])
    func `a period of any length is cut into its months`(days: Int) throws {
        let from = SyntheticBank.Settings.defaultFrom
        let settings = SyntheticBank.Settings(
            customers: 10, to: CivilDate(dayNumber: from.dayNumber + days), needsPerDay: 3)
        let small = try GeneratedBank(settings)
        #expect(small.files.count == [1: 2, 31: 2, 366: 14][days])
        #expect(small.files[0].name == (days > 365 ? "january-1999.txt" : "january.txt"))
        #expect(small.rows.count + small.dirtyLines.count == small.counts.rows)
        #expect(Set(small.files.map(\.name)).count == small.files.count)
    }

    @Test func `an error of the receiver stops the run and comes back`() {
        struct Full: Error {}
        var files = 0
        #expect(throws: Full.self) {
            try SyntheticBank.generate(SyntheticBank.Settings(customers: 10, needsPerDay: 1)) {
                _, _ in
                files += 1
                if files == 2 { throw Full() }
            }
        }
        #expect(files == 2)
    }
}
