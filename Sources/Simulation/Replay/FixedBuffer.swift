// Memory of a fixed number of plain values with one owner. The loops over contacts write through
// it: no reference is counted, nothing is asked whether it is shared, and every access is held to
// its bounds all the same.

/// - Note: it cannot be copied, so nobody holds the memory when it is freed.
@safe struct FixedBuffer<Element: BitwiseCopyable>: ~Copyable {
    private let start: UnsafeMutablePointer<Element>
    let count: Int

    init(repeating value: Element, count: Int) {
        unsafe start = .allocate(capacity: max(1, count))
        unsafe start.initialize(repeating: value, count: count)
        self.count = count
    }

    deinit { unsafe start.deallocate() }

    var indices: Range<Int> { 0..<count }

    /// - Precondition: `index` is from 0 to below ``count``.
    subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(index >= 0 && index < count, "place outside of the buffer")
            return unsafe UnsafePointer(start + index)
        }
        unsafeMutableAddress {
            precondition(index >= 0 && index < count, "place outside of the buffer")
            return unsafe start + index
        }
    }

    mutating func fill(_ value: Element) {
        unsafe start.update(repeating: value, count: count)
    }
}

/// One thread at a time owns it.
extension FixedBuffer: @unchecked Sendable where Element: Sendable {}
