// Many strings of bytes one behind the other, so that a batch of them is two arrays.

package struct PackedTexts: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Where each ends; it begins where the one before ends.
    package private(set) var ends: [Int] = []

    package init() {}

    package var count: Int { ends.count }

    package func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    package mutating func append(_ text: [UInt8]) {
        bytes += text
        ends.append(bytes.count)
    }

    package mutating func append(_ text: String) {
        bytes += text.utf8
        ends.append(bytes.count)
    }

    /// Appends what `write` puts behind the bytes there are.
    package mutating func append<Failure: Error>(
        _ write: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try write(&bytes)
        ends.append(bytes.count)
    }

    mutating func reserve(_ count: Int, byteCount: Int) {
        bytes.reserveCapacity(byteCount)
        ends.reserveCapacity(count)
    }

    mutating func append(_ other: PackedTexts) {
        let start = bytes.count
        bytes += other.bytes
        ends.reserveCapacity(ends.count + other.ends.count)
        for end in other.ends { ends.append(start + end) }
    }
}
