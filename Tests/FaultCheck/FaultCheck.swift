// Looks at many stores in one process, for the fault tests: thousands of images and flipped bits
// would otherwise cost a start of the program each. Requests come as lines on standard input, an
// answer goes out for each. Damage may end this process; whoever asked then knows by which store,
// and starts another one.

import Glibc
import LMDB

@main
enum FaultCheck {
    /// Whoever takes longer than this hangs, and is ended by the alarm's signal.
    private static let limitSeconds: UInt32 = 20

    static func main() {
        while let line = readLine() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            if fields[0] == "hold" {
                hold(fields)
                continue
            }
            alarm(limitSeconds)
            put(answer(fields).joined(separator: "\t") + "\n")
            alarm(0)
        }
    }

    private static func answer(_ fields: [String]) -> [String] {
        switch (fields[0], fields.count) {
        // What a store holds, with the bytes that a key of the store decides.
        case ("state", 2): return StoreState.read(fields[1], isMasked: false).fields
        // The same without those bytes: equal for two stores that took in the same.
        case ("figures", 2): return StoreState.read(fields[1], isMasked: true).fields
        // Turns bit FIELD 3 of file FIELD 2 of a store, looks, and turns it back.
        case ("flip", 4):
            guard let bit = Int(fields[3]) else { return ["usage", fields[3]] }
            let path = fields[1] + "/" + fields[2]
            guard flip(path, bit: bit) else { return ["failed", "\(path): \(errno)"] }
            let state = StoreState.read(fields[1], isMasked: false)
            guard flip(path, bit: bit) else { return ["failed", "\(path): \(errno)"] }
            return state.fields
        case ("fill", 3):
            return Filling.fill(fields[1], mapSizeBytes: Int(fields[2]) ?? 0)
        default: return ["usage", fields.joined(separator: " ")]
        }
    }

    /// Begins FIELD 2 reading transactions on a store, one inside the other, and stays in them
    /// until the requests end: what a reader that hangs, or one of many, does to everybody else.
    private static func hold(_ fields: [String]) {
        do {
            let environment = try Environment.open(path: fields[1] + "/log", access: .readOnly)
            try nest(environment, Int(fields[2]) ?? 0)
        } catch {
            put("refused\t\t\t\t\(error)\n")
        }
    }

    private static func nest(_ environment: Environment, _ count: Int) throws {
        try environment.withRead { _ in
            if count > 1 { return try nest(environment, count - 1) }
            put("holding\t\t\t\t\n")
            while readLine() != nil {}
        }
    }

    private static func flip(_ path: String, bit: Int) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        guard pread(descriptor, &byte, 1, off_t(bit / 8)) == 1 else { return false }
        byte ^= 1 << UInt8(bit % 8)
        return pwrite(descriptor, &byte, 1, off_t(bit / 8)) == 1
    }

    private static func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let bytes = Array(rest)
            let count = write(STDOUT_FILENO, bytes, bytes.count)
            guard count > 0 else { exit(1) }
            rest = rest.dropFirst(count)
        }
    }
}
