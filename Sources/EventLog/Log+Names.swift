// A few names without reading all of them into memory.

package import Events
import LMDB

extension Log {
    /// The symbols of names; those that the dictionary does not have are left out.
    /// - Complexity: a pass over the dictionary's bytes.
    package func symbols(of names: [String]) throws -> [String: Symbol] {
        let wanted = names.map { (name: $0, bytes: Array($0.utf8)) }
        var found: [String: Symbol] = [:]
        try forEachNameSegment(from: 1) { first, segment in
            var symbol = first
            try NameSegment.forEachName(in: segment) { range in
                for (name, bytes) in wanted
                where bytes.count == range.count && Log.isSame(segment, range, bytes) {
                    found[name] = Symbol(symbol)
                }
                symbol += 1
            }
            return found.count < wanted.count
        }
        return found
    }

    /// The names behind symbols of the dictionary.
    /// - Complexity: O(names written together with them).
    package func names(of symbols: Set<Symbol>) throws -> [Symbol: String] {
        var names: [Symbol: String] = [:]
        var rest = symbols.filter { !$0.isNone }.sorted()[...]
        while let next = rest.first {
            try forEachNameSegment(from: next.rawValue) { first, segment in
                var symbol = first
                try NameSegment.forEachName(in: segment) { range in
                    if symbol == rest.first?.rawValue {
                        names[Symbol(symbol)] = NameSegment.name(segment, range)
                        rest.removeFirst()
                    }
                    symbol += 1
                }
                return false
            }
            guard names[next] != nil else {
                throw EventLogError.damaged(
                    table: "dictionary", place: "symbol \(next.rawValue)", reason: "missing")
            }
        }
        return names
    }

    /// Gives the segments of the dictionary from that of a symbol on, each with its first symbol.
    private func forEachNameSegment(
        from symbol: UInt32, _ body: (UInt32, Span<UInt8>) throws -> Bool
    ) throws {
        try reading { transaction in
            try transaction.withCursor(layout.dictionary) { cursor in
                var isThere = try cursor.move(to: .atOrAfter(Layout.symbol(symbol)))
                // A segment has the key of its first name; another name is in the one before.
                let isFirst =
                    try isThere
                    && cursor.withEntry { key, _ in
                        OrderedKey.unsigned32(key, at: 0) == symbol
                    }
                if !isFirst { isThere = try cursor.move(to: isThere ? .previous : .last) }
                while isThere {
                    let goesOn = try cursor.withEntry { key, value in
                        let first = OrderedKey.unsigned32(key, at: 0) ?? 0
                        do {
                            return try body(first, value)
                        } catch let error as EventFormatError {
                            throw EventLogError.damaged(
                                table: "dictionary", place: "symbol \(first)", reason: "\(error)")
                        }
                    }
                    guard goesOn else { return }
                    isThere = try cursor.move(to: .next)
                }
            }
        }
    }

    @inline(__always)
    private static func isSame(
        _ segment: Span<UInt8>, _ range: Range<Int>, _ bytes: [UInt8]
    ) -> Bool {
        for place in bytes.indices where segment[range.lowerBound + place] != bytes[place] {
            return false
        }
        return true
    }
}
