// Memory for a table that is read at random: large pages, so that the processor finds an entry
// without first looking for its page, and the system clears them a few at a time. With ordinary
// ones growing the table of ten million ids took as long as all the look-ups in it. It grows in
// place: the address space is reserved, and every page is cleared once. One of the two files of
// this target with pointers; places are checked as an array's are.

import Glibc

/// Words that are zero at first.
@safe struct LargeTable: ~Copyable, @unchecked Sendable {
    /// Words that address space is reserved for: 2^32 entries fill them by half.
    static let greatestCount = 1 << 33

    private static let largePageSize = 1 << 21
    private static let reservedSize = greatestCount * 8 + largePageSize

    private(set) var count = 0
    private let reserved: UnsafeMutableRawPointer
    /// The first large page of it.
    private let words: UnsafeMutablePointer<UInt64>

    /// - Precondition: at least one word, and memory for them: a machine without it cannot go on.
    init(count: Int) {
        let mapped = unsafe mmap(
            nil, LargeTable.reservedSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1, 0)
        guard let memory = unsafe mapped, unsafe memory != MAP_FAILED else {
            preconditionFailure("no address space for a table")
        }
        unsafe reserved = memory
        unsafe words = memory.alignedUp(toMultipleOf: LargeTable.largePageSize)
            .bindMemory(to: UInt64.self, capacity: LargeTable.greatestCount)
        grow(to: count)
    }

    deinit { unsafe munmap(reserved, LargeTable.reservedSize) }

    /// Adds words that are zero.
    /// - Precondition: no fewer than there are, at most ``greatestCount``, and memory for them.
    mutating func grow(to newCount: Int) {
        precondition(
            newCount > 0 && newCount >= count && newCount <= LargeTable.greatestCount,
            "\(newCount) words")
        guard unsafe mprotect(words, newCount * 8, PROT_READ | PROT_WRITE) == 0 else {
            preconditionFailure("no memory for a table of \(newCount) words")
        }
        // Advice: a system that does not take it serves ordinary pages.
        _ = unsafe madvise(words, newCount * 8, MADV_HUGEPAGE)
        count = newCount
    }

    subscript(_ place: Int) -> UInt64 {
        @inline(__always) get {
            precondition(place >= 0 && place < count)
            return unsafe words[place]
        }
        @inline(__always) nonmutating set {
            precondition(place >= 0 && place < count)
            unsafe words[place] = newValue
        }
    }
}
