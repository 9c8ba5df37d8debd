// A small checker of markup: every start tag has its end tag, in order; ids are unique; links
// inside the page lead somewhere. It reads only what our own writers write.

struct MarkupChecker {
    private static let voidNames: Set = ["meta", "br", "hr", "img", "link", "input"]

    var problems: [String] = []
    var ids: [String] = []
    var names: [String] = []
    var links: [String] = []
    /// The text between tags, in order.
    var words: [String] = []
    private var open: [String] = []

    init(_ page: String) {
        var rest = Substring(page)
        while let start = rest.firstIndex(of: "<") {
            words.append(String(rest[..<start]))
            guard let end = rest[start...].firstIndex(of: ">") else {
                problems.append("a tag does not end")
                return
            }
            read(String(rest[rest.index(after: start)..<end]))
            rest = rest[rest.index(after: end)...]
        }
        words.append(String(rest))
        if rest.contains(">") { problems.append("a > outside a tag") }
        if !open.isEmpty { problems.append("left open: \(open)") }
        if Set(ids).count != ids.count { problems.append("an id twice") }
        for link in links where !ids.contains(link) { problems.append("no target #\(link)") }
    }

    private mutating func read(_ tag: String) {
        if tag.hasPrefix("!") { return }
        if tag.hasPrefix("/") {
            let name = String(tag.dropFirst())
            if open.popLast() != name { problems.append("unexpected end of \(name)") }
            return
        }
        let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
        names.append(name)
        if tag.filter({ $0 == "\"" }).count % 2 != 0 { problems.append("quotes in \(name)") }
        if let id = MarkupChecker.attribute("id", of: tag) { ids.append(id) }
        if let link = MarkupChecker.attribute("href", of: tag) {
            if link.hasPrefix("#") {
                links.append(String(link.dropFirst()))
            } else {
                problems.append("a link leads away: \(link)")
            }
        }
        if !MarkupChecker.voidNames.contains(name), !tag.hasSuffix("/") { open.append(name) }
    }

    static func attribute(_ name: String, of tag: String) -> String? {
        guard let found = tag.firstRange(of: " \(name)=\"") else { return nil }
        return String(tag[found.upperBound...].prefix { $0 != "\"" })
    }
}
