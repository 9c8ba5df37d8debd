// XES as its elements come: traces with their events. Nothing is kept beyond the trace at hand.
// Source: IEEE 1849-2016, sections 4 and 5.

/// What becomes of the life cycle of an activity.
enum LifecycleUse: Hashable, Sendable {
    /// Each event is a record.
    case asEvents
    /// A start and the completion that follows it are one record, of the completion's attributes
    /// and of the start's under `start:` before their names. A start without a completion, and a
    /// completion without a start, are records of their own.
    case paired
}

/// Gathers a trace's events and gives them as records when it ends.
///
/// A record has the event's attributes by their keys, those of the trace with `case:` before them,
/// `case:index` and `event:index` (both from 1), and nested attributes behind the key of their
/// parent and a slash.
final class TraceReader: XMLHandler {
    /// The most events that a trace may have.
    private static let eventLimit = 1_000_000
    private static let attributeElements: Set<String> = [
        "string", "date", "int", "float", "boolean", "id", "list", "container",
    ]

    private struct TraceEvent {
        var values = NamedValues()
        var line: Int
        var byteOffset: Int
    }

    private enum Place {
        case log, trace, event
    }

    var queue: NamedRecordQueue
    /// What was expected, where the file is no XES.
    private(set) var refusal: String?
    private(set) var hasLog = false
    private let lifecycle: LifecycleUse
    private var place = Place.log
    /// Levels inside something that is no record, as `global`.
    private var asideDepth = 0
    /// Of the attributes that are open.
    private var keys: [String] = []
    private var trace = NamedValues()
    private var events: [TraceEvent] = []
    private var traceCount = 0

    init(columnNames: [String], lifecycle: LifecycleUse) {
        queue = NamedRecordQueue(columnNames: columnNames)
        self.lifecycle = lifecycle
    }

    func elementBegan(
        _ name: String, _ attributes: [(name: String, value: String)], line: Int, byteOffset: Int
    ) {
        guard asideDepth == 0 else {
            asideDepth += 1
            return
        }
        switch (name, place) {
        case ("log", .log) where !hasLog: hasLog = true
        case _ where !hasLog:
            refusal = "an XES file, which begins with <log>, found <\(name)>"
        case ("trace", .log): beginTrace()
        case ("event", .trace) where keys.isEmpty:
            guard events.count < TraceReader.eventLimit else {
                refusal = "at most \(TraceReader.eventLimit) events in a trace"
                return
            }
            events.append(TraceEvent(line: line, byteOffset: byteOffset))
            place = .event
        case ("values", .trace) where !keys.isEmpty, ("values", .event) where !keys.isEmpty:
            keys.append("")
        case (_, .trace), (_, .event):
            if TraceReader.attributeElements.contains(name) {
                attributeBegan(attributes)
            } else {
                asideDepth = 1
            }
        default: asideDepth = 1
        }
    }

    func elementEnded(_ name: String) {
        guard asideDepth == 0 else {
            asideDepth -= 1
            return
        }
        if !keys.isEmpty {
            keys.removeLast()
        } else if case .event = place {
            place = .trace
        } else if case .trace = place {
            endTrace()
            place = .log
        }
    }

    private func beginTrace() {
        place = .trace
        traceCount += 1
        trace.removeAll()
        events.removeAll(keepingCapacity: true)
    }

    private func attributeBegan(_ attributes: [(name: String, value: String)]) {
        let key = attributes.first { $0.name == "key" }?.value ?? ""
        keys.append(key)
        guard let value = attributes.first(where: { $0.name == "value" })?.value else { return }
        let name = keys.filter { !$0.isEmpty }.joined(separator: "/")
        if case .event = place {
            events[events.count - 1].values.append(name.utf8, value.utf8)
        } else {
            trace.append(name.utf8, value.utf8)
        }
    }

    private func endTrace() {
        switch lifecycle {
        case .asEvents:
            for index in events.indices { give(index, start: nil) }
        case .paired: pairEvents()
        }
        events.removeAll(keepingCapacity: true)
    }

    /// Completions take the earliest start of the same activity and instance that is still open.
    private func pairEvents() {
        var open: [String: [Int]] = [:]
        var startOf: [Int: Int] = [:]
        var taken: Set<Int> = []
        for index in events.indices {
            let values = events[index].values
            let name = values.value("concept:name").map { String(decoding: $0, as: UTF8.self) }
            let instance = values.value("concept:instance")
                .map { String(decoding: $0, as: UTF8.self) }
            let activity = (name ?? "") + "\u{0}" + (instance ?? "")
            let transition = values.value("lifecycle:transition")
                .map { String(decoding: $0, as: UTF8.self).lowercased() }
            if transition == "start" {
                open[activity, default: []].append(index)
            } else if transition == "complete", let start = open[activity]?.first {
                open[activity]?.removeFirst()
                startOf[index] = start
                taken.insert(start)
            }
        }
        for index in events.indices where !taken.contains(index) {
            give(index, start: startOf[index])
        }
    }

    private func give(_ index: Int, start: Int?) {
        let event = events[index]
        var values = NamedValues()
        values.append(trace, prefix: "case:")
        values.append("case:index".utf8, String(traceCount).utf8)
        values.append("event:index".utf8, String(index + 1).utf8)
        values.append(event.values)
        if let start { values.append(events[start].values, prefix: "start:") }
        queue.add(values, line: event.line, byteOffset: event.byteOffset)
    }
}
