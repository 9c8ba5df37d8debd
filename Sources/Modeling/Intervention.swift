// What a scenario does to the operation: one automated step put before recorded contacts. The
// file that states it is read in Scenarios.

/// A step of automation before the contacts of its scope, and its four ends.
package struct Intervention: Hashable, Sendable, Codable {
    /// The automation's own id; draws made for it carry this name, never a place in a file.
    package var automation: String
    /// Names of the intents in scope.
    package var intents: [String]
    /// The automation is on from this local day, counted from 1970-01-01 ...
    package var firstDay: Int
    /// ... to the end of this one.
    package var lastDay: Int

    /// Share of offered contacts that take the step up.
    package var takeUp: RangedParameter
    /// Of those who take it up, the share that automation closes, truly or not.
    package var contained: RangedParameter
    /// Of the contained, the share whose need was not met.
    package var falseShare: RangedParameter
    /// Of those not contained, the share that hangs up inside the step; the rest is handed over.
    package var abandonedShare: RangedParameter
    /// Of the falsely contained, the share that comes back; the rest gives up in silence.
    package var falseReturns: RangedParameter
    /// Seconds spent in the step.
    package var stepSeconds: RangedParameter
    /// ρ: how strongly difficulty decides the step's success.
    package var selectionStrength: RangedParameter
    /// λ: how well the recorded handle time tells difficulty.
    package var reliability: RangedParameter
    /// Share of contacts that reach a person after the step without its context.
    package var contextLost: RangedParameter
    /// Seconds of talk that a lost context adds; who comes back falsely contained pays them too.
    package var contextPenaltySeconds: RangedParameter
    /// Odds ratio of a return after a failed contact that was handed over, against the record.
    package var handoverReturnOdds: RangedParameter
    /// Major units of currency for each step taken.
    package var runCostPerStep: RangedParameter
    /// Major units of currency for the whole period: build, supervision, maintenance.
    package var fixedCost: RangedParameter
    /// The budget that pays for the automation.
    package var payer: String

    package init(
        automation: String, intents: [String], firstDay: Int, lastDay: Int,
        takeUp: RangedParameter, contained: RangedParameter, falseShare: RangedParameter,
        abandonedShare: RangedParameter, falseReturns: RangedParameter,
        stepSeconds: RangedParameter, selectionStrength: RangedParameter,
        reliability: RangedParameter, contextLost: RangedParameter,
        contextPenaltySeconds: RangedParameter, handoverReturnOdds: RangedParameter,
        runCostPerStep: RangedParameter, fixedCost: RangedParameter, payer: String
    ) {
        self.automation = automation
        self.intents = intents
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.takeUp = takeUp
        self.contained = contained
        self.falseShare = falseShare
        self.abandonedShare = abandonedShare
        self.falseReturns = falseReturns
        self.stepSeconds = stepSeconds
        self.selectionStrength = selectionStrength
        self.reliability = reliability
        self.contextLost = contextLost
        self.contextPenaltySeconds = contextPenaltySeconds
        self.handoverReturnOdds = handoverReturnOdds
        self.runCostPerStep = runCostPerStep
        self.fixedCost = fixedCost
        self.payer = payer
    }

    /// Every stated parameter, in the order in which people read them.
    package var parameters: [RangedParameter] {
        [
            takeUp, contained, falseShare, abandonedShare, falseReturns, stepSeconds,
            selectionStrength, reliability, contextLost, contextPenaltySeconds,
            handoverReturnOdds, runCostPerStep, fixedCost,
        ]
    }
}
