// The formats whose records a mapping can describe.

/// How a file holds its records.
package enum RecordFormat: Hashable, Sendable {
    case delimited(DelimitedFormat)
    /// A JSON object in each line; columns are paths in it.
    case jsonLines
    /// JSON objects in an array, or one behind the other.
    case json
    /// CloudEvents 1.0: JSON Lines, a batch, or a single event.
    case cloudEvents
    /// IEEE 1849.
    case xes(pairsLifecycle: Bool)
    /// OCEL 2.0 in JSON.
    case ocel

    /// Whether a column is a path into a document.
    var hasPaths: Bool {
        switch self {
        case .jsonLines, .json, .cloudEvents: true
        case .delimited, .xes, .ocel: false
        }
    }

    /// How a rejected record's kept bytes are read again: as a file of its own.
    var ofKeptRecord: RecordFormat {
        switch self {
        case .delimited(var format):
            format.skippedLineCount = 0
            return .delimited(format)
        case .jsonLines, .json, .xes, .ocel: return .jsonLines
        case .cloudEvents: return .cloudEvents
        }
    }
}
