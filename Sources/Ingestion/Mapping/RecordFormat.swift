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
}
