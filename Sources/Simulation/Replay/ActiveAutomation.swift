// One automation in one replication: its drawn values, what they come to, and whether it is
// released badly this time.

import Modeling
import Randomness

/// It cannot be copied: the loop over contacts borrows it, for it is large, and counting references
/// to it took a seventh of a replay.
struct ActiveAutomation: ~Copyable {
    let table: AutomationTable
    let drawn: ActiveValues
    /// The same chance for everybody: days on which a bad release is in use, none where the last is
    /// before the first, and how much of its good it takes away.
    let firstBadDay: Int64
    let lastBadDay: Int64
    let badSeverity: Double
    /// Φ⁻¹ of a step's stated success, and the weights of difficulty and of luck in it.
    let successThreshold: Double
    let strength: Double
    let luckWeight: Double
    let observedWeight: Double
    let unobservedWeight: Double

    init(_ table: AutomationTable, _ drawn: DrawnAutomation, draws: Draws) {
        let drawn = ActiveValues(drawn)
        self.table = table
        let resolved = drawn.resolved
        successThreshold =
            resolved <= 0
            ? -.infinity : resolved >= 1 ? .infinity : ExactMath.inverseNormal(resolved)
        strength = drawn.value(.selectionStrength, otherwise: 0)
        luckWeight = (1 - strength * strength).squareRoot()
        let reliability = drawn.value(.reliability, otherwise: 1)
        observedWeight = reliability.squareRoot()
        unobservedWeight = (1 - reliability).squareRoot()
        badSeverity = drawn.value(.releaseSeverity, otherwise: 0)
        let badDays = ActiveAutomation.badDays(table, drawn, draws)
        firstBadDay = badDays?.lowerBound ?? 0
        lastBadDay = badDays?.upperBound ?? -1
        self.drawn = drawn
    }

    /// It begins on any day on which the automation is on, and lasts until it is detected.
    private static func badDays(
        _ table: AutomationTable, _ drawn: borrowing ActiveValues, _ draws: Draws
    ) -> ClosedRange<Int64>? {
        let probability = drawn.value(.releaseProbability, otherwise: 0)
        guard probability > 0 else { return nil }
        let (isBad, moment) = draws.uniformPair(address: 0, purpose: table.purposes.release)
        guard isBad < probability else { return nil }
        let days = Double(table.lastDay - table.firstDay + 1)
        let first = table.firstDay + Int64((moment * days).rounded(.down))
        let length = max(1, Int64(drawn.value(.releaseDays, otherwise: 1).rounded()))
        return first...(first + length - 1)
    }

    func isBad(on day: Int64) -> Bool { firstBadDay <= day && day <= lastBadDay }

    /// Whether it reaches a contact, or the person who handles it.
    func reaches(_ contact: borrowing RecordedContact, on day: Int64, _ draws: Draws) -> Bool {
        let address = table.isOfAgents ? contact.agentAddress : contact.address
        return draws.uniform(address: address, purpose: table.purposes.exposure)
            < drawn.exposure * table.ramp(day)
    }
}

/// The values of a ``DrawnAutomation``, for the loop over contacts.
struct ActiveValues: ~Copyable {
    /// By raw value of key; NaN where nothing is stated.
    private let values: FixedBuffer<Double>
    /// The same in microseconds, for those in seconds; 0 where nothing is stated.
    private let microseconds: FixedBuffer<Int64>
    let exposure: Double
    let resolved: Double
    let falseGivenUnresolved: Double
    let handedOverGivenUnresolved: Double
    let runCostPerUse: Int64
    let fixedCost: Int64

    init(_ drawn: DrawnAutomation) {
        exposure = drawn.exposure
        resolved = drawn.resolved
        falseGivenUnresolved = drawn.falseGivenUnresolved
        handedOverGivenUnresolved = drawn.handedOverGivenUnresolved
        runCostPerUse = drawn.runCostPerUse
        fixedCost = drawn.fixedCost
        var values = FixedBuffer(repeating: Double.nan, count: ParameterKey.count)
        var microseconds = FixedBuffer(repeating: Int64(0), count: ParameterKey.count)
        for key in ParameterKey.allCases {
            values[key.rawValue] = drawn.value(key, otherwise: .nan)
            microseconds[key.rawValue] =
                Int64(exactly: (drawn.value(key, otherwise: 0) * 1e6).rounded()) ?? 0
        }
        self.values = values
        self.microseconds = microseconds
    }

    /// The drawn value; `otherwise` where nothing is stated.
    func value(_ key: ParameterKey, otherwise: Double) -> Double {
        let value = values[key.rawValue]
        return value.isNaN ? otherwise : value
    }

    /// Of a key in seconds; none where nothing is stated.
    func microseconds(_ key: ParameterKey) -> Int64 { microseconds[key.rawValue] }
}

extension RecordedContact {
    /// Its local day, counted from 1970-01-01.
    var localDay: Int64 {
        let local = at + localOffset
        return local >= 0 ? local / 86_400_000_000 : (local - 86_399_999_999) / 86_400_000_000
    }
}
