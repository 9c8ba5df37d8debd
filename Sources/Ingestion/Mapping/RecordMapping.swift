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
    package let format: DelimitedFormat
    package let zone: ZoneTable
    package let coverage: StatedCoverage?
    /// Why records are left out, in the order of ``IngestedBatch/leftOutByReason``.
    package var leaveOutReasons: [String] { leaveOut.map(\.reason) }

    let leaveOut: [LeaveOutRule]
    let event: EventRules
    let interaction: InteractionRules

    /// Reads a mapping file.
    /// - Parameter file: The file's name for messages.
    /// - Throws: `RefusedFile` with every mistake in it.
    package static func read(
        bytes: [UInt8], file: String, zoneDirectory: String = ZoneTable.systemDirectory
    ) throws(RefusedFile) -> RecordMapping {
        try YAMLDocument.read(bytes: bytes, file: file) { root in
            RecordMapping(reading: root, zoneDirectory: zoneDirectory)
        }
    }
}

/// The rules of an event's own fields.
struct EventRules: Sendable {
    /// Joined by a slash; unique together within the source.
    var id: [ColumnReference]
    var kind: ValueRule
    var time: MomentRule
    var customer: ValueRule?
    var issue: ValueRule?
    var money: ColumnReference?
    var attributes: [AttributeRule]
    var personal: [PersonalRule]
}

/// The rules of the fields of an interaction.
struct InteractionRules: Sendable {
    /// The kinds of event that are interactions.
    var kinds: [EventKind]
    var channel: ValueRule?
    var modality: ValueRule?
    var direction: ValueRule?
    var intent: ValueRule?
    var segment: ValueRule?
    var actor: ValueRule?
    var team: ValueRule?
    var tier: ValueRule?
    var agent: ValueRule?
    var outcome: ValueRule?
    var transferTarget: ValueRule?
    var automation: DurationRule?
    var wait: DurationRule?
    var talk: DurationRule?
    var hold: DurationRule?
    var wrapUp: DurationRule?
    var ended: EndRule?
}
