// The recorded worlds of the latest run's replications, kept for the next scenario over the same
// days. Only the latest: a store does not grow with them, and scenarios are compared over one
// period. What they hang on is kept with them, and they are never believed unseen.

import Digests
import EventLog
import Modeling
import Simulation

extension Store {
    private static let recordedWorldsName = "recorded-worlds"
    /// Bytes; more is not kept.
    private static let greatestRecordedWorlds = 64 << 20

    /// Everything that recorded worlds hang on.
    private struct Ground: Codable {
        var softwareVersion: String
        var log: RunRecord.LogFacts
        var costs: RunRecord.CostFacts
        var rulesSHA256: String
        var modelID: String
        var seed: UInt64
        var firstDay: Int
        var lastDay: Int
    }

    private func groundDigest(_ quarter: Quarter, _ plan: ReplayPlan, modelID: String) throws
        -> [UInt8]
    {
        let ground = Ground(
            softwareVersion: Version.current, log: Store.facts(quarter),
            costs: try costFacts(try costRules()),
            rulesSHA256: try settings().rules?.sha256 ?? "", modelID: modelID, seed: plan.seed,
            firstDay: plan.intervention.firstDay, lastDay: plan.intervention.lastDay)
        return Array(SHA256.digest(of: try JSONCoding.encode(ground)).hexadecimal.utf8)
    }

    /// The worlds that are kept for a plan, from replication 0 on; none where others are, or where
    /// the first or the last is not what the plan itself makes of it.
    func recordedWorlds(
        _ quarter: Quarter, _ plan: ReplayPlan, modelID: String
    ) throws -> [RecordedWorld] {
        let ground = try groundDigest(quarter, plan, modelID: modelID)
        guard let bytes = try log.bytes(on: .settings, name: Store.recordedWorldsName),
            bytes.starts(with: ground),
            let worlds = RecordedWorldCoding.decode(bytes[ground.count...])
        else { return [] }
        var scratch = ReplayScratch(plan)
        for place in Set([0, worlds.count - 1]) where worlds.indices.contains(place) {
            let made = plan.replicate(
                place, parameters: plan.parameters(draw: place / 2), scratch: &scratch)
            guard plan.recordedWorld(of: made) == worlds[place] else { return [] }
        }
        return worlds
    }

    /// Keeps the worlds of a run that made more than are kept.
    func keepRecordedWorlds(
        _ quarter: Quarter, _ plan: ReplayPlan, modelID: String, _ results: [ReplicationResult]
    ) throws {
        guard results.count > plan.recordedWorlds.count else { return }
        let worlds = results.map { plan.recordedWorld(of: $0) }
        let bytes =
            try groundDigest(quarter, plan, modelID: modelID) + RecordedWorldCoding.encode(worlds)
        guard bytes.count <= Store.greatestRecordedWorlds else { return }
        try log.put(bytes, on: .settings, name: Store.recordedWorldsName)
    }
}

/// Words of 64 bits, the least byte first: how many worlds; of each its counters, how many cells,
/// and the cells' places and amounts.
private enum RecordedWorldCoding {
    static func encode(_ worlds: [RecordedWorld]) -> [UInt8] {
        var words = [Int64(worlds.count)]
        for world in worlds {
            words += [Int64(world.counters.count)] + world.counters
            words += [Int64(world.places.count)] + world.places.map { Int64($0) }
            words += world.amounts
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> Int64(shift)))
            }
        }
        return bytes
    }

    /// `nil` for bytes that are none of these.
    static func decode(_ bytes: ArraySlice<UInt8>) -> [RecordedWorld]? {
        guard bytes.count % 8 == 0 else { return nil }
        var words: ArraySlice<Int64> = []
        words.reserveCapacity(bytes.count / 8)
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 8) {
            var word: UInt64 = 0
            for place in 0..<8 { word |= UInt64(bytes[start + place]) << UInt64(8 * place) }
            words.append(Int64(bitPattern: word))
        }
        func list() -> [Int64]? {
            guard let count = words.popFirst(), count >= 0, count <= words.count else {
                return nil
            }
            defer { words.removeFirst(Int(count)) }
            return Array(words.prefix(Int(count)))
        }
        guard let count = words.popFirst(), count >= 0, count <= words.count else { return nil }
        var worlds: [RecordedWorld] = []
        for _ in 0..<count {
            guard let counters = list(), let places = list(), places.count <= words.count,
                places.allSatisfy({ $0 >= 0 && $0 <= Int64(Int32.max) })
            else { return nil }
            let amounts = Array(words.prefix(places.count))
            words.removeFirst(places.count)
            guard
                let world = RecordedWorld(
                    counters: counters, places: places.map { Int32($0) }, amounts: amounts)
            else { return nil }
            worlds.append(world)
        }
        return words.isEmpty ? worlds : nil
    }
}
