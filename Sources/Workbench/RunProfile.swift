// A run by week and by segment, and how evenly things are spread, for people and for programs.

import Events
import Simulation
import Statistics

/// The sides of a run as tables.
enum RunProfile {
    static func tables(_ profile: ProfileSummary, currency: String) -> [(String, Table)] {
        var tables = [("weeks", weeks(profile, currency: currency))]
        if !profile.luck.isEmpty { tables.append(("luck", luck(profile, currency: currency))) }
        if profile.segments.count > 1 {
            tables.append(("segments", segments(profile, currency: currency)))
        }
        return tables + [("spread", spread(profile))]
    }

    static func date(_ day: Int) -> String { "\(CivilDate(dayNumber: day))" }

    private static func count(_ value: Double?) -> Cell { Cell(number: value, decimals: 0) }

    private static func weeks(_ profile: ProfileSummary, currency: String) -> Table {
        Table(
            title: "Change by week of the work, from Mondays (cash in \(currency), by use, without "
                + "fixed costs and the roster kept)",
            columns: [
                .init("week", "week of"), .init("recorded_contacts", "contacts of its needs"),
                .init("contacts", "change"), .init("contacts_low", "5 %"),
                .init("contacts_high", "95 %"), .init("rework_contacts", "rework"),
                .init("silent_give_ups", "gave up"), .init("handle_minutes", "handle minutes"),
                .init("cash", "cash"), .init("cash_low", "5 %"), .init("cash_high", "95 %"),
            ],
            rows: profile.weeks.map { week in
                [
                    .text(date(week.monday)), .integer(Int(week.recordedContacts)),
                    count(week.contacts.mean), count(week.contacts.low), count(week.contacts.high),
                    count(week.reworkContacts.mean), count(week.silentGiveUps.mean),
                    count(week.handleMinutes.mean), count(week.cash.mean), count(week.cash.low),
                    count(week.cash.high),
                ]
            })
    }

    private static func luck(_ profile: ProfileSummary, currency: String) -> Table {
        Table(
            title: "Luck of the quarter: had its weeks been others like these",
            columns: [
                .init("figure", "change in"), .init("unit", "unit"), .init("weeks", "whole weeks"),
                .init("standard_deviation", "standard deviation"),
            ],
            rows: profile.luck.map { luck in
                [
                    .text(luck.title), .text(luck.unit == "currency" ? currency : luck.unit),
                    .integer(luck.weeks), count(luck.standardDeviation),
                ]
            })
    }

    private static func segments(_ profile: ProfileSummary, currency: String) -> Table {
        Table(
            title: "Customers reached, by segment (cash in \(currency))",
            columns: [
                .init("segment", "segment"), .init("reached", "reached"),
                .init("worse_off", "worse off"), .init("worse_off_low", "5 %"),
                .init("worse_off_high", "95 %"), .init("better_off", "better off"),
                .init("own_minutes", "own minutes"), .init("cash", "cash"),
            ],
            rows: profile.segments.map { segment in
                [
                    .text(segment.segment), count(segment.reached.mean),
                    .share(segment.worseOffShare.mean), share(segment.worseOffShare.low),
                    share(segment.worseOffShare.high), .share(segment.betterOffShare.mean),
                    count(segment.ownMinutes.mean), count(segment.cash.mean),
                ]
            })
    }

    private static func share(_ value: Double?) -> Cell { value.map { .share($0) } ?? .none }

    private static func spread(_ profile: ProfileSummary) -> Table {
        func figure(_ value: Double?) -> Cell { Cell(number: value, decimals: 4) }
        return Table(
            title: "How evenly: contacts over customers, effort over contacts and days",
            columns: [
                .init("figure", "figure"), .init("recorded", "recorded"),
                .init("scenario", "scenario"), .init("low", "5 %"), .init("high", "95 %"),
            ],
            rows: profile.spread.map { row in
                [
                    .text(row.title), figure(row.recorded), figure(row.scenario?.mean),
                    figure(row.scenario?.low), figure(row.scenario?.high),
                ]
            })
    }
}

/// The same for programs.
struct RunProfileJSON: Encodable {
    private let profile: ProfileSummary

    init(_ profile: ProfileSummary) { self.profile = profile }

    private struct Week: Encodable {
        let week: String
        let recorded_contacts: Int64
        let recorded_handle_minutes: Double
        let recorded_cash: Double
        let contacts: Interval
        let rework_contacts: Interval
        let silent_give_ups: Interval
        let handle_minutes: Interval
        let cash: Interval
    }

    private struct Luck: Encodable {
        let weeks: Int
        let standard_deviation: Double
    }

    private struct Segment: Encodable {
        let segment: String
        let reached: Interval
        let worse_off_share: Interval
        let better_off_share: Interval
        let cash: Interval
        let own_minutes: Interval
    }

    private struct Spread: Encodable {
        let title: String
        let recorded: Double?
        let scenario: Interval?
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TextKey.self)
        try container.encode(
            profile.weeks.map { week in
                Week(
                    week: RunProfile.date(week.monday), recorded_contacts: week.recordedContacts,
                    recorded_handle_minutes: week.recordedHandleMinutes,
                    recorded_cash: week.recordedCash, contacts: week.contacts,
                    rework_contacts: week.reworkContacts, silent_give_ups: week.silentGiveUps,
                    handle_minutes: week.handleMinutes, cash: week.cash)
            }, forKey: TextKey("weeks"))
        var luck: [String: Luck] = [:]
        for figure in profile.luck {
            luck[figure.name] = Luck(
                weeks: figure.weeks, standard_deviation: figure.standardDeviation)
        }
        try container.encode(luck, forKey: TextKey("luck"))
        try container.encode(
            profile.segments.map { segment in
                Segment(
                    segment: segment.segment, reached: segment.reached,
                    worse_off_share: segment.worseOffShare,
                    better_off_share: segment.betterOffShare, cash: segment.cash,
                    own_minutes: segment.ownMinutes)
            }, forKey: TextKey("segments"))
        var spread: [String: Spread] = [:]
        for figure in profile.spread {
            spread[figure.name] = Spread(
                title: figure.title, recorded: figure.recorded, scenario: figure.scenario)
        }
        try container.encode(spread, forKey: TextKey("spread"))
    }
}
