// What things cost and who pays, as a user writes it down. The file is read in Scenarios.

package import Events

/// How good the evidence behind a stated figure is.
package enum EvidenceGrade: String, CaseIterable, Sendable, Codable {
    /// Peer-reviewed study, field experiment, statute or regulator data.
    case a = "A"
    /// Large industry benchmark with a stated sample.
    case b = "B"
    /// Practitioner, vendor or secondary write-up.
    case c = "C"
    /// An assumption without a public source.
    case d = "D"
}

/// What a cost is charged for.
package enum CostedActivity: String, CaseIterable, Sendable {
    /// Talk, hold and wrap-up minutes of a contact that a person served.
    case handle
    /// Minutes the contact spent in automation.
    case automation
    /// A session of automation as such, however long: what running it costs each time.
    case session

    /// What is charged by the minute.
    package static let byMinute: KeyValuePairs = ["handle": handle, "automation": automation]
}

/// One rate: minutes of an activity, charged to a payer.
package struct CostRule: Hashable, Sendable {
    /// The budget that pays: a pool of people or a platform.
    package var payer: String
    package var activity: CostedActivity
    /// The teams, tiers and channels it is for; an empty list takes any. The first rule of an
    /// activity that takes all three of a contact is the contact's.
    package var teams: [String]
    package var tiers: [String]
    package var channels: [String]
    package var perMinute: Money
    package var grade: EvidenceGrade
    package var source: String

    package init(
        payer: String, activity: CostedActivity, teams: [String], tiers: [String] = [],
        channels: [String] = [], perMinute: Money, grade: EvidenceGrade, source: String
    ) {
        self.payer = payer
        self.activity = activity
        self.teams = teams
        self.tiers = tiers
        self.channels = channels
        self.perMinute = perMinute
        self.grade = grade
        self.source = source
    }
}

/// Who pays refunds and redress. Their amounts are the record's own.
package struct RefundRule: Hashable, Sendable {
    package var payer: String
    package var grade: EvidenceGrade
    package var source: String

    package init(payer: String, grade: EvidenceGrade, source: String) {
        self.payer = payer
        self.grade = grade
        self.source = source
    }
}

/// A whole file of cost rules.
package struct CostRules: Hashable, Sendable {
    package var id: String
    /// ISO 4217 code of the store's one currency.
    package var currency: String
    package var rules: [CostRule]
    /// `nil` where refunds are in nobody's budget, and so in no ledger.
    package var refunds: RefundRule?
    /// What automation costs to run beside its minutes.
    package var runs: [RunCost] = []
    /// What is lost with a customer; `nil` where nobody has said.
    package var value: ValueRules?
    /// What may have to be paid.
    package var risks: [RiskRule] = []
    /// What must be said wherever these costs are used.
    package var note: String

    package init(id: String, currency: String, rules: [CostRule], note: String) {
        self.id = id
        self.currency = currency
        self.rules = rules
        self.note = note
    }
}

/// One side-by-side posting of a contact: what one payer is charged for it.
package struct Charge: Hashable, Sendable {
    /// Index into ``LedgerDimensions/payers``.
    package var payer: Int
    package var activity: CostedActivity
    package var amount: Money
    /// Zero where it is not charged by the minute.
    package var perMinute: Money
    /// Of a session: index into ``CostRules/runs``.
    package var run = -1
}
