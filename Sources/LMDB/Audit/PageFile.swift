// A data file read with pread. It is never mapped: a page that the disk cannot give, or that the
// file no longer has, is then an answer and not the end of the process.

import Glibc

struct PageFile: ~Copyable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    static func open(path: String) throws(LMDBError) -> PageFile {
        PageFile(try File.openExisting(path))
    }

    /// The length now: a writer may be at work.
    func sizeBytes() -> Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

    deinit { close(descriptor) }

    /// Bytes of the file, fewer where it ends before; `nil` where the disk does not give them.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        var failed = false
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { return }
                filled += got
            }
        }
        return failed ? nil : result
    }

    /// The two meta pages, each `nil` where the file is too short for it. The second one lies
    /// where the first one's page size puts it, or, if that is damaged, at the usual place.
    func metaPages() -> [MetaPage?] {
        let first = metaPage(0, at: 0)
        let size = first.map { $0.isPlausible ? $0.pageSize : 4096 } ?? 4096
        return [first, metaPage(1, at: size)]
    }

    private func metaPage(_ number: UInt64, at offset: Int) -> MetaPage? {
        guard let bytes = bytes(at: offset, count: MetaPage.byteCount),
            bytes.count == MetaPage.byteCount
        else { return nil }
        return MetaPage(number: number, bytes.span)
    }
}
