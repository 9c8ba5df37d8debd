// What an export holds, said in its first line: with it a reader can tell whether the file is
// whole, and a log that is made from it covers the same time.

package import Events

/// Which events an export holds, of which log, and what time its sources cover.
package struct ExportedRange: Hashable, Sendable {
    /// The version of the exchange format that is written here.
    package static let format: Int64 = 1

    /// The identity of the log.
    package var logID: String
    package var from: LogPosition
    /// The last position; below ``from`` where nothing is exported.
    package var through: LogPosition
    /// Where the log ended then, and its hash.
    package var head: LogPosition
    package var headHash: String
    package var coversFrom: Instant?
    /// The end, not included.
    package var coversTo: Instant?
    /// Minutes east of UTC, for writing the two.
    package var coverageOffsetMinutes = 0

    package init(
        logID: String, from: LogPosition, through: LogPosition, head: LogPosition,
        headHash: String
    ) {
        self.logID = logID
        self.from = from
        self.through = through
        self.head = head
        self.headHash = headHash
    }
}

extension ExportedRange {
    /// Appends the line, its end included.
    package func append(to bytes: inout [UInt8]) {
        func put(_ text: String) { JSONText.append(literal: text, to: &bytes) }
        func put(_ position: LogPosition) {
            JSONText.append(digits: position.rawValue, width: 1, to: &bytes)
        }
        put("{\"specversion\":\"1.0\",\"id\":\"\(from)-\(through)-\(head)\",\"source\":\"")
        put(CloudEventNames.logPrefix)
        PercentText.append(logID, .path, to: &bytes)
        put("\",\"type\":\"\(CloudEventNames.logType)\"")
        put(",\"datacontenttype\":\"application/json\",\"data\":{\"format\":")
        JSONText.append(ExportedRange.format, to: &bytes)
        put(",\"from\":")
        put(from)
        put(",\"through\":")
        put(through)
        put(",\"head\":")
        put(head)
        put(",\"head_hash\":")
        JSONText.append(headHash, to: &bytes)
        var writer = TimestampWriter()
        for (name, moment) in [("covers_from", coversFrom), ("covers_to", coversTo)] {
            guard let moment,
                TimestampWriter.canWrite(moment, offsetMinutes: coverageOffsetMinutes)
            else { continue }
            put(",\"\(name)\":\"")
            writer.append(moment, offsetMinutes: coverageOffsetMinutes, to: &bytes)
            put("\"")
        }
        put("}}\n")
    }
}
