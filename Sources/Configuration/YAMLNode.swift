// The tree of a YAML text as this module keeps it: places, plain values, and which keys were
// read. A key that nobody reads is a mistake of the file's author, and is reported.

/// One place of the tree. A class, because reading it leaves a mark on it.
final class YAMLNode {
    enum Content {
        case scalar(text: String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    /// A key with its own place, and its value.
    struct Pair {
        let key: YAMLNode
        let name: String
        let value: YAMLNode
    }

    let line: Int
    let column: Int
    let content: Content
    /// Names asked for so far, in the order of asking and each once.
    private(set) var askedNames: [String] = []
    /// Whether its keys are all accepted: read one by one, or already reported as a whole.
    var acceptsAnyKey = false

    init(line: Int, column: Int, content: Content) {
        self.line = line
        self.column = column
        self.content = content
    }

    func ask(_ name: String) {
        if !askedNames.contains(name) { askedNames.append(name) }
    }

    /// Whether the value says "nothing": left empty, `~` or `null`, not quoted.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What stands here, for messages: its shape, or the value of a scalar.
    var shape: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar(let text, _): quotedForMessage(text)
        case .sequence(let items): "a list of \(items.count)"
        case .mapping(let pairs): "a mapping of \(pairs.count) keys"
        }
    }
}

/// The text in quotes, cut to a length that a message can bear, control characters replaced.
func quotedForMessage(_ text: String) -> String {
    var shown = ""
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < 60 else { return "\"\(shown)...\"" }
        let isControl = scalar.value < 0x20 || scalar.value == 0x7f
        shown.unicodeScalars.append(isControl ? " " : scalar)
        count += 1
    }
    return "\"\(shown)\""
}
