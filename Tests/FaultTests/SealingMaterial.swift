// Stores that are a few events short of a block. Blocks hold 4,096 events in the built program and
// nothing here makes them smaller: so that small batches seal a block out of the tail, and the
// index's runs are merged, the stores are large.

import Foundation
import Testing

/// Stores in which sealing and merging are due; made once, by those tests that need them.
final class SealingMaterial: Sendable {
    static let shared = Result { try SealingMaterial() }

    private static let blockEventCount = 4_096
    /// Events that are missing to the next block.
    private static let shortBy = 30
    /// Neighbouring runs of one size that are merged.
    private static let mergedRunCount = 4

    let workspace: Workspace
    /// No block, and a tail that is nearly one.
    let nearBlock: String
    /// One run less than are merged, and a tail that is nearly a block.
    let nearMerge: String
    /// Files of 60 and 240 records that no store has yet.
    let few: String
    let more: String

    init() throws {
        let mapping = try Material.shared.get().mapping
        workspace = try Workspace()
        few = try workspace.write(Material.records(900_000..<900_060), to: "few.csv")
        more = try workspace.write(Material.records(900_000..<900_240), to: "more.csv")
        nearBlock = workspace.path + "/near-block"
        nearMerge = workspace.path + "/near-merge"
        try SealingMaterial.fill(workspace, mapping)
        try FileManager.default.copyItem(atPath: workspace.store, toPath: nearBlock)
        while try workspace.shape().runs < SealingMaterial.mergedRunCount - 1 {
            // The tail is full but for a few events, so that as many again seal one block.
            try SealingMaterial.fill(workspace, mapping)
        }
        try FileManager.default.moveItem(atPath: workspace.store, toPath: nearMerge)
    }

    /// Appends until the tail is full but for a few events, sealing at most one block.
    private static func fill(_ workspace: Workspace, _ mapping: String) throws {
        let before = try workspace.shape()
        let end = before.events / blockEventCount * blockEventCount + blockEventCount - shortBy
        let goal = before.events < end - shortBy ? end : end + blockEventCount
        var next = before.read
        var events = before.events
        while events < goal - 2 {
            // Some records become no events; what is missing comes with the next file.
            let file = try workspace.write(
                Material.records(next..<(next + goal - events)), to: "more-\(next).csv")
            next += goal - events
            _ = try workspace.done([
                "ingest", file, "--mapping", mapping, "--recorded-at", Material.recordedAt,
            ])
            events = try workspace.shape().events
        }
    }
}

/// How the events of a store lie, as `status` counts it.
struct StoreShape: Equatable, Sendable {
    var read = 0
    var events = 0
    var blocks = 0
    var tail = 0
    var runs = 0
}

extension Workspace {
    func shape() throws -> StoreShape {
        guard FileManager.default.fileExists(atPath: store) else { return StoreShape() }
        let answer = try done(["status", "--format", "json"]).output
        let status = try JSONDecoder().decode(Status.self, from: Data(answer.utf8))
        func entries(_ table: String) throws -> Int {
            try #require(status.tables.first { $0.table == table }, "\(table)").entries
        }
        return StoreShape(
            read: status.read, events: status.events, blocks: try entries("blocks"),
            tail: try entries("tail"), runs: try entries("streamRuns"))
    }

    private struct Status: Decodable {
        struct Table: Decodable {
            var table: String
            var entries: Int
        }

        var read: Int
        var events: Int
        var tables: [Table]
    }
}
