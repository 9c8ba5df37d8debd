// A passphrase as a person gives it: one line of text, from a file or the environment.

/// What opens a protected key file.
package struct Passphrase: Hashable, Sendable {
    private static let limitBytes = 1_024

    package let bytes: [UInt8]

    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package init(text: String) throws(WorkbenchError) {
        try self.init(Array(text.utf8), name: "DOWNSTREAM_PASSPHRASE")
    }

    /// The first line of a file.
    /// - Throws: ``WorkbenchError``.
    package static func read(file path: String) throws(WorkbenchError) -> [UInt8] {
        let line = try Files.read(path).prefix { $0 != UInt8(ascii: "\n") }
        let ending = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return try Passphrase(Array(ending), name: path).bytes
    }

    private init(_ bytes: [UInt8], name: String) throws(WorkbenchError) {
        guard (1...Passphrase.limitBytes).contains(bytes.count) else {
            throw .wrongValue(
                name: name,
                expected: "a passphrase of 1 to \(Passphrase.limitBytes) bytes on one line",
                found: "\(bytes.count) bytes")
        }
        self.bytes = bytes
    }
}
