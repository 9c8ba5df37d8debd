// A record that did not become an event, kept whole, so that it can be looked at and tried
// again when the mapping is mended.

package import Events

/// A refused record, its place and what is wrong with it.
package struct RejectedRecord: Hashable, Sendable {
    /// The code of a record whose id is in the log with other content.
    package static let conflictCode = "conflict"

    /// Name of the file, as it was given.
    package var fileName: String
    /// Number of the record in its file, from 1.
    package var record: Int
    package var line: Int?
    package var byteOffset: Int?
    /// The record's bytes, sealed by the caller; empty for a conflict.
    package var sealedBytes: [UInt8]
    package var finding: Finding
    /// The event that was refused, for a conflict; symbols are the log's.
    package var event: Event?

    package init(
        fileName: String, record: Int, line: Int?, byteOffset: Int?, sealedBytes: [UInt8],
        finding: Finding, event: Event? = nil
    ) {
        self.fileName = fileName
        self.record = record
        self.line = line
        self.byteOffset = byteOffset
        self.sealedBytes = sealedBytes
        self.finding = finding
        self.event = event
    }
}

extension RejectedRecord {
    /// The record of an event whose id is taken by an event with other content.
    static func conflict(
        _ pending: PendingEvent, in source: SourceDescription, with other: String
    ) -> RejectedRecord {
        let finding = Finding(
            code: conflictCode, file: source.fileName, line: pending.line,
            byteOffset: pending.byteOffset, record: pending.record,
            found: "other content under the same id", foundIsPublic: true,
            expected: "the content of \(other)",
            hint: "the first one was kept; a source that changes a fact must give it a new id")
        return RejectedRecord(
            fileName: source.fileName, record: pending.record, line: pending.line,
            byteOffset: pending.byteOffset, sealedBytes: [], finding: finding,
            event: pending.event)
    }
}
