// Aim: the operation repeats, its files balance with its truth, and its truth holds together.

import Events
import Synthesis
import Testing

@Suite struct OperationTests {
    let operation: GeneratedOperation

    init() throws { operation = try GeneratedOperation.standard.get() }

    @Test func `the same seed gives the same bytes, another seed others`() throws {
        let again = try GeneratedOperation(GeneratedOperation.standardSettings)
        let isSame = again.files == operation.files
        #expect(isSame)
        var other = GeneratedOperation.standardSettings
        other.seed = 12
        let different = try GeneratedOperation(other)
        #expect(different.names.count == operation.names.count)
        for name in GeneratedOperation.exports where name != "deployments.csv" {
            let differs = different.files[name] != operation.files[name]
            #expect(differs, "\(name)")
        }
    }

    @Test func `the bytes are known beforehand`() throws {
        var settings = SyntheticOperation.Settings(seed: 5, customers: 800, profile: .telecom)
        settings.to = CivilDate(dayNumber: settings.from.dayNumber + 28)
        settings.automation = OperationAutomation(
            kind: .chatbot, start: settings.from, adoption: 0.5)
        let hash = try GeneratedOperation(settings).hash
        #expect(hash == 4_988_245_765_589_510_696)
    }

    @Test func `frozen waits without an automation are the waits there were`() throws {
        var settings = GeneratedOperation.standardSettings
        settings.waits = .frozen
        let frozen = try GeneratedOperation(settings)
        for name in operation.names where name != "parameters.yaml" {
            let isSame = frozen.files[name] == operation.files[name]
            #expect(isSame, "\(name)")
        }
    }

    @Test(arguments: OperationAutomation.Kind.allCases, ["live", "frozen"])
    func `an automation that nobody takes up changes no row`(
        kind: OperationAutomation.Kind, waits: String
    ) throws {
        var settings = GeneratedOperation.standardSettings
        settings.customers = 3_000
        let plain = try GeneratedOperation(settings)
        settings.automation = OperationAutomation(
            kind: kind, start: settings.from, adoption: 0)
        settings.waits = waits == "live" ? .live : .frozen
        let unused = try GeneratedOperation(settings)
        for name in GeneratedOperation.exports + ["truth/interactions.csv", "truth/agents.csv"]
        where name != "deployments.csv" {
            let isSame = unused.files[name] == plain.files[name]
            #expect(isSame, "\(name)")
        }
    }

    @Test func `each interaction is one row of one file, or two where it is doubled`() {
        #expect(operation.interactions.count == operation.counts.interactions)
        #expect(Set(operation.interactions.map(\.id)).count == operation.interactions.count)
        for file in ExportFile.allCases {
            let stated = operation.counts.rows[Int(file.rawValue)]
            #expect(operation.lines(file.fileName).count == stated, "\(file)")
        }
        let found = Dictionary(
            operation.lines("telephone.csv").map { (String($0.prefix { $0 != ";" }), 1) },
            uniquingKeysWith: +)
        for call in operation.interactions where call.file == "telephone.csv" {
            let rows = call.fault == "duplicate" ? 2 : 1
            if call.fault == "malformed" { continue }
            #expect(found[call.record] == rows, "\(call.record)")
        }
    }

    @Test func `faults are as frequent as stated and counted in the summary`() throws {
        let summary = operation.text("truth/summary.yaml")
        let total = Double(operation.interactions.count)
        for fault in RowFault.allCases.dropFirst() {
            let rate = try #require(operation.parameter("fault.\(fault.name)"))
            let found = operation.interactions.count { $0.fault == fault.name }
            let counted = operation.counts.faults.reduce(0) { $0 + $1[Int(fault.rawValue)] }
            #expect(found == counted)
            // Four standard deviations of a binomial count.
            let tolerance = 4 * (total * rate * (1 - rate)).squareRoot()
            #expect(abs(Double(found) - total * rate) < tolerance, "\(fault): \(found)")
            #expect(summary.contains("    \(fault.name): "))
        }
    }

    @Test func `a malformed row is cut, a late one comes after rows of later days`() {
        let table = operation.table("telephone.csv", ";")
        let broken = table.rows.count { $0.count != table.names.count }
        let stated = operation.interactions.count {
            $0.file == "telephone.csv" && $0.fault == "malformed"
        }
        #expect(broken == stated)
        // But for calls before a day without calls, and on the last day.
        var latest = 0
        var late = (all: 0, behind: 0)
        for call in operation.interactions where call.file == "telephone.csv" {
            if call.fault == "late" {
                late.all += 1
                if latest > call.end + 43_200 { late.behind += 1 }
            } else {
                latest = max(latest, call.end)
            }
        }
        #expect(late.all > 50)
        #expect(late.behind > late.all * 2 / 3)
    }

    @Test func `a cause is there, is over, and is of the same customer and issue`() {
        let byID = Dictionary(uniqueKeysWithValues: operation.interactions.map { ($0.id, $0) })
        var faults: [String] = []
        for interaction in operation.interactions {
            #expect(interaction.cause.isEmpty == interaction.reason.isEmpty)
            guard !interaction.cause.isEmpty else { continue }
            guard let cause = byID[interaction.cause] else {
                faults.append("\(interaction.id): no \(interaction.cause)")
                continue
            }
            if cause.end > interaction.start { faults.append("\(interaction.id): too early") }
            if cause.customer != interaction.customer || cause.issue != interaction.issue {
                faults.append("\(interaction.id): another's")
            }
            if cause.isMet { faults.append("\(interaction.id): the need had been met") }
        }
        #expect(faults.isEmpty, "\(faults.prefix(5))")
    }

    @Test func `each issue ends once, and what it is counted to have is there`() {
        #expect(Set(operation.issues.map(\.issue)).count == operation.issues.count)
        #expect(operation.issues.count == operation.counts.issues)
        let parts = Dictionary(grouping: operation.interactions, by: \.issue)
        var met = 0
        for issue in operation.issues {
            let own = parts[issue.issue] ?? []
            if issue.ending == "open" {
                // What is under way is in no file.
                #expect((issue.records - 1...issue.records).contains(own.count))
            } else {
                #expect(own.count == issue.records, "\(issue.issue)")
                let last = own.max { ($0.end, $0.touch) < ($1.end, $1.touch) }
                #expect(last?.end == issue.ended)
                let isMet = issue.ending == "resolved" || issue.ending == "recovered"
                #expect(own.contains { $0.isMet } == isMet, "\(issue.issue)")
                met += isMet ? 1 : 0
            }
            #expect(own.allSatisfy { $0.customer == issue.customer && $0.start >= issue.begun })
        }
        #expect(met > operation.issues.count / 2)
        #expect(Set(parts.keys).isSubset(of: Set(operation.issues.map(\.issue))))
    }

    @Test func `every parameter has a section and a grade`() {
        let lines = operation.text("parameters.yaml").split(separator: "\n")
        let names = lines.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
        #expect(names.count > 80)
        #expect(Set(names).count == names.count)
        #expect(lines.count { $0.hasPrefix("    section: ") } == names.count)
        #expect(
            lines.count {
                ["    grade: A", "    grade: B", "    grade: C", "    grade: D"].contains($0)
            } == names.count)
    }

    @Test(arguments: OperationProfile.allCases)
    func `each profile makes an operation of its own`(profile: OperationProfile) throws {
        var settings = SyntheticOperation.Settings(seed: 3, customers: 2_000, profile: profile)
        settings.to = CivilDate(dayNumber: settings.from.dayNumber + 21)
        let other = try GeneratedOperation(settings)
        #expect(other.interactions.count > 200)
        #expect(other.names.filter { !$0.contains("/") }.count == 13)
        #expect(other.text("parameters.yaml").contains("operation: \(profile.name)\n"))
    }

    @Test func `settings out of range are refused by name before any piece`() {
        var cases: [(SyntheticOperation.Settings, String)] = []
        func add(_ field: String, _ change: (inout SyntheticOperation.Settings) -> Void) {
            var settings = SyntheticOperation.Settings()
            change(&settings)
            cases.append((settings, field))
        }
        add("customers") { $0.customers = 9 }
        add("customers") { $0.customers = 5_000_001 }
        add("days") { $0.to = $0.from }
        add("first year") { $0.from = CivilDate(dayNumber: 1_000) }
        let day = SyntheticOperation.Settings.defaultFrom
        add("adoption (thousandths)") {
            $0.automation = OperationAutomation(kind: .chatbot, start: day, adoption: 1.1)
        }
        add("intents") {
            $0.automation = OperationAutomation(
                kind: .chatbot, start: day, adoption: 1, intents: [])
        }
        add("automation's start (days after the first)") {
            $0.automation = OperationAutomation(
                kind: .chatbot, start: CivilDate(dayNumber: day.dayNumber - 1), adoption: 1)
        }
        for (settings, field) in cases {
            var pieces = 0
            let error = #expect(throws: SynthesisError.self) {
                try SyntheticOperation.generate(settings) { _ in pieces += 1 }
            }
            #expect(error?.field == field)
            #expect(pieces == 0)
        }
    }
}
