// The part an interaction plays in its journey, and what kind of edge leads to the one that
// brought it about.

import Events

/// The part an interaction plays in its journey.
package enum Role: UInt8, CaseIterable, Sendable {
    case first
    /// The hand-over under way: transferred there by the one before.
    case continuation
    /// Handed to a higher tier by the one before.
    case escalation
    /// Back because something named failed.
    case rework
    /// Back, with no failure known.
    case `repeat`
    /// Planned by the organisation: work behind the scenes, a message that it sent.
    case followUp
    /// A complaint, or work on one, on redress, on goodwill.
    case recovery

    /// As tables and other programs see it.
    package var name: String { self == .followUp ? "follow-up" : "\(self)" }
}

/// Why an interaction came about.
package enum Edge: Sendable {
    /// Nothing before it brought it about: it is caused and paid by itself.
    case none
    /// The named failure of the one before.
    case failure
    /// The service itself, begun by the one before and still under way: a hand-over, planned work.
    case fulfilment
}

extension Role {
    /// - Parameters:
    ///   - contact: the later of the two.
    ///   - earlier: what it is linked to.
    ///   - failure: the named failure of `earlier`, 0 for none.
    ///   - handOff: in microseconds.
    init(of contact: Contact, after earlier: Contact, failure: UInt8, handOff: Int64) {
        switch contact.kind {
        case .recovery, .complaint:
            self = .recovery
        case .rework:
            self = .rework
        case .task:
            self = .followUp
        case .contact:
            guard contact.isInbound else {
                self = .followUp
                return
            }
            let gap = contact.at.microseconds - earlier.endMicroseconds
            switch earlier.outcome {
            case .transferred where gap <= handOff: self = .continuation
            case .escalated where gap <= handOff: self = .escalation
            default: self = failure == 0 ? .repeat : .rework
            }
        }
    }

    /// The edge to what an interaction of this role is linked to.
    /// - Parameter failure: the named failure of that one, 0 for none.
    @inline(__always)
    func edge(failure: UInt8) -> Edge {
        switch self {
        case .first, .repeat: .none
        case .continuation, .followUp: .fulfilment
        // A complaint is the failure of a contact only where a rule names that contact's failure.
        case .recovery: failure == 0 ? .none : .failure
        // The source's own word, or the hand-over of a contact in which nothing failed.
        case .rework, .escalation: failure == 0 ? .fulfilment : .failure
        }
    }

    /// Whether the customer came back on their own.
    package var isReturn: Bool { self == .rework || self == .repeat }
}

extension Contact {
    /// When it was over: arrival and every stated time, in microseconds.
    var endMicroseconds: Int64 { at.microseconds + spanMicroseconds }
}
