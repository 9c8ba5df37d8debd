// The names of the draws.

import Randomness

/// What each draw is for. Draws that belong to the automation carry its name.
struct Purposes: Sendable {
    let link: DrawPurpose
    let difficulty: DrawPurpose
    let unseenReturn: DrawPurpose
    let takeUp: DrawPurpose
    let success: DrawPurpose
    let failedEnd: DrawPurpose
    let falseReturn: DrawPurpose
    let leftReturn: DrawPurpose
    let returnDelay: DrawPurpose
    let contextLost: DrawPurpose
    let created: DrawPurpose
    let createdHandle: DrawPurpose
    let createdWait: DrawPurpose
    let createdDelay: DrawPurpose

    /// - Throws: where two names would share their draws; another name for the automation mends
    ///   that.
    init(_ automation: String) throws(RandomnessError) {
        var registry = DrawPurposeRegistry()
        link = try registry.purpose("link")
        difficulty = try registry.purpose("difficulty")
        unseenReturn = try registry.purpose("return")
        takeUp = try registry.purpose("take-up", of: automation)
        success = try registry.purpose("success", of: automation)
        failedEnd = try registry.purpose("failed end", of: automation)
        falseReturn = try registry.purpose("return after false containment", of: automation)
        leftReturn = try registry.purpose("return after leaving", of: automation)
        returnDelay = try registry.purpose("delay of return", of: automation)
        contextLost = try registry.purpose("context lost", of: automation)
        created = try registry.purpose("created contact", of: automation)
        createdHandle = try registry.purpose("created contact's handle time", of: automation)
        createdWait = try registry.purpose("created contact's wait", of: automation)
        createdDelay = try registry.purpose("created contact's delay", of: automation)
    }
}
