// What a column probably is, by its name and by what it holds.

/// A column of a sample.
struct ColumnGuess {
    let name: String
    /// Lower-case words of the name, cut at everything that is no letter, and at capitals.
    let words: Set<String>
    let filledCount: Int
    let distinctCount: Int
    /// Values with how often each was seen, the most frequent first.
    let frequent: [(value: String, count: Int)]
    /// The format in which all values are moments; `nil` where they are none.
    let momentFormat: String?
    let isNumeric: Bool
    /// Lengths of time as clocks show them.
    let isClock: Bool
    /// Nearly all values are times of the day.
    let isTimeOfDay: Bool

    init(name: String, values: [String?]) {
        self.name = name
        words = ColumnGuess.words(of: name)
        let present = values.compactMap { $0 }
        filledCount = present.count
        var counts: [String: Int] = [:]
        for value in present { counts[value, default: 0] += 1 }
        distinctCount = counts.count
        frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0, $1) }
        isNumeric = !present.isEmpty && present.allSatisfy(ColumnGuess.isNumber)
        isClock = !present.isEmpty && present.allSatisfy(ColumnGuess.isClock)
        let first = present.prefix(1_000).map { Array($0.utf8) }
        isTimeOfDay =
            !first.isEmpty
            && ColumnGuess.fits(first) { FieldText.clock($0.span, 0..<$0.count) != nil }
        momentFormat = first.isEmpty ? nil : ColumnGuess.momentFormat(first, words)
    }

    func has(_ candidates: String...) -> Bool { candidates.contains { words.contains($0) } }

    private static func words(of name: String) -> Set<String> {
        var words: Set<String> = []
        var word = ""
        var wasLower = false
        for scalar in name.unicodeScalars {
            let isUpper = scalar.properties.isUppercase
            if !scalar.properties.isAlphabetic || isUpper && wasLower {
                if !word.isEmpty { words.insert(word.lowercased()) }
                word = ""
            }
            if scalar.properties.isAlphabetic { word.unicodeScalars.append(scalar) }
            wasLower = scalar.properties.isLowercase
        }
        if !word.isEmpty { words.insert(word.lowercased()) }
        return words
    }

    private static func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return FieldText.scaledDecimal(bytes.span, 0..<bytes.count, by: 1_000_000) != nil
    }

    private static func isClock(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return FieldText.clockDuration(bytes.span, 0..<bytes.count) != nil
    }

    /// Day-first and month-first forms fit many dates alike; the first of these that fits all is
    /// taken, and a person has to look.
    private static let patterns = [
        "yyyy-mm-dd", "yyyy-mm-dd HH:MM", "yyyy/mm/dd HH:MM:SS", "yyyy/mm/dd",
        "dd/mm/yyyy HH:MM:SS", "dd/mm/yyyy HH:MM", "dd/mm/yyyy", "mm/dd/yyyy HH:MM:SS",
        "mm/dd/yyyy HH:MM", "mm/dd/yyyy", "dd.mm.yyyy HH:MM:SS", "dd.mm.yyyy HH:MM",
        "dd.mm.yyyy", "dd-mm-yyyy HH:MM:SS", "dd-mm-yyyy HH:MM", "dd-mm-yyyy",
        "d mon yyyy HH:MM:SS", "d mon yyyy", "d/m/yyyy H:MM:SS", "d/m/yyyy H:MM", "d/m/yyyy",
        "m/d/yyyy H:MM", "m/d/yyyy", "d.m.yyyy H:MM", "d.m.yyyy", "m/d/yyyy h:MM:SS AP",
        "m/d/yyyy h:MM AP", "d/m/yyyy h:MM:SS AP", "d/m/yyyy h:MM AP", "yyyy-mm-dd h:MM:SS AP",
        "yyyymmddHHMMSS",
    ]

    /// Dates that look like numbers, where the name says that they are dates.
    private static let digitPatterns = ["yyyymmdd", "yymmdd"]

    /// Whether nearly all values are of a kind: in a real file a few are wrong.
    private static func fits(_ values: [[UInt8]], _ isOne: ([UInt8]) -> Bool) -> Bool {
        values.count { !isOne($0) } * 20 <= values.count
    }

    private static func momentFormat(_ all: [[UInt8]], _ words: Set<String>) -> String? {
        if fits(all, { FieldText.moment($0.span, 0..<$0.count) != nil }) { return "iso8601" }
        let isDate = words.contains("date") || words.contains("day")
        var best: (text: String, misfits: Int)?
        for text in patterns + (isDate ? digitPatterns : []) {
            guard let pattern = MomentPattern(text: text) else { continue }
            let misfits = all.count { pattern.read($0.span, 0..<$0.count) == nil }
            if misfits * 20 <= all.count, misfits < best?.misfits ?? .max {
                best = (text, misfits)
            }
        }
        if let best { return best.text }
        let isNamed = !words.isDisjoint(with: [
            "time", "timestamp", "at", "start", "started", "begin", "date", "created", "epoch",
            "ts",
        ])
        guard isNamed else { return nil }
        // From 1990 to 2100.
        let seconds: ClosedRange<Int64> = 631_152_000...4_102_444_800
        for (name, unit) in [
            ("epoch-seconds", Int64(1)), ("epoch-milliseconds", 1_000),
            ("epoch-microseconds", 1_000_000),
        ] {
            let isEpoch = fits(all) { value in
                FieldText.scaledDecimal(value.span, 0..<value.count, by: 1)
                    .map { seconds.contains($0 / unit) } ?? false
            }
            if isEpoch { return name }
        }
        return nil
    }
}
