// Five kinds of business. They differ in what customers want, when, how often and on which way
// in; everything else is the same mechanism. All shares keep within the ranges of the domain
// reference, section 4.10; the mixes themselves are assumptions.

/// A kind of business.
package enum OperationProfile: String, CaseIterable, Sendable {
    case retailBank = "retail-bank"
    case telecom, travel, retail, electronics

    package var name: String { rawValue }

    /// New needs of one customer in a year, before recontacts.
    var needsPerYear: Double {
        switch self {
        case .retailBank: 5
        case .telecom: 6
        case .travel: 3
        case .retail: 4
        case .electronics: 2.5
        }
    }

    /// Per cent, in the order of ``OperationIntent``; they sum to 100.
    var intentShares: [Double] {
        switch self {
        case .retailBank: [18, 10, 12, 4, 8, 18, 6, 8, 6, 3, 2, 5]
        case .telecom: [8, 10, 7, 5, 8, 24, 4, 22, 6, 4, 0.5, 1.5]
        case .travel: [8, 20, 5, 12, 14, 12, 4, 8, 9, 6, 1, 1]
        case .retail: [8, 30, 6, 6, 14, 12, 3, 8, 7, 4, 0.3, 1.7]
        case .electronics: [8, 16, 6, 6, 14, 10, 2, 25, 7, 3, 0.3, 2.7]
        }
    }

    /// Factors on the ways in, in the order of ``EntryChannel``.
    var channelFactors: [Double] {
        switch self {
        case .retailBank: [1, 1, 1, 1, 0.8]
        case .telecom: [1.1, 0.9, 1.2, 1.2, 0.5]
        case .travel: [1.1, 1, 0.8, 0.9, 1.4]
        case .retail: [0.7, 1.1, 1.2, 1.3, 1.2]
        case .electronics: [0.9, 1, 1, 1.2, 1.3]
        }
    }

    /// Mean handle time of a call in seconds.
    var voiceHandleSeconds: Double {
        switch self {
        case .retailBank: 390
        case .telecom: 480
        case .travel: 420
        case .retail: 330
        case .electronics: 540
        }
    }

    /// Of contacts that an agent finishes without passing them on, those that meet the need.
    var resolution: (value: Double, grade: EvidenceLevel, note: String) {
        switch self {
        case .retailBank: (0.71, .b, "survey FCR, financial")
        case .telecom: (0.61, .b, "survey FCR, telecom")
        case .travel: (0.70, .b, "survey FCR, all sectors")
        case .retail: (0.78, .b, "survey FCR, retail")
        case .electronics: (0.65, .b, "survey FCR, technical support")
        }
    }

    /// Factor on demand by month, January first.
    var monthFactors: [Double] {
        switch self {
        case .retailBank: [1.06, 1, 1.02, 1.04, 0.98, 0.97, 0.96, 0.94, 1, 1, 1, 1.03]
        case .telecom: [1.04, 1, 1, 0.98, 0.98, 0.98, 0.97, 0.97, 1.03, 1.02, 1.01, 1.02]
        case .travel: [1.1, 0.95, 0.95, 1, 1.05, 1.15, 1.3, 1.25, 1, 0.85, 0.7, 0.7]
        case .retail: [1.1, 0.85, 0.85, 0.9, 0.9, 0.9, 0.95, 0.9, 0.95, 1, 1.25, 1.45]
        case .electronics: [1.25, 0.95, 0.9, 0.9, 0.9, 0.95, 0.95, 0.95, 1, 1, 1.1, 1.15]
        }
    }

    /// Factor on demand for the first and last five days of a month: pay days and bills.
    var monthEndFactor: Double {
        switch self {
        case .retailBank: 1.12
        case .telecom: 1.15
        default: 1
        }
    }

    /// Factor on demand by weekday, Monday first.
    var weekdayFactors: [Double] {
        switch self {
        case .retailBank, .telecom: [1.28, 1.14, 1.08, 1.06, 1.06, 0.78, 0.60]
        case .travel: [1.18, 1.08, 1.05, 1.03, 1.06, 0.85, 0.75]
        case .retail: [1.2, 1.08, 1.02, 1, 1.02, 0.9, 0.78]
        case .electronics: [1.22, 1.08, 1.04, 1, 1, 0.92, 0.74]
        }
    }

    /// Needs by local hour of day; only their ratios count.
    var hourWeights: [Double] {
        switch self {
        case .retailBank, .telecom:
            [
                4, 2, 2, 2, 3, 6, 14, 32, 66, 92, 100, 96, 88, 84, 82, 80, 82, 84, 74, 58, 44, 32,
                20, 10,
            ]
        case .travel, .retail, .electronics:
            [
                6, 4, 3, 2, 3, 5, 10, 24, 52, 78, 92, 94, 90, 84, 80, 80, 82, 86, 84, 76, 66, 50,
                30, 14,
            ]
        }
    }

    /// Whether agents work on Sundays.
    var isOpenOnSundays: Bool { self != .retailBank }
}
