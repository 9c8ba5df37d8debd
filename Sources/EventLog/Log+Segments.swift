// The whole log at once: segments of it on all cores, what comes of them in the order of the log.

package import Events
import Parallelism

extension Log {
    /// Events of a segment: some blocks, so that those at its ends, which two segments read, cost
    /// little.
    private static let segmentSize: UInt64 = 32 * 4_096

    /// How many segments ``inSegments(through:_:_:)`` makes of a log that ends there.
    package static func segmentCount(through head: LogPosition) -> Int {
        Int((head.rawValue + segmentSize - 1) / segmentSize)
    }

    /// Reads every event up to a position, several segments of consecutive ones at once.
    /// - Parameters:
    ///   - make: begins what comes of the segment with this number.
    ///   - add: takes some rows of a block into it: each event once, in the order of the log.
    /// - Returns: what came of the segments, in their order.
    package func inSegments<Part: Sendable>(
        through head: LogPosition, _ make: @Sendable (Int) -> Part,
        _ add: @Sendable (inout Part, BlockHeader, Span<UInt8>, Range<Int>) throws -> Void
    ) throws -> [Part] {
        try inPieces(of: Log.segmentCount(through: head), size: 1) { segments in
            let segment = segments.lowerBound
            var part = make(segment)
            // By position, not by block: a writer may seal the tail into other blocks meanwhile.
            let first = UInt64(segment) * Log.segmentSize + 1
            let last = min(first + Log.segmentSize - 1, head.rawValue)
            try forEachBlock(from: LogPosition(first), through: LogPosition(last)) {
                header, bytes in
                let start = header.firstPosition.rawValue
                let lower = Int(max(first, start) - start)
                let upper = Int(min(last, header.lastPosition.rawValue) - start)
                if lower <= upper { try add(&part, header, bytes, lower..<(upper + 1)) }
                return true
            }
            return part
        }
    }
}
