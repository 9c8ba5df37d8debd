// Writing gzip: for generated files, which are then read like anybody's.

import CZlib

package enum Gzip {
    /// A whole gzip file. The header carries no time and no name, so equal bytes give equal bytes.
    ///
    /// - Parameter level: from 1, the fastest, to 9, the smallest.
    /// - Precondition: zlib accepts its own default parameters.
    package static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = unsafe z_stream()
        let gzipWindow: Int32 = 15 + 16
        let begun = unsafe deflateInit2_(
            &stream, level, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(begun == Z_OK, "deflateInit2 answered \(begun)")
        defer { unsafe deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](
            repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))) + 64)
        let written = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                let ended = unsafe deflate(&stream, Z_FINISH)
                precondition(ended == Z_STREAM_END, "deflate answered \(ended)")
                return target.count - Int(unsafe stream.avail_out)
            }
        }
        output.removeSubrange(written...)
        return output
    }
}
