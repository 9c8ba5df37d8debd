// What a caller may choose: seed, size, period and the probabilities of calling again. The rest of
// the mechanism is in BankParameters and is stated in the truth.

package import Events

extension SyntheticBank {
    /// The choices behind one synthetic bank.
    package struct Settings: Hashable, Sendable {
        package var seed: UInt64
        /// Customers with an id; half as many prospective customers, who have none, come on top.
        /// 10 to 10,000,000.
        package var customers: Int
        /// The first day.
        package var from: CivilDate
        /// The day after the last.
        package var to: CivilDate
        /// New needs on an average day, 1 to 1,000,000. Calls caused by failed calls come on top,
        /// about one for ten needs at the default size.
        package var needsPerDay: Int
        /// The probability, in thousandths, that a caller who gave up in the queue calls again.
        package var recontactAfterAbandonment = 330
        /// The same for a caller who left in the voice response unit; at most
        /// ``BankParameters/unmetInVoiceResponse``.
        package var recontactAfterVoiceResponse = 150
        /// The same for a caller whom an agent cut off within ten seconds.
        package var recontactAfterShortService = 450

        /// The default makes about 40,000 records over the first seven months of 1999.
        package init(
            seed: UInt64 = 1, customers: Int = 1_800, from: CivilDate = Settings.defaultFrom,
            to: CivilDate = Settings.defaultTo, needsPerDay: Int = 176
        ) {
            self.seed = seed
            self.customers = customers
            self.from = from
            self.to = to
            self.needsPerDay = needsPerDay
        }

        /// 1999-01-01, a Friday.
        package static let defaultFrom = CivilDate(dayNumber: 10_592)
        /// 1999-08-01.
        package static let defaultTo = CivilDate(dayNumber: 10_804)

        /// Days of the period.
        var days: Int { to.dayNumber - from.dayNumber }

        /// - Throws: ``SynthesisError`` naming the first setting out of range.
        package func check() throws(SynthesisError) {
            try Settings.check("customers", customers, within: 10...10_000_000)
            try Settings.check("needs per day", needsPerDay, within: 1...1_000_000)
            try Settings.check("first year", from.year, within: 1_970...2_068)
            try Settings.check("last year", to.year, within: 1_970...2_068)
            try Settings.check("days", days, within: 1...3_660)
            try Settings.check(
                "recontact after abandonment", recontactAfterAbandonment, within: 0...1_000)
            try Settings.check(
                "recontact after voice response", recontactAfterVoiceResponse,
                within: 0...BankParameters.unmetInVoiceResponse)
            try Settings.check(
                "recontact after short service", recontactAfterShortService, within: 0...1_000)
        }

        private static func check(
            _ field: String, _ found: Int, within allowed: ClosedRange<Int>
        ) throws(SynthesisError) {
            guard allowed.contains(found) else {
                throw SynthesisError(field: field, found: found, allowed: allowed)
            }
        }
    }
}

/// A setting out of its range.
package struct SynthesisError: Error, Hashable, Sendable, CustomStringConvertible {
    package let field: String
    package let found: Int
    package let allowed: ClosedRange<Int>

    package var description: String {
        "setting \"\(field)\": expected \(allowed.lowerBound) to \(allowed.upperBound),"
            + " found \(found)"
    }
}
