// Whom an automation reaches, as a file says it.

import Configuration
import Events
import Modeling

enum AutomationScopeReader {
    /// - Parameter outer: the scenario's own scope, which holds for what this one does not say.
    static func scope(_ field: Field, within outer: AutomationScope?) -> AutomationScope {
        func names(_ key: String, otherwise: [String]?) -> [String] {
            field.optional(key)?.list(counts: 1...1_000) { $0.text() } ?? otherwise ?? []
        }
        let (first, last) = days(field, within: outer)
        let (firstMinute, endMinute) = hours(field.optional("hours"), within: outer)
        return AutomationScope(
            intents: names("intents", otherwise: outer?.intents),
            channels: names("channels", otherwise: outer?.channels),
            segments: names("segments", otherwise: outer?.segments),
            teams: names("teams", otherwise: outer?.teams),
            firstDay: first, lastDay: last, firstMinute: firstMinute, endMinute: endMinute,
            isFirstContactOnly: field.optional("first_contact_only")?.flag()
                ?? outer?.isFirstContactOnly ?? false)
    }

    private static func days(
        _ field: Field, within outer: AutomationScope?
    ) -> (first: Int, last: Int) {
        func day(_ key: String, _ otherwise: Int?) -> (field: Field, day: Int) {
            if let otherwise {
                let stated = field.optional(key)
                return (stated ?? field, stated?.date().dayNumber ?? otherwise)
            }
            let stated = field.required(key)
            return (stated, stated.date().dayNumber)
        }
        let (firstField, first) = day("from", outer?.firstDay)
        let (lastField, last) = day("to", outer?.lastDay)
        if last < first { lastField.refuse("range-reversed", expected: "a day not before `from`") }
        if let outer, first < outer.firstDay || last > outer.lastDay {
            (first < outer.firstDay ? firstField : lastField).refuse(
                "out-of-range", expected: "days within the scenario's own scope")
        }
        return (first, last)
    }

    /// `08:00-18:30`, on the local clock.
    private static func hours(
        _ field: Field?, within outer: AutomationScope?
    ) -> (first: Int, end: Int) {
        guard let field else { return (outer?.firstMinute ?? 0, outer?.endMinute ?? 1_440) }
        let ends = field.text().split(separator: "-", omittingEmptySubsequences: false)
            .map { minute($0) }
        guard ends.count == 2, let first = ends[0], let end = ends[1], first < end else {
            field.refuse(
                "bad-hours", expected: "local hours from one to a later one, as 08:00-18:30")
            return (0, 1_440)
        }
        return (first, end)
    }

    /// `HH:MM` up to `24:00`.
    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...24).contains(hour), (0..<60).contains(minute), hour * 60 + minute <= 1_440
        else { return nil }
        return hour * 60 + minute
    }
}
