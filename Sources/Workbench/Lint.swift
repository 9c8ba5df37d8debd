// Checking scenario and policy files without a store.

import Configuration
import Events
import Projections
import Scenarios

package enum Lint {
    package struct Result: Sendable {
        package var answer: Answer
        /// One for each mistake, with its place.
        package var messages: [String]
    }

    /// - Throws: ``WorkbenchError/unreadable(path:reason:)``; mistakes are in the result.
    package static func check(_ paths: [String]) throws -> Result {
        var rows: [[Cell]] = []
        var messages: [String] = []
        for path in paths {
            do {
                let id = try checkedID(try Store.text(path), file: path)
                rows.append([.text(path), .text(id), .flag(true), .integer(0)])
            } catch let refused as RefusedFile {
                messages += refused.findings.map(\.description)
                rows.append(
                    [.text(path), .none, .flag(false), .integer(refused.findings.count)])
            }
        }
        var answer = Answer()
        answer.table(
            "scenarios",
            Table(
                title: "Scenarios",
                columns: [
                    .init("file", "file"), .init("id", "scenario"), .init("accepted", "accepted"),
                    .init("findings", "findings"),
                ], rows: rows))
        return Result(answer: answer, messages: messages)
    }

    /// What a file is called that is in order. A policy begins with the key `policy`.
    private static func checkedID(_ text: String, file: String) throws -> String {
        let isPolicy = text.split(separator: "\n").contains { $0.hasPrefix("policy:") }
        return isPolicy
            ? try PolicyFile.read(text: text, file: file).id
            : try ScenarioFile.read(text: text, file: file).id
    }
}
