// Journeys, links and what was measured of them as kept columns, and the way back to a whole table
// and book.

package import Events
import Parallelism

/// What is known of each interaction's part in its journey.
enum LinkColumn: String, CaseIterable {
    case predecessor, successor, failure, role, journey, probability, named

    var name: String { "link." + rawValue }
}

/// What is known of each journey.
enum JourneyColumn: String, CaseIterable {
    case first, last, contacts, family, customer, state

    var name: String { "journey." + rawValue }
    static let names = allCases.map(\.name)
}

/// What the journeys of a log are kept as: the corrected interactions, the journeys, and how many
/// corrections there were.
package struct KeptRecord: Sendable {
    package var table: ContactTable
    package var book: JourneyBook
    package var correctionCount: Int
    package var unmatchedCorrectionCount: Int

    package init(
        table: ContactTable, book: JourneyBook, correctionCount: Int,
        unmatchedCorrectionCount: Int
    ) {
        self.table = table
        self.book = book
        self.correctionCount = correctionCount
        self.unmatchedCorrectionCount = unmatchedCorrectionCount
    }
}

/// The journeys of a log in a form that can be kept.
package enum KeptJourneys {
    /// Of the form and of what is computed: another version is made anew.
    package static let version: UInt32 = 3

    package static func columns(_ record: KeptRecord) -> [KeptColumn] {
        let (table, book) = (record.table, record.book)
        var counts = KeptCounts()
        counts.corrections = record.correctionCount
        counts.unmatchedCorrections = record.unmatchedCorrectionCount
        counts.interactions = table.contacts.count
        counts.journeys = book.journeys.count
        counts.customers = table.customers.count
        counts.churns = table.churnedAt.count
        counts.phantoms = table.phantomCount
        counts.coverage = table.coverage
        counts.bins = book.hazards.bins.count
        counts.families = book.hazards.habitFactors.count
        counts.placebos = book.hazards.placebo.count
        let index = KeptIndex(table, book)
        counts.names = index.nameCount
        return [KeptColumn(KeptCounts.column, counts.values)] + table.keptColumns
            + book.keptColumns + index.keptColumns
    }

    /// What ``columns(_:)`` was given, as far as anything after it asks.
    /// - Parameter names: gives those of the log's symbols now, of which there may be more than
    ///   there were. They are read while the interactions are.
    /// - Complexity: O(n), a fraction of what making it anew takes.
    package static func restored(
        _ kept: some KeptColumns & Sendable, rules: LinkRules,
        names: @Sendable () throws -> Interner
    ) throws -> KeptRecord {
        let counts = try KeptCounts(kept)
        var (table, dictionary) = try Parallel.both(
            { () throws in try ContactTable(kept, counts, names: Interner()) },
            { () throws in try names() })
        table.dictionary = dictionary
        return KeptRecord(
            table: table, book: try JourneyBook(kept, counts, table, rules: rules),
            correctionCount: counts.corrections,
            unmatchedCorrectionCount: counts.unmatchedCorrections)
    }
}

extension JourneyBook {
    fileprivate var keptColumns: [KeptColumn] {
        func column(_ column: LinkColumn, _ value: @escaping @Sendable (Int) -> Int64) -> KeptColumn
        {
            KeptColumn(column.name, count: role.count) { $0.map(value) }
        }
        func journey(
            _ column: JourneyColumn, _ value: @escaping @Sendable (Journey) -> Int64
        ) -> KeptColumn {
            let journeys = journeys
            return KeptColumn(column.name, count: journeys.count) { journeys[$0].map(value) }
        }
        let book = self
        return [
            column(.predecessor) { Int64(book.predecessor[$0]) },
            column(.successor) { Int64(book.successor[$0]) },
            column(.failure) { Int64(book.failure[$0]) },
            column(.role) { Int64(book.role[$0].rawValue) },
            column(.journey) { Int64(book.journeyOf[$0]) },
            column(.probability) { Int64(book.probability[$0]) },
            column(.named) { book.isNamed[$0] ? 1 : 0 },
            journey(.first) { Int64($0.first) },
            journey(.last) { Int64($0.last) },
            journey(.contacts) { Int64($0.contactCount) },
            journey(.family) { Int64($0.family) },
            journey(.customer) { Int64($0.customer) },
            journey(.state) { Int64($0.state.rawValue) },
        ] + hazards.keptColumns
    }

    fileprivate init(
        _ kept: some KeptColumns, _ counts: KeptCounts, _ table: ContactTable, rules: LinkRules
    ) throws {
        let count = counts.interactions
        func number(_ column: LinkColumn) throws -> [Int32] {
            try kept.int32s(column.name, count: count)
        }
        var journeys: [Journey] = []
        journeys.reserveCapacity(counts.journeys)
        try kept.read(
            JourneyColumn.names, count: counts.journeys,
            { try Journey.journeys($0) }, take: { journeys += $0 })
        self.init(
            rules: ResolvedLinkRules(
                rules, dictionary: table.dictionary, intents: table.intents),
            predecessor: try number(.predecessor), successor: try number(.successor),
            failure: try kept.uint8s(LinkColumn.failure.name, count: count),
            role: try kept.uint8s(LinkColumn.role.name, count: count).map {
                try JourneyBook.role(kept: Int64($0))
            },
            journeyOf: try number(.journey), journeys: journeys,
            probability: try number(.probability),
            hazards: try LinkHazards(kept, counts, rules: rules),
            isNamed: try kept.uint8s(LinkColumn.named.name, count: count).map { $0 != 0 })
    }

    static func role(kept value: Int64) throws -> Role {
        guard let role = UInt8(exactly: value).flatMap(Role.init(rawValue:)) else {
            throw KeptValueError(column: LinkColumn.role.name, value: value)
        }
        return role
    }
}

extension Journey {
    /// The journeys of some rows.
    /// - Parameter columns: in the order of ``JourneyColumn/names``.
    static func journeys(_ columns: [[Int64]]) throws -> [Journey] {
        func number(_ column: Int, _ row: Int) -> Int32 {
            Int32(truncatingIfNeeded: columns[column][row])
        }
        let states = columns[5]
        return try states.indices.map { row in
            guard let state = UInt8(exactly: states[row]).flatMap(JourneyState.init(rawValue:))
            else { throw KeptValueError(column: JourneyColumn.state.name, value: states[row]) }
            return Journey(
                first: number(0, row), last: number(1, row), contactCount: number(2, row),
                family: number(3, row), customer: number(4, row), state: state)
        }
    }
}

extension LinkHazards {
    private static let binColumn = "hazard.bins"
    private static let habitColumn = "hazard.habit"
    private static let weekColumn = "hazard.week"
    private static let placeboColumn = "hazard.placebo"

    /// What was measured; the backgrounds of single customers are part of their links'
    /// probabilities, and asked for no more.
    fileprivate var keptColumns: [KeptColumn] {
        [
            KeptColumn(LinkHazards.binColumn, bins.flatMap(\.keptValues)),
            KeptColumn(LinkHazards.habitColumn, habitFactors.map(\.keptBits)),
            KeptColumn(LinkHazards.weekColumn, week.intensity.map(\.keptBits)),
            KeptColumn(LinkHazards.placeboColumn, placebo.flatMap(\.keptValues)),
        ]
    }

    init(_ kept: some KeptColumns, _ counts: KeptCounts, rules: LinkRules) throws {
        let binValues = try kept.int64s(LinkHazards.binColumn, count: counts.bins * 4)
        let placeboValues = try kept.int64s(
            LinkHazards.placeboColumn, count: counts.placebos * 7)
        guard counts.placebos == rules.links.count else {
            throw KeptValueError(
                column: LinkHazards.placeboColumn, value: Int64(counts.placebos))
        }
        self.init(
            binCount: LinkHazards.binSixtieths.count, failureCount: rules.failures.count + 1,
            bins: (0..<counts.bins).map { bin in
                Bin(kept: Array(binValues[(bin * 4)..<(bin * 4 + 4)]))
            },
            backgroundPerHour: [],
            week: WeekProfile(
                intensity: try kept.int64s(
                    LinkHazards.weekColumn, count: WeekProfile.hourCount
                )
                .map(Double.init(keptBits:))),
            habitFactors: try kept.int64s(LinkHazards.habitColumn, count: counts.families)
                .map(Double.init(keptBits:)),
            placebo: rules.links.enumerated().map { place, rule in
                Placebo(
                    kept: Array(placeboValues[(place * 7)..<(place * 7 + 7)]), rule: rule.id)
            },
            familyCount: counts.families)
    }
}

extension LinkHazards.Bin {
    fileprivate var keptValues: [Int64] {
        [
            Int64(contacts), exposureHours.keptBits, expectedBackground.keptBits,
            excessPerHour.keptBits,
        ]
    }

    fileprivate init(kept values: [Int64]) {
        self.init(
            contacts: Int(values[0]), exposureHours: Double(keptBits: values[1]),
            expectedBackground: Double(keptBits: values[2]),
            excessPerHour: Double(keptBits: values[3]))
    }
}

extension LinkHazards.Placebo {
    fileprivate var keptValues: [Int64] {
        [
            Int64(base), Int64(linked), Int64(placeboBase), Int64(placeboFollowed),
            Int64(placeboContacts), placeboStartMillionths, placeboExpected.keptBits,
        ]
    }

    fileprivate init(kept values: [Int64], rule: String) {
        self.init(
            rule: rule, base: Int(values[0]), linked: Int(values[1]),
            placeboBase: Int(values[2]), placeboFollowed: Int(values[3]),
            placeboContacts: Int(values[4]), placeboStartMillionths: values[5],
            placeboExpected: Double(keptBits: values[6]))
    }
}

extension Double {
    /// The same bits as a whole number.
    fileprivate var keptBits: Int64 { Int64(bitPattern: bitPattern) }

    fileprivate init(keptBits: Int64) { self.init(bitPattern: UInt64(bitPattern: keptBits)) }
}
