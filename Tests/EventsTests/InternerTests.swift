// Aim: symbols are dense, in the order of first sight, and lead back to their strings.

import Events
import Testing

@Suite struct InternerTests {
    @Test func symbolsAreGivenInTheOrderOfFirstSight() {
        var interner = Interner()
        #expect(interner.intern("voice") == Symbol(1))
        #expect(interner.intern("chat") == Symbol(2))
        #expect(interner.intern("voice") == Symbol(1))
        #expect(interner.count == 3)
        #expect(interner.string(Symbol(2)) == "chat")
        #expect(interner.string(ChannelID(Symbol(1))) == "voice")
    }

    @Test func theEmptyStringIsNoSymbol() {
        var interner = Interner()
        #expect(interner.intern("") == .none)
        #expect(interner.count == 1)
        #expect(interner.string(.none) == "")
        #expect(interner.string(CustomerID.unknown) == "")
        #expect(!CustomerID.unknown.isKnown)
    }

    @Test func onlyKnownStringsHaveASymbol() {
        var interner = Interner()
        #expect(interner.symbol(of: "voice") == nil)
        let symbol = interner.intern("voice")
        #expect(interner.symbol(of: "voice") == symbol)
        #expect(interner.symbol(of: "Voice") == nil)
    }

    @Test func aCopyIsASnapshot() {
        var interner = Interner()
        _ = interner.intern("a")
        let copy = interner
        _ = interner.intern("b")
        #expect(copy.count == 2)
        #expect(copy.symbol(of: "b") == nil)
    }
}

@Suite struct FindingTests {
    @Test func theMessageNamesPlaceFieldAndHint() {
        var finding = Finding(
            code: "bad-number", file: "calls.csv", line: 812, column: 31, field: "duration",
            found: "text", foundIsPublic: true, expected: "seconds", hint: "map it")
        #expect(
            finding.description
                == "calls.csv:812:31: error: field \"duration\": expected seconds, "
                + "found text [bad-number]; hint: map it")
        finding.foundIsPublic = false
        #expect(!finding.description.contains("found"))
        #expect(finding.message(showValues: true).contains("found text"))
    }

    @Test func talliesCountAllAndKeepFew() {
        var tally = FindingTally()
        for line in 1...9 { tally.add(Finding(code: "a", file: "f", line: line)) }
        var other = FindingTally()
        other.add(Finding(code: "b", file: "g"))
        other.add(Finding(code: "a", file: "g"))
        tally.merge(other)
        #expect(tally.total == 11)
        #expect(tally.counts["a"] == 10)
        #expect(tally.examples["a"]?.count == FindingTally.keptPerCode)
        #expect(tally.codes == ["a", "b"])
    }

    /// Against one that never knew what was forgotten.
    @Test func whatIsForgottenLeavesNoTrace() {
        var generator = SeededGenerator(state: 5)
        var interner = Interner()
        var names = [""]
        for _ in 0..<400 {
            for _ in 0..<generator.below(40) {
                let name = "name \(generator.below(5_000))"
                let symbol = interner.intern(name)
                if Int(symbol.rawValue) == names.count { names.append(name) }
                #expect(names[Int(symbol.rawValue)] == name)
            }
            let kept = max(1, names.count - generator.below(40))
            let forgotten = names[kept...]
            names.removeLast(names.count - kept)
            interner.truncate(to: kept)
            // Room that is made ahead moves no name.
            if generator.below(10) == 0 { interner.reserveCapacity(generator.below(20_000)) }
            #expect(interner.count == kept)
            #expect(forgotten.allSatisfy { interner.symbol(of: $0) == nil })
        }
        for (index, name) in names.enumerated() {
            #expect(interner.symbol(of: name) == Symbol(UInt32(index)))
        }
    }
}
