// Aim: what is written is read back, and no bytes whatever stop the program.

import Events
import Testing

@Suite struct EventCodecTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomEventsComeBackAsTheyWere(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for number in 0..<2_000 {
            let event = generator.event()
            #expect(decode(encode(event)) == .success(event), "seed \(seed), event \(number)")
        }
    }

    @Test func everyKindAndOutcomeComesBack() {
        for kind in EventKind.allCases {
            let event = plain(kind)
            #expect(decode(encode(event)) == .success(event))
        }
        for outcome in Outcome.allCases {
            var event = plain(.contact)
            var interaction = Interaction()
            interaction.outcome = outcome
            event.interaction = interaction
            #expect(decode(encode(event)) == .success(event))
        }
    }

    @Test func anAbsentDurationIsNotAZeroOne() {
        var absent = plain(.contact)
        absent.interaction = Interaction()
        var zero = absent
        zero.interaction?.wait = .zero
        #expect(encode(absent) != encode(zero))
        #expect(decode(encode(absent)) == .success(absent))
        #expect(decode(encode(zero)) == .success(zero))
    }

    @Test func encodingAppendsToWhatIsThere() {
        var bytes: [UInt8] = [7, 8, 9]
        EventCodec.encode(plain(.contact), into: &bytes)
        #expect(Array(bytes.prefix(3)) == [7, 8, 9])
        #expect(Array(bytes.dropFirst(3)) == encode(plain(.contact)))
    }

    @Test func theFormatOfVersionOneIsKept() {
        var event = plain(.contact)
        event.money = Money(thousandths: -3)
        let golden: [UInt8] = [
            1, 1, 5, 2, 0x6b, 0x31, 0xd0, 0x0f, 0xf0, 1, 0, 0, 2, 5, 0, 0,
        ]
        #expect(encode(event) == golden)
    }

    @Test func everyTruncationIsAnError() {
        var generator = SeededGenerator(state: 5)
        for _ in 0..<200 {
            let bytes = encode(generator.event())
            for length in 0..<bytes.count {
                guard case .failure = decode(Array(bytes.prefix(length))) else {
                    Issue.record("\(length) of \(bytes.count) bytes were an event")
                    return
                }
            }
        }
    }

    @Test func flippedBitsNeverTrap() {
        var generator = SeededGenerator(state: 6)
        var refused = 0
        for _ in 0..<200 {
            let bytes = encode(generator.event())
            for index in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[index] ^= 1 << UInt8(bit)
                    switch decode(changed) {
                    case .success(let event):
                        // What is accepted is an event: it can be written again.
                        #expect(decode(encode(event)) == .success(event) || hasNaN(event))
                    case .failure: refused += 1
                    }
                }
            }
        }
        #expect(refused > 1_000)
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<20_000 {
            var bytes = generator.bytes(generator.below(60))
            if !bytes.isEmpty, generator.flip() { bytes[0] = EventCodec.version }
            _ = decode(bytes)
        }
    }

    @Test(arguments: [0, 2, 3, 127, 255] as [UInt8])
    func anUnknownVersionIsNamed(version: UInt8) {
        var bytes = encode(plain(.contact))
        bytes[0] = version
        #expect(decode(bytes) == .failure(.unsupportedVersion(version)))
    }

    @Test func faultsAreNamed() {
        let bytes = encode(plain(.contact))
        #expect(decode([]) == .failure(.truncated(at: 0)))
        #expect(decode(bytes + [0]) == .failure(.trailingBytes(count: 1)))
        // Kind 9 has never been given.
        #expect(decode([1, 9]) == .failure(.unknownCode(field: "kind", value: 9)))
        let endless = [1, 1] + [UInt8](repeating: 0xff, count: 12)
        #expect(decode(endless) == .failure(.integerTooLong(at: 2)))
        // A symbol of 33 bits.
        #expect(
            decode([1, 1, 0x80, 0x80, 0x80, 0x80, 0x10])
                == .failure(.unknownCode(field: "symbol", value: 1 << 32)))
        // A key of one byte that is no text.
        #expect(decode([1, 1, 5, 1, 0xff]) == .failure(.invalidText(at: 3)))
        // A key longer than all that follows does not allocate its length.
        #expect(
            decode([1, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]) == .failure(.truncated(at: 8)))
    }

    @Test func unusedFlagsAndMasksAreRefused() {
        var flags = encode(plain(.contact))
        flags[12] = 4
        #expect(decode(flags) == .failure(.unknownCode(field: "flags", value: 4)))
    }

    @Test func extremeIntegersComeBack() throws {
        for value in [Int64.min, -1, 0, 1, 63, 64, -64, -65, Int64.max] {
            var writer = ByteWriter()
            writer.signed(value)
            var reader = ByteReader(position: 0)
            let signed = try reader.signed(writer.bytes.span)
            #expect(signed == value)
            #expect(reader.position == writer.bytes.count)
        }
        for value in [UInt64.min, 127, 128, UInt64.max] {
            var writer = ByteWriter()
            writer.unsigned(value)
            writer.fixed(value)
            var reader = ByteReader(position: 0)
            let unsigned = try reader.unsigned(writer.bytes.span)
            let fixed = try reader.fixed(writer.bytes.span)
            #expect(unsigned == value)
            #expect(fixed == value)
        }
    }

    private func plain(_ kind: EventKind) -> Event {
        Event(
            kind: kind, source: SourceID(Symbol(5)), key: "k1",
            at: Instant(microseconds: 1_000), offsetMinutes: 120)
    }

    private func hasNaN(_ event: Event) -> Bool {
        event.attributes.contains {
            guard case .number(let value) = $0.value else { return false }
            return value.isNaN
        }
    }
}

@Suite struct EventTests {
    @Test func mappingSymbolsReachesEachOfThem() {
        var generator = SeededGenerator(state: 11)
        for _ in 0..<200 {
            let event = generator.event()
            // There and back through a map without fixed points.
            let moved = event.mapSymbols { Symbol($0.rawValue ^ 0x5555_5555) }
            var seen: [Symbol] = []
            _ = event.mapSymbols { symbol in
                seen.append(symbol)
                return symbol
            }
            let expected =
                3 + (event.interaction == nil ? 0 : 8) + event.attributes.count
                + event.personal.count
            #expect(seen.count == expected)
            #expect(moved != event)
            #expect(moved.mapSymbols { Symbol($0.rawValue ^ 0x5555_5555) } == event)
        }
    }

    @Test func kindsAreNamedOnceAndFoundByName() {
        #expect(Set(EventKind.allCases.map(\.name)).count == EventKind.allCases.count)
        for kind in EventKind.allCases { #expect(EventKind(name: kind.name) == kind) }
        #expect(EventKind(name: "Contact") == nil)
        #expect(EventKind(name: "") == nil)
        #expect(EventKind.contact.rawValue == 1)
        #expect(EventKind.corrected.rawValue == 220)
        #expect(EventKind.phantom.family == .contact)
        #expect(EventKind.corrected.family == .correction)
    }
}
