// Personal data leaves this target only sealed. The keys belong to the caller.

/// What a sealed value belongs to, for choosing its key and for binding it to its place.
package struct SealingContext: Hashable, Sendable {
    package var source: String
    /// The event's key within its source; empty for a rejected record.
    package var eventKey: String
    /// The customer as the source names them; empty where unknown.
    package var customer: String
}

/// The caller's two ways of making a value unreadable.
package struct PersonalDataSealer {
    /// Ciphertext of a value that may be opened again while its key exists.
    package let seal:
        (_ fieldName: String, _ plaintext: [UInt8], _ context: SealingContext) throws -> [UInt8]
    /// A name that is the same for the same value and does not tell it.
    package let pseudonym: (_ kind: String, _ value: String) throws -> String

    package init(
        seal: @escaping (String, [UInt8], SealingContext) throws -> [UInt8],
        pseudonym: @escaping (String, String) throws -> String
    ) {
        self.seal = seal
        self.pseudonym = pseudonym
    }
}
