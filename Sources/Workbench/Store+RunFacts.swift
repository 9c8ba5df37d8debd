// What a kept run says of its scenario, its log and its costs, so that a report needs nothing
// else.

import EventLog
import Events
import Projections
import Scenarios
import Simulation
import Digests

extension Store {
    static func facts(_ scenario: Scenario, text: String) -> RunRecord.ScenarioFacts {
        RunRecord.ScenarioFacts(
            id: scenario.id, title: scenario.title, question: scenario.question,
            intervention: scenario.intervention, assumptions: scenario.assumptions,
            sha256: SHA256.digest(of: text).hexadecimal, text: text)
    }

    static func facts(_ quarter: Quarter) -> RunRecord.LogFacts {
        let counts = quarter.sources.reduce(RecordCounts()) { $0 + $1.counts }
        var warnings: [String: Int] = [:]
        for warning in quarter.sources.flatMap(\.warnings) {
            warnings[warning.code, default: 0] += warning.count
        }
        let contacts = quarter.table.contacts
        let inbound = quarter.table.inboundCounts
        let coverage = quarter.table.coverage
        return RunRecord.LogFacts(
            head: quarter.snapshot.headHash, events: Int(quarter.snapshot.head.rawValue),
            from: coverage.from.iso8601(offsetMinutes: Int(contacts.first?.offsetMinutes ?? 0)),
            to: coverage.to.iso8601(offsetMinutes: Int(contacts.last?.offsetMinutes ?? 0)),
            read: counts.read, accepted: counts.accepted, duplicates: counts.duplicates,
            leftOut: counts.leftOut, rejected: counts.rejected, warnings: warnings,
            sources: quarter.sources.map { source in
                RunRecord.SourceFacts(
                    file: source.source.fileName, sha256: source.source.fileHash,
                    mapping: source.source.mappingName, mappingSHA256: source.source.mappingHash,
                    read: source.counts.read, rejected: source.counts.rejected,
                    notes: source.notes)
            },
            contacts: inbound.all, identified: inbound.identified,
            phantoms: quarter.table.phantomCount, links: linkFacts(quarter))
    }

    private static func linkFacts(_ quarter: Quarter) -> [RunRecord.LinkFacts] {
        let stitch = StitchRate(quarter.table, book: quarter.book)
        return zip(stitch.linked, quarter.book.hazards.placebo).enumerated().map { place, pair in
            let rule = quarter.book.rules.rules.links[place]
            return RunRecord.LinkFacts(
                rule: rule.id, windowSeconds: rule.window.inSeconds, linked: pair.0.count,
                expectedTrue: Double(pair.0.expectedTrueMillionths) / 1e6,
                rate: pair.1.linkedRate, placeboRate: pair.1.placeboRate)
        }
    }

    func costFacts(_ costs: CostRules) throws -> RunRecord.CostFacts {
        let sessions = costs.runs.filter(\.isPerSession).map { run in
            " Each session of \(run.title) costs \(run.amount.inMajorUnits) \(costs.currency) "
                + "(\(run.payer); grade \(run.grade.rawValue); \(run.source))."
        }
        return RunRecord.CostFacts(
            id: costs.id, sha256: try settings().costs?.sha256 ?? "", currency: costs.currency,
            note: costs.note + sessions.joined(),
            charges: costs.rules.map { rule in
                RunRecord.ChargeFacts(
                    payer: rule.payer, activity: rule.activity.rawValue, teams: rule.teams,
                    tiers: rule.tiers, channels: rule.channels,
                    perMinute: rule.perMinute.inMajorUnits, grade: rule.grade.rawValue,
                    source: rule.source)
            })
    }
}
