// A file to read records from, or standard input, which becomes one.

import Foundation
import Ingestion

/// A file at a path, or what standard input holds, which is written to a file of its own that is
/// gone afterwards.
final class InputFile {
    /// What stands for standard input on the command line.
    static let standardInput = "-"

    let path: String
    /// For messages and the log's account of the file.
    let name: String
    private let isSpooled: Bool

    /// - Throws: where there is no such file, or no room for standard input.
    init(_ argument: String) throws {
        isSpooled = argument == InputFile.standardInput
        if isSpooled {
            path = try StandardInput.spool(into: NSTemporaryDirectory())
            name = "standard input"
        } else {
            _ = try FileBytes.sizeBytes(path: argument)
            path = argument
            name = Store.baseName(argument)
        }
    }

    deinit { if isSpooled { StandardInput.remove(path) } }
}
