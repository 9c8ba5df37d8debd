// The one caller of zlib: gzip bytes in, plain bytes out, piece by piece.

import CZlib

/// A gzip stream of one or more members, being unpacked.
///
/// zlib's state refers to the address of the stream structure, so that it lives on the heap.
@safe struct Inflater: ~Copyable {
    /// What one step did.
    struct Step {
        var consumed: Int
        var produced: Int
        /// Whether a member of the file, its checksum included, has come to its end.
        var isMemberEnd: Bool
    }

    private let stream: UnsafeMutablePointer<z_stream>

    /// - Precondition: memory is available: zlib asks for about 40 kilobytes.
    init() {
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 window bits, and 16 more to say that the bytes are gzip's.
        let status = unsafe inflateInit2_(
            stream, 15 + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib did not start: status \(status)")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Prepares for the next member of the file.
    func startMember() {
        let status = unsafe inflateReset(stream)
        precondition(status == Z_OK, "zlib did not reset: status \(status)")
    }

    /// Unpacks from `input[range]` into `output` from `start` on.
    /// - Returns: `nil`, with zlib's words in `problem`, where the bytes are damaged.
    func step(
        input: inout [UInt8], range: Range<Int>, output: inout [UInt8], from start: Int,
        problem: inout String
    ) -> Step? {
        let free = output.count - start
        let status = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                let first = range.lowerBound
                unsafe stream.pointee.next_in = source.baseAddress.map { unsafe $0 + first }
                unsafe stream.pointee.avail_in = UInt32(range.count)
                unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_out = UInt32(free)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let consumed = unsafe range.count - Int(stream.pointee.avail_in)
        let produced = unsafe free - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR:
            return Step(consumed: consumed, produced: produced, isMemberEnd: false)
        case Z_STREAM_END:
            return Step(consumed: consumed, produced: produced, isMemberEnd: true)
        default:
            problem =
                unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                ?? "zlib status \(status)"
            return nil
        }
    }
}
