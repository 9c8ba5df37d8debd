// Work on all cores, where there is enough of it: waking another thread costs as much as handling a
// hundred rows.

import Dispatch
import Synchronization

/// Independent pieces of one job.
package enum Parallel {
    /// Rows of a batch from which on its pieces are worth another thread.
    package static let worthwhileRowCount = 1_024

    /// Runs `body` for 0 up to `count`, and returns when all have ended.
    package static func perform(_ count: Int, isLarge: Bool, _ body: @Sendable (Int) -> Void) {
        guard isLarge, count > 1 else {
            for index in 0..<count { body(index) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }

    /// As ``perform(_:isLarge:_:)``, for pieces that can fail.
    /// - Throws: one of the failures.
    package static func tryPerform(
        _ count: Int, isLarge: Bool, _ body: @Sendable (Int) throws -> Void
    ) throws {
        let failure = Mutex<(any Error)?>(nil)
        perform(count, isLarge: isLarge) { index in
            do {
                try body(index)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Two things at the same time; each may use all cores in turn.
    /// - Throws: a failure of the first, else of the second.
    package static func both<First: Sendable, Second: Sendable, Failure: Error>(
        _ first: @Sendable () throws(Failure) -> First,
        _ second: @Sendable () throws(Failure) -> Second
    ) throws(Failure) -> (First, Second) {
        let firstResult = Mutex<Result<First, Failure>?>(nil)
        let secondResult = Mutex<Result<Second, Failure>?>(nil)
        perform(2, isLarge: true) { index in
            if index == 0 {
                let result = Result { () throws(Failure) in try first() }
                firstResult.withLock { $0 = result }
            } else {
                let result = Result { () throws(Failure) in try second() }
                secondResult.withLock { $0 = result }
            }
        }
        guard let first = firstResult.withLock({ $0 }),
            let second = secondResult.withLock({ $0 })
        else { preconditionFailure("one of two was left out") }
        return (try first.get(), try second.get())
    }
}
