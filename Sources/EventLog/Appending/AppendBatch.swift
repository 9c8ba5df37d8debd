// What goes into the log at once, and what came of it.

package import Events

/// An event to append and the record that it came from.
package struct PendingEvent: Hashable, Sendable {
    /// Symbols are those of the batch's interner.
    package var event: Event
    /// Number of the record in its file, from 1.
    package var record: Int
    package var line: Int?
    package var byteOffset: Int?
    /// When the event was recorded, where that is not the batch's moment: events that come from
    /// another log keep theirs.
    package var recordedAt: Instant?

    package init(
        event: Event, record: Int, line: Int? = nil, byteOffset: Int? = nil,
        recordedAt: Instant? = nil
    ) {
        self.event = event
        self.record = record
        self.line = line
        self.byteOffset = byteOffset
        self.recordedAt = recordedAt
    }
}

/// Many events to append, by field: for readers that fill columns and never hold an ``Event``.
package struct PendingColumns: Hashable, Sendable {
    /// Symbols are those of the batch's interner; each row states its time of recording.
    package var columns: EventColumns
    /// Number of each row's record in its file, rising; a record may have several rows.
    package var records: [Int]
    /// Where each row's record is; empty where that is not known.
    package var places: [RecordPlace]

    package init(columns: EventColumns, records: [Int], places: [RecordPlace] = []) {
        precondition(
            columns.count == records.count, "\(columns.count) rows, \(records.count) records")
        precondition(
            places.isEmpty || places.count == records.count,
            "\(places.count) places, \(records.count) records")
        self.columns = columns
        self.records = records
        self.places = places
    }
}

/// Where a record is in its file.
package struct RecordPlace: Hashable, Sendable {
    /// From 1.
    package var line: Int
    /// From 0.
    package var byteOffset: Int

    package init(line: Int, byteOffset: Int) {
        self.line = line
        self.byteOffset = byteOffset
    }
}

/// Where a customer's stream must end for a batch to be appended.
package struct ExpectedStream: Hashable, Sendable {
    /// The customer's id, as the log has it.
    package var customer: String
    /// The position of the customer's last event; zero where there must be none.
    package var head: LogPosition

    package init(customer: String, head: LogPosition) {
        self.customer = customer
        self.head = head
    }
}

/// A run of consecutive records of one file, each of them events, a reject, or left out.
///
/// Records that an earlier batch rejected may come again, see ``retried``: such a batch reads no
/// further in the file.
package struct AppendBatch: Sendable {
    /// In the order of their records, one event or more a record.
    package var events: [PendingEvent]
    /// In place of ``events``, which are empty then.
    package var columns: PendingColumns?
    /// Names for the events' symbols. From batch to batch of a session it may only grow.
    package var names: NameList
    package var recordedAt: Instant
    package var rejects: [RejectedRecord]
    package var leftOut: Int
    /// Records that were rejected before and are accounted for anew by this batch, rising. Empty
    /// for a run of new records.
    package var retried: [Int] = []
    /// Number of the last record of the batch.
    package var recordsReadThrough: Int
    package var isFileComplete: Bool
    /// Where the log must end for the batch to be appended; `nil` where that does not matter.
    package var expectedHead: LogPosition?
    /// Where a customer's stream must end; `nil` where that does not matter.
    package var expectedStream: ExpectedStream?
    /// Warnings given for records of this batch; counts are added to those of the source.
    package var warnings: [WarningCount]
    package var notes: [String]

    package var eventCount: Int { columns?.columns.count ?? events.count }

    package init(
        events: [PendingEvent], interner: Interner, recordedAt: Instant,
        rejects: [RejectedRecord] = [], leftOut: Int = 0, recordsReadThrough: Int,
        isFileComplete: Bool = false, expectedHead: LogPosition? = nil,
        warnings: [WarningCount] = [], notes: [String] = []
    ) {
        self.init(
            events: events, names: interner.names, recordedAt: recordedAt, rejects: rejects,
            leftOut: leftOut, recordsReadThrough: recordsReadThrough,
            isFileComplete: isFileComplete, expectedHead: expectedHead, warnings: warnings,
            notes: notes)
    }

    package init(
        events: [PendingEvent], names: NameList, recordedAt: Instant,
        rejects: [RejectedRecord] = [], leftOut: Int = 0, recordsReadThrough: Int,
        isFileComplete: Bool = false, expectedHead: LogPosition? = nil,
        warnings: [WarningCount] = [], notes: [String] = []
    ) {
        self.events = events
        self.names = names
        self.recordedAt = recordedAt
        self.rejects = rejects
        self.leftOut = leftOut
        self.recordsReadThrough = recordsReadThrough
        self.isFileComplete = isFileComplete
        self.expectedHead = expectedHead
        self.warnings = warnings
        self.notes = notes
    }
}

/// What came of a batch.
package struct AppendResult: Hashable, Sendable {
    package var accepted: Int
    package var duplicates: Int
    /// Among the rejects now, with code ``RejectedRecord/conflictCode``.
    package var conflicts: Int
    /// The position of the log's last event, after the batch.
    package var head: LogPosition
    /// The source's numbers after the batch.
    package var progress: SourceProgress
}
