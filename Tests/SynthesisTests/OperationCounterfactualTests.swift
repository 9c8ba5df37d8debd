// Aim: the operation with an automation is the same operation on the same chance: what the
// automation does not reach is the same, and what it reaches follows the stated effects.

import Events
import Synthesis
import Testing

@Suite struct OperationCounterfactualTests {
    let plain: GeneratedOperation
    let automated: GeneratedOperation
    /// Customers of whom some issue was offered the automation.
    let reached: Set<String>

    init() throws {
        plain = try GeneratedOperation.standard.get()
        automated = try GeneratedOperation.automated.get()
        reached = Set(automated.issues.filter(\.isInScope).map(\.customer))
    }

    @Test func `customers who are not offered it have identical rows`() {
        #expect(reached.count > 500)
        func others(_ operation: GeneratedOperation) -> [TrueInteraction] {
            operation.interactions.filter { !reached.contains($0.customer) }
        }
        let before = others(plain)
        let after = others(automated)
        #expect(before.count > 10_000)
        let isSame = Set(before) == Set(after)
        #expect(isSame)
        let ids = Set(before.filter { $0.file == "telephone.csv" }.map(\.record))
        func calls(_ operation: GeneratedOperation) -> [Substring: Int] {
            let own = operation.lines("telephone.csv").filter { line in
                ids.contains(String(line.prefix { $0 != ";" }))
            }
            return Dictionary(own.map { ($0, 1) }, uniquingKeysWith: +)
        }
        let areRowsSame = calls(plain) == calls(automated)
        #expect(areRowsSame)
    }

    @Test func `before its start nothing differs`() {
        let start = 20_110 * 86_400
        func early(_ operation: GeneratedOperation) -> [TrueInteraction] {
            operation.interactions.filter { $0.end < start }
        }
        let isSame = Set(early(plain)) == Set(early(automated))
        #expect(isSame)
        #expect(automated.issues.allSatisfy { !$0.isInScope || $0.begun >= start })
        #expect(automated.interactions.allSatisfy { !$0.isStep || $0.start >= start })
    }

    @Test func `take-up, success and returns are as stated`() throws {
        let scope = automated.issues.filter(\.isInScope)
        let steps = automated.interactions.filter(\.isStep)
        func check(_ found: Int, _ total: Int, _ rate: Double, _ what: String) {
            let tolerance = 4 * (Double(total) * rate * (1 - rate)).squareRoot() + 1
            #expect(
                abs(Double(found) - Double(total) * rate) < tolerance,
                "\(what): \(found) of \(total), stated \(rate)")
        }
        check(scope.count { $0.automationChance < 0.6 }, scope.count, 0.6, "take-up")
        for (intent, success) in [("balance", 0.72), ("case-status", 0.60), ("access", 0.65)] {
            let own = steps.filter { $0.intent == intent }
            check(own.count { $0.isMet }, own.count, success, intent)
        }
        let falsely = steps.filter { $0.outcome == "contained" && !$0.isMet }
        let failed = steps.filter { !$0.isMet }
        check(falsely.count, failed.count, 0.344, "falsely contained")
        let statement = automated.text("truth/automation.yaml")
        #expect(statement.contains("  take_up: {value: 0.6, grade: A, "))
        #expect(statement.contains("  false_returns: {value: 0.6, grade: A, "))
    }

    @Test func `what is handed over goes on as it was recorded, later`() {
        let before = Dictionary(uniqueKeysWithValues: plain.interactions.map { ($0.id, $0) })
        let handed = automated.interactions.filter { $0.isStep && $0.outcome == "transferred" }
        let next = Dictionary(
            automated.interactions.map { ($0.cause, $0) }, uniquingKeysWith: { first, _ in first })
        var compared = 0
        var postponed = 0
        for step in handed {
            guard let contact = next[step.id], let recorded = before[contact.id] else { continue }
            compared += 1
            // After closing time the contact is put off to the next day.
            if contact.start != recorded.start + step.handle { postponed += 1 }
            #expect(contact.handle == recorded.handle)
            #expect(contact.outcome == recorded.outcome)
        }
        #expect(compared > 100)
        #expect(postponed <= compared / 50)
    }

    @Test func `waits stay what they were wherever the same contact happens`() {
        let before = Dictionary(uniqueKeysWithValues: plain.interactions.map { ($0.id, $0) })
        var compared = 0
        for contact in automated.interactions where contact.file == "telephone.csv" {
            guard let recorded = before[contact.id] else { continue }
            if contact.outcome == "abandoned" || recorded.outcome == "abandoned" { continue }
            compared += 1
            #expect(contact.wait == recorded.wait, "\(contact.id)")
        }
        #expect(compared > 5_000)
    }

    @Test func `with live queues fewer calls bring shorter waits`() throws {
        var settings = GeneratedOperation.standardSettings
        settings.automation = OperationAutomation(
            kind: .conversationalIVR, start: settings.from, adoption: 1)
        let live = try GeneratedOperation(settings)
        func calls(_ operation: GeneratedOperation) -> [TrueInteraction] {
            operation.interactions.filter { $0.file == "telephone.csv" }
        }
        let before = calls(plain)
        let after = calls(live)
        #expect(after.count < before.count * 9 / 10)
        func mean(_ calls: [TrueInteraction]) -> Double {
            Double(calls.reduce(0) { $0 + $1.wait }) / Double(calls.count)
        }
        #expect(mean(after) < mean(before) * 0.95)
    }

    @Test func `an assisting tool makes beginners faster and nobody else's waits change`() throws {
        var settings = GeneratedOperation.standardSettings
        settings.automation = OperationAutomation(
            kind: .agentAssist, start: settings.from, adoption: 1)
        settings.waits = .frozen
        let assisted = try GeneratedOperation(settings)
        let before = Dictionary(uniqueKeysWithValues: plain.interactions.map { ($0.id, $0) })
        var faster = 0
        for contact in assisted.interactions where contact.file == "telephone.csv" {
            guard let recorded = before[contact.id] else { continue }
            let was = recorded.handle - recorded.penalty
            let now = contact.handle - contact.penalty
            #expect(now <= was)
            let ratios = [1, 0.87, 0.75]
            #expect(ratios.contains { abs(Double(now) - Double(was) * $0) <= 3 || now == 10 })
            if now < was { faster += 1 }
        }
        #expect(faster > 500)
    }

    @Test func `messages keep the stated share of needs from coming`() throws {
        var settings = GeneratedOperation.standardSettings
        settings.automation = OperationAutomation(
            kind: .proactiveOutbound, start: settings.from, adoption: 1, success: 0.3)
        settings.waits = .frozen
        let announced = try GeneratedOperation(settings)
        let scope = announced.issues.filter(\.isInScope)
        let prevented = scope.count { $0.ending == "prevented" }
        let rate = 0.3 * 0.95
        let count = Double(scope.count)
        let tolerance = 4 * (count * rate * (1 - rate)).squareRoot()
        #expect(abs(Double(prevented) - count * rate) < tolerance)
        #expect(announced.interactions.count { !$0.isStep } < plain.interactions.count)
    }
}
