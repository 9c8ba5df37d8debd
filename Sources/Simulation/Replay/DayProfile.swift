// When a scenario's changes fall: by local day.

/// What is added up by day.
package enum DayFigure: Int, CaseIterable, Sendable {
    /// Inbound contacts, those that a failure brought about, and needs that end in silence.
    case contacts
    case reworkContacts
    case silentGiveUps
    /// Microseconds that people spent handling.
    case handleTime
    /// What payers are charged for contacts, work and each use of an automation, in thousandths of
    /// a minor unit: without an automation's fixed costs and the roster that is kept.
    case charges
    /// Contacts that people served, and the deciseconds that they took.
    case served
    case servedTime

    package static var count: Int { allCases.count }
}

/// Sums by day and figure, in memory that a thread keeps for all of its replications.
struct DayProfile: ~Copyable {
    private var sums: FixedBuffer<Int64>
    /// Local days since 1970; the first is a Monday.
    private let days: Range<Int>

    init(days: Range<Int>) {
        self.days = days
        sums = FixedBuffer(repeating: 0, count: days.count * DayFigure.count)
    }

    /// - Parameter day: local, in days since 1970.
    subscript(day: Int, figure: DayFigure) -> Int64 {
        get { sums[(day - days.lowerBound) * DayFigure.count + figure.rawValue] }
        set { sums[(day - days.lowerBound) * DayFigure.count + figure.rawValue] = newValue }
    }

    /// Adds a recorded contact once, or takes it away: `sign` is 1 or −1.
    mutating func add(
        _ contact: borrowing RecordedContact, isRework: Bool, isSilentEnd: Bool, on day: Int,
        sign: Int64
    ) {
        self[day, .handleTime] += sign * contact.handleTime
        guard contact.marks.contains(.inbound) else { return }
        self[day, .contacts] += sign
        if isRework { self[day, .reworkContacts] += sign }
        if isSilentEnd { self[day, .silentGiveUps] += sign }
    }

    /// The sums by week, figure after figure within each.
    func weeks() -> [Int64] {
        var weeks = [Int64](repeating: 0, count: days.count / 7 * DayFigure.count)
        for day in days {
            let week = (day - days.lowerBound) / 7
            for figure in DayFigure.allCases {
                weeks[week * DayFigure.count + figure.rawValue] += self[day, figure]
            }
        }
        return weeks
    }

    mutating func reset() { sums.fill(0) }
}

/// How long people took for one contact after another: what varies between contacts, however even
/// the days look.
struct EffortMoments: Hashable, Sendable {
    /// Contacts served, the deciseconds that they took, and the sum of their squares.
    var count: Int64 = 0
    var sum: Int64 = 0
    var squares: Int64 = 0

    static func deciseconds(_ microseconds: Int64) -> Int64 { microseconds / 100_000 }

    mutating func add(_ deciseconds: Int64, sign: Int64 = 1) {
        count += sign
        sum += sign * deciseconds
        squares += sign * deciseconds * deciseconds
    }

    /// Standard deviation (divisor n − 1) over mean; `nil` of fewer than two or of no time.
    var variation: Double? {
        guard count > 1, sum > 0 else { return nil }
        let (n, total) = (Double(count), Double(sum))
        let variance = max(0, (Double(squares) - total * total / n) / (n - 1))
        return variance.squareRoot() / (total / n)
    }
}
