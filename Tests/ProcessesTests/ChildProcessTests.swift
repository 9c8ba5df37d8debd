// Aim: whatever a child does, its end is a value: a status, a signal, or too long a time.

import Foundation
import Processes
import Testing

private func shell(
    _ script: String, limitSeconds: Double = 60, maximumOutputBytes: Int = 1 << 20
) throws -> ChildResult {
    var request = ChildRequest(
        executable: "/bin/sh", arguments: ["-c", script], limitSeconds: limitSeconds)
    request.maximumOutputBytes = maximumOutputBytes
    request.environment["GREETING"] = "hello"
    request.environment["HOME"] = .some(nil)
    return try ChildProcess.run(request)
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct ChildProcessTests {
    @Test(arguments: [0, 1, 74, 255])
    func `a status comes back`(status: Int) throws {
        let result = try shell("exit \(status)")
        #expect(result.outcome == .exited(status: status))
        #expect(result.outcome.isSuccess == (status == 0))
        #expect(result.output == [] && result.errorOutput == [] && !result.isOutputCut)
    }

    @Test(arguments: [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGKILL, SIGTERM])
    func `a signal comes back, and what was written before it`(signal: Int32) throws {
        let result = try shell("echo before; kill -\(signal) $$; echo after")
        #expect(result.outcome == .signalled(Int(signal)))
        #expect(result.outcome.description.hasPrefix("was killed by SIG"))
        #expect(text(result.output) == "before\n")
    }

    @Test func `a child may have all the time and our own outputs`() throws {
        var request = ChildRequest(
            executable: "/bin/sh", arguments: ["-c", "sleep 0.1; test -e /dev/fd/1; exit 3"],
            limitSeconds: nil)
        request.sharesOutputs = true
        let result = try ChildProcess.run(request)
        #expect(result.outcome == .exited(status: 3))
        #expect(result.output == [] && result.errorOutput == [])
    }

    @Test func `a child that does not end is killed`() throws {
        let result = try shell("echo started; exec sleep 600", limitSeconds: 0.3)
        #expect(result.outcome == .timedOut)
        #expect(text(result.output) == "started\n")
    }

    @Test func `a child's own child that stays does not keep us`() throws {
        let result = try shell("sleep 600 & echo $!")
        #expect(result.outcome == .exited(status: 0))
        let left = try #require(pid_t(text(result.output).dropLast()))
        #expect(kill(left, SIGKILL) == 0)
    }

    @Test func `both outputs are kept apart, to their limit`() throws {
        let both = try shell("echo one; echo two >&2; cat; echo \"$GREETING ${HOME-none}\"")
        #expect(text(both.output) == "one\nhello none\n")
        #expect(text(both.errorOutput) == "two\n")
        // More than a pipe holds, so that a child that is not read would never end.
        let much = try shell("head -c 3000000 /dev/zero", maximumOutputBytes: 1000)
        #expect(much.outcome.isSuccess)
        #expect(much.output.count == 1000 && much.isOutputCut)
    }

    @Test func `output can be followed while it comes`() throws {
        var seen = 0
        let request = ChildRequest(
            executable: "/bin/sh", arguments: ["-c", "head -c 3000000 /dev/zero"],
            limitSeconds: 60)
        let result = try ChildProcess.run(request) { seen += $0.count }
        #expect(seen == 3_000_000)
        #expect(result.output.count == 1 << 20)
    }

    @Test func `a program that is not there is an error, not an outcome`() throws {
        let request = ChildRequest(executable: "/no/such", arguments: [], limitSeconds: 1)
        let error = #expect(throws: ProcessesError.self) { try ChildProcess.run(request) }
        #expect(error == .failed(operation: "start /no/such", code: ENOENT))
        #expect(error?.description.contains("No such file") == true)
    }

    @Test func `this program can be started again`() throws {
        let nothing = ["--testing-library", "swift-testing", "--filter", "no.test.has.this.name"]
        let result = try ChildProcess.run(ChildRequest(arguments: nothing, limitSeconds: 60))
        guard case .exited = result.outcome else {
            Issue.record("\(result.outcome): \(text(result.errorOutput))")
            return
        }
    }

    @Test func `many at once end each with its own`() throws {
        DispatchQueue.concurrentPerform(iterations: 24) { number in
            do {
                let result = try shell("echo \(number); exit \(number)")
                #expect(result.outcome == .exited(status: number))
                #expect(text(result.output) == "\(number)\n")
            } catch { Issue.record(error) }
        }
    }
}
