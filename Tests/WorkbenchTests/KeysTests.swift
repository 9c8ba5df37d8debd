// Aim: persons are unreadable in the log, readable with its keys, and without them the store
// still opens and takes nothing in.

import EventLog
import Events
import Foundation
import Keys
import Testing
import Workbench

@Suite struct StoreKeysTests {
    @Test func `personal fields are read with the keys and sealed without`() throws {
        let place = try PersonalPlace()
        do {
            let store = try place.filled()
            let texts = try store.allPersonalTexts()
            #expect(
                texts["3"] == [
                    "agent=Lin", "customer=NL-4711-0815", "name=Ada Lovelace",
                    "telephone=+31-20-5551234",
                ])
            #expect(texts["4"]?.contains("name=Grace Hopper") == true)
        }
        try FileManager.default.moveItem(
            atPath: place.folder + "/store/keys", toPath: place.folder + "/away")
        let store = try place.store(.readOnly)
        #expect(
            try store.allPersonalTexts()["3"] == [
                "agent=sealed", "customer=sealed", "name=sealed", "telephone=sealed",
            ])
        let shown = try store.rejects(limit: 10, showValues: true)
        let values = try #require(shown.table("records")).rows.map { $0[2] }
        #expect(values == Array(repeating: .text("sealed"), count: 4))
        #expect(try store.status().fact("keys") == .text("missing"))
        #expect(try store.journeys(JourneyFilter()).table("journeys")?.rows.isEmpty == false)
    }

    @Test func `without keys nothing is taken in and no new ones are made`() throws {
        let place = try PersonalPlace()
        do { _ = try place.filled() }
        let keys = place.folder + "/store/keys"
        try FileManager.default.moveItem(atPath: keys, toPath: place.folder + "/away")
        do {
            let store = try place.store()
            let head = try store.log.head()
            let more = try place.write("more.csv", PersonalPlace.records(from: 11))
            #expect(throws: WorkbenchError.noKeys(path: keys)) { try place.ingest(store, more) }
            #expect(throws: WorkbenchError.noKeys(path: keys)) {
                try store.erase(try PersonalPlace.request())
            }
            #expect(try store.log.head() == head)
        }
        #expect(!FileManager.default.fileExists(atPath: keys))
        try FileManager.default.moveItem(atPath: place.folder + "/away", toPath: keys)
        let store = try place.store()
        _ = try place.ingest(store, place.folder + "/more.csv")
        #expect(try store.allPersonalTexts()["12"]?.contains("name=Ada Lovelace") == true)
    }

    @Test func `customers are pseudonyms in the log and are found by their own ids`() throws {
        let place = try PersonalPlace()
        let store = try place.filled()
        var filter = JourneyFilter()
        filter.customer = PersonalPlace.ada.id
        let rows = try #require(try store.journeys(filter).table("journeys")).rows
        guard case .text(let name)? = rows.first?[2] else {
            Issue.record("no journey of Ada")
            return
        }
        #expect(name.hasPrefix("p-") && name.utf8.count == 18)
        filter.customer = name
        #expect(try store.journeys(filter).table("journeys")?.rows == rows)
        filter.customer = "NL-4711-0816"
        #expect(throws: WorkbenchError.unknownCustomer("NL-4711-0816")) {
            try store.journeys(filter)
        }
    }

    @Test func `a record read again is a duplicate, also after reopening`() throws {
        let place = try PersonalPlace()
        do { _ = try place.filled() }
        let store = try place.store()
        let lines = Array(PersonalPlace.records().reversed())
        let again = try place.ingest(store, try place.write("again.csv", lines))
        #expect(again.counts.duplicates == 10)
        #expect(again.counts.rejected == 4)
        #expect(again.eventsAfter == again.eventsBefore)
    }

    @Test func `a passphrase locks persons and nothing else`() throws {
        let place = try PersonalPlace()
        let path = try place.write("letters.csv", PersonalPlace.records())
        do {
            let store = try place.store(passphrase: "correct horse")
            _ = try place.ingest(store, path)
        }
        let keys = place.folder + "/store/keys"
        do {
            let store = try place.store()
            #expect(try store.status().fact("keys") == .text("with a passphrase"))
            #expect(try store.allPersonalTexts()["3"]?.first == "agent=sealed")
            let more = try place.write("more.csv", PersonalPlace.records(from: 11))
            #expect(throws: KeysError.locked(path: keys)) { try place.ingest(store, more) }
        }
        do {
            let store = try place.store(.readOnly, passphrase: "wrong horse")
            #expect(throws: KeysError.wrongPassphrase(path: keys)) {
                try store.allPersonalTexts()
            }
        }
        let store = try place.store(.readOnly, passphrase: "correct horse")
        #expect(try store.allPersonalTexts()["3"]?.first == "agent=Lin")
    }

    @Test func `keys of another store are refused`() throws {
        let place = try PersonalPlace()
        do { _ = try place.filled() }
        do { _ = try place.store(name: "other") }
        let keys = place.folder + "/store/keys"
        try FileManager.default.removeItem(atPath: keys)
        try FileManager.default.copyItem(atPath: place.folder + "/other/keys", toPath: keys)
        for access in [Store.Access.readOnly, .create] {
            #expect(throws: WorkbenchError.foreignKeys(path: keys)) { try place.store(access) }
        }
    }

    @Test func `keys that others may read are refused`() throws {
        let place = try PersonalPlace()
        do { _ = try place.filled() }
        let keys = place.folder + "/store/keys"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
        #expect(throws: KeysError.openToOthers(path: keys, mode: "0644")) {
            try place.store(.readOnly)
        }
    }

    @Test func `an older copy of the keys is said to be one`() throws {
        let place = try PersonalPlace()
        let keys = place.folder + "/store/keys"
        do { _ = try place.filled() }
        try FileManager.default.copyItem(atPath: keys, toPath: place.folder + "/old")
        do {
            let store = try place.store()
            let more = PersonalPlace.records(from: 11).map {
                $0.replacingOccurrences(of: PersonalPlace.grace.id, with: "NL-new-1")
            }
            _ = try place.ingest(store, try place.write("more.csv", more))
            #expect(try store.status().notes.isEmpty)
        }
        try FileManager.default.removeItem(atPath: keys)
        try FileManager.default.moveItem(atPath: place.folder + "/old", toPath: keys)
        let store = try place.store(.readOnly)
        // One new customer and four rejected records.
        #expect(try store.status().notes.contains { $0.contains("lacks 5 keys") })
        #expect(try store.allPersonalTexts()["12"]?.contains("name=Ada Lovelace") == true)
        #expect(try store.allPersonalTexts()["13"]?.contains("name=sealed") == true)
    }
}
