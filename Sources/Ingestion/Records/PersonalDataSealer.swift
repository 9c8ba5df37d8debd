// Personal data leaves this target only sealed. The keys belong to the caller.

package import Events

/// What a sealed value belongs to, for choosing its key and for binding it to its place.
package struct SealingContext: Hashable, Sendable {
    package var source: String
    /// The event's key within its source; empty for a rejected record.
    package var eventKey: String
    /// The customer as the event names them: the source's id, or its pseudonym; empty where
    /// unknown.
    package var customer: String
    /// Stands for ``customer`` in all batches of one ingestion.
    package var customerSymbol = Symbol.none
}

/// The caller's ways of making a value unreadable.
package struct PersonalDataSealer {
    /// Ciphertext of a value that may be opened again while its key exists.
    /// It may be no bytes at all, where nothing may be kept of that customer.
    package let seal:
        (_ fieldName: String, _ plaintext: [UInt8], _ context: SealingContext) throws -> [UInt8]
    /// A name that is the same for the same value and does not tell it.
    package let pseudonym: (_ kind: String, _ value: String) throws -> String
    /// Ciphertext of a rejected record, or no bytes where it may not be kept.
    package let sealRecord: (_ bytes: [UInt8], _ source: String, _ record: Int) throws -> [UInt8]

    /// - Parameter sealRecord: as a field named `record` of no event, where it is `nil`.
    package init(
        seal: @escaping (String, [UInt8], SealingContext) throws -> [UInt8],
        pseudonym: @escaping (String, String) throws -> String,
        sealRecord: (([UInt8], String, Int) throws -> [UInt8])? = nil
    ) {
        self.seal = seal
        self.pseudonym = pseudonym
        self.sealRecord =
            sealRecord ?? { bytes, source, _ in
                try seal(
                    "record", bytes, SealingContext(source: source, eventKey: "", customer: ""))
            }
    }
}
