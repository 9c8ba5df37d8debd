// "Did you mean": the known name nearest to a mistyped one.

/// Finds the name that was probably meant.
package enum Suggestion {
    /// The nearest of `names` if it is near enough to be a slip: at most a third of the longer
    /// name's letters are changed, and at most three. Equal distances go to the earlier name.
    /// - Complexity: O(names × length²).
    package static func closest(to word: String, among names: [String]) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(64))
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(name.lowercased().unicodeScalars.prefix(64))
            let distance = distance(letters, candidate)
            let limit = min(3, max(letters.count, candidate.count) / 3)
            guard distance <= max(1, limit), distance < max(letters.count, candidate.count) else {
                continue
            }
            if distance < best?.distance ?? Int.max { best = (name, distance) }
        }
        return best?.name
    }

    /// `did you mean "window"?`, or `nil` where nothing is near.
    package static func hint(for word: String, among names: [String]) -> String? {
        closest(to: word, among: names).map { "did you mean \"\($0)\"?" }
    }

    /// Optimal string alignment distance: insertions, deletions, replacements and exchanges of
    /// two neighbours each count one.
    ///
    /// Source: L. Boytsov, "Indexing methods for approximate dictionary searching", 2011, 2.2.
    private static func distance(_ left: [UnicodeScalar], _ right: [UnicodeScalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        var current = last
        for row in 1...left.count {
            current[0] = row
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var least = min(last[column] + 1, current[column - 1] + 1)
                least = min(least, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    least = min(least, beforeLast[column - 2] + 1)
                }
                current[column] = least
            }
            swap(&beforeLast, &last)
            swap(&last, &current)
        }
        return last[right.count]
    }
}
