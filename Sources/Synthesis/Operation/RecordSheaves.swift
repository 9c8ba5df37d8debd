// Where records go: a sheaf for each file, handed over as it fills. Faults of rows are chosen
// here, by the record's own address.

import Randomness

/// How much there is of everything, as the summary of the truth states it.
package struct OperationCounts: Hashable, Sendable {
    /// Records by ``ExportFile``, before faults.
    package var records = [Int](repeating: 0, count: ExportFile.allCases.count)
    /// Rows by file, as written: with duplicates and malformed ones, without headers.
    package var rows = [Int](repeating: 0, count: ExportFile.allCases.count)
    /// By file, then by ``RowFault``.
    package var faults = [[Int]](
        repeating: [Int](repeating: 0, count: RowFault.allCases.count),
        count: ExportFile.allCases.count)
    package var unknownCustomers = [Int](repeating: 0, count: ExportFile.allCases.count)
    package var issues = 0
    /// By ending, in the order open, resolved, recovered, gave up, prevented.
    package var endings = [Int](repeating: 0, count: IssueEnding.allCases.count)

    package init() {}

    package var interactions: Int {
        ExportFile.allCases.reduce(0) {
            $0 + ($1.holdsInteractions ? records[Int($1.rawValue)] : 0)
        }
    }

    /// Rows of all exported files.
    package var allRows: Int { rows.reduce(0, +) }
}

/// Records on their way to files.
struct RecordSheaves {
    private static let size = 8_192

    private let plan: OperationPlan
    private let texts: ExportTexts?
    private(set) var counts = OperationCounts()
    private var contacts: [[ContactRecord]]
    private var issues: [IssueRecord] = []
    private var late = Line<ContactRecord>()
    private var nextLate: ContactRecord?
    private var ready: [OperationPiece] = []
    private var isBegun = [Bool](repeating: false, count: ExportFile.allCases.count)
    private var hasBegunTruth = false
    private var hasBegunIssues = false
    private let rates: [Double]

    init(plan: OperationPlan, texts: ExportTexts?) {
        self.plan = plan
        self.texts = texts
        contacts = [[ContactRecord]](repeating: [], count: ExportFile.allCases.count)
        var reached = 0.0
        rates = plan.parameters.faults.rates.map {
            reached += $0
            return reached
        }
    }

    /// For runs of which only the waits or the work are wanted.
    static func silent(_ plan: OperationPlan) -> RecordSheaves {
        RecordSheaves(plan: plan, texts: nil)
    }

    mutating func add(_ record: ContactRecord) {
        guard texts != nil else { return }
        var record = record
        let file = Int(record.file.rawValue)
        counts.records[file] += 1
        if record.file.holdsInteractions {
            spoil(&record)
            counts.faults[file][Int(record.fault.rawValue)] += 1
            if record.isCustomerUnknown { counts.unknownCustomers[file] += 1 }
            if record.fault == .late {
                late.append(record)
                return
            }
        }
        put(record)
    }

    private func spoil(_ record: inout ContactRecord) {
        let words = plan.chances.fault(
            record.issue, record.touch, file: record.file.rawValue)
        let uniform = unit(words.word0)
        if uniform < rates[rates.count - 1] {
            var fault = 1
            while uniform >= rates[fault] { fault += 1 }
            record.fault = RowFault.allCases[fault]
        }
        let unknown = plan.parameters.faults.unknownCustomer[Int(record.file.rawValue)]
        record.isCustomerUnknown = unit(words.word1) < unknown
    }

    private mutating func put(_ record: ContactRecord) {
        let file = Int(record.file.rawValue)
        counts.rows[file] += record.fault == .duplicate ? 2 : 1
        contacts[file].append(record)
        if contacts[file].count == RecordSheaves.size { hand(record.file) }
    }

    mutating func add(_ issue: IssueRecord) {
        guard texts != nil else { return }
        counts.issues += 1
        counts.endings[Int(issue.ending.rawValue)] += 1
        issues.append(issue)
        if issues.count == RecordSheaves.size { handIssues() }
    }

    /// Rows that systems delivered late come a day or more after the contact's end.
    mutating func releaseLate(at time: Int) {
        let delay = Int(plan.parameters.faults.lateHours) * 3_600
        while let record = nextLate ?? late.takeFirst() {
            guard time == Int.max || record.end + delay <= time else {
                nextLate = record
                return
            }
            nextLate = nil
            put(record)
        }
    }

    private mutating func hand(_ file: ExportFile) {
        guard let texts else { return }
        let index = Int(file.rawValue)
        let records = contacts[index]
        contacts[index] = []
        contacts[index].reserveCapacity(RecordSheaves.size)
        ready.append(
            OperationPiece(
                file: file.fileName, rowCount: records.count, isFirst: !isBegun[index],
                content: .records(file, records), texts: texts))
        isBegun[index] = true
        guard file.holdsInteractions else { return }
        ready.append(
            OperationPiece(
                file: OperationTruth.interactions, rowCount: records.count,
                isFirst: !hasBegunTruth, content: .interactionTruth(records), texts: texts))
        hasBegunTruth = true
    }

    private mutating func handIssues() {
        guard let texts else { return }
        ready.append(
            OperationPiece(
                file: OperationTruth.issues, rowCount: issues.count, isFirst: !hasBegunIssues,
                content: .issueTruth(issues), texts: texts))
        hasBegunIssues = true
        issues = []
        issues.reserveCapacity(RecordSheaves.size)
    }

    /// What is left, and every file at least once, so that its header is there.
    mutating func fillUp() {
        for file in ExportFile.allCases
        where !isBegun[Int(file.rawValue)] || !contacts[Int(file.rawValue)].isEmpty {
            hand(file)
        }
        if !hasBegunIssues || !issues.isEmpty { handIssues() }
    }

    mutating func add(_ workforce: Workforce) {
        guard let texts else { return }
        let file = Int(ExportFile.roster.rawValue)
        counts.records[file] = workforce.shifts.count
        counts.rows[file] = workforce.shifts.count
        var rest = workforce.shifts[...]
        repeat {
            let shifts = Array(rest.prefix(RecordSheaves.size))
            rest = rest.dropFirst(RecordSheaves.size)
            ready.append(
                OperationPiece(
                    file: ExportFile.roster.fileName, rowCount: shifts.count,
                    isFirst: !isBegun[file], content: .shifts(shifts, workforce), texts: texts))
            isBegun[file] = true
        } while !rest.isEmpty
    }

    mutating func addDeployments(_ plan: OperationPlan) {
        guard let texts else { return }
        let file = Int(ExportFile.deployments.rawValue)
        let rows = DeploymentText(plan: plan).rows
        counts.records[file] = rows.count
        counts.rows[file] = rows.count
        ready.append(
            OperationPiece(
                file: ExportFile.deployments.fileName, rowCount: rows.count, isFirst: true,
                content: .text(DeploymentText.header + rows.joined()), texts: texts))
        isBegun[file] = true
    }

    mutating func handOver(_ emit: (OperationPiece) throws -> Void) throws {
        for piece in ready { try emit(piece) }
        ready.removeAll(keepingCapacity: true)
    }
}
