// Following a log that another process appends to: everything that is there, then what comes.

package import Events
import Glibc

extension Log {
    /// Gives every event from `start` on to `body`, and then those appended later, by any process,
    /// until `body` returns false or `isWanted` does.
    ///
    /// No transaction is held while waiting. The log is looked at every few milliseconds at first,
    /// and less often while nothing comes, down to about twenty times a second.
    /// - Parameters:
    ///   - isWanted: asked between looks; it must be quick.
    ///   - caughtUp: called each time everything there has been given.
    package func follow(
        from start: LogPosition, while isWanted: () -> Bool, caughtUp: () throws -> Void = {},
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let shortest: UInt32 = 2_000
        let longest: UInt32 = 50_000
        var next = max(start, LogPosition(1))
        var pauseMicroseconds = shortest
        while isWanted() {
            let last = try head()
            if next <= last {
                var goesOn = true
                try forEachEvent(from: next, through: last) { event in
                    goesOn = try body(event)
                    return goesOn
                }
                guard goesOn else { return }
                next = last.next
                pauseMicroseconds = shortest
                try caughtUp()
            } else {
                usleep(pauseMicroseconds)
                pauseMicroseconds = min(longest, pauseMicroseconds * 2)
            }
        }
    }
}
