// What a step of automation leaves to those who come after it: planned work, questions asked again,
// contacts that come while nobody is there, and needs that did not begin with it.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct StepTests {
    private static let days = 25

    /// One need a day, of two interactions that their source joins.
    private func needs(_ second: (inout ContactSpec) -> Void) -> [ContactSpec] {
        (0..<StepTests.days).flatMap { day -> [ContactSpec] in
            var first = ContactSpec("c\(day)", at: .days(Int64(day)) + .hours(9))
            first.issue = "need \(day)"
            var next = ContactSpec("c\(day)", at: .days(Int64(day)) + .hours(10))
            next.issue = first.issue
            second(&next)
            return [first, next]
        }
    }

    private func result(
        _ calls: [ContactSpec], _ intervention: Intervention
    ) throws -> ReplicationResult {
        let fixture = try ReplayFixture(calls, intervention: intervention)
        return try #require(fixture.replicate(1).first)
    }

    @Test func workPlannedForAMetNeedIsDoneAsFarAsStated() throws {
        let calls = needs {
            $0.kind = .workTask
            $0.actor = .backOffice
            $0.team = "back"
        }
        func freed(_ share: Double?) throws -> Int64 {
            var scenario = Intervention.stated(contained: 1)
            if let share {
                scenario.automations[0][.plannedWork] = .constant("planned_work", share)
            }
            return try -result(calls, scenario).delta(.handleTime)
        }
        let contacts = Int64(StepTests.days) * 180_000_000
        #expect(try freed(nil) == contacts)
        #expect(try freed(1) == contacts)
        #expect(try freed(0) == 2 * contacts)
        let some = try freed(0.5)
        #expect(some > contacts && some < 2 * contacts)
    }

    /// Nobody serves the menu: who answers after it asks again, once.
    @Test func contextLostBeforeAMenuIsAskedForByTheNextPerson() throws {
        var calls = needs { $0.outcome = .resolved }
        for place in stride(from: 0, to: calls.count, by: 2) {
            calls[place].actor = .selfService
            calls[place].outcome = .transferred
            calls[place].talk = nil
            calls[place + 1].at = calls[place].at + .minutes(2)
        }
        let scenario = Intervention.stated(contextLost: 1, contextPenaltySeconds: 30)
        let result = try result(calls, scenario)
        #expect(result.scenario[.handedOver] == Int64(StepTests.days))
        #expect(result.delta(.handleTime) == Int64(StepTests.days) * 30_000_000)
    }

    /// Who is back with nothing known to have failed makes no first contact.
    @Test(arguments: [(true, 1), (false, 2)])
    func repeatIsNoFirstContact(isFirstOnly: Bool, contactsOfEach: Int) throws {
        var scenario = Intervention.stated(contained: 1)
        scenario.automations[0].scope.isFirstContactOnly = isFirstOnly
        let result = try result(needs { $0.talk = .minutes(3) }, scenario)
        #expect(
            result.scenario[.automationSessions] == Int64(contactsOfEach * StepTests.days))
    }

    /// The team is there from nine to eleven: nobody is back at night.
    @Test func whoIsBackComesWhileTheChannelIsOpen() throws {
        let calls = (0..<28).flatMap { day in
            (0..<4).map { part in
                ContactSpec(
                    "c\(day)-\(part)", at: .days(Int64(day)) + .hours(9) + .minutes(30 * part))
            }
        }
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let hours = OpeningHours(table)
        let contact = table.contacts[0]
        let place = hours.place(of: contact.channel)
        let start = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
        let hour: Int64 = 3_600_000_000
        for later in Int64(0)..<24 {
            let expected = later < 2 ? 0 : (24 - later) * hour
            #expect(hours.wait(place, at: start + later * hour) == expected, "\(later) h later")
        }
    }

    /// Too few to tell: no hour is closed.
    @Test func fewContactsCloseNothing() throws {
        let table = try LogBuilder([ContactSpec("ada", at: .hours(9))]).table()
        let hours = OpeningHours(table)
        let place = hours.place(of: table.contacts[0].channel)
        for hour in Int64(0)..<200 { #expect(hours.wait(place, at: hour * 3_600_000_000) == 0) }
    }
}
