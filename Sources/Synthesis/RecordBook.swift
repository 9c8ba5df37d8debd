// From what happened to what the bank's computers wrote down: ids that were not recorded, clocks
// that disagree, names that are missing, a few spoilt rows. The flaws are those of the real files,
// stated in the truth, so that a reader's findings can be counted against them.

import Events

/// All records of a run, and what they hold.
struct RecordBook {
    /// The calls of one calendar month, a contiguous part of all.
    struct Month {
        let fileName: String
        let calls: Range<Int>
    }

    /// How one call is written down, where that differs from what happened.
    struct Flaws {
        enum Identity { case unrecorded, plain, spoilt }
        var identity = Identity.unrecorded
        /// Seconds by which the agent's clock is behind the queue's.
        var agentClockLag = 0
        /// Seconds by which the recorded entry is after the exit from the voice response.
        var entryAfterExit = 0
        var isNameless = false
        var isDirty = false
    }

    let months: [Month]
    let flaws: [Flaws]
    let counts: SyntheticBank.Counts
    private let from: CivilDate
    private let centre: CallCentre

    static let header =
        "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\t"
        + "q_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\n"

    init(settings: SyntheticBank.Settings, centre: CallCentre) {
        self.centre = centre
        from = settings.from
        var generator = SeededGenerator(seed: settings.seed, purpose: .records)
        months = RecordBook.months(settings: settings, calls: centre.calls)
        var flaws: [Flaws] = []
        flaws.reserveCapacity(centre.calls.count)
        for call in centre.calls {
            flaws.append(RecordBook.flaws(of: call, centre.population, &generator))
        }
        let last = months.last(where: { !$0.calls.isEmpty })?.calls ?? 0..<0
        var dirtyRowsLeft = min(BankParameters.dirtyRows, last.count)
        while dirtyRowsLeft > 0 {
            let index = last.lowerBound + generator.below(last.count)
            if flaws[index].isDirty { continue }
            flaws[index].isDirty = true
            dirtyRowsLeft -= 1
        }
        self.flaws = flaws
        counts = RecordBook.count(centre.calls, flaws)
    }

    /// The months of the period. Where it has more than twelve, the names carry the year.
    private static func months(
        settings: SyntheticBank.Settings, calls: [Call]
    ) -> [Month] {
        let lastDay = CivilDate(dayNumber: settings.to.dayNumber - 1)
        let first = settings.from.year * 12 + settings.from.month - 1
        let last = lastDay.year * 12 + lastDay.month - 1
        var result: [Month] = []
        var next = 0
        for month in first...last {
            let start = next
            while next < calls.count {
                let day = settings.from.dayNumber + calls[next].entry / 86_400
                let date = CivilDate(dayNumber: day)
                guard date.year * 12 + date.month - 1 == month else { break }
                next += 1
            }
            let year = last - first >= 12 ? "-\(month / 12)" : ""
            let name = monthNames[month % 12] + year + ".txt"
            result.append(Month(fileName: name, calls: start..<next))
        }
        precondition(next == calls.count, "\(calls.count - next) calls lie after the last month")
        return result
    }

    private static func flaws(
        of call: Call, _ population: Population, _ generator: inout SeededGenerator
    ) -> Flaws {
        var flaws = Flaws()
        let share =
            call.queueExit != nil
            ? BankParameters.recordedWhenQueued : BankParameters.recordedWhenNotQueued
        let isRecorded = generator.happens(perMille: share)
        let isSpoilt = generator.below(10_000) < BankParameters.spoiltPerTenThousand
        if isRecorded, !population.isProspect(call.person), call.intent != .internet {
            flaws.identity = isSpoilt ? .spoilt : .plain
        }
        flaws.agentClockLag = generator.index(weights: [10, 80, 10])
        let isLate =
            generator.below(10_000) < BankParameters.negativeVoiceResponsePerTenThousand
        let after = call.voiceExit + generator.within(1...75)
        // Neither the order of a person's calls nor their dates may change by it.
        if isLate, call.cause == nil, after <= call.end, after / 86_400 == call.entry / 86_400 {
            flaws.entryAfterExit = after - call.voiceExit
        }
        let isNameless = generator.happens(perMille: BankParameters.namelessShortService)
        flaws.isNameless = call.ending == .cutShort && isNameless
        return flaws
    }

    private static func count(_ calls: [Call], _ flaws: [Flaws]) -> SyntheticBank.Counts {
        var counts = SyntheticBank.Counts()
        counts.rows = calls.count
        for (call, flaw) in zip(calls, flaws) {
            guard !flaw.isDirty else {
                counts.dirtyRows += 1
                continue
            }
            if flaw.entryAfterExit > 0 { counts.negativeVoiceResponseRows += 1 }
            if flaw.identity == .unrecorded { counts.unrecordedCustomerRows += 1 }
            if flaw.identity == .spoilt { counts.spoiltCustomerRows += 1 }
            let lag = call.serviceStart == nil ? 0 : flaw.agentClockLag
            if (call.end - lag) / 86_400 > call.entry / 86_400 { counts.midnightRows += 1 }
            switch call.ending {
            case .phantom: counts.phantomRows += 1
            case .served, .cutShort: counts.agentRows += 1
            case .abandoned, .leftInVoiceResponse: counts.hangRows += 1
            case .inProgress: preconditionFailure("a call is in progress after the end")
            }
            if call.queueExit != nil, call.ending != .phantom { counts.queuedRows += 1 }
            if call.ending == .abandoned { counts.abandonedRows += 1 }
        }
        return counts
    }

    /// `990101`.
    private func date(of call: Call) -> String {
        let date = CivilDate(dayNumber: from.dayNumber + call.entry / 86_400)
        return twoDigits(date.year % 100) + twoDigits(date.month) + twoDigits(date.day)
    }

    /// What makes a record unique: its date, its line and its number on the line.
    func eventID(_ index: Int) -> String {
        let call = centre.calls[index]
        return date(of: call) + "/" + TelephoneLines.name(call.line) + "/\(call.number)"
    }

    /// One file: the header, then the rows by line and in the order of the calls.
    func text(of month: Month) -> [UInt8] {
        var bytes = Array(RecordBook.header.utf8)
        bytes.reserveCapacity(month.calls.count * 112)
        let order = month.calls.sorted { left, right in
            let lines = (centre.calls[left].line, centre.calls[right].line)
            return lines.0 == lines.1 ? left < right : lines.0 < lines.1
        }
        for index in order { appendRow(index, to: &bytes) }
        return bytes
    }

    private func appendRow(_ index: Int, to bytes: inout [UInt8]) {
        let call = centre.calls[index]
        let flaw = flaws[index]
        let person = centre.population
        let entry = flaw.entryAfterExit > 0 ? call.voiceExit + flaw.entryAfterExit : call.entry
        let priority = flaw.identity == .plain ? person.priority(call.person) : 0
        bytes.append(contentsOf: TelephoneLines.name(call.line).utf8)
        field("\(call.number)", &bytes)
        field(identity(call, flaw), &bytes)
        field("\(priority)", &bytes)
        if flaw.isDirty {
            bytes.append(contentsOf: "       \(call.intent.code)".utf8)
        } else {
            field(call.intent.code, &bytes)
        }
        field(date(of: call), &bytes)
        interval(from: entry, to: call.voiceExit, &bytes)
        if let exit = call.queueExit {
            interval(from: call.voiceExit, to: exit, &bytes)
        } else {
            noInterval(&bytes)
        }
        field(outcome(call), &bytes)
        if let start = call.serviceStart {
            let shown = start - flaw.agentClockLag
            interval(from: shown, to: shown + call.serviceSeconds, &bytes)
        } else {
            noInterval(&bytes)
        }
        field(server(call, flaw), &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private func identity(_ call: Call, _ flaw: Flaws) -> String {
        let number = centre.population.number(call.person)
        switch flaw.identity {
        case .unrecorded: return "0"
        case .plain: return "\(number)"
        case .spoilt:
            let digits = Array("\(number)")
            let exponent = twoDigits(digits.count - 1)
            return "\(digits[0]).\(digits[1])\(digits[2])E+\(exponent)"
        }
    }

    private func outcome(_ call: Call) -> String {
        switch call.ending {
        case .served, .cutShort: "AGENT"
        case .phantom: "PHANTOM"
        case .abandoned, .leftInVoiceResponse, .inProgress: "HANG"
        }
    }

    private func server(_ call: Call, _ flaw: Flaws) -> String {
        guard call.serviceStart != nil, call.ending != .phantom, !flaw.isNameless else {
            return "NO_SERVER"
        }
        let names = RecordBook.agentNames
        let name = names[call.agent % names.count]
        return call.agent < names.count ? name : name + "\(call.agent / names.count + 1)"
    }

    private func field(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\t"))
        bytes.append(contentsOf: text.utf8)
    }

    private func interval(from start: Int, to end: Int, _ bytes: inout [UInt8]) {
        field(timeOfDay(start), &bytes)
        field(timeOfDay(end), &bytes)
        field("\(end - start)", &bytes)
    }

    private func noInterval(_ bytes: inout [UInt8]) {
        field("0:00:00\t0:00:00\t0", &bytes)
    }

    /// `7:05:09`: the hour has no leading zero.
    private func timeOfDay(_ time: Int) -> String {
        let seconds = time % 86_400
        let minutes = twoDigits(seconds / 60 % 60)
        return "\(seconds / 3_600):" + minutes + ":" + twoDigits(seconds % 60)
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december",
    ]

    private static let agentNames = [
        "ADA", "BORIS", "CLARA", "DOV", "ESTHER", "FELIX", "GITA", "HUGO", "IRIS", "JONAH",
        "KIRA", "LEON", "MAYA", "NOAM", "ODED", "PAULA", "RAFI", "SARAH", "TOMER", "URI", "VERA",
        "WANDA", "YAEL", "ZEEV",
    ]
}
