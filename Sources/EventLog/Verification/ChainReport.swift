// What a verification finds, in words for those who have to act on it.

package import Events

/// Something in the store that cannot be what was written.
package struct ChainProblem: Hashable, Sendable, CustomStringConvertible {
    package let table: String
    package let position: LogPosition?
    package let reason: String

    package init(table: String, position: LogPosition?, reason: String) {
        self.table = table
        self.position = position
        self.reason = reason
    }

    package var description: String {
        let place = position.map { " at position \($0)" } ?? ""
        return "table \"\(table)\"\(place): \(reason)"
    }
}

/// What a verification found.
package struct ChainReport: Hashable, Sendable {
    /// The head that the verification was made through.
    package let head: LogPosition
    package let eventCount: Int
    /// The hash that the store states, and the one its events have.
    package let storedHash: String
    package let computedHash: String
    /// Every event through this one is what was written, as far as the chain tells.
    package let goodThrough: LogPosition
    /// Where the chain had the hash that was asked for; `nil` where it never had, or none was
    /// asked for.
    package let anchoredAt: LogPosition?
    /// The first ones found, up to ``ChainReport/keptProblems``.
    package let problems: [ChainProblem]
    package let problemCount: Int

    package static let keptProblems = 100

    package var isSound: Bool { problemCount == 0 }
}

/// Problems as they are found: all counted, the first ones kept.
struct ProblemList: Sendable {
    private(set) var kept: [ChainProblem] = []
    private(set) var count = 0

    mutating func report(_ table: String, _ position: LogPosition?, _ reason: String) {
        count += 1
        guard kept.count < ChainReport.keptProblems else { return }
        kept.append(ChainProblem(table: table, position: position, reason: reason))
    }

    mutating func merge(_ other: ProblemList) {
        count += other.count
        kept += other.kept.prefix(max(0, ChainReport.keptProblems - kept.count))
    }
}
