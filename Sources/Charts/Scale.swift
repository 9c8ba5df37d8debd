// From values to pixels, and the round numbers that an axis shows.

/// A straight line from an interval of values to an interval of pixels, with round ticks.
package struct Scale: Hashable, Sendable {
    /// The values at the ends; `low < high`.
    package let low: Double
    package let high: Double
    package let start: Double
    package let end: Double
    /// Round values from ``low`` to ``high``.
    package let ticks: [Double]
    /// The decimals that tell neighbouring ticks apart.
    package let tickDecimals: Int

    /// The scale that holds all of `values`, its ends moved out to round numbers; values that are
    /// not finite, or beyond 10³⁰⁰, are left out.
    /// - Parameters:
    ///   - includesZero: Bars need it; positions do not.
    ///   - tickGoal: About how many steps are wanted.
    package init(
        values: [Double], includesZero: Bool, from start: Double, to end: Double,
        tickGoal: Int = 5
    ) {
        let finite = values.filter { $0.isFinite && $0.magnitude < 1e300 }
        var least = finite.min() ?? 0
        var most = finite.max() ?? 0
        if includesZero {
            least = min(least, 0)
            most = max(most, 0)
        }
        let tiny = max(1e-200, max(least.magnitude, most.magnitude) * 1e-9)
        if most - least <= tiny {
            let room = least.magnitude < 1e-190 ? 1 : least.magnitude * 0.1
            // Zero stays an end where it is one.
            if least < 0 || least > 0 || !includesZero { least -= room }
            most += room
        }
        let step = Step(atLeast: (most - least) / Double(max(1, tickGoal)))
        let first = (least / step.size + 1e-9).rounded(.down)
        let last = (most / step.size - 1e-9).rounded(.up)
        ticks = (0...Int(last - first)).map { step.multiple(first + Double($0)) }
        tickDecimals = min(20, max(0, -step.exponent))
        low = step.multiple(first)
        high = step.multiple(last)
        self.start = start
        self.end = end
    }

    /// The pixel of a value; values outside the scale are brought to its ends.
    package func position(_ value: Double) -> Double {
        guard value == value else { return start }
        let inside = min(high, max(low, value))
        return start + (inside - low) / (high - low) * (end - start)
    }

    /// 1, 2 or 5 times a power of ten.
    private struct Step {
        var mantissa: Double
        var exponent: Int

        init(atLeast wanted: Double) {
            var power = 0
            var unit = wanted
            while unit >= 10 {
                unit /= 10
                power += 1
            }
            while unit < 1 && unit > 0 {
                unit *= 10
                power -= 1
            }
            switch unit {
            case ...1.000_000_1: mantissa = 1
            case ...2.000_000_1: mantissa = 2
            case ...5.000_000_1: mantissa = 5
            default:
                mantissa = 1
                power += 1
            }
            exponent = power
        }

        var size: Double { multiple(1) }

        /// `count` steps. Below one it is a quotient of whole numbers, so that a tick is the
        /// double nearest to its label.
        func multiple(_ count: Double) -> Double {
            var power = 1.0
            for _ in 0..<exponent.magnitude { power *= 10 }
            let steps = count * mantissa
            return exponent < 0 ? steps / power : steps * power
        }
    }
}
