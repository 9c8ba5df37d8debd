// Aim: events that are compared byte by byte: texts that look the same are equal to the library.

import Events

/// A kept event.
struct PlainEvent: Hashable {
    var recordedAt: Int64
    var event: Event
    /// Exact where `==` of texts is not.
    var bytes: [UInt8]

    init(recordedAt: Int64, event: Event) {
        self.recordedAt = recordedAt
        self.event = event
        var bytes: [UInt8] = []
        EventCodec.encode(event, into: &bytes)
        self.bytes = bytes
    }

    static func == (left: PlainEvent, right: PlainEvent) -> Bool {
        left.recordedAt == right.recordedAt && left.bytes == right.bytes
    }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
