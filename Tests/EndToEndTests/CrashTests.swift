// Killed in the middle of an ingest, the program goes on where it stopped: what was acknowledged
// is there, nothing is there twice, and the end is that of an undisturbed run.

import Foundation
import Testing

@Suite struct CrashTests {
    @Test func aKilledIngestGoesOnWhereItStopped() throws {
        let bank = try Bank(seed: 9, customers: 1_200)
        let folder = try TemporaryFolder()
        let store = folder.path("store")
        let arguments = ["ingest"] + bank.files + ["--mapping", Bank.mapping]
        var partial = 0
        // Ever later, so that a slow machine is caught in the middle too.
        for attempt in 0..<80 where partial < 3 {
            try CrashTests.kill(arguments, store: store, afterMilliseconds: 15 * (attempt + 1))
            let status = try Program.run(["--format", "json", "status"], store: store)
            // Killed before there was a store, or in the middle of making it.
            guard status.status == 0 else { continue }
            let answer = try status.json()
            #expect(answer["balanced"] as? Bool == true)
            let events = try #require(answer["events"] as? Int)
            if events == bank.counts["usable_rows"] { break }
            if events > 0 { partial += 1 }
            let verified = try Program.done(["--format", "json", "verify"], store: store).json()
            #expect(verified["sound"] as? Bool == true)
        }
        #expect(partial > 0, "no attempt was stopped in the middle")
        _ = try Program.done(arguments, store: store)
        func figures(_ store: String) throws -> [String: Int] {
            let answer = try Program.done(["--format", "json", "status"], store: store).json()
            return ["events", "read", "accepted", "duplicates", "left_out", "rejected"]
                .reduce(into: [:]) { $0[$1] = answer[$1] as? Int }
        }
        #expect(try figures(store) == figures(bank.store))
        func ledger(_ store: String) throws -> String {
            try Program.done(["--format", "csv", "view", "ledger"], store: store).output
        }
        #expect(try ledger(store) == ledger(bank.store))
    }

    private static func kill(
        _ arguments: [String], store: String, afterMilliseconds delay: Int
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = Program.repository
        process.environment = ["DOWNSTREAM_STORE": store]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: Double(delay) / 1_000)
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
