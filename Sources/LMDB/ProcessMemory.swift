// How a process that appends much keeps its memory. The library allocates every page that it
// writes, and a batch's columns are as large: given back to the system after each commit and asked
// for again, they cost a page fault for every 4 KiB, a fifth of the whole append.

import CLMDB

package enum ProcessMemory {
    /// Keeps freed memory in the process, up to a gigabyte, for the next commit. For the process as
    /// a whole, so that its main program decides.
    package static func keepFreed() {
        // Each returns 1; a setting that is refused costs time and nothing else.
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 30)
        _ = mallopt(M_TOP_PAD, 64 << 20)
    }
}
