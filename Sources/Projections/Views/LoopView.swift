// Customers who go round in circles: one automated session after the other for the same need, and
// nobody who takes it.

import Events

/// Sessions of automation in one group.
package struct LoopFigures: Hashable, Sendable {
    package var sessions = 0
    /// Sessions whose return can be seen and whose window is complete, as in containment.
    package var base = 0
    /// Of the base: part of a loop.
    package var looped = 0
    /// Sessions of which their source states how often they came to one state, and those of them
    /// that came to one ``LoopView/length`` times or more.
    package var stated = 0
    package var statedLoops = 0

    package init() {}

    package var loopRate: Double? { share(looped, of: base) }
    package var statedLoopRate: Double? { share(statedLoops, of: stated) }
}

/// Loops by group.
package struct LoopView: Sendable {
    /// So many attempts in a row make a loop.
    package static let length = 3

    package private(set) var groups: [LoopFigures]
    package private(set) var total = LoopFigures()
    /// Loops whose first attempt is in the selection, and the most attempts that one of them has.
    package private(set) var loops = 0
    package private(set) var longest = 0

    /// An attempt is a visit with a leg of automation and none that a person served. Attempts of
    /// one journey are in a row where no visit that a person served is between them, and none of
    /// them but the last ended with automation closing it. The log has sessions, not the states of
    /// a bot; those it has where a source states them.
    /// - Complexity: O(n).
    package init(_ record: ViewRecord, _ selection: Selection, marks: ContactMarks) {
        groups = [LoopFigures](repeating: LoopFigures(), count: selection.count)
        let runs = AttemptRuns(record)
        for run in runs.runs
        where run.count >= LoopView.length && selection.group(of: Int(run.first)) != nil {
            loops += 1
            longest = max(longest, Int(run.count))
        }
        for (index, contact) in record.table.contacts.enumerated()
        where contact.isInbound && contact.isAutomated {
            guard let group = selection.group(of: index) else { continue }
            let first = Int(record.visits.firstLeg[index])
            var one = LoopFigures()
            one.sessions = 1
            switch record.sight(afterVisit: first) {
            case .unseen, .censored: break
            case .followed, .notFollowed:
                one.base = 1
                one.looped = runs.length(ofVisit: first) >= LoopView.length ? 1 : 0
            }
            if let repeats = marks.stateRepeats[Int32(index)] {
                one.stated = 1
                one.statedLoops = repeats >= Int64(LoopView.length) ? 1 : 0
            }
            groups[group].add(one)
            total.add(one)
        }
    }
}

extension LoopFigures {
    fileprivate mutating func add(_ one: LoopFigures) {
        sessions += one.sessions
        base += one.base
        looped += one.looped
        stated += one.stated
        statedLoops += one.statedLoops
    }
}

/// Attempts in a row.
private struct AttemptRuns {
    struct Run {
        var first: Int32
        var count: Int32
    }

    private(set) var runs: [Run] = []
    /// By first leg of a visit: its run, or -1.
    private var runOf: [Int32]

    init(_ record: ViewRecord) {
        let touch = AutomationTouch(record)
        runOf = [Int32](repeating: -1, count: record.table.contacts.count)
        var current = [Int32](repeating: -1, count: record.book.journeys.count)
        for first in record.visits.starts {
            let journey = Int(record.book.journeyOf[first])
            if record.visits.isServed[first] {
                current[journey] = -1
            } else if touch.isTouched[first] {
                if current[journey] < 0 {
                    current[journey] = Int32(runs.count)
                    runs.append(Run(first: Int32(first), count: 0))
                }
                runOf[first] = current[journey]
                runs[Int(current[journey])].count += 1
                if touch.isClosed[first] { current[journey] = -1 }
            }
        }
    }

    /// The attempts of the run that a visit is part of; 0 for none.
    func length(ofVisit first: Int) -> Int {
        runOf[first] < 0 ? 0 : Int(runs[Int(runOf[first])].count)
    }
}
