// One line on a terminal for work of over a second, wiped when the work is done.

import Glibc
import Synchronization
import Workbench

/// Shows progress on standard error. Safe to call from any thread.
final class ProgressBar: Sendable {
    private static let width = 28
    private static let quietMicroseconds: Int64 = 1_000_000
    private static let pauseMicroseconds: Int64 = 100_000

    private struct State {
        var begun = System.nowMicroseconds
        var shown: Int64 = 0
        var isVisible = false
    }

    private let state = Mutex(State())

    /// A bar where standard error is a terminal, else none.
    static func onTerminal() -> ProgressBar? {
        isatty(STDERR_FILENO) == 1 ? ProgressBar() : nil
    }

    func show(_ progress: Progress) {
        state.withLock { state in
            let now = System.nowMicroseconds
            guard now - state.begun >= ProgressBar.quietMicroseconds,
                now - state.shown >= ProgressBar.pauseMicroseconds
            else { return }
            state.shown = now
            state.isVisible = true
            Console.put(
                "\r\u{1b}[2K" + text(progress, since: state.begun, now: now),
                on: STDERR_FILENO)
        }
    }

    func finish() {
        state.withLock { state in
            if state.isVisible { Console.put("\r\u{1b}[2K", on: STDERR_FILENO) }
            state.isVisible = false
        }
    }

    private func text(_ progress: Progress, since begun: Int64, now: Int64) -> String {
        let share = progress.total > 0 ? Double(progress.done) / Double(progress.total) : 0
        let filled = Int((min(1, share) * Double(ProgressBar.width)).rounded())
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: ProgressBar.width - filled)
        let elapsed = Double(now - begun) / 1e6
        let left = share > 0 ? Int((elapsed / share - elapsed).rounded()) : 0
        var line = "\(progress.activity) \(bar) \(Int(share * 100)) %"
        line += "  \(progress.done) of \(progress.total) \(progress.unit), \(left) s left"
        return progress.detail.isEmpty ? line : line + "  " + progress.detail
    }
}
