// The one reader of gzip: packed bytes in, plain bytes out, piece by piece.

import CZlib

/// A gzip stream of one or more members, being unpacked.
///
/// zlib's state refers to the address of the stream structure, so that it lives on the heap.
@safe final class Inflater: Decompressor {
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

    func startMember() {
        let status = unsafe inflateReset(stream)
        precondition(status == Z_OK, "zlib did not reset: status \(status)")
    }

    func step(
        input: inout [UInt8], range: Range<Int>, output: inout [UInt8], from start: Int,
        problem: inout String
    ) -> DecompressionStep? {
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
            return DecompressionStep(consumed: consumed, produced: produced, isMemberEnd: false)
        case Z_STREAM_END:
            return DecompressionStep(consumed: consumed, produced: produced, isMemberEnd: true)
        default:
            problem =
                unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                ?? "zlib status \(status)"
            return nil
        }
    }
}
