// The hash of an event's id: where to look for it in memory. Nothing that is stored depends on it,
// so that it may be as fast as this machine allows and change with any version.

import Events

/// Hashes strings eight bytes at a time by multiply and fold.
///
/// The mixing step is that of wyhash (Wang Yi, 2019; public domain): both halves of a 128-bit
/// product, joined by exclusive or. Constants are the first of that hash's.
enum IdentityHash {
    private static let first: UInt64 = 0xa076_1d64_78bd_642f
    private static let second: UInt64 = 0xe703_7ed1_a0b4_28db

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The hash of the name of a source, the seed of its keys' hashes.
    static func seed(ofSource name: String) -> UInt64 {
        let bytes = Array(name.utf8)
        return hash(bytes.span, 0..<bytes.count, seed: second)
    }

    /// The hash of a range of bytes.
    @inline(__always)
    static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>, seed: UInt64) -> UInt64 {
        var state = seed ^ first
        var place = range.lowerBound
        while range.upperBound - place > 8 {
            state = fold(state ^ RawBytes.load64(bytes, at: place), second)
            place += 8
        }
        // The last one to eight bytes: read together where eight are there, overlapping what was
        // read already.
        var rest: UInt64 = 0
        if range.count >= 8 {
            rest = RawBytes.load64(bytes, at: range.upperBound - 8)
        } else {
            while place < range.upperBound {
                rest = rest << 8 | UInt64(bytes[place])
                place += 1
            }
        }
        return fold(fold(state ^ rest, first), second ^ UInt64(range.count))
    }
}

/// Hashes the ids of many rows, and remembers what the sources' names give.
struct IdentityHasher: Sendable {
    private let mask: UInt64
    /// The hash of each source's name, by symbol; zero where it was not asked for yet.
    private var seeds: [UInt64] = []

    /// - Parameter mask: the bits that are used; fewer than all where tests want unlike ids to
    ///   share a hash.
    init(mask: UInt64) { self.mask = mask }

    mutating func hashes(of columns: EventColumns, _ names: Interner) -> [UInt64] {
        hashes(sources: columns[.source], keys: columns[.key], names)
    }

    mutating func hashes(
        sources: [UInt32], keys: PackedBytes, _ names: Interner
    ) -> [UInt64] {
        if seeds.count < names.count {
            seeds += [UInt64](repeating: 0, count: names.count - seeds.count)
        }
        var lastSource: UInt32 = .max
        var seed: UInt64 = 0
        var start = 0
        var result: [UInt64] = []
        result.reserveCapacity(sources.count)
        for row in sources.indices {
            if sources[row] != lastSource {
                lastSource = sources[row]
                seed = self.seed(lastSource, names)
            }
            let end = Int(keys.ends[row])
            result.append(IdentityHash.hash(keys.bytes.span, start..<end, seed: seed) & mask)
            start = end
        }
        return result
    }

    /// Forgets sources whose names were forgotten, so that `count` names are left.
    mutating func truncate(to count: Int) {
        seeds.removeLast(max(0, seeds.count - count))
    }

    private mutating func seed(_ source: UInt32, _ names: Interner) -> UInt64 {
        let index = Int(source)
        guard index < seeds.count else { return 0 }
        if seeds[index] == 0 {
            seeds[index] = IdentityHash.seed(ofSource: names.string(Symbol(source)))
        }
        return seeds[index]
    }
}
