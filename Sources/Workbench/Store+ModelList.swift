// Kept models: which there are, what one says, and where two differ.

import EventLog
import Modeling

extension Store {
    /// The kept models, by name; those of another way of fitting are named, and cannot be shown.
    package func models() throws -> Answer {
        var rows: [[Cell]] = []
        for name in try log.names(on: .models) {
            guard let bytes = try log.bytes(on: .models, name: name) else { continue }
            let id = Store.modelID(bytes)
            guard Store.isCurrent(name) else {
                rows.append([.text(id), .text(String(name.prefix(12))), .none, .flag(false)])
                continue
            }
            let model = try JSONCoding.decode(Model.self, from: bytes, what: "model \(id)")
            rows.append([
                .text(id), .text(String(name.prefix(12))), .integer(model.eventCount), .flag(true),
            ])
        }
        var answer = Answer()
        answer.table(
            "models",
            Table(
                title: "Kept models",
                columns: [
                    .init("id", "model"), .init("head", "log head"), .init("events", "events"),
                    .init("current", "fitted as now"),
                ], rows: rows))
        return answer
    }

    /// A kept model by its id.
    /// - Throws: ``WorkbenchError/unknownModel(_:)``.
    package func model(_ id: String) throws -> KeptModel {
        for name in try log.names(on: .models) where Store.isCurrent(name) {
            guard let bytes = try log.bytes(on: .models, name: name), Store.modelID(bytes) == id
            else { continue }
            let model = try JSONCoding.decode(Model.self, from: bytes, what: "model \(id)")
            return KeptModel(id: id, model: model, isNew: false)
        }
        throw WorkbenchError.unknownModel(id)
    }

    /// The kept model of the log and the rules as they are.
    /// - Throws: ``WorkbenchError/unknownModel(_:)`` where it is not kept.
    package func latestModel() throws -> KeptModel {
        let name = try modelName(headHash: try log.snapshot().headHash)
        guard let bytes = try log.bytes(on: .models, name: name) else {
            throw WorkbenchError.unknownModel("of the log as it is")
        }
        return try model(Store.modelID(bytes))
    }

    private static func isCurrent(_ name: String) -> Bool {
        name.hasSuffix("-\(ModelFit.version)")
    }

    /// The probabilities in which two models differ most, as many deviations of their posteriors.
    package static func difference(_ first: KeptModel, _ second: KeptModel) -> Answer {
        let changes = ModelDifference.changes(first.model, second.model)
        var answer = Answer()
        answer.fact("first", "first model", .text(first.id))
        answer.fact("second", "second model", .text(second.id))
        answer.fact("compared", "probabilities in both", .integer(changes.count))
        answer.fact("changed", "of these different", .integer(changes.count { $0.gap != 0 }))
        answer.table(
            "changes",
            Table(
                title: "Largest differences, in deviations of the posteriors",
                columns: [
                    .init("cell", "cell"), .init("outcome", "outcome"), .init("first", "first"),
                    .init("second", "second"), .init("deviations", "deviations"),
                ],
                rows: changes.prefix(30).filter { $0.gap != 0 }.map {
                    [
                        .text($0.cell), .text($0.outcome), .share($0.first), .share($0.second),
                        .number($0.deviations, decimals: 2),
                    ]
                }))
        return answer
    }
}
