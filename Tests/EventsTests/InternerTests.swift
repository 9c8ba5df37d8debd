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

    /// More names than a piece of the list has, and than the table has room for at first.
    @Test(arguments: [1, 9, 4_095, 4_096, 10_000])
    func namesThatWereAddedAreFoundAndNotMadeAgain(count: Int) {
        var plain = Interner()
        var added = Interner()
        _ = plain.intern("first")
        _ = added.intern("first")
        let bytes = (0..<count).map { Array("name \($0)".utf8) }
        for name in bytes {
            _ = plain.intern(String(decoding: name, as: UTF8.self))
            added.append(name.span, 0..<name.count)
        }
        #expect(added.count == plain.count)
        for number in [0, count / 2, count - 1] {
            let symbol = Symbol(UInt32(number + 2))
            #expect(added.string(symbol) == "name \(number)")
            #expect(added.symbol(of: "name \(number)") == symbol)
        }
        #expect(added.symbol(of: "name \(count)") == nil)
        #expect(added.symbol(of: "first") == Symbol(1))
        let snapshot = added
        #expect(added.intern("name \(count - 1)") == Symbol(UInt32(count + 1)))
        #expect(added.intern("last") == Symbol(UInt32(count + 2)))
        #expect(snapshot.count == count + 2 && snapshot.symbol(of: "last") == nil)
        added.truncate(to: 2)
        #expect(added.symbol(of: "name 0") == nil && added.symbol(of: "first") == Symbol(1))
        #expect(added.intern("name 0") == Symbol(2))
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
