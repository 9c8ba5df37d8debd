// Aim: the generator makes the events that the peers of tools/peers store, to the last digit.

import Benchmarks
import Events
import Foundation
import Testing

/// A line of golden.jsonl, which the C program prints and the Python peer is held against too.
private struct GoldenEvent: Codable, Equatable {
    var index: Int
    var key: String
    var at: Int64
    var source, customer, channel, intent, segment, team, agent: String
    var outcome, direction, actor: UInt8
    var wait, talk, wrapUp, money: Int64
    var ref: String

    static func all() throws -> [GoldenEvent] {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = repository.appendingPathComponent("tools/peers/golden.jsonl")
        let text = try String(contentsOf: file, encoding: .utf8)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode(GoldenEvent.self, from: Data($0.utf8))
        }
    }

    init(_ event: Event, index: Int, _ names: Interner) throws {
        let detail = try #require(event.interaction)
        let attribute = try #require(event.attributes.first)
        self.index = index
        key = event.key
        at = event.at.microseconds
        source = names.string(event.source)
        customer = names.string(event.customer)
        channel = names.string(detail.channel)
        intent = names.string(detail.intent)
        segment = names.string(detail.segment)
        team = names.string(detail.team)
        agent = names.string(detail.agent)
        outcome = detail.outcome.rawValue
        direction = detail.direction.rawValue
        actor = detail.actor.rawValue
        wait = try #require(detail.wait).microseconds
        talk = try #require(detail.talk).microseconds
        wrapUp = try #require(detail.wrapUp).microseconds
        money = try #require(event.money).thousandths
        guard case .text(let text) = attribute.value else {
            throw WrongAnswer(description: "the attribute is \(attribute.value)")
        }
        ref = text
        #expect(names.string(attribute.name) == "ref")
        #expect(event.attributes.count == 1)
        #expect(event.kind == .contact)
        #expect(event.offsetMinutes == 0)
    }
}

@Suite struct LogEventGeneratorTests {
    @Test func `each golden event is made from its index`() throws {
        let expected = try GoldenEvent.all()
        #expect(expected.count == 5)
        var generator = LogEventGenerator()
        for golden in expected {
            let event = try #require(generator.events(from: golden.index, count: 1).first)
            #expect(try GoldenEvent(event, index: golden.index, generator.interner) == golden)
        }
    }

    @Test func `a batch is the same events as its parts`() {
        var whole = LogEventGenerator(customers: 50)
        var parts = LogEventGenerator(customers: 50)
        let batch = whole.events(from: 700, count: 300)
        #expect(batch == parts.events(from: 700, count: 100) + parts.events(from: 800, count: 200))
        #expect(Set(batch.map { $0.key }).count == 300)
        #expect(Set(batch.map { $0.customer }).count == 50)
    }
}
