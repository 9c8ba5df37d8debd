// The texts that rows are made of, looked up and not made: names, and the days of the period.

import Events

/// What every row of a run needs, shared by all its pieces.
struct ExportTexts {
    let clock: OperationClock
    let intents: [[UInt8]]
    let segments: [[UInt8]]
    let teams: [[UInt8]]
    let reasons: [[UInt8]]
    let files: [[UInt8]]
    let faults: [[UInt8]]
    /// `2025-01-01` and `01/01/2025` by day after the first.
    private let isoDays: [[UInt8]]
    private let britishDays: [[UInt8]]
    let lastDay: Int

    init(plan: OperationPlan) {
        clock = plan.clock
        func words(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
        intents = words(OperationIntent.allCases.map(\.name))
        segments = words(OperationSegment.allCases.map(\.name))
        teams = words(ServiceTeam.allCases.map(\.name))
        reasons = words(CauseReason.allCases.map(\.name))
        files = words(ExportFile.allCases.map(\.fileName))
        faults = words(RowFault.allCases.map(\.name))
        // Surveys are answered, and late clocks show, a little beyond the period.
        let days = clock.to.dayNumber - clock.from.dayNumber + 3
        var iso: [[UInt8]] = []
        var british: [[UInt8]] = []
        for day in -2..<days {
            let date = CivilDate(dayNumber: clock.from.dayNumber + day)
            iso.append(Array("\(date)".utf8))
            let text =
                zeroPadded(date.day, width: 2) + "/" + zeroPadded(date.month, width: 2) + "/"
                + zeroPadded(date.year, width: 4)
            british.append(Array(text.utf8))
        }
        isoDays = iso
        britishDays = british
        lastDay = days - 1
    }

    private func day(_ local: Int) -> Int { (local + 2 * 86_400) / 86_400 }

    /// `2025-01-06T09:12:33+00:00`, local time with its offset.
    func addISO(_ second: Int, to text: inout ByteText) {
        let offset = clock.offset(second)
        addISO(local: clock.local(second), to: &text)
        text.add(byte: UInt8(ascii: "+"))
        text.addTwo(offset / 3_600)
        text.add(byte: UInt8(ascii: ":"))
        text.addTwo(0)
    }

    /// `2025-01-06T09:12:33Z`.
    func addUTC(_ second: Int, to text: inout ByteText) {
        addISO(local: second + clock.base - clock.from.dayNumber * 86_400, to: &text)
        text.add(byte: UInt8(ascii: "Z"))
    }

    private func addISO(local: Int, to text: inout ByteText) {
        text.add(isoDays[day(local)])
        text.add(byte: UInt8(ascii: "T"))
        let ofDay = (local + 2 * 86_400) % 86_400
        text.addTwo(ofDay / 3_600)
        text.add(byte: UInt8(ascii: ":"))
        text.addTwo(ofDay / 60 % 60)
        text.add(byte: UInt8(ascii: ":"))
        text.addTwo(ofDay % 60)
    }

    /// `06/01/2025 09:12:33`, local time; without seconds where they are not wanted.
    func addBritish(_ second: Int, hasSeconds: Bool = true, to text: inout ByteText) {
        let local = clock.local(second)
        text.add(britishDays[day(local)])
        text.add(byte: UInt8(ascii: " "))
        let ofDay = (local + 2 * 86_400) % 86_400
        text.addTwo(ofDay / 3_600)
        text.add(byte: UInt8(ascii: ":"))
        text.addTwo(ofDay / 60 % 60)
        guard hasSeconds else { return }
        text.add(byte: UInt8(ascii: ":"))
        text.addTwo(ofDay % 60)
    }

    func addDay(_ second: Int, to text: inout ByteText) {
        text.add(isoDays[day(clock.local(second))])
    }
}
