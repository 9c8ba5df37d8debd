// One block against itself: its hash, its header against its columns, every code and symbol. Blocks
// are checked by several threads; the chain through them is looked at afterwards.

import Digests
import Events

/// What the checking of one block came to.
struct BlockCheck: Sendable {
    /// As the table's key says.
    let lastPosition: LogPosition
    let header: BlockHeader?
    /// The hash that the block says was before it, and the hash of its content as it is.
    let previous: Digest
    let content: Digest
    var problems = ProblemList()
    var streams = StreamSum()
}

/// A sum over entries of the stream index that does not depend on their order.
struct StreamSum: Hashable, Sendable {
    var count: UInt64 = 0
    private var sum: UInt64 = 0
    private var other: UInt64 = 0

    @inline(__always)
    mutating func add(symbol: UInt32, position: UInt64) {
        // Two unlike mixes, so that 128 bits would have to agree by chance (SplitMix64's steps).
        var mixed = (UInt64(symbol) << 32 ^ position) &* 0x9e37_79b9_7f4a_7c15
        mixed ^= mixed >> 29
        mixed = mixed &* 0xbf58_476d_1ce4_e5b9
        mixed ^= mixed >> 32
        sum &+= mixed
        other &+= (mixed ^ UInt64(symbol)) &* (position | 1)
        count += 1
    }

    mutating func merge(_ more: StreamSum) {
        count += more.count
        sum &+= more.sum
        other &+= more.other
    }
}

/// Room for the columns of a block, used again.
struct BlockChecker: ~Copyable {
    private let nameCount: Int
    private let isDeep: Bool
    private var columns = EventColumns()
    private var scratch: [Int64] = []
    private var hasher = SHA256()
    private let validKinds: [Bool]

    init(nameCount: Int, isDeep: Bool) {
        self.nameCount = nameCount
        self.isDeep = isDeep
        var valid = [Bool](repeating: false, count: 256)
        for kind in EventKind.allCases { valid[Int(kind.rawValue)] = true }
        validKinds = valid
    }

    mutating func check(key: LogPosition, _ bytes: Span<UInt8>) -> BlockCheck {
        let header: BlockHeader
        do {
            header = try BlockHeader(bytes)
        } catch {
            var check = BlockCheck(
                lastPosition: key, header: nil, previous: .zero, content: .zero)
            check.problems.report("blocks", key, "\(error)")
            return check
        }
        hasher.update(bytes.extracting(BlockFormat.magicOffset..<bytes.count))
        var check = BlockCheck(
            lastPosition: key, header: header,
            previous: BlockHeader.hash(bytes, at: BlockFormat.previousHashOffset),
            content: hasher.finish())
        if header.lastPosition != key {
            check.problems.report("blocks", key, "it ends at \(header.lastPosition)")
        }
        if check.content != BlockHeader.hash(bytes, at: BlockFormat.contentHashOffset) {
            check.problems.report(
                "blocks", header.firstPosition,
                "the block through \(header.lastPosition) was changed: its content has another "
                    + "hash")
        }
        do {
            try header.columns(bytes, into: &columns, &scratch)
            try checkColumns(header, &check)
            if isDeep { try checkRows(header, bytes, &check) }
        } catch {
            check.problems.report("blocks", header.firstPosition, "\(error)")
        }
        return check
    }

    private func checkColumns(
        _ header: BlockHeader, _ check: inout BlockCheck
    ) throws(BlockError) {
        let at = BlockFacts.extremes(columns[.at].span)
        let recorded = BlockFacts.extremes(columns[.recordedAt].span)
        guard at.least == header.leastAt, at.greatest == header.greatestAt,
            recorded.least == header.leastRecordedAt,
            recorded.greatest == header.greatestRecordedAt
        else { throw .header(field: "range of time") }
        guard BlockFacts.families(columns[.kind].span) == header.families else {
            throw .header(field: "families")
        }
        for column in CodeColumn.allCases where column.isSymbol {
            var greatest: UInt32 = 0
            for value in columns[column] { greatest = max(greatest, value) }
            if Int(greatest) > nameCount {
                check.problems.report(
                    "dictionary", header.firstPosition,
                    "an event uses symbol \(greatest), which has no name")
            }
        }
        for value in columns[.kind] where value > 255 || !validKinds[Int(value)] {
            throw .column(slot: 0, reason: "\(value) is no kind of event")
        }
        addStreams(header, &check.streams)
    }

    private func addStreams(_ header: BlockHeader, _ sum: inout StreamSum) {
        let first = header.firstPosition.rawValue
        for column in [CodeColumn.customer, .issue] {
            let symbols = columns[column]
            for row in symbols.indices where symbols[row] != 0 {
                sum.add(symbol: symbols[row], position: first + UInt64(row))
            }
        }
    }

    /// Every event is one, and the block is the one that encoding them gives.
    private func checkRows(
        _ header: BlockHeader, _ bytes: Span<UInt8>, _ check: inout BlockCheck
    ) throws(BlockError) {
        for row in 0..<header.count {
            do {
                let event = try columns.event(row)
                for name in event.attributes.map(\.name) + event.personal.map(\.name)
                where Int(name.rawValue) > nameCount {
                    check.problems.report(
                        "dictionary", header.firstPosition,
                        "an event uses symbol \(name.rawValue), which has no name")
                }
            } catch {
                throw .row(row, error)
            }
        }
        let again = BlockEncoder.encode(
            columns, rows: 0..<header.count, firstPosition: header.firstPosition)
        if again.contentHash != check.content {
            check.problems.report(
                "blocks", header.firstPosition, "its events encode to other bytes")
        }
    }
}
