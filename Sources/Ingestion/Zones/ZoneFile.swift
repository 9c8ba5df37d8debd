// The system's compiled zone files (TZif), read by name and not by environment.
// Source: RFC 8536, "The Time Zone Information Format (TZif)".

extension ZoneTable {
    /// Where the system keeps its zone files.
    package static let systemDirectory = "/usr/share/zoneinfo"

    /// Reads the zone with a name such as `Europe/London`.
    /// - Throws: ``IngestionError/unknownZone(name:reason:)``.
    package static func load(
        name: String, directory: String = systemDirectory
    ) throws(IngestionError) -> ZoneTable {
        if name == "UTC" { return utc }
        guard isZoneName(name) else {
            throw .unknownZone(name: name, reason: "expected a name of the system's zone files")
        }
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path: directory + "/" + name, limitBytes: 262_144)
        } catch {
            throw .unknownZone(name: name, reason: "expected a name of the system's zone files")
        }
        return try parse(bytes, name: name)
    }

    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                            || (0x61...0x7a).contains(byte) || "_+-".utf8.contains(byte)
                    }
            }
    }

    /// The table in the bytes of a zone file of version 2 or later.
    package static func parse(
        _ bytes: [UInt8], name: String
    ) throws(IngestionError) -> ZoneTable {
        var reader = ZoneFileReader(bytes: bytes, name: name)
        let first = try reader.header()
        guard first.version >= UInt8(ascii: "2") else {
            throw reader.damage("expected version 2 or later")
        }
        try reader.skip(first.blockBytes(timeBytes: 4))
        let counts = try reader.header()
        let types = try reader.periods(counts)
        let footer = try reader.footer()
        return ZoneTable(name: name, periods: try extended(types, by: footer, reader: reader))
    }

    /// The periods of the file, and after its last change those of the footer's rule, to 2100.
    private static func extended(
        _ periods: [(start: Int64, offsetSeconds: Int)], by footer: String,
        reader: ZoneFileReader
    ) throws(IngestionError) -> [(start: Int64, offsetSeconds: Int)] {
        guard !footer.isEmpty else { return periods }
        guard let rule = ZoneRule(text: footer) else {
            throw reader.damage("expected a rule after the last change")
        }
        let last = periods[periods.count - 1].start
        var result = periods
        if periods.count == 1, rule.summer == nil {
            result[0].offsetSeconds = rule.standardOffset
            return result
        }
        for change in rule.changes(after: max(last, 0), throughYear: 2_100) {
            result.append(change)
        }
        return result
    }
}

/// A cursor over the bytes of a zone file.
struct ZoneFileReader {
    struct Header {
        var version: UInt8
        var isUTCount, isStandardCount, leapCount, timeCount, typeCount, nameBytes: Int

        func blockBytes(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + nameBytes
                + leapCount * (timeBytes + 4) + isStandardCount + isUTCount
        }
    }

    let bytes: [UInt8]
    let name: String
    private var position = 0

    init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    func damage(_ reason: String) -> IngestionError {
        .unknownZone(name: name, reason: "damaged zone file: \(reason)")
    }

    mutating func skip(_ count: Int) throws(IngestionError) {
        guard count <= bytes.count - position else { throw damage("it ends early") }
        position += count
    }

    private mutating func integer(_ count: Int) throws(IngestionError) -> Int64 {
        let start = position
        try skip(count)
        var value: Int64 = count == 4 && bytes[start] >= 0x80 ? -1 : 0
        for index in start..<(start + count) { value = value << 8 | Int64(bytes[index]) }
        return value
    }

    mutating func header() throws(IngestionError) -> Header {
        let start = position
        try skip(20)
        guard Array(bytes[start..<(start + 4)]) == Array("TZif".utf8) else {
            throw damage("expected TZif")
        }
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = try integer(4)
            guard (0...100_000).contains(count) else { throw damage("a count is impossible") }
            counts.append(Int(count))
        }
        return Header(
            version: bytes[start + 4], isUTCount: counts[0], isStandardCount: counts[1],
            leapCount: counts[2], timeCount: counts[3], typeCount: counts[4],
            nameBytes: counts[5])
    }

    mutating func periods(
        _ header: Header
    ) throws(IngestionError) -> [(start: Int64, offsetSeconds: Int)] {
        var times: [Int64] = []
        for _ in 0..<header.timeCount { times.append(try integer(8)) }
        let typesStart = position
        try skip(header.timeCount)
        var offsets: [Int] = []
        for _ in 0..<header.typeCount {
            offsets.append(Int(try integer(4)))
            try skip(2)
        }
        try skip(header.nameBytes + header.leapCount * 12 + header.isStandardCount)
        try skip(header.isUTCount)
        guard let first = offsets.first, offsets.allSatisfy({ abs($0) <= 26 * 3_600 }) else {
            throw damage("an offset is impossible")
        }
        var periods = [(start: ZoneTable.beginningOfTime, offsetSeconds: first)]
        for (index, time) in times.enumerated() {
            let type = Int(bytes[typesStart + index])
            guard type < offsets.count, time <= Int64.max / 4 else {
                throw damage("a change is impossible")
            }
            // Some writers state the beginning of time as a change of its own.
            guard time > ZoneTable.beginningOfTime else {
                periods[0].offsetSeconds = offsets[type]
                continue
            }
            guard time > periods[periods.count - 1].start else {
                throw damage("changes are out of order")
            }
            periods.append((time, offsets[type]))
        }
        return periods
    }

    /// The rule between the two line ends at the end of the file.
    mutating func footer() throws(IngestionError) -> String {
        let rest = bytes[position...]
        guard rest.count >= 2, rest.first == 0x0a, rest.last == 0x0a else {
            throw damage("expected a rule line at the end")
        }
        return String(decoding: rest.dropFirst().dropLast(), as: UTF8.self)
    }
}
