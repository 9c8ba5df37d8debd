// The chance terms of a replay: the generator and the normal law, to the last bit those of
// Sources/Randomness. Sources of the formulas stand there.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

struct Draws {
    uint32_t key0, key1;

    double uniform(uint64_t address, uint32_t purpose) const {
        uint32_t a = uint32_t(address), b = uint32_t(address >> 32), c = purpose, d = 0;
        uint32_t k0 = key0, k1 = key1;
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = 0xd2511f53ull * a, p1 = 0xcd9e8d57ull * c;
            a = uint32_t(p1 >> 32) ^ b ^ k0;
            b = uint32_t(p1);
            c = uint32_t(p0 >> 32) ^ d ^ k1;
            d = uint32_t(p0);
            k0 += 0x9e3779b9u;
            k1 += 0xbb67ae85u;
        }
        uint64_t bits = uint64_t(a) << 20 | b >> 12;
        return (double(bits) + 0.5) * 0x1p-52;
    }
};

namespace exact {
constexpr double ln2High = 6.93147180369123816490e-01, ln2Low = 1.90821492927058770002e-10;

inline double powerOfTwo(int k) {
    uint64_t bits = uint64_t(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

inline double exp(double x) {
    if (x < -745.1332191019412) return 0;
    if (std::fabs(x) < 0x1p-28) return 1 + x;
    double k = std::round(1.44269504088896338700 * x);
    double high = x - k * ln2High, low = k * ln2Low, reduced = high - low;
    double t = reduced * reduced;
    double c = reduced
        - t * (1.66666666666666019037e-01
               + t * (-2.77777777770155933842e-03
                      + t * (6.61375632143793436117e-05
                             + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    double y = 1 + (reduced * c / (2 - c) - low + high);
    int power = int(k);
    if (power > 1023) return y * 0x1p1023 * powerOfTwo(power - 1023);
    if (power < -1022) return y * powerOfTwo(power + 200) * 0x1p-200;
    return y * powerOfTwo(power);
}

inline double log(double x) {
    int exponent;
    double mantissa = std::frexp(x, &exponent) * 2;
    exponent -= 1;
    if (mantissa > 1.4142135623730951) {
        mantissa *= 0.5;
        exponent += 1;
    }
    double f = mantissa - 1, k = exponent, halfSquare = 0.5 * f * f, s = f / (2 + f);
    double z = s * s, w = z * z;
    double even = w * (3.999999999940941908e-01
                       + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double odd = z * (6.666666666666735130e-01
                      + w * (2.857142874366239149e-01
                             + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double r = odd + even;
    double low = s * (halfSquare + r) + (k * ln2Low + 0);
    return k * ln2High - ((halfSquare - low) - f);
}

template <int n> inline double polynomial(const double (&c)[n], double x) {
    double value = c[0];
    for (int i = 1; i < n; i++) value = value * x + c[i];
    return value;
}

inline double normalCDF(double x) {
    double y = std::fabs(x);
    if (y <= 0.67448975) {
        double z = x * x;
        static const double n[] = {6.5682337918207449113e-2, 2.2352520354606839287,
            1.6102823106855587881e2, 1.0676894854603709582e3, 1.8154981253343561249e4};
        static const double d[] = {1, 4.7202581904688241870e1, 9.7609855173777669322e2,
            1.0260932208618978205e4, 4.5507789335026729956e4};
        return 0.5 + x * polynomial(n, z) / polynomial(d, z);
    }
    if (y > 40) return x > 0 ? 1 : 0;
    double part;
    if (y <= 5.656854249492381) {
        static const double n[] = {1.0765576773720192317e-8, 3.9894151208813466764e-1,
            8.8831497943883759412, 9.3506656132177855979e1, 5.9727027639480026226e2,
            2.4945375852903726711e3, 6.8481904505362823326e3, 1.1602651437647350124e4,
            9.8427148383839780218e3};
        static const double d[] = {1, 2.2266688044328115691e1, 2.3538790178262499861e2,
            1.5193775994075548050e3, 6.4855582982667607550e3, 1.8615571640885098091e4,
            3.4900952721145977266e4, 3.8912003286093271411e4, 1.9685429676859990727e4};
        part = polynomial(n, y) / polynomial(d, y);
    } else {
        double z = 1 / (y * y);
        static const double n[] = {2.307344176494017303e-2, 2.1589853405795699e-1,
            1.274011611602473639e-1, 2.2235277870649807e-2, 1.421619193227893466e-3,
            2.9112874951168792e-5};
        static const double d[] = {1, 1.28426009614491121, 4.68238212480865118e-1,
            6.59881378689285515e-2, 3.78239633202758244e-3, 7.29751555083966205e-5};
        part = (0.39894228040143267794 - z * polynomial(n, z) / polynomial(d, z)) / y;
    }
    double rounded = std::trunc(y * 16) / 16, rest = (y - rounded) * (y + rounded);
    double tail = exp(-rounded * rounded * 0.5) * exp(-rest * 0.5) * part;
    return x > 0 ? 1 - tail : tail;
}

inline double inverseNormal(double p) {
    double q = p - 0.5;
    if (std::fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        static const double n[] = {2.5090809287301226727e3, 3.3430575583588128105e4,
            6.7265770927008700853e4, 4.5921953931549871457e4, 1.3731693765509461125e4,
            1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080};
        static const double d[] = {5.2264952788528545610e3, 2.8729085735721942674e4,
            3.9307895800092710610e4, 2.1213794301586595867e4, 5.3941960214247511077e3,
            6.8718700749205790830e2, 4.2313330701600911252e1, 1};
        return q * polynomial(n, r) / polynomial(d, r);
    }
    double tail = q < 0 ? p : 1 - p;
    double r = std::sqrt(-log(tail)), score;
    if (r <= 5) {
        static const double n[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
            2.41780725177450611770e-1, 1.27045825245236838258, 3.64784832476320460504,
            5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734};
        static const double d[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
            1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1,
            1.67638483018380384940, 2.05319162663775882187, 1};
        score = polynomial(n, r - 1.6) / polynomial(d, r - 1.6);
    } else {
        static const double n[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
            1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1,
            1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720};
        static const double d[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
            1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2,
            1.36929880922735805310e-1, 5.99832206555887937690e-1, 1};
        score = polynomial(n, r - 5) / polynomial(d, r - 5);
    }
    return q < 0 ? -score : score;
}
}  // namespace exact
