// Public data sets through the mappings that are published with the product: what an independent
// program counted in each is what arrives.

import Events
import Foundation
import Ingestion
import Testing

private let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private let dataFolder = repository.appendingPathComponent("../shared/data").standardized.path

private let hasData = FileManager.default.fileExists(
    atPath: dataFolder + "/uwv_complaints_2016/reference.json")

private let skipped: Comment = "SKIPPED: the public data sets are not beside the checkout"

/// A data set read whole, and what is counted in it.
private struct Arrived {
    let outcomes: Outcomes
    let names: Interner
    let reference: [String: Any]

    init(_ folder: String, _ file: String, mapping: String) throws {
        let path = repository.appendingPathComponent("scenarios/mappings/\(mapping)").path
        let read = try RecordMapping.read(
            bytes: try FileBytes.read(path: path, limitBytes: 1 << 20), file: mapping)
        outcomes = try ingest("\(dataFolder)/\(folder)/\(file)", read)
        names = outcomes.interner
        let json = try Data(
            contentsOf: URL(fileURLWithPath: "\(dataFolder)/\(folder)/reference.json"))
        reference = try #require(
            try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    var events: [Event] { outcomes.events.map(\.event) }

    func counts(_ key: String) -> [String: Int] { reference[key] as? [String: Int] ?? ["": -1] }

    func number(_ key: String) -> Int { reference[key] as? Int ?? -1 }

    func figure(_ key: String) -> Double { reference[key] as? Double ?? -1 }

    /// From the first event of a case to its last, in seconds.
    func span(_ events: [Event]) -> Double {
        let times = events.map(\.at.microseconds)
        return Double((times.max() ?? 0) - (times.min() ?? 0)) / 1e6
    }

    /// The first and the last moment, to the second.
    var utcBounds: [String] {
        let times = events.map(\.at)
        return [times.min(), times.max()].map { String($0?.iso8601().prefix(19) ?? "") }
    }

    var statedBounds: [String] {
        ["first", "last"].map {
            String((reference[$0] as? String ?? "-").replacing(" ", with: "T").prefix(19))
        }
    }

    /// How often each name occurs.
    func tally(_ name: (Event) -> String) -> [String: Int] {
        events.reduce(into: [:]) { $0[name($1), default: 0] += 1 }
    }

    func attribute(_ name: String, _ event: Event) -> String {
        for attribute in event.attributes where names.string(attribute.name) == name {
            if case .text(let text) = attribute.value { return text }
        }
        return ""
    }

    /// The events of each issue, in their order.
    var cases: [[Event]] {
        var places: [Symbol: Int] = [:]
        var cases: [[Event]] = []
        for event in events {
            let place = places[event.issue.symbol] ?? cases.count
            if place == cases.count {
                places[event.issue.symbol] = place
                cases.append([])
            }
            cases[place].append(event)
        }
        return cases
    }

    func issue(_ event: Event) -> String { names.string(event.issue) }

    func detail(_ event: Event) -> Interaction { event.interaction ?? Interaction() }
}

private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

@Suite(.enabled(if: hasData, skipped)) struct SharedDataTests {
    @Test func complaintsArriveAsTheyWereCounted() throws {
        let data = try Arrived(
            "uwv_complaints_2016", "BPI2016_Complaints.csv.gz", mapping: "uwv-complaints-2016.yaml")
        #expect(data.events.count == data.number("rows"))
        #expect(data.outcomes.rejects.isEmpty && data.outcomes.warnings.isEmpty)
        let perCustomer = data.tally { data.names.string($0.customer) }
        #expect(perCustomer.count == data.number("customers"))
        #expect(
            perCustomer.values.count { $0 > 1 } == data.number("customers_with_more_than_one_row"))
        #expect(data.cases.count == data.number("dossiers"))
        let channels = data.tally {
            String(data.names.string(data.detail($0).channel).dropFirst("uwv-channel-".count))
        }
        #expect(channels == data.counts("by_ContactChannelID"))
        #expect(
            data.tally { data.names.string(data.detail($0).intent) }
                == data.counts("by_theme_EN"))
        let subthemes = data.tally {
            let name = data.attribute("subtheme", $0)
            return name.isEmpty ? "N.A." : name
        }
        #expect(subthemes == data.counts("by_subtheme_EN"))
        #expect(
            data.tally { data.names.string(data.detail($0).segment) } == data.counts("age"))
        let local = data.events.map { $0.at.iso8601(offsetMinutes: Int($0.offsetMinutes)) }
        #expect(local.min()?.hasPrefix(data.reference["first"] as? String ?? "-") == true)
        #expect(local.max()?.hasPrefix(data.reference["last"] as? String ?? "-") == true)
        let months = local.reduce(into: [String: Int]()) {
            $0[String($1.prefix(7)), default: 0] += 1
        }
        #expect(months == data.counts("by_month"))
    }

    @Test func incidentsArriveAsTheyWereCounted() throws {
        let data = try Arrived(
            "volvo_it_incidents_2013", "BPI_Challenge_2013_incidents.xes.gz",
            mapping: "volvo-incidents-2013.yaml")
        #expect(data.events.count == data.number("events"))
        #expect(data.outcomes.rejects.isEmpty)
        let cases = data.cases
        #expect(cases.count == data.number("cases"))
        #expect(data.tally { data.attribute("status", $0) } == data.counts("status"))
        #expect(data.tally { data.attribute("substatus", $0) } == data.counts("substatus"))
        let tiers = { (event: Event) in data.names.string(data.detail(event).tier) }
        #expect(
            data.tally(tiers) == data.counts("events_by_line(suffix of org:group; none=1st)"))
        #expect(
            cases.count { $0.allSatisfy { tiers($0) == "1st" } }
                == data.number("cases_only_1st_line"))
        let substatus = { (event: Event) in data.attribute("substatus", event) }
        #expect(
            cases.count { $0.contains { substatus($0) == "Wait - User" } }
                == data.number("cases_with_wait_user"))
        let last = cases.reduce(into: [String: Int]()) {
            $0[$1.last.map(substatus) ?? "", default: 0] += 1
        }
        #expect(last == data.counts("last_substatus"))
        let status = { (event: Event) in data.attribute("status", event) }
        let variants = Set(cases.map { $0.map { status($0) + "/" + substatus($0) } })
        #expect(variants.count == data.number("variants"))
        let teams = { (event: Event) in data.detail(event).team }
        let changes = cases.map { events in
            zip(events, events.dropFirst()).count { teams($0) != teams($1) }
        }
        #expect(changes.reduce(0, +) == data.number("support_team_changes_total"))
        #expect(changes.count { $0 > 0 } == data.number("cases_with_team_change"))
        let reopened = cases.count { events in
            events.drop { status($0) != "Completed" }
                .contains { ["Accepted", "Queued"].contains(status($0)) }
        }
        #expect(reopened == data.number("cases_reopened(Accepted/Queued after Completed)"))
        #expect(Set(data.events.map(teams)).count == data.number("support_teams_raw"))
        #expect(
            Set(data.events.map { data.detail($0).intent }).count == data.number("products"))
        #expect(
            data.events.count { data.attribute("role", $0).isEmpty }
                == data.number("missing_org_role_events"))
        #expect(
            data.events.count { data.attribute("resource_country", $0) == "0" }
                == data.number("resource_country_zero_events"))
        let days = cases.map { data.span($0) / 86_400 }
        let mean = days.reduce(0, +) / Double(days.count)
        #expect(abs(mean - data.figure("case_duration_days_mean")) < 0.000_05)
        #expect(abs(median(days) - data.figure("case_duration_days_median")) < 0.000_05)
    }

    @Test func incidentsGoTheWayThatWasMeasured() throws {
        let data = try Arrived(
            "volvo_it_incidents_2013", "BPI_Challenge_2013_incidents.xes.gz",
            mapping: "volvo-incidents-2013.yaml")
        #expect(data.utcBounds == data.statedBounds)
        let cases = data.cases
        #expect(
            cases.count { zip($0, $0.dropFirst()).contains { $0.at > $1.at } }
                == data.number("unsorted_cases"))
        let tiers = { (event: Event) in data.names.string(data.detail(event).tier) }
        for (line, key) in [("2nd", "cases_touching_2nd"), ("3rd", "cases_touching_3rd")] {
            #expect(cases.count { $0.contains { tiers($0).contains(line) } } == data.number(key))
        }
        let state = { (event: Event) in
            data.attribute("status", event) + "/" + data.attribute("substatus", event)
        }
        let first = cases.reduce(into: [String: Int]()) {
            $0[$1.first.map(state) ?? "", default: 0] += 1
        }
        #expect(data.counts("first_status_substatus").allSatisfy { first[$0.key] == $0.value })
        #expect(
            cases.count { $0.last.map { data.attribute("substatus", $0) } == "In Call" }
                == data.number("cases_ending_in_call"))
        let impact = cases.reduce(into: [String: Int]()) {
            $0[$1.last.map { data.attribute("impact", $0) } ?? "", default: 0] += 1
        }
        #expect(impact == data.counts("impact_by_case_last"))
    }

    @Test(arguments: [
        ("receipt.xes.gz", "wabo-receipt-xes.yaml"), ("receipt.csv.gz", "wabo-receipt-csv.yaml"),
    ])
    func applicationsArriveAsTheyWereCounted(file: String, mapping: String) throws {
        let data = try Arrived("wabo_receipt_channels", file, mapping: mapping)
        #expect(data.events.count == data.number("events"))
        #expect(data.outcomes.rejects.isEmpty)
        #expect(data.cases.count == data.number("cases"))
        let theirs = [
            "web": "Internet", "desk": "Desk", "post": "Post", "e-mail": "e-mail",
            "internal": "Intern",
        ]
        let channel = { (event: Event) in
            theirs[data.names.string(data.detail(event).channel)] ?? "-"
        }
        #expect(data.tally(channel) == data.counts("events_by_channel"))
        let perCase = data.cases.reduce(into: [String: Int]()) {
            $0[$1.first.map(channel) ?? "", default: 0] += 1
        }
        #expect(perCase == data.counts("cases_by_channel"))
        #expect(data.tally { data.attribute("activity", $0) } == data.counts("activities"))
        let variants = Set(data.cases.map { $0.map { data.attribute("activity", $0) } })
        #expect(variants.count == data.number("variants"))
        #expect(
            Set(data.events.map { data.detail($0).agent }).count == data.number("resources"))
        #expect(
            data.events.count { !data.detail($0).team.isKnown }
                == data.number("events_with_org_group_EMPTY"))
        let spans =
            data.reference["span_hours_by_channel(count,mean,median)"] as? [String: [Double]]
        for (name, stated) in spans ?? ["": []] {
            let hours = data.cases.filter { $0.first.map(channel) == name }
                .map { data.span($0) / 3_600 }
            #expect(Double(hours.count) == stated.first)
            #expect(abs(hours.reduce(0, +) / Double(hours.count) - stated[1]) < 0.000_05)
            #expect(abs(median(hours) - stated[2]) < 0.000_05)
        }
    }

    @Test func applicationsTakeTheStepsThatWereMeasured() throws {
        let data = try Arrived(
            "wabo_receipt_channels", "receipt.xes.gz", mapping: "wabo-receipt-xes.yaml")
        #expect(data.utcBounds == data.statedBounds)
        let cases = data.cases
        let departments = cases.reduce(into: [String: Int]()) {
            $0[$1.first.map { data.attribute("department", $0) } ?? "", default: 0] += 1
        }
        #expect(departments == data.counts("cases_by_department"))
        #expect(
            cases.count { $0.allSatisfy { data.attribute("end_date", $0).isEmpty } }
                == data.number("cases_without_enddate"))
        let rework = "T03 Adjust confirmation of receipt"
        for (ours, theirs) in [
            ("web", "Internet"), ("desk", "Desk"), ("post", "Post"), ("e-mail", "e-mail"),
            ("internal", "Intern"),
        ] {
            let own = cases.filter {
                $0.first.map { data.names.string(data.detail($0).channel) } == ours
            }
            func mean(_ value: ([Event]) -> Int) -> Double {
                Double(own.reduce(0) { $0 + value($1) }) / Double(own.count)
            }
            let measured = [
                ("events_per_case_by_channel", mean(\.count)),
                (
                    "resources_per_case_by_channel",
                    mean { Set($0.map { data.detail($0).agent }).count }
                ),
                (
                    "rework_share(cases with \(rework)) by channel",
                    mean { $0.contains { data.attribute("activity", $0) == rework } ? 1 : 0 }
                ),
            ]
            for (key, value) in measured {
                let stated = (data.reference[key] as? [String: Double])?[theirs] ?? -1
                #expect(abs(value - stated) < 0.000_051, "\(key) \(theirs) \(value)")
            }
        }
    }

    @Test func bothFormsOfALogGiveTheSameEvents() throws {
        let xes = try Arrived(
            "wabo_receipt_channels", "receipt.xes.gz", mapping: "wabo-receipt-xes.yaml")
        let csv = try Arrived(
            "wabo_receipt_channels", "receipt.csv.gz", mapping: "wabo-receipt-csv.yaml")
        func keyed(_ data: Arrived) -> Set<String> {
            Set(
                data.events.map { event in
                    let detail = data.detail(event)
                    return [
                        event.key, "\(event.at.microseconds)", "\(event.offsetMinutes)",
                        data.issue(event), data.names.string(detail.channel),
                        data.names.string(detail.team), data.names.string(detail.agent),
                        data.attribute("activity", event), data.attribute("department", event),
                        data.attribute("case_group", event),
                    ].joined(separator: "|")
                })
        }
        #expect(keyed(xes) == keyed(csv))
    }
}

@Suite struct PublishedMappingTests {
    @Test func theTemplateNamesEveryKindOfEventOfASource() throws {
        let path = repository.appendingPathComponent("scenarios/mappings/template.yaml").path
        let bytes = try FileBytes.read(path: path, limitBytes: 1 << 20)
        let words = Set(String(decoding: bytes, as: UTF8.self).split { !$0.isLetter })
        for kind in EventKind.allCases where kind != .personErased {
            #expect(words.contains(Substring(kind.name)), "\(kind.name)")
        }
    }

    @Test func everyPublishedMappingIsReadWithoutFindings() throws {
        let folder = repository.appendingPathComponent("scenarios/mappings").path
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        #expect(files.count >= 7)
        for file in files {
            let path = folder + "/" + file
            let below = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
            _ = try RecordMapping.read(
                bytes: try FileBytes.read(path: path, limitBytes: 1 << 20), file: file,
                folder: folder + "/" + below)
        }
    }
}
