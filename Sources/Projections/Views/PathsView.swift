// Variants of journeys, and the pairs of steps that follow each other: process mining's view.

import Events

/// What names a step of a path.
package enum PathStep: String, CaseIterable, Sendable {
    case channel, intent, team, outcome
    /// Channel and outcome together.
    case channelOutcome = "channel-outcome"
    /// Who handled it.
    case actor
}

/// Journeys as sequences of steps.
package struct PathsView: Sendable {
    package struct Variant: Hashable, Sendable {
        package var steps: [String]
        package var journeys: Int
    }

    package struct Pair: Hashable, Sendable {
        package var from: String
        package var to: String
        package var count: Int
    }

    package let journeyCount: Int
    package let stepCount: Int
    /// Most frequent first, then by their steps.
    package let variants: [Variant]
    /// Directly-follows pairs, most frequent first, then by name.
    package let pairs: [Pair]

    /// From a journey's first interaction to its last, in microseconds: the mean, and the median
    /// (of an even number, the mean of the middle two).
    package let meanDuration: Double?
    package let medianDuration: Double?

    /// - Complexity: O(n + variants log variants).
    package init(_ record: ViewRecord, _ selection: Selection, steps: StepLabels) {
        let (table, book) = (record.table, record.book)
        let labels = steps.labels
        var starts = [Int32](repeating: 0, count: book.journeys.count + 1)
        for journey in book.journeyOf { starts[Int(journey) + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var order = [Int32](repeating: 0, count: labels.count)
        var next = starts
        for (index, journey) in book.journeyOf.enumerated() {
            order[Int(next[Int(journey)])] = labels[index]
            next[Int(journey)] += 1
        }
        var variants: [[Int32]: Int] = [:]
        var pairs: [UInt64: Int] = [:]
        var (journeyCount, stepCount) = (0, 0)
        for (number, journey) in book.journeys.enumerated()
        where selection.group(of: Int(journey.first)) != nil {
            let path = Array(order[Int(starts[number])..<Int(starts[number + 1])])
            journeyCount += 1
            stepCount += path.count
            variants[path, default: 0] += 1
            for (from, to) in zip(path, path.dropFirst()) {
                pairs[UInt64(from) << 32 | UInt64(to), default: 0] += 1
            }
        }
        self.journeyCount = journeyCount
        self.stepCount = stepCount
        let texts = steps.texts
        let durations = book.journeys.filter { selection.group(of: Int($0.first)) != nil }.map {
            (table.contacts[Int($0.last)].at - table.contacts[Int($0.first)].at).microseconds
        }.sorted()
        meanDuration =
            durations.isEmpty
            ? nil
            : Double(durations.reduce(Int128(0)) { $0 + Int128($1) }) / Double(durations.count)
        medianDuration =
            durations.isEmpty
            ? nil
            : Double(durations[(durations.count - 1) / 2] + durations[durations.count / 2]) / 2
        self.variants = variants.map { path, count in
            Variant(steps: path.map { texts[Int($0)] }, journeys: count)
        }.sorted { left, right in
            left.journeys == right.journeys
                ? left.steps.lexicographicallyPrecedes(right.steps)
                : left.journeys > right.journeys
        }
        self.pairs = pairs.map { key, count in
            Pair(from: texts[Int(key >> 32)], to: texts[Int(key & 0xffff_ffff)], count: count)
        }.sorted { (-$0.count, $0.from, $0.to) < (-$1.count, $1.from, $1.to) }
    }
}

/// What the step of each interaction is called, as dense numbers.
package struct StepLabels: Sendable {
    /// By index of interaction.
    package private(set) var labels: [Int32] = []
    package private(set) var texts: [String] = []

    package init(_ table: ContactTable, step: PathStep) {
        var numbers: [UInt64: Int32] = [:]
        labels.reserveCapacity(table.contacts.count)
        for contact in table.contacts {
            let key = StepLabels.key(contact, step)
            if let known = numbers[key] {
                labels.append(known)
                continue
            }
            let number = Int32(texts.count)
            numbers[key] = number
            labels.append(number)
            texts.append(StepLabels.text(contact, step, table.dictionary))
        }
    }

    /// - Parameter names: of each interaction, by index.
    package init(names: [String]) {
        var numbers: [String: Int32] = [:]
        for name in names {
            if let known = numbers[name] {
                labels.append(known)
                continue
            }
            let number = Int32(texts.count)
            numbers[name] = number
            labels.append(number)
            texts.append(name)
        }
    }

    private static func key(_ contact: Contact, _ step: PathStep) -> UInt64 {
        switch step {
        case .channel: UInt64(contact.channel.symbol.rawValue)
        case .intent: UInt64(contact.intent.symbol.rawValue)
        case .team: UInt64(contact.team.symbol.rawValue)
        case .outcome: UInt64(contact.outcome.rawValue)
        case .actor: UInt64(contact.actor.rawValue)
        case .channelOutcome:
            UInt64(contact.channel.symbol.rawValue) << 8 | UInt64(contact.outcome.rawValue)
        }
    }

    private static func text(_ contact: Contact, _ step: PathStep, _ names: Interner) -> String {
        func named(_ identifier: some SymbolIdentifier) -> String {
            identifier.isKnown ? names.string(identifier) : "unknown"
        }
        return switch step {
        case .channel: named(contact.channel)
        case .intent: named(contact.intent)
        case .team: named(contact.team)
        case .outcome: contact.outcome.name
        case .actor: contact.actor.name
        case .channelOutcome: named(contact.channel) + " " + contact.outcome.name
        }
    }
}
