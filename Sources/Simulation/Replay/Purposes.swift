// The names of the draws.

import Randomness

/// What each draw is for. Draws that belong to the automation carry its name.
struct Purposes: Sendable {
    let link = DrawPurpose("link")
    let difficulty = DrawPurpose("difficulty")
    let unseenReturn = DrawPurpose("return")
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

    init(_ automation: String) {
        takeUp = DrawPurpose("take-up", of: automation)
        success = DrawPurpose("success", of: automation)
        failedEnd = DrawPurpose("failed end", of: automation)
        falseReturn = DrawPurpose("return after false containment", of: automation)
        leftReturn = DrawPurpose("return after leaving", of: automation)
        returnDelay = DrawPurpose("delay of return", of: automation)
        contextLost = DrawPurpose("context lost", of: automation)
        created = DrawPurpose("created contact", of: automation)
        createdHandle = DrawPurpose("created contact's handle time", of: automation)
        createdWait = DrawPurpose("created contact's wait", of: automation)
        createdDelay = DrawPurpose("created contact's delay", of: automation)
    }
}
