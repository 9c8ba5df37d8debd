// Appending events with a personal field each: keys found or made, fields sealed on both cores, new
// keys on the disk before the commit that needs them. What an ingest does, without the reading.

import Digests
import Dispatch
import EventLog
import Events
import Keys
import LMDB
import Synchronization

extension LogBench {
    private static let million = 1_000_000

    /// Appends the workload's first events with one sealed field of twelve bytes each, in a log of
    /// its own, and times all of it but the making of the events. In the first million most keys
    /// are made; later ones find them.
    package func appendSealed(events: Int) throws -> [LogFigure] {
        let folder = folder + "-sealed"
        let log = try Log.open(directory: folder, access: .create)
        try KeyFile.create(folder + "/keys", protection: .fileRights)
        var sealing = FieldSealing(try KeyFile(path: folder + "/keys", isWritable: true))
        try sealing.file.unlock(passphrase: nil)
        let pipeline = AppendPipeline(try log.beginAppend(source))
        let batches = stride(from: 0, to: events, by: batchSize).map { first in
            batch(first..<min(first + batchSize, events))
        }
        var first = Rate()
        var later = Rate()
        var accepted = 0
        for (index, batch) in batches.enumerated() {
            var sealed = batch
            let (count, seconds) = try timed {
                let count = try sealing.seal(&sealed)
                accepted += try pipeline.append(sealed)?.accepted ?? 0
                if index == batches.count - 1 {
                    accepted += try pipeline.finish()?.accepted ?? 0
                }
                return count
            }
            if first.events < LogBench.million {
                first.add(count, seconds)
            } else {
                later.add(count, seconds)
            }
        }
        guard accepted == events else {
            throw WrongAnswer(description: "\(accepted) of \(events) sealed events accepted")
        }
        let bytes = try log.statistics().allocatedBytes
        var figures = [
            LogFigure(
                name: "append sealed, first million", value: first.perSecond,
                unit: "events/s")
        ]
        if later.events > 0 {
            figures.append(
                LogFigure(
                    name: "append sealed, later millions", value: later.perSecond,
                    unit: "events/s"))
        }
        return figures + sealing.figures + [
            LogFigure(
                name: "append, a sealed field each",
                value: Double(events) / (first.seconds + later.seconds), unit: "events/s"),
            LogFigure(
                name: "size with a sealed field", value: Double(bytes) / Double(events),
                unit: "bytes/event"),
        ]
    }
}

/// The sealing of the workload's fields, as an ingest does it, and what its parts took.
private struct FieldSealing {
    let file: KeyFile
    private var ring = KeyRing()
    private var keySeconds = 0.0
    private var sealed = Rate()

    init(_ file: KeyFile) { self.file = file }

    var figures: [LogFigure] {
        [
            LogFigure(
                name: "making keys", value: Double(file.facts.personCount) / keySeconds,
                unit: "keys/s"),
            LogFigure(name: "sealing, and keeping keys", value: sealed.perSecond, unit: "fields/s"),
        ]
    }

    /// Gives every row of a batch a sealed field; returns how many.
    mutating func seal(_ batch: inout AppendBatch) throws -> Int {
        guard let columns = batch.columns?.columns else { return 0 }
        let names = batch.names
        let (fields, gathering) = timed { FieldSealing.fields(of: columns) }
        let (_, keys) = try timed {
            try ring.learn(fields, from: file) { names.string(Symbol($0)) }
        }
        let (packed, sealing) = try timed {
            try FieldSealing.personal(ring.seal(fields, flushing: file))
        }
        batch.columns?.columns[.personal] = packed
        keySeconds += keys
        sealed.add(columns.count, gathering + sealing)
        return columns.count
    }

    /// A value of twelve bytes for each row, at a place as an ingest has them.
    private static func fields(of columns: EventColumns) -> FieldBatch {
        var fields = FieldBatch()
        let keys = columns[.key]
        let customers = columns[.customer]
        var plain = Array("+4915200".utf8) + [0, 0, 0, 0]
        for row in 0..<columns.count {
            let key = keys.bytes[keys.range(row)]
            for digit in 0..<4 { plain[8 + digit] = key[key.startIndex + 1 + digit] }
            fields.append(person: customers[row], plaintext: plain) { $0 += key }
        }
        return fields
    }

    /// The fields as the log takes them, each under the batch's first name.
    private static func personal(_ sealed: PackedTexts) -> PackedBytes {
        var writer = ByteWriter()
        writer.bytes.reserveCapacity(sealed.bytes.count + 4 * sealed.count)
        var packed = PackedBytes()
        packed.ends.reserveCapacity(sealed.count)
        for row in 0..<sealed.count {
            let range = sealed.range(row)
            writer.unsigned(1)
            writer.symbol(Symbol(1))
            writer.unsigned(UInt64(range.count))
            writer.bytes += sealed.bytes[range]
            packed.ends.append(UInt32(writer.bytes.count))
        }
        packed.bytes = writer.bytes
        return packed
    }
}
