// The model's error as people and programs read it.

import Simulation

extension Discrepancy {
    /// In one line.
    var text: String {
        switch self {
        case .notMeasured(let reason): return "not yet measured: \(reason)"
        case .measured(let measured):
            return "measured on \(measured.foretoldWeeks) weeks from \(measured.foretoldFrom) on, "
                + "fitted to the weeks before; model less record, for what the scenario reaches"
        }
    }
}

extension Store {
    /// By figure: what happened, what the model makes of it, and how far that is chance.
    static func discrepancyTable(_ measured: MeasuredDiscrepancy, _ run: RunRecord) -> Table {
        Table(
            title: "Discrepancy: model less record, weeks that were not fitted",
            columns: [
                .init("figure", "figure"), .init("recorded", "recorded"),
                .init("generative", "model"), .init("difference", "difference"),
                .init("low", "noise 5 %"), .init("high", "noise 95 %"),
                .init("model_error", "error beyond noise, this run"),
                .init("noise", "not told below"),
            ],
            rows: measured.figures.map { figure in
                func share(_ value: Double?) -> Cell { value.map { .share($0) } ?? .none }
                return [
                    .text(figure.title), .number(figure.recorded, decimals: 0),
                    .number(figure.generative, decimals: 0), share(figure.difference),
                    share(figure.noiseLow), share(figure.noiseHigh),
                    .number(figure.modelError, decimals: 0), .number(figure.noise, decimals: 0),
                ]
            })
    }

    /// Whether a change is smaller than the model's error for its figure, or than an error that
    /// the held-out weeks could show; nothing where the figure is not held against them.
    static func errorCell(_ metric: MetricSummary, _ run: RunRecord) -> Cell {
        guard let isBelow = run.discrepancy.isAboveChange(metric),
            let isWithinNoise = run.discrepancy.isWithinNoise(metric)
        else { return .none }
        if isBelow { return .text("below model error") }
        return .text(isWithinNoise ? "error cannot be told" : "smaller")
    }
}

/// The JSON form of a discrepancy.
struct DiscrepancyJSON: Encodable {
    private let discrepancy: Discrepancy

    init(_ discrepancy: Discrepancy) { self.discrepancy = discrepancy }

    private struct Figure: Encodable {
        let recorded: Double
        let generative: Double
        let difference: Double?
        let low: Double?
        let high: Double?
        let model_error: Double
        let noise: Double
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TextKey.self)
        let status = discrepancy.measured == nil ? "not yet measured" : "measured"
        try container.encode(status, forKey: TextKey("status"))
        try container.encodeIfPresent(discrepancy.reason, forKey: TextKey("reason"))
        guard let measured = discrepancy.measured else { return }
        try container.encode(measured.fittedFrom, forKey: TextKey("fitted_from"))
        try container.encode(measured.foretoldFrom, forKey: TextKey("foretold_from"))
        try container.encode(measured.foretoldTo, forKey: TextKey("foretold_to"))
        try container.encode(measured.fittedWeeks, forKey: TextKey("fitted_weeks"))
        try container.encode(measured.foretoldWeeks, forKey: TextKey("foretold_weeks"))
        try container.encode(measured.needs, forKey: TextKey("needs"))
        try container.encode(measured.replications, forKey: TextKey("replications"))
        var figures: [String: Figure] = [:]
        for figure in measured.figures {
            figures[figure.name] = Figure(
                recorded: figure.recorded, generative: figure.generative,
                difference: figure.difference, low: figure.noiseLow, high: figure.noiseHigh,
                model_error: figure.modelError, noise: figure.noise)
        }
        try container.encode(figures, forKey: TextKey("figures"))
    }
}
