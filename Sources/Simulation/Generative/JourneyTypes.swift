// What the generative mode tells contacts apart by.

package import Events
package import Projections

/// A channel and a kind of interaction in it. Whether the record can follow what comes after is
/// part of it: where it cannot, other contacts are seen (at the bank hardly any that waited).
package struct JourneyPlace: Hashable, Sendable {
    package var channel: Symbol
    package var kind: ContactKind
    package var isInbound: Bool
    package var isFollowed: Bool
    /// Of work, and of what the organisation sends: how what it goes on with ended. Steps of work
    /// follow an order; customers come with a need.
    package var after: Outcome?

    init(_ contact: Contact, after earlier: Contact?) {
        after = contact.isInbound ? nil : earlier?.outcome
        channel = contact.channel.symbol
        kind = contact.kind
        isInbound = contact.isInbound
        isFollowed = contact.isFollowed
    }

    /// What every contact there is.
    var marks: StepMarks {
        var marks: StepMarks = []
        if isInbound { marks.insert(.inbound) }
        if isFollowed { marks.insert(.followed) }
        return marks
    }
}

/// How a contact ends.
struct JourneyEndKind: Hashable, Sendable {
    var outcome: Outcome
    /// As in `JourneyBook.failure`, without what only a return shows.
    var failure: UInt8
    var isServed: Bool
    /// People's minutes are known.
    var isHandled: Bool

    init(_ contact: Contact, failure: UInt8) {
        outcome = contact.outcome
        self.failure = failure
        isServed = contact.isServed
        isHandled = contact.isHandled && contact.handleMicroseconds != nil
    }
}

/// What comes next, as it was recorded.
struct JourneyMoveKey: Hashable, Sendable {
    var place: Int
    /// Of these what a move says.
    var marks: UInt8
}

/// A way in which a contact takes place: without a queue, served from one, given up in one.
enum JourneyRoute: Int, CaseIterable {
    case unqueued, served, abandoned

    init(_ contact: Contact) {
        let isAbandoned = contact.outcome == .abandoned
        guard contact.isInbound, contact.wait >= 0, contact.isServed || isAbandoned else {
            self = .unqueued
            return
        }
        self = isAbandoned ? .abandoned : .served
    }
}

/// Places, families and activities of a whole log as dense numbers: the same for the part that is
/// fitted and the part that is predicted.
package struct JourneyIndex: Sendable {
    package private(set) var places: [JourneyPlace] = []
    /// What a contact is in a sequence of steps: its channel and its outcome.
    package private(set) var activityNames: [String] = []
    package let familyNames: [String]
    private let rules: ResolvedLinkRules
    private var placeNumbers: [JourneyPlace: Int] = [:]
    private var activityNumbers: [Activity: Int32] = [:]

    private struct Activity: Hashable {
        var channel: Symbol
        var outcome: Outcome
    }

    /// - Complexity: O(contacts).
    package init(_ table: ContactTable, book: JourneyBook) {
        rules = book.rules
        familyNames = book.rules.familyNames
        for (number, contact) in table.contacts.enumerated() {
            let before = Int(book.predecessor[number])
            let place = JourneyPlace(
                contact, after: before < 0 ? nil : table.contacts[before])
            if placeNumbers[place] == nil {
                placeNumbers[place] = places.count
                places.append(place)
            }
            let activity = Activity(channel: place.channel, outcome: contact.outcome)
            if activityNumbers[activity] == nil {
                activityNumbers[activity] = Int32(activityNames.count)
                activityNames.append(
                    "\(table.dictionary.string(place.channel)), \(contact.outcome.name)")
            }
        }
    }

    /// What no recorded contact is.
    static let noActivity: Int32 = -2

    var cellCount: Int { familyNames.count * places.count }

    func place(_ contact: Contact, after earlier: Contact?) -> Int {
        placeNumbers[JourneyPlace(contact, after: earlier)] ?? 0
    }

    func family(_ contact: Contact) -> Int { rules.family(of: contact.intent) }

    /// The cell of a contact with which a need begins.
    func cell(_ contact: Contact) -> Int32 {
        cell(family: family(contact), place: place(contact, after: nil))
    }

    func cell(family: Int, place: Int) -> Int32 { Int32(family * places.count + place) }

    func family(ofCell cell: Int32) -> Int { Int(cell) / places.count }

    func activity(channel: Symbol, outcome: Outcome) -> Int32 {
        activityNumbers[Activity(channel: channel, outcome: outcome)] ?? 0
    }

    package func activity(_ contact: Contact) -> Int32 {
        activity(channel: contact.channel.symbol, outcome: contact.outcome)
    }
}
