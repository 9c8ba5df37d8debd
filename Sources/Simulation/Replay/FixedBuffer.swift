// Memory of a fixed number of values with one owner. The loops over contacts write through
// it: no reference is counted, nothing is asked whether it is shared, and every access is held to
// its bounds all the same.

/// - Note: it cannot be copied, so nobody holds the memory when it is freed.
@safe struct FixedBuffer<Element: ~Copyable>: ~Copyable {
    private let start: UnsafeMutablePointer<Element>
    let count: Int

    /// - Parameter value: makes the value of a place.
    init(count: Int, _ value: (Int) -> Element) {
        unsafe start = .allocate(capacity: max(1, count))
        for index in 0..<count { unsafe (start + index).initialize(to: value(index)) }
        self.count = count
    }

    deinit {
        unsafe start.deinitialize(count: count)
        unsafe start.deallocate()
    }

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
}

extension FixedBuffer where Element: BitwiseCopyable {
    init(repeating value: Element, count: Int) {
        unsafe start = .allocate(capacity: max(1, count))
        unsafe start.initialize(repeating: value, count: count)
        self.count = count
    }

    mutating func fill(_ value: Element) {
        unsafe start.update(repeating: value, count: count)
    }
}

/// One thread at a time owns it.
extension FixedBuffer: @unchecked Sendable where Element: Sendable & ~Copyable {}
