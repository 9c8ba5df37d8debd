// One call as it really was; what the records show of it is decided later.

/// A call, or a phantom record, with times in seconds after the period's first midnight.
struct Call {
    enum Ending: Int {
        case inProgress, leftInVoiceResponse, abandoned, served, cutShort, phantom
    }

    let entry: Int
    /// An index into the population.
    let person: Int
    let intent: SyntheticBank.Intent
    /// The need's number, from 1; zero for a phantom, which has none.
    let need: Int
    /// The index of the call that made the caller call again, and how it had failed.
    let cause: Int?
    let reason: SyntheticBank.Failure?
    /// How long this caller would have waited.
    let patienceSeconds: Int
    let line: Int
    let number: Int

    /// The moment of leaving the voice response unit.
    var voiceExit: Int
    /// The moment of leaving the queue; `nil` for a call that never waited.
    var queueExit: Int?
    var serviceStart: Int?
    var serviceSeconds = 0
    var agent = 0
    var ending = Ending.inProgress
    var isMet = false
    var end = 0

    init(
        entry: Int, voiceExit: Int, person: Int, intent: SyntheticBank.Intent, need: Int,
        cause: Int?, reason: SyntheticBank.Failure?, patienceSeconds: Int, line: Int, number: Int
    ) {
        self.entry = entry
        self.voiceExit = voiceExit
        self.person = person
        self.intent = intent
        self.need = need
        self.cause = cause
        self.reason = reason
        self.patienceSeconds = patienceSeconds
        self.line = line
        self.number = number
    }
}
