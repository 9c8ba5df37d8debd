// The gate of the synthetic operation: its settings, and what is refused.

package import Events

extension SyntheticOperation {
    /// What to generate.
    package struct Settings: Hashable, Sendable {
        package enum Waits: String, CaseIterable, Sendable {
            /// Waits follow from the load.
            case live
            /// Each contact that happens without the automation too keeps the wait that it had
            /// there, whatever the load.
            case frozen
        }

        /// The seed of everything.
        package var seed: UInt64
        /// From ten to five million.
        package var customers: Int
        /// First local day.
        package var from: CivilDate
        /// The day after the last.
        package var to: CivilDate
        package var profile: OperationProfile
        package var automation: OperationAutomation?
        package var waits: Waits

        package init(
            seed: UInt64 = 1, customers: Int = 20_000, from: CivilDate = Settings.defaultFrom,
            to: CivilDate = Settings.defaultTo, profile: OperationProfile = .retailBank,
            automation: OperationAutomation? = nil, waits: Waits = .live
        ) {
            self.seed = seed
            self.customers = customers
            self.from = from
            self.to = to
            self.profile = profile
            self.automation = automation
            self.waits = waits
        }

        /// 2025-01-01, a Wednesday.
        package static let defaultFrom = CivilDate(dayNumber: 20_089)
        /// 2025-04-01.
        package static let defaultTo = CivilDate(dayNumber: 20_179)

        /// - Throws: ``SynthesisError`` naming the first setting out of range.
        package func check() throws(SynthesisError) {
            try Settings.check("customers", customers, within: 10...5_000_000)
            try Settings.check("first year", from.year, within: 1_996...2_090)
            try Settings.check("last year", to.year, within: 1_996...2_090)
            try Settings.check("days", to.dayNumber - from.dayNumber, within: 1...1_100)
            guard let automation else { return }
            let perMille = Int((automation.adoption * 1_000).rounded())
            try Settings.check("adoption (thousandths)", perMille, within: 0...1_000)
            let success = Int(((automation.success ?? 0) * 1_000).rounded())
            try Settings.check("success (thousandths)", success, within: 0...1_000)
            try Settings.check("intents", automation.intents.count, within: 1...12)
            let day = automation.start.dayNumber
            try Settings.check(
                "automation's start (days after the first)", day - from.dayNumber,
                within: 0...(to.dayNumber - from.dayNumber - 1))
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
