// Aim: columns of every form that the encoder tells apart, from a seed.

import Events

/// Fills columns with values whose spread asks for each encoding in turn.
struct ColumnMaker {
    var generator: SeededGenerator

    mutating func columns(_ count: Int) -> EventColumns {
        var columns = EventColumns()
        for column in CodeColumn.allCases { columns[column] = codes(count) }
        for column in NumberColumn.allCases { columns[column] = numbers(count) }
        for column in BytesColumn.allCases {
            for string in strings(count) { columns[column].append(string) }
        }
        return columns
    }

    mutating func codes(_ count: Int) -> [UInt32] {
        let base = generator.pick([0, 1, 70_000, .max - 70_000, .max - 255, .max] as [UInt32])
        switch generator.below(8) {
        case 0: return [UInt32](repeating: base, count: count)
        case 1: return spread(count, base, 0xff)
        case 2: return spread(count, base, 0x100)
        case 3: return spread(count, base, 0xffff)
        case 4: return spread(count, base, 0x1_0000)
        case 5: return (0..<count).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        default: return words(count, generator.pick([1, 2, 255, 256, 257]))
        }
    }

    /// Values from `base` through `base + width`, both ends among them, wrapping.
    private mutating func spread(_ count: Int, _ base: UInt32, _ width: UInt32) -> [UInt32] {
        let base = min(base, .max - width)
        return (0..<count).map { row in
            if row == 0 { return base }
            if row == 1 { return base + width }
            return base + UInt32(generator.below(Int(width) + 1))
        }
    }

    /// So many distinct values, far from one another.
    private mutating func words(_ count: Int, _ wordCount: Int) -> [UInt32] {
        let words = (0..<wordCount).map { UInt32($0) &* 0x9e37_79b1 &+ 5 }
        return (0..<count).map { row in
            row < wordCount ? words[row] : generator.pick(words)
        }
    }

    mutating func numbers(_ count: Int) -> [Int64] {
        let step = generator.pick([1, 1, 1_000, 1_000_000, 7] as [Int64])
        let base = generator.pick(
            [
                0, -1, 255, .min, .max, .max - 255, -1_000_000_007, 1_600_000_000_000_000,
            ] as [Int64])
        let width = generator.pick(
            [
                1, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, 1 << 50,
            ] as [Int64])
        switch generator.below(6) {
        case 0: return [Int64](repeating: base, count: count)
        // The whole range, which wraps: least and greatest are further apart than fits.
        case 1: return (0..<count).map { _ in generator.pick([.min, .max, 0, -1, 1] as [Int64]) }
        case 2: return (0..<count).map { _ in generator.integer() }
        default:
            // The far end itself is there, so that the width is the one meant.
            return (0..<count).map { row in
                let offset = row == 0 ? 0 : row == 1 ? width : Int64(generator.below(Int(width)))
                return base &+ offset &* step
            }
        }
    }

    mutating func strings(_ count: Int) -> [[UInt8]] {
        switch generator.below(6) {
        case 0: return [[UInt8]](repeating: [], count: count)
        case 1:
            let length = generator.below(20)
            return (0..<count).map { _ in generator.bytes(length) }
        case 2: return (0..<count).map { _ in generator.bytes(generator.below(6)) }
        // Lengths that a divisor fits, and one far longer than the others.
        case 3:
            return (0..<count).map { row in
                [UInt8](repeating: UInt8(row & 0xff), count: row == 0 ? 3_000 : 1_000 * (row & 1))
            }
        case 4:
            return (0..<count).map { row in
                [UInt8](repeating: 7, count: row == count / 2 ? 70_000 : 1)
            }
        default: return (0..<count).map { _ in generator.bytes(generator.below(300)) }
        }
    }
}

extension EventColumns {
    /// Rows of a range, each as an event of its own would be given.
    func part(_ rows: Range<Int>) -> EventColumns {
        var part = EventColumns()
        for column in CodeColumn.allCases { part[column] = Array(self[column][rows]) }
        for column in NumberColumn.allCases { part[column] = Array(self[column][rows]) }
        for column in BytesColumn.allCases {
            for row in rows { part[column].append(self[column].bytes[self[column].range(row)]) }
        }
        return part
    }

    /// Columns of events that a log could hold.
    static func ofEvents(_ count: Int, seed: UInt64) -> EventColumns {
        var generator = SeededGenerator(state: seed)
        var maker = FactMaker(world: World(), &generator)
        var columns = EventColumns()
        for _ in 0..<count {
            let event = maker.event(&generator)
            let at = Instant(microseconds: maker.moment(&generator))
            columns.append(event, recordedAt: at)
        }
        return columns
    }
}
