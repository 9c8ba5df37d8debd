// What every format comes to: records cut into fields, one after the other.

/// Where one record lies.
struct RecordPlace {
    enum State {
        case whole
        /// Longer than its format takes; only its beginning is at hand.
        case tooLong(limitBytes: Int)
        /// A quote opens and does not close; the place is its first line only.
        case unclosedQuote
        /// What is wrong with the record's form.
        case malformed(RecordProblem)
    }

    /// Of the bytes that are kept where the record is rejected, in the stream's buffer; valid until
    /// the next record is asked for.
    var range: Range<Int>
    /// From 1.
    var line: Int
    /// Of the uncompressed file, from 0.
    var byteOffset: Int
    var state: State
}

/// A file's records in their order. Memory is bounded, whatever the file holds.
protocol RecordStream: ~Copyable {
    /// The names of a record's fields, in their order.
    var columnNames: [String] { get }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    var bytesRead: Int { get }

    /// What ``RecordPlace/range`` and the ranges of fields lie in.
    var buffer: [UInt8] { get }

    /// The next record, cut into `fields` where it is whole; `nil` at the end of the file.
    /// - Throws: where the file as a whole is not what it should be.
    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace?

    /// The records that come next, where they are plain, cut into the rows of `fields`; `nil` where
    /// the next one has to be asked for by itself.
    /// - Parameter limit: the most records; at least 1.
    mutating func nextRun(
        _ fields: inout FieldTable, limit: Int
    ) throws(IngestionError) -> RecordRun?

    /// Reads a record of the latest run again, as ``next(_:)`` would have.
    mutating func select(
        _ row: Int, of run: RecordRun, _ fields: inout FieldTable
    ) -> RecordPlace

    /// What belongs in front of a record's bytes for them to be read again on their own.
    var prefix: [UInt8] { get }
}

extension RecordStream where Self: ~Copyable {
    // Most formats have no faster way than one by one.

    mutating func nextRun(
        _ fields: inout FieldTable, limit: Int
    ) throws(IngestionError) -> RecordRun? { nil }

    mutating func select(
        _ row: Int, of run: RecordRun, _ fields: inout FieldTable
    ) -> RecordPlace {
        preconditionFailure("a stream without runs is asked for a record of one")
    }
}

/// Where the records of a run lie: in the stream's buffer, one behind the other.
struct RecordRun {
    /// Of each record, and of what is behind the last one.
    let starts: [UInt32]
    let firstLine: Int
    /// Of the buffer in the uncompressed file.
    let bufferOffset: Int

    /// The record's bytes with its line end.
    func bytes(_ row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

    func line(_ row: Int) -> Int { firstLine + row }

    func byteOffset(_ row: Int) -> Int { bufferOffset + Int(starts[row]) }
}
