// The projections as tables: one answer for each view, with what its figures rest on.

import Events
import Parallelism
import Projections

/// What views of a record begin with.
struct ViewBasis {
    let record: ViewRecord
    /// In the order of the log.
    let facts: [CustomerFact]
}

/// What an answer is made of.
struct ViewInput {
    let quarter: Quarter
    let record: ViewRecord
    let facts: [CustomerFact]
    let selection: Selection
    let scope: Scope
    let request: ViewRequest
    let costs: CostRules?

    var names: Interner { quarter.table.dictionary }

    /// The name of an identifier as people see it.
    func name(_ identifier: some SymbolIdentifier) -> String {
        identifier.isKnown ? names.string(identifier) : "unknown"
    }

    /// The heading of the column that names the groups.
    var groupTitle: String { scope.grouping.rawValue }
}

extension Store {
    package func view(_ request: ViewRequest, progress: ProgressReport? = nil) throws -> Answer {
        let quarter = try rebuild(progress: progress)
        return try view(
            request, of: quarter,
            basis: try viewBasis(
                quarter, window: request.window, withFacts: request.name.takesFacts))
    }

    /// What all views of a record begin with: made once for several.
    /// - Parameter withFacts: whether what customers said and did about it is asked for.
    func viewBasis(
        _ quarter: Quarter, window: TimeSpan, withFacts: Bool = true
    ) throws -> ViewBasis {
        let costs = try costRulesIfKept()
        let (record, facts) = try Parallel.both(
            {
                ViewRecord(
                    table: quarter.table, book: quarter.book, costs: costs, window: window)
            },
            { withFacts ? try customerFacts(quarter) : [] })
        return ViewBasis(record: record, facts: facts)
    }

    /// The same of a record that has been rebuilt already.
    func view(
        _ request: ViewRequest, of quarter: Quarter, basis: ViewBasis
    ) throws -> Answer {
        // Only the ledger cannot do without costs.
        let costs = request.name == .ledger ? try costRules() : try costRulesIfKept()
        let scope = try request.scope(quarter.table, lines: quarter.book.rules.lines)
        _ = try request.failurePlace(quarter.book.rules.rules)
        let (selection, stitchNote) = Parallel.both(
            { Selection(quarter.table, scope: scope, lines: quarter.book.rules.lines) },
            { Store.stitchNote(quarter) })
        let input = ViewInput(
            quarter: quarter, record: basis.record, facts: basis.facts, selection: selection,
            scope: scope, request: request, costs: costs)
        var answer = Answer()
        if let described = Store.description(of: request) {
            answer.fact("scope", "only", .text(described))
        }
        answer.items += try items(input)
        answer.note(stitchNote)
        return answer
    }

    private func items(_ input: ViewInput) throws -> [Answer.Item] {
        switch input.request.name {
        case .resolution: input.resolution().items
        case .recontact: input.recontact().items
        case .containment:
            input.containment(marks: try contactMarks(input.quarter)).items
        case .reachability: input.reachability().items
        case .flow: input.flow(marks: try contactMarks(input.quarter)).items
        case .stuck: input.stuck().items
        case .queues: input.queues().items
        case .workforce:
            input.workforce(
                work: try agentWork(input.quarter), shifts: try shifts(input.quarter)
            ).items
        case .experience: input.experience().items
        case .concentration: input.concentration().items
        case .volatility: input.volatility().items
        case .mix: input.mix().items
        case .detection: input.detection().items
        case .divergence: input.divergence().items
        case .ledger: try input.ledger(costs: try costRules()).items
        case .guardrails: input.guardrails(policy: try policy()).items
        case .register: input.register().items
        }
    }

    /// What a request leaves out, in words; `nil` where it leaves nothing out.
    private static func description(of request: ViewRequest) -> String? {
        let parts = [
            request.from.map { "from \($0)" }, request.to.map { "to \($0)" },
            request.intent.map { "intent \($0)" }, request.channel.map { "channel \($0)" },
            request.segment.map { "segment \($0)" }, request.team.map { "team \($0)" },
            request.line.map { "line \($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The line that every view ends with: how much of the record could be joined at all.
    static func stitchNote(_ quarter: Quarter) -> String {
        let stitch = StitchRate(quarter.table, book: quarter.book)
        let untrusted = quarter.untrustedCustomerCount
        let links = stitch.linked.reduce(0) { $0 + $1.count }
        let named = stitch.linked.last?.count ?? 0
        return "stitch rate: \(stitch.identified) of \(stitch.contacts) contacts "
            + "(\(percent(stitch.identifiedShare))) have a customer"
            + (untrusted == 0
                ? "" : "; \(untrusted) records had a customer id that is not trusted")
            + (named == 0 ? "" : "; of \(links) links the sources name \(named)")
    }

    /// A share within a sentence, to a tenth of a per cent.
    static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
}

extension Cell {
    init(share: Double?) { self = share.map { .share($0) } ?? .none }
    init(number: Double?, decimals: Int) {
        self = number.map { .number($0, decimals: decimals) } ?? .none
    }
    init(money: Int64?) { self = money.map { .money($0) } ?? .none }
    /// Microseconds, written in hours.
    init(hours: Int64?, decimals: Int = 1) {
        self = hours.map { .number(Double($0) / 3.6e9, decimals: decimals) } ?? .none
    }
    /// Microseconds, written in seconds.
    init(seconds: Int64?) { self = seconds.map { .number(Double($0) / 1e6, decimals: 0) } ?? .none }
}
