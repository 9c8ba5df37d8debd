// Starting a program: the system's call wants C strings, a list of descriptors to change, and
// the environment whole.

import Glibc

enum Spawning {
    static func start(
        _ request: ChildRequest, _ pipes: (output: Int32, errors: Int32)?
    ) throws(ProcessesError) -> pid_t {
        let environment = environment(changed: request.environment)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if let pipes {
            unsafe posix_spawn_file_actions_adddup2(&actions, pipes.output, STDOUT_FILENO)
            unsafe posix_spawn_file_actions_adddup2(&actions, pipes.errors, STDERR_FILENO)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        giveSignalsBack(&attributes, keepingOthers: request.sharesOutputs)
        var child: pid_t = 0
        let arguments = [request.executable] + request.arguments
        let code = unsafe withStrings(arguments) { arguments in
            unsafe withStrings(environment) { environment in
                unsafe posix_spawn(
                    &child, request.executable, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            throw .failed(operation: "start \(request.executable)", code: code)
        }
        return child
    }

    /// What this process blocks or ignores, or was started with so, is not the child's: a crash
    /// must end it. A child that shares the outputs goes on or ends with this process where
    /// a person or a terminal that is gone says so.
    private static func giveSignalsBack(
        _ attributes: inout posix_spawnattr_t, keepingOthers: Bool
    ) {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        if keepingOthers {
            for signal in [SIGHUP, SIGINT, SIGQUIT] { unsafe sigdelset(&all, signal) }
        }
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    /// The environment that this process was started with, some of it changed.
    private static func environment(changed: [String: String?]) -> [String] {
        var entries: [String] = []
        for entry in startEnvironment() {
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            if changed.keys.contains(String(entry[..<equals])) { continue }
            entries.append(entry)
        }
        for (name, value) in changed.sorted(by: { $0.key < $1.key }) {
            if let value { entries.append("\(name)=\(value)") }
        }
        return entries
    }

    /// Read from the system: the C library's own list may be changed by other threads.
    private static func startEnvironment() -> [String] {
        let descriptor = unsafe open("/proc/self/environ", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends an array of C strings, ended by a null pointer.
    private static func withStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        var strings = unsafe texts.map { unsafe strdup($0) }
        unsafe strings.append(nil)
        defer { unsafe strings.forEach { unsafe free($0) } }
        return unsafe body(strings)
    }
}
