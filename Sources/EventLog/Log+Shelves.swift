// Named bytes beside the log: fitted models, kept runs, settings. Their formats are their
// makers'.

import LMDB

/// A table of named bytes.
package enum Shelf: String, CaseIterable, Sendable {
    case models, runs, settings
}

extension Log {
    /// Keeps `bytes` under a name, over any that are there, in a transaction of its own.
    /// - Parameter name: 1 to 511 bytes of UTF-8.
    package func put(_ bytes: [UInt8], on shelf: Shelf, name: String) throws {
        let key = try shelfKey(name)
        try writing { transaction in
            var head = try readHead(transaction.reading)
            try put(bytes, key, table(of: shelf), &head, transaction)
            try write(head, transaction)
        }
    }

    /// The bytes under a name; `nil` where there are none.
    package func bytes(on shelf: Shelf, name: String) throws -> [UInt8]? {
        let key = try shelfKey(name)
        return try reading { try $0.bytes(layout.table(table(of: shelf)), key) }
    }

    /// All names, in the order of their UTF-8 bytes.
    package func names(on shelf: Shelf) throws -> [String] {
        try reading { transaction in
            var names: [String] = []
            try transaction.forEachEntry(layout.table(table(of: shelf))) { key, _ in
                names.append(String(decoding: Array(copying: key), as: UTF8.self))
                return true
            }
            return names
        }
    }

    /// Removes what is under a name, and says whether there was anything.
    package func remove(from shelf: Shelf, name: String) throws -> Bool {
        let key = try shelfKey(name)
        return try writing { transaction in
            var head = try readHead(transaction.reading)
            let wasThere = try remove(key, table(of: shelf), &head, transaction)
            try write(head, transaction)
            return wasThere
        }
    }

    private func table(of shelf: Shelf) -> DigestedTable {
        switch shelf {
        case .models: .models
        case .runs: .runs
        case .settings: .settings
        }
    }

    private func shelfKey(_ name: String) throws -> OrderedKey {
        let key = OrderedKey(name)
        guard (1...OrderedKey.maximumLength).contains(key.bytes.count) else {
            throw EventLogError.invalidName(
                byteCount: key.bytes.count, limit: OrderedKey.maximumLength)
        }
        return key
    }
}
