// The end of the log, and what is appended to it by whatever process: catch up, then follow.

import EventLog
import Events
import Export

/// Which events are wanted, and how they are written.
package struct TailRequest: Hashable, Sendable {
    /// As aligned text, or as the lines of an export.
    package enum Form: Sendable {
        case text, cloudEvents
    }

    /// How many events before the end; with ``from``, how many at most.
    package var count: Int?
    /// The first position; `nil` for the last ``count`` events.
    package var from: UInt64?
    /// Only this customer's, by the source's id or the name that the log has.
    package var customer: String?
    /// Only those of a family, by its name.
    package var family: String?
    /// Whether to go on with what is appended.
    package var follows: Bool
    package var form: Form

    package init(
        count: Int? = nil, from: UInt64? = nil, customer: String? = nil, family: String? = nil,
        follows: Bool = false, form: Form = .text
    ) {
        self.count = count
        self.from = from
        self.customer = customer
        self.family = family
        self.follows = follows
        self.form = form
    }

    /// Names of the families.
    package static var families: [String] { EventKind.Family.allCases.map(\.rawValue) }

    /// Events shown where no count is asked for.
    package static let usualCount = 10
    /// Events before the end that are held in memory to be written in their order.
    package static let countLimit = 100_000
}

extension Store {
    /// Writes the events that are wanted, each as a line, in the order of the log.
    ///
    /// - Parameters:
    ///   - pause: called where there is nothing to write; sleeps a little and says whether to go
    ///     on waiting.
    ///   - write: takes whole lines; what they say is written before the next pause.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``,
    ///   ``WorkbenchError/unknownCustomer(_:)``, ``EventLogError``, what `write` throws.
    package func tail(
        _ request: TailRequest, pause: () -> Bool, write: ([UInt8]) throws -> Void
    ) throws {
        let snapshot = try log.snapshot()
        var output = TailOutput(
            try TailFilter(request, keys), request, snapshot.dictionary)
        if let customer = request.customer, !request.follows,
            try keys.customerNames(of: customer, in: snapshot.dictionary).allSatisfy({
                snapshot.dictionary.symbol(of: $0) == nil
            })
        {
            throw WorkbenchError.unknownCustomer(customer)
        }
        if let from = request.from {
            try forward(from: LogPosition(max(from, 1)), through: snapshot.head, &output, write)
        } else {
            let count = min(request.count ?? TailRequest.usualCount, TailRequest.countLimit)
            for recorded in try lastEvents(count, through: snapshot.head, output.filter) {
                output.append(recorded)
            }
            try output.flush(write)
            output.remaining = nil
        }
        guard request.follows else { return }
        var position = max(snapshot.head, LogPosition(max(request.from ?? 1, 1) - 1))
        while output.remaining != 0, let grown = try waitForEvents(after: position, pause) {
            output.use(grown.dictionary)
            try forward(from: position.next, through: grown.head, &output, write)
            position = grown.head
        }
    }

    /// Waits until the log has gone on, in whatever process, and says how far; `nil` where
    /// waiting was called off. The one place that knows how it is done: by looking at the head.
    private func waitForEvents(
        after position: LogPosition, _ pause: () -> Bool
    ) throws -> LogSnapshot? {
        while true {
            if try log.head() > position { return try log.snapshot() }
            guard pause() else { return nil }
        }
    }

    private func forward(
        from start: LogPosition, through end: LogPosition, _ output: inout TailOutput,
        _ write: ([UInt8]) throws -> Void
    ) throws {
        guard start <= end, output.remaining != 0 else { return }
        try log.forEachEvent(from: start, through: end) { recorded in
            if output.filter.takes(recorded.event, output.dictionary) { output.append(recorded) }
            if output.isFull { try output.flush(write) }
            return output.remaining != 0
        }
        try output.flush(write)
    }

    /// The last events that the filter takes, looked for page by page from the end.
    private func lastEvents(
        _ count: Int, through head: LogPosition, _ filter: TailFilter
    ) throws -> [RecordedEvent] {
        guard count > 0 else { return [] }
        let dictionary = try log.snapshot().dictionary
        if let customers = filter.customers {
            // By the streams' index: the last ones may stand far back.
            var events: [RecordedEvent] = []
            for symbol in try log.symbols(of: customers).values {
                try log.forEachEvent(of: CustomerID(symbol)) { recorded in
                    if recorded.position <= head, filter.takes(recorded.event, dictionary) {
                        events.append(recorded)
                    }
                    return true
                }
            }
            return events.sorted { $0.position < $1.position }.suffix(count)
        }
        var backwards: [RecordedEvent] = []
        var end = head
        while end > .beforeFirst, backwards.count < count {
            let size = min(UInt64(Log.pageSize), end.rawValue)
            let start = LogPosition(end.rawValue - size + 1)
            let page = try log.read(from: start, limit: Int(size))
            for recorded in page.reversed() where backwards.count < count {
                if filter.takes(recorded.event, dictionary) { backwards.append(recorded) }
            }
            end = LogPosition(start.rawValue - 1)
        }
        return backwards.reversed()
    }
}

/// Which events are wanted.
private struct TailFilter {
    /// The names that the log may know the customer by.
    let customers: [String]?
    private let family: EventKind.Family?

    init(_ request: TailRequest, _ keys: StoreKeys) throws {
        customers = try request.customer.map { try keys.customerNames(of: $0) }
        family = try request.family.map { name in
            guard let family = EventKind.Family(rawValue: name) else {
                throw WorkbenchError.wrongValue(
                    name: "--family", expected: TailRequest.families.joined(separator: ", "),
                    found: name)
            }
            return family
        }
    }

    /// A customer is looked up by name each time: the log may come to know one while it is
    /// followed.
    func takes(_ event: Event, _ dictionary: Interner) -> Bool {
        if let family, event.kind.family != family { return false }
        guard let customers else { return true }
        guard event.customer.isKnown else { return false }
        let name = dictionary.string(event.customer)
        return customers.contains { name.utf8.elementsEqual($0.utf8) }
    }
}

/// The lines on their way out.
private struct TailOutput {
    private static let chunkBytes = 1 << 16

    let filter: TailFilter
    /// Events that may still be written; `nil` for any number.
    var remaining: Int?
    private let form: TailRequest.Form
    private var text: EventLine
    private var writer: CloudEventWriter
    private var bytes: [UInt8] = []

    init(_ filter: TailFilter, _ request: TailRequest, _ dictionary: Interner) {
        self.filter = filter
        remaining = request.count
        form = request.form
        text = EventLine(dictionary: dictionary)
        writer = CloudEventWriter(dictionary: dictionary)
    }

    var dictionary: Interner { text.dictionary }

    var isFull: Bool { bytes.count >= TailOutput.chunkBytes }

    mutating func use(_ grown: Interner) {
        text.dictionary = grown
        writer.use(grown)
    }

    mutating func append(_ recorded: RecordedEvent) {
        switch form {
        case .text: text.append(recorded, to: &bytes)
        case .cloudEvents: writer.append(recorded, to: &bytes)
        }
        remaining = remaining.map { $0 - 1 }
    }

    mutating func flush(_ write: ([UInt8]) throws -> Void) throws {
        guard !bytes.isEmpty else { return }
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
