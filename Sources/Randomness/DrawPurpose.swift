// What a draw is for. Two choices about the same contact must not share their chance, and a
// choice must keep its chance when a scenario's steps are put in another order.

/// The kind of choice that a draw decides, and whose choice it is: a stable text name such as
/// `outcome` or `adoption`, and the automation's id where the choice belongs to an automation.
///
/// A purpose never names a place in a file or an order of steps: then an inserted step would
/// move draws that it does not concern. Make purposes once, at set-up; a purpose is one word.
///
/// The word is FNV-1a (32 bits; Fowler, Noll and Vo) over the UTF-8 bytes of the name and an end
/// mark, then the same for the scope, finished with MurmurHash3's `fmix32`.
package struct DrawPurpose: Hashable, Sendable, Comparable {
    package let rawValue: UInt32

    /// - Complexity: O(length of the text).
    package init(_ name: String, of scope: String = "") {
        var state: UInt32 = 0x811c_9dc5
        for text in [name, scope] {
            for byte in text.utf8 { state = (state ^ UInt32(byte)) &* 0x0100_0193 }
            state = (state ^ 0xff) &* 0x0100_0193
        }
        rawValue = Mixing.mix32(state)
    }

    package static func < (left: DrawPurpose, right: DrawPurpose) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The purposes of one run, made together at set-up so that two names that happen to hash to the
/// same word are found before a draw is made, not shared silently.
package struct DrawPurposeRegistry: Sendable {
    private struct Name: Equatable, Sendable {
        var name: String
        var scope: String
    }

    private var names: [UInt32: Name] = [:]

    package init() {}

    /// The purpose of `name` and `scope`; asking again gives the same purpose.
    /// - Throws: ``RandomnessError/purposeCollision(first:second:)`` where another name has it.
    package mutating func purpose(
        _ name: String, of scope: String = ""
    ) throws(RandomnessError) -> DrawPurpose {
        let purpose = DrawPurpose(name, of: scope)
        let wanted = Name(name: name, scope: scope)
        try claim(wanted, word: purpose.rawValue)
        return purpose
    }

    private mutating func claim(_ wanted: Name, word: UInt32) throws(RandomnessError) {
        guard let known = names[word] else {
            names[word] = wanted
            return
        }
        guard known == wanted else {
            throw .purposeCollision(
                first: "\(known.name) of \(known.scope)",
                second: "\(wanted.name) of \(wanted.scope)")
        }
    }
}
