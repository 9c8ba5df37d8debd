// What a view is asked for: its name, its part of the record, its rows.

import Configuration
package import Events
package import Projections

package typealias ViewGrouping = Grouping

/// A named view.
package enum ViewName: String, CaseIterable, Sendable {
    case resolution, recontact, containment, reachability, flow, stuck, queues, workforce
    case experience, concentration, volatility, mix, detection, divergence, ledger
    case guardrails, register

    package var summary: String {
        switch self {
        case .resolution:
            "what it takes to meet a need: first contact resolution, failure demand, cost per "
                + "resolution beside cost per contact"
        case .recontact: "who is back within an hour, a day, a week, by how the contact ended"
        case .containment: "what automation says that it contained, and what it truly did"
        case .reachability: "whether a customer who begins in automation gets to a person"
        case .flow: "hand-overs, escalations, channel bounce, and the steps between channels"
        case .stuck: "where customers leave, give up or have to come back, and by which door"
        case .queues: "waiting, abandonment and handle time"
        case .workforce: "who worked: occupancy, concurrency, shrinkage, by team"
        case .experience: "surveys with their response rate, complaints, redress, departures"
        case .concentration: "how unevenly contacts, cost and time lie on customers and journeys"
        case .volatility: "whether a calm average hides a restless experience"
        case .mix: "what is left for people: mix of intents and handle time, early and late"
        case .detection: "how long a failure goes unseen"
        case .divergence: "efficiency against outcome by week, with its flag"
        case .ledger: "where each cost is caused and where it is paid, with its balance"
        case .guardrails:
            "where automation went that the policy forbids, and what became of those customers"
        case .register: "which needs carry the consequences, beside their share of the volume"
        }
    }

    /// `did you mean "flow"?`, or `nil` where nothing is near.
    package static func hint(for name: String) -> String? {
        Suggestion.hint(for: name, among: allCases.map(\.rawValue) + ["question"])
    }

    /// Whether its rows can be chosen.
    package var takesGrouping: Bool { usualGrouping != nil }
    /// Whether a return within a window is part of it.
    package var takesWindow: Bool {
        switch self {
        case .resolution, .containment, .detection, .ledger: true
        default: false
        }
    }

    /// Whether what customers said and did about it is part of it.
    var takesFacts: Bool {
        switch self {
        case .experience, .ledger, .guardrails, .register: true
        default: false
        }
    }

    /// The rows where none are asked for; `nil` where a view's rows are its own.
    var usualGrouping: Grouping? {
        switch self {
        case .resolution, .queues, .experience: .intent
        case .containment, .reachability, .flow: .channel
        case .guardrails, .register: .all
        default: nil
        }
    }
}

/// A view and the part of the record that it is taken of.
package struct ViewRequest: Sendable {
    package var name: ViewName
    package var intent: String?
    package var channel: String?
    package var segment: String?
    package var team: String?
    /// A line of business of the link rules, by its id.
    package var line: String?
    /// Local days, both included: as 2026-01-31.
    package var from: String?
    package var to: String?
    package var grouping: Grouping?
    package var window = TimeSpan.days(7)
    /// Of the ledger: only what this kind of failure caused, by the rule's id or title.
    package var failure: String?
    /// Of the ledger: names what is drawn of its risks.
    package var seed: UInt64 = 1
    /// Most rows of a list that could be long.
    package var limit = 20

    package init(_ name: ViewName) { self.name = name }
}

extension ViewRequest {
    /// The failure that the rows of the ledger are narrowed to, as a place among the rules.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)`` where there is none, and for
    ///   views that are not the ledger.
    func failurePlace(_ rules: LinkRules) throws -> Int? {
        guard let failure else { return nil }
        guard name == .ledger else {
            throw WorkbenchError.wrongValue(
                name: "--failure", expected: "the view ledger with it", found: name.rawValue)
        }
        let place = rules.failures.firstIndex { $0.id == failure || $0.title == failure }
        guard let place else {
            let known = rules.failures.map(\.id)
            let hint = Suggestion.hint(for: failure, among: known).map { "; " + $0 } ?? ""
            throw WorkbenchError.wrongValue(
                name: "--failure", expected: "one of " + known.joined(separator: ", "),
                found: failure + hint)
        }
        return place
    }

    /// - Parameter text: as `24h` or `7d`.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package mutating func setWindow(_ text: String) throws {
        guard let span = QuantityText.duration(text), span > .zero, span <= .days(3_650) else {
            throw WorkbenchError.wrongValue(
                name: "--window", expected: "a time as 24h or 7d", found: text)
        }
        window = span
    }

    /// The covered days that are looked at, and what of the operation.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    func runScope(_ table: ContactTable) throws -> RunScope {
        let covered = table.coveredDays
        let first = try from.map { try ViewRequest.date($0, "--from").dayNumber }
        let last = try to.map { try ViewRequest.date($0, "--to").dayNumber }
        let lower = max(covered.lowerBound, first ?? covered.lowerBound)
        let upper = min(covered.upperBound, last.map { $0 + 1 } ?? covered.upperBound)
        return RunScope(
            days: lower..<max(lower, upper), channel: channel, intent: intent,
            isOfPeople: segment != nil || team != nil)
    }

    /// The scope in the terms of a record.
    /// - Throws: ``WorkbenchError/unknownValue(of:_:hint:)``,
    ///   ``WorkbenchError/wrongValue(name:expected:found:)``.
    func scope(_ table: ContactTable, lines: IntentLines) throws -> Scope {
        var scope = Scope()
        scope.from = try from.map { try ViewRequest.day($0, option: "--from", table, adding: 0) }
        scope.to = try to.map { try ViewRequest.day($0, option: "--to", table, adding: 1) }
        if let from = scope.from, let to = scope.to, from >= to {
            throw WorkbenchError.wrongValue(
                name: "--to", expected: "a day from \(self.from ?? "") on", found: self.to ?? "")
        }
        func check(
            _ value: String?, _ what: String, _ symbol: (Contact) -> Symbol
        ) throws -> String? {
            guard let value, value != "unknown" else { return value }
            if let known = table.dictionary.symbol(of: value),
                table.contacts.contains(where: { symbol($0) == known })
            {
                return value
            }
            let names = Set(table.contacts.map(symbol)).map { table.dictionary.string($0) }
            throw WorkbenchError.unknownValue(
                of: what, value, hint: Suggestion.hint(for: value, among: names.sorted()))
        }
        scope.intent = try check(intent, "intent") { $0.intent.symbol }
        scope.channel = try check(channel, "channel") { $0.channel.symbol }
        scope.segment = try check(segment, "segment") { $0.segment.symbol }
        scope.team = try check(team, "team") { $0.team.symbol }
        scope.line = line
        if let line, line != IntentLines.unknownName, !lines.names.contains(line) {
            throw WorkbenchError.unknownValue(
                of: "line", line, hint: Suggestion.hint(for: line, among: lines.names))
        }
        scope.grouping = grouping ?? name.usualGrouping ?? .all
        return scope
    }

    /// Midnight of a local day, by the clock of the first contact that falls on or after it.
    static func day(
        _ text: String, option: String, _ table: ContactTable, adding days: Int
    ) throws -> Instant {
        let date = CivilDate(dayNumber: try date(text, option).dayNumber + days)
        let utc = Instant(date: date, secondsOfDay: 0, offsetMinutes: 0)
        // The clock in use on that day: that of the nearest contact after it.
        let near = table.contacts.first { $0.at >= utc - .hours(14) } ?? table.contacts.last
        return Instant(
            date: date, secondsOfDay: 0, offsetMinutes: Int(near?.offsetMinutes ?? 0))
    }

    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    static func date(_ text: String, _ option: String) throws -> CivilDate {
        guard let date = CivilDate(text: text) else {
            throw WorkbenchError.wrongValue(
                name: option, expected: "a day as 2026-01-31", found: text)
        }
        return date
    }
}
