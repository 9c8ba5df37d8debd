// Aim: money is rounded once, half to even, and exactly, at every size.

import Events
import Testing

@Suite struct MoneyTests {
    @Test(
        arguments: [
            (1, 1, 2, 0), (3, 1, 2, 2), (5, 1, 2, 2), (7, 1, 2, 4), (-1, 1, 2, 0), (-3, 1, 2, -2),
            (-5, 1, 2, -2), (1, -5, 2, -2), (-1, -5, 2, 2), (1, 1, 3, 0), (2, 1, 3, 1),
            (4, 1, 3, 1), (5, 1, 3, 2), (0, 9, 7, 0), (10, 10, 1, 100),
            (Int64.max, Int64.max, Int64.max, Int64.max),
            (Int64.max, -1, 1, -Int64.max), (Int64.max, 1, 2, 4_611_686_018_427_387_904),
            (1, 1, Int64.max, 0), (Int64.max, 1, Int64.max, 1),
            (4_611_686_018_427_387_904, 1, Int64.max, 1),
            (4_611_686_018_427_387_903, 1, Int64.max, 0),
        ] as [(Int64, Int64, Int64, Int64)])
    func quotientsAreRoundedHalfToEven(
        left: Int64, right: Int64, divisor: Int64, expected: Int64
    ) {
        #expect(roundedQuotient(left, right, divisor) == expected)
    }

    @Test func smallQuotientsAgreeWithCounting() {
        for product in Int64(-60)...60 {
            for divisor in Int64(1)...12 {
                let result = roundedQuotient(product, 1, divisor)
                let error = 2 * abs(result * divisor - product)
                #expect(error < divisor || (error == divisor && result % 2 == 0))
            }
        }
    }

    @Test func theCostOfTimeIsTheRateAMinute() {
        let rate = Money(thousandths: 80_000)
        #expect(Money.cost(of: .minutes(1), perMinute: rate) == rate)
        #expect(Money.cost(of: .seconds(30), perMinute: rate).thousandths == 40_000)
        #expect(Money.cost(of: .zero, perMinute: rate) == .zero)
        #expect(
            Money.cost(of: TimeSpan(microseconds: 375), perMinute: rate).thousandths == 0)
        #expect(
            Money.cost(of: TimeSpan(microseconds: 376), perMinute: rate).thousandths == 1)
        #expect(
            Money.cost(of: .seconds(-30), perMinute: rate) == Money(thousandths: -40_000))
    }

    @Test func sharesOfAnAmount() {
        #expect(Money(thousandths: 100).share(1, of: 3).thousandths == 33)
        #expect(Money(thousandths: 5).share(1, of: 2).thousandths == 2)
        #expect(Money(thousandths: 100_000).inMajorUnits == 1)
    }

    @Test func amountsAddAndCompare() {
        var sum = Money(thousandths: 2) + Money(thousandths: 3)
        sum += -Money(thousandths: 1)
        #expect(sum - Money(thousandths: 4) == .zero)
        #expect(Money(thousandths: -1) < .zero)
    }
}
