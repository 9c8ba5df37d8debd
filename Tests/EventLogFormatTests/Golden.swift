// Aim: the format's bytes, as files that are looked at when they change.
//
// A file that is missing is written, and the test fails; run it again after looking at the file. To
// record a change on purpose, remove the file. Files of older versions stay, with a test that reads
// them.

import Digests
import Foundation
import Testing

enum Golden {
    /// Compares a text with the file of that name.
    static func expect(
        _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = Golden.path(name)
        guard FileManager.default.fileExists(atPath: path) else {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            Issue.record(
                "\(name) was missing and has been written; look at it and run again",
                sourceLocation: sourceLocation)
            return
        }
        let stored = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == stored, "\(name) has changed", sourceLocation: sourceLocation)
    }

    /// The bytes of a golden of hexadecimal digits.
    static func bytes(_ name: String) throws -> [UInt8] {
        let text = try String(contentsOfFile: Golden.path(name), encoding: .utf8)
        return try #require(Hexadecimal.bytes(of: text.filter { !$0.isWhitespace }))
    }

    private static func path(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        return tests.appendingPathComponent("EventLogTests/Goldens/" + name).path
    }

    /// 32 bytes a line.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 32) {
            text += Hexadecimal.text(of: Array(bytes[start..<min(start + 32, bytes.count)])) + "\n"
        }
        return text
    }
}
