// Appends a fixed sequence of batches to a log whose map may be too small for it: the one fault
// that only who opens a store can set.

import EventLog
import Events

enum Filling {
    private static let batchCount = 20
    private static let eventsPerBatch = 10

    /// - Returns: `full` with the events that are in the log and the reason in words, or `done`.
    static func fill(_ directory: String, mapSizeBytes: Int) -> [String] {
        var head = ""
        do {
            var options = Log.Options()
            options.mapSizeBytes = mapSizeBytes
            let log = try Log.open(directory: directory, access: .create, options: options)
            head = "\(try log.head().rawValue)"
            let session = try log.beginAppend(source)
            while session.progress.recordsReadThrough < batchCount * eventsPerBatch {
                _ = try session.append(batch(after: session.progress.recordsReadThrough))
                head = "\(try log.head().rawValue)"
            }
            return ["done", head, "", "", ""]
        } catch EventLogError.storage(let reason, let message) {
            return [reason == "mapFull" ? "full" : "refused", head, "", "", message]
        } catch {
            return ["refused", head, "", "", "\(error)"]
        }
    }

    private static var source: SourceDescription {
        let hash = String(repeating: "ab", count: 32)
        return SourceDescription(
            fileName: "made", fileHash: hash, mappingName: "made", mappingHash: hash,
            sourceName: "made")
    }

    private static func batch(after record: Int) -> AppendBatch {
        var interner = Interner()
        let maker = SourceID(interner.intern("made"))
        // The same symbols in every batch.
        let customers = (0..<7).map { CustomerID(interner.intern("customer \($0)")) }
        let events = (0..<eventsPerBatch).map { index in
            let number = record + index + 1
            var event = Event(
                kind: .contact, source: maker, key: "event \(number) of a log that fills up",
                at: Instant(microseconds: Int64(number) * 1_000_000), offsetMinutes: 0)
            event.customer = customers[number % 7]
            return PendingEvent(event: event, record: number)
        }
        return AppendBatch(
            events: events, interner: interner, recordedAt: Instant(microseconds: 0),
            recordsReadThrough: record + eventsPerBatch,
            isFileComplete: record + eventsPerBatch == batchCount * eventsPerBatch)
    }
}
