// The one caller of libzstd: Zstandard frames in, plain bytes out, piece by piece.

import CZstd

/// A Zstandard stream of one or more frames, being unpacked.
@safe final class ZstandardDecompressor: Decompressor {
    /// The greatest window that is taken, as the program `zstd` does: 128 MiB.
    private static let windowLimitLog: Int32 = 27

    private let context: OpaquePointer

    /// - Precondition: memory is available.
    init() {
        guard let made = unsafe ZSTD_createDCtx() else {
            preconditionFailure("libzstd did not start")
        }
        unsafe context = made
        let status = unsafe ZSTD_DCtx_setParameter(
            context, ZSTD_d_windowLogMax, ZstandardDecompressor.windowLimitLog)
        precondition(ZSTD_isError(status) == 0, "libzstd does not limit its window")
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func startMember() {
        let status = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        precondition(ZSTD_isError(status) == 0, "libzstd did not reset")
    }

    func step(
        input: inout [UInt8], range: Range<Int>, output: inout [UInt8], from start: Int,
        problem: inout String
    ) -> DecompressionStep? {
        var consumed = 0
        var produced = 0
        let status = unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                var packed = unsafe ZSTD_inBuffer(
                    src: source.baseAddress.map { unsafe $0 + range.lowerBound },
                    size: range.count, pos: 0)
                var plain = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress.map { unsafe $0 + start },
                    size: target.count - start, pos: 0)
                let status = unsafe ZSTD_decompressStream(context, &plain, &packed)
                consumed = unsafe packed.pos
                produced = unsafe plain.pos
                return status
            }
        }
        guard ZSTD_isError(status) == 0 else {
            problem = unsafe String(cString: ZSTD_getErrorName(status))
            return nil
        }
        return DecompressionStep(
            consumed: consumed, produced: produced, isMemberEnd: status == 0)
    }
}
