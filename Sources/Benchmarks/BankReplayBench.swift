// A thousand paired replications of a real bank's seven months.

import Simulation
import Workbench

/// The files of the "Anonymous Bank" in a store, and its scenario replayed.
package struct BankReplayBench {
    private let store: Store
    private let scenarioPath: String

    /// - Parameters:
    ///   - data: the folder with the bank's files.
    ///   - folder: an empty folder to work in; the caller removes it.
    ///   - scenarios: the product's own folder of scenarios.
    package init(data: [String], folder: String, scenarios: String) throws {
        store = try Store.open(directory: folder + "/store", access: .create)
        let request = try IngestRequest(
            files: data, mappingPath: scenarios + "/mappings/anonymous-bank-1999.yaml",
            recordedAt: "2026-01-01T00:00:00Z")
        _ = try store.ingest(request)
        _ = try store.calibrate()
        scenarioPath = scenarios + "/anonymous-bank/regular-calls-self-service.yaml"
    }

    /// Seconds from the scenario's file to the kept run, and the run's id.
    package func run(replications: Int) throws -> (seconds: Double, id: String) {
        var request = SimulationRequest()
        request.replications = replications
        let (run, seconds) = try timed {
            try store.simulate(scenarioPath: scenarioPath, request: request)
        }
        guard run.summary.customersUnexplained == 0 else {
            throw WrongAnswer(description: "\(run.summary.customersUnexplained) unexplained")
        }
        return (seconds, run.id)
    }
}
