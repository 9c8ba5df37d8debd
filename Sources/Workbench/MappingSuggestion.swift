// A mapping's first draft for a file.

import Ingestion

package enum MappingSuggestion {
    /// The text of a mapping file, drafted from the first records of a file.
    /// - Parameter output: where to write it; a file that is there already stays.
    /// - Returns: the text, where it is not written to a file.
    /// - Throws: ``IngestionError``, ``WorkbenchError``.
    package static func run(file: String, output: String?) throws -> String? {
        let input = try InputFile(file)
        let text = try MappingDraft.text(path: input.path, name: input.name)
        guard let output else { return text }
        guard try Files.readIfPresent(output) == nil else {
            throw WorkbenchError.unwritable(path: output, reason: "it is there already")
        }
        try Files.write(Array(text.utf8), to: output)
        return nil
    }
}
