// Which contacts of weeks that were held out a scenario would reach.

package import Modeling
package import Projections

package enum ScopeOfWeeks {
    /// By index of contact: whether some automation of the scenario reaches it, whatever its days
    /// are. The hours of the day, channels, segments and teams are asked for as stated.
    /// - Complexity: O(contacts × automations).
    package static func contacts(
        _ intervention: Intervention, table: ContactTable, book: JourneyBook
    ) -> [Bool] {
        var always = intervention
        for place in always.automations.indices {
            always.automations[place].scope.firstDay = .min
            always.automations[place].scope.lastDay = .max
        }
        let scopes = ScopeTable(always, table: table)
        return table.contacts.indices.map {
            !scopes.reach(table.contacts[$0], book, $0).isEmpty
        }
    }
}
