// What a file's records mean, as a value: read from a mapping file, not written in code, so that
// another source needs another mapping file and nothing else.

package import Configuration
package import Events

/// The period that a source covers, from its first moment up to, not including, its last.
package struct StatedCoverage: Hashable, Sendable {
    package var from: Instant
    package var fromOffsetMinutes: Int16
    package var to: Instant
    package var toOffsetMinutes: Int16
}

/// How the records of one source become events.
package struct RecordMapping: Sendable {
    /// The mapping file, as messages name it.
    package let file: String
    /// The source that events carry.
    package let source: String
    package let description: String
    /// Words that the source's publisher asks for; empty where none are asked.
    package let acknowledgement: String
    /// What a reader of results has to know about the source.
    package let notes: [String]
    /// Files of link rules and cost rules that go with the source, relative to the mapping.
    package let rulesFile: String?
    package let costsFile: String?
    package let format: RecordFormat
    package let zone: ZoneTable
    package let coverage: StatedCoverage?
    /// Why records are left out, in the order of ``IngestedBatch/leftOutByReason``.
    package var leaveOutReasons: [String] { leaveOut.map(\.reason) }
    /// Every column that the mapping names, each once.
    package let columnNames: [String]
    /// The bytes of the files that it looks things up in, in the order in which it names them.
    package let lookupContents: [[UInt8]]

    /// What stands before the decimals of a number.
    let decimalPoint: UInt8
    let leaveOut: [LeaveOutRule]
    /// At least one, unless the mapping was refused.
    let templates: [EventTemplate]

    /// Reads a mapping file.
    /// - Parameters:
    ///   - file: The file's name for messages.
    ///   - folder: Where files that it names are, with a slash behind it; empty for the current
    ///     folder.
    /// - Throws: `RefusedFile` with every mistake in it.
    package static func read(
        bytes: [UInt8], file: String, folder: String = "",
        zoneDirectory: String = ZoneTable.systemDirectory
    ) throws(RefusedFile) -> RecordMapping {
        try YAMLDocument.read(bytes: bytes, file: file) { root in
            RecordMapping(reading: root, folder: folder, zoneDirectory: zoneDirectory)
        }
    }
}
