// What the readers of compressed files have in common.

/// What one step of unpacking did.
struct DecompressionStep {
    var consumed: Int
    var produced: Int
    /// Whether a member of the file, its checksum included, has come to its end.
    var isMemberEnd: Bool
}

/// A compressed stream of one or more members, being unpacked. gzip calls them members, Zstandard
/// frames.
protocol Decompressor: AnyObject {
    /// Prepares for the next member of the file.
    func startMember()

    /// Unpacks from `input[range]` into `output` from `start` on.
    /// - Returns: `nil`, with the library's words in `problem`, where the bytes are damaged.
    func step(
        input: inout [UInt8], range: Range<Int>, output: inout [UInt8], from start: Int,
        problem: inout String
    ) -> DecompressionStep?
}

/// How a file is compressed, as its first bytes tell.
enum Compression {
    case gzip, zstandard

    /// - Parameter bytes: the first bytes of the file, four where it has them.
    init?(firstBytes bytes: ArraySlice<UInt8>) {
        if bytes.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            self = .zstandard
        } else {
            return nil
        }
    }

    /// For messages.
    var name: String {
        switch self {
        case .gzip: "gzip"
        case .zstandard: "zstd"
        }
    }

    func makeDecompressor() -> any Decompressor {
        switch self {
        case .gzip: Inflater()
        case .zstandard: ZstandardDecompressor()
        }
    }

    /// Whether a member may begin with this byte. Zstandard has frames besides its own, which
    /// readers skip.
    func canBegin(with byte: UInt8) -> Bool {
        switch self {
        case .gzip: byte == 0x1f
        case .zstandard: byte == 0x28 || (0x50...0x5f).contains(byte)
        }
    }

    /// Whether zero bytes behind the last member are padding, as gzip has it.
    var allowsPadding: Bool { self == .gzip }
}
