// Aim: every line of a file comes once, with its number and its place, in bounded memory.

import Foundation
import Ingestion
import Testing

@Suite struct LineReaderTests {
    private struct Line: Equatable, CustomStringConvertible {
        var text: String
        var number: Int
        var byteOffset: Int
        var isTooLong = false
        var description: String { "\(number)@\(byteOffset): \(text)" }
    }

    private func lines(
        _ text: String, limit: Int = 100, buffer: Int = 262_144, gzip: Bool = false
    ) throws -> [Line] {
        var path = FileManager.default.temporaryDirectory.path + "/lines-" + UUID().uuidString
        defer {
            do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        if gzip {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/gzip")
            process.arguments = [path]
            try process.run()
            process.waitUntilExit()
            path += ".gz"
        }
        try LineReader.verify(path: path)
        var reader = try LineReader(path: path, limitBytes: limit, bufferBytes: buffer)
        var lines: [Line] = []
        while let line = try reader.next() {
            lines.append(
                Line(
                    text: String(decoding: reader.buffer[line.range], as: UTF8.self),
                    number: line.number, byteOffset: line.byteOffset, isTooLong: line.isTooLong))
        }
        return lines
    }

    @Test(arguments: [1, 3, 16, 1_000])
    func everyLineHasItsNumberAndPlace(buffer: Int) throws {
        let expected = [
            Line(text: "one", number: 1, byteOffset: 0), Line(text: "", number: 2, byteOffset: 4),
            Line(text: "three", number: 3, byteOffset: 5),
            Line(text: "vier", number: 4, byteOffset: 12),
        ]
        for text in ["one\n\nthree\r\nvier", "one\n\nthree\r\nvier\n"] {
            #expect(try lines(text, buffer: buffer) == expected)
            #expect(try lines(text, buffer: buffer, gzip: true) == expected)
        }
        #expect(try lines("", buffer: buffer).isEmpty)
        #expect(try lines("\n", buffer: buffer) == [Line(text: "", number: 1, byteOffset: 0)])
    }

    @Test(arguments: [1, 2, 3, 1_000])
    func aMarkOfTheByteOrderBelongsToNoLine(buffer: Int) throws {
        let expected = [
            Line(text: "{}", number: 1, byteOffset: 3), Line(text: "b", number: 2, byteOffset: 6),
        ]
        #expect(try lines("\u{feff}{}\nb", buffer: buffer) == expected)
        #expect(try lines("\u{feff}", buffer: buffer).isEmpty)
    }

    @Test(arguments: [1, 7, 64, 300_000])
    func aLineThatIsTooLongIsCutAndTheNextIsWhole(buffer: Int) throws {
        let long = String(repeating: "x", count: 700_000)
        for (text, place) in [(long, 700_003), (String(repeating: "y", count: 11), 14)] {
            let read = try lines("a\n\(text)\nb\nc", limit: 10, buffer: buffer)
            #expect(
                read == [
                    Line(text: "a", number: 1, byteOffset: 0),
                    Line(text: String(text.prefix(10)), number: 2, byteOffset: 2, isTooLong: true),
                    Line(text: "b", number: 3, byteOffset: place),
                    Line(text: "c", number: 4, byteOffset: place + 2),
                ], "buffer \(buffer)")
        }
        let last = try lines("a\n\(long)", limit: 10, buffer: buffer)
        #expect(last.count == 2)
        #expect(last.last?.isTooLong == true)
    }

    @Test func aLineOfTheLimitIsWhole() throws {
        let read = try lines("0123456789\n01234567890\n", limit: 10)
        #expect(read.map(\.isTooLong) == [false, true])
        #expect(read.map(\.text) == ["0123456789", "0123456789"])
    }
}
