// Killed at any moment, an erasure is finished by the same command again, and the end is that of
// an undisturbed one.

import Foundation
import Testing

@Suite struct ErasureTests {
    private static let isLong = ProcessInfo.processInfo.environment["DOWNSTREAM_LONG"] == "1"

    @Test func `a killed erasure is finished by the same command again`() throws {
        let bank = try Bank.shared.get()
        let list = try bank.json(["journeys", "list", "--order", "contacts", "--limit", "200"])
        let rows = try #require(list["journeys"] as? [[String: Any]])
        let customers = rows.compactMap { $0["customer"] as? String }.filter { $0 != "unknown" }
        let folder = try TemporaryFolder()
        let store = folder.path("store")
        try FileManager.default.copyItem(atPath: bank.store, toPath: store)
        let ledger = try ErasureTests.ledger(store)
        let rounds = ErasureTests.isLong ? 150 : 12
        let chosen = Array(Set(customers).sorted().prefix(rounds))
        #expect(chosen.count == rounds)
        var killed = 0
        for (round, customer) in chosen.enumerated() {
            let arguments = ["erase", "--customer", customer, "--reason", "a request", "--yes"]
            // From before the first write to after the last.
            if try kill(arguments, store: store, afterMicroseconds: 500 + round % 12 * 1_500) {
                killed += 1
            }
            let again = try Program.done(["--format", "json"] + arguments, store: store).json()
            #expect(again["customer"] as? String == customer)
            let last = try Program.done(["--format", "json"] + arguments, store: store).json()
            #expect(last["already"] as? Bool == true)
        }
        #expect(killed > 0, "no erasure was stopped")
        let status = try Program.done(["--format", "json", "status"], store: store).json()
        // The id and its pseudonym: two keys that can never be made again.
        #expect(status["erased_persons"] as? Int == 2 * rounds)
        let kinds = try #require(status["kinds"] as? [[String: Any]])
        let facts = kinds.first { $0["kind"] as? String == "personErased" }
        #expect(facts?["events"] as? Int == rounds)
        #expect(status["balanced"] as? Bool == true)
        #expect(try ErasureTests.ledger(store) == ledger)
        let verified = try Program.done(["--format", "json", "verify"], store: store).json()
        #expect(verified["sound"] as? Bool == true)
    }

    @Test func `an erasure asks first, and takes no reason that names the person`() throws {
        let bank = try Bank.shared.get()
        let silent = try Program.run(
            ["erase", "--customer", "7", "--reason", "a request"], store: bank.store)
        #expect(silent.status == 64)
        #expect(silent.messages.contains("--yes"))
        let named = try Program.run(
            ["erase", "--customer", "7", "--reason", "erase 7", "--yes"], store: bank.store)
        #expect(named.status == 64)
        let unknown = try Program.run(
            ["erase", "--customer", "nobody-at-all", "--reason", "a request", "--yes"],
            store: bank.store)
        #expect(unknown.status == 1)
        #expect(unknown.messages.contains("nobody-at-all"))
    }

    @Test func `a passphrase comes from a file or the environment`() throws {
        let bank = try Bank.shared.get()
        let folder = try TemporaryFolder()
        let store = folder.path("store")
        let file = folder.path("passphrase")
        try "correct horse\n".write(toFile: file, atomically: true, encoding: .utf8)
        let ingest = ["ingest", bank.files[0], "--mapping", Bank.mapping]
        _ = try Program.done(ingest + ["--passphrase-file", file], store: store)
        let locked = try Program.run(
            ["ingest", bank.files[1], "--mapping", Bank.mapping], store: store)
        #expect(locked.status == 1)
        #expect(locked.messages.contains("DOWNSTREAM_PASSPHRASE"))
        try "wrong horse".write(toFile: file, atomically: true, encoding: .utf8)
        let wrong = try Program.run(
            ["ingest", bank.files[1], "--mapping", Bank.mapping, "--passphrase-file", file],
            store: store)
        #expect(wrong.status == 1)
        #expect(wrong.messages.contains("passphrase"))
        let status = try Program.done(["--format", "json", "status"], store: store).json()
        #expect(status["keys"] as? String == "with a passphrase")
    }

    private static func ledger(_ store: String) throws -> String {
        try Program.done(["--format", "csv", "view", "ledger"], store: store).output
    }

    /// Whether the process was still there to be killed.
    private func kill(
        _ arguments: [String], store: String, afterMicroseconds delay: Int
    ) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = Program.repository
        process.environment = ["DOWNSTREAM_STORE": store]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(UInt32(delay))
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }
}
