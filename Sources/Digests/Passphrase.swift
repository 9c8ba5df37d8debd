// From a passphrase to a key, slowly on purpose: whoever holds a copy of the file pays for every
// guess.

import CLibcrypto

/// What a guess costs (scrypt, RFC 7914): memory of 128 · block size · 2^costExponent bytes.
package struct PassphraseCost: Hashable, Sendable {
    package var costExponent: UInt8
    package var blockSize: UInt32
    package var parallelism: UInt32

    package init(costExponent: UInt8, blockSize: UInt32, parallelism: UInt32) {
        self.costExponent = costExponent
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 64 MiB, and about a third of a second.
    package static let usual = PassphraseCost(costExponent: 16, blockSize: 8, parallelism: 1)

    /// A file may ask for this much and no more.
    private static let memoryLimitBytes: UInt64 = 1 << 30

    fileprivate var memoryBytes: UInt64? {
        guard (1...24).contains(costExponent), (1...64).contains(blockSize),
            (1...64).contains(parallelism)
        else { return nil }
        let bytes = 128 * UInt64(blockSize) << UInt64(costExponent)
        return bytes <= PassphraseCost.memoryLimitBytes ? bytes : nil
    }
}

extension SecretKey {
    /// The key that a passphrase gives with a salt.
    /// - Throws: ``DigestsError/library(step:)`` for costs out of bounds, or too little memory.
    package init(
        passphrase: [UInt8], salt: [UInt8], cost: PassphraseCost
    ) throws(DigestsError) {
        guard let memoryBytes = cost.memoryBytes else {
            throw .library(step: "stretch a passphrase at a cost out of bounds")
        }
        var key = [UInt8](repeating: 0, count: SecretKey.byteCount)
        let signed = passphrase.map { CChar(bitPattern: $0) }
        // The library counts a little more than the formula does.
        let code = unsafe EVP_PBE_scrypt(
            signed, signed.count, salt, salt.count, 1 << UInt64(cost.costExponent),
            UInt64(cost.blockSize), UInt64(cost.parallelism), memoryBytes + (8 << 20), &key,
            key.count)
        guard code == 1 else { throw .library(step: "stretch a passphrase") }
        try self.init(bytes: key)
    }
}
