// Who worked, in which team, how much of their time: from rosters where there are some, else
// inferred from who was busy when.

package import Events

/// One interaction's agent, beside the table: few views need it.
package struct AgentWork: Sendable {
    /// Index of the interaction.
    package var index: Int32
    package var agent: AgentID

    package init(index: Int32, agent: AgentID) {
        self.index = index
        self.agent = agent
    }
}

/// A planned shift, or one that did not take place.
package struct Shift: Hashable, Sendable {
    package var agent: AgentID
    package var team: TeamID
    package var from: Instant
    package var to: Instant
    /// The agent did not come.
    package var isAbsent: Bool

    package init(agent: AgentID, team: TeamID, from: Instant, to: Instant, isAbsent: Bool) {
        self.agent = agent
        self.team = team
        self.from = from
        self.to = to
        self.isAbsent = isAbsent
    }
}

/// One team. Times in microseconds.
package struct TeamFigures: Hashable, Sendable {
    package var team: TeamID
    package var agents = 0
    package var handled = 0
    /// Minutes of handling: those of an agent who serves two at once count twice.
    package var handling: Int64 = 0
    /// Time in which at least one interaction was under way, summed over agents.
    package var busy: Int64 = 0
    /// Shifts that took place, and planned time in which nobody came.
    package var rostered: Int64 = 0
    package var absent: Int64 = 0
    /// From an agent's first to their last moment of handling on each local day: presence where no
    /// roster says more.
    package var inferred: Int64 = 0
    /// Gini of handling over agents.
    package var gini: Double?

    package var isInferred: Bool { rostered == 0 }
    /// Busy over present time. Presence is the roster's, or inferred, which makes it too high.
    package var occupancy: Double? { share(busy, of: isInferred ? inferred : rostered) }
    /// Planned time without anybody over planned time.
    package var shrinkage: Double? { isInferred ? nil : share(absent, of: rostered + absent) }
    /// Interactions under way at once while at least one is.
    package var concurrency: Double? { share(handling, of: busy) }
    package var meanHandleSeconds: Double? {
        handled == 0 ? nil : Double(handling) / 1e6 / Double(handled)
    }
}

package struct WorkforceView: Sendable {
    /// Most handling first.
    package let teams: [TeamFigures]
    /// Handled interactions whose source names no agent.
    package let unnamed: Int

    private struct AgentDay: Hashable {
        var team: TeamID
        var agent: AgentID
        var day: Int
    }

    private struct Stretch {
        var from: Int64
        var to: Int64
    }

    /// - Parameter work: of interactions that people handled.
    /// - Complexity: O(n log n).
    package init(
        _ record: ViewRecord, _ selection: Selection, work: [AgentWork], shifts: [Shift]
    ) {
        let table = record.table
        var days: [AgentDay: [Stretch]] = [:]
        var teams: [TeamID: TeamFigures] = [:]
        var byAgent: [TeamID: [AgentID: Int64]] = [:]
        var unnamed = 0
        for item in work {
            let contact = table.contacts[Int(item.index)]
            guard selection.group(of: Int(item.index)) != nil, contact.isHandled,
                let handle = contact.handleMicroseconds
            else { continue }
            var figures = teams[contact.team] ?? TeamFigures(team: contact.team)
            figures.handled += 1
            figures.handling += handle
            teams[contact.team] = figures
            guard item.agent.isKnown else {
                unnamed += 1
                continue
            }
            byAgent[contact.team, default: [:]][item.agent, default: 0] += handle
            let start =
                contact.at.microseconds + max(0, contact.automation) + max(0, contact.wait)
            let key = AgentDay(team: contact.team, agent: item.agent, day: contact.localDay)
            days[key, default: []].append(Stretch(from: start, to: start + handle))
        }
        for (key, stretches) in days {
            let (busy, span) = WorkforceView.union(stretches)
            teams[key.team]?.busy += busy
            teams[key.team]?.inferred += span
        }
        for (team, agents) in byAgent {
            teams[team]?.agents = agents.count
            teams[team]?.gini = BurdenShape(Array(agents.values)).gini
        }
        for shift in shifts where shift.to > shift.from {
            guard teams[shift.team] != nil else { continue }
            let length = (shift.to - shift.from).microseconds
            if shift.isAbsent {
                teams[shift.team]?.absent += length
            } else {
                teams[shift.team]?.rostered += length
            }
        }
        self.unnamed = unnamed
        self.teams = teams.values.sorted {
            (-$0.handling, $0.team.symbol) < (-$1.handling, $1.team.symbol)
        }
    }

    /// Time that the stretches cover together, and from the first's begin to the last's end.
    private static func union(_ stretches: [Stretch]) -> (busy: Int64, span: Int64) {
        let sorted = stretches.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        var busy: Int64 = 0
        var end = Int64.min
        for stretch in sorted {
            busy += max(0, stretch.to - max(end, stretch.from))
            end = max(end, stretch.to)
        }
        return (busy, (sorted.first.map { end - $0.from }) ?? 0)
    }
}
