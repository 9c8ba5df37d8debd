// Link rules, cost rules and the policy: given once, kept in the store, the same for every figure.

import Configuration
import Digests
import EventLog
package import Projections
import Scenarios

/// A file that the store keeps.
package struct KeptFile: Hashable, Sendable, Codable {
    package var name: String
    package var sha256: String
}

/// What the store keeps beside the log.
package struct StoreSettings: Hashable, Sendable, Codable {
    package var rules: KeptFile?
    package var costs: KeptFile?
    package var policy: KeptFile?
}

/// The kinds of settings, by the name under which the store keeps them.
enum Setting: String {
    case rules
    case costs
    case policy

    var title: String {
        switch self {
        case .rules: "link rules"
        case .costs: "cost rules"
        case .policy: "policy"
        }
    }
}

extension Store {
    package func settings() throws -> StoreSettings {
        StoreSettings(
            rules: try kept(.rules)?.file, costs: try kept(.costs)?.file,
            policy: try kept(.policy)?.file)
    }

    /// Reads, checks and keeps rule files and a policy. The same file again changes nothing.
    /// - Throws: ``RefusedFile``; ``WorkbenchError/settingInUse(setting:kept:given:)`` where
    ///   another one is kept and `replace` is not set.
    package func keep(
        rulesPath: String?, costsPath: String?, policyPath: String? = nil, replace: Bool
    ) throws -> StoreSettings {
        if let rulesPath {
            let text = try Store.text(rulesPath)
            let rules = try LinkRulesFile.read(text: text, file: rulesPath)
            try keep(.rules, name: rules.id, text: text, replace: replace)
        }
        if let costsPath {
            let text = try Store.text(costsPath)
            let costs = try CostRulesFile.read(text: text, file: costsPath)
            try keep(.costs, name: costs.id, text: text, replace: replace)
        }
        if let policyPath {
            let text = try Store.text(policyPath)
            let policy = try PolicyFile.read(text: text, file: policyPath)
            try keep(.policy, name: policy.id, text: text, replace: replace)
        }
        return try settings()
    }

    /// The kept link rules.
    /// - Throws: ``WorkbenchError/noRules``.
    package func linkRules() throws -> LinkRules {
        guard let kept = try kept(.rules) else { throw WorkbenchError.noRules }
        return try LinkRulesFile.read(text: kept.text, file: kept.file.name)
    }

    /// The text of the kept link rules; `nil` where there are none.
    func keptRulesText() throws -> String? { try kept(.rules)?.text }

    /// The kept cost rules; `nil` where there are none.
    func costRulesIfKept() throws -> CostRules? {
        try settings().costs == nil ? nil : try costRules()
    }

    /// The kept cost rules.
    /// - Throws: ``WorkbenchError/noCosts``.
    package func costRules() throws -> CostRules {
        guard let kept = try kept(.costs) else { throw WorkbenchError.noCosts }
        return try CostRulesFile.read(text: kept.text, file: kept.file.name)
    }

    /// The kept policy; `nil` where there is none.
    func policyIfKept() throws -> Policy? {
        try settings().policy == nil ? nil : try policy()
    }

    /// The kept policy.
    /// - Throws: ``WorkbenchError/noPolicy``.
    package func policy() throws -> Policy {
        guard let kept = try kept(.policy) else { throw WorkbenchError.noPolicy }
        return try PolicyFile.read(text: kept.text, file: kept.file.name)
    }

    static func text(_ path: String) throws -> String {
        guard let text = String(validating: try Files.read(path), as: UTF8.self) else {
            throw WorkbenchError.unreadable(path: path, reason: "not text in UTF-8")
        }
        return text
    }

    private func keep(_ setting: Setting, name: String, text: String, replace: Bool) throws {
        if let kept = try kept(setting), kept.text != text, !replace {
            throw WorkbenchError.settingInUse(
                setting: setting.title, kept: kept.file.name, given: name)
        }
        let value = name + "\n" + text
        try log.put(Array(value.utf8), on: .settings, name: setting.rawValue)
    }

    /// A kept file: its first line is its name, the rest its text.
    private func kept(_ setting: Setting) throws -> (file: KeptFile, text: String)? {
        guard let bytes = try log.bytes(on: .settings, name: setting.rawValue) else { return nil }
        guard let value = String(validating: bytes, as: UTF8.self),
            let end = value.firstIndex(of: "\n")
        else { throw WorkbenchError.damaged(what: setting.title, reason: "not text") }
        let text = String(value[value.index(after: end)...])
        let file = KeptFile(
            name: String(value[..<end]), sha256: SHA256.digest(of: text).hexadecimal)
        return (file, text)
    }
}
