// What is lost with a customer who leaves, as a user writes it down. Customer value at risk is
// nothing that anybody pays: it is a book of its own.

package import Events

/// The value of one customer.
package struct CustomerValue: Hashable, Sendable {
    /// The segments it is for; empty means every one that no earlier value took.
    package var segments: [String]
    package var amount: Money
    package var grade: EvidenceGrade
    package var source: String

    package init(segments: [String], amount: Money, grade: EvidenceGrade, source: String) {
        self.segments = segments
        self.amount = amount
        self.grade = grade
        self.source = source
    }
}

/// How likely a customer leaves whose need was given up.
package struct LeavingRule: Hashable, Sendable {
    /// In millionths.
    package var probability: Int64
    package var grade: EvidenceGrade
    package var source: String

    package init(probability: Int64, grade: EvidenceGrade, source: String) {
        self.probability = probability
        self.grade = grade
        self.source = source
    }
}

/// The value at stake.
package struct ValueRules: Hashable, Sendable {
    package var values: [CustomerValue]
    /// `nil` where nothing is said of customers who gave up.
    package var leaving: LeavingRule?

    package init(values: [CustomerValue], leaving: LeavingRule? = nil) {
        self.values = values
        self.leaving = leaving
    }
}
