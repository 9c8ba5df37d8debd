// How the cases are shared out: between two workers at once, and, since the long versions take
// long, between several runs of the tests.

import Foundation

/// The long versions run where this is asked for; `make test-all` does.
let isLong = ProcessInfo.processInfo.environment["DOWNSTREAM_LONG"] == "1"

/// Names of verbs, with commas between them; none stands for all.
let wantedVerbs = (ProcessInfo.processInfo.environment["DOWNSTREAM_FAULT_VERBS"] ?? "")
    .split(separator: ",").map(String.init)

/// Every so manieth case, from one on.
struct Share: Sendable {
    var index: Int
    var count: Int

    /// `DOWNSTREAM_FAULT_PART=2/4`: the second of four runs that make all cases together.
    static let ofThisRun: Share = {
        let numbers = (ProcessInfo.processInfo.environment["DOWNSTREAM_FAULT_PART"] ?? "1/1")
            .split(separator: "/").compactMap { Int($0) }
        precondition(
            numbers.count == 2 && numbers[1] > 0 && (1...numbers[1]).contains(numbers[0]),
            "DOWNSTREAM_FAULT_PART is not as 2/4")
        return Share(index: numbers[0] - 1, count: numbers[1])
    }()

    static var isWhole: Bool { ofThisRun.count == 1 }

    func has(_ number: Int) -> Bool { number % count == index }
}

/// Does the cases of this run on two workers and adds up what they count.
func onWorkers(_ body: @escaping @Sendable (Share) throws -> Tally) async throws -> Tally {
    try await withThrowingTaskGroup(of: Tally.self) { group in
        let workers = 2
        let run = Share.ofThisRun
        for worker in 0..<workers {
            group.addTask {
                try body(
                    Share(index: run.index + worker * run.count, count: run.count * workers))
            }
        }
        return try await group.reduce(into: Tally()) { $0.merge($1) }
    }
}
