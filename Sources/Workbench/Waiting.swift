// A verb that has to wait for another process, in words: silence would look like a hang.

/// What is said of a wait.
package struct Waiting: Hashable, Sendable, CustomStringConvertible {
    /// Seconds so far.
    package let seconds: Double
    /// The process that writes, where the system tells.
    package let holder: Int?

    package init(seconds: Double, holder: Int?) {
        self.seconds = seconds
        self.holder = holder
    }

    package var description: String {
        "waiting for \(holder.map { "process \($0)" } ?? "another process"), which writes to the "
            + "store; \(Int(seconds)) s so far, giving up after "
            + "\(Int(Waiting.limitSeconds)) s"
    }

    /// How long any verb waits.
    static let limitSeconds = 60.0
}

/// Hears of a wait: after the first second, then after twice the time each.
package typealias WaitingReport = @Sendable (Waiting) -> Void
