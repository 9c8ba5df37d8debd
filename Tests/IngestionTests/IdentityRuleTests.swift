// One customer in several sources, ids that are not to be trusted, tables beside a mapping, and
// several events from one record.

import Configuration
import Events
import Foundation
import Ingestion
import Testing

private func mapping(
    customer: String, folder: String = "", rest: String = "kind: contact"
) throws -> RecordMapping {
    try RecordMapping.read(
        bytes: Array(
            """
            source: small
            description: A small source.
            format: {kind: delimited, delimiter: comma}
            time_zone: UTC
            event:
              id: [id]
              \(rest)
              time: {column: when}
              customer: \(customer)
            """.utf8), file: "small.yaml", folder: folder)
}

private func customers(_ mapping: RecordMapping, _ values: [String]) throws -> [String] {
    let lines = values.enumerated().map { "\($0),1999-07-05T10:00,\($1)" }
    let outcomes = try ingest(
        text: (["id,when,phone,crm"] + lines).joined(separator: "\n"), mapping)
    return outcomes.events.map { outcomes.interner.string($0.event.customer) }
        + outcomes.warnings.codes.map { "\($0) \(outcomes.warnings.counts[$0] ?? 0)" }
        + outcomes.rejects.map(\.finding.code)
}

@Suite struct IdentityRuleTests {
    @Test func theFirstIDThatIsKnownIsTaken() throws {
        let rule = """
            {first_of: [{column: crm, unknown: ["0"]}, {column: phone, normalise: [digits], \
            prefix: "tel:"}]}
            """
        #expect(
            try customers(mapping(customer: rule), ["+1 (2) 3,C7", "12-3,0", ",", "1.23,"]) == [
                "C7", "tel:123", "", "tel:123",
            ])
    }

    @Test func idsThatAreNotTrustedBecomeUnknownAndAreCounted() throws {
        let rule = "{column: phone, normalise: [digits, no-leading-zeros], trusted_lengths: [6, 9]}"
        #expect(
            try customers(mapping(customer: rule), ["0044 123456,", "12345,", "anonymous,", ","])
                == ["44123456", "", "", "", "untrusted-customer 2"])
    }

    @Test func aPersonalIDIsNormalisedBeforeItIsAPseudonym() throws {
        let rule = """
            {first_of: [{column: crm, personal: true, normalise: [lowercase]}, {column: phone, \
            personal: true, normalise: [digits]}]}
            """
        #expect(
            try customers(mapping(customer: rule), ["1-2,Ann@X", "1 2,", "12,ANN@x"]) == [
                "customer-ann@x", "customer-12", "customer-ann@x",
            ])
        #expect(throws: RefusedFile.self) {
            _ = try mapping(
                customer: "{first_of: [{column: crm, personal: true}, {column: phone}]}")
        }
    }

    @Test func aTableBesideTheMappingSaysWhoItIs() throws {
        let scratch = try Scratch()
        _ = try scratch.file("who.csv", "phone;customer;note\n123;C1;x\n456;C2;\"a;b\"\n")
        let folder = scratch.directory + "/"
        func rule(_ more: String) -> String {
            """
            {column: phone, normalise: [digits], lookup: {file: who.csv, from: phone, \
            to: customer}\(more)}
            """
        }
        let values = ["1-23,", "4 5 6,", "789,"]
        #expect(
            try customers(mapping(customer: rule(""), folder: folder), values) == ["C1", "C2", ""])
        #expect(
            try customers(mapping(customer: rule(", otherwise: nobody"), folder: folder), values)
                == ["C1", "C2", "nobody"])
        #expect(try mapping(customer: rule(""), folder: folder).lookupContents.count == 1)
    }

    @Test(arguments: [
        ("file: none.csv, from: phone, to: customer", "bad-lookup"),
        ("file: who.csv, from: fone, to: customer", "unknown-column"),
        ("file: twice.csv, from: phone, to: customer", "bad-lookup"),
        ("file: short.csv, from: phone, to: customer", "bad-lookup"),
        ("file: who.csv, from: phone", "missing-key"),
    ])
    func aTableThatDoesNotServeIsRefusedAtItsPlace(lookup: String, code: String) throws {
        let scratch = try Scratch()
        _ = try scratch.file("who.csv", "phone,customer\n123,C1\n")
        _ = try scratch.file("twice.csv", "phone,customer\n123,C1\n123,C2\n")
        _ = try scratch.file("short.csv", "phone,customer\n123\n")
        do {
            _ = try mapping(
                customer: "{column: phone, lookup: {\(lookup)}}",
                folder: scratch.directory + "/")
            Issue.record("was read")
        } catch let refused as RefusedFile {
            #expect(refused.findings.map(\.code).contains(code), "\(refused)")
            #expect(refused.findings.allSatisfy { $0.line == 9 })
        }
    }

    @Test func aPatternTellsCasesApart() throws {
        let kind = """
            kind: {cases: [{when: {phone: {like: "+44*"}}, then: contact}, \
            {when: {phone: {not: ["", x]}}, then: phantom}], otherwise: complaintOpened}
            """
        let outcomes = try ingest(
            text:
                """
                id,when,phone,crm
                1,1999-07-05T10:00,+441,
                2,1999-07-05T10:00,1,
                3,1999-07-05T10:00,,
                """,
            mapping(customer: "{column: crm}", rest: kind))
        #expect(outcomes.events.map(\.event.kind) == [.contact, .phantom, .complaintOpened])
    }

    private static let several = """
        source: small
        description: A small source.
        format: {kind: delimited, delimiter: comma}
        time_zone: UTC
        leave_out: [{when: {what: TEST}, because: a test}]
        events:
          - event: {id: [id, {text: call}], kind: contact, time: {column: when}}
            interaction: {channel: voice}
          - when: {crm: {not: ""}}
            event: {id: [id, {text: score}], kind: surveyAnswered, time: {column: later}}
        """

    @Test func aRecordMayBecomeSeveralEvents() throws {
        let mapping = try RecordMapping.read(
            bytes: Array(IdentityRuleTests.several.utf8), file: "small.yaml")
        let outcomes = try ingest(
            text: """
                id,when,later,what,crm
                1,1999-07-05T10:00,1999-07-06T10:00,CALL,5
                2,1999-07-05T10:00,,CALL,
                3,1999-07-05T10:00,never,CALL,5
                4,1999-07-05T10:00,,TEST,
                5,1999-07-05T10:00,1999-07-06T10:00,CALL,4
                """, mapping)
        #expect(
            outcomes.events.map(\.event.key) == [
                "1/call", "1/score", "2/call", "5/call", "5/score",
            ])
        #expect(outcomes.events.map(\.record) == [1, 1, 2, 5, 5])
        // A record is taken whole or not at all.
        #expect(outcomes.places == ["4:20 bad-time"])
        #expect(outcomes.records == 5 && outcomes.leftOut == 1)
    }

    @Test func aRecordThatNoEventDescribesIsRejected() throws {
        let text = IdentityRuleTests.several.replacingOccurrences(
            of: "  - event:", with: "  - when: {what: CALL}\n    event:")
        let mapping = try RecordMapping.read(bytes: Array(text.utf8), file: "small.yaml")
        let outcomes = try ingest(
            text: "id,when,later,what,crm\n1,1999-07-05T10:00,,OTHER,\n", mapping)
        #expect(outcomes.places == ["2:1 no-event"])
    }

    @Test(arguments: [
        (", {text: score}", "", "same-id"), ("events:", "event: {}\nevents:", "two-ways"),
        ("[id, {text: call}]", "[{text: call}]", "no-column"),
    ])
    func eventsThatCannotBeToldApartAreRefused(old: String, new: String, code: String) {
        var text = IdentityRuleTests.several.replacingOccurrences(of: ", {text: call}", with: "")
        if code != "same-id" { text = IdentityRuleTests.several }
        text = text.replacingOccurrences(of: old, with: new)
        do {
            _ = try RecordMapping.read(bytes: Array(text.utf8), file: "small.yaml")
            Issue.record("was read")
        } catch {
            #expect(error.findings.map(\.code).contains(code), "\(error)")
        }
    }
}
