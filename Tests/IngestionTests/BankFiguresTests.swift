// What an independent program measured in the bank's calls, month by month and by kind of call,
// against the events that arrive.

import Events
import Foundation
import Ingestion
import Testing

/// Sums over calls as the measurements define them.
private struct CallSums {
    var calls = 0
    var served = 0
    var hungUp = 0
    var phantoms = 0
    var queued = 0
    var abandoned = 0
    var waitSeconds = 0.0
    var handled = 0
    var handleSeconds = 0.0
    var handledBriefly = 0

    mutating func add(_ event: Event) {
        calls += 1
        guard event.kind == .contact, let detail = event.interaction else {
            phantoms += 1
            return
        }
        let isServed = detail.actor == .agent
        served += isServed ? 1 : 0
        hungUp += isServed ? 0 : 1
        let wait = seconds(detail.wait)
        if wait > 0 {
            queued += 1
            waitSeconds += wait
            abandoned += detail.outcome == .abandoned ? 1 : 0
        }
        let talk = seconds(detail.talk)
        if isServed, (1...3_600).contains(talk) {
            handled += 1
            handleSeconds += talk
            handledBriefly += talk < 10 ? 1 : 0
        }
    }

    func seconds(_ span: TimeSpan?) -> Double { Double(span?.microseconds ?? 0) / 1e6 }
}

private struct BankFigures {
    var months: [Int: CallSums] = [:]
    var intents: [String: CallSums] = [:]
    var segments: [String: Int] = [:]
    var weekdays = [Int](repeating: 0, count: 7)
    var hours = [Int](repeating: 0, count: 24)
    var all = CallSums()
    var longTalks = 0
    var emptyTalks = 0
    var longWaits = 0
    var agentHours = 0.0
    var agentsUnknown = 0

    mutating func add(_ event: Event, _ names: NameList) {
        let local = event.at.local(offsetMinutes: Int(event.offsetMinutes))
        all.add(event)
        months[local.date.month, default: CallSums()].add(event)
        // Day 0 of the epoch was a Thursday.
        weekdays[(local.date.dayNumber + 3) % 7] += 1
        hours[Int(local.microsecondOfDay / 3_600_000_000)] += 1
        guard let detail = event.interaction else { return }
        intents[names.string(detail.intent), default: CallSums()].add(event)
        segments[names.string(detail.segment), default: 0] += 1
        longWaits += all.seconds(detail.wait) > 3_600 ? 1 : 0
        let talk = all.seconds(detail.talk)
        // Of anybody: four calls that hung up have an agent's time.
        longTalks += talk > 3_600 ? 1 : 0
        guard event.kind == .contact, detail.actor == .agent else { return }
        emptyTalks += talk == 0 ? 1 : 0
        agentHours += (1...3_600).contains(talk) ? talk / 3_600 : 0
        agentsUnknown += detail.agent.isKnown ? 0 : 1
    }
}

private func isClose(_ figure: Double, _ stated: Any?, decimals: Double) -> Bool {
    guard let stated = stated as? Double else { return false }
    return abs(figure - stated) <= 0.51 * decimals
}

@Suite(
    .enabled(
        if: hasBankData,
        "SKIPPED: the bank's data are not here; set DOWNSTREAM_BANK_DATA to their folder"))
struct BankFiguresTests {
    private let reference: [String: Any]
    private let figures: BankFigures

    init() throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: bankFolder + "/reference.json"))
        reference = try #require(
            try JSONSerialization.jsonObject(with: json) as? [String: Any])
        var ingestion = FileIngestion(mapping: try bankMapping(), sealer: glassSealer)
        var figures = BankFigures()
        for month in bankMonths {
            try ingestion.read(path: "\(bankFolder)/\(month).txt.gz", name: month) { batch in
                for item in batch.events { figures.add(item.event, batch.names) }
            }
        }
        self.figures = figures
    }

    @Test func everyMonthIsAsItWasMeasured() throws {
        let stated = try #require(reference["by_month"] as? [String: [String: Any]])
        #expect(stated.count == 7 && figures.months.count == 7)
        for (name, month) in stated {
            let sums = try #require(figures.months[Int(name) ?? 0])
            let counts = [
                "calls": sums.calls, "AGENT": sums.served, "HANG": sums.hungUp,
                "PHANTOM": sums.phantoms, "queued": sums.queued,
                "abandoned_in_queue": sums.abandoned,
            ]
            for (key, count) in counts { #expect(month[key] as? Int == count, "\(name) \(key)") }
            let queued = Double(sums.queued)
            let handled = Double(sums.handled)
            let rates = [
                ("abandonment_rate", Double(sums.abandoned) / queued, 1e-6),
                ("mean_wait_s", sums.waitSeconds / queued, 1e-3),
                ("mean_handle_s", sums.handleSeconds / handled, 1e-3),
                ("share_handle_under_10s", Double(sums.handledBriefly) / handled, 1e-6),
            ]
            for (key, rate, decimals) in rates {
                #expect(isClose(rate, month[key], decimals: decimals), "\(name) \(key) \(rate)")
            }
        }
    }

    @Test func kindsOfCallsAreAsTheyWereMeasured() throws {
        let theirs = [
            "regular-service": "PS", "regular-service-english": "PE", "internet-help": "IN",
            "stock-exchange": "NE", "prospective-customer": "NW", "call-back-request": "TT",
            "undocumented": "AA",
        ]
        let types = try #require(reference["type"] as? [String: Int])
        let means = try #require(reference["mean_handle_time_s_by_type"] as? [String: [Double]])
        #expect(Set(figures.intents.keys) == Set(theirs.keys))
        for (intent, sums) in figures.intents {
            let type = theirs[intent] ?? ""
            #expect(sums.calls == types[type], "\(intent)")
            guard let stated = means[type] else { continue }
            #expect(Double(sums.handled) == stated[0])
            #expect(
                isClose(sums.handleSeconds / Double(sums.handled), stated[1], decimals: 1e-3))
        }
        let priorities = try #require(reference["priority"] as? [String: Int])
        #expect(figures.segments["unidentified"] == priorities["0"])
        #expect(figures.segments["regular"] == priorities["1"])
        #expect(figures.segments["priority"] == priorities["2"])
    }

    @Test func timesOfDayAndLengthsAreAsTheyWereMeasured() {
        #expect(figures.weekdays == reference["weekday_calls(Mon..Sun)"] as? [Int])
        #expect(figures.hours == reference["hour_of_day_calls(0..23)"] as? [Int])
        #expect(figures.longTalks == reference["ser_time_over_3600_rows"] as? Int)
        #expect(figures.emptyTalks == reference["ser_time_zero_agent_rows"] as? Int)
        #expect(figures.longWaits == reference["q_time_over_3600_rows"] as? Int)
        #expect(figures.agentsUnknown == reference["agent_rows_with_NO_SERVER"] as? Int)
        #expect(isClose(figures.agentHours, reference["total_agent_hours"], decimals: 1e-2))
        let handled = Double(figures.all.handled)
        #expect(
            isClose(
                Double(figures.all.handledBriefly) / handled,
                reference["share_handle_time_under_10s"], decimals: 1e-6))
        #expect(
            isClose(
                figures.all.waitSeconds / Double(figures.all.queued),
                reference["mean_wait_s_queued"], decimals: 1e-2))
    }
}
