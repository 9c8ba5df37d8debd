// The decoders of what the log stores, and of exported lines. They may refuse anything; they must
// not trap, and what they accept must come back the same when it is written and read again.

import Digests
import Events
import Export

@testable import EventLog

/// The decoders, in the order of the first byte.
enum FuzzTarget: Int, CaseIterable {
    case block, event, tail, names, streamPiece, streamRun, source, reject, head, attributes
    case personal, line

    func run(_ bytes: [UInt8]) {
        switch self {
        case .block: fuzzBlock(bytes)
        case .event:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try EventCodec.decode(bytes.span)
                }
            ) { event in
                var output: [UInt8] = []
                EventCodec.encode(event, into: &output)
                return output
            }
        case .tail:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try Layout.recordedEvent(bytes.span, at: LogPosition(7))
                }
            ) { Layout.value($0.event, recordedAt: $0.recordedAt) }
        case .names:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try NameSegment.decode(bytes.span)
                }
            ) { NameSegment.encode($0[...]) }
        case .streamPiece: fuzzStreamPiece(bytes)
        case .streamRun:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try StreamRun(number: 3, decoding: bytes.span)
                }
            ) { $0.encoded }
        case .source:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try SourceProgress(decoding: bytes.span)
                }
            ) { progress in
                _ = progress.contradictions
                return progress.encoded
            }
        case .reject:
            roundTrip(
                bytes,
                { (bytes) throws(EventFormatError) in
                    try RejectedRecord(decoding: bytes.span)
                }
            ) { reject in
                _ = reject.finding.description
                return reject.encoded
            }
        case .head: fuzzHead(bytes)
        case .attributes: fuzzAttributes(bytes)
        case .personal: fuzzPersonal(bytes)
        case .line: fuzzLine(bytes)
        }
    }
}

/// What is accepted is written, read and written again: the two texts are the same. Values are not
/// compared themselves, since a number may be none.
private func roundTrip<Value>(
    _ bytes: [UInt8], _ decode: ([UInt8]) throws(EventFormatError) -> Value,
    _ encode: (Value) -> [UInt8]
) {
    guard let value = accepted({ () throws(EventFormatError) in try decode(bytes) }) else { return }
    let written = encode(value)
    guard let again = accepted({ () throws(EventFormatError) in try decode(written) }) else {
        preconditionFailure("what was written is refused: \(written)")
    }
    let twice = encode(again)
    precondition(written == twice, "\(written) became \(twice)")
}

private func accepted<Value, Failure: Error>(_ body: () throws(Failure) -> Value) -> Value? {
    switch Result(catching: body) {
    case .success(let value): value
    case .failure: nil
    }
}

private func fuzzBlock(_ bytes: [UInt8]) {
    guard let header = accepted({ () throws(BlockError) in try BlockHeader(bytes.span) }) else {
        return
    }
    var whole = EventColumns()
    var scratch: [Int64] = []
    let isWhole =
        accepted { () throws(BlockError) in
            try header.columns(bytes.span, into: &whole, &scratch)
        } != nil
    // All of a small block; of a large one the first, and some in between.
    let step = max(1, header.count / 64)
    for index in stride(from: 0, to: header.count, by: step) {
        let event = accepted { () throws(BlockError) in
            try BlockRow(header, row: index, bytes.span).event(bytes.span)
        }
        guard isWhole else { continue }
        let same = accepted { () throws(EventFormatError) in try whole.event(index) }
        // A row may be refused that the columns have; what it gives is the same.
        guard let event = event?.event else { continue }
        guard let same else { preconditionFailure("row \(index) is not in the columns") }
        var left: [UInt8] = []
        var right: [UInt8] = []
        EventCodec.encode(event, into: &left)
        EventCodec.encode(same, into: &right)
        precondition(left == right, "row \(index) differs from the columns")
    }
    var checker = BlockChecker(nameCount: 100, isDeep: true)
    _ = checker.check(key: header.lastPosition, bytes.span)
    guard isWhole else { return }
    let again = BlockEncoder.encode(
        whole, rows: 0..<header.count, firstPosition: header.firstPosition)
    var decoded = EventColumns()
    let isAgain =
        accepted { () throws(BlockError) -> Void in
            let header = try BlockHeader(again.bytes.span)
            try header.columns(again.bytes.span, into: &decoded, &scratch)
        } != nil
    precondition(isAgain && decoded == whole, "the columns do not come back")
}

private func fuzzStreamPiece(_ bytes: [UInt8]) {
    guard let header = StreamChunkHeader(bytes.span) else { return }
    _ = header.isLast(bytes.span, inKey: bytes.span)
    for symbol in [0, 1, 2, 255, .max] as [UInt32] {
        let found = accepted { () throws(EventLogError) in
            try header.range(of: symbol, bytes.span)
        }
        guard let range = found ?? nil else { continue }
        for index in range { _ = header.position(index, bytes.span) }
    }
    for base in [0, header.base, .max] {
        var entries: [UInt64] = []
        _ = Result { try header.appendEntries(to: &entries, base: base, bytes.span) }
    }
}

/// With a checksum that fits, or no input would ever get past it.
private func fuzzHead(_ bytes: [UInt8]) {
    let whole = bytes + SHA256.digest(of: bytes).bytes
    guard let head = StoredHead(whole.span) else { return }
    precondition(head.bytes == whole, "\(head)")
    precondition(head.tailCount >= 0, "\(head)")
}

private func fuzzAttributes(_ bytes: [UInt8]) {
    var copy: [UInt8] = []
    let isCopied =
        accepted { () throws(EventFormatError) in
            try EventCodec.copyAttributes(bytes, 0..<bytes.count, into: &copy) { $0 }
        } != nil
    guard
        let attributes = accepted({ () throws(EventFormatError) in
            try EventCodec.attributes(bytes.span)
        })
    else { return }
    precondition(isCopied, "attributes that can be read cannot be copied: \(bytes)")
    let again = accepted { () throws(EventFormatError) in try EventCodec.attributes(copy.span) }
    precondition(
        again.map(EventCodec.bytes(of:)) == EventCodec.bytes(of: attributes), "\(bytes)")
}

private func fuzzPersonal(_ bytes: [UInt8]) {
    var copy: [UInt8] = []
    let isCopied =
        accepted { () throws(EventFormatError) in
            try EventCodec.copyPersonalFields(bytes, 0..<bytes.count, into: &copy) { $0 }
        } != nil
    let fields = accepted { () throws(EventFormatError) in
        try EventCodec.personalFields(bytes.span)
    }
    precondition(isCopied == (fields != nil), "\(bytes)")
    guard let fields else { return }
    let again = accepted { () throws(EventFormatError) in
        try EventCodec.personalFields(copy.span)
    }
    precondition(again == fields, "\(bytes)")
}

/// A line of an export; what is read is written, read and written again.
private func fuzzLine(_ bytes: [UInt8]) {
    var reader = CloudEventReader()
    guard let line = accepted({ () throws(LineProblem) in try reader.read(bytes.span) }) else {
        return
    }
    let written = text(line, reader.interner)
    var second = CloudEventReader()
    guard let again = accepted({ () throws(LineProblem) in try second.read(written.span) }) else {
        preconditionFailure("refused: \(String(decoding: written, as: UTF8.self))")
    }
    let twice = text(again, second.interner)
    precondition(
        written == twice,
        "\(String(decoding: written, as: UTF8.self)) is \(String(decoding: twice, as: UTF8.self))")
}

/// Without its end.
private func text(_ line: ExportedLine, _ names: Interner) -> [UInt8] {
    var bytes: [UInt8] = []
    switch line {
    case .event(let recorded):
        var writer = CloudEventWriter(dictionary: names)
        writer.append(recorded, to: &bytes)
    case .range(let range): range.append(to: &bytes)
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return bytes
}
