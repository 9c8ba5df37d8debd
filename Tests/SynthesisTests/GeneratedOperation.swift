// A generated operation read back from its bytes. Nothing here uses the generator's own types but
// its settings, so a mistake in the writing is seen.

import Events
import Synthesis

/// A delimited file with a header.
struct DelimitedText {
    let names: [String]
    private(set) var rows: [[Substring]] = []

    init(_ bytes: [UInt8], delimiter: Character) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        names = (lines.first ?? "").split(separator: delimiter, omittingEmptySubsequences: false)
            .map(String.init)
        rows = lines.dropFirst().map {
            $0.split(separator: delimiter, omittingEmptySubsequences: false)
        }
    }

    func column(_ name: String) -> Int {
        guard let column = names.firstIndex(of: name) else {
            preconditionFailure("no column \(name) in \(names)")
        }
        return column
    }
}

/// One line of `truth/interactions.csv`.
struct TrueInteraction: Hashable {
    let file: String
    let record: String
    let customer: String
    let issue: Int
    let touch: Int
    let intent: String
    let reason: String
    let cause: String
    let start: Int
    let wait: Int
    let handle: Int
    let penalty: Int
    let outcome: String
    let recorded: String
    let isMet: Bool
    let isContextLost: Bool
    let isStep: Bool
    let fault: String
    let isCustomerUnknown: Bool
    let patienceChance: Double

    var id: String { file + "/" + record }
    var end: Int { start + wait + handle }

    init?(_ fields: [Substring]) {
        guard fields.count == 26, let issue = Int(fields[3]), let touch = Int(fields[4]),
            let start = Int(fields[9]), let wait = Int(fields[10]), let handle = Int(fields[11]),
            let penalty = Int(fields[12]), let patience = Double(fields[23])
        else { return nil }
        file = String(fields[0])
        record = String(fields[1])
        customer = String(fields[2])
        self.issue = issue
        self.touch = touch
        intent = String(fields[5])
        reason = String(fields[6])
        cause = fields[7].isEmpty ? "" : fields[7] + "/" + fields[8]
        self.start = start
        self.wait = wait
        self.handle = handle
        self.penalty = penalty
        outcome = String(fields[13])
        recorded = String(fields[14])
        isMet = fields[15] == "1"
        isContextLost = fields[16] == "1"
        isStep = fields[17] == "1"
        fault = String(fields[18])
        isCustomerUnknown = fields[19] == "1"
        patienceChance = patience
    }
}

/// One line of `truth/issues.csv`.
struct TrueIssue {
    let issue: Int
    let customer: String
    let intent: String
    let begun: Int
    let ended: Int?
    let records: Int
    let ending: String
    let isInScope: Bool
    let automationChance: Double

    init?(_ fields: [Substring]) {
        guard fields.count == 16, let issue = Int(fields[0]), let begun = Int(fields[5]),
            let records = Int(fields[7]), let chance = Double(fields[15])
        else { return nil }
        self.issue = issue
        customer = String(fields[1])
        intent = String(fields[2])
        self.begun = begun
        ended = Int(fields[6])
        self.records = records
        ending = String(fields[8])
        isInScope = fields[10] == "1"
        automationChance = chance
    }
}

/// All files of one run.
struct GeneratedOperation {
    private(set) var files: [String: [UInt8]] = [:]
    private(set) var names: [String] = []
    let settings: SyntheticOperation.Settings
    let counts: OperationCounts
    let interactions: [TrueInteraction]
    let issues: [TrueIssue]

    init(_ settings: SyntheticOperation.Settings) throws {
        var files: [String: [UInt8]] = [:]
        var names: [String] = []
        self.settings = settings
        counts = try SyntheticOperation.generate(settings) { piece in
            if files[piece.file] == nil { names.append(piece.file) }
            files[piece.file, default: []] += piece.bytes()
        }
        self.files = files
        self.names = names
        interactions = DelimitedText(files["truth/interactions.csv"] ?? [], delimiter: ",").rows
            .compactMap(TrueInteraction.init)
        issues = DelimitedText(files["truth/issues.csv"] ?? [], delimiter: ",").rows
            .compactMap(TrueIssue.init)
    }

    func text(_ name: String) -> String { String(decoding: files[name] ?? [], as: UTF8.self) }

    func table(_ name: String, _ delimiter: Character) -> DelimitedText {
        DelimitedText(files[name] ?? [], delimiter: delimiter)
    }

    /// The lines of a file without its header.
    func lines(_ name: String) -> [Substring] {
        let lines = text(name).split(separator: "\n")
        return name.hasSuffix(".jsonl") ? lines : Array(lines.dropFirst())
    }

    /// A hash of every name and byte, the same on every machine.
    var hash: UInt64 {
        var hash = StableHash()
        for name in names {
            hash.combine(name)
            for byte in files[name] ?? [] { hash.combine(byte) }
        }
        return hash.value
    }

    static let exports = ExportFile.allCases.map(\.fileName)

    /// The number that `parameters.yaml` states.
    func parameter(_ name: String) -> Double? {
        let lines = text("parameters.yaml").split(separator: "\n")
        guard let place = lines.firstIndex(of: "  \(name):"), place + 1 < lines.count else {
            return nil
        }
        return Double(lines[place + 1].drop { $0 != ":" }.dropFirst(2))
    }

    static let standardSettings = SyntheticOperation.Settings(seed: 11, customers: 16_000)

    private static func make(
        _ automation: OperationAutomation?, _ waits: SyntheticOperation.Settings.Waits
    ) -> Result<GeneratedOperation, any Error> {
        var settings = standardSettings
        settings.automation = automation
        settings.waits = waits
        return Result { try GeneratedOperation(settings) }
    }

    /// The default operation, generated once for all tests.
    static let standard = make(nil, .live)
    /// The same with a step before calls, waits frozen.
    static let automated = make(
        OperationAutomation(
            kind: .conversationalIVR, start: CivilDate(dayNumber: 20_110), adoption: 0.6),
        .frozen)
}
