// Columns that hold symbols: codes that are symbols themselves, and lists whose items have a symbol
// for a name. A reader's symbols are given the log's here.

import Events

/// A column with symbols in it.
enum NamedColumn: Hashable, Sendable {
    case codes(CodeColumn)
    case list(BytesColumn)

    /// Lists first: they take longest, and all of them are done at once.
    static let allCases: [NamedColumn] =
        [.list(.attributes), .list(.personal)]
        + CodeColumn.allCases.filter(\.isSymbol).map(NamedColumn.codes)

    /// The order in which an event's columns name things.
    var number: Int {
        switch self {
        case .codes(let column): column.rawValue
        case .list(let column): CodeColumn.allCases.count + column.rawValue
        }
    }
}

/// A column with the log's symbols.
enum Translation: Sendable {
    case codes([UInt32])
    case list(PackedBytes)

    /// `nil` where a symbol has no counterpart in the log yet.
    init?(
        _ column: NamedColumn, _ columns: EventColumns, _ symbols: SymbolMap
    ) throws(EventFormatError) {
        switch column {
        case .codes(let column):
            guard let mapped = symbols.mapped(columns[column]) else { return nil }
            self = .codes(mapped)
        case .list(let column):
            let source = columns[column]
            guard let mapped = try source.named(column, symbols) else { return nil }
            self = .list(mapped)
        }
    }
}

extension BytesColumn {
    /// Copies a row of a column of lists, each name's symbol replaced.
    func copyNamed(
        _ source: [UInt8], _ range: Range<Int>, into output: inout [UInt8],
        _ map: (Symbol) -> Symbol
    ) throws(EventFormatError) {
        switch self {
        case .attributes:
            try EventCodec.copyAttributes(source, range, into: &output, map)
        case .personal:
            try EventCodec.copyPersonalFields(source, range, into: &output, map)
        case .key: preconditionFailure("keys are no lists")
        }
    }
}

extension PackedBytes {
    /// The lists of a column with the log's symbols for names; `nil` where one has none yet.
    fileprivate func named(
        _ column: BytesColumn, _ symbols: SymbolMap
    ) throws(EventFormatError) -> PackedBytes? {
        guard !bytes.isEmpty else { return self }
        var areAllNamed = true
        func target(_ symbol: Symbol) -> Symbol {
            guard let target = symbols.knownTarget(of: symbol) else {
                areAllNamed = false
                return symbol
            }
            return target
        }
        if column == .attributes {
            // In place where each name's symbol takes as many bytes as before.
            var copy = self
            var isDone = true
            for row in 0..<count where isDone && areAllNamed && !range(row).isEmpty {
                isDone = try EventCodec.replaceAttributeNames(&copy.bytes, range(row), target)
            }
            guard areAllNamed else { return nil }
            if isDone { return copy }
        }
        var mapped = PackedBytes()
        mapped.bytes.reserveCapacity(bytes.count + count)
        mapped.ends.reserveCapacity(count)
        for row in 0..<count {
            if !range(row).isEmpty {
                try column.copyNamed(bytes, range(row), into: &mapped.bytes, target)
                guard areAllNamed else { return nil }
            }
            mapped.ends.append(UInt32(mapped.bytes.count))
        }
        return mapped
    }
}
