// Counts what became of contacts, cell by cell. Only contacts of customers: work behind the scenes
// is no choice of theirs.

import Events
import Projections

/// What one pass over the contacts counts.
struct ContactFit {
    private struct Key: Hashable {
        var family: Int
        var channel: Symbol
    }

    private struct Target: Hashable {
        var channel: String
        var team: String
    }

    private struct Tally {
        var failures: [Int]
        var handOvers = [0, 0]
        var targets: [Target: Int] = [:]
        var returns: [String: Int] = [:]
        var handles: [Int64] = []
        var waits: [Int64] = []
    }

    private let table: ContactTable
    private let book: JourneyBook
    private let titles: [String]
    private var tallies: [Key: Tally] = [:]
    private var complaints: [[Int]]
    private var churn: [[Int]]
    private var patienceWaits: [[Int64]]
    private var patienceEnds: [[Bool]]

    /// - Complexity: O(n).
    init(_ table: ContactTable, book: JourneyBook, titles: [String]) {
        self.table = table
        self.book = book
        self.titles = titles
        complaints = titles.map { _ in [0, 0] }
        churn = complaints
        patienceWaits = [[Int64]](repeating: [], count: book.rules.familyCount)
        patienceEnds = [[Bool]](repeating: [], count: book.rules.familyCount)
        for (index, contact) in table.contacts.enumerated() where contact.isInbound {
            let failure = Int(book.rules.stated(book.failure[index]))
            count(index, contact, failure: failure)
            countConsequences(index, contact, failure: failure)
        }
    }

    private mutating func count(_ index: Int, _ contact: Contact, failure: Int) {
        let family = book.rules.family(of: contact.intent)
        let key = Key(family: family, channel: contact.channel.symbol)
        var tally =
            tallies[key] ?? Tally(failures: [Int](repeating: 0, count: titles.count))
        tallies[key] = nil
        tally.failures[failure] += 1
        if contact.isServed {
            tally.handOvers[contact.isHandedOn ? 1 : 0] += 1
            if let handle = contact.handleMicroseconds { tally.handles.append(handle) }
            if contact.wait >= 0 { tally.waits.append(contact.wait) }
        }
        let next = Int(book.successor[index])
        if next >= 0 {
            let later = table.contacts[next]
            let channel = table.dictionary.string(later.channel)
            let role = book.role[next]
            if later.isInbound, role.isReturn { tally.returns[channel, default: 0] += 1 }
            if contact.isServed, contact.isHandedOn, !role.isReturn, role != .recovery {
                let team = table.dictionary.string(later.team)
                tally.targets[Target(channel: channel, team: team), default: 0] += 1
            }
        }
        tallies[key] = tally
        guard contact.wait >= 0, contact.isServed || contact.outcome == .abandoned else { return }
        patienceWaits[family].append(contact.wait)
        patienceEnds[family].append(contact.outcome == .abandoned)
    }

    /// Counted where the window lies within the coverage; churn of known customers only.
    private mutating func countConsequences(_ index: Int, _ contact: Contact, failure: Int) {
        let family = book.rules.family(of: contact.intent)
        let window = book.rules.windowMicroseconds(ofFamily: family)
        let end = contact.at + TimeSpan(microseconds: window)
        guard contact.isFollowed, window > 0, end < table.coverage.to else { return }
        let next = Int(book.successor[index])
        complaints[failure][next >= 0 && book.role[next] == .recovery ? 1 : 0] += 1
        guard contact.isIdentified else { return }
        let left = table.churnedAt[contact.customer].map { $0 >= contact.at && $0 < end }
        churn[failure][left == true ? 1 : 0] += 1
    }

    /// Cells by family and then by name of channel.
    func cells() -> [ContactCell] {
        let families = book.rules.familyNames.indices.map { family in
            tallies.filter { $0.key.family == family }
                .map { (channel: table.dictionary.string($0.key.channel), tally: $0.value) }
                .sorted { $0.channel < $1.channel }
        }
        let failures = EmpiricalBayes.shares(parents: families.map { $0.map(\.tally.failures) })
        let handOvers = EmpiricalBayes.shares(parents: families.map { $0.map(\.tally.handOvers) })
        return families.indices.flatMap { family in
            families[family].indices.map { place in
                let (channel, tally) = families[family][place]
                return ContactCell(
                    family: book.rules.familyNames[family], channel: channel,
                    failures: failures[family][place], handOvers: handOvers[family][place],
                    handOverTargets: tally.targets.map {
                        HandOverTarget(
                            channel: $0.key.channel, team: $0.key.team, count: $0.value)
                    }.sorted {
                        (-$0.count, $0.channel, $0.team) < (-$1.count, $1.channel, $1.team)
                    },
                    returnChannels: tally.returns.map { CountedName(name: $0.key, count: $0.value) }
                        .sorted { (-$0.count, $0.name) < (-$1.count, $1.name) },
                    handle: FittedLaw(observations: tally.handles),
                    wait: FittedLaw(observations: tally.waits))
            }
        }
    }

    func patience() -> [PatienceLaw] {
        book.rules.familyNames.indices.map {
            PatienceLaw(
                family: book.rules.familyNames[$0], waits: patienceWaits[$0],
                abandoned: patienceEnds[$0])
        }
    }

    func consequences() -> [FailureConsequences] {
        let complaintShares = EmpiricalBayes.shares(parents: [complaints])[0]
        let churnShares = EmpiricalBayes.shares(parents: [churn])[0]
        return titles.indices.map {
            FailureConsequences(
                failure: titles[$0], complaints: complaintShares[$0], churn: churnShares[$0])
        }
    }
}
