// The verb of this target: a call centre that never was, in the layout of the anonymous bank's
// records, and beside it the truth that a log cannot show. A program that rebuilds journeys from
// the records can then be held against what really happened.

/// A synthetic call centre of a bank.
///
/// People have needs, call, speak to a voice response unit, wait for one of a few agents and are
/// served, cut off, or give up. A call that failed causes another within the hour with a stated
/// probability; every other repeat call is a new need. Nothing here is shared with the model or
/// the simulator that are tried on the result.
package enum SyntheticBank {
    /// The file of the truth: JSON Lines, first the settings, parameters and counts, then one
    /// line for each record in the order of the calls.
    package static let truthFileName = "truth.jsonl"

    /// Simulates the period, then hands over one file of records for each month, in order, and
    /// last the truth. The same settings give the same bytes on every machine.
    ///
    /// - Parameter emit: receives a file's name (`january.txt`) and its whole content. Compressing
    ///   and writing are the caller's.
    /// - Returns: what the records hold, as the truth's first line states it.
    /// - Throws: ``SynthesisError`` for settings that describe no period or no bank, before any
    ///   file; and whatever `emit` throws.
    /// - Complexity: O(calls × log calls) time, about 200 bytes of memory for each call.
    package static func generate(
        _ settings: Settings, emit: (_ file: String, _ bytes: [UInt8]) throws -> Void
    ) throws -> Counts {
        try settings.check()
        var centre = CallCentre(settings)
        centre.run()
        let records = RecordBook(settings: settings, centre: centre)
        for month in records.months {
            try emit(month.fileName, records.text(of: month))
        }
        let truth = TruthText(settings: settings, centre: centre, records: records)
        try emit(truthFileName, truth.bytes())
        return records.counts
    }

    /// What the records hold, counted as a careful reader would.
    package struct Counts: Hashable, Sendable {
        /// Lines of records, headers left out.
        package var rows = 0
        /// Rows of 16 fields, a run of spaces standing where a tabulator should; the counts
        /// below leave them out.
        package var dirtyRows = 0
        package var negativeVoiceResponseRows = 0
        /// Rows whose customer id is 0.
        package var unrecordedCustomerRows = 0
        /// Rows whose customer id a spreadsheet has spoilt (`3.06E+08`).
        package var spoiltCustomerRows = 0
        package var agentRows = 0
        package var hangRows = 0
        package var phantomRows = 0
        /// Rows that waited and are not phantoms.
        package var queuedRows = 0
        package var abandonedRows = 0
        /// Rows that end on the day after their date.
        package var midnightRows = 0
    }

    /// The layout's type codes.
    enum Intent: Int, CaseIterable {
        case regular, prospective, stockExchange, callBack, internet, english

        var code: String {
            switch self {
            case .regular: "PS"
            case .prospective: "NW"
            case .stockExchange: "NE"
            case .callBack: "TT"
            case .internet: "IN"
            case .english: "PE"
            }
        }
    }

    /// Why a call made its caller call again.
    enum Failure: Int, CaseIterable {
        case abandoned, leftInVoiceResponse, shortService

        var name: String {
            switch self {
            case .abandoned: "abandoned"
            case .leftInVoiceResponse: "left-in-voice-response"
            case .shortService: "short-service"
            }
        }
    }
}
