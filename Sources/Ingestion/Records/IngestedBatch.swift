// What a file gives, in portions that fit one transaction of the log.

package import Events

/// A record that could not become an event.
package struct IngestedReject: Hashable, Sendable {
    package var record: Int
    package var line: Int
    /// Where in the line the mistake is, in bytes from 1.
    package var column: Int
    package var byteOffset: Int
    /// The ``KeptRecord``, sealed: it holds personal data.
    package var sealedBytes: [UInt8]
    /// What is wrong. Holds no value of a field: those are in the sealed bytes only.
    package var finding: Finding
}

/// A personal value of an event.
package struct PersonalValue: Hashable, Sendable {
    /// The event's row in its batch.
    package var row: Int
    package var name: Symbol
    /// The value as it is; sealed, where the batch has been.
    package var bytes: [UInt8]
}

/// The events of consecutive records, by field.
package struct RecordRows: Sendable {
    /// Symbols are those of ``IngestedBatch/names``. Times of recording are the log's to state.
    package var columns = EventColumns()
    /// Number of each row's record in its file, from 1, the header not counted.
    package private(set) var records: [Int] = []
    /// Line of each row's record, from 1.
    package private(set) var lines: [Int] = []
    /// Where each row's record begins in the uncompressed file, from 0.
    package private(set) var byteOffsets: [Int] = []
    /// By row, rising.
    package var personal: [PersonalValue] = []
    /// How many records have rows.
    package private(set) var recordCount = 0

    package init() {}

    /// Makes room for so many rows in all.
    mutating func reserveCapacity(_ count: Int) {
        columns.reserveCapacity(count)
        records.reserveCapacity(count)
        lines.reserveCapacity(count)
        byteOffsets.reserveCapacity(count)
    }

    /// A place to go back to.
    struct Mark {
        fileprivate var rows: Int
        fileprivate var personal: Int
    }

    var mark: Mark { Mark(rows: columns.count, personal: personal.count) }

    /// Takes back the rows behind a place.
    mutating func goBack(to mark: Mark) {
        columns.removeLast(columns.count - mark.rows)
        personal.removeLast(personal.count - mark.personal)
    }

    /// Notes of which record the rows behind a place are, and says how many they are.
    mutating func note(_ record: Int, _ place: RecordPlace, since mark: Mark) -> Int {
        let count = columns.count - mark.rows
        for _ in 0..<count {
            records.append(record)
            lines.append(place.line)
            byteOffsets.append(place.byteOffset)
        }
        if count > 0 { recordCount += 1 }
        return count
    }

    /// Appends rows of a converted run, one for each record.
    /// - Parameters:
    ///   - range: which of the run's rows.
    ///   - firstRecord: the number of the run's first record.
    mutating func append(
        _ converted: ConvertedRun, _ range: Range<Int>, firstRecord: Int, of run: RecordRun
    ) {
        let shift = columns.count - range.lowerBound
        columns.append(converted.columns, range)
        for row in range {
            records.append(firstRecord + row)
            lines.append(run.line(row))
            byteOffsets.append(run.byteOffset(row))
        }
        recordCount += range.count
        for value in converted.personal where range.contains(value.row) {
            var value = value
            value.row += shift
            personal.append(value)
        }
    }

    /// Puts the sealed personal values into their column.
    mutating func placePersonalValues() {
        guard !personal.isEmpty else { return }
        var packed = PackedBytes()
        var next = 0
        for row in 0..<columns.count {
            var fields: [PersonalField] = []
            while next < personal.count, personal[next].row == row {
                fields.append(
                    PersonalField(name: personal[next].name, sealed: personal[next].bytes))
                next += 1
            }
            packed.append(fields.isEmpty ? [] : EventCodec.bytes(of: fields))
        }
        columns[.personal] = packed
    }
}

/// A run of consecutive records, each of them accepted, left out or rejected.
package struct IngestedBatch: Sendable {
    package var rows = RecordRows()
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
    package var names = NameList()

    package init(leftOutByReason: [Int], recordsReadThrough: Int, bytesRead: Int) {
        self.leftOutByReason = leftOutByReason
        self.recordsReadThrough = recordsReadThrough
        self.bytesRead = bytesRead
    }

    /// Records left out in this batch.
    package var leftOut: Int { leftOutByReason.reduce(0, +) }

    /// Records in this batch; always the sum of its parts.
    package var records: Int { rows.recordCount + rejects.count + leftOut }
}
