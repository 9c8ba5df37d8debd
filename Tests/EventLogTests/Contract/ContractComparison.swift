// Aim: everything that can be asked of a log, asked of the real one and answered from the list.

import EventLog
import Events

/// The two logs differ.
struct Disagreement: Error, CustomStringConvertible {
    var what: String
    var found: String
    var expected: String

    var description: String {
        "\(what): found \(found.prefix(600)), expected \(expected.prefix(600))"
    }
}

func agree<Value: Equatable>(_ what: String, _ found: Value, _ expected: Value) throws {
    guard found != expected else { return }
    throw Disagreement(what: what, found: "\(found)", expected: "\(expected)")
}

/// As ``agree(_:_:_:)``, naming the first element that differs.
func agreeEach<Value: Equatable>(_ what: String, _ found: [Value], _ expected: [Value]) throws {
    guard found != expected else { return }
    let index = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let place = index ?? min(found.count, expected.count)
    throw Disagreement(
        what: "\(what), element \(place) of \(found.count)",
        found: place < found.count ? "\(found[place])" : "nothing",
        expected: place < expected.count ? "\(expected[place])" : "nothing, \(expected.count)")
}

struct ContractComparison {
    private typealias Reading = (@escaping (RecordedEvent) throws -> Bool) throws -> Void

    let log: Log
    let reference: ReferenceLog
    let world: World

    private var count: Int { reference.events.count }

    // MARK: - What is compared when

    /// After each step.
    func checkSome(_ generator: inout SeededGenerator) throws {
        let names = try checkNames()
        try checkHead()
        try checkScans(&generator, names)
        for _ in 0..<2 {
            try checkStream(generator.pick(world.customers), names)
            try checkIssue(generator.pick(world.issues), names)
            try checkTimes(&generator, names)
        }
        try checkFamily(generator.pick(EventKind.Family.allCases), names)
        try checkTables(names)
        try checkSound(isDeep: generator.isOne(in: 3))
    }

    func checkAll(_ generator: inout SeededGenerator) throws {
        let names = try checkNames()
        try checkScans(&generator, names)
        for customer in world.customers.prefix(40) { try checkStream(customer, names) }
        for issue in world.issues { try checkIssue(issue, names) }
        for family in EventKind.Family.allCases { try checkFamily(family, names) }
        for _ in 0..<10 { try checkTimes(&generator, names) }
        try checkStatistics()
        try checkColumns()
        try checkSound(isDeep: true)
    }

    // MARK: - Names and head

    /// The world's symbol of each of the log's.
    private func checkNames() throws -> [Symbol] {
        let names = try log.dictionary()
        let translation = try (0..<names.count).map { number in
            let name = names.string(Symbol(UInt32(number)))
            guard let symbol = world.names.symbol(of: name) else {
                throw Disagreement(what: "a name", found: name, expected: "one of the world")
            }
            return symbol
        }
        try agree(
            "names", Set(translation.dropFirst()), reference.nameSymbols)
        try agree("number of names", names.count, reference.nameSymbols.count + 1)
        return translation
    }

    private func checkHead() throws {
        try agree("head", try log.head(), reference.head)
        try agree("snapshot", try log.snapshot().head, reference.head)
        for customer in world.customers.prefix(8) + world.issues {
            try agree(
                "stream head of \(world.name(customer))",
                try log.streamHead(ofCustomer: world.name(customer)),
                reference.streamHead(customer))
        }
        try agree("no stream", try log.streamHead(ofCustomer: "nobody"), .beforeFirst)
    }

    // MARK: - Reading

    /// What a way of reading gives, positions (from 1) first.
    private func read(
        _ what: String, _ names: [Symbol], _ expected: [Int], _ reading: Reading
    ) throws {
        var positions: [Int] = []
        var found: [PlainEvent] = []
        try reading { recorded in
            positions.append(Int(recorded.position.rawValue))
            let event = recorded.event.mapSymbols { names[Int($0.rawValue)] }
            found.append(
                PlainEvent(recordedAt: recorded.recordedAt.microseconds, event: event))
            return true
        }
        try agreeEach(what + ": positions", positions, expected)
        try agreeEach(what, found, expected.map { reference.events[$0 - 1] })
    }

    private func checkScans(_ generator: inout SeededGenerator, _ names: [Symbol]) throws {
        let all = Array(1..<(count + 1))
        try read("all", names, all) { try log.forEachEvent($0) }
        try read("backward", names, all.reversed()) { try log.forEachEventBackward($0) }
        let first = generator.below(count + 2)
        let last = generator.below(count + 2)
        try read("\(first) to \(last)", names, all.filter { $0 >= first && $0 <= last }) {
            try log.forEachEvent(
                from: LogPosition(UInt64(first)), through: LogPosition(UInt64(last)), $0)
        }
        try read("back from \(last)", names, all.filter { $0 <= last }.reversed()) {
            try log.forEachEventBackward(from: LogPosition(UInt64(last)), $0)
        }
        let limit = generator.below(6)
        try read("page", names, Array(all.filter { $0 >= first }.prefix(limit))) { body in
            for event in try log.read(from: LogPosition(UInt64(first)), limit: limit) {
                _ = try body(event)
            }
        }
        for position in [first, last, count] where position >= 1 && position <= count {
            try read("event \(position)", names, [position]) { body in
                let event = try log.event(at: LogPosition(UInt64(position)))
                if let event { _ = try body(event) }
            }
        }
        try agree("before the first", try log.event(at: .beforeFirst), nil)
        try agree("behind the last", try log.event(at: reference.head.next), nil)
    }

    /// Positions, from 1, of the events that are wanted.
    private func positions(_ isWanted: (PlainEvent) -> Bool) -> [Int] {
        reference.events.indices.filter { isWanted(reference.events[$0]) }.map { $0 + 1 }
    }

    private func checkStream(_ customer: Symbol, _ names: [Symbol]) throws {
        let stored = Symbol(UInt32(names.firstIndex(of: customer) ?? 0))
        let isThere = !customer.isNone && !stored.isNone
        let all = positions { isThere && $0.event.customer.symbol == customer }
        let what = "customer \(world.name(customer))"
        try read(what, names, all) { try log.forEachEvent(of: CustomerID(stored), $0) }
        let end = LogPosition(UInt64(count / 2))
        try read(what + " in part", names, all.filter { $0 <= count / 2 }) {
            try log.forEachEvent(of: CustomerID(stored), through: end, $0)
        }
    }

    private func checkIssue(_ issue: Symbol, _ names: [Symbol]) throws {
        let stored = Symbol(UInt32(names.firstIndex(of: issue) ?? 0))
        let isThere = !issue.isNone && !stored.isNone
        let all = positions { isThere && $0.event.issue.symbol == issue }
        try read("issue \(world.name(issue))", names, all) {
            try log.forEachEvent(of: IssueID(stored), $0)
        }
    }

    private func checkFamily(_ family: EventKind.Family, _ names: [Symbol]) throws {
        try read("family \(family)", names, positions { $0.event.kind.family == family }) {
            try log.forEachEvent(of: family, $0)
        }
    }

    private func checkTimes(_ generator: inout SeededGenerator, _ names: [Symbol]) throws {
        guard count > 0 else { return }
        func range(_ ends: [Int64]) -> Range<Instant> {
            Instant(
                microseconds: min(ends[0], ends[1]))..<Instant(
                    microseconds: max(ends[0], ends[1]))
        }
        let events = reference.events
        let at = range([
            generator.pick(events).event.at.microseconds,
            generator.pick(events).event.at.microseconds &+ Int64(generator.below(2)),
        ])
        let inPeriod = positions { at.contains($0.event.at) }.sorted {
            (events[$0 - 1].event.at, $0) < (events[$1 - 1].event.at, $1)
        }
        try read("period \(at)", names, inPeriod) { try log.forEachEvent(at: at, $0) }
        let recorded = range([
            generator.pick(events).recordedAt, generator.pick(events).recordedAt + 1,
        ])
        let inRecorded = positions { recorded.contains(Instant(microseconds: $0.recordedAt)) }
        try read("recorded in \(recorded)", names, inRecorded) {
            try log.forEachEvent(recordedAt: recorded, $0)
        }
    }

    // MARK: - Tables and numbers

    private func checkTables(_ names: [Symbol]) throws {
        let sources = reference.sources.sorted {
            ($0.source.fileName, $0.source.fileHash, $0.source.mappingHash)
                < ($1.source.fileName, $1.source.fileHash, $1.source.mappingHash)
        }
        try agreeEach("sources", try log.sources(), sources)
        let rejects = sources.flatMap { reference.rejects[ReferenceLog.key($0.source)] ?? [] }
        let found = try log.rejects().map { reject in
            var reject = reject
            reject.event = reject.event?.mapSymbols { names[Int($0.rawValue)] }
            return PlainReject(reject)
        }
        try agreeEach("rejects", found, rejects)
        for shelf in Shelf.allCases {
            let kept = reference.shelves[shelf] ?? [:]
            let names = try log.names(on: shelf).map { Array($0.utf8) }
            try agree("shelf \(shelf)", Set(names), Set(kept.keys))
            try agree("shelf \(shelf)", names.count, kept.count)
            for (key, bytes) in kept {
                let name = String(decoding: key, as: UTF8.self)
                try agree("\(shelf) \(name)", try log.bytes(on: shelf, name: name), bytes)
            }
        }
    }

    private func checkSound(isDeep: Bool) throws {
        let report = try log.verifyChain(VerificationRequest(isDeep: isDeep))
        try agree("problems", report.problems, [])
        try agree("hash", report.computedHash, report.storedHash)
        try agree("hash of the head", try log.snapshot().headHash, report.storedHash)
        try agree("good through", report.goodThrough, reference.head)
        try agree("events verified", report.eventCount, count)
    }

    private func checkStatistics() throws {
        let found = try log.statistics()
        let events = reference.events
        try agree("events", found.eventCount, count)
        try agree("head", found.head, reference.head)
        try agree("names", found.nameCount, reference.nameSymbols.count)
        let customers = Set(events.map(\.event.customer)).filter(\.isKnown)
        try agree("customers", found.customerCount, customers.count)
        let times = events.map(\.event.at)
        try agree("first", found.firstEvent?.at, times.min())
        try agree("last", found.lastEvent?.at, times.max())
        let recorded = events.map { Instant(microseconds: $0.recordedAt) }
        try agree("first recorded", found.firstRecordedAt, recorded.min())
        try agree("last recorded", found.lastRecordedAt, recorded.max())
        let kinds = EventKind.allCases.map { kind in
            "\(kind) \(events.count { $0.event.kind == kind })"
        }
        try agree(
            "kinds", found.eventsByKind.map { "\($0.kind) \($0.count)" },
            kinds.filter { !$0.hasSuffix(" 0") })
        try agree("rejects", found.rejectCount, reference.rejects.values.map(\.count).reduce(0, +))
        try agree("sources", found.sources.count, reference.sources.count)
    }

    /// The columns, as those who scan see them.
    private func checkColumns() throws {
        var kinds: [UInt32] = []
        var times: [Int64] = []
        var next: UInt64 = 1
        var someKinds: [UInt32] = []
        var someTimes: [Int64] = []
        try log.forEachBlock { header, bytes in
            try agree("first of a block", header.firstPosition.rawValue, next)
            try header.codes(.kind, bytes, into: &someKinds)
            try header.numbers(.at, bytes, into: &someTimes)
            kinds += someKinds
            times += someTimes
            next = header.lastPosition.rawValue + 1
            return true
        }
        try agreeEach(
            "column of kinds", kinds, reference.events.map { UInt32($0.event.kind.rawValue) })
        try agreeEach(
            "column of times", times, reference.events.map(\.event.at.microseconds))
    }
}
