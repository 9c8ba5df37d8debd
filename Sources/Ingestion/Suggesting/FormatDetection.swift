// What format a file probably has, by its first bytes. A guess for people to correct, never used
// where a mapping says.

import Events

enum FormatDetection {
    /// So many bytes are looked at.
    private static let sampleBytes = 262_144
    /// Lines before the header that are taken for titles.
    private static let titleLinesLimit = 20
    private static let delimiters: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
    ]

    /// - Throws: where the file cannot be read, or is empty.
    static func detect(path: String) throws(IngestionError) -> RecordFormat {
        var source = try ByteSource(path: path)
        var bytes = [UInt8](repeating: 0, count: sampleBytes)
        var count = 0
        while count < sampleBytes {
            let more = try source.read(into: &bytes, from: count)
            if more == 0 { break }
            count += more
        }
        let sample = bytes[..<count]
        let start = sample.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        guard let first = sample[start...].firstIndex(where: { $0 > 0x20 }) else {
            let finding = Finding(
                code: "empty-file", file: path, found: "nothing", foundIsPublic: true,
                expected: "records")
            throw .refusedHeader(path: path, findings: [finding])
        }
        switch sample[first] {
        case UInt8(ascii: "<"): return .xes(pairsLifecycle: hasStarts(sample))
        case UInt8(ascii: "["): return isCloudEvents(sample) ? .cloudEvents : .json
        case UInt8(ascii: "{"):
            if contains("\"eventTypes\"", sample), contains("\"objectTypes\"", sample) {
                return .ocel
            }
            if isCloudEvents(sample) { return .cloudEvents }
            return try JSONLinesStream.fits(path: path) ? .jsonLines : .json
        default: return .delimited(delimited(sample[start...]))
        }
    }

    private static func contains(_ text: String, _ sample: ArraySlice<UInt8>) -> Bool {
        let word = Array(text.utf8)
        guard sample.count >= word.count else { return false }
        return (sample.startIndex...(sample.endIndex - word.count)).contains { place in
            sample[place] == word[0] && sample[place..<(place + word.count)].elementsEqual(word)
        }
    }

    private static func isCloudEvents(_ sample: ArraySlice<UInt8>) -> Bool {
        contains("\"specversion\"", sample)
    }

    private static func hasStarts(_ sample: ArraySlice<UInt8>) -> Bool {
        contains("key=\"lifecycle:transition\" value=\"start\"", sample)
    }

    private static func delimited(_ sample: ArraySlice<UInt8>) -> DelimitedFormat {
        let encoding = encoding(of: sample)
        // The last line may be cut off; behind a line end it is none.
        let lines = sample.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).dropLast().prefix(200)
        let used = lines.isEmpty ? [sample] : Array(lines)
        var best = (delimiter: UInt8(ascii: ","), skipped: 0, score: -1)
        for delimiter in delimiters {
            let counts = used.map { FormatDetection.count(of: delimiter, in: $0) }
            guard let skipped = titleLines(counts) else { continue }
            // Lines that have as many as the header, and many fields: a decimal comma is in every
            // line, too.
            let alike = counts.count { $0 == counts[skipped] }
            let score = alike * alike * min(counts[skipped], 999)
            if score > best.score { best = (delimiter, skipped, score) }
        }
        // A title, an account, a date of printing; but not half of the sample.
        let skipped = best.skipped <= titleLinesLimit ? best.skipped : 0
        let records = used[skipped...]
        let hasQuotes = records.contains { $0.contains(UInt8(ascii: "\"")) }
        var format = DelimitedFormat(
            delimiter: best.delimiter, quote: hasQuotes ? UInt8(ascii: "\"") : nil,
            encoding: encoding)
        format.skippedLineCount = skipped
        if let first = records.first, !isHeader(Array(first), format) {
            var fields = FieldTable()
            fields.split(Array(first).span, 0..<first.count, format: format)
            format.columnNames = (1...max(1, fields.count)).map { "column\($0)" }
        }
        return format
    }

    /// How often a delimiter stands in a line outside of quotes.
    private static func count(of delimiter: UInt8, in line: ArraySlice<UInt8>) -> Int {
        var isQuoted = false
        var count = 0
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == delimiter, !isQuoted { count += 1 }
        }
        return count
    }

    /// Lines before the first one that has as many delimiters as a tenth of all lines; `nil` where
    /// none has. Texts with delimiters in them give lines of many counts.
    private static func titleLines(_ counts: [Int]) -> Int? {
        var frequency: [Int: Int] = [:]
        for count in counts where count > 0 { frequency[count, default: 0] += 1 }
        return counts.firstIndex { (frequency[$0] ?? 0) * 10 >= counts.count }
    }

    /// Names are texts that differ and are no numbers and no dates.
    private static func isHeader(_ line: [UInt8], _ format: DelimitedFormat) -> Bool {
        var fields = FieldTable()
        fields.split(line.span, 0..<line.count, format: format)
        var names: Set<String> = []
        for field in 0..<fields.count {
            guard let text = fields.text(field, line) else { return false }
            let isName =
                !text.isEmpty && text.unicodeScalars.contains { $0.properties.isAlphabetic }
                && !"0123456789".contains(text.first ?? "0")
            guard isName, names.insert(text).inserted else { return false }
        }
        return true
    }

    private static func encoding(of sample: ArraySlice<UInt8>) -> TextEncoding {
        // The sample may end in the middle of a character.
        for dropped in 0...3
        where String(validating: sample.dropLast(dropped), as: UTF8.self) != nil {
            return .utf8
        }
        return sample.contains { (0x80...0x9f).contains($0) } ? .windows1252 : .latin1
    }
}
