// Files of every format, and mapping files, as libFuzzer makes them. The first byte chooses what
// the rest is. Whatever the bytes are, reading ends with batches or an error; records are accounted
// for; and the fast way through plain rows gives what the plain way gives.

import Configuration
import Events
import Foundation

@testable import Ingestion

/// The kinds of input, in the order of the first byte.
enum FuzzTarget: Int, CaseIterable {
    case plain, quoted, latin, jsonLines, json, cloudEvents, xes, xesPaired, ocel, gzip, zstandard
    case mapping

    private var format: String {
        switch self {
        case .plain, .gzip, .zstandard, .mapping: "{kind: delimited, delimiter: comma}"
        case .quoted: "{kind: delimited, delimiter: comma, quote: double}"
        case .latin:
            "{kind: delimited, delimiter: \";\", quote: double, encoding: windows-1252, "
                + "decimal: comma}"
        case .jsonLines: "{kind: json-lines}"
        case .json: "{kind: json}"
        case .cloudEvents: "{kind: cloudevents}"
        case .xes: "{kind: xes}"
        case .xesPaired: "{kind: xes, lifecycle: paired}"
        case .ocel: "{kind: ocel}"
        }
    }

    /// - Parameter isPlain: keeps the fast way out, with a condition that always holds.
    private func text(isPlain: Bool) -> String {
        let event =
            "{id: [id, {text: x}], kind: contact, time: {column: at}, customer: {column: who, "
            + "normalise: [lowercase], trusted_lengths: [2, 8]}, money: {column: money}, "
            + "attributes: {note: {column: note}}, personal: {name: {column: name}}}"
        let interaction =
            "{channel: {column: channel}, outcome: {column: outcome, values: {OK: resolved}, "
            + "otherwise: unknown}, talk: {column: talk, unit: seconds}, wait: {column: wait, "
            + "unit: clock}, hold: {column: hold, unit: iso8601}, agent: {column: agent, "
            + "personal: true}, ended: {column: end}}"
        return """
            source: fuzz
            description: Anything at all.
            format: \(format)
            time_zone: Asia/Jerusalem
            leave_out: [{when: {outcome: SKIP}, because: a test}]

            """
            + (isPlain
                ? "events: [{when: {id: {not: nobody}}, event: \(event), "
                    + "interaction: \(interaction)}]\n"
                : "event: \(event)\ninteraction: \(interaction)\n")
    }

    func run(_ bytes: [UInt8]) {
        guard self != .mapping else {
            _ = Result { try RecordMapping.read(bytes: bytes, file: "m.yaml") }
            return
        }
        do {
            try bytes.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: fuzzFile)) }
        } catch {
            preconditionFailure("\(fuzzFile): \(error)")
        }
        let fast = outcome(mappings[rawValue].fast)
        let plain = outcome(mappings[rawValue].plain)
        precondition(fast == plain, "the fast way gives \(fast), the plain one \(plain)")
    }

    fileprivate func mapping(isPlain: Bool) -> RecordMapping {
        do {
            return try RecordMapping.read(
                bytes: Array(text(isPlain: isPlain).utf8), file: "m.yaml")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Everything that a reading gives, in words.
    private func outcome(_ mapping: RecordMapping) -> [String] {
        let sealer = PersonalDataSealer(
            seal: { _, plain, _ in plain }, pseudonym: { $0 + "-" + $1 })
        var ingestion = FileIngestion(mapping: mapping, sealer: sealer)
        var found: [String] = []
        var through = 0
        do {
            try ingestion.read(path: fuzzFile, name: "f", batchSize: 50) { batch in
                precondition(batch.recordsReadThrough == through + batch.records, "records lost")
                through = batch.recordsReadThrough
                for row in 0..<batch.rows.columns.count {
                    let event = try batch.rows.columns.event(row)
                    found.append(
                        "\(batch.rows.records[row]) \(batch.rows.lines[row]) "
                            + "\(batch.rows.byteOffsets[row]) \(words(event, batch.names))")
                }
                for reject in batch.rejects {
                    found.append("\(reject.finding) \(reject.sealedBytes)")
                }
                for code in batch.warnings.codes {
                    found.append("\(code) \(batch.warnings.counts[code] ?? 0)")
                }
            }
        } catch IngestionError.refusedHeader(_, let findings) {
            // The two mappings name a column in different lines, and one of them once more.
            found += Set(findings.map { "\($0.code) \($0.found ?? "")" }).sorted()
        } catch {
            found.append("\(error)")
        }
        return found
    }

    private func words(_ event: Event, _ names: NameList) -> String {
        let detail = event.interaction ?? Interaction()
        let plain = event.mapSymbols { _ in .none }
        return "\(plain) \(names.string(event.customer)) \(names.string(detail.channel)) "
            + "\(names.string(detail.agent))"
    }
}

/// Of each kind: one whose plain rows go the fast way, and one whose rows go the plain way.
private let mappings = FuzzTarget.allCases.map { target in
    (fast: target.mapping(isPlain: false), plain: target.mapping(isPlain: true))
}

private let fuzzFile = NSTemporaryDirectory() + "/downstream-fuzz-\(getpid())"

func seeds() -> [FuzzSeed] {
    let header = "id,at,who,money,note,name,channel,outcome,talk,wait,hold,agent,end\n"
    let row =
        "1,1999-04-01T08:30:00,Ann,12.5,note,Bo,voice,OK,12,0:01:30,PT5M,A,1999-04-01T09:00:00\n"
    let odd =
        "2,1999-04-02T02:30:00+01:00,,,,,,SKIP,-1,1:99,P1D,,\n3,x\n\"4\",\"a\"\"b\n\",c\n"
    let object =
        #"{"id":"1","at":"1999-04-01T08:30:00Z","who":"Ann","money":12.5,"talk":3,"end":null}"#
    let event =
        #"{"specversion":"1.0","id":"1","source":"/s","type":"t","at":"1999-04-01T08:30:00Z"}"#
    let xes =
        "<log><global scope=\"event\"><string key=\"a\" value=\"b\"/></global><trace>"
        + "<string key=\"who\" value=\"A\"/><event><string key=\"id\" value=\"1\"/>"
        + "<string key=\"concept:name\" value=\"n\"/>"
        + "<string key=\"lifecycle:transition\" value=\"start\"/>"
        + "<date key=\"at\" value=\"1999-04-01T08:30:00Z\"/></event></trace></log>"
    let ocel =
        #"{"objects":[{"id":"o","type":"c","attributes":[{"name":"n","time":"t","value":1}]}],"#
        + #""events":[{"id":"1","type":"t","time":"1999-04-01T08:30:00Z","#
        + #""relationships":[{"objectId":"o","qualifier":"q"}]}]}"#
    let mapping =
        "source: a\ndescription: b\nformat: {kind: delimited, delimiter: comma}\ntime_zone: UTC\n"
        + "event: {id: [x], kind: contact, time: {column: y, format: \"dd/mm/yyyy HH:MM\"}}\n"
    let delimited = header + row + row + odd + row
    let inputs: [(FuzzTarget, [UInt8])] = [
        (.plain, Array(delimited.utf8)), (.quoted, Array(delimited.utf8)),
        (.latin, Array(delimited.utf8).map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ";") : $0 }),
        (.jsonLines, Array("\(object)\n\n\(object)\n{\n".utf8)),
        (.json, Array("[\(object),\(object)]".utf8)),
        (.cloudEvents, Array("\(event)\n\(event)".utf8)), (.cloudEvents, Array("[\(event)]".utf8)),
        (.xes, Array(xes.utf8)), (.xesPaired, Array(xes.utf8)), (.ocel, Array(ocel.utf8)),
        (.gzip, Gzip.compress(Array(delimited.utf8))), (.mapping, Array(mapping.utf8)),
    ]
    return inputs.map { FuzzSeed(target: $0, bytes: $1) }
}
