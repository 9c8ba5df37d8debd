// A scenario that changes nothing gives exactly nothing, and one that reaches part of the log
// leaves the rest alone.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct IdentityTests {
    /// Nobody takes the step up; everything else is as uncertain as it can be.
    @Test func stepThatNobodyTakesChangesNothing() throws {
        var replications = 0
        for seed in UInt64(0)..<400 {
            let fixture = try ReplayFixture.random(seed) { step, _ in
                step.automations[0][.takeUp] = .constant("take_up", 0)
                step.automations[0][.fixed] = .constant("fixed", 0)
            }
            for result in fixture?.replicate(6) ?? [] {
                expectNothing(result, "seed \(seed)")
                #expect(result.scenario.counters == result.baseline.counters, "seed \(seed)")
                replications += 1
            }
        }
        #expect(replications > 1_000)
    }

    /// Everybody takes it up, and is handed over at once with all that was said.
    @Test func stepThatHandsEverythingOverForNothingChangesNothing() throws {
        for seed in UInt64(0)..<400 {
            let fixture = try ReplayFixture.random(seed) { step, random in
                let uncertain = step
                step = .stated(
                    intents: step.intents,
                    days: (step.firstDay - LogBuilder.firstDay)...(step.lastDay
                        - LogBuilder.firstDay))
                for key in [
                    ParameterKey.falseShare, .falseReturns, .selectionStrength, .reliability,
                    .contextLost,
                ] {
                    step.automations[0][key] = uncertain.automations[0][key]
                }
            }
            for result in fixture?.replicate(6) ?? [] {
                expectNothing(result, "seed \(seed)")
                let sessions = result.scenario[.automationSessions]
                #expect(sessions == result.scenario[.handedOver], "seed \(seed)")
                for counter in Counter.allCases
                where counter != .automationSessions && counter != .handedOver {
                    #expect(result.delta(counter) == 0, "\(counter), seed \(seed)")
                }
            }
        }
    }

    private func expectNothing(_ result: ReplicationResult, _ name: Comment) {
        #expect(result.scenario.matrix == result.baseline.matrix, name)
        for part in [
            result.classes.grossSaving, result.classes.runCost, result.classes.unreleased,
            result.classes.redistributed, result.classes.deferred,
        ] {
            #expect(part == 0, name)
        }
        #expect(result.classes.net == 0 && result.unexplained == 0, name)
        #expect(result.customersUnexplained == 0, name)
        #expect(result.customersWorseOff == 0 && result.customersBetterOff == 0, name)
        #expect(result.avertedUnidentified == 0 && result.createdContacts == 0, name)
        let weights = result.provenance
        #expect(weights.supported == 0 && weights.extrapolated == 0 && weights.assumed == 0, name)
    }

    @Test func intentsOutsideTheScopeKeepEveryPosting() throws {
        var kept = 0
        for seed in UInt64(0)..<500 {
            guard let fixture = try ReplayFixture.random(seed),
                fixture.book.rules.rules.families.isEmpty,
                // An issue that its source names may lead from one intent to another.
                fixture.table.contacts.allSatisfy({ !$0.issue.isKnown })
            else { continue }
            let dimensions = fixture.plan.dimensions
            let reached = Set(fixture.plan.intervention.intents + [LedgerDimensions.noIntent])
            for result in fixture.replicate(3) {
                for row in 0..<dimensions.causedCount {
                    for column in 0..<dimensions.paidCount {
                        let isReached =
                            reached.contains(dimensions.causedName(row).intent)
                            || reached.contains(dimensions.paidName(column).intent)
                        guard !isReached else { continue }
                        let before = result.baseline.matrix[row, column]
                        #expect(result.scenario.matrix[row, column] == before, "seed \(seed)")
                        if before != 0 { kept += 1 }
                    }
                }
            }
        }
        #expect(kept > 500)
    }

    @Test func daysOutsideTheScopeAreNotReached() throws {
        let calls = (0..<20).map {
            ContactSpec("c\($0)", at: .days(Int64($0)) + .hours(12))
        }
        let fixture = try ReplayFixture(
            calls, intervention: .stated(days: 5...9, contained: 1))
        for result in fixture.replicate(4) {
            #expect(result.baseline[.issues] == 5)
            #expect(result.scenario[.trulyResolved] == 5)
            #expect(result.scenario[.contacts] == 0)
        }
        #expect(fixture.plan.inScopeCount == 5)
    }

    @Test func localMidnightBoundsTheDays() throws {
        var late = ContactSpec("a", at: .days(1) - .seconds(1))
        let early = ContactSpec("b", at: .days(1))
        let step = Intervention.stated(days: 1...1, contained: 1)
        #expect(try ReplayFixture([late, early], intervention: step).plan.inScopeCount == 1)
        late.offsetMinutes = 180
        #expect(try ReplayFixture([late, early], intervention: step).plan.inScopeCount == 2)
    }

    @Test func scenarioThatReachesNothingIsRefused() throws {
        let calls = [ContactSpec("a", at: .hours(9))]
        for step in [
            Intervention.stated(intents: ["nothing"]), .stated(days: 3...9),
        ] {
            #expect(throws: ReplayError.nothingInScope(intents: step.intents)) {
                _ = try ReplayFixture(calls, intervention: step)
            }
        }
    }
}
