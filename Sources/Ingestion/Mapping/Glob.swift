// Patterns for values that mean "not known".

/// A pattern over bytes: `*` stands for any run, `?` for any one byte.
struct Glob: Sendable {
    private let pattern: [UInt8]

    init(_ text: String) { pattern = Array(text.utf8) }

    /// Whether the whole of `bytes[range]` fits the pattern.
    /// - Complexity: O(length × pattern length).
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        var place = 0
        var retryPlace = -1
        var retryIndex = index
        while index < range.upperBound {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retryPlace = place
                retryIndex = index
                place += 1
            } else if place < pattern.count,
                pattern[place] == UInt8(ascii: "?") || pattern[place] == bytes[index]
            {
                place += 1
                index += 1
            } else if retryPlace >= 0 {
                retryIndex += 1
                index = retryIndex
                place = retryPlace + 1
            } else {
                return false
            }
        }
        while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
        return place == pattern.count
    }
}
