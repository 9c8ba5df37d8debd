// Which day, customer and effort a contact counts in, in either world.

extension ReplayScratch {
    /// Takes a recorded contact of the cohort out.
    mutating func take(_ contact: borrowing RecordedContact, isRework: Bool, isSilentEnd: Bool) {
        let day = Int(contact.day)
        profile.add(contact, isRework: isRework, isSilentEnd: isSilentEnd, on: day, sign: -1)
        guard contact.marks.contains(.inbound) else { return }
        customers[Int(contact.customer) + 1].contacts -= 1
        guard contact.isServed else { return }
        serve(EffortMoments.deciseconds(contact.handleTime), on: day, sign: -1)
    }

    /// Puts it into the scenario's world, as it happens there.
    mutating func give(
        _ contact: borrowing RecordedContact, _ state: ContactState, isRework: Bool,
        isSilentEnd: Bool,
        on day: Int
    ) {
        profile.add(contact, isRework: isRework, isSilentEnd: isSilentEnd, on: day, sign: 1)
        profile[day, .handleTime] += state.handleChange
        guard contact.marks.contains(.inbound) else { return }
        customers[Int(contact.customer) + 1].contacts += 1
        guard contact.isServed else { return }
        let time = contact.handleTime + state.handleChange + state.addedHandling
        serve(EffortMoments.deciseconds(time), on: day, sign: 1)
    }

    /// A contact that the record does not hold; its handling is added where it is charged.
    mutating func create(
        _ parent: borrowing RecordedContact, handle: Int64, isRework: Bool, on day: Int
    ) {
        profile[day, .contacts] += 1
        if isRework { profile[day, .reworkContacts] += 1 }
        customers[Int(parent.customer) + 1].contacts += 1
        serve(EffortMoments.deciseconds(handle), on: day, sign: 1)
    }

    private mutating func serve(_ deciseconds: Int64, on day: Int, sign: Int64) {
        profile[day, .served] += sign
        profile[day, .servedTime] += sign * deciseconds
        effort.add(deciseconds, sign: sign)
    }
}

extension SegmentTotals {
    mutating func add(_ customer: ReplayScratch.CustomerState) {
        reached += 1
        if customer.isWorseOff { worseOff += 1 }
        if customer.isBetterOff { betterOff += 1 }
        cash += customer.booked
        time += customer.time
    }
}
