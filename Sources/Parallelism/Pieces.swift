// Work on many rows, on all cores: each piece of rows on its own, the results in order.

import Dispatch
import Synchronization

/// Runs `body` for pieces of `0..<count`, several at once, and gives what came of each, in order.
/// - Parameters:
///   - size: rows of a piece; enough of them that its own working memory costs nothing.
///   - aside: runs at the same time, as waiting for a disk does.
package func inPieces<Part: Sendable, Failure: Error>(
    of count: Int, size: Int = 2_048,
    aside: (@Sendable () throws(Failure) -> Void)? = nil,
    _ body: @Sendable (Range<Int>) throws(Failure) -> Part
) throws(Failure) -> [Part] {
    let pieces = (count + size - 1) / size
    let results = Mutex([Result<Part, Failure>?](repeating: nil, count: pieces))
    let failure = Mutex<Failure?>(nil)
    let first = aside == nil ? 0 : -1
    DispatchQueue.concurrentPerform(iterations: pieces - first) { iteration in
        let piece = first + iteration
        guard piece >= 0 else {
            do throws(Failure) { try aside?() } catch { failure.withLock { $0 = error } }
            return
        }
        let rows = (piece * size)..<min((piece + 1) * size, count)
        let result = Result { () throws(Failure) in try body(rows) }
        results.withLock { $0[piece] = result }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    var parts: [Part] = []
    parts.reserveCapacity(pieces)
    for result in results.withLock({ $0 }) {
        guard let result else { preconditionFailure("a piece of \(count) rows was left out") }
        parts.append(try result.get())
    }
    return parts
}
