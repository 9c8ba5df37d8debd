// How far a long verb is. Verbs report; faces decide whether anyone sees it.

/// A moment of progress.
package struct Progress: Hashable, Sendable {
    /// What is being done, as "reading january.txt.gz".
    package var activity: String
    package var done: Int
    package var total: Int
    /// Unit of the two, as "bytes", "replications".
    package var unit: String
    /// More to say at the end of the line: rows, rejects.
    package var detail: String

    package init(
        activity: String, done: Int, total: Int, unit: String, detail: String = ""
    ) {
        self.activity = activity
        self.done = done
        self.total = total
        self.unit = unit
        self.detail = detail
    }
}

/// Receives progress, on any thread.
package typealias ProgressReport = @Sendable (Progress) -> Void
