// Self-service, flow and stuck points as tables.

import Events
import Projections

extension ViewInput {
    func containment(marks: ContactMarks) -> Answer {
        let view = ContainmentView(record, selection)
        let rows = zip(selection.names, view.groups).filter { $1.sessions > 0 }
        var answer = Answer()
        answer.table(
            "containment",
            Table(
                title: "Sessions of self-service and bots, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("sessions", "sessions"),
                    .init("handed_over", "handed over"), .init("abandoned", "left"),
                    .init("closed", "closed"), .init("unstated", "not stated"),
                    .init("base", "base"), .init("reported_containment", "reported"),
                    .init("true_containment", "true"),
                    .init("false_containment", "false, of reported"),
                    .init("silent_give_up", "silent give-up"), .init("censored", "censored"),
                    .init("unseen", "unseen"),
                ],
                rows: (rows.map { ($0, $1) } + [("total", view.total)]).map { name, figures in
                    [
                        .text(name), .integer(figures.sessions), .integer(figures.handedOver),
                        .integer(figures.abandoned), .integer(figures.closed),
                        .integer(figures.unstated), .integer(figures.base),
                        Cell(share: figures.reportedRate), Cell(share: figures.trueRate),
                        Cell(share: figures.falseRate), Cell(share: figures.silentGiveUpRate),
                        .integer(figures.censored), .integer(figures.unseen),
                    ]
                }))
        answer.note(
            "reported containment: sessions that were not handed over, as a dashboard counts them; "
                + "true: closed, and the same need did not come back in any channel within "
                + "\(windowText); silent give-up: not closed, and nothing came after")
        answer.note(
            "base: sessions whose window is complete and whose return could be seen; censored: "
                + "window not complete; unseen: neither customer nor issue known. Whether a closed "
                + "session met the need no log can say: true containment is an upper bound")
        addLoops(marks, to: &answer)
        return answer
    }

    private func addLoops(_ marks: ContactMarks, to answer: inout Answer) {
        let view = LoopView(record, selection, marks: marks)
        let rows = zip(selection.names, view.groups).filter { $1.sessions > 0 }
        answer.fact("loop_count", "loops", .integer(view.loops))
        answer.fact("longest_loop", "attempts in the longest", .integer(view.longest))
        answer.table(
            "loops",
            Table(
                title: "Sessions that go round in circles, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("sessions", "sessions"),
                    .init("base", "base"), .init("looped", "in a loop"),
                    .init("loop_rate", "rate"), .init("state_base", "bot states known"),
                    .init("state_loops", "looped in a state"), .init("state_loop_rate", "rate"),
                ],
                rows: (rows.map { ($0, $1) } + [("total", view.total)]).map { name, figures in
                    [
                        .text(name), .integer(figures.sessions), .integer(figures.base),
                        .integer(figures.looped), Cell(share: figures.loopRate),
                        .integer(figures.stated), .integer(figures.statedLoops),
                        Cell(share: figures.statedLoopRate),
                    ]
                }))
        answer.note(
            "loop: \(LoopView.length) or more contacts of one journey in a row that began in or "
                + "came to automation, with nobody serving and no closing by automation between; "
                + "the log has sessions, not the states of a bot. Where a source states the "
                + "attribute \(ContactMarks.botStateRepeats), sessions that came to one state "
                + "\(LoopView.length) times or more are counted beside it")
    }

    func reachability() -> Answer {
        let view = ReachabilityView(record, selection)
        let rows = zip(selection.names, view.groups).filter { $1.visits > 0 }
        var answer = Answer()
        answer.table(
            "reachability",
            Table(
                title: "From automation to a person, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("contacts", "begun in automation"),
                    .init("handed_over", "handed over"), .init("reached", "reached a person"),
                    .init("reach_rate", "rate"), .init("lost", "left on the way"),
                    .init("mean_steps", "steps"), .init("median_seconds", "median s"),
                    .init("p90_seconds", "90 % s"),
                ],
                rows: (rows.map { ($0, $1) } + [("total", view.total)]).map { name, figures in
                    [
                        .text(name), .integer(figures.visits), .integer(figures.handedOver),
                        .integer(figures.reached), Cell(share: figures.reachRate),
                        .integer(figures.lost), Cell(number: figures.meanSteps, decimals: 2),
                        Cell(seconds: figures.timeQuantile(50)),
                        Cell(seconds: figures.timeQuantile(90)),
                    ]
                }))
        answer.note(
            "seconds from the beginning in automation to a person's answer; requests for a person "
                + "that automation did not pass on are in no record")
        return answer
    }

    func flow(marks: ContactMarks) -> Answer {
        let view = FlowView(record, selection)
        let rows = zip(selection.names, view.groups).filter { $1.answered + $1.journeys > 0 }
        var answer = Answer()
        answer.table(
            "flow",
            Table(
                title: "Hand-overs, escalations and bounces, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("answered", "answered"),
                    .init("transferred", "handed over"), .init("transfer_rate", "rate"),
                    .init("hand_overs_per_contact", "hand-overs per contact"),
                    .init("handed_on_by_people", "by people"),
                    .init("people_transfer_rate", "of served"),
                    .init("escalated", "escalated"), .init("escalation_rate", "rate"),
                    .init("journeys", "journeys"), .init("bouncing", "bouncing"),
                    .init("bounce_rate", "rate"), .init("bounces", "bounces"),
                ],
                rows: (rows.map { ($0, $1) } + [("total", view.total)]).map { name, figures in
                    [
                        .text(name), .integer(figures.answered), .integer(figures.transferred),
                        Cell(share: figures.transferRate),
                        Cell(
                            number: figures.answered == 0
                                ? nil : Double(figures.handOvers) / Double(figures.answered),
                            decimals: 3),
                        .integer(figures.handedOnByPeople),
                        Cell(share: figures.peopleTransferRate),
                        .integer(figures.escalated), Cell(share: figures.escalationRate),
                        .integer(figures.journeys), .integer(figures.bouncing),
                        Cell(share: figures.bounceRate), .integer(figures.bounces),
                    ]
                }))
        let sum = view.steps.reduce(0) { $0 + $1.count }
        answer.table(
            "steps",
            Table(
                title: "Steps between channels",
                columns: [
                    .init("from", "from"), .init("to", "to"), .init("role", "as"),
                    .init("count", "count"), .init("share", "share"),
                ],
                rows: view.steps.prefix(request.limit).map { step, count in
                    [
                        .text(name(step.from)), .text(name(step.to)), .text(step.role.name),
                        .integer(count), Cell(share: Double(count) / Double(max(1, sum))),
                    ]
                }))
        if view.steps.count > request.limit {
            answer.note(
                "\(view.steps.count - request.limit) rarer steps are not shown; --limit shows more")
        }
        answer.note(
            "answered: contacts that were not abandoned at once; handed over by anybody, "
                + "automation too; by people: that a person served and handed on; bouncing: "
                + "journeys in which the customer came back by another channel, unplanned")
        addContext(marks, to: &answer)
        return answer
    }

    private func addContext(_ marks: ContactMarks, to answer: inout Answer) {
        let view = ContextView(record, selection, marks: marks)
        let rows = zip(selection.names, view.groups).filter { $1.handOvers + $1.later > 0 }
        answer.table(
            "context",
            Table(
                title: "Whether what was said goes along, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("hand_overs", "hand-overs"),
                    .init("hand_overs_stated", "stated"), .init("warm", "with context"),
                    .init("warm_share", "of stated"), .init("later_contacts", "later contacts"),
                    .init("later_stated", "stated"), .init("repeated", "asked again"),
                    .init("repeat_information_rate", "of stated"),
                ],
                rows: (rows.map { ($0, $1) } + [("total", view.total)]).map { name, figures in
                    [
                        .text(name), .integer(figures.handOvers), .integer(figures.stated),
                        .integer(figures.warm), Cell(share: figures.warmShare),
                        .integer(figures.later), .integer(figures.laterStated),
                        .integer(figures.repeated), Cell(share: figures.repeatedShare),
                    ]
                }))
        answer.note(
            "stated: the flags \(ContactMarks.contextPassed), of a hand-over, and "
                + "\(ContactMarks.informationRepeated), of a contact after another one of its "
                + "journey; where no source states them there is no share, not a share of zero")
    }

    func stuck() -> Answer {
        let view = StuckView(record, selection)
        var answer = Answer()
        answer.table(
            "stuck",
            Table(
                title: "Where customers get stuck, by intent and channel",
                columns: [
                    .init("intent", "intent"), .init("channel", "channel"),
                    .init("contacts", "contacts"), .init("abandoned", "abandoned"),
                    .init("failed", "failed"), .init("back_same_channel", "back, same channel"),
                    .init("back_other_channel", "back, another"),
                    .init("given_up", "given up"), .init("stuck", "stuck"),
                    .init("stuck_share", "share"),
                ],
                rows: view.points.prefix(request.limit).map { point in
                    [
                        .text(name(point.intent)), .text(name(point.channel)),
                        .integer(point.visits), .integer(point.abandoned),
                        .integer(point.failed), .integer(point.backBySame),
                        .integer(point.backByOther), .integer(point.givenUp),
                        .integer(point.stuck), .share(point.stuckShare),
                    ]
                }))
        if view.points.count > request.limit {
            answer.note(
                "\(view.points.count - request.limit) places with fewer are not shown; --limit "
                    + "shows more")
        }
        answer.note(
            "stuck: the customer had to come back for the same need, or gave up in silence; "
                + "failed: the contact ended with a named failure")
        return answer
    }
}
