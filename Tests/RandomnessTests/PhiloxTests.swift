// The generator against its published answers, and the address of a draw: every part of it must
// move the draw, and nothing else may.

import Randomness
import Testing

@Suite struct PhiloxTests {
    /// Known answers of Random123 (kat_vectors, philox4x32, 10 rounds).
    @Test func agreesWithThePublishedKnownAnswers() {
        let zero = Philox.block(
            counter: Philox.Block(0, 0, 0, 0), key: Philox.Key(low: 0, high: 0))
        #expect(zero == Philox.Block(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let ones = UInt32.max
        let full = Philox.block(
            counter: Philox.Block(ones, ones, ones, ones),
            key: Philox.Key(low: ones, high: ones))
        #expect(full == Philox.Block(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        let pi = Philox.block(
            counter: Philox.Block(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
            key: Philox.Key(low: 0xa409_3822, high: 0x299f_31d0))
        #expect(pi == Philox.Block(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func everyPartOfTheAddressMovesTheDraw() {
        let outcome = DrawPurpose("outcome")
        let base = Draws(seed: 7, replication: 3)
        var seen: [Double] = [base.uniform(address: 11, purpose: outcome)]
        seen.append(Draws(seed: 8, replication: 3).uniform(address: 11, purpose: outcome))
        seen.append(Draws(seed: 7, replication: 4).uniform(address: 11, purpose: outcome))
        seen.append(base.uniform(address: 12, purpose: outcome))
        seen.append(base.uniform(address: 11 | 1 << 40, purpose: outcome))
        seen.append(base.uniform(address: 11, purpose: DrawPurpose("wait")))
        seen.append(base.uniform(address: 11, purpose: outcome, ordinal: 1))
        #expect(Set(seen).count == seen.count)
    }

    @Test func aDrawDoesNotDependOnWhatWasDrawnBefore() {
        let purpose = DrawPurpose("adoption", of: "card-bot")
        let draws = Draws(seed: 1, replication: 0)
        let alone = draws.uniform(address: 99, purpose: purpose)
        for address in 0..<50 { _ = draws.uniform(address: UInt64(address), purpose: purpose) }
        #expect(draws.uniform(address: 99, purpose: purpose) == alone)
    }

    /// Computed apart, from the definitions in the documentation. A changed value here changes
    /// every result that was ever published with a seed.
    @Test func drawsHaveGoldenValues() {
        let draws = Draws(seed: 20_240_229, replication: 5)
        let purpose = DrawPurpose("outcome")
        let block = draws.block(address: 0x0123_4567_89ab_cdef, purpose: purpose, ordinal: 2)
        let uniform = draws.uniform(
            address: 0x0123_4567_89ab_cdef, purpose: purpose, ordinal: 2)
        #expect(purpose.rawValue == 83272568)
        #expect(
            block == Philox.Block(3924928542, 1994648329, 2214431874, 2532557151))
        #expect(uniform == 0.9138436388374341)
        #expect(
            DrawAddress.child(of: 42, purpose: purpose, ordinal: 1) == 15218046550271711772)
    }

    @Test func replicationsOfOneSeedNeverShareAKey() {
        var keys = Set<Philox.Key>()
        for replication in 0..<20_000 {
            keys.insert(DrawKey(seed: 0, replication: UInt32(replication)).philox)
        }
        #expect(keys.count == 20_000)
        #expect(DrawKey(seed: 0, replication: 1).philox != DrawKey(seed: 1, replication: 0).philox)
    }

    @Test func uniformsLieInsideTheUnitIntervalAndAreEven() {
        let draws = Draws(seed: 5, replication: 1)
        let purpose = DrawPurpose("even")
        var cells = [Int](repeating: 0, count: 20)
        var sum = 0.0
        let count = 200_000
        for address in 0..<count {
            let u = draws.uniform(address: UInt64(address), purpose: purpose)
            #expect(u > 0 && u < 1)
            cells[Int(u * 20)] += 1
            sum += u
        }
        // Chi-squared with 19 degrees of freedom: above 43.8 one time in a thousand.
        let expected = Double(count) / 20
        let chi = cells.map { (Double($0) - expected) * (Double($0) - expected) / expected }
        #expect(chi.reduce(0, +) < 43.8)
        #expect((sum / Double(count) - 0.5).magnitude < 0.0025)
    }

    @Test func pairsAndFoursComeFromTheSameBlock() {
        let draws = Draws(seed: 5, replication: 1)
        let purpose = DrawPurpose("pair")
        let pair = draws.uniformPair(address: 3, purpose: purpose)
        #expect(pair.first == draws.uniform(address: 3, purpose: purpose))
        #expect(pair.first != pair.second)
        let four = draws.uniforms4(address: 3, purpose: purpose)
        #expect((four.0 - pair.first).magnitude < 0x1p-31)
        #expect((four.2 - pair.second).magnitude < 0x1p-31)
        #expect(four.1 != four.3)
    }

    @Test func normalsAndExponentialsFollowTheirLaws() {
        let draws = Draws(seed: 9, replication: 0)
        let purpose = DrawPurpose("law")
        let normals = (0..<100_000).map {
            draws.normal(address: UInt64($0), purpose: purpose)
        }
        #expect(average(normals).magnitude < 0.013)
        #expect((average(normals.map { $0 * $0 }) - 1).magnitude < 0.018)
        let waits = (0..<100_000).map {
            draws.exponential(address: UInt64($0), purpose: purpose)
        }
        #expect((average(waits) - 1).magnitude < 0.013)
    }

    @Test func purposesDifferByNameAndByScope() {
        let names = ["outcome", "wait", "adoption", "return", "patience", ""]
        var words = Set<UInt32>()
        for name in names {
            for scope in ["", "bot-1", "bot-2"] {
                words.insert(DrawPurpose(name, of: scope).rawValue)
            }
        }
        #expect(words.count == names.count * 3)
        #expect(DrawPurpose("ab", of: "c") != DrawPurpose("a", of: "bc"))
    }

    @Test func aRegistryGivesTheSamePurposeAgainAndRefusesASharedWord() throws {
        var registry = DrawPurposeRegistry()
        let first = try registry.purpose("outcome", of: "bot")
        let again = try registry.purpose("outcome", of: "bot")
        #expect(first == again)
        #expect(first == DrawPurpose("outcome", of: "bot"))
        // By the birthday bound some two of these share a word of 32 bits.
        #expect(throws: RandomnessError.self) {
            for index in 0..<300_000 {
                let name = DrawAddress.child(of: UInt64(index), purpose: first, ordinal: 0)
                _ = try registry.purpose("\(name)")
            }
        }
    }

    @Test func childrenHaveAddressesOfTheirOwn() {
        var addresses = Set<UInt64>()
        for parent in 0..<100 {
            for name in ["return", "bot"] {
                for ordinal in 0..<10 {
                    addresses.insert(
                        DrawAddress.child(
                            of: UInt64(parent), purpose: DrawPurpose(name),
                            ordinal: UInt32(ordinal)))
                }
            }
        }
        #expect(addresses.count == 2_000)
    }
}
