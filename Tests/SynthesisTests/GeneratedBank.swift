// A generated bank read back from its bytes, as its tests need it. Nothing here uses the
// generator's own types, so a mistake in the writing is seen.

import Events
import Foundation
import Synthesis

/// One row of records with all 17 fields.
struct Row {
    let fields: [String]

    var eventID: String { fields[5] + "/" + fields[0] + "/" + fields[1] }
    var outcome: String { fields[12] }
    var queueSeconds: Int? { Int(fields[11]) }

    /// Seconds since 1970-01-01 of a time of day on the row's date.
    func moment(_ field: Int) -> Int? {
        let digits = fields[5]
        guard digits.count == 6, let number = Int(digits),
            let date = CivilDate(
                year: 1_900 + number / 10_000, month: number / 100 % 100, day: number % 100),
            let seconds = Row.secondsOfDay(fields[field])
        else { return nil }
        return date.dayNumber * 86_400 + seconds
    }

    /// `h:mm:ss` without a leading zero of the hour, or `nil`.
    static func secondsOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 2, parts[2].count == 2,
            let hours = Int(parts[0]), "\(hours)" == parts[0], (0..<24).contains(hours),
            let minutes = Int(parts[1]), (0..<60).contains(minutes),
            let seconds = Int(parts[2]), (0..<60).contains(seconds)
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }
}

/// One line of the truth.
struct TrueCall: Decodable {
    let id: String
    let customer: String?
    let priority: Int?
    let need: Int?
    let cause: String?
    let why: String?
    let ending: String
    let patience_seconds: Int?
    let met: Bool?
    let dirty: Bool
}

/// The first line of the truth, as far as the tests use it.
struct TruthHeader: Decodable {
    struct Parameters: Decodable {
        let recontact_probability: [String: Double]
    }
    struct Counts: Decodable {
        let rows: Int
        let dirty_rows: Int
        let usable_rows: Int
        let negative_vru_rows: Int
        let unrecorded_customer_rows: Int
        let spoilt_customer_rows: Int
        let agent_rows: Int
        let hang_rows: Int
        let phantom_rows: Int
        let queued_rows: Int
        let abandoned_rows: Int
        let rows_by_file: [String: Int]
    }
    let parameters: Parameters
    let counts: Counts
}

/// Files and truth of one run.
struct GeneratedBank {
    var files: [(name: String, bytes: [UInt8])] = []
    let counts: SyntheticBank.Counts
    private(set) var rows: [Row] = []
    private(set) var dirtyLines: [String] = []
    private(set) var rowsByFile: [String: Int] = [:]
    let header: TruthHeader
    let truth: [TrueCall]

    init(_ settings: SyntheticBank.Settings) throws {
        var files: [(name: String, bytes: [UInt8])] = []
        counts = try SyntheticBank.generate(settings) { files.append(($0, $1)) }
        self.files = files
        for file in files.dropLast() {
            let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
            rowsByFile[file.name] = lines.count - 1
            for line in lines.dropFirst() {
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                if fields.count == 17 {
                    rows.append(Row(fields: fields.map(String.init)))
                } else {
                    dirtyLines.append(String(line))
                }
            }
        }
        let last = String(decoding: files[files.count - 1].bytes, as: UTF8.self)
        let lines = last.split(separator: "\n")
        let decoder = JSONDecoder()
        header = try decoder.decode(TruthHeader.self, from: Data(lines[0].utf8))
        truth = try lines.dropFirst().map {
            try decoder.decode(TrueCall.self, from: Data($0.utf8))
        }
    }

    /// A hash of every name and byte, the same on every machine.
    var hash: UInt64 {
        var hash = StableHash()
        for file in files {
            hash.combine(file.name)
            for byte in file.bytes { hash.combine(byte) }
        }
        return hash.value
    }

    static func make() -> Result<GeneratedBank, any Error> {
        Result { try GeneratedBank(SyntheticBank.Settings()) }
    }

    /// The default bank, generated once for all tests.
    static let standard = make()
}
