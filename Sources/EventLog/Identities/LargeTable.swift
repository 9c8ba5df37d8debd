// Memory for a table that is read at random: large pages, so that the processor finds an entry
// without first looking for its page, and the system clears them a few at a time. With ordinary
// ones growing the table of ten million ids took as long as all the look-ups in it. One of the two
// files of this target with pointers; places are checked as an array's are.

import Glibc

/// Words that are zero at first.
@safe struct LargeTable: ~Copyable, @unchecked Sendable {
    let count: Int
    private let words: UnsafeMutablePointer<UInt64>

    /// - Precondition: at least one word, and memory for them: a machine without it cannot go on.
    init(count: Int) {
        precondition(count > 0, "\(count) words")
        let mapped = unsafe mmap(
            nil, count * 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory = unsafe mapped, unsafe memory != MAP_FAILED else {
            preconditionFailure("no memory for a table of \(count) words")
        }
        // Advice: a system that does not take it serves ordinary pages.
        _ = unsafe madvise(memory, count * 8, MADV_HUGEPAGE)
        unsafe words = memory.bindMemory(to: UInt64.self, capacity: count)
        self.count = count
    }

    deinit { unsafe munmap(words, count * 8) }

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
