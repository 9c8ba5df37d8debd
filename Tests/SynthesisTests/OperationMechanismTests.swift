// Aim: the operation behaves as its parameters say: times, patience, queues, rosters, rates. Each
// tolerance is four standard deviations of what is counted.

import Events
import Synthesis
import Testing

@Suite struct OperationMechanismTests {
    let operation: GeneratedOperation
    /// First calls of needs for which the voice menu only passes on: difficulty is not selected.
    let firstCalls: [TrueInteraction]
    let agentOf: [String: String]

    init() throws {
        operation = try GeneratedOperation.standard.get()
        let passedOn: Set<String> = ["booking", "product-question", "technical-fault"]
        firstCalls = operation.interactions.filter {
            $0.file == "telephone.csv" && $0.touch == 1 && $0.reason == "handed-over"
                && passedOn.contains($0.intent)
        }
        let table = operation.table("telephone.csv", ";")
        let agent = table.column("agent")
        agentOf = Dictionary(
            table.rows.filter { $0.count == table.names.count }.map {
                (String($0[0]), String($0[agent]))
            }, uniquingKeysWith: { first, _ in first })
    }

    private func expect(
        _ found: Int, of total: Int, near rate: Double, _ what: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let tolerance = 4 * (Double(total) * rate * (1 - rate)).squareRoot() + 1
        let difference = abs(Double(found) - Double(total) * rate)
        #expect(
            difference < tolerance, "\(what): \(found) of \(total), stated \(rate)",
            sourceLocation: location)
    }

    private func parameter(_ name: String) throws -> Double {
        try #require(operation.parameter(name), "no parameter \(name)")
    }

    @Test func `handle times have the stated mean and the lognormal's median`() throws {
        struct Person {
            var speed: Double
            var joined: Int
        }
        var people: [String: Person] = [:]
        for row in operation.table("truth/agents.csv", ",").rows {
            people[String(row[0])] = Person(
                speed: try #require(Double(row[4])), joined: try #require(Int(row[2])))
        }
        let mean = try parameter("aht.voice_seconds")
        let multipliers = ["booking": 0.8, "product-question": 0.7, "technical-fault": 2.0]
        let base = operation.settings.from.dayNumber
        var ratios: [Double] = []
        for call in firstCalls where call.outcome != "abandoned" {
            guard let agent = agentOf[call.record], let person = people[agent] else { continue }
            let tenure = max(0, (call.start + call.wait) / 86_400 - base - person.joined)
            // e^(-x) by its series' limit, good to a millionth.
            var decay = 1 - Double(tenure) * 3 / (5 * 30.4) / 1_048_576
            for _ in 0..<20 { decay *= decay }
            let factor = person.speed * (1 + 0.5 * max(0, decay))
            let expected = mean * (multipliers[call.intent] ?? 0) * factor
            ratios.append(Double(call.handle - call.penalty) / expected)
        }
        try #require(ratios.count > 1_000)
        let count = Double(ratios.count)
        let average = ratios.reduce(0, +) / count
        // The coefficient of variation is one; a second at most is lost to rounding and floor.
        #expect(abs(average - 1) < 4 / count.squareRoot() + 0.005, "mean \(average)")
        let median = ratios.sorted()[ratios.count / 2]
        // exp(−σ²/2) with σ² = ln 2; the median's error is 1.2533 σ/√n of it.
        let tolerance = 4 * 1.2533 * 0.8326 / count.squareRoot() * 0.7071 + 0.005
        #expect(abs(median - 0.7071) < tolerance, "median \(median)")
    }

    /// A customer's patience ends at a constant rate, so that the expected number of those who
    /// leave is the sum of all waits divided by the mean patience.
    @Test func `callers leave at the rate of their patience`() throws {
        var factors: [String: Double] = [:]
        let spread = try parameter("patience.customer_spread")
        for row in operation.table("truth/customers.csv", ",").rows {
            factors[String(row[0])] = 1 + spread * (2 * (try #require(Double(row[5]))) - 1)
        }
        let mean = try parameter("patience.voice_mean_seconds")
        var expected = 0.0
        var left = 0
        var calls = 0
        for call in operation.interactions where call.file == "telephone.csv" {
            calls += 1
            expected += (Double(call.wait)) / (mean * (factors[call.customer] ?? 1))
            // Who was sent home at the end of the day did not run out of patience.
            let isClosing = call.end % 1_800 == 0
            if call.outcome == "abandoned", !isClosing { left += 1 }
        }
        #expect(
            abs(Double(left) - expected) < 4 * expected.squareRoot() + 2, "\(left), \(expected)")
        let share = Double(left) / Double(calls)
        #expect(share > 0.01 && share < 0.12, "\(share)")
    }

    @Test func `nobody serves two calls at once, and all who serve are on the roster`() throws {
        var shifts: [String: [(begins: Int, ends: Int)]] = [:]
        let roster = operation.table("roster.csv", ";")
        let agent = roster.column("agent")
        for row in roster.rows where row[roster.column("status")] == "on duty" {
            let begins = try moment(row[roster.column("begins")])
            let ends = try moment(row[roster.column("ends")])
            shifts[String(row[agent]), default: []].append((begins, ends))
        }
        var served: [String: [(start: Int, end: Int)]] = [:]
        for call in operation.interactions
        where call.file == "telephone.csv" && call.outcome != "abandoned" {
            guard let agent = agentOf[call.record] else { continue }
            served[agent, default: []].append((call.start + call.wait, call.end))
        }
        #expect(served.count > 8)
        for (agent, calls) in served {
            let sorted = calls.sorted { $0.start < $1.start }
            for (before, after) in zip(sorted, sorted.dropFirst()) {
                #expect(before.end <= after.start, "\(agent) at \(after.start)")
            }
            for call in sorted {
                let isOn = shifts[agent]?.contains {
                    $0.begins <= call.start && call.start < $0.ends
                }
                #expect(isOn == true, "\(agent) at \(call.start)")
            }
        }
    }

    /// `06/01/2025 09:12`, in Great Britain, as seconds since 1970.
    private func moment(_ text: Substring) throws -> Int {
        let numbers = text.split { "/ :".contains($0) }.compactMap { Int($0) }
        try #require(numbers.count >= 5)
        let date = try #require(CivilDate(year: numbers[2], month: numbers[1], day: numbers[0]))
        let summer = try #require(CivilDate(year: 2_025, month: 3, day: 30))
        let local = date.dayNumber * 86_400 + numbers[3] * 3_600 + numbers[4] * 60
        return local - (date < summer ? 0 : 3_600) + (numbers.count > 5 ? numbers[5] : 0)
    }

    @Test func `local times show the right moment in winter and in summer`() throws {
        let byRecord = Dictionary(
            uniqueKeysWithValues: operation.interactions.filter { $0.file == "telephone.csv" }
                .map { ($0.record, $0) })
        let table = operation.table("telephone.csv", ";")
        let started = table.column("started")
        var summer = 0
        for row in table.rows where row.count == table.names.count {
            let call = try #require(byRecord[String(row[0])])
            let slip = call.fault == "clock-slip" ? 3_600 : 0
            #expect(try moment(row[started]) == call.start - slip)
            if call.start > 1_743_300_000 { summer += 1 }
        }
        #expect(summer > 100)
    }

    @Test func `chatbot sessions end as stated`() throws {
        let sessions = operation.interactions.filter {
            $0.file == "chatbot.jsonl" && $0.reason.isEmpty && $0.intent != "charge-dispute"
        }
        for (intent, success) in [("balance", 0.72), ("access", 0.65), ("billing", 0.35)] {
            let own = sessions.filter { $0.intent == intent }
            expect(own.count { $0.isMet }, of: own.count, near: success, intent)
        }
        let failed = sessions.filter { !$0.isMet }
        expect(
            failed.count { $0.outcome == "contained" }, of: failed.count,
            near: try parameter("automation.false_share_of_failures"), "falsely contained")
        expect(
            failed.count { $0.outcome == "abandoned" }, of: failed.count,
            near: try parameter("automation.abandoned_share_of_failures"), "left")
        let chats = operation.interactions.filter {
            $0.reason == "handed-over" && $0.file == "chat.jsonl"
        }
        expect(
            chats.count { $0.isContextLost }, of: chats.count,
            near: try parameter("handoff.context_loss.bot"), "context lost")
    }

    @Test func `first calls are passed on as often as stated`() throws {
        let served = firstCalls.filter { $0.outcome != "abandoned" }
        expect(
            served.count { $0.outcome == "transferred" }, of: served.count,
            near: try parameter("transfer.rate"), "transferred")
        expect(
            served.count { $0.outcome == "escalated" }, of: served.count,
            near: try parameter("escalation.rate"), "escalated")
    }

    @Test func `customers come back as often as stated`() throws {
        // Delays above twenty days are one in two hundred; their share is in the tolerance.
        let last = operation.interactions.map(\.end).max() ?? 0
        let caused = Set(operation.interactions.map(\.cause))
        let known = operation.interactions.filter { $0.end < last - 24 * 86_400 }
        func check(_ name: String, _ isIndex: (TrueInteraction) -> Bool) throws {
            let index = known.filter(isIndex)
            try #require(index.count > 100)
            expect(
                index.count { caused.contains($0.id) }, of: index.count,
                near: try parameter(name), name)
        }
        try check("return.false_containment") { $0.outcome == "contained" && !$0.isMet }
        try check("return.abandoned_in_queue") {
            $0.outcome == "abandoned" && ["telephone.csv", "chat.jsonl"].contains($0.file)
        }
    }

    @Test func `needs follow the week, and agents keep to opening hours`() throws {
        var byWeekday = [Int](repeating: 0, count: 7)
        for issue in operation.issues {
            byWeekday[CivilDate(dayNumber: issue.begun / 86_400).weekday] += 1
        }
        #expect(byWeekday[0] > byWeekday[3])
        #expect(byWeekday[3] > byWeekday[5])
        #expect(byWeekday[5] > byWeekday[6])
        for call in operation.interactions where call.file == "telephone.csv" {
            let weekday = CivilDate(dayNumber: call.start / 86_400).weekday
            #expect(weekday < 6, "\(call.record)")
        }
    }
}
