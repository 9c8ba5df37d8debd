// Fitting the laws of journeys to the earlier part of a log: counts first, then shares that are
// shrunk where they are thin.

import Events
package import Modeling
package import Projections

/// A part of a log with what was made of it alone.
package struct JourneyHistory: Sendable {
    package var table: ContactTable
    package var book: JourneyBook
    package var charges: Charges
    package var model: Model

    package init(table: ContactTable, book: JourneyBook, charges: Charges, model: Model) {
        self.table = table
        self.book = book
        self.charges = charges
        self.model = model
    }
}

/// What one pass over the contacts counts.
struct JourneyFit {
    /// One place.
    struct PlaceCounts {
        /// By family, by route.
        var routes: [[Int]]
        var ends: [JourneyEndKind: EndCounts] = [:]
        /// By family.
        var waits: [[QueuedContact]]
        /// By family: waits of who left and of who was served.
        var left: [[Int64]]
        var stayed: [[Int64]]
        var handleMicroseconds: [Int64]
        var handleCharges: [Int64]
    }

    /// A contact that waited, or was served without a wait.
    struct QueuedContact {
        /// Of the local week, from 0.
        var hour: Int
        var wait: Int64
        var isAbandoned: Bool
    }

    struct EndCounts {
        /// By family, by route.
        var routes: [[Int]]
        var handles: [[Int64]]
        var fixed: Int64 = 0
        /// Moves by the organisation by key, by family in millionths; none where nothing came.
        var moves: [JourneyMoveKey: [Int64]] = [:]
        var nothing: [Int64]
        var gaps: [JourneyMoveKey: [Int64]] = [:]
        /// Returns by key in millionths.
        var returns: [JourneyMoveKey: Int64] = [:]
    }

    /// Sums of one week of what is known of waits and handle times.
    struct WeekSums {
        var waits: Int64 = 0
        var waited: Int64 = 0
        var handles: Int64 = 0
        var handled: Int64 = 0
    }

    let index: JourneyIndex
    let history: JourneyHistory
    var places: [PlaceCounts]
    /// Whole weeks back from the end.
    var weeks: [WeekSums]

    /// - Complexity: O(contacts).
    init(_ history: JourneyHistory, index: JourneyIndex) {
        self.history = history
        self.index = index
        let families = index.familyNames.count
        let zeros = [Int64](repeating: 0, count: families)
        let empty = PlaceCounts(
            routes: JourneyFit.routeZeros(families), waits: zeros.map { _ in [] },
            left: zeros.map { _ in [] },
            stayed: zeros.map { _ in [] }, handleMicroseconds: zeros, handleCharges: zeros)
        places = [PlaceCounts](repeating: empty, count: index.places.count)
        let coverage = history.table.coverage
        let span = (coverage.to - coverage.from).microseconds
        weeks = [WeekSums](
            repeating: WeekSums(), count: Int(span / JourneyChain.weekMicroseconds))
        for number in history.table.contacts.indices { count(number) }
    }

    private static func routeZeros(_ families: Int) -> [[Int]] {
        [[Int]](
            repeating: [Int](repeating: 0, count: JourneyRoute.allCases.count), count: families)
    }

    private mutating func count(_ number: Int) {
        let contact = history.table.contacts[number]
        let before = Int(history.book.predecessor[number])
        let place = index.place(
            contact, after: before < 0 ? nil : history.table.contacts[before])
        let family = index.family(contact)
        let route = JourneyRoute(contact)
        places[place].routes[family][route.rawValue] += 1
        if route != .unqueued {
            let hours = contact.at.microseconds / 3_600_000_000 + Int64(contact.offsetMinutes) / 60
            places[place].waits[family].append(
                QueuedContact(
                    hour: Int((hours + 72) % 168), wait: contact.wait,
                    isAbandoned: route == .abandoned))
            if route == .abandoned {
                places[place].left[family].append(contact.wait)
            } else {
                places[place].stayed[family].append(contact.wait)
            }
        }
        countWeek(contact, route)
        let failure = history.book.rules.stated(history.book.failure[number])
        let kind = JourneyEndKind(contact, failure: failure)
        let families = index.familyNames.count
        var end =
            places[place].ends[kind]
            ?? EndCounts(
                routes: JourneyFit.routeZeros(families),
                handles: [[Int64]](repeating: [], count: families),
                nothing: [Int64](repeating: 0, count: families))
        places[place].ends[kind] = nil
        end.routes[family][route.rawValue] += 1
        for charge in history.charges.of(number) {
            if charge.activity == .handle {
                places[place].handleCharges[family] += charge.amount.thousandths
                places[place].handleMicroseconds[family] += contact.handleMicroseconds ?? 0
            } else {
                end.fixed += charge.amount.thousandths
            }
        }
        if kind.isHandled { end.handles[family].append(contact.handleMicroseconds ?? 0) }
        countNext(number, contact, family: family, &end)
        places[place].ends[kind] = end
    }

    private mutating func countWeek(_ contact: Contact, _ route: JourneyRoute) {
        let before = (history.table.coverage.to - contact.at).microseconds
        let week = Int((before - 1) / JourneyChain.weekMicroseconds)
        guard week < weeks.count else { return }
        if route != .unqueued {
            weeks[week].waits += contact.wait
            weeks[week].waited += 1
        }
        if contact.isHandled, let handle = contact.handleMicroseconds {
            weeks[week].handles += handle
            weeks[week].handled += 1
        }
    }

    /// By whole week: its means over those of all weeks.
    var weekEffects: [WeekEffect] {
        func mean(_ sum: Int64, _ count: Int64) -> Double? {
            sum > 0 && count > 0 ? Double(sum) / Double(count) : nil
        }
        let waits = mean(weeks.reduce(0) { $0 + $1.waits }, weeks.reduce(0) { $0 + $1.waited })
        let handles = mean(
            weeks.reduce(0) { $0 + $1.handles }, weeks.reduce(0) { $0 + $1.handled })
        return weeks.filter { $0.waited + $0.handled > 0 }.map { week in
            var effect = WeekEffect.none
            if let waits, let own = mean(week.waits, week.waited) { effect.wait = own / waits }
            if let handles, let own = mean(week.handles, week.handled) {
                effect.handle = own / handles
            }
            return effect
        }
    }

    /// What came next, where the window to see it is complete.
    private func countNext(
        _ number: Int, _ contact: Contact, family: Int, _ end: inout EndCounts
    ) {
        let book = history.book
        let window = book.rules.windowMicroseconds(
            ofFamily: book.rules.family(of: contact.intent))
        guard contact.isFollowed,
            contact.at + TimeSpan(microseconds: window) < history.table.coverage.to
        else { return }
        let next = Int(book.successor[number])
        guard next >= 0 else {
            end.nothing[family] += 1_000_000
            return
        }
        let later = history.table.contacts[next]
        let isBack = book.role[next].isReturn && later.isInbound
        var marks: StepMarks = isBack ? [.back] : []
        if book.edge(of: next) == .failure { marks.insert(.caused) }
        if book.role[next] == .escalation { marks.insert(.escalation) }
        let key = JourneyMoveKey(place: index.place(later, after: contact), marks: marks.rawValue)
        let share = Int64(book.probability[next])
        if isBack, contact.isInbound {
            end.nothing[family] += 1_000_000
            end.returns[key, default: 0] += share
            return
        }
        let zeros = [Int64](repeating: 0, count: index.familyNames.count)
        end.moves[key, default: zeros][family] += share
        end.nothing[family] += 1_000_000 - share
        end.gaps[key, default: []].append((later.at - contact.at).microseconds)
    }
}
