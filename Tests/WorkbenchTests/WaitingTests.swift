// Aim: who waits for another process is told so in words, and a wait that was given up ends with
// the status of a command that could not.

import EventLog
import Keys
import Testing
import Workbench

@Suite struct WaitingTests {
    @Test func aWaitNamesTheProcessWhereItIsKnown() {
        #expect(
            "\(Waiting(seconds: 1.04, holder: 4711))"
                == "waiting for process 4711, which writes to the store; 1 s so far, giving up "
                + "after 60 s")
        #expect("\(Waiting(seconds: 2, holder: nil))".hasPrefix("waiting for another process,"))
    }

    @Test(arguments: [
        EventLogError.busy("another writer holds it") as any Error,
        KeysError.inUse(path: "keys"),
    ])
    func aWaitThatWasGivenUpCouldNot(error: any Error) {
        #expect(Failure(error).kind == .couldNot)
        #expect(Failure(error).message.contains("another"))
    }
}
