// The keys of one run's persons by the numbers its reader knows them by, and the sealing of a
// batch of fields with them: what an ingest does for every record, so without an array a field,
// and on all cores.

import Digests
import Parallelism

/// Fields to be sealed: whose they are, where they belong, what they say.
package struct FieldBatch: Sendable {
    fileprivate var persons: [UInt32] = []
    fileprivate var places = PackedTexts()
    fileprivate var plaintexts = PackedTexts()

    package init() {}

    package var count: Int { persons.count }

    /// - Parameter place: writes what the sealed bytes are bound to.
    package mutating func append(
        person: UInt32, plaintext: [UInt8], place: (inout [UInt8]) -> Void
    ) {
        persons.append(person)
        plaintexts.append(plaintext)
        places.append(place)
    }
}

/// Persons' keys, found or made when a person first appears.
package struct KeyRing: Sendable {
    /// Not looked up, nothing to be kept, or the place of the key plus two.
    private static let unknown: UInt32 = 0
    private static let erased: UInt32 = 1
    private static let nearCount = 32

    private var places: [UInt32] = []
    private var keys: [SealingKey] = []

    package init() {}

    /// Finds or makes the keys of all persons of a batch. New ones are kept with the file's next
    /// ``KeyFile/flush()``.
    /// - Parameter name: what the log calls the person with a number.
    package mutating func learn(
        _ batch: FieldBatch, from file: KeyFile, name: (UInt32) -> String
    ) throws(KeysError) {
        var names = PackedTexts()
        var numbers: [Int] = []
        for person in batch.persons {
            let index = Int(person)
            if index >= places.count {
                let count = max(index + 1, places.count * 2)
                places += [UInt32](repeating: KeyRing.unknown, count: count - places.count)
            }
            guard places[index] == KeyRing.unknown else { continue }
            // Until its key is there; so a number is asked for once.
            places[index] = KeyRing.erased
            numbers.append(index)
            names.append(name(person))
        }
        guard !numbers.isEmpty else { return }
        do throws(KeysError) {
            for (index, found) in zip(numbers, try file.findOrMake(persons: names)) {
                guard case .key(let key) = found else { continue }
                keys.append(key)
                places[index] = UInt32(keys.count) + 1
            }
        } catch {
            for index in numbers { places[index] = KeyRing.unknown }
            throw error
        }
    }

    /// The fields, sealed repeatably each with its person's key; no bytes where the person was
    /// erased. Meanwhile new keys go to the disk, as with ``KeyFile/flush()``.
    /// - Precondition: ``learn(_:from:name:)`` has seen the batch.
    package func seal(
        _ batch: FieldBatch, flushing file: KeyFile
    ) throws(KeysError) -> PackedTexts {
        let write = file.pendingWrite
        let path = file.path
        let parts = try inPieces(
            of: batch.count, aside: { () throws(KeysError) in try write.run() }
        ) { (rows) throws(KeysError) -> PackedTexts in
            try wrapped(path) { () throws(DigestsError) in try seal(batch, rows) }
        }
        file.pendingIsWritten()
        var all = PackedTexts()
        all.reserve(batch.count, byteCount: parts.reduce(0) { $0 + $1.bytes.count })
        for part in parts { all.append(part) }
        return all
    }

    private func seal(
        _ batch: FieldBatch, _ rows: Range<Int>
    ) throws(DigestsError) -> PackedTexts {
        var sealer = try Sealer()
        var sealed = PackedTexts()
        let plain =
            batch.plaintexts.range(rows.upperBound - 1).upperBound
            - batch.plaintexts.range(rows.lowerBound).lowerBound
        sealed.reserve(rows.count, byteCount: plain + rows.count * AESGCM.overheadByteCount)
        // The keys of some rows before the first is used: they lie far apart in memory, and so
        // their ways to the processor overlap.
        var near: [SealingKey?] = []
        near.reserveCapacity(KeyRing.nearCount)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: KeyRing.nearCount) {
            let end = min(start + KeyRing.nearCount, rows.upperBound)
            near.removeAll(keepingCapacity: true)
            for row in start..<end { near.append(key(of: batch.persons[row])) }
            for row in start..<end {
                let key = near[row - start]
                let plaintext = batch.plaintexts.range(row)
                let place = batch.places.range(row)
                try sealed.append { (bytes) throws(DigestsError) in
                    guard let key else { return }
                    try sealer.sealRepeatably(
                        batch.plaintexts.bytes.span.extracting(plaintext), key: key,
                        place: batch.places.bytes.span.extracting(place), into: &bytes)
                }
            }
        }
        return sealed
    }

    /// `nil` where nothing is to be kept of the person.
    private func key(of person: UInt32) -> SealingKey? {
        let place = places[Int(person)]
        precondition(place != KeyRing.unknown, "person \(person) has no key yet")
        return place == KeyRing.erased ? nil : keys[Int(place) - 2]
    }
}
