// Fitting the model, keeping it, and finding the one that belongs to a log.

import Digests
import EventLog
import Events
package import Modeling
import Projections

/// A model and the hash that names it.
package struct KeptModel: Hashable, Sendable {
    package var id: String
    package var model: Model
    /// Whether it was fitted now, or was in the store already.
    package var isNew: Bool
}

extension Store {
    /// Fits the model to the log as it is and keeps it.
    package func calibrate(progress: ProgressReport? = nil) throws -> KeptModel {
        try fitAndKeep(try rebuild(progress: progress))
    }

    /// The kept model of this very log and these rules, or one fitted now.
    func model(for quarter: Quarter) throws -> KeptModel {
        let name = try modelName(quarter)
        guard let bytes = try log.bytes(on: .models, name: name) else {
            return try fitAndKeep(quarter)
        }
        let model = try JSONCoding.decode(Model.self, from: bytes, what: "the fitted model")
        return KeptModel(id: Store.modelID(bytes), model: model, isNew: false)
    }

    private func fitAndKeep(_ quarter: Quarter) throws -> KeptModel {
        let model = ModelFit.fit(
            quarter.table, book: quarter.book, logHead: quarter.snapshot.headHash,
            eventCount: Int(quarter.snapshot.head.rawValue))
        let bytes = try JSONCoding.encode(model)
        if log.isWritable {
            try log.put(bytes, on: .models, name: try modelName(quarter))
        }
        return KeptModel(id: Store.modelID(bytes), model: model, isNew: true)
    }

    static func modelID(_ bytes: [UInt8]) -> String {
        String(SHA256.digest(of: bytes).hexadecimal.prefix(16))
    }

    /// A model belongs to a head, to rules and to a way of fitting: with another of them it is
    /// another model.
    private func modelName(_ quarter: Quarter) throws -> String {
        try modelName(headHash: quarter.snapshot.headHash)
    }

    func modelName(headHash: String) throws -> String {
        let rules = try settings().rules?.sha256 ?? ""
        return "\(headHash.prefix(32))-\(rules.prefix(16))-\(ModelFit.version)"
    }

    /// How well the model is supported, as tables.
    package static func answer(_ kept: KeptModel) -> Answer {
        var answer = Answer()
        let model = kept.model
        answer.fact("model", "model", .text(kept.id))
        answer.fact("fitted_now", "fitted now", .flag(kept.isNew))
        answer.fact("log_head", "log head", .text(model.logHead))
        answer.fact("events", "events", .integer(model.eventCount))
        answer.fact("rules", "link rules", .text(model.rulesID))
        answer.table(
            "returns",
            Table(
                title: "Caused returns within the window, by cell",
                columns: [
                    .init("family", "intent family"), .init("failure", "after"),
                    .init("contacts", "contacts"), .init("linked", "linked"),
                    .init("expected_true", "expected true"), .init("probability", "probability"),
                ],
                rows: model.returns.filter { $0.contactCount > 0 }.map {
                    [
                        .text($0.family), .text($0.failure), .integer($0.contactCount),
                        .integer($0.linkedCount),
                        .number(Double($0.expectedReturnsMillionths) / 1e6, decimals: 1),
                        .share($0.probability),
                    ]
                }))
        answer.table(
            "delays",
            Table(
                title: "Delay of returns in minutes",
                columns: [
                    .init("failure", "after"), .init("observed", "links"),
                    .init("quartile1", "25 %"), .init("median", "50 %"),
                    .init("quartile3", "75 %"), .init("p90", "90 %"),
                ],
                rows: model.delays.map { law in
                    [.text(law.failure), .integer(law.observedCount)]
                        + [0.25, 0.5, 0.75, 0.9].map {
                            .number(Double(law.quantile($0)) / 6e7, decimals: 1)
                        }
                }))
        for (key, table) in contactTables(model) { answer.table(key, table) }
        answer.note("how far it is off on weeks held out: downstream validate")
        return answer
    }
}
