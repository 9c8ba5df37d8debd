// From a reader's symbols to the log's.

import Events

/// A reader's symbols and the log's, filled as symbols are used: names that occur only in refused
/// records never reach the log's dictionary.
///
/// New names are noted first, for a whole batch, and then entered in the order in which the events
/// use them, field by field within each event: so a name's number, and with it every hash, does
/// not depend on the batches that the events came in.
struct SymbolMap {
    private static let unmapped = UInt32.max
    private var targets: [UInt32] = [0]
    /// Where each noted symbol is used first: row, column, and place in a list.
    private var firstUse: [UInt64] = [.max]
    private var noted: [UInt32] = []

    mutating func prepare(for given: NameList) {
        precondition(
            given.count >= targets.count,
            "a list of \(given.count) names after one of \(targets.count)")
        let more = given.count - targets.count
        targets += [UInt32](repeating: SymbolMap.unmapped, count: more)
        firstUse += [UInt64](repeating: .max, count: more)
    }

    /// Notes what a column uses that has no number in the log yet.
    mutating func note(_ values: [UInt32], column: Int) {
        for row in values.indices where targets[Int(values[row])] == SymbolMap.unmapped {
            note(values[row], row: row, column: column, index: 0)
        }
    }

    /// Notes one symbol of a list within a row, if it has no number yet.
    mutating func note(_ symbol: Symbol, row: Int, column: Int, index: Int) {
        guard targets[Int(symbol.rawValue)] == SymbolMap.unmapped else { return }
        note(symbol.rawValue, row: row, column: column, index: index)
    }

    private mutating func note(_ symbol: UInt32, row: Int, column: Int, index: Int) {
        let place = UInt64(row) << 24 | UInt64(column) << 16 | UInt64(min(index, 0xffff))
        if firstUse[Int(symbol)] == .max { noted.append(symbol) }
        firstUse[Int(symbol)] = min(firstUse[Int(symbol)], place)
    }

    /// Gives every noted symbol its number in the log.
    mutating func enterNoted(_ given: NameList, _ names: inout Interner) {
        noted.sort { firstUse[Int($0)] < firstUse[Int($1)] }
        for symbol in noted {
            targets[Int(symbol)] = names.intern(given.string(Symbol(symbol))).rawValue
            firstUse[Int(symbol)] = .max
        }
        noted.removeAll(keepingCapacity: true)
    }

    /// The log's symbols of a column's values; `nil` where one has none yet.
    func mapped(_ values: [UInt32]) -> [UInt32]? {
        guard let first = values.first else { return values }
        // Most columns of a source that does not state them all are one value throughout.
        if values.allSatisfy({ $0 == first }) {
            let target = targets[Int(first)]
            guard target != SymbolMap.unmapped else { return nil }
            return target == first ? values : Array(repeating: target, count: values.count)
        }
        let targets = targets
        var greatest: UInt32 = 0
        let mapped = values.map { value in
            let target = targets[Int(value)]
            greatest = max(greatest, target)
            return target
        }
        return greatest == SymbolMap.unmapped ? nil : mapped
    }

    /// The log's symbol; `nil` where there is none yet.
    func knownTarget(of symbol: Symbol) -> Symbol? {
        let target = targets[Int(symbol.rawValue)]
        return target == SymbolMap.unmapped ? nil : Symbol(target)
    }
}
