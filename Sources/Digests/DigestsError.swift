// What can go wrong with keys and sealed bytes.

/// Why a cryptographic operation could not be carried out.
package enum DigestsError: Error, Hashable {
    case keyLength(found: Int, expected: Int)
    case nonceLength(found: Int, expected: Int)
    /// Fewer bytes than a nonce and a tag take.
    case sealedTooShort(found: Int, least: Int)
    /// Another key, other associated data, or bytes that were changed.
    case notAuthentic
    case tooLong(found: Int)
    /// The library refused; the text says in which step.
    case library(step: String)
}

extension DigestsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyLength(let found, let expected):
            "a key of \(found) bytes; expected \(expected)"
        case .nonceLength(let found, let expected):
            "a nonce of \(found) bytes; expected \(expected)"
        case .sealedTooShort(let found, let least):
            "\(found) sealed bytes; expected at least \(least)"
        case .notAuthentic:
            "the sealed bytes do not open: they were changed, or sealed with another key or "
                + "for another place"
        case .tooLong(let found):
            "\(found) bytes are too many to seal at once"
        case .library(let step):
            "the cryptographic library failed to \(step)"
        }
    }
}
