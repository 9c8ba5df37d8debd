// What can be wrong with a key file, with what to do about it.

/// Why keys could not be read, made or destroyed.
package enum KeysError: Error, Hashable {
    case missing(path: String)
    /// There is one, and this user may not open it.
    case notPermitted(path: String)
    case notAKeyFile(path: String, reason: String)
    case newerFormat(path: String, found: UInt32, supported: UInt32)
    /// Somebody else than the owner may read or write it.
    case openToOthers(path: String, mode: String)
    /// It is protected by a passphrase, and none was given.
    case locked(path: String)
    case wrongPassphrase(path: String)
    /// Another process writes to it.
    case inUse(path: String)
    case readOnly(path: String)
    /// A slot's checksum is right, and its key does not open.
    case unopenable(path: String, slot: Int)
    /// What was overwritten reads back as something else.
    case notOverwritten(path: String, slot: Int)
    case full(path: String, limit: Int)
    /// The system refused; `operation` is its call, `reason` its own words.
    case storage(path: String, operation: String, reason: String)
    /// The cryptographic library refused.
    case library(path: String, reason: String)
}

extension KeysError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "\(path): no such key file"
        case .notPermitted(let path):
            "\(path): Permission denied; run this as the user who owns the store"
        case .notAKeyFile(let path, let reason):
            "\(path): expected a key file, found \(reason); bring back the store's own from where "
                + "it is kept apart, or move this one away to read the store without it"
        case .newerFormat(let path, let found, let supported):
            "\(path): the key file has format \(found), this program reads \(supported); use the "
                + "program that wrote it, or a newer one"
        case .openToOthers(let path, let mode):
            "\(path): others than its owner may use the key file (mode \(mode), expected 0600); "
                + "take the right from them: chmod 600 \(path)"
        case .locked(let path):
            "\(path): the keys are locked with a passphrase; give it in the environment variable "
                + "DOWNSTREAM_PASSPHRASE, or in a file: --passphrase-file FILE"
        case .wrongPassphrase(let path): "\(path): the passphrase is not the key file's"
        case .inUse(let path):
            "\(path): another process is writing keys; wait until it has ended and try again"
        case .readOnly(let path): "\(path): the key file is open for reading only"
        case .unopenable(let path, let slot):
            "\(path): the key in slot \(slot) does not open: it was changed, or belongs to another "
                + "key file; bring back a copy of the file that is undamaged"
        case .notOverwritten(let path, let slot):
            "\(path): slot \(slot) was overwritten and reads back as something else; the key may "
                + "still be there: run the same command again, and replace the disk if it repeats"
        case .full(let path, let limit): "\(path): holds \(limit) keys and takes no more"
        case .storage(let path, let operation, let reason):
            "\(path): \(operation) failed: \(reason)"
        case .library(let path, let reason): "\(path): \(reason)"
        }
    }
}
