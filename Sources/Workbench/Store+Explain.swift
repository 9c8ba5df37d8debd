// From a figure down to the customers behind it: what a run says of each, and what became of one
// customer's contacts.

import EventLog
import Events
import Projections
import Scenarios
import Simulation

extension Store {
    /// One customer's contacts, recorded and in a run's replications, with the sums of the run.
    /// - Parameters:
    ///   - id: a kept run; the latest where none is given.
    ///   - replication: one of the run's, or all of them.
    /// - Throws: ``WorkbenchError`` where the log, the rules or the costs are not those of the run
    ///   any more, or nobody is called so.
    package func explain(
        run id: String?, customer name: String, replication: Int?,
        progress: ProgressReport? = nil
    ) throws -> Answer {
        let run = try run(id)
        let quarter = try rebuild(progress: progress)
        try checkBasis(run, quarter)
        let scenario = try ScenarioFile.read(text: run.scenario.text, file: run.scenario.id)
        let plan = try replayPlan(
            quarter, scenario, costs: try costRules(), model: try model(for: quarter).model,
            seed: run.seed)
        let names = Set(try keys.customerNames(of: name, in: quarter.table.dictionary))
        let found = quarter.table.customers.firstIndex {
            names.contains(quarter.table.dictionary.string($0))
        }
        guard let found else { throw WorkbenchError.unknownCustomer(name) }
        if let replication, !(0..<run.replications).contains(replication) {
            throw WorkbenchError.unfitScenario(
                file: run.id, reason: "it has the replications 0 to \(run.replications - 1)")
        }
        let range =
            replication.map { ReplicationRange(lower: $0, upper: $0 + 1) }
            ?? ReplicationRange(lower: 0, upper: run.replications)
        let (contacts, sums) = plan.explain(customer: Int32(found), range: range)
        return answer(run, quarter, contacts, sums, range: range, name: name)
    }

    /// A run is explained by the very log, rules and costs that it was made from.
    private func checkBasis(_ run: RunRecord, _ quarter: Quarter) throws {
        func refuse(_ what: String) -> WorkbenchError {
            .unfitScenario(
                file: run.id,
                reason: "\(what) changed since the run; simulate again, and explain that run")
        }
        guard run.log.head == quarter.snapshot.headHash else { throw refuse("the log has") }
        let settings = try settings()
        guard run.rulesSHA256 == settings.rules?.sha256 ?? "" else {
            throw refuse("the link rules have")
        }
        guard run.costs.sha256 == settings.costs?.sha256 ?? "" else {
            throw refuse("the cost rules have")
        }
        guard run.softwareVersion == Version.current else { throw refuse("the program has") }
    }

    private func answer(
        _ run: RunRecord, _ quarter: Quarter, _ contacts: [ContactTally],
        _ sums: CustomerTally.Entry, range: ReplicationRange, name: String
    ) -> Answer {
        let count = Double(range.upper - range.lower)
        var answer = Answer()
        answer.fact("run", "run", .text(run.id))
        answer.fact("customer", "customer", .text(name))
        answer.fact("replications", "replications", .integer(range.upper - range.lower))
        answer.fact(
            "cash", "change in cash charged, \(run.costs.currency)",
            .number(Double(sums.cash) / count / 100_000, decimals: 2))
        answer.fact(
            "own_minutes", "change in own time, minutes",
            .number(Double(sums.time) / count / 6e7, decimals: 2))
        answer.fact("worse_off", "worse off in", .share(Double(sums.worseOff) / count))
        answer.fact("better_off", "better off in", .share(Double(sums.betterOff) / count))
        answer.fact("gave_up", "gave up in", .share(Double(sums.gaveUp) / count))
        answer.table("contacts", Store.explained(contacts, quarter))
        answer.note(
            "shares are of the replications; the run's own figures are sums over all customers")
        return answer
    }

    private static func explained(_ contacts: [ContactTally], _ quarter: Quarter) -> Table {
        let names = quarter.table.dictionary
        return Table(
            title: "Contacts: recorded, and in the scenario",
            columns: [
                .init("at", "at"), .init("channel", "channel"), .init("intent", "intent"),
                .init("outcome", "outcome"), .init("scope", "in scope"),
                .init("happens", "happens"), .init("again", "again, later"),
                .init("met", "met before"), .init("later", "later, min"),
                .init("handling", "handling, s"), .init("return_created", "new return"),
                .init("return_prevented", "return lost"),
            ],
            rows: contacts.map { tally in
                let contact = quarter.table.contacts[tally.contact]
                let all = Double(tally.replications)
                let happens = Double(max(1, tally.happens))
                return [
                    .text(contact.at.iso8601(offsetMinutes: Int(contact.offsetMinutes))),
                    .text(names.string(contact.channel)), .text(names.string(contact.intent)),
                    .text("\(contact.outcome)"), .flag(tally.isInScope),
                    .share(Double(tally.happens) / all), .share(Double(tally.again) / all),
                    .share(Double(tally.isMet) / all),
                    .number(Double(tally.shift) / happens / 6e7, decimals: 1),
                    .number(Double(tally.handleChange) / happens / 1e6, decimals: 1),
                    .share(Double(tally.returnsCreated) / all),
                    .share(Double(tally.returnsPrevented) / all),
                ]
            })
    }

    /// Each customer's part in a run, as CSV: those whom it reached or whose figures it changed.
    static func customerCSV(
        _ tally: CustomerTally, _ quarter: Quarter, replications: Int
    ) -> String {
        var text =
            "customer,reached_share,cost_delta_mean,own_minutes_delta_mean,worse_off_share,"
            + "better_off_share,gave_up_share\n"
        let count = Double(replications)
        func line(_ name: String, _ entry: CustomerTally.Entry) {
            guard entry.reached > 0 || entry.cash != 0 || entry.time != 0 else { return }
            let values = [
                Double(entry.reached) / count, Double(entry.cash) / count / 100_000,
                Double(entry.time) / count / 6e7, Double(entry.worseOff) / count,
                Double(entry.betterOff) / count, Double(entry.gaveUp) / count,
            ]
            text += name + "," + values.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        for (number, entry) in tally.customers.enumerated() {
            line(quarter.customerName(Int32(number)), entry)
        }
        line("", tally.nobody)
        return text
    }
}
