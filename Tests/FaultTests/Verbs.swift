// What is put through the faults: each verb that writes is one line of a table here.

import Foundation
import Testing

/// The records, the mapping and the stores that verbs begin with; made once.
final class Material: Sendable {
    static let shared = Result { try Material() }

    static let recordedAt = "2026-03-01T00:00:00Z"
    let workspace: Workspace
    let mapping: String
    /// Files of 120, 80 and 12 records.
    let first: String
    let second: String
    let small: String
    /// A store with the first file in it, a backup and an export of it.
    let filled: String
    let backup: String
    let export: String
    /// A moment before `recordedAt`.
    static let earlier = "2025-12-01T00:00:00Z"

    init() throws {
        workspace = try Workspace()
        mapping = try workspace.write(Material.mappingText, to: "mapping.yaml")
        first = try workspace.write(Material.records(0..<120), to: "first.csv")
        // From 100 on, so that some are known already; some of those changed.
        second = try workspace.write(Material.records(100..<180), to: "second.csv")
        small = try workspace.write(Material.records(175..<187), to: "small.csv")
        filled = workspace.path + "/filled"
        _ = try workspace.done(Material.ingest([first], mapping))
        backup = workspace.path + "/backup"
        _ = try workspace.done(["backup", backup])
        export = workspace.path + "/export.jsonl"
        _ = try workspace.done(["export", "cloudevents", "--out", export])
        try FileManager.default.moveItem(atPath: workspace.store, toPath: filled)
    }

    /// The ingest command in small batches, saying what is on disk.
    static func ingest(
        _ files: [String], _ mapping: String, at moment: String = recordedAt, batch: Int = 20
    ) -> [String] {
        ["ingest"] + files + [
            "--mapping", mapping, "--batch", "\(batch)", "--recorded-at", moment, "--show-batches",
        ]
    }

    /// Comma-separated records with all that can become of one: accepted, known already, in
    /// conflict, left out, rejected.
    static func records(_ range: Range<Int>) -> String {
        var lines = ["id,when,who,what,seconds,agent,phone"]
        for index in range {
            let day = 10 + index % 18
            // The same number in a later file is another content.
            let shift = range.lowerBound > 0 && index % 13 == 0 ? 1 : 0
            let what = index % 29 == 7 ? "NONSENSE" : index % 11 == 0 ? "GHOST" : "CALL"
            lines.append(
                "c\(index),2026-01-\(day)T10:00:00Z,customer-\(index % 37),\(what),"
                    + "\((index * 7) % 90 + shift),agent \(index % 5),07700 90\(1000 + index)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static let mappingText = """
        source: small
        description: A small source with something of everything.
        format: {kind: delimited, delimiter: comma}
        time_zone: Europe/London
        leave_out:
          - when: {seconds: {below: 2}}
            because: too short
        event:
          id: [id]
          kind: {column: what, values: {CALL: contact, GHOST: phantom}}
          time: {column: when}
          customer: {column: who}
          attributes:
            seconds: {column: seconds, type: integer}
          personal:
            phone: {column: phone}
        interaction:
          channel: voice
          direction: inbound
          talk: {column: seconds, unit: seconds}
          agent: {column: agent, personal: true}

        """
}

/// A verb that writes, and what it begins with.
struct FaultVerb: Sendable, CustomTestStringConvertible {
    enum Beginning: Sendable {
        case nothing, filled, nearBlock, nearMerge
    }

    let name: String
    let beginning: Beginning
    /// The folder in the world that holds what the verb makes.
    let result: String
    /// Refuses what it made once it is all there.
    let isRefusedWhenDone: Bool
    /// How many of the images of power cuts it gets, beside the others.
    let weight: Int
    /// Of its calls, one in so many is disturbed every day; all of them in the long versions.
    let everydayStep: Int
    /// Whether an undisturbed run did what the verb is here for, by how its store lay before and
    /// after.
    let isProven: @Sendable (StoreShape, StoreShape) -> Bool
    /// `$WORLD` stands for the world's folder.
    let arguments: @Sendable (Material) throws -> [String]

    var testDescription: String { name }

    init(
        _ name: String, on beginning: Beginning, result: String = "store",
        isRefusedWhenDone: Bool = false, weight: Int = 1,
        everydayStep: Int = 5,
        isProven: @escaping @Sendable (StoreShape, StoreShape) -> Bool = { _, _ in true },
        _ arguments: @escaping @Sendable (Material) throws -> [String]
    ) {
        self.name = name
        self.beginning = beginning
        self.result = result
        self.isRefusedWhenDone = isRefusedWhenDone
        self.weight = weight
        self.everydayStep = everydayStep
        self.isProven = isProven
        self.arguments = arguments
    }

    /// Whether the same command took up what a stopped one had left; or found all of it done,
    /// where only the answer was missing.
    func isTakenUp(_ ending: Ending) -> Bool {
        if ending.status == 0 { return true }
        return isRefusedWhenDone && ending.status == 1
            && ending.messages.contains("is there already")
    }

    /// Those that are asked for, or all.
    static let all = known.filter { wantedVerbs.isEmpty || wantedVerbs.contains($0.name) }

    static let weightSum = known.reduce(0) { $0 + $1.weight }

    /// A new verb is one more line.
    private static let known = [
        FaultVerb("ingest", on: .nothing, weight: 4) {
            Material.ingest([$0.first, $0.second], $0.mapping)
        },
        FaultVerb("append", on: .filled) { Material.ingest([$0.small], $0.mapping) },
        FaultVerb("erase", on: .filled) { _ in
            ["erase", "--customer", "customer-3", "--reason", "asked for", "--yes"]
        },
        FaultVerb("import", on: .nothing) { ["import", $0.export] },
        FaultVerb("restore", on: .nothing, isRefusedWhenDone: true) { ["restore", $0.backup] },
        FaultVerb("backup", on: .filled, result: "backup", isRefusedWhenDone: true) { _ in
            ["backup", "$WORLD/backup"]
        },
        FaultVerb("compact", on: .filled) { _ in ["compact"] },
        FaultVerb("settings", on: .filled) { _ in
            let rules = "scenarios/rules/anonymous-bank-1999.yaml"
            return ["settings", "--rules", Workspace.repository.appendingPathComponent(rules).path]
        },
        // A block is sealed out of the tail by a batch in the middle.
        FaultVerb(
            "seal", on: .nearBlock, everydayStep: 10,
            isProven: { before, after in
                (before.blocks, before.runs) == (0, 0) && before.tail > 4_050
                    && (after.blocks, after.runs) == (1, 1) && (1..<60).contains(after.tail)
            }
        ) { Material.ingest([try SealingMaterial.shared.get().few], $0.mapping) },
        // A block is sealed, the index's four runs are merged beside the next batches, and one of
        // these stores the merged run and removes the others.
        FaultVerb(
            "merge", on: .nearMerge, everydayStep: 30,
            isProven: { before, after in
                (before.blocks, before.runs) == (3, 3) && before.tail > 4_050
                    && (after.blocks, after.runs) == (4, 1) && (1..<240).contains(after.tail)
            }
        ) {
            Material.ingest([try SealingMaterial.shared.get().more], $0.mapping, batch: 30)
        },
    ]

    /// Whether it is here for what happens to blocks and runs.
    var isSealing: Bool { [.nearBlock, .nearMerge].contains(beginning) }

    func template(_ material: Material) throws -> String? {
        switch beginning {
        case .nothing: nil
        case .filled: material.filled
        case .nearBlock: try SealingMaterial.shared.get().nearBlock
        case .nearMerge: try SealingMaterial.shared.get().nearMerge
        }
    }
}

/// What a verb does where nothing goes wrong: what every disturbed run is held against.
struct Undisturbed: Sendable {
    let trace: Trace
    /// The heads that the log had, from the beginning on, each with the number of the first mark
    /// that acknowledged it.
    let heads: [Head]
    /// What the store holds in the end, without what depends on its keys.
    let end: Look
    let files: [String]

    struct Head: Sendable {
        var position: String
        var hash: String
    }

    /// Runs a verb in a workspace, with a trace.
    init(_ verb: FaultVerb, _ material: Material, in workspace: Workspace) throws {
        let checker = Checker()
        try workspace.reset(with: try verb.template(material))
        let before = try workspace.shape()
        var heads: [Head] = []
        if verb.beginning != .nothing {
            let look = try checker.state(workspace.store)
            heads.append(Head(position: look.head, hash: look.headHash))
        } else {
            heads.append(Head(position: "0", hash: String(repeating: "0", count: 64)))
        }
        let (ending, name) = try Undisturbed.proven(verb, material, before, in: workspace)
        trace = try Trace(path: workspace.path + "/" + name, world: workspace.world)
        let whole = try Disk(
            template: try verb.template(material), trace: trace, cutAt: trace.records.count)
        let missed = try whole.differences(from: workspace.world)
        #expect(missed.isEmpty, "\(verb.name): the trace does not tell what became of \(missed)")
        heads += Undisturbed.acknowledged(ending.messages)
        let last = try checker.state(workspace.store)
        if last.headHash != heads.last?.hash {
            heads.append(Head(position: last.head, hash: last.headHash))
        }
        self.heads = heads
        end = try checker.figures(workspace.world + "/" + verb.result)
        #expect(end.isSound, "\(verb.name): \(end.words)")
        files = try workspace.storeFiles()
    }

    /// Runs a verb until it has done what it is here for. What is done beside the batches may come
    /// too late for the last of them, on a machine that is busy.
    private static func proven(
        _ verb: FaultVerb, _ material: Material, _ before: StoreShape, in workspace: Workspace
    ) throws -> (ending: Ending, traceName: String) {
        var attempt = 0
        while true {
            attempt += 1
            try workspace.reset(with: try verb.template(material))
            let name = "trace-\(attempt)"
            let ending = try workspace.run(try verb.arguments(material), traceName: name)
            #expect(ending.status == 0, "\(verb.name): \(ending.summary)")
            let after = try workspace.shape()
            if verb.isProven(before, after) { return (ending, name) }
            try FileManager.default.removeItem(atPath: workspace.path + "/" + name)
            try #require(attempt < 20, "\(verb.name) tests nothing: \(before), then \(after)")
        }
    }

    /// The heads that a run says are on disk.
    static func acknowledged(_ messages: String) -> [Head] {
        messages.split(separator: "\n").compactMap { line in
            guard line.contains(" records on disk, log at ") else { return nil }
            let words = line.split(separator: " ")
            guard words.count > 2 else { return nil }
            return Head(
                position: String(words[words.count - 2]), hash: String(words[words.count - 1]))
        }
    }
}
