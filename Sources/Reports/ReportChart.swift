// Charts of a report as data. How they are drawn is the page's business; the plain text form
// prints the same data as words.

/// A picture under a figure id.
package struct ReportChart: Hashable, Sendable, Codable {
    /// As `F4.1`.
    package var id: String
    package var title: String
    /// What the picture shows, for those who do not see it.
    package var summary: String
    package var kind: Kind
    package var notes: [String]
    /// What of the run record the figure was made from.
    package var origin: String
    package var mark: ProvenanceMark
    /// Its numbers are differences and carry their sign.
    package var isOfChanges: Bool

    package init(
        id: String, title: String, summary: String, kind: Kind, notes: [String] = [],
        origin: String, mark: ProvenanceMark, isOfChanges: Bool
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.kind = kind
        self.notes = notes
        self.origin = origin
        self.mark = mark
        self.isOfChanges = isOfChanges
    }

    package enum Kind: Hashable, Sendable, Codable {
        case waterfall(unit: String, steps: [Step])
        case intervals(unit: String, points: [Point])
        case flow(unit: String, flows: [Flow])
    }

    /// One bar of a waterfall, as a change of the running sum.
    package struct Step: Hashable, Sendable, Codable {
        package var label: String
        package var change: Double
        /// The bar stands on zero: the first, or the sum of those before it.
        package var isTotal: Bool

        package init(_ label: String, change: Double, isTotal: Bool = false) {
            self.label = label
            self.change = change
            self.isTotal = isTotal
        }
    }

    /// A dot with its interval, in the chart's unit.
    package struct Point: Hashable, Sendable, Codable {
        package var label: String
        package var mean: Double
        package var low: Double?
        package var high: Double?

        package init(_ label: String, mean: Double, low: Double?, high: Double?) {
            self.label = label
            self.mean = mean
            self.low = low
            self.high = high
        }
    }

    /// A change of what one cause makes one payer pay; negative is less to pay.
    package struct Flow: Hashable, Sendable, Codable {
        package var caused: String
        package var paid: String
        package var amount: Double

        package init(caused: String, paid: String, amount: Double) {
            self.caused = caused
            self.paid = paid
            self.amount = amount
        }
    }
}
