// The lines that calls come in on, with the counters that number the calls of each.

/// Lines of six voice response units; more are added where all of them are busy, so that no call
/// is refused.
struct TelephoneLines {
    private static let perUnit = 11
    private static let first = 66

    private var generator: SeededGenerator
    private var isBusy: [Bool]
    private var nextNumber: [Int] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed, purpose: .lines)
        isBusy = [Bool](repeating: false, count: TelephoneLines.first)
        for _ in isBusy { nextNumber.append(generator.within(1_000...40_000)) }
    }

    /// A free line and the call's number on it. Numbers of one line ascend and never repeat.
    mutating func take() -> (line: Int, number: Int) {
        let start = generator.below(TelephoneLines.first)
        var line = start
        while line < isBusy.count, isBusy[line] { line += 1 }
        if line == isBusy.count {
            line = isBusy[..<start].firstIndex(of: false) ?? isBusy.count
        }
        if line == isBusy.count {
            isBusy.append(true)
            nextNumber.append(generator.within(1_000...40_000))
        }
        isBusy[line] = true
        nextNumber[line] += 1
        return (line, nextNumber[line])
    }

    mutating func free(_ line: Int) { isBusy[line] = false }

    /// `AA0101`: the unit, then the line of the unit, from 1.
    static func name(_ line: Int) -> String {
        "AA" + twoDigits(line / perUnit + 1) + twoDigits(line % perUnit + 1)
    }
}

/// A number with a leading zero where it has one digit only.
func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
