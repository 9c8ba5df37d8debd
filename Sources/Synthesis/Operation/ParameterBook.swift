// Every number that the operation is made of, written down as it is taken: the run reads what the
// book returns, so that none is used that the file of parameters does not state.

/// How well a number is supported: A measured and reviewed, B measured, C a practitioner's or a
/// vendor's figure, D an assumption.
enum EvidenceLevel: String {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
}

/// The stated parameters in the order in which they were taken.
struct ParameterBook {
    struct Entry {
        var name: String
        var value: String
        var section: String
        var grade: EvidenceLevel
        var note: String
    }

    private(set) var entries: [Entry] = []

    /// Notes a number and returns it.
    /// - Parameter section: Of the domain reference; empty where the number is ours alone.
    mutating func state(
        _ name: String, _ value: Double, _ section: String, _ grade: EvidenceLevel,
        _ note: String = ""
    ) -> Double {
        add(name, decimalText(value), section, grade, note)
        return value
    }

    /// Notes a list of numbers and returns it.
    mutating func state(
        _ name: String, _ values: [Double], _ section: String, _ grade: EvidenceLevel,
        _ note: String = ""
    ) -> [Double] {
        let text = "[" + values.map(decimalText).joined(separator: ", ") + "]"
        add(name, text, section, grade, note)
        return values
    }

    private mutating func add(
        _ name: String, _ value: String, _ section: String, _ grade: EvidenceLevel, _ note: String
    ) {
        entries.append(
            Entry(name: name, value: value, section: section, grade: grade, note: note))
    }

    /// The lines of the file of parameters.
    var text: String {
        var text = "parameters:\n"
        for entry in entries {
            text += "  \(entry.name):\n    value: \(entry.value)\n"
            text += "    section: \"\(entry.section.isEmpty ? "none" : entry.section)\"\n"
            text += "    grade: \(entry.grade.rawValue)\n"
            if !entry.note.isEmpty { text += "    note: \"\(entry.note)\"\n" }
        }
        return text
    }
}

/// A number in decimal with at most six decimals and no needless zero: `0.35`, `420`.
func decimalText(_ value: Double) -> String {
    let millionths = Int((value * 1_000_000).rounded())
    let magnitude = Int(millionths.magnitude)
    var text = (millionths < 0 ? "-" : "") + "\(magnitude / 1_000_000)"
    var fraction = magnitude % 1_000_000
    guard fraction > 0 else { return text }
    var digits = "\(1_000_000 + fraction)".dropFirst()
    while fraction % 10 == 0 {
        digits = digits.dropLast()
        fraction /= 10
    }
    text += "." + digits
    return text
}
