// Aim: a block gives back what was put into it, by column and by row, whatever the values.

import Digests
import Events
import Testing

@Suite struct BlockTests {
    /// All columns of a block.
    static func decode(_ bytes: [UInt8]) throws(BlockError) -> EventColumns {
        var columns = EventColumns()
        var scratch: [Int64] = []
        try BlockHeader(bytes.span).columns(bytes.span, into: &columns, &scratch)
        return columns
    }

    /// One row's fields, each read alone.
    static func row(
        _ row: Int, _ header: BlockHeader, _ bytes: [UInt8]
    ) throws(BlockError) -> EventColumns {
        var columns = EventColumns()
        for column in CodeColumn.allCases {
            let value = try header.number(ColumnSlot.of(column), row: row, bytes.span)
            columns[column] = [UInt32(truncatingIfNeeded: value)]
        }
        for column in NumberColumn.allCases {
            let value = try header.number(ColumnSlot.of(column), row: row, bytes.span)
            columns[column] = [value]
        }
        for column in BytesColumn.allCases {
            columns[column].append(bytes[try header.range(column, row: row, bytes.span)])
        }
        return columns
    }

    @Test func everyColumnHasAPlaceOfItsOwn() {
        let places =
            CodeColumn.allCases.map(ColumnSlot.of) + NumberColumn.allCases.map(ColumnSlot.of)
            + BytesColumn.allCases.flatMap {
                [ColumnSlot.lengths(of: $0), ColumnSlot.bytes(of: $0)]
            }
        #expect(places == Array(0..<ColumnSlot.count))
    }

    /// Encodes rows, and compares all that a block states with them.
    private func expectRoundTrip(
        _ columns: EventColumns, _ rows: Range<Int>, _ generator: inout SeededGenerator,
        _ place: String
    ) throws {
        let first = LogPosition(UInt64(1 + generator.below(1 << 40)))
        let block = BlockEncoder.encode(columns, rows: rows, firstPosition: first)
        let expected = columns.part(rows)
        #expect(block.count == rows.count)
        #expect((block.bytes.count + 16) % 4_096 == 0, "\(place)")
        let header = try BlockHeader(block.bytes.span)
        #expect(header.firstPosition == first && header.count == rows.count, "\(place)")
        #expect(header.lastPosition.rawValue == first.rawValue + UInt64(rows.count) - 1)
        #expect(header.leastAt == expected[.at].min(), "\(place)")
        #expect(header.greatestAt == expected[.at].max(), "\(place)")
        #expect(header.leastRecordedAt == expected[.recordedAt].min(), "\(place)")
        #expect(header.greatestRecordedAt == expected[.recordedAt].max(), "\(place)")
        let decoded = try BlockTests.decode(block.bytes)
        if decoded != expected { Issue.record("\(place): other columns") }
        // Every row of small blocks, some of large ones.
        for index in 0..<rows.count where rows.count < 200 || generator.isOne(in: 40) {
            let row = try BlockTests.row(index, header, block.bytes)
            if row != expected.part(index..<(index + 1)) {
                Issue.record("\(place): row \(index) differs")
            }
        }
        // The bytes depend on the rows alone: encoded again from what came out, they are the same.
        let again = BlockEncoder.encode(decoded, rows: 0..<rows.count, firstPosition: first)
        #expect(again.bytes == block.bytes, "\(place)")
        #expect(again.contentHash == SHA256.digest(of: Array(block.bytes[64...])))
    }

    @Test(arguments: contractSeeds(everyDay: 60, long: 3_000))
    func anyColumnsComeBack(seed: UInt64) throws {
        var maker = ColumnMaker(generator: SeededGenerator(state: seed))
        for count in [1, 2, 3, 5, 255, 256, 257, 300] {
            let columns = maker.columns(count)
            try expectRoundTrip(columns, 0..<count, &maker.generator, "seed \(seed), \(count)")
            let start = maker.generator.below(count)
            let end = start + 1 + maker.generator.below(count - start)
            try expectRoundTrip(
                columns, start..<end, &maker.generator, "seed \(seed), \(start)..<\(end)")
        }
    }

    @Test(arguments: contractSeeds(everyDay: 3, long: 100))
    func aFullBlockComesBack(seed: UInt64) throws {
        var maker = ColumnMaker(generator: SeededGenerator(state: seed))
        let columns = maker.columns(4_100)
        try expectRoundTrip(columns, 0..<4_096, &maker.generator, "seed \(seed)")
        try expectRoundTrip(columns, 4..<4_100, &maker.generator, "seed \(seed)")
    }

    @Test func eventsComeBack() throws {
        for seed in 0..<20 as Range<UInt64> {
            let columns = EventColumns.ofEvents(100, seed: seed)
            let block = BlockEncoder.encode(
                columns, rows: 0..<100, firstPosition: LogPosition(1))
            let decoded = try BlockTests.decode(block.bytes)
            let header = try BlockHeader(block.bytes.span)
            for row in 0..<100 {
                #expect(try decoded.event(row) == columns.event(row))
                let recorded = RecordedEvent(
                    position: LogPosition(UInt64(row + 1)), recordedAt: columns.recordedAt(row),
                    event: try columns.event(row))
                #expect(
                    try BlockRow(header, row: row, block.bytes.span).event(block.bytes.span)
                        == recorded)
            }
            for family in EventKind.Family.allCases {
                let isThere = try (0..<100).contains {
                    try columns.event($0).kind.family == family
                }
                #expect((header.families & BlockFormat.familyBit(family) != 0) == isThere)
            }
        }
    }

    /// The encodings themselves, so that what is meant to be small is small.
    @Test func eachSpreadHasItsEncoding() throws {
        func entry(_ codes: [UInt32], _ numbers: [Int64]) throws -> (ColumnEntry, ColumnEntry) {
            var columns = EventColumns.ofEvents(codes.count, seed: 1)
            columns[.agent] = codes
            columns[.money] = numbers
            let block = BlockEncoder.encode(
                columns, rows: 0..<codes.count, firstPosition: LogPosition(1))
            let header = try BlockHeader(block.bytes.span)
            return (
                try header.entry(of: .agent, block.bytes.span),
                try header.entry(of: .money, block.bytes.span)
            )
        }
        let rows = 600
        func codes(_ make: (UInt32) -> UInt32) -> [UInt32] { (0..<UInt32(rows)).map(make) }
        func numbers(_ make: (Int64) -> Int64) -> [Int64] { (0..<Int64(rows)).map(make) }
        let cases: [([UInt32], ColumnEncoding, [Int64], ColumnEncoding, UInt32)] = [
            (codes { _ in .max }, .constant, numbers { _ in .min }, .constant, 1),
            (codes { .max - $0 % 256 }, .width1, numbers { .max - $0 % 256 }, .width1, 1),
            (codes { $0 }, .width2, numbers { -$0 }, .width2, 1),
            (codes { $0 * 3 }, .width2, numbers { .min + $0 * 1_000 }, .width2, 1_000),
            (codes { $0 * 70_001 }, .width4, numbers { $0 * 1_000_000 }, .width2, 1_000_000),
            (codes { $0 % 256 * 70_001 }, .dictionary1, numbers { $0 << 20 }, .width4, 1),
            (codes { $0 % 257 * 70_001 }, .width4, numbers { $0 << 50 }, .width8, 1),
            (
                codes { $0 % 2 * .max }, .dictionary1, numbers { $0 % 2 == 0 ? .min : .max },
                .width8, 1
            ),
        ]
        for (index, each) in cases.enumerated() {
            let (code, number) = try entry(each.0, each.2)
            #expect(code.encoding == each.1, "case \(index)")
            #expect(number.encoding == each.3, "case \(index)")
            #expect(number.divisor == each.4, "case \(index)")
        }
        let (dictionary, _) = try entry(cases[5].0, cases[5].2)
        #expect(dictionary.divisor == 256)
    }
}
