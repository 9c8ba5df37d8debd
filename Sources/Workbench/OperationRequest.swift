// The gate of a generated operation: words of a command line to checked settings.

import Events
import Synthesis

/// What operation to generate, and where.
package struct OperationRequest: Hashable, Sendable {
    /// An automation as it is asked for, in words.
    package struct Automation: Hashable, Sendable {
        package var kind: String
        /// Its first day; `nil` for a third of the period.
        package var start: String?
        package var adoption: Double
        package var success: Double?
        /// Names of intents; empty for the simple ones.
        package var intents: [String]

        package init(
            kind: String, start: String?, adoption: Double, success: Double?, intents: [String]
        ) {
            self.kind = kind
            self.start = start
            self.adoption = adoption
            self.success = success
            self.intents = intents
        }
    }

    /// Names of the profiles, the first being the default.
    package static let profiles = OperationProfile.allCases.map(\.name)
    package static let automations = OperationAutomation.Kind.allCases.map(\.rawValue)
    package static let waits = SyntheticOperation.Settings.Waits.allCases.map(\.rawValue)
    package static let intents = OperationIntent.allCases.map(\.name)

    let folder: String
    let settings: SyntheticOperation.Settings

    /// - Parameter customers: `nil` for the default.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)`` for the first wrong word.
    package init(
        folder: String, seed: UInt64, customers: Int?, from: String?, to: String?,
        profile: String, automation: Automation?, waits: String
    ) throws {
        self.folder = folder
        var settings = SyntheticOperation.Settings(seed: seed)
        if let customers { settings.customers = customers }
        if let from { settings.from = try GenerateRequest.day(from, name: "--from") }
        if let to { settings.to = try GenerateRequest.day(to, name: "--to") }
        guard settings.from < settings.to else {
            throw WorkbenchError.wrongValue(
                name: "--to", expected: "a day after \(settings.from)", found: "\(settings.to)")
        }
        settings.profile = try OperationRequest.word(
            profile, OperationProfile(rawValue: profile), "--profile",
            ["call-centre"] + OperationRequest.profiles)
        settings.waits = try OperationRequest.word(
            waits, SyntheticOperation.Settings.Waits(rawValue: waits), "--waits",
            OperationRequest.waits)
        if let automation {
            settings.automation = try OperationRequest.checked(automation, settings)
        }
        try settings.check()
        self.settings = settings
    }

    private static func checked(
        _ automation: Automation, _ settings: SyntheticOperation.Settings
    ) throws -> OperationAutomation {
        let kind = try word(
            automation.kind, OperationAutomation.Kind(rawValue: automation.kind), "--automation",
            automations)
        let days = settings.to.dayNumber - settings.from.dayNumber
        let third = CivilDate(dayNumber: settings.from.dayNumber + days / 3)
        let start = try automation.start.map { try GenerateRequest.day($0, name: "--start") }
        for (name, value) in [("--adoption", automation.adoption)]
            + (automation.success.map { [("--success", $0)] } ?? [])
        {
            guard value >= 0, value <= 1 else {
                throw WorkbenchError.wrongValue(
                    name: name, expected: "a share from 0 to 1", found: "\(value)")
            }
        }
        let intents = try automation.intents.map {
            try word($0, OperationIntent(name: $0), "--intent", OperationRequest.intents)
        }
        for intent in intents where intent.isHumanLed && kind != .agentAssist {
            throw WorkbenchError.wrongValue(
                name: "--intent", expected: "an intent that is not a person's alone",
                found: intent.name)
        }
        return OperationAutomation(
            kind: kind, start: start ?? third, adoption: automation.adoption,
            success: automation.success, intents: intents.isEmpty ? nil : intents)
    }

    private static func word<Value>(
        _ text: String, _ value: Value?, _ name: String, _ known: [String]
    ) throws -> Value {
        guard let value else {
            throw WorkbenchError.wrongValue(
                name: name, expected: "one of " + known.joined(separator: ", "), found: text)
        }
        return value
    }
}
