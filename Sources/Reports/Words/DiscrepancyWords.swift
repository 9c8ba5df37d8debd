// The model's error in words: said before every result, and beside each change that it covers.

import Simulation

enum DiscrepancyWords {
    /// The error of the headline figures in one sentence.
    static func sentence(_ measured: MeasuredDiscrepancy) -> String {
        let figures = measured.figures.compactMap { figure -> String? in
            guard let difference = figure.difference else { return nil }
            var text = "\(figure.title) \(signed(difference))"
            if let low = figure.noiseLow, let high = figure.noiseHigh {
                text += " (\(signed(low)) to \(signed(high)))"
            }
            return text
        }
        return "On \(measured.foretoldWeeks) weeks from \(measured.foretoldFrom) on that were not "
            + "fitted, generative minus recorded over what the scenario reaches is: "
            + figures.joined(separator: "; ") + ". In brackets its 90 % noise."
    }

    private static func signed(_ share: Double) -> String {
        (share < 0 ? "\u{2212}" : "+") + NumberWords.percent(share.magnitude)
    }

    /// Marks a change that is smaller than the model's error.
    static let belowError = "below model error"

    /// Figures whose change the model's error covers.
    static func covered(_ run: RunRecord) -> [String] {
        run.summary.metrics.filter { run.discrepancy.isAboveChange($0) == true }.map(\.title)
    }
}
