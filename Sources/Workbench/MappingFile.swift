// A mapping file as verbs use it: read, and identified by everything that it says.

import Digests
import Ingestion

struct MappingFile {
    let mapping: RecordMapping
    /// The file's own name.
    let name: String
    /// SHA-256 of its bytes, and of the tables that it looks things up in.
    let hash: String

    /// - Throws: ``RefusedFile`` with every mistake in it; where it cannot be read.
    init(path: String) throws {
        let bytes = try Files.read(path)
        mapping = try RecordMapping.read(
            bytes: bytes, file: path, folder: Store.folderPrefix(of: path))
        name = Store.baseName(path)
        var all = bytes
        for content in mapping.lookupContents { all += SHA256.digest(of: content).bytes }
        hash = SHA256.digest(of: all).hexadecimal
    }
}
