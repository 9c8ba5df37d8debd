// A file to read records from; standard input becomes one, since records are read more than once:
// to know the file again, to check its compression, to take its records.

import Foundation
import Glibc
import Ingestion

/// A file at a path, or what standard input holds, which is written to a file of its own that only
/// its owner can read and that is gone afterwards.
final class InputFile {
    /// What stands for standard input on the command line.
    static let standardInput = "-"

    let path: String
    /// For messages and the log's account of the file.
    let name: String
    private let isSpooled: Bool

    /// - Throws: where there is no such file, or no room for standard input.
    init(_ argument: String) throws {
        guard argument == InputFile.standardInput else {
            path = argument
            name = Store.baseName(argument)
            isSpooled = false
            _ = try FileBytes.sizeBytes(path: argument)
            return
        }
        name = "standard input"
        isSpooled = true
        path = try InputFile.spool()
    }

    deinit { if isSpooled { unsafe unlink(path) } }

    private static func spool() throws -> String {
        var template = Array((NSTemporaryDirectory() + "/downstream-input-XXXXXX").utf8CString)
        let target = unsafe template.withUnsafeMutableBufferPointer { name in
            unsafe name.baseAddress.map { unsafe mkstemp($0) } ?? -1
        }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard target >= 0 else { throw failure(path) }
        defer { close(target) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count == 0 { return path }
            if count < 0 {
                if errno == EINTR { continue }
                throw remove(path, failure("standard input"))
            }
            var written = 0
            while written < count {
                let step = unsafe chunk.withUnsafeBytes {
                    unsafe write(
                        target, $0.baseAddress.map { unsafe $0 + written }, count - written)
                }
                if step < 0, errno != EINTR { throw remove(path, failure(path)) }
                written += max(0, step)
            }
        }
    }

    private static func remove(_ path: String, _ error: any Error) -> any Error {
        unsafe unlink(path)
        return error
    }

    private static func failure(_ path: String) -> any Error {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return WorkbenchError.unwritable(path: path, reason: reason)
    }
}
