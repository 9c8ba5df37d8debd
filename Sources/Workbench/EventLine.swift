// One event as one line for people: what stands in every event first, in columns, then what this
// one has. Sealed fields are counted, not shown.

import Events

/// Writes events of one log as aligned lines.
struct EventLine {
    var dictionary: Interner

    func append(_ recorded: RecordedEvent, to bytes: inout [UInt8]) {
        let event = recorded.event
        var line = EventLine.left("\(recorded.position)", 9)
        line += "  " + EventLine.right(moment(event.at, Int(event.offsetMinutes)), 25)
        line += "  " + EventLine.right(event.kind.name, 15)
        line += "  " + EventLine.right(name(event.customer), 14)
        line += "  " + EventLine.right(name(event.interaction?.intent ?? .unknown), 20)
        line += "  " + details(event).joined(separator: ", ")
        while line.last == " " { line.removeLast() }
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    private func details(_ event: Event) -> [String] {
        var parts: [String] = []
        if let detail = event.interaction {
            let words = [
                detail.actor == .unknown ? "" : detail.actor.name,
                detail.outcome == .unknown ? "" : detail.outcome.name,
            ].filter { !$0.isEmpty }
            if !words.isEmpty { parts.append(words.joined(separator: " ")) }
            for (word, span) in [
                ("automation", detail.automation), ("wait", detail.wait), ("talk", detail.talk),
                ("hold", detail.hold), ("wrap-up", detail.wrapUp),
            ] {
                guard let span else { continue }
                parts.append("\(word) \(span.microseconds / 1_000_000) s")
            }
        }
        if event.issue.isKnown { parts.append("issue " + name(event.issue)) }
        if let money = event.money { parts.append("\(money.inMajorUnits)") }
        if !event.attributes.isEmpty { parts.append("\(event.attributes.count) attributes") }
        if !event.personal.isEmpty { parts.append("\(event.personal.count) sealed") }
        return parts
    }

    /// A name of the log, made harmless: a terminal obeys control characters.
    private func name(_ identifier: some SymbolIdentifier) -> String {
        guard identifier.isKnown else { return "-" }
        var text = ""
        for scalar in dictionary.string(identifier).unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            text.unicodeScalars.append(isControl ? "?" : scalar)
        }
        return text
    }

    private func moment(_ at: Instant, _ offsetMinutes: Int) -> String {
        // Beyond it, calendar arithmetic on microseconds would not fit 64 bits.
        guard at.microseconds.magnitude < 1 << 62 else { return "\(at.microseconds) us" }
        return at.iso8601(offsetMinutes: offsetMinutes)
    }

    private static func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func right(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
