// The few loops over raw bytes that the log's speed hangs on: integers of one width, side by
// side, unaligned. With LargeTable the only file of this target with pointers; every function looks
// at the bounds itself before it takes one. Safe code does the same four to ten times slower,
// because it puts integers together byte by byte and is not vectorised.

import CProcessor

/// Loads and stores of little-endian integers.
enum RawBytes {
    /// `count` unsigned integers of `width` bytes each, as `base + scale * integer`, wrapping.
    /// - Precondition: `width` is 1, 2, 4 or 8, `bytes` holds `count * width` bytes, `output`
    ///   has `count` elements.
    static func widen(
        _ bytes: Span<UInt8>, width: Int, count: Int, base: Int64, scale: Int64,
        into output: inout [Int64]
    ) {
        precondition(bytes.count >= count * width && output.count == count, "\(bytes.count)")
        unsafe bytes.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                switch width {
                case 1: unsafe widen(input, UInt8.self, base, scale, output)
                case 2: unsafe widen(input, UInt16.self, base, scale, output)
                case 4: unsafe widen(input, UInt32.self, base, scale, output)
                case 8: unsafe widen(input, UInt64.self, base, scale, output)
                default: preconditionFailure("a width of \(width) bytes")
                }
            }
        }
    }

    @inline(__always)
    private static func widen<Narrow: FixedWidthInteger & UnsignedInteger>(
        _ input: UnsafeRawBufferPointer, _ type: Narrow.Type, _ base: Int64, _ scale: Int64,
        _ output: UnsafeMutableBufferPointer<Int64>
    ) {
        let step = MemoryLayout<Narrow>.size
        for index in 0..<output.count {
            let value = unsafe Narrow(
                littleEndian: input.loadUnaligned(fromByteOffset: index * step, as: type))
            unsafe output[index] = base &+ scale &* Int64(truncatingIfNeeded: value)
        }
    }

    /// As ``widen(_:width:count:base:scale:into:)``, to codes; a width of 8 does not occur.
    static func widen(
        _ bytes: Span<UInt8>, width: Int, count: Int, base: UInt32, into output: inout [UInt32]
    ) {
        precondition(bytes.count >= count * width && output.count == count, "\(bytes.count)")
        unsafe bytes.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                switch width {
                case 1: unsafe widen(input, UInt8.self, base, output)
                case 2: unsafe widen(input, UInt16.self, base, output)
                case 4: unsafe widen(input, UInt32.self, base, output)
                default: preconditionFailure("a width of \(width) bytes")
                }
            }
        }
    }

    @inline(__always)
    private static func widen<Narrow: FixedWidthInteger & UnsignedInteger>(
        _ input: UnsafeRawBufferPointer, _ type: Narrow.Type, _ base: UInt32,
        _ output: UnsafeMutableBufferPointer<UInt32>
    ) {
        let step = MemoryLayout<Narrow>.size
        for index in 0..<output.count {
            let value = unsafe Narrow(
                littleEndian: input.loadUnaligned(fromByteOffset: index * step, as: type))
            unsafe output[index] = base &+ UInt32(truncatingIfNeeded: value)
        }
    }

    /// Writes `(value - base) / divisor` of each value as integers of `width` bytes at `offset`.
    /// - Precondition: each quotient fits the width, and the output has the room.
    static func narrow(
        _ values: Span<Int64>, base: Int64, divisor: UInt64, width: Int,
        into output: inout [UInt8], at offset: Int
    ) {
        precondition(output.count - offset >= values.count * width, "\(output.count) \(offset)")
        unsafe output.withUnsafeMutableBytes { output in
            let output = unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset...])
            // The divisors are constants so that none of these loops divides.
            switch divisor {
            case 1: unsafe narrow(values, base, width, output) { $0 }
            case 1_000: unsafe narrow(values, base, width, output) { $0 / 1_000 }
            case 1_000_000: unsafe narrow(values, base, width, output) { $0 / 1_000_000 }
            default: preconditionFailure("a divisor of \(divisor)")
            }
        }
    }

    @inline(__always)
    private static func narrow(
        _ values: Span<Int64>, _ base: Int64, _ width: Int,
        _ output: UnsafeMutableRawBufferPointer, _ divide: (UInt64) -> UInt64
    ) {
        switch width {
        case 1: unsafe store(values, base, UInt8.self, output, divide)
        case 2: unsafe store(values, base, UInt16.self, output, divide)
        case 4: unsafe store(values, base, UInt32.self, output, divide)
        case 8: unsafe store(values, base, UInt64.self, output, divide)
        default: preconditionFailure("a width of \(width) bytes")
        }
    }

    @inline(__always)
    private static func store<Narrow: FixedWidthInteger & UnsignedInteger>(
        _ values: Span<Int64>, _ base: Int64, _ type: Narrow.Type,
        _ output: UnsafeMutableRawBufferPointer, _ divide: (UInt64) -> UInt64
    ) {
        let step = MemoryLayout<Narrow>.size
        for index in values.indices {
            let quotient = divide(UInt64(bitPattern: values[index] &- base))
            unsafe output.storeBytes(
                of: Narrow(truncatingIfNeeded: quotient).littleEndian,
                toByteOffset: index * step, as: type)
        }
    }

    /// Writes `value - base` of each code as integers of `width` bytes at `offset`.
    static func narrow(
        _ values: Span<UInt32>, base: UInt32, width: Int, into output: inout [UInt8],
        at offset: Int
    ) {
        precondition(output.count - offset >= values.count * width, "\(output.count) \(offset)")
        unsafe output.withUnsafeMutableBytes { output in
            let output = unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset...])
            switch width {
            case 1: unsafe store(values, base, UInt8.self, output)
            case 2: unsafe store(values, base, UInt16.self, output)
            case 4: unsafe store(values, base, UInt32.self, output)
            default: preconditionFailure("a width of \(width) bytes")
            }
        }
    }

    @inline(__always)
    private static func store<Narrow: FixedWidthInteger & UnsignedInteger>(
        _ values: Span<UInt32>, _ base: UInt32, _ type: Narrow.Type,
        _ output: UnsafeMutableRawBufferPointer
    ) {
        let step = MemoryLayout<Narrow>.size
        for index in values.indices {
            unsafe output.storeBytes(
                of: Narrow(truncatingIfNeeded: values[index] &- base).littleEndian,
                toByteOffset: index * step, as: type)
        }
    }

    /// The sum of the first `count` unsigned integers of `width` bytes each, wrapping.
    static func sum(_ bytes: Span<UInt8>, width: Int, count: Int) -> UInt64 {
        precondition(bytes.count >= count * width, "\(bytes.count)")
        return unsafe bytes.withUnsafeBytes { input in
            switch width {
            case 1: unsafe sum(input, UInt8.self, count)
            case 2: unsafe sum(input, UInt16.self, count)
            case 4: unsafe sum(input, UInt32.self, count)
            case 8: unsafe sum(input, UInt64.self, count)
            default: preconditionFailure("a width of \(width) bytes")
            }
        }
    }

    @inline(__always)
    private static func sum<Narrow: FixedWidthInteger & UnsignedInteger>(
        _ input: UnsafeRawBufferPointer, _ type: Narrow.Type, _ count: Int
    ) -> UInt64 {
        let step = MemoryLayout<Narrow>.size
        var sum: UInt64 = 0
        for index in 0..<count {
            let value = unsafe Narrow(
                littleEndian: input.loadUnaligned(fromByteOffset: index * step, as: type))
            sum &+= UInt64(value)
        }
        return sum
    }

    /// Fetches the byte at `offset` into the processor's caches, and does not wait for it; nothing
    /// where there is none.
    @inline(__always)
    static func prefetch(_ bytes: Span<UInt8>, at offset: Int) {
        guard offset >= 0, offset < bytes.count else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe cprocessor_prefetch(start + offset)
        }
    }

    /// The integer of eight bytes at `offset`.
    @inline(__always)
    static func load64(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        precondition(offset >= 0 && bytes.count - offset >= 8, "\(offset) of \(bytes.count)")
        return unsafe bytes.withUnsafeBytes {
            unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    @inline(__always)
    static func load32(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
        precondition(offset >= 0 && bytes.count - offset >= 4, "\(offset) of \(bytes.count)")
        return unsafe bytes.withUnsafeBytes {
            unsafe UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
    }

    @inline(__always)
    static func load16(_ bytes: Span<UInt8>, at offset: Int) -> UInt16 {
        precondition(offset >= 0 && bytes.count - offset >= 2, "\(offset) of \(bytes.count)")
        return unsafe bytes.withUnsafeBytes {
            unsafe UInt16(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        }
    }

    @inline(__always)
    static func store64(_ value: UInt64, into output: inout [UInt8], at offset: Int) {
        precondition(offset >= 0 && output.count - offset >= 8, "\(offset) of \(output.count)")
        unsafe output.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
        }
    }

    @inline(__always)
    static func store32(_ value: UInt32, into output: inout [UInt8], at offset: Int) {
        precondition(offset >= 0 && output.count - offset >= 4, "\(offset) of \(output.count)")
        unsafe output.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
    }

    /// Copies a range of `source` to `offset` of `output`.
    static func copy(
        _ source: Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8], at offset: Int
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= source.count
                && output.count - offset >= range.count, "\(range) to \(offset)")
        unsafe source.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output in
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: output[offset...])
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: input[range]))
            }
        }
    }

    /// A copy of a range of bytes.
    static func array(_ source: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= source.count, "\(range)")
        return unsafe source.withUnsafeBytes { unsafe Array($0[range]) }
    }
}
