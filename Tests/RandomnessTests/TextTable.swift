// Reference tables are text: one case a line, the numbers in the order that the test names.

/// The rows of a table of numbers.
func rows(_ text: String) -> [[Double]] {
    text.split(separator: "\n").map { line in
        line.split(separator: " ").compactMap { Double(String($0)) }
    }
}

/// |found − expected| / |expected|, or the absolute error where nothing is expected.
func relativeError(_ found: Double, _ expected: Double) -> Double {
    if found == expected { return 0 }
    return (found - expected).magnitude / (expected == 0 ? 1 : expected.magnitude)
}

/// The mean of `values`.
func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
