// An interrupt from the keyboard that ends long work early and keeps what is done.

import Dispatch
import Glibc
import Synchronization

/// Whether somebody asked to stop. The first interrupt asks; a second one ends the process, as it
/// would have without this.
package final class Interruption: Sendable {
    private let asked = Atomic(false)

    package init() {}

    package var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Asks to stop, as an interrupt does.
    package func ask() { asked.store(true, ordering: .relaxed) }

    /// Runs work during which the first interrupt asks instead of ending the process.
    package static func listening<Value>(
        _ work: (Interruption) throws -> Value
    ) rethrows -> Value {
        let interruption = Interruption()
        let source = DispatchSource.makeSignalSource(
            signal: SIGINT, queue: DispatchQueue(label: "interruption"))
        source.setEventHandler {
            interruption.ask()
            signal(SIGINT, SIG_DFL)
        }
        let before = signal(SIGINT, SIG_IGN)
        source.resume()
        defer {
            source.cancel()
            signal(SIGINT, before)
        }
        return try work(interruption)
    }
}
