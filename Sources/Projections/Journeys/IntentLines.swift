// Lines of business: which part of the business each intent is the affair of, as the file of link
// rules says. Governance asks for every figure by them.

package import Events

/// A part of the business, and the intents that are its own.
package struct LineOfBusiness: Hashable, Sendable {
    package var id: String
    package var intents: [String]

    package init(id: String, intents: [String]) {
        self.id = id
        self.intents = intents
    }
}

/// Lines of business laid out over a log's dictionary: numbers instead of names.
package struct IntentLines: Sendable {
    /// What intents that no line names, and unknown ones, are part of.
    package static let unknownName = "unknown"

    /// In the order of the file; an intent is part of one at most.
    package let names: [String]
    /// By raw symbol of the intent: one more than its line's place among ``names``, or 0. Empty
    /// where there are no lines.
    private let places: [Int32]

    /// Every intent is part of no line.
    package init() {
        names = []
        places = []
    }

    /// - Complexity: O(names of the dictionary).
    package init(_ lines: [LineOfBusiness], dictionary: Interner) {
        names = lines.map(\.id)
        var places = [Int32](repeating: 0, count: lines.isEmpty ? 0 : dictionary.count)
        for (place, line) in lines.enumerated() {
            for intent in line.intents {
                guard let symbol = dictionary.symbol(of: intent) else { continue }
                places[Int(symbol.rawValue)] = Int32(place + 1)
            }
        }
        self.places = places
    }

    /// The place of an intent's line among ``names``; -1 where it is part of none.
    @inline(__always)
    package func line(of intent: IntentID) -> Int {
        places.isEmpty ? -1 : Int(places[Int(intent.symbol.rawValue)]) - 1
    }

    /// The name of an intent's line, or ``unknownName``.
    package func name(of intent: IntentID) -> String {
        let line = line(of: intent)
        return line < 0 ? IntentLines.unknownName : names[line]
    }
}
