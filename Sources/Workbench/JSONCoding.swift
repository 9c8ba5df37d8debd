// The one door to the JSON library: sorted keys, so that equal values are equal bytes.

import FoundationEssentials

package enum JSONCoding {
    /// - Throws: where the value holds a number that JSON cannot write.
    package static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty
            ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// - Throws: ``WorkbenchError/damaged(what:reason:)``.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], what: String
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw WorkbenchError.damaged(what: what, reason: "\(error)")
        }
    }
}
