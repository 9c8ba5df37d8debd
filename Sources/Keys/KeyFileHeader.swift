// The first 512 bytes of a key file: what it is, and the master secret that wraps all its keys,
// as it is or under a passphrase.
//
//   0 magic (8) | 8 version u32 | 12 bytes of a slot u32 | 16 identity (16)
//   32 protection u8 (0 none, 1 passphrase) | 33 cost exponent u8 | 36 block size u32
//   40 parallelism u32 | 44 salt (16) | 64 master: 32 bytes, or nonce (12), sealed (32), tag (16)
//   480 SHA-256 of bytes 0 to 479
// Integers are little-endian; what is not named is zero. Every version keeps magic, version and
// checksum where they are, so that a newer file is told from a damaged one.

package import Digests

/// How a key file's master secret is kept.
package enum KeyProtection: Hashable, Sendable {
    /// As it is: whoever can read the file has the keys.
    case fileRights
    case passphrase([UInt8], PassphraseCost = .usual)
}

struct KeyFileHeader {
    static let byteCount = 512
    static let version: UInt32 = 1
    private static let magic = Array("dskeys\r\n".utf8)
    private static let masterOffset = 64
    private static let checksumOffset = 480

    private(set) var bytes: [UInt8]

    /// A new file's, with secrets drawn now.
    init(protection: KeyProtection, path: String) throws(KeysError) {
        bytes = [UInt8](repeating: 0, count: KeyFileHeader.byteCount)
        let random = try wrapped(path) { () throws(DigestsError) in
            try SecureRandom.bytes(count: 16 + 16 + SecretKey.byteCount)
        }
        put(KeyFileHeader.magic, at: 0)
        put(KeyFileHeader.version, at: 8)
        put(UInt32(KeySlot.byteCount), at: 12)
        put(Array(random[0..<16]), at: 16)
        let master = Array(random[32...])
        switch protection {
        case .fileRights: put(master, at: KeyFileHeader.masterOffset)
        case .passphrase(let passphrase, let cost):
            bytes[32] = 1
            bytes[33] = cost.costExponent
            put(cost.blockSize, at: 36)
            put(cost.parallelism, at: 40)
            put(Array(random[16..<32]), at: 44)
            let place = Array(bytes[..<KeyFileHeader.masterOffset])
            let salt = self.salt
            let sealed = try wrapped(path) { () throws(DigestsError) in
                let key = try SecretKey(passphrase: passphrase, salt: salt, cost: cost)
                return try AESGCM.seal(master, key: key, associatedData: place)
            }
            put(sealed, at: KeyFileHeader.masterOffset)
        }
        put(checksum, at: KeyFileHeader.checksumOffset)
    }

    /// - Throws: ``KeysError/notAKeyFile(path:reason:)``, ``KeysError/newerFormat``.
    init(reading bytes: [UInt8], path: String) throws(KeysError) {
        guard bytes.starts(with: KeyFileHeader.magic) else {
            throw .notAKeyFile(
                path: path, reason: bytes.isEmpty ? "an empty file" : "something else")
        }
        guard bytes.count >= KeyFileHeader.byteCount else {
            throw .notAKeyFile(path: path, reason: "a beginning of \(bytes.count) bytes, cut off")
        }
        self.bytes = Array(bytes[..<KeyFileHeader.byteCount])
        guard self.bytes.suffix(Digest.byteCount).elementsEqual(checksum) else {
            throw .notAKeyFile(path: path, reason: "a damaged beginning: its checksum is wrong")
        }
        let found = number(at: 8)
        guard found == KeyFileHeader.version else {
            throw .newerFormat(path: path, found: found, supported: KeyFileHeader.version)
        }
        guard number(at: 12) == KeySlot.byteCount, self.bytes[32] <= 1 else {
            throw .notAKeyFile(path: path, reason: "a beginning that contradicts itself")
        }
    }

    /// 32 hexadecimal digits, drawn when the file was made.
    var identity: String { Hexadecimal.text(of: Array(bytes[16..<32])) }

    var needsPassphrase: Bool { bytes[32] == 1 }

    /// - Throws: ``KeysError/locked(path:)``, ``KeysError/wrongPassphrase(path:)``.
    func master(passphrase: [UInt8]?, path: String) throws(KeysError) -> SecretKey {
        guard needsPassphrase else {
            return try wrapped(path) { () throws(DigestsError) in
                try SecretKey(bytes: part(KeyFileHeader.masterOffset, SecretKey.byteCount))
            }
        }
        guard let passphrase else { throw .locked(path: path) }
        let cost = PassphraseCost(
            costExponent: bytes[33], blockSize: number(at: 36), parallelism: number(at: 40))
        let key = try wrapped(path) { () throws(DigestsError) in
            try SecretKey(passphrase: passphrase, salt: salt, cost: cost)
        }
        let sealed = part(
            KeyFileHeader.masterOffset,
            AESGCM.nonceByteCount + SecretKey.byteCount + AESGCM.tagByteCount)
        do {
            return try SecretKey(
                bytes: AESGCM.open(
                    sealed, key: key, associatedData: part(0, KeyFileHeader.masterOffset)))
        } catch {
            guard error == .notAuthentic else {
                throw .library(path: path, reason: error.description)
            }
            throw .wrongPassphrase(path: path)
        }
    }

    private var salt: [UInt8] { part(44, 16) }

    private var checksum: [UInt8] {
        SHA256.digest(of: part(0, KeyFileHeader.checksumOffset)).bytes
    }

    private func part(_ offset: Int, _ count: Int) -> [UInt8] {
        Array(bytes[offset..<(offset + count)])
    }

    private func number(at offset: Int) -> UInt32 {
        bytes[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func put(_ part: [UInt8], at offset: Int) {
        bytes.replaceSubrange(offset..<(offset + part.count), with: part)
    }

    private mutating func put(_ value: UInt32, at offset: Int) {
        put((0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }, at: offset)
    }
}
