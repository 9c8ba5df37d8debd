// Files as they are: compressed or not, cut off, damaged, with every kind of line end, resumed
// in the middle; and bytes of any kind at all.

import Events
import Foundation
import Ingestion
import Testing

private let goodLines = (1...50).map { "\($0),1999-07-05T10:00,C\($0),CALL,\($0),ANN" }

@Suite struct FileTests {
    @Test func aGzipFileGivesWhatThePlainOneGives() throws {
        let scratch = try Scratch()
        let bytes = Array(smallText(goodLines).utf8)
        let plain = try ingest(scratch.file("a", bytes), smallMapping())
        let half = bytes.count / 2
        let members = gzip(Array(bytes[..<half])) + gzip([]) + gzip(Array(bytes[half...]))
        for packed in [gzip(bytes), gzip(bytes, blockBytes: 1), members, gzip(bytes) + [0, 0]] {
            let unpacked = try ingest(scratch.file("b", packed), smallMapping())
            #expect(unpacked.named == plain.named)
            #expect(unpacked.batches.last?.bytesRead == packed.count)
            #expect(unpacked.batches.last?.isFileComplete == true)
        }
    }

    @Test func aDamagedGzipFileIsAnErrorAndGivesNothing() throws {
        let scratch = try Scratch()
        let whole = gzip(Array(smallText(goodLines).utf8), blockBytes: 100)
        var damaged = [whole + [1, 2, 3], whole + Array(whole[..<20])]
        for length in stride(from: 2, to: whole.count, by: 37) {
            damaged.append(Array(whole[..<length]))
        }
        damaged.append(Array(whole.dropLast()))
        var changed = whole
        changed[whole.count / 2] ^= 1
        damaged.append(changed)
        for (index, bytes) in damaged.enumerated() {
            let path = try scratch.file("d", bytes)
            var ingestion = FileIngestion(mapping: try smallMapping(), sealer: glassSealer)
            do {
                try ingestion.read(path: path) { _ in Issue.record("case \(index) gave a batch") }
                Issue.record("case \(index) was read")
            } catch IngestionError.damagedCompression(_, _, let reason, let byteOffset) {
                #expect(!reason.isEmpty && byteOffset <= bytes.count)
            }
        }
    }

    @Test func missingFilesAndFoldersAreErrorsOfTheirOwn() throws {
        let scratch = try Scratch()
        let missing = scratch.directory + "/none.csv"
        #expect(throws: IngestionError.missingFile(path: missing)) {
            _ = try ingest(missing, smallMapping())
        }
        #expect(throws: IngestionError.notAFile(path: scratch.directory)) {
            _ = try ingest(scratch.directory, smallMapping())
        }
        #expect(throws: IngestionError.notAFile(path: "/dev/null")) {
            _ = try ingest("/dev/null", smallMapping())
        }
    }

    @Test func lineEndsMarksAndAMissingLastEndMakeNoDifference() throws {
        let plain = try ingest(text: smallText(goodLines), smallMapping())
        let keys = plain.events.map(\.event.key)
        let carriage = smallText(goodLines, ending: "\r\n")
        for text in [
            carriage, "\u{feff}" + smallText(goodLines),
            String(smallText(goodLines).dropLast()), smallText(goodLines) + "\n\n\r\n",
        ] {
            let outcomes = try ingest(text: text, smallMapping())
            #expect(outcomes.events.map(\.event.key) == keys)
            #expect(outcomes.records == 50 && outcomes.rejects.isEmpty)
        }
    }

    @Test func anEmptyLineBetweenRecordsIsARejectedRecord() throws {
        let text = smallText([goodLines[0], "", goodLines[1]]) + "\n"
        let outcomes = try ingest(text: text, smallMapping())
        #expect(outcomes.places == ["3:1 field-count"])
        #expect(outcomes.events.map(\.record) == [1, 3])
        #expect(outcomes.batches.last?.recordsReadThrough == 3)
    }

    @Test func aFileWithAHeaderOnlyGivesOneEmptyCompleteBatch() throws {
        let outcomes = try ingest(text: smallText([]), smallMapping())
        #expect(outcomes.batches.count == 1 && outcomes.records == 0)
        #expect(outcomes.batches[0].isFileComplete)
    }

    @Test func batchesAreRunsOfRecordsAndReadingGoesOnWhereItStopped() throws {
        let scratch = try Scratch()
        var lines = goodLines
        lines[6] = "broken"
        lines[30] = "broken too"
        let path = try scratch.file("a.csv", smallText(lines))
        let whole = try ingest(path, smallMapping())
        for size in [1, 7, 50, 51] {
            let outcomes = try ingest(path, smallMapping(), batchSize: size)
            #expect(outcomes.batches.allSatisfy { $0.records <= size })
            #expect(outcomes.named == whole.named)
            #expect(outcomes.rejects == whole.rejects)
            #expect(outcomes.batches.filter(\.isFileComplete).count == 1)
            var through = 0
            for batch in outcomes.batches {
                through += batch.records
                #expect(batch.recordsReadThrough == through)
            }
        }
        for skipped in [0, 6, 7, 49, 50, 60] {
            let rest = try ingest(path, smallMapping(), skippingRecords: skipped)
            #expect(rest.events.map(\.record) == whole.events.map(\.record).filter { $0 > skipped })
            #expect(rest.events.map(\.line) == whole.events.map(\.line).filter { $0 > skipped + 1 })
            #expect(rest.batches.last?.recordsReadThrough == 50)
        }
    }

    @Test func whatTheSinkThrowsEndsTheReading() throws {
        struct Stop: Error {}
        let scratch = try Scratch()
        let path = try scratch.file("a.csv", smallText(goodLines))
        var ingestion = FileIngestion(mapping: try smallMapping(), sealer: glassSealer)
        var batches = 0
        #expect(throws: Stop.self) {
            try ingestion.read(path: path, batchSize: 10) { _ in
                batches += 1
                if batches == 2 { throw Stop() }
            }
        }
        #expect(batches == 2)
    }

    @Test func symbolsOfOneRunStayTheSameOverFiles() throws {
        let scratch = try Scratch()
        let first = try scratch.file("a.csv", smallText(Array(goodLines[..<3])))
        let second = try scratch.file("b.csv", smallText([goodLines[2], goodLines[9]]))
        var ingestion = FileIngestion(mapping: try smallMapping(), sealer: glassSealer)
        var batches: [IngestedBatch] = []
        for path in [first, second] { try ingestion.read(path: path) { batches.append($0) } }
        #expect(batches[0].events[2].event == batches[1].events[0].event)
        #expect(batches[1].interner.string(batches[1].events[1].event.customer) == "C10")
    }

    @Test func recordsOverTheLimitAreRejectedAndReadingGoesOn() throws {
        let long = "1," + String(repeating: "x", count: 3_000_000)
        for format in ["", ", quote: double"] {
            let mapping = try smallMapping(format: "{kind: delimited, delimiter: comma\(format)}")
            let text = smallText([goodLines[0], long, goodLines[1], long]) + goodLines[2]
            let outcomes = try ingest(text: text, mapping)
            #expect(outcomes.places == ["3:1 record-too-long", "5:1 record-too-long"])
            #expect(outcomes.events.map(\.line) == [2, 4, 6])
            #expect(outcomes.rejects.allSatisfy { $0.sealedBytes.count < 1_048_700 })
        }
    }

    @Test func quotesHoldDelimitersLineEndsAndQuotes() throws {
        let mapping = try smallMapping(
            format: "{kind: delimited, delimiter: comma, quote: double}")
        let text = smallText([
            "\"1\",1999-07-05T10:00,\"a,b\",\"CALL\",1,ANN",
            "2,1999-07-05T10:00,\"two\nlines \"\"here\"\"\",CALL,1,ANN",
            "3,1999-07-05T10:00,plain,CALL,1,ANN",
        ])
        let outcomes = try ingest(text: text, mapping)
        #expect(outcomes.rejects.isEmpty)
        #expect(
            outcomes.events.map { outcomes.interner.string($0.event.customer) } == [
                "a,b", "two\nlines \"here\"", "plain",
            ])
        #expect(outcomes.events.map(\.line) == [2, 3, 5])
    }

    /// A quote opens a field only at its beginning: elsewhere it takes no line end with it.
    @Test func aQuoteWithinAFieldIsAnOrdinaryByte() throws {
        let mapping = try smallMapping(
            format: "{kind: delimited, delimiter: comma, quote: double}")
        let customers = ["6\" tall", "a\"", "\"b\" c", "\"\"", "plain", "\"d\"\"\""]
        let lines = customers.enumerated().map { "\($0),1999-07-05T10:00,\($1),CALL,1,ANN" }
        let outcomes = try ingest(text: smallText(lines), mapping)
        #expect(outcomes.rejects.isEmpty)
        #expect(
            outcomes.events.map { outcomes.interner.string($0.event.customer) }
                == ["6\" tall", "a\"", "b c", "", "plain", "d\""])
        #expect(outcomes.events.map(\.line) == [2, 3, 4, 5, 6, 7])
    }

    /// One that opens a field and does not close it ends with the next one: two lines become one,
    /// and the rest of the file is read.
    @Test func aStrayQuoteTakesTheLinesUpToTheNextOne() throws {
        let mapping = try smallMapping(
            format: "{kind: delimited, delimiter: comma, quote: double}")
        let lines = (1...60).map { number in
            let customer = number == 20 ? "\"C" : "\"C\""
            return "\(number),1999-07-05T10:00,\(customer),CALL,1,ANN"
        }
        let outcomes = try ingest(text: smallText(lines), mapping)
        #expect(outcomes.events.map(\.line) == Array(2...21) + Array(23...61))
        let customers = outcomes.events.map { outcomes.interner.string($0.event.customer) }
        #expect(customers.filter { $0 == "C" }.count == 58)
        #expect(customers[19] == "C,CALL,1,ANN\n21,1999-07-05T10:00,C\"")
    }

    @Test func aQuoteThatNeverClosesCostsOneLine() throws {
        let mapping = try smallMapping(
            format: "{kind: delimited, delimiter: comma, quote: double}")
        let text = smallText(
            [goodLines[0], "2,1999-07-05T10:00,\"open,CALL,1,A"] + goodLines[2...4])
        let outcomes = try ingest(text: text, mapping)
        #expect(outcomes.places == ["3:1 unclosed-quote"])
        #expect(outcomes.events.map(\.line) == [2, 4, 5, 6])
    }

    @Test(arguments: ["comma", "tab", "comma, quote: double", "comma, padding: kept"])
    func bytesOfAnyKindNeverTrapAndAreAllAccountedFor(format: String) throws {
        let mapping = try smallMapping(format: "{kind: delimited, delimiter: \(format)}")
        let scratch = try Scratch()
        let delimiter = format == "tab" ? "\t" : ","
        let header = "id,when,who,what,seconds,agent\n".replacingOccurrences(
            of: ",", with: delimiter)
        let pieces: [[UInt8]] =
            [
                "1", ",", "\t", "\n", "\r", "\"", " ", "1999-07-05T10:00", "CALL", "GHOST", "-",
                "1.5",
                "ANN", "\u{0}", "é", "0", "1,1999-07-05T10:00,C,CALL,1,A\n",
            ].map { Array($0.utf8) } + [[0xff], [0xc3], [0x1f, 0x8b]]
        for seed in 0..<400 {
            var state = StableHash()
            state.combine(UInt64(seed))
            var bytes = Array(header.utf8)
            for _ in 0..<200 {
                state.combine(7 as UInt8)
                bytes += pieces[Int(state.value % UInt64(pieces.count))]
            }
            let outcomes = try ingest(scratch.file("f", bytes), mapping, batchSize: 10)
            let through = outcomes.batches.last?.recordsReadThrough
            #expect(outcomes.records == through, "seed \(seed), \(format)")
            let numbers = outcomes.events.map(\.record) + outcomes.rejects.map(\.record)
            #expect(Set(numbers).count == through, "seed \(seed), \(format)")
        }
    }

    @Test func randomCompressedBytesNeverTrap() throws {
        let scratch = try Scratch()
        let whole = gzip(Array(smallText(goodLines).utf8), blockBytes: 300)
        for seed in 0..<500 {
            var state = StableHash()
            state.combine(UInt64(seed))
            var bytes = whole
            bytes[2 + Int(state.value % UInt64(whole.count - 2))] = UInt8(state.value >> 56)
            let path = try scratch.file("z", bytes)
            do { _ = try ingest(path, smallMapping()) } catch let error as IngestionError {
                #expect(error.description.hasSuffix("again"), "seed \(seed)")
            }
        }
    }

    @Test func wholeFilesAreReadUpToALimit() throws {
        let scratch = try Scratch()
        let path = try scratch.file("m", "12345")
        #expect(try FileBytes.read(path: path, limitBytes: 5) == Array("12345".utf8))
        #expect(try FileBytes.sizeBytes(path: path) == 5)
        #expect(throws: IngestionError.tooLarge(path: path, limitBytes: 4)) {
            try FileBytes.read(path: path, limitBytes: 4)
        }
        var chunks: [UInt8] = []
        try FileBytes.forEachChunk(path: path) { chunks += $0 }
        #expect(chunks == Array("12345".utf8))
    }
}
