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
}

/// The caller's ways of making a value unreadable.
package struct PersonalDataSealer {
    /// Puts ciphertext in place of the plaintext of all personal values of a batch's events, which
    /// may be opened again while its key exists. It may be no bytes at all, where nothing may be
    /// kept of that customer. All values of a batch at once, since looking up keys and sealing
    /// them one by one takes longer than reading does.
    package let sealFields:
        (_ rows: inout RecordRows, _ source: String, _ names: NameList) throws -> Void
    /// A name that is the same for the same value and does not tell it.
    package let pseudonym: (_ kind: String, _ value: String) throws -> String
    /// Ciphertext of a rejected record, or no bytes where it may not be kept.
    package let sealRecord: (_ kept: KeptRecord, _ source: String, _ record: Int) throws -> [UInt8]

    package init(
        sealFields: @escaping (inout RecordRows, String, NameList) throws -> Void,
        pseudonym: @escaping (String, String) throws -> String,
        sealRecord: @escaping (KeptRecord, String, Int) throws -> [UInt8]
    ) {
        self.sealFields = sealFields
        self.pseudonym = pseudonym
        self.sealRecord = sealRecord
    }

    /// One field after the other; a rejected record as a field named `record` of no event.
    package init(
        seal: @escaping (String, [UInt8], SealingContext) throws -> [UInt8],
        pseudonym: @escaping (String, String) throws -> String
    ) {
        sealFields = { rows, source, names in
            for index in rows.personal.indices {
                let value = rows.personal[index]
                let context = SealingContext(
                    source: source, eventKey: rows.columns.key(value.row),
                    customer: names.string(Symbol(rows.columns[.customer][value.row])))
                rows.personal[index].bytes = try seal(
                    names.string(value.name), value.bytes, context)
            }
        }
        self.pseudonym = pseudonym
        sealRecord = { kept, source, _ in
            try seal(
                "record", kept.encoded,
                SealingContext(source: source, eventKey: "", customer: ""))
        }
    }
}

extension EventColumns {
    /// The key of a row.
    package func key(_ row: Int) -> String {
        let keys = self[.key]
        return String(decoding: keys.bytes[keys.range(row)], as: UTF8.self)
    }
}
