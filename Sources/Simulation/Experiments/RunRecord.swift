// A run as it is kept: what was asked, of which log, with which model and seed, and what came
// out. Reports are made from it alone, so the same run gives the same report.

package import Modeling

/// One kept simulation.
package struct RunRecord: Hashable, Sendable, Codable {
    /// What the format of kept runs is; readers refuse newer ones.
    package static let formatVersion = 4

    package struct ScenarioFacts: Hashable, Sendable, Codable {
        package var id: String
        package var title: String
        package var question: String
        package var intervention: Intervention
        package var assumptions: [String]
        package var sha256: String
        /// The file as it was read.
        package var text: String

        package init(
            id: String, title: String, question: String, intervention: Intervention,
            assumptions: [String], sha256: String, text: String
        ) {
            self.id = id
            self.title = title
            self.question = question
            self.intervention = intervention
            self.assumptions = assumptions
            self.sha256 = sha256
            self.text = text
        }
    }

    /// What the log was, and how much of it could be used.
    package struct LogFacts: Hashable, Sendable, Codable {
        package var head: String
        package var events: Int
        /// Local times with offsets, ISO 8601: the coverage, not the first and last event.
        package var from: String
        package var to: String
        package var read: Int
        package var accepted: Int
        package var duplicates: Int
        package var leftOut: Int
        package var rejected: Int
        package var warnings: [String: Int]
        package var sources: [SourceFacts]
        package var contacts: Int
        package var identified: Int
        package var phantoms: Int
        package var links: [LinkFacts]

        package init(
            head: String, events: Int, from: String, to: String, read: Int, accepted: Int,
            duplicates: Int, leftOut: Int, rejected: Int, warnings: [String: Int],
            sources: [SourceFacts], contacts: Int, identified: Int, phantoms: Int,
            links: [LinkFacts]
        ) {
            self.head = head
            self.events = events
            self.from = from
            self.to = to
            self.read = read
            self.accepted = accepted
            self.duplicates = duplicates
            self.leftOut = leftOut
            self.rejected = rejected
            self.warnings = warnings
            self.sources = sources
            self.contacts = contacts
            self.identified = identified
            self.phantoms = phantoms
            self.links = links
        }
    }

    package struct SourceFacts: Hashable, Sendable, Codable {
        package var file: String
        package var sha256: String
        package var mapping: String
        package var mappingSHA256: String
        package var read: Int
        package var rejected: Int
        /// What the mapping says must be known about this source.
        package var notes: [String]

        package init(
            file: String, sha256: String, mapping: String, mappingSHA256: String, read: Int,
            rejected: Int, notes: [String]
        ) {
            self.file = file
            self.sha256 = sha256
            self.mapping = mapping
            self.mappingSHA256 = mappingSHA256
            self.read = read
            self.rejected = rejected
            self.notes = notes
        }
    }

    package struct LinkFacts: Hashable, Sendable, Codable {
        package var rule: String
        package var windowSeconds: Double
        package var linked: Int
        package var expectedTrue: Double
        package var rate: Double
        package var placeboRate: Double

        package init(
            rule: String, windowSeconds: Double, linked: Int, expectedTrue: Double, rate: Double,
            placeboRate: Double
        ) {
            self.rule = rule
            self.windowSeconds = windowSeconds
            self.linked = linked
            self.expectedTrue = expectedTrue
            self.rate = rate
            self.placeboRate = placeboRate
        }
    }

    package struct CostFacts: Hashable, Sendable, Codable {
        package var id: String
        package var sha256: String
        package var currency: String
        package var note: String
        package var charges: [ChargeFacts]

        package init(
            id: String, sha256: String, currency: String, note: String, charges: [ChargeFacts]
        ) {
            self.id = id
            self.sha256 = sha256
            self.currency = currency
            self.note = note
            self.charges = charges
        }
    }

    package struct ChargeFacts: Hashable, Sendable, Codable {
        package var payer: String
        package var activity: String
        package var teams: [String]
        /// `nil` in records of versions that knew none.
        package var tiers: [String]?
        package var channels: [String]?
        /// Major units.
        package var perMinute: Double
        package var grade: String
        package var source: String

        package init(
            payer: String, activity: String, teams: [String], tiers: [String]? = nil,
            channels: [String]? = nil, perMinute: Double, grade: String, source: String
        ) {
            self.payer = payer
            self.activity = activity
            self.teams = teams
            self.tiers = tiers
            self.channels = channels
            self.perMinute = perMinute
            self.grade = grade
            self.source = source
        }
    }

    /// What the return law of the automation's own failures rests on.
    package struct ReturnSupport: Hashable, Sendable, Codable {
        /// The recorded failure whose law it is.
        package var failure: String
        package var contacts: Int
        /// Of these, contacts followed by a linked one.
        package var links: Int

        package init(failure: String, contacts: Int, links: Int) {
            self.failure = failure
            self.contacts = contacts
            self.links = links
        }
    }

    package var formatVersion = RunRecord.formatVersion
    package var id: String
    package var softwareVersion: String
    package var scenario: ScenarioFacts
    package var log: LogFacts
    package var costs: CostFacts
    package var rulesID: String
    package var rulesSHA256: String
    package var modelID: String
    package var seed: UInt64
    package var replications: Int
    package var stopping: Stopping
    /// `cohort`: issues whose root lies in the window, each to its end.
    package var mode: String
    /// Generative minus recorded on weeks that were not fitted; where it is not measured nothing
    /// is recommended.
    package var discrepancy: Discrepancy
    package var inScopeContacts: Int
    package var inScopeUnidentified: Int
    package var returnSupport: ReturnSupport
    package var summary: SimulationSummary
    package var violations: [String]

    package init(
        id: String, softwareVersion: String, scenario: ScenarioFacts, log: LogFacts,
        costs: CostFacts, rulesID: String, rulesSHA256: String, modelID: String, seed: UInt64,
        replications: Int, stopping: Stopping, mode: String, discrepancy: Discrepancy,
        inScopeContacts: Int, inScopeUnidentified: Int,
        returnSupport: ReturnSupport, summary: SimulationSummary,
        violations: [String]
    ) {
        self.id = id
        self.softwareVersion = softwareVersion
        self.scenario = scenario
        self.log = log
        self.costs = costs
        self.rulesID = rulesID
        self.rulesSHA256 = rulesSHA256
        self.modelID = modelID
        self.seed = seed
        self.replications = replications
        self.stopping = stopping
        self.mode = mode
        self.discrepancy = discrepancy
        self.inScopeContacts = inScopeContacts
        self.inScopeUnidentified = inScopeUnidentified
        self.returnSupport = returnSupport
        self.summary = summary
        self.violations = violations
    }
}
