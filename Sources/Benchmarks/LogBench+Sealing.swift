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
    /// Appends the workload's first events with one sealed field of twelve bytes each, in a log of
    /// its own, and times all of it but the making of the events.
    package func appendSealed(events: Int) throws -> [LogFigure] {
        let folder = folder + "-sealed"
        let log = try Log.open(directory: folder, access: .create)
        try KeyFile.create(folder + "/keys", protection: .fileRights)
        var keys = FieldKeys(try KeyFile(path: folder + "/keys", isWritable: true))
        try keys.file.unlock(passphrase: nil)
        let session = try log.beginAppend(source)
        let batches = stride(from: 0, to: events, by: batchSize).map { first in
            batch(first..<min(first + batchSize, events))
        }
        let (_, seconds) = try timed {
            for batch in batches {
                var sealed = batch
                guard let given = batch.columns else { continue }
                sealed.columns?.columns[.personal] = try keys.seal(given.columns, batch.interner)
                try keys.file.flush()
                guard try session.append(sealed).accepted == given.columns.count else {
                    throw WrongAnswer(description: "a sealed event was not accepted")
                }
            }
        }
        let bytes = try log.statistics().allocatedBytes
        return [
            LogFigure(
                name: "append, a sealed field each", value: Double(events) / seconds,
                unit: "events/s"),
            LogFigure(
                name: "size with a sealed field", value: Double(bytes) / Double(events),
                unit: "bytes/event"),
        ]
    }
}

/// The keys of the workload's customers, by symbol.
private struct FieldKeys {
    let file: KeyFile
    private var known: [SealingKey?] = []

    init(_ file: KeyFile) { self.file = file }

    /// Sealed fields for the rows, half of them on each core.
    mutating func seal(_ columns: EventColumns, _ names: Interner) throws -> PackedBytes {
        let customers = columns[.customer]
        if known.count < names.count {
            known += [SealingKey?](repeating: nil, count: names.count - known.count)
        }
        for customer in customers where known[Int(customer)] == nil {
            let name = Array(names.string(Symbol(customer)).utf8)
            guard case .key(let key) = try file.findOrMake(file.tag(.person, of: name), .person)
            else { throw WrongAnswer(description: "a key is missing") }
            known[Int(customer)] = key
        }
        let keys = known
        let halves = Mutex([PackedBytes(), PackedBytes()])
        let failure = Mutex<(any Error)?>(nil)
        let middle = columns.count / 2
        DispatchQueue.concurrentPerform(iterations: 2) { half in
            do {
                let rows = half == 0 ? 0..<middle : middle..<columns.count
                let part = try FieldKeys.seal(columns, rows, keys)
                halves.withLock { $0[half] = part }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return halves.withLock { halves in
            var all = halves[0]
            let start = UInt32(all.bytes.count)
            all.bytes += halves[1].bytes
            all.ends += halves[1].ends.map { $0 + start }
            return all
        }
    }

    private static func seal(
        _ columns: EventColumns, _ rows: Range<Int>, _ keys: [SealingKey?]
    ) throws -> PackedBytes {
        var sealer = try Sealer()
        var packed = PackedBytes()
        let keyColumn = columns[.key]
        let customers = columns[.customer]
        // A field's name as the log's first name; the value and its place as an ingest has them.
        let fieldName = Symbol(1)
        var plain = Array("+4915200".utf8) + [0, 0, 0, 0]
        for row in rows {
            guard let key = keys[Int(customers[row])] else { continue }
            let place = Array(keyColumn.bytes[keyColumn.range(row)])
            for digit in 0..<4 { plain[8 + digit] = place[1 + digit] }
            let sealed = try sealer.sealRepeatably(plain, key: key, place: place)
            packed.append(EventCodec.bytes(of: [PersonalField(name: fieldName, sealed: sealed)]))
        }
        return packed
    }
}
