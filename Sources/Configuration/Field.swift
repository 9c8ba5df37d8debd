// A place in a document as its reader sees it: children by key, items of a list, and mistakes
// recorded where they are. Reading never throws and never stops.

import Events

/// One value of a document, with its place. Absent fields answer every question with a harmless
/// value and record nothing: their absence has been recorded already.
package struct Field {
    let node: YAMLNode?
    /// Where the field is in its document, as `rules.window` or `costs[2].rate`; items count
    /// from 1. Empty for the root.
    package let path: String
    let collector: FindingCollector

    /// Whether the document has this field.
    package var isPresent: Bool { node != nil }
    /// Line in the file, from 1; `nil` where absent.
    package var line: Int? { node?.line }
    /// Column in the line, from 1, in Unicode scalars; `nil` where absent.
    package var column: Int? { node?.column }
    /// The file that the field stands in, as messages name it.
    package var file: String { collector.file }

    /// Whether the field is a mapping.
    package var isMapping: Bool {
        if case .mapping? = node?.content { return true }
        return false
    }

    /// Whether the field is a list.
    package var isList: Bool {
        if case .sequence? = node?.content { return true }
        return false
    }
}

extension Field {
    /// The value of a key that has to be there; its absence is a finding at the mapping's place.
    package func required(_ name: String) -> Field {
        if let child = optional(name) { return child }
        let absent = Field(node: nil, path: childPath(name), collector: collector)
        guard let node, case .mapping(let pairs) = node.content, !node.acceptsAnyKey else {
            return absent
        }
        let unread = pairs.map(\.name).filter { !node.askedNames.contains($0) }
        let near = Suggestion.closest(to: name, among: unread)
        collector.add(
            Finding(
                code: "missing-key", file: file, line: node.line, column: node.column,
                field: absent.path, expected: "a value",
                hint: near.map { "the file has \"\($0)\"" }))
        return absent
    }

    /// The value of a key, or `nil` where the key is not there or says nothing (`~`).
    package func optional(_ name: String) -> Field? {
        guard let node else { return nil }
        guard case .mapping(let pairs) = node.content else {
            reportShape(expected: "a mapping")
            return nil
        }
        node.ask(name)
        guard let pair = pairs.first(where: { $0.name == name }), !pair.value.isNull else {
            return nil
        }
        return Field(node: pair.value, path: childPath(name), collector: collector)
    }

    /// Every item of a list, read in order.
    /// - Parameter counts: How many items there may be; another number is a finding.
    package func list<Value>(
        counts: ClosedRange<Int> = 0...100_000, _ read: (Field) -> Value
    ) -> [Value] {
        items(counts: counts).map(read)
    }

    /// The items of a list; none, with a finding, where the field is not a list.
    package func items(counts: ClosedRange<Int> = 0...100_000) -> [Field] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content else {
            reportShape(expected: "a list")
            return []
        }
        if !counts.contains(items.count) {
            refuse("bad-count", expected: "\(counts.lowerBound) to \(counts.upperBound) items")
        }
        return items.enumerated().map { index, item in
            Field(node: item, path: "\(path)[\(index + 1)]", collector: collector)
        }
    }

    /// The keys and values of a mapping whose keys are the author's own, in the file's order.
    /// The key is a field too, so that it can be checked and reported like any value.
    package var entries: [(key: Field, value: Field)] {
        guard let node else { return [] }
        guard case .mapping(let pairs) = node.content else {
            reportShape(expected: "a mapping")
            return []
        }
        node.acceptsAnyKey = true
        return pairs.map { pair in
            let valuePath = childPath(pair.name)
            return (
                Field(node: pair.key, path: valuePath, collector: collector),
                Field(node: pair.value, path: valuePath, collector: collector)
            )
        }
    }

    /// Records that the value here is wrong, for a reason only the reader knows. Nothing is
    /// recorded for an absent field.
    package func refuse(_ code: String, expected: String, hint: String? = nil) {
        guard let node else { return }
        collector.add(
            Finding(
                code: code, file: file, line: node.line, column: node.column,
                field: path.isEmpty ? nil : path, found: node.shape, foundIsPublic: true,
                expected: expected, hint: hint))
    }

    /// The text of a scalar; `nil`, with a finding, for a mapping, a list or nothing.
    func scalarText(expected: String) -> String? {
        guard let node else { return nil }
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            reportShape(expected: expected)
            return nil
        }
        return text
    }

    /// A wrong shape is reported once for a place, and its keys are not reported besides.
    private func reportShape(expected: String) {
        guard let node, !node.acceptsAnyKey else { return }
        refuse("wrong-shape", expected: expected)
        node.acceptsAnyKey = true
    }

    private func childPath(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}
