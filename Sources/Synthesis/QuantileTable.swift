// Distributions as tables of whole numbers: the C library's exponential and logarithm may differ
// in their last bits between machines, linear interpolation of integers does not.

/// A distribution given by its quantiles, linear between them.
struct QuantileTable {
    /// Probabilities of the knots in thousandths: ascending, the first 0, the last 1,000.
    let perMille: [Int]
    /// The value at each knot, ascending, below 2^20.
    let values: [Int]

    init(perMille: [Int], values: [Int]) {
        precondition(
            perMille.count == values.count && perMille.first == 0 && perMille.last == 1_000,
            "knots \(perMille) do not span the probabilities of \(values.count) values")
        self.perMille = perMille
        self.values = values
    }

    /// One value. The uniform has 24 bits, which is far finer than a knot.
    func draw(_ generator: inout SeededGenerator) -> Int {
        let uniform = Int(generator.next() >> 40) * 1_000
        var cell = 1
        while uniform >= perMille[cell] << 24 { cell += 1 }
        let width = (perMille[cell] - perMille[cell - 1]) << 24
        let offset = uniform - (perMille[cell - 1] << 24)
        return values[cell - 1] + (values[cell] - values[cell - 1]) * offset / width
    }

    private static let knots = [
        0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850,
        900, 930, 950, 970, 980, 990, 995, 998, 999, 1_000,
    ]

    /// Thousandths of the mean of an exponential distribution: `-ln(1 - p)` at the knots, the
    /// last at 9 times the mean, rescaled so that the table's own mean is 1,000.
    static let exponential = QuantileTable(
        perMille: knots,
        values: [
            0, 51, 105, 162, 222, 287, 355, 429, 509, 596, 691, 795, 913, 1_046, 1_199, 1_381,
            1_603, 1_890, 2_294, 2_649, 2_984, 3_493, 3_897, 4_588, 5_278, 6_191, 6_881, 8_966,
        ])

    /// Thousandths of the mean of a lognormal distribution whose logarithm has a standard
    /// deviation of 0.8: `exp(0.8 z(p))` at the knots, rescaled in the same way.
    static let lognormal = QuantileTable(
        perMille: knots,
        values: [
            72, 194, 259, 316, 369, 421, 475, 531, 590, 654, 723, 799, 885, 984, 1_100,
            1_240, 1_418, 1_657, 2_015, 2_354, 2_695, 3_255, 3_738, 4_649, 5_676, 7_229, 8_566,
            14_459,
        ])

    /// How often one customer calls, relative to the quietest: half of them rarely, one in a
    /// hundred very often.
    static let customerWeight = QuantileTable(
        perMille: [0, 300, 500, 750, 900, 970, 990, 999, 1_000],
        values: [10, 14, 24, 60, 160, 400, 900, 2_400, 4_000])

    /// Seconds in the voice response unit.
    static let voiceSeconds = QuantileTable(
        perMille: [0, 100, 500, 750, 900, 980, 1_000], values: [3, 5, 7, 10, 14, 40, 120])

    /// Seconds between the end of a failed call and the call it causes: a median of four minutes,
    /// never more than forty.
    static let redialSeconds = QuantileTable(
        perMille: [0, 100, 250, 500, 750, 900, 1_000],
        values: [15, 45, 100, 240, 600, 1_300, 2_400])
}
