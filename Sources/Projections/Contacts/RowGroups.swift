// Rows side by side by a number that each of them has: a customer's contacts, a journey's.

/// Rows by group, each group's in their order.
struct RowGroups: Sendable {
    /// By group: where its rows begin; at the end, how many there are.
    let starts: [Int32]
    /// Rows by group.
    let rows: [Int32]

    /// - Parameter group: of a row; negative for one that is in none.
    /// - Complexity: O(rows + groups): a counting sort.
    @inline(__always)
    init(of count: Int, groups: Int, _ group: (Int) -> Int32) {
        var starts = [Int32](repeating: 0, count: groups + 1)
        for row in 0..<count {
            let group = Int(group(row))
            if group >= 0 { starts[group + 1] += 1 }
        }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: Int(starts[groups]))
        for row in 0..<count {
            let group = Int(group(row))
            guard group >= 0 else { continue }
            rows[Int(next[group])] = Int32(row)
            next[group] += 1
        }
        self.starts = starts
        self.rows = rows
    }

    /// Where a group's rows stand among ``rows``.
    @inline(__always)
    func places(_ group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }
}
