// The names of the draws.

import Modeling
import Randomness

/// What each draw is for that belongs to no automation.
struct Purposes: Sendable {
    let link: DrawPurpose
    let difficulty: DrawPurpose
    let unseenReturn: DrawPurpose
    let escalation: DrawPurpose
    let created: DrawPurpose
    let createdHandle: DrawPurpose
    let createdWait: DrawPurpose
    let createdDelay: DrawPurpose
    let ownTimeAnew: DrawPurpose

    init(_ registry: inout DrawPurposeRegistry) throws(RandomnessError) {
        link = try registry.purpose("link")
        difficulty = try registry.purpose("difficulty")
        unseenReturn = try registry.purpose("return")
        escalation = try registry.purpose("escalation")
        created = try registry.purpose("created return")
        createdHandle = try registry.purpose("created contact's handle time")
        createdWait = try registry.purpose("created contact's wait")
        createdDelay = try registry.purpose("created contact's delay")
        ownTimeAnew = try registry.purpose("own time, independent")
    }
}

/// What the draws of one automation are for; all carry its name.
struct AutomationPurposes: Sendable {
    /// Whether it reaches a contact or an agent: a step's take-up, an adoption, a coverage.
    let exposure: DrawPurpose
    /// Whether it does there what it is for.
    let success: DrawPurpose
    let plannedWork: DrawPurpose
    let failedEnd: DrawPurpose
    let falseReturn: DrawPurpose
    let leftReturn: DrawPurpose
    let returnDelay: DrawPurpose
    let contextLost: DrawPurpose
    let misrouted: DrawPurpose
    let wrongAnswer: DrawPurpose
    let wrongAnswerReturn: DrawPurpose
    let created: DrawPurpose
    let release: DrawPurpose

    /// - Throws: where two names would share their draws; another name for the automation mends
    ///   that.
    init(_ id: String, _ registry: inout DrawPurposeRegistry) throws(RandomnessError) {
        exposure = try registry.purpose("take-up", of: id)
        success = try registry.purpose("success", of: id)
        plannedWork = try registry.purpose("planned work", of: id)
        failedEnd = try registry.purpose("failed end", of: id)
        falseReturn = try registry.purpose("return after false containment", of: id)
        leftReturn = try registry.purpose("return after leaving", of: id)
        returnDelay = try registry.purpose("delay of return", of: id)
        contextLost = try registry.purpose("context lost", of: id)
        misrouted = try registry.purpose("misrouted", of: id)
        wrongAnswer = try registry.purpose("wrong answer", of: id)
        wrongAnswerReturn = try registry.purpose("return after wrong answer", of: id)
        created = try registry.purpose("created contact", of: id)
        release = try registry.purpose("release", of: id)
    }
}
