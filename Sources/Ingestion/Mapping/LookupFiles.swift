// Tables beside a mapping: from what one system writes to what it means, or to whom it belongs.

import Configuration
import Events

/// The files that a mapping's lookups name.
final class LookupFiles {
    /// The most bytes that such a file may have.
    private static let limitBytes = 256 << 20

    private let folder: String
    private var tables: [String: [String: String]] = [:]
    /// The bytes of each file, for what identifies a mapping.
    private(set) var contents: [(name: String, bytes: [UInt8])] = []

    /// - Parameter folder: that of the mapping, with a slash behind it; empty for the current one.
    init(folder: String) { self.folder = folder }

    /// The table of `{file: customers.csv, from: phone, to: customer_id}`.
    func table(_ field: Field) -> [String: String] {
        let fileField = field.required("file")
        let from = field.required("from")
        let to = field.required("to")
        let name = fileField.text(lengths: 1...255)
        let (fromName, toName) = (from.text(lengths: 1...200), to.text(lengths: 1...200))
        guard !name.isEmpty, !fromName.isEmpty, !toName.isEmpty else { return [:] }
        let id = name + "\u{0}" + fromName + "\u{0}" + toName
        if let known = tables[id] { return known }
        guard let bytes = bytes(of: name, fileField) else { return [:] }
        let table = read(bytes, (fromName, from), (toName, to), fileField)
        tables[id] = table
        return table
    }

    private func bytes(of name: String, _ field: Field) -> [UInt8]? {
        if let known = contents.first(where: { $0.name == name }) { return known.bytes }
        do {
            let path = name.hasPrefix("/") ? name : folder + name
            let bytes = try FileBytes.read(path: path, limitBytes: LookupFiles.limitBytes)
            contents.append((name, bytes))
            return bytes
        } catch {
            field.refuse(
                "bad-lookup", expected: "a file with a header, beside the mapping",
                hint: "\(error)")
            return nil
        }
    }

    private func read(
        _ bytes: [UInt8], _ from: (name: String, field: Field), _ to: (name: String, field: Field),
        _ file: Field
    ) -> [String: String] {
        let format = DelimitedFormat(
            delimiter: LookupFiles.delimiter(of: bytes), quote: UInt8(ascii: "\""))
        var table: [String: String] = [:]
        do {
            var reader = try DelimitedReader(
                ByteSource(bytes: bytes, name: "lookup"), format: format, file: "lookup",
                path: "lookup")
            guard let key = place(of: from, reader.columnNames),
                let value = place(of: to, reader.columnNames)
            else { return [:] }
            var fields = FieldTable()
            while let place = try reader.next(&fields) {
                guard case .whole = place.state, let key = fields.text(key, reader.buffer),
                    let value = fields.text(value, reader.buffer)
                else {
                    file.refuse(
                        "bad-lookup",
                        expected: "\(reader.columnNames.count) fields of UTF-8 in line "
                            + "\(place.line)")
                    return [:]
                }
                if let other = table.updateValue(value, forKey: key), other != value {
                    file.refuse(
                        "bad-lookup",
                        expected: "one result for each value; line \(place.line) gives a second "
                            + "one")
                    return [:]
                }
            }
        } catch {
            file.refuse("bad-lookup", expected: "a file with a header", hint: "\(error)")
        }
        return table
    }

    private func place(of column: (name: String, field: Field), _ names: [String]) -> Int? {
        if let index = names.firstIndex(of: column.name) { return index }
        column.field.refuse(
            "unknown-column", expected: "one of \(names.prefix(40).joined(separator: ", "))",
            hint: Suggestion.hint(for: column.name, among: names))
        return nil
    }

    /// The one that the first line has most of.
    private static func delimiter(of bytes: [UInt8]) -> UInt8 {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let candidates = [
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
        ]
        let counts = candidates.map { candidate in line.count { $0 == candidate } }
        let best = counts.indices.max { counts[$0] < counts[$1] } ?? 0
        return candidates[best]
    }
}

extension FieldTable {
    /// A field as text; `nil` where it is not UTF-8.
    func text(_ field: Int, _ buffer: [UInt8]) -> String? {
        let range = range(field)
        return isInArena
            ? String(validating: arena[range], as: UTF8.self)
            : String(validating: buffer[range], as: UTF8.self)
    }
}
