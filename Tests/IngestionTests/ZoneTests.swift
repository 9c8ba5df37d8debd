// Local clocks to UTC: against Foundation's calendar where clocks are plain, and by stated rules
// where they jumped or showed an hour twice.

import Events
import Foundation
import Ingestion
import Testing

/// Local seconds of `1999-04-02 02:30`.
private func local(_ date: String, _ hour: Int, _ minute: Int) throws -> Int64 {
    let day = try #require(CivilDate(text: date))
    return Int64(day.dayNumber * 86_400 + hour * 3_600 + minute * 60)
}

@Suite struct ZoneTests {
    @Test(arguments: [
        "Asia/Jerusalem", "Europe/London", "America/New_York", "Australia/Lord_Howe",
        "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Etc/GMT+5",
    ])
    func offsetsAgreeWithFoundation(name: String) throws {
        let zone = try ZoneTable.load(name: name)
        let reference = try #require(TimeZone(identifier: name))
        // Every seven hours and a bit from 1970 to 2025. Laws change, and the system's tables and
        // Foundation's own are of different days: what both know is the past.
        for second in stride(from: Int64(0), to: 1_767_225_600, by: 25_907) {
            let expected = reference.secondsFromGMT(
                for: Date(timeIntervalSince1970: Double(second)))
            let actual = zone.offsetSeconds(atUTC: second)
            guard actual == expected else {
                Issue.record("\(name) at \(second): \(actual), not \(expected)")
                return
            }
        }
    }

    @Test(arguments: ["Asia/Jerusalem", "Europe/London", "Australia/Lord_Howe"])
    func everyInstantComesBackFromItsLocalTime(name: String) throws {
        let zone = try ZoneTable.load(name: name)
        for second in stride(from: Int64(900_000_000), to: 960_000_000, by: 613) {
            let offset = zone.offsetSeconds(atUTC: second)
            let resolved = zone.resolve(localSeconds: second + Int64(offset))
            let isFirst = resolved.utcSeconds == second
            let isSecondOfTwo = resolved.reading == .inOverlap && resolved.utcSeconds < second
            guard isFirst || isSecondOfTwo, resolved.reading != .inGap else {
                Issue.record("\(name) at \(second): \(resolved)")
                return
            }
        }
    }

    @Test func jerusalemIn1999() throws {
        let zone = try ZoneTable.load(name: "Asia/Jerusalem")
        let winter = zone.resolve(localSeconds: try local("1999-01-01", 0, 0))
        #expect(winter.offsetMinutes == 120 && winter.reading == .unique)
        let summer = zone.resolve(localSeconds: try local("1999-07-31", 23, 56))
        #expect(summer.offsetMinutes == 180 && summer.reading == .unique)
        let gap = zone.resolve(localSeconds: try local("1999-04-02", 2, 30))
        #expect(gap.offsetMinutes == 120 && gap.reading == .inGap)
        #expect(gap.utcSeconds == (try local("1999-04-02", 0, 30)))
        let before = zone.resolve(localSeconds: try local("1999-04-02", 1, 59))
        #expect(before.offsetMinutes == 120 && before.reading == .unique)
        let after = zone.resolve(localSeconds: try local("1999-04-02", 3, 0))
        #expect(after.offsetMinutes == 180 && after.reading == .unique)
        let overlap = zone.resolve(localSeconds: try local("1999-09-03", 1, 30))
        #expect(overlap.offsetMinutes == 180 && overlap.reading == .inOverlap)
        #expect(overlap.utcSeconds == (try local("1999-09-02", 22, 30)))
        let second = zone.resolve(localSeconds: try local("1999-09-03", 2, 0))
        #expect(second.offsetMinutes == 120 && second.reading == .unique)
    }

    @Test func theRuleAfterTheLastListedChangeHolds() throws {
        let zone = try ZoneTable.load(name: "Europe/London")
        // The last Sundays of March and October 2090 are the 26th and the 29th.
        let gap = zone.resolve(localSeconds: try local("2090-03-26", 1, 30))
        #expect(gap.reading == .inGap)
        let overlap = zone.resolve(localSeconds: try local("2090-10-29", 1, 30))
        #expect(overlap.reading == .inOverlap && overlap.offsetMinutes == 60)
        #expect(zone.resolve(localSeconds: try local("2090-07-01", 12, 0)).offsetMinutes == 60)
        #expect(zone.resolve(localSeconds: try local("2090-01-01", 12, 0)).offsetMinutes == 0)
    }

    @Test(arguments: [
        "Nowhere/Town", "../../etc/passwd", "/etc/passwd", "", "Asia/", "Asia", "zone.tab",
        "Europe/Lon\u{0}don", "tzdata.zi",
    ])
    func otherNamesAreNoZones(name: String) {
        #expect(throws: IngestionError.self) { try ZoneTable.load(name: name) }
    }

    @Test func aDamagedZoneFileIsRefusedWithoutHarm() throws {
        let path = ZoneTable.systemDirectory + "/Asia/Jerusalem"
        let whole = try FileBytes.read(path: path, limitBytes: 100_000)
        for length in 0..<whole.count {
            #expect(throws: IngestionError.self, "\(length) bytes") {
                try ZoneTable.parse(Array(whole[..<length]), name: "x")
            }
        }
        for seed in 0..<2_000 {
            var state = StableHash()
            state.combine(UInt64(seed))
            var changed = whole
            changed[Int(state.value % UInt64(whole.count))] = UInt8(state.value >> 56)
            do {
                let zone = try ZoneTable.parse(changed, name: "x")
                _ = zone.resolve(localSeconds: 925_000_000)
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}
