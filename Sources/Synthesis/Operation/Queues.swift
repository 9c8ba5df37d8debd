// Teams at work: who waits, who is idle, first come first served.

/// One team's queue and its agents on duty.
struct TeamQueue {
    /// Who waits: the slot and the key of the contact; those who left are passed over.
    var waiting = Line<(slot: UInt32, key: UInt64)>()
    /// Who is free, the longest idle first, with the end of the shift that they came for.
    private var idle = Line<(agent: Int32, shiftEnd: Int32)>()

    mutating func arrive(_ agent: Int32, until shiftEnd: Int32) { idle.append((agent, shiftEnd)) }

    /// The longest idle agent who is still on duty.
    mutating func takeAgent(at time: Int) -> Int32? {
        while let next = idle.takeFirst() {
            if next.shiftEnd > time { return next.agent }
        }
        return nil
    }

    mutating func putBack(_ agent: Int32, until shiftEnd: Int32) {
        idle.putBack((agent, shiftEnd))
    }
}

/// What a contact met in the run that waits are frozen to.
struct MetWait {
    /// Seconds; where `isLeft`, the customer left after them whatever the patience.
    var seconds: Int32
    var agent: Int32
    var isLeft: Bool

    /// Longer than any period.
    static let endless: Int32 = 1 << 29
}

/// The waits of a whole run, to be met again.
struct FrozenWaits {
    private var met: [UInt64: MetWait] = [:]
    /// By team and quarter hour: the last wait that was met, for contacts that are new.
    private var last: [[MetWait?]]

    init(quarters: Int) {
        last = [[MetWait?]](
            repeating: [MetWait?](repeating: nil, count: quarters + 1),
            count: ServiceTeam.allCases.count)
    }

    mutating func note(_ key: UInt64, _ wait: MetWait, team: ServiceTeam, joined: Int) {
        met[key] = wait
        guard !wait.isLeft else { return }
        last[Int(team.rawValue)][joined / OperationClock.quarter] = wait
    }

    /// Notes a contact that still waited when the period was over.
    mutating func noteEndless(_ key: UInt64) {
        met[key] = MetWait(seconds: MetWait.endless, agent: 0, isLeft: false)
    }

    /// The wait that the contact met; a contact of this world only meets the last one that
    /// anybody met in the same quarter hour or before.
    func wait(_ key: UInt64, team: ServiceTeam, joined: Int) -> MetWait {
        if let wait = met[key] { return wait }
        var quarter = joined / OperationClock.quarter
        let ofTeam = last[Int(team.rawValue)]
        while quarter > 0, ofTeam[quarter] == nil { quarter -= 1 }
        return ofTeam[quarter] ?? MetWait(seconds: 0, agent: 0, isLeft: false)
    }
}
