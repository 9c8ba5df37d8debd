// What some sources say of single contacts beyond the fields that every contact has, in attributes
// of agreed names.

package import Events

/// Marks of contacts, by index of interaction. What no source states takes no memory.
package struct ContactMarks: Sendable {
    /// A flag on a contact that was handed on, or on the one that went on with it: whether what the
    /// customer had said went with it.
    package static let contextPassed = "context_passed"
    /// A flag: the customer had to say again what was known.
    package static let informationRepeated = "information_repeated"
    /// A whole number on a session: how often it came to the state that it came to most, without
    /// getting further.
    package static let botStateRepeats = "bot_state_repeats"

    /// The attributes that are marks.
    package static let names = [contextPassed, informationRepeated, botStateRepeats]

    /// A mark of yes or no of every interaction.
    package struct Flags: Sendable {
        /// 0 where it is not stated, else 1 for no and 2 for yes; empty where nothing states it.
        private var values: [UInt8] = []

        package init() {}

        /// - Precondition: the index is less than `count`, the number of interactions.
        package mutating func state(_ value: Bool, at index: Int, of count: Int) {
            if values.isEmpty { values = [UInt8](repeating: 0, count: count) }
            values[index] = value ? 2 : 1
        }

        /// `nil` where it is not stated.
        package subscript(index: Int) -> Bool? {
            guard !values.isEmpty, values[index] != 0 else { return nil }
            return values[index] == 2
        }
    }

    package var contextPassed = Flags()
    package var informationRepeated = Flags()
    /// Where stated: how often a session came to one state.
    package var stateRepeats: [Int32: Int64] = [:]

    /// Nothing is stated.
    package init() {}

    /// Takes the attributes of an interaction.
    /// - Parameters:
    ///   - name: what a symbol means.
    ///   - count: the number of interactions.
    package mutating func add(
        _ attributes: [Attribute], at index: Int, of count: Int, name: (Symbol) -> String
    ) {
        for attribute in attributes {
            switch (name(attribute.name), attribute.value) {
            case (ContactMarks.contextPassed, .flag(let value)):
                contextPassed.state(value, at: index, of: count)
            case (ContactMarks.informationRepeated, .flag(let value)):
                informationRepeated.state(value, at: index, of: count)
            case (ContactMarks.botStateRepeats, .integer(let value)):
                stateRepeats[Int32(index)] = value
            default: break
            }
        }
    }
}
