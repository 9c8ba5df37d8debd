// The smallest size of every benchmark runs here, for its answer and not for its time.

import Benchmarks
import Foundation
import Testing

@Suite struct WorkloadTests {
    @Test func everyWorkloadChecksItsAnswerAndRepeatsIt() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let folder = NSTemporaryDirectory() + "downstream-bench-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let bench = try Bench(
            size: .small, folder: folder, scenarios: repository + "/scenarios")
        for workload in Workload.allCases {
            let first = try bench.run(workload).outcome
            let second = try bench.run(workload).outcome
            #expect(first.items > 0, "\(workload)")
            #expect(first.hash == second.hash, "\(workload)")
        }
        try FileManager.default.removeItem(atPath: folder)
    }
}
