// Why one record cannot become an event; turned into a finding where its place is known.

/// Thrown within this target only, from the depth of a record's conversion to its loop.
struct RecordProblem: Error {
    var code: String
    /// The field's number in the record, from 0; `nil` where it is about several.
    var field: Int?
    /// The event's field, where the problem is not in one column.
    var target: String?
    /// A shape, never a value.
    var found: String?
    var expected: String
    var hint: String?
    /// Where in the record it is, in bytes from 1, where no field tells.
    var column: Int?

    init(
        _ code: String, field: Int? = nil, target: String? = nil, found: String? = nil,
        expected: String, hint: String? = nil
    ) {
        self.code = code
        self.field = field
        self.target = target
        self.found = found
        self.expected = expected
        self.hint = hint
    }
}

/// Whether two runs of bytes are the same.
func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, _ other: [UInt8]) -> Bool {
    guard range.count == other.count else { return false }
    var index = 0
    while index < other.count {
        if bytes[range.lowerBound + index] != other[index] { return false }
        index += 1
    }
    return true
}

/// A copy of a run of bytes.
func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for index in range { result.append(bytes[index]) }
    return result
}

/// Codes of warnings that are counted beyond the file that they are about.
package enum RecordWarning {
    /// The record names a customer by an id that the mapping does not trust: they are unknown.
    package static let untrustedCustomer = "untrusted-customer"
}
