// CloudEvents 1.0: what every event has to have.
// Source: CloudEvents Specification 1.0.2, "Required Attributes"; JSON Event Format 1.0.2.

/// The attributes that an event without is none.
private let requiredAttributes = ["specversion", "id", "source", "type"]

extension RecordMapping {
    /// The mapping's own paths, and those of the required attributes behind them.
    var cloudEventPaths: [String] { columnNames + requiredAttributes }
}

/// Checks the events of another stream, whose last fields are the required attributes.
struct CloudEventsStream<Documents: RecordStream & ~Copyable>: RecordStream, ~Copyable {
    private var documents: Documents

    init(_ documents: consuming Documents) { self.documents = documents }

    var columnNames: [String] { documents.columnNames.dropLast(requiredAttributes.count) }
    var bytesRead: Int { documents.bytesRead }
    var buffer: [UInt8] { documents.buffer }
    var prefix: [UInt8] { documents.prefix }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        guard var place = try documents.next(&fields) else { return nil }
        guard case .whole = place.state else { return place }
        let first = fields.count - requiredAttributes.count
        for (index, name) in requiredAttributes.enumerated() {
            let range = fields.range(first + index)
            if range.isEmpty {
                place.state = .malformed(
                    RecordProblem(
                        "not-a-cloudevent", found: "none",
                        expected: "the attribute \"\(name)\", which CloudEvents requires"))
                return place
            }
            if name == "specversion", !fields.arena[range].elementsEqual("1.0".utf8) {
                var problem = RecordProblem(
                    "not-a-cloudevent", expected: "\"specversion\": \"1.0\"")
                problem.column = fields.column(first + index)
                place.state = .malformed(problem)
                return place
            }
        }
        return place
    }
}
