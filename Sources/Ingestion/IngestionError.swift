// Why a file cannot be read at all. What is wrong inside a file is a finding, not an error.

package import Events

/// The reasons for which reading a file ends before its end.
package enum IngestionError: Error, Hashable {
    /// Nothing is at the path.
    case missingFile(path: String)
    /// A folder, a pipe, a device or the like.
    case notAFile(path: String)
    /// The system refused; `operation` is its call, `reason` its own words.
    case unreadable(path: String, operation: String, reason: String)
    /// The compressed bytes end early or contradict their checksum. No record of such a file is
    /// handed on. `byteOffset` counts compressed bytes.
    case damagedCompression(path: String, format: String, reason: String, byteOffset: Int)
    /// The file as a whole is not built as its format says; what was read before stays.
    case damagedDocument(path: String, line: Int, byteOffset: Int, expected: String)
    /// More bytes than the reader of a whole file was told to accept.
    case tooLarge(path: String, limitBytes: Int)
    /// The file's header and the mapping do not fit each other. Never empty.
    case refusedHeader(path: String, findings: [Finding])
    /// The zone is not among the system's zone files, or its file is not one.
    case unknownZone(name: String, reason: String)
}

extension IngestionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingFile(let path):
            "\(path): error: no such file; check the path"
        case .notAFile(let path):
            "\(path): error: expected a regular file, found something else (a folder, a pipe?)"
        case .unreadable(let path, let operation, let reason):
            "\(path): error: \(operation) failed: \(reason)"
        case .damagedCompression(let path, let format, let reason, let byteOffset):
            "\(path): error: damaged \(format) file: \(reason), at compressed byte \(byteOffset); "
                + "nothing was taken from it; fetch the file again"
        case .damagedDocument(let path, let line, let byteOffset, let expected):
            "\(path):\(line): error: expected \(expected), at byte \(byteOffset); the records "
                + "before it were read, the rest was not"
        case .tooLarge(let path, let limitBytes):
            "\(path): error: expected at most \(limitBytes) bytes, found more"
        case .refusedHeader(_, let findings):
            findings.map(\.description).joined(separator: "\n")
        case .unknownZone(let name, let reason):
            "time zone \"\(name)\": error: \(reason); install the system's tzdata, or use "
                + "a name such as Europe/London"
        }
    }
}
