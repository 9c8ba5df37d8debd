// Elementary functions that give the same bits on every machine. The C library picks its exp and
// log by processor, and their last bits differ; these use only +, −, ×, ÷ and the square root,
// which IEEE 754 fixes, and no operation here is fused.
//
// The algorithms and constants of log, log1p, exp and pow are those of fdlibm:
//   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
//   Permission to use, copy, modify, and distribute this software is freely granted, provided
//   that this notice is preserved.

/// Deterministic functions of double precision.
package enum ExactMath {
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10
    private static let inverseLn2 = 1.44269504088896338700e+00

    /// The natural logarithm, within one unit in the last place.
    ///
    /// `log(0)` is −∞; a negative number or a NaN gives NaN.
    /// - Complexity: O(1).
    package static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        return logOfParts(split(x), correction: 0)
    }

    /// `log(1 + x)` without the loss of small x, within one unit in the last place.
    ///
    /// `log1p(-1)` is −∞; less than −1 or a NaN gives NaN.
    package static func log1p(_ x: Double) -> Double {
        guard x > -1 else { return x == -1 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        if x.magnitude < 0x1p-53 { return x }
        if x > -0.2928 && x < 0.4142 {
            return logOfParts((fraction: x, exponent: 0), correction: 0)
        }
        let sum = 1 + x
        let parts = split(sum)
        // What 1 + x lost, to first order.
        let lost = parts.exponent >= 2 ? 1 - (sum - x) : x - (sum - 1)
        return logOfParts(parts, correction: parts.exponent < 54 ? lost / sum : 0)
    }

    /// x = 2^exponent · (1 + fraction), with 1 + fraction from √½ to √2.
    private static func split(_ x: Double) -> (fraction: Double, exponent: Int) {
        var exponent = Int(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.4142135623730951 {
            mantissa *= 0.5
            exponent += 1
        }
        return (mantissa - 1, exponent)
    }

    private static func logOfParts(
        _ parts: (fraction: Double, exponent: Int), correction: Double
    ) -> Double {
        let f = parts.fraction
        let k = Double(parts.exponent)
        let halfSquare = 0.5 * f * f
        let s = f / (2 + f)
        let z = s * s
        let w = z * z
        let even =
            w
            * (3.999999999940941908e-01
                + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
        let odd =
            z
            * (6.666666666666735130e-01
                + w
                * (2.857142874366239149e-01
                    + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
        let r = odd + even
        let low = s * (halfSquare + r) + (k * ln2Low + correction)
        return k * ln2High - ((halfSquare - low) - f)
    }

    /// eˣ, within one unit in the last place. Overflows to ∞ and underflows to 0.
    package static func exp(_ x: Double) -> Double {
        guard x == x else { return x }
        if x > 709.782712893384 { return .infinity }
        if x < -745.1332191019412 { return 0 }
        if x.magnitude < 0x1p-28 { return 1 + x }
        let k = (inverseLn2 * x).rounded()
        let high = x - k * ln2High
        let low = k * ln2Low
        let reduced = high - low
        let c = reduced - expRemainder(reduced)
        let y = 1 + (reduced * c / (2 - c) - low + high)
        return scaled(y, byPowerOfTwo: Int(k))
    }

    /// z²·(P1 + P2·z² + …): the part of the rational form that exp and pow share.
    private static func expRemainder(_ z: Double) -> Double {
        let t = z * z
        return t
            * (1.66666666666666019037e-01
                + t
                * (-2.77777777770155933842e-03
                    + t
                    * (6.61375632143793436117e-05
                        + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))))
    }

    private static func scaled(_ y: Double, byPowerOfTwo k: Int) -> Double {
        if k > 1023 { return y * 0x1p1023 * powerOfTwo(k - 1023) }
        if k < -1022 { return y * powerOfTwo(k + 200) * 0x1p-200 }
        return y * powerOfTwo(k)
    }

    /// 2ᵏ for k from −1,022 to 1,023.
    private static func powerOfTwo(_ k: Int) -> Double {
        Double(bitPattern: UInt64(k + 1023) << 52)
    }

    /// xʸ for x ≥ 0, within one unit in the last place.
    ///
    /// `pow(x, 0)` and `pow(1, y)` are 1; `pow(0, y)` is 0 or ∞ by the sign of y; a negative x
    /// or a NaN gives NaN.
    package static func pow(_ x: Double, _ y: Double) -> Double {
        if y == 0 || x == 1 { return 1 }
        guard x >= 0, y == y else { return .nan }
        if x == 0 || x == .infinity { return (x == 0) == (y > 0) ? 0 : .infinity }
        if y.magnitude == .infinity { return (x > 1) == (y > 0) ? .infinity : 0 }
        if y == 1 { return x }
        // Beyond this any x that is not 1 overflows or underflows.
        if y.magnitude > 0x1p64 { return (x > 1) == (y > 0) ? .infinity : 0 }
        let (logHigh, logLow) = log2Parts(x)
        let yHigh = highWord(y)
        let low = (y - yHigh) * logHigh + y * logLow
        let high = yHigh * logHigh
        return exp2Parts(high, low)
    }

    /// log₂ x as a sum of two numbers, the first with at most 32 bits.
    private static func log2Parts(_ x: Double) -> (high: Double, low: Double) {
        let cpHigh = 9.61796700954437255859e-01
        let cpLow = -7.02846165095275826516e-09
        let cp = 9.61796693925975554329e-01
        var exponent = Int(x.exponent)
        var m = x.significand
        var base = 1.0
        var logBaseHigh = 0.0
        var logBaseLow = 0.0
        if m >= 1.7320508075688772 {
            m *= 0.5
            exponent += 1
        } else if m > 1.2247448713915889 {
            base = 1.5
            logBaseHigh = 5.84962487220764160156e-01
            logBaseLow = 1.35003920212974897128e-08
        }
        let u = m - base
        let v = 1 / (m + base)
        let s = u * v
        let sHigh = highWord(s)
        let tHigh = highWord(m + base)
        let tLow = m - (tHigh - base)
        let sLow = v * ((u - sHigh * tHigh) - sHigh * tLow)
        let square = s * s
        var r =
            square * square
            * (5.99999999999994648725e-01
                + square
                * (4.28571428578550184252e-01
                    + square
                    * (3.33333329818377432918e-01
                        + square
                        * (2.72728123808534006489e-01
                            + square
                            * (2.30660745775561754067e-01
                                + square * 2.06975017800338417784e-01)))))
        r += sLow * (sHigh + s)
        let squareHigh = sHigh * sHigh
        let sumHigh = highWord(3 + squareHigh + r)
        let sumLow = r - ((sumHigh - 3) - squareHigh)
        let productHigh = sHigh * sumHigh
        let productLow = sLow * sumHigh + sumLow * s
        let pHigh = highWord(productHigh + productLow)
        let pLow = productLow - (pHigh - productHigh)
        let zHigh = cpHigh * pHigh
        let zLow = cpLow * pHigh + pLow * cp + logBaseLow
        let k = Double(exponent)
        let high = highWord(((zHigh + zLow) + logBaseHigh) + k)
        return (high, zLow - (((high - k) - logBaseHigh) - zHigh))
    }

    /// 2^(high + low).
    private static func exp2Parts(_ high: Double, _ low: Double) -> Double {
        let whole = high + low
        if whole >= 1024 { return .infinity }
        if whole < -1075 { return 0 }
        let k = whole.rounded()
        let rest = high - k
        let t = highWord(low + rest)
        let u = t * 6.93147182464599609375e-01
        let v =
            (low - (t - rest)) * 6.93147180559945286227e-01 + t * -1.90465429995776804525e-09
        let z = u + v
        let w = v - (z - u)
        let t1 = z - expRemainder(z)
        let r = (z * t1) / (t1 - 2) - (w + z * w)
        return scaled(1 - (r - z), byPowerOfTwo: Int(k))
    }

    /// The number with its lower 32 bits cleared.
    private static func highWord(_ x: Double) -> Double {
        Double(bitPattern: x.bitPattern & 0xffff_ffff_0000_0000)
    }
}
