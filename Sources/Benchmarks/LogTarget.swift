// What the log is meant to reach, so that a run says of itself where it falls short.

/// One thing that the log is meant to reach.
package struct LogTarget: Sendable {
    private enum Bound: Sendable {
        case atLeast(Double)
        case atMost(Double)
    }

    private let name: String
    private let figure: String
    /// What it is divided by; a figure by itself where there is none.
    private let over: String?
    private let bound: Bound

    private init(_ figure: String, over: String? = nil, _ bound: Bound) {
        name = over.map { figure + " over " + $0 } ?? figure
        self.figure = figure
        self.over = over
        self.bound = bound
    }

    /// Two cores, ten million events of about 96 bytes, 500,000 customers.
    package static let all = [
        LogTarget("append", .atLeast(2_500_000)),
        LogTarget("append", over: "limit append", .atLeast(0.6)),
        LogTarget("append, each awaited", over: "limit append", .atLeast(0.6)),
        LogTarget("append", over: "sqlite append by 1000", .atLeast(20)),
        LogTarget("append", over: "sqlite append by 100000", .atLeast(6)),
        LogTarget("append, a sealed field each", .atLeast(800_000)),
        LogTarget("size", .atMost(90)),
        LogTarget("size with a sealed field", .atMost(150)),
        LogTarget("scan, three columns", .atLeast(250_000_000)),
        LogTarget("scan, everything", .atLeast(40_000_000)),
        LogTarget("verify", .atLeast(10_000_000)),
        LogTarget("streams", .atLeast(50_000)),
        LogTarget("single durable appends", over: "commits of LMDB alone", .atLeast(0.9)),
        LogTarget("open and first append", .atMost(2)),
        LogTarget(
            "flat: append, about event 50 M", over: "flat: append, about event 1 M",
            .atLeast(0.75)),
    ]

    /// Two cores, a table of ten columns.
    package static let ofIngest = [
        LogTarget("ingest of csv", .atLeast(1_500_000)),
        LogTarget("ingest of json", .atLeast(1_000_000)),
        LogTarget("ingest of csv", over: "python csv by 1000", .atLeast(20)),
        LogTarget("ingest of csv", over: "python csv by 100000", .atLeast(6)),
        LogTarget("ingest of json", over: "python json by 1000", .atLeast(20)),
        LogTarget("ingest of json", over: "python json by 100000", .atLeast(6)),
    ]

    /// Name, what was seen, and what is meant to be; "not measured" where a figure is missing.
    package func cells(_ figures: [LogFigure]) -> [String] {
        func value(_ name: String) -> Double? { figures.first { $0.name == name }?.value }
        let (word, limit) =
            switch bound {
            case .atLeast(let limit): ("at least", limit)
            case .atMost(let limit): ("at most", limit)
            }
        let meant = word + " " + LogFigure.text(limit)
        guard let above = value(figure), let below = over.map(value) ?? 1, below > 0 else {
            return [name, "not measured", meant]
        }
        let seen = above / below
        let isReached =
            switch bound {
            case .atLeast: seen >= limit
            case .atMost: seen <= limit
            }
        return [name, LogFigure.text(seen), meant + (isReached ? "" : ": falls short")]
    }
}
