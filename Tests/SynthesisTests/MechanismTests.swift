// Aim: the bank behaves as its truth says: causes, rates of calling again, and the queue.

import Events
import Synthesis
import Testing

@Suite struct MechanismTests {
    let bank: GeneratedBank
    let rowByID: [String: Row]
    let truthByID: [String: TrueCall]

    init() throws {
        bank = try GeneratedBank.standard.get()
        rowByID = Dictionary(uniqueKeysWithValues: bank.rows.map { ($0.eventID, $0) })
        truthByID = Dictionary(uniqueKeysWithValues: bank.truth.map { ($0.id, $0) })
    }

    @Test func `each record has one line of truth, and each line of truth one record`() {
        let clean = bank.truth.filter { !$0.dirty }
        #expect(clean.count == bank.rows.count)
        #expect(clean.allSatisfy { rowByID[$0.id] != nil })
    }

    @Test func `a cause is a failed call of the same person and need within the hour before`() {
        var caused = 0
        var faults: [String] = []
        for call in bank.truth {
            #expect((call.cause == nil) == (call.why == nil))
            guard let causeID = call.cause else { continue }
            caused += 1
            guard let cause = truthByID[causeID] else {
                faults.append(call.id + ": no such cause")
                continue
            }
            if cause.customer != call.customer || cause.need != call.need {
                faults.append(call.id + ": another person or need")
            }
            if cause.ending != call.why { faults.append(call.id + ": not why") }
            if cause.met == true { faults.append(call.id + ": the need had been met") }
            guard let before = rowByID[causeID]?.moment(6), let after = rowByID[call.id]?.moment(6)
            else { continue }
            if !(1...3_600).contains(after - before) { faults.append(call.id + ": not in time") }
        }
        #expect(caused > 1_000)
        #expect(faults.isEmpty, "\(faults.prefix(5))")
    }

    @Test func `no call causes two, and calls without a cause open needs in order`() {
        let causes = bank.truth.compactMap(\.cause)
        #expect(Set(causes).count == causes.count)
        let opened = bank.truth.filter { $0.cause == nil }.compactMap(\.need)
        #expect(opened == Array(1...opened.count))
    }

    @Test(arguments: ["abandoned", "left-in-voice-response", "short-service", "served"])
    func `callers call again as often as stated after each ending`(ending: String) throws {
        let stated = try #require(bank.header.parameters.recontact_probability[ending])
        let lastMoment = SyntheticBank.Settings.defaultTo.dayNumber * 86_400 - 3_600
        let caused = Set(bank.truth.compactMap(\.cause))
        var failed = 0
        var again = 0
        for call in bank.truth where call.ending == ending {
            guard let moment = rowByID[call.id]?.moment(6), moment < lastMoment else { continue }
            failed += 1
            if caused.contains(call.id) { again += 1 }
        }
        #expect(failed > 1_000)
        let error = (stated * (1 - stated) / Double(failed)).squareRoot()
        #expect(abs(Double(again) / Double(failed) - stated) <= 4 * error)
    }

    @Test func `the settings' probabilities are obeyed at their extremes`() throws {
        var settings = SyntheticBank.Settings(needsPerDay: 100)
        settings.to = CivilDate(dayNumber: settings.from.dayNumber + 30)
        settings.recontactAfterAbandonment = 0
        settings.recontactAfterVoiceResponse = 0
        settings.recontactAfterShortService = 0
        #expect(try GeneratedBank(settings).truth.allSatisfy { $0.cause == nil })
        settings.recontactAfterShortService = 1_000
        let other = try GeneratedBank(settings)
        let causes = other.truth.compactMap(\.why)
        #expect(!causes.isEmpty && Set(causes) == ["short-service"])
        let cut = other.truth.filter { $0.ending == "short-service" }.count
        #expect(cut - causes.count <= 1)
    }

    @Test func `most callers who call again do so within minutes`() throws {
        var delays: [Int] = []
        for call in bank.truth {
            guard call.why == "short-service", let cause = call.cause.flatMap({ rowByID[$0] }),
                let before = cause.moment(6), let after = rowByID[call.id]?.moment(6)
            else { continue }
            delays.append(after - before - (cause.queueSeconds ?? 0))
        }
        delays.sort()
        let median = try #require(delays.isEmpty ? nil : delays[delays.count / 2])
        #expect((200...320).contains(median))
    }

    @Test func `between a tenth and two fifths of the queued calls are abandoned`() {
        let share = Double(bank.counts.abandonedRows) / Double(bank.counts.queuedRows)
        #expect((0.10...0.40).contains(share), "\(share)")
    }

    @Test func `one service in seventeen is cut off within ten seconds`() {
        let served = bank.rows.filter { $0.outcome == "AGENT" }
        let short = served.filter { (Int($0.fields[15]) ?? 0) < 10 }
        let share = Double(short.count) / Double(served.count)
        #expect((0.05...0.07).contains(share), "\(share)")
        #expect(short.allSatisfy { truthByID[$0.eventID]?.ending == "short-service" })
    }

    @Test func `nobody waits longer than their patience, and who gives up waits just that`() {
        var faults: [String] = []
        for row in bank.rows where row.outcome != "PHANTOM" {
            guard let patience = truthByID[row.eventID]?.patience_seconds,
                let wait = row.queueSeconds
            else {
                faults.append(row.eventID)
                continue
            }
            if wait > patience { faults.append(row.eventID) }
            if row.outcome == "HANG", wait > 0, wait != patience { faults.append(row.eventID) }
        }
        #expect(faults.isEmpty, "\(faults.prefix(5))")
    }

    @Test func `the queue is first come first served, with the stated credit for priority`() {
        struct Queued {
            let joined: Int
            let credited: Int
            let served: Int
        }
        var queued: [Queued] = []
        for row in bank.rows where row.outcome == "AGENT" {
            guard let wait = row.queueSeconds, wait > 0, let entry = row.moment(6),
                let voice = Int(row.fields[8]), let priority = truthByID[row.eventID]?.priority
            else { continue }
            let joined = entry + voice
            queued.append(
                Queued(
                    joined: joined, credited: joined - (priority == 2 ? 90 : 0),
                    served: joined + wait))
        }
        queued.sort { ($0.served, $0.joined) < ($1.served, $1.joined) }
        var overtaken = 0
        var overtookByCredit = 0
        for (index, first) in queued.enumerated() {
            for later in queued[(index + 1)...] {
                if later.served > first.served + 900 { break }
                // Who joins in the second of a service's start comes after it.
                guard later.served > first.served, later.joined < first.served else { continue }
                if later.credited < first.credited { overtaken += 1 }
                if later.joined < first.joined { overtookByCredit += 1 }
            }
        }
        #expect(overtaken == 0)
        #expect(overtookByCredit > 50)
    }

    @Test func `only open hours serve, and no agent speaks to two callers at once`() {
        var byServer: [String: [(start: Int, end: Int)]] = [:]
        for row in bank.rows where row.outcome == "AGENT" && row.fields[16] != "NO_SERVER" {
            guard let entry = row.moment(6), let seconds = Row.secondsOfDay(row.fields[13]),
                let length = Int(row.fields[15])
            else { continue }
            var start = entry / 86_400 * 86_400 + seconds
            if start < entry - 43_200 { start += 86_400 }
            byServer[row.fields[16], default: []].append((start, start + length))
        }
        #expect(byServer.count >= 12)
        var overlaps = 0
        for services in byServer.values {
            let sorted = services.sorted { $0.start < $1.start }
            for (left, right) in zip(sorted, sorted.dropFirst()) where right.start < left.end - 2 {
                overlaps += 1
            }
        }
        #expect(overlaps == 0)
        let saturdayMorning = bank.rows.filter { row in
            guard let moment = row.moment(6) else { return false }
            let weekday = CivilDate(dayNumber: moment / 86_400).weekday
            return weekday == 5 && moment % 86_400 < 19 * 3_600 && row.outcome == "AGENT"
        }
        #expect(saturdayMorning.isEmpty)
    }
}
