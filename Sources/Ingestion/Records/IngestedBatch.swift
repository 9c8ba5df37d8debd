// What a file gives, in portions that fit one transaction of the log.

package import Events

/// An event, and the record it was made of.
package struct IngestedEvent: Hashable, Sendable {
    /// Symbols are those of ``IngestedBatch/interner``.
    package var event: Event
    /// Number of the record in its file, from 1, the header not counted.
    package var record: Int
    /// Line in the file, from 1.
    package var line: Int
    /// Of the uncompressed file, from 0.
    package var byteOffset: Int
}

/// A record that could not become an event.
package struct IngestedReject: Hashable, Sendable {
    package var record: Int
    package var line: Int
    /// Where in the line the mistake is, in bytes from 1.
    package var column: Int
    package var byteOffset: Int
    /// The record's bytes without their line end, sealed: they hold personal data.
    package var sealedBytes: [UInt8]
    /// What is wrong. Holds no value of a field: those are in the sealed bytes only.
    package var finding: Finding
}

/// A run of consecutive records, each of them accepted, left out or rejected.
package struct IngestedBatch: Sendable {
    package var events: [IngestedEvent] = []
    package var rejects: [IngestedReject] = []
    /// How many records each rule of the mapping left out, in the order of
    /// ``RecordMapping/leaveOutReasons``.
    package var leftOutByReason: [Int]
    /// Things worth knowing about accepted records of this batch.
    package var warnings = FindingTally()
    /// The last record of this batch, counted from the beginning of the file.
    package var recordsReadThrough: Int
    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    package var bytesRead: Int
    /// Whether this is the last batch of the file. Every file read to its end has one, even if
    /// it is empty.
    package var isFileComplete = false
    /// The strings behind the symbols; grows from batch to batch and never changes.
    package var interner = Interner()

    package init(leftOutByReason: [Int], recordsReadThrough: Int, bytesRead: Int) {
        self.leftOutByReason = leftOutByReason
        self.recordsReadThrough = recordsReadThrough
        self.bytesRead = bytesRead
    }

    /// Records left out in this batch.
    package var leftOut: Int { leftOutByReason.reduce(0, +) }

    /// Records in this batch; always the sum of its parts.
    package var records: Int { events.count + rejects.count + leftOut }
}
