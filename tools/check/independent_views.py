#!/usr/bin/env python3
"""An independent check of the program's views on a synthetic operation.

Interactions, journeys, roles, causes, states, visits, charges and the ledger are rebuilt in another
language from the raw exports of `downstream generate --profile ...` and from the definitions in
docs/method.md, without the program's sources. Every figure of the views is then compared with what
the program prints: integers and money exactly, other numbers to one part in a thousand million.

The exports are read four times: with the case numbers that the systems name ("named"), without
any, so that every link is a guess by the rules ("unnamed"), without those of the telephone only
("mixed"), and with numbers that lost their last digit, so that several customers have the same one
("shared"). The exports of chatbot and chat get marks of their own first - whether the context
went along, whether something was asked again, how often a bot came back to one state - since the
generator writes none. Links are computed here too and compared; only how likely each guessed one is
(`probability`) is read from the program, because that is another check's business.

The costs are those that are shipped, but for "mixed": there the program is given rules that ask
more of it - tiers beside channels, running costs that begin and end, values by segment, risks of every
kind. Of the tail of risk only that its parts sum to it is checked here, and its mean.

Where the page leaves a reading open, the one was taken with which the program agrees: there,
agreement confirms less. These are: only the very next contact of customer and family is asked
whether it is of the same need; the window of a journey's state is the link rule's, that of
`detection` the views'; `returned_within` runs from beginning to beginning; handed on without a
queue is what was transferred, escalated or deferred; the hours of a journey in `concentration` run
to the end of its last interaction; of tied amounts only those from the quantile's own place on are
in its tail; agents are compared by their time; a message sent unasked is no work in `replay`; the
list of journeys counts all their interactions; the median duration of paths lies between two; a
number is shared where interactions of several customers have it; and a weighted way ends at the
first contact that no real link leads to.

A share or a mean of nothing is held to be no number.

    python3 tools/check/independent_views.py --data DIR --program PATH
        [--scenarios DIR] [--logs DIR] [--variant NAME] [--show N]

--data       the folder that `downstream generate FOLDER --profile retail-bank` wrote
--program    the built `downstream`
--scenarios  the scenarios folder of the repository (default: found beside this file)
--logs       a folder with the event logs volvo_it_incidents_2013 and wabo_receipt_channels, whose
             variants, pairs and durations are then counted from the XES files
--variant    named, unnamed, mixed or shared only (default: all four)
--show       most disagreements to print of one table (default: 5)

Exit status: 0 all agree, 1 at least one disagreement, 2 the check could not be made.
Python 3.9 or later, standard library only (with the system's time-zone data).
"""

import argparse
import bisect
import collections
import datetime
import gzip
import itertools
import json
import math
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zlib
import zoneinfo
from fractions import Fraction

SECOND = 1_000_000  # All times are whole microseconds, as in the log.
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WINDOW = 7 * DAY  # Of the views, where no other is given.
LINK_WINDOW = 14 * DAY  # Of the link rule, and of the states of journeys.
PLACEBO_SHIFT = 14 * DAY
RETURNED_WITHIN = 14 * DAY
HAND_OFF = HOUR
MILLION = 1_000_000
UNITS = 100_000  # Thousandths of a penny in a pound.
LONDON = zoneinfo.ZoneInfo("Europe/London")
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)

# scenarios/costs/synthetic-operation.yaml, in the words of such files; amounts in pounds.
SHIPPED_COSTS = {
    "charges": [
        {"payer": "telephone specialists", "activity": "handle", "tiers": ["2"],
         "channels": ["phone"], "per_minute": "1.00"},
        {"payer": "telephone specialists", "activity": "handle", "teams": ["voice-specialists"],
         "channels": ["chat"], "per_minute": "0.50"},
        {"payer": "telephone specialists", "activity": "handle", "teams": ["voice-specialists"],
         "per_minute": "1.00"},
        {"payer": "telephone service", "activity": "handle", "teams": ["voice-service"],
         "per_minute": "0.80"},
        {"payer": "chat service", "activity": "handle", "teams": ["chat-service"],
         "per_minute": "0.40"},
        {"payer": "mail desk", "activity": "handle", "teams": ["mail-desk"],
         "per_minute": "0.70"},
        {"payer": "back office", "activity": "handle", "teams": ["back-office"],
         "per_minute": "0.80"},
        {"payer": "complaints", "activity": "handle", "teams": ["complaints-team"],
         "per_minute": "1.00"},
        {"payer": "digital", "activity": "automation", "per_minute": "0.05"},
    ],
    "refunds": {"payer": "redress"},
    "runs": [
        {"title": "chat assistant, a session", "payer": "digital", "amount": "0.78",
         "per": "session", "channels": ["chatbot"]},
        {"title": "chat assistant, supervision", "payer": "digital", "amount": "1500.00",
         "per": "month", "channels": ["chatbot"]},
    ],
    "value_at_stake": {"values": [{"amount": "300.00"}], "leaving": {"probability": "0.1125"}},
    "risks": [
        {"title": "ombudsman's case fee", "borne_by": "redress",
         "begins_with": {"event": "complaintOpened"}, "probability": {"value": "0.07"},
         "severity": {"low": "475", "mode": "650", "high": "650"}},
        {"title": "redress after an upheld referral", "borne_by": "redress",
         "begins_with": {"event": "complaintReferred"}, "probability": {"value": "0.35"},
         "severity": {"low": "50", "mode": "200", "high": "1000"}},
    ],
}
# Rules that ask more of the program than those which are shipped; the days are of the operation.
OTHER_COSTS = {
    "charges": [
        {"payer": "second line", "activity": "handle", "teams": ["voice-specialists", "mail-desk"],
         "tiers": ["2", "3"], "channels": ["phone", "email"], "per_minute": "1.23457"},
        {"payer": "first line", "activity": "handle", "tiers": ["1"], "per_minute": "0.71"},
        {"payer": "writing", "activity": "handle", "channels": ["chat", "email"],
         "per_minute": "0.33333"},
        {"payer": "the rest", "activity": "handle", "teams": ["back-office", "voice-service"],
         "per_minute": "0.8"},
        {"payer": "robots", "activity": "automation", "teams": ["assistant"],
         "channels": ["chatbot"], "per_minute": "0.11"},
        {"payer": "digital", "activity": "automation", "channels": ["ivr", "web"],
         "per_minute": "0.05"},
    ],
    "refunds": {"payer": "redress"},
    "runs": [
        {"title": "billing bot", "payer": "robots", "amount": "1.11", "per": "session",
         "channels": ["chatbot"], "intents": ["billing"], "from": 20, "to": 60},
        {"title": "any session", "payer": "usage", "amount": "0.00333", "per": "session"},
        {"title": "licence", "payer": "digital", "amount": "999.99", "per": "month",
         "channels": ["web"], "from": 10},
        {"title": "watch", "payer": "robots", "amount": "100", "per": "week", "to": 45},
        {"title": "hosting", "payer": "hosting", "amount": "3.33", "per": "day",
         "intents": ["billing"]},
    ],
    "value_at_stake": {
        "values": [{"segments": ["digital-first", "excluded"], "amount": "512.5"},
                   {"segments": ["mainstream"], "amount": "210.00001"}],
        "leaving": {"probability": "0.333333"}},
    "risks": [
        {"title": "giving up", "borne_by": "legal", "begins_with": {"state": "givenUp"},
         "segments": ["mainstream", "low-digital"], "probability": {"value": "0.012345"},
         "severity": {"value": "77.7"}},
        {"title": "leaving", "borne_by": "legal", "begins_with": {"state": "churned"},
         "probability": {"value": "1"}, "severity": {"low": "1", "mode": "10", "high": "12.5"}},
        {"title": "not resolved", "borne_by": "redress", "begins_with": {"failure": "unresolved"},
         "intents": ["billing"], "probability": {"value": "0.001"},
         "severity": {"low": "0", "mode": "5", "high": "500"}},
        {"title": "paid back", "borne_by": "redress", "begins_with": {"event": "refundPaid"},
         "probability": {"value": "0.5"}, "severity": {"low": "3", "mode": "3", "high": "9"}},
    ],
}

# scenarios/rules/synthetic-operation.yaml.
ASYNCHRONOUS = {"email"}
OWN_NEED = "own need"
FAILURE_IDS = ["abandoned", "contained", "unresolved", "back-office", "reopened"]
FAILURES = ["abandoned", "closed by automation", "unresolved", "closed in the back office",
            "back after it was resolved"]

LINES = {
    "accounts": {"balance", "access", "product-question"}, "orders": {"case-status", "booking"},
    "payments": {"billing", "charge-dispute"}, "technical": {"technical-fault"},
    "customer-care": {"complaint", "cancellation", "hardship"},
}

# scenarios/policies/never-automate.yaml: id, title, class, intents, segments, failed attempts.
POLICY = [
    ("n1-complaints", "complaints", "human-led", {"complaint"}, None, 0),
    ("n2-after-failed-automation", "automation has failed twice already", "human-led", None, None,
     2),
    ("n3-retention", "cancellation and retention", "ai-informs-only", {"cancellation"}, None, 0),
    ("n4-hardship", "bereavement, job loss, medical bills", "human-led", {"hardship"}, None, 0),
    ("n8-disputes", "charge disputes", "ai-informs-only", {"charge-dispute"}, None, 0),
    ("n9-digitally-excluded", "customers who cannot use digital channels", "ai-informs-only", None,
     {"digitally-excluded"}, 0),
    ("n10-a-person-in-reach", "whom automation passes on, a person serves", "person-reachable",
     None, None, 0),
    ("n11-assisted", "needs that are not simple", "assisted",
     {"billing", "technical-fault", "other"}, None, 0),
    ("n11-simple", "genuinely simple needs", "simple",
     {"balance", "case-status", "access", "booking", "product-question"}, None, 0),
]
FORBIDDING = ("human-led", "ai-informs-only", "person-reachable")
LOOP = 3  # Attempts in a row.
FEW_JOURNEYS = 30

AUTOMATED = ("selfService", "bot")
PEOPLE = ("agent", "backOffice")
HANDED_OVER = ("transferred", "escalated", "deferred")
CLOSED = ("contained", "resolved")
ROLES = ["first", "continuation", "escalation", "rework", "repeat", "follow-up", "recovery"]
STATES = {"settled": "settled", "givenUp": "given_up", "undetermined": "undetermined",
          "churned": "churned", "open": "open"}  # And their columns.
ALL = 10 ** 9  # A limit beyond every list.


# Reading the raw exports --------------------------------------------------------------------------


class Interaction:
    """A contact or a piece of work; what is computed of it is filled in by `Record`."""

    def __init__(self, **known):
        self.kind = "contact"
        self.direction = "inbound"
        self.customer = self.issue = self.agent = self.tier = None
        self.automation = self.wait = self.talk = self.hold = self.wrap_up = None
        self.context_passed = self.asked_again = self.state_repeats = None
        self.__dict__.update(known)
        self.link = None  # The interaction that this one is linked to.
        self.rule = None  # "named" or "rule".
        self.probability = MILLION

    @property
    def inbound(self):
        return self.kind == "contact" and self.direction == "inbound"

    @property
    def served(self):
        """A contact that a person served: an agent's leg of which the customer did not hang up."""
        return self.inbound and self.actor in PEOPLE and self.outcome != "abandoned"

    @property
    def session(self):
        return self.inbound and self.actor in AUTOMATED

    @property
    def handled(self):
        """What people handled: served contacts, and work that a person did."""
        return self.served or (not self.inbound and self.actor in PEOPLE)

    @property
    def handle(self):
        """Talk, hold and wrap-up; None where the talk time is not known."""
        if self.talk is None:
            return None
        return self.talk + (self.hold or 0) + (self.wrap_up or 0)

    @property
    def answered_at(self):
        return self.at + (self.automation or 0) + (self.wait or 0)

    @property
    def end(self):
        """When it ended for the customer; what is written up afterwards is not waited for."""
        return self.answered_at + (self.talk or 0) + (self.hold or 0)

    @property
    def own_time(self):
        """The customer's own time; who writes a message does not sit and wait."""
        if not self.inbound or self.channel in ASYNCHRONOUS:
            return 0
        return ((self.automation or 0) + (self.wait or 0) + (self.talk or 0) + (self.hold or 0))

    @property
    def local(self):
        return self.at + self.offset

    @property
    def day(self):
        return self.local // DAY

    @property
    def line(self):
        return next((line for line, intents in LINES.items() if self.intent in intents), None)


class Event:
    """An event that is no interaction: a complaint, a refund, a survey, a shift, a departure."""

    def __init__(self, **known):
        self.customer = self.issue = None
        self.__dict__.update(known)


class Raw:
    """The exports of an operation, with the position that each event takes in the log."""

    def __init__(self, folder, named):
        self.folder = folder
        self.named = named  # The sources whose case numbers are read.
        self.position = 0
        self.interactions = []
        self.events = []
        self.counts = {}
        for source in SOURCES:
            self.read(source)

    def read(self, source):
        file, delimiter, key, convert = SOURCES[source]
        path = os.path.join(self.folder, file)
        counts = self.counts[source] = collections.Counter()
        seen = {}
        for row in (rows_of_json(path) if delimiter is None else rows_of_text(path, delimiter)):
            counts["read"] += 1
            if row is None:
                counts["rejected"] += 1
                continue
            name = value(row, key)
            if name in seen:
                # The generator repeats whole rows; other content would be a conflict.
                counts["duplicates" if seen[name] == row else "rejected"] += 1
                continue
            seen[name] = row
            counts["accepted"] += 1
            for item in convert(row):
                self.position += 1
                item.position = self.position
                item.source = source
                if source not in self.named:
                    item.issue = None
                kept = self.interactions if isinstance(item, Interaction) else self.events
                kept.append(item)


def rows_of_text(path, delimiter):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        header = next(lines).rstrip("\n").split(delimiter)
        for line in lines:
            fields = [field.strip(" ") for field in line.rstrip("\n").split(delimiter)]
            yield dict(zip(header, fields)) if len(fields) == len(header) else None


def rows_of_json(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                yield None


def share_numbers(folder, target):
    """Writes the exports once more, their case numbers without the last digit."""
    os.makedirs(target)
    shorter = lambda text: text[:-1] if len(text) > 1 else text
    for file, delimiter, *_ in SOURCES.values():
        with gzip.open(os.path.join(folder, file), "rt", encoding="utf-8", newline="\n") as lines, \
                gzip.open(os.path.join(target, file), "wt", encoding="utf-8", newline="\n") as out:
            header = next(lines) if delimiter else ""
            out.write(header)
            names = header.rstrip("\n").split(delimiter or ",")
            for line in lines:
                if delimiter is None:
                    line = re.sub('"case":"([^"]*)"',
                                  lambda found: '"case":"%s"' % shorter(found[1]), line)
                else:
                    fields = line.rstrip("\n").split(delimiter)
                    line = delimiter.join(shorter(field) if name in CASES else field for name, field
                                          in itertools.zip_longest(names, fields)
                                          if field is not None) + "\n"
                out.write(line)


def mark_contacts(folder, target):
    """The exports once more; sessions of the chatbot and chats say more of themselves, some of
    them, by a hash of the line, so that a repeated line stays one."""
    os.makedirs(target)
    for source, (file, *_) in SOURCES.items():
        if source not in MARKS:
            os.symlink(os.path.join(os.path.abspath(folder), file), os.path.join(target, file))
            continue
        with gzip.open(os.path.join(folder, file), "rt", encoding="utf-8") as lines, \
                gzip.open(os.path.join(target, file), "wt", encoding="utf-8") as out:
            for line in lines:
                chance = zlib.crc32(line.encode())
                marks = {}
                if chance % 3:
                    marks["passed"] = chance // 3 % 2 == 0
                if source == "chat" and chance // 6 % 3:
                    marks["again"] = chance // 18 % 4 == 0
                if source == "chatbot" and chance // 72 % 3:
                    marks["repeats"] = chance // 216 % 6
                end = line.rstrip("\n")
                if end.endswith("}"):
                    line = end[:-1] + ',"marks":%s}\n' % json.dumps(marks)
                out.write(line)


# The line of a mapping after which the attributes go, and what goes there.
MARKS = {
    "chatbot": ("    turns:", "    context_passed: {column: marks.passed, type: flag}\n"
                "    bot_state_repeats: {column: marks.repeats, type: integer}\n"),
    "chat": ("  customer:", "  attributes:\n"
             "    context_passed: {column: marks.passed, type: flag}\n"
             "    information_repeated: {column: marks.again, type: flag}\n"),
}


def value(row, path, unknown=()):
    """A column, or the value at a path of a JSON record; None where it says nothing."""
    for name in path.split(".") if path not in row else [path]:
        row = row.get(name) if row is not None else None
    return None if row is None or row == "" or row in unknown else row


def stamp(moment):
    """Microseconds since 1970 and the offset of the clock that told them."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1), (
        moment.utcoffset() // datetime.timedelta(microseconds=1))


def iso(text):
    return stamp(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))


def local_text(text):
    form = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    return stamp(datetime.datetime.strptime(text, form).replace(tzinfo=LONDON))


def epoch(ticks, unit):
    """A count since 1970 states no offset; it is read on the clocks of the file's zone."""
    at = int(ticks) * unit
    return at, stamp((EPOCH + datetime.timedelta(microseconds=at)).astimezone(LONDON))[1]


def duration(count, unit):
    """A duration in microseconds; a negative one is a slip of a counter, and unknown."""
    if count is None:
        return None
    if unit is None:
        sign = -1 if count.startswith("-") else 1
        hours, minutes, seconds = (int(part) for part in count.lstrip("-").split(":"))
        amount = sign * ((hours * 60 + minutes) * 60 + seconds) * SECOND
    else:
        amount = int(count) * unit
    return amount if amount >= 0 else None


def telephone(row):
    at, offset = local_text(row["started"])
    yield Interaction(
        at=at, offset=offset, customer=value(row, "customer_no", ("0",)),
        issue=value(row, "case_no"), channel="phone", intent=value(row, "call_reason"),
        segment=value(row, "customer_group"), actor="agent", team=value(row, "queue"),
        tier=value(row, "tier"),
        agent=value(row, "agent"), wait=duration(value(row, "queue_time"), None),
        talk=duration(value(row, "talk_time"), None), hold=duration(value(row, "hold_time"), None),
        wrap_up=duration(value(row, "wrap_time"), None),
        outcome={"RES": "resolved", "NRS": "unresolved", "TRF": "transferred", "ESC": "escalated",
                 "ABN": "abandoned", "DEF": "deferred"}.get(row["disposition"], "unknown"))


def ivr(row):
    at, offset = epoch(row["began"], SECOND)
    yield Interaction(
        at=at, offset=offset, customer=value(row, "caller", ("anonymous",)),
        issue=value(row, "case_ref"), channel="ivr", intent=value(row, "menu"),
        segment=value(row, "caller_group"), actor="selfService", team="voice-menu",
        automation=duration(value(row, "seconds"), SECOND),
        outcome={"served": "contained", "agent": "transferred",
                 "hangup": "abandoned"}.get(row["result"], "unknown"))


def chatbot(row):
    at, offset = epoch(value(row, "session.started"), 1_000)
    yield Interaction(
        at=at, offset=offset, customer=value(row, "data.customer.id"),
        issue=value(row, "data.case"), channel="chatbot", intent=value(row, "data.intent"),
        segment=value(row, "data.customer.segment"), actor="bot",
        team="assistant" if value(row, "flow") == "assistant" else "faq-bot",
        automation=duration(value(row, "session.duration_ms"), 1_000),
        context_passed=value(row, "marks.passed"), state_repeats=value(row, "marks.repeats"),
        outcome={"goal": "contained", "handover": "transferred",
                 "dropped": "abandoned"}.get(value(row, "outcome"), "unknown"))


def chat(row):
    at, offset = iso(value(row, "opened"))
    yield Interaction(
        at=at, offset=offset, customer=value(row, "customer"), issue=value(row, "case"),
        channel="chat", intent=value(row, "topic"), segment=value(row, "segment"), actor="agent",
        team=value(row, "desk.team"), agent=value(row, "desk.agent"),
        wait=duration(value(row, "wait_s"), SECOND), talk=duration(value(row, "chat_s"), SECOND),
        wrap_up=duration(value(row, "wrap_s"), SECOND),
        context_passed=value(row, "marks.passed"), asked_again=value(row, "marks.again"),
        outcome={"solved": "resolved", "not solved": "unresolved", "passed on": "transferred",
                 "raised": "escalated", "left queue": "abandoned",
                 "follow-up": "deferred"}.get(value(row, "closed_as"), "unknown"))


def email(row):
    at, offset = iso(row["received"])
    outward = row["direction"] == "out"
    yield Interaction(
        at=at, offset=offset, customer=value(row, "customer", ("-",)), issue=value(row, "case"),
        channel="email", intent=value(row, "subject"), segment=value(row, "group"),
        direction="outbound" if outward else "inbound", actor="system" if outward else "agent",
        team=value(row, "desk"), agent=value(row, "handler"),
        wait=duration(value(row, "waited_minutes"), MINUTE),
        talk=duration(value(row, "worked_seconds"), SECOND),
        outcome={"answered": "resolved", "pending office": "deferred",
                 "reopen expected": "unresolved"}.get(row["status"], "unknown"))


def web(row):
    at, offset = epoch(value(row, "ts"), 1_000)
    yield Interaction(
        at=at, offset=offset, customer=value(row, "user.id"), issue=value(row, "case"),
        channel="web", intent=value(row, "goal"), segment=value(row, "user.segment"),
        actor="selfService", team="web-self-service",
        automation=duration(value(row, "ms"), 1_000),
        outcome={"done": "contained", "left": "abandoned"}.get(value(row, "result"), "unknown"))


def back_office(row):
    at, offset = local_text(row["created"])
    yield Interaction(
        kind="workTask", direction="internal", at=at, offset=offset,
        customer=value(row, "customer", ("0",)), issue=value(row, "case"), channel="back-office",
        intent=value(row, "kind"), segment=value(row, "group"), actor="backOffice",
        team="back-office", agent=value(row, "worker"),
        wait=duration(value(row, "queued_minutes"), MINUTE),
        talk=duration(value(row, "worked"), None),
        outcome="resolved" if row["result"] == "done" else "unknown")


def complaints(row):
    """One row is a complaint from its opening to its closing: up to five events, one of them work.
    """
    who = {"customer": value(row, "customer"), "issue": value(row, "case")}
    at, offset = iso(row["opened"])
    yield Event(kind="complaintOpened", at=at, offset=offset, **who)
    yield Interaction(
        kind="recovery", direction="internal", at=at, offset=offset, channel="complaints",
        intent=value(row, "about"), segment=value(row, "group"), actor="agent",
        team="complaints-team", agent=value(row, "handler"),
        talk=duration(value(row, "worked_minutes"), MINUTE),
        outcome={"upheld": "resolved", "not upheld": "unresolved"}.get(row["outcome"], "unknown"),
        **who)
    at, offset = iso(row["closed"])
    yield Event(kind="complaintClosed", at=at, offset=offset, **who)
    redress = Fraction(row["redress_gbp"] or "0")
    if redress > 0:
        yield Event(kind="refundPaid", at=at, offset=offset, money=redress, **who)
    if row["ombudsman"] == "yes":
        yield Event(kind="complaintReferred", at=at, offset=offset, **who)


def surveys(row):
    at, offset = iso(row["answered"])
    yield Event(kind="surveyAnswered", at=at, offset=offset, customer=value(row, "customer"),
                csat=int(row["csat"]))


def churn(row):
    at, offset = iso(row["closed_at"])
    yield Event(kind="customerChurned", at=at, offset=offset, customer=value(row, "customer"))


def roster(row):
    at, offset = local_text(row["begins"])
    kind = {"on duty": "rosterPlanned", "sick": "agentAbsent"}[row["status"]]
    yield Event(kind=kind, at=at, offset=offset, ended=local_text(row["ends"])[0],
                team=value(row, "team"), agent=value(row, "agent"))


def deployments(row):
    at, offset = iso(row["live_from"])
    yield Event(kind="automationDeployed", at=at, offset=offset)


# In the order in which they are taken into the log. The delimiter is None for JSON Lines.
SOURCES = {
    "telephone": ("telephone.csv.gz", ";", "call_id", telephone),
    "ivr": ("ivr.csv.gz", ",", "session", ivr),
    "chatbot": ("chatbot.jsonl.gz", None, "session.id", chatbot),
    "chat": ("chat.jsonl.gz", None, "id", chat),
    "email": ("email.csv.gz", "\t", "message_id", email),
    "web": ("web.jsonl.gz", None, "visit", web),
    "back-office": ("back-office.csv.gz", "|", "task", back_office),
    "complaints": ("complaints.csv.gz", ",", "reference", complaints),
    "surveys": ("surveys.csv.gz", ";", "survey", surveys),
    "churn": ("churn.csv.gz", ",", "account", churn),
    "roster": ("roster.csv.gz", ";", "shift", roster),
    "deployments": ("deployments.csv.gz", ",", "deployment", deployments),
}
VARIANTS = {
    "named": set(SOURCES),
    "unnamed": set(),
    "mixed": set(SOURCES) - {"telephone"},
    "shared": set(SOURCES),  # Of exports whose numbers `share_numbers` has shortened.
}
CASES = {"case", "case_no", "case_ref"}  # The columns that hold the case numbers.


# Journeys, visits, charges ------------------------------------------------------------------------


class Journey:
    def __init__(self, first):
        self.interactions = []
        self.visits = []
        self.first = first

    @property
    def last(self):
        return self.interactions[-1]

    @property
    def customer(self):
        """The one that its interactions name; systems that do not know them leave them out."""
        return next((one.customer for one in self.interactions if one.customer), None)


class Visit:
    """A contact as customers count them: an inbound contact with the legs that go on with it."""

    def __init__(self, head):
        self.head = head
        self.legs = [head]
        self.journey = head.journey

    @property
    def at(self):
        return self.head.at

    @property
    def served(self):
        return any(leg.served for leg in self.legs)


class Record:
    """The record rebuilt: links, journeys, roles, causes, states, visits, charges, the ledger."""

    def __init__(self, raw, probabilities, costs):
        self.costs = costs
        self.interactions = sorted(raw.interactions, key=lambda one: (one.at, one.position))
        self.events = sorted(raw.events, key=lambda one: (one.at, one.position))
        for order, one in enumerate(self.interactions):
            one.order = order
            one.failure = failure_of(one)
        contacts = [one for one in self.interactions if one.kind == "contact"]
        self.first_day, self.last_day = contacts[0].day, contacts[-1].day
        self.end = (self.last_day + 1) * DAY - contacts[-1].offset
        self.days = list(range(self.first_day, self.last_day + 1))
        # The days before this one are the first half.
        self.middle = self.first_day + len(self.days) // 2
        self.link(probabilities)
        self.join()
        self.assign()
        self.find_visits()
        self.find_followers()
        self.charge()
        self.give_back()
        self.run_periods()
        self.weigh_customers()
        self.find_risks()

    def censored(self, at, window=WINDOW):
        return at + window >= self.end

    def key_of(self, item, last=None):
        """Whose issue it is: one number given to several customers is an issue of each. Where
        nobody is named, it goes on with the last one of that number."""
        if len(self.customers_of_issue[item.issue]) < 2:
            return item.issue, None
        if item.customer is None and last is not None:
            return last
        return item.issue, item.customer

    def link(self, probabilities):
        self.customers_of_issue = collections.defaultdict(set)
        for one in self.interactions:
            if one.issue is not None and one.customer is not None:
                self.customers_of_issue[one.issue].add(one.customer)
        last_of_issue, last_of_number, last_of_need = {}, {}, {}
        for one in self.interactions:
            one.key = None
            if one.issue is not None:
                one.key = self.key_of(one, last_of_number.get(one.issue))
                one.link = last_of_issue.get(one.key)
                last_of_issue[one.key] = one
                last_of_number[one.issue] = one.key
                if one.link is not None:
                    one.rule = "named"
            if one.inbound and one.customer is not None:
                need = (one.customer, one.intent)
                earlier = last_of_need.get(need)
                if (one.link is None and earlier is not None
                        and one.at - earlier.at <= LINK_WINDOW
                        and (one.key is None or earlier.key is None)):
                    one.link, one.rule = earlier, "rule"
                    one.probability = probabilities.get(one.position, MILLION)
                last_of_need[need] = one

    def join(self):
        """Links go back in the order of the record, but may join chains: a union of sets."""
        root = list(range(len(self.interactions)))

        def find(order):
            while root[order] != order:
                root[order] = root[root[order]]
                order = root[order]
            return order

        for one in self.interactions:
            if one.link is not None:
                first, second = sorted((find(one.order), find(one.link.order)))
                root[second] = first
        journeys = {}
        for one in self.interactions:
            place = find(one.order)
            if place not in journeys:
                journeys[place] = Journey(one)
            one.journey = journeys[place]
            one.journey.interactions.append(one)
        self.journeys = list(journeys.values())

    def assign(self):
        for one in self.interactions:
            one.role = role_of(one)
        for one in self.interactions:
            back = one.link
            # Who complains of it in the same issue is back, too.
            if (one.role in ("repeat", "recovery") and back and back.outcome == "resolved" and back.failure is None
                    and one.at - back.at <= RETURNED_WITHIN):
                back.failure = FAILURES[4]
        for one in self.interactions:
            one.role = role_of(one)
            one.cause = cause_of(one)
        departures = collections.defaultdict(list)
        for event in self.events:
            if event.kind == "customerChurned" and event.customer is not None:
                departures[event.customer].append(event.at)
        self.gone = set(departures)
        for journey in self.journeys:
            last = journey.last
            known = journey.customer is not None or any(
                one.key is not None for one in journey.interactions)
            gone = any(last.at <= at <= last.at + LINK_WINDOW
                       for at in departures[journey.customer])
            if gone:
                journey.state = "churned"
            elif known and self.censored(last.at, LINK_WINDOW):
                journey.state = "open"
            elif last.outcome == "unresolved" and last.kind == "contact":
                journey.state = "givenUp"
            else:
                journey.state = {"abandoned": "givenUp", "contained": "undetermined"}.get(
                    last.outcome, "settled")

    def find_visits(self):
        self.visits = []
        for one in self.interactions:
            one.visit = None
            if not one.inbound:
                continue
            if one.role in ("continuation", "escalation") and one.link.visit is not None:
                one.visit = one.link.visit
                one.visit.legs.append(one)
            else:
                one.visit = Visit(one)
                one.visit.number = len(one.journey.visits)
                one.journey.visits.append(one.visit)
                self.visits.append(one.visit)

    def find_followers(self):
        """When the next visit of the same journey begins, and the next of the same need."""
        later = {}
        for visit in reversed(self.visits):
            head = visit.head
            siblings = visit.journey.visits
            visit.next = siblings[visit.number + 1] if visit.number + 1 < len(siblings) else None
            visit.strict_at = visit.next.at if visit.next else math.inf
            visit.same_need_at = visit.strict_at
            visit.seen = head.customer is not None or head.key is not None
            visit.censored = self.censored(visit.at)
            if head.customer is not None:
                other = later.get((head.customer, head.intent))
                if other is not None and (head.key is None or other.head.key is None
                                          or head.key == other.head.key):
                    visit.same_need_at = min(visit.same_need_at, other.at)
                later[head.customer, head.intent] = visit
            visit.in_base = visit.seen and not visit.censored
            visit.followed = visit.same_need_at <= visit.at + WINDOW
            visit.followed_strictly = visit.strict_at <= visit.at + WINDOW
            visit.recovered = any(
                one.role == "recovery" and head.order < one.order and one.at <= visit.at + WINDOW
                for one in visit.journey.interactions)

    def charge(self):
        """Every charge is posted twice: paid by (intent, payer), caused by (intent, failure)."""
        self.matrix = collections.Counter()
        self.weighted = collections.Counter()
        self.hours = collections.Counter()
        self.run_units = collections.Counter()
        self.run_amounts = collections.Counter()
        for one in self.interactions:
            charges = []
            for activity, time in (("handle", one.handle if one.handled else None),
                                   ("automation", one.automation)):
                rule = self.rate(activity, one) if time else None
                if rule:
                    # Half to even, as a Fraction rounds.
                    amount = round(Fraction(rule["per_minute"]) * UNITS * time / MINUTE)
                    charges.append((rule["payer"], amount))
            run = self.session_run(one) if one.session else None
            if run:
                amount = pounds(run["amount"])
                charges.append((run["payer"], amount))
                self.run_units[run["title"]] += 1
                self.run_amounts[run["title"]] += amount
            self.hours[chain_of(one)[-1][1]] += one.own_time
            one.cost = 0
            for payer, amount in charges:
                one.cost += amount
                post(self.matrix, self.weighted, one, amount, (one.intent, payer))
        for journey in self.journeys:
            journey.cost = sum(one.cost for one in journey.interactions)

    def give_back(self):
        """Refunds are paid by redress, and caused by what their interaction's cost is caused by."""
        self.of_issue, self.of_customer = (collections.defaultdict(list) for _ in range(2))
        for one in self.interactions:
            if one.key is not None:
                self.of_issue[one.key].append(one)
            if one.customer is not None:
                self.of_customer[one.customer].append(one)
        self.refunded = 0
        for event in self.events:
            one = self.place_of(event) if event.kind == "refundPaid" else None
            if one is None:
                continue
            amount = round(event.money * UNITS)
            self.refunded += amount
            post(self.matrix, self.weighted, one, amount,
                 (one.intent, self.costs["refunds"]["payer"]))

    def rate(self, activity, one):
        """The first charge whose teams, tiers and channels all take the interaction."""
        return next((rule for rule in self.costs["charges"] if rule["activity"] == activity
                     and takes(rule, "teams", one.team) and takes(rule, "tiers", one.tier)
                     and takes(rule, "channels", one.channel)), None)

    def session_run(self, one):
        return next((run for run in self.costs["runs"] if run["per"] == "session"
                     and takes(run, "channels", one.channel)
                     and takes(run, "intents", one.intent)
                     and one.day in self.paid_days(run, [one.day])), None)

    def paid_days(self, run, days):
        """`from` and `to` are written here as days after the first one."""
        first = self.first_day + run.get("from", -ALL)
        last = self.first_day + run.get("to", ALL)
        return [day for day in days if first <= day <= last]

    def period(self, run, days):
        """A day's part of a week or a month, summed and rounded once."""
        paid = self.paid_days(run, days)
        length = {"day": lambda day: 1, "week": lambda day: 7, "month": days_of_month}[run["per"]]
        return len(paid), round(
            sum(Fraction(run["amount"]) * UNITS / length(day) for day in paid) + Fraction(0))

    def run_periods(self):
        """What is no interaction's: a row of its own, paid in no intent."""
        self.run_rows = {}
        for run in self.costs["runs"]:
            if run["per"] != "session":
                units, amount = self.period(run, self.days)
                self.run_units[run["title"]] = units
                self.run_amounts[run["title"]] = amount
                self.run_rows["no intent", "run of " + run["title"], "no intent",
                              run["payer"]] = amount

    def weigh_customers(self):
        """Customers' value, lost once, and at risk as far as they may still leave."""
        self.value = {book: collections.Counter() for book in
                      ("left_by_rule", "left_weighted", "at_risk_by_rule", "at_risk_weighted")}
        rules = self.costs["value_at_stake"]
        worth = lambda one: next((pounds(value["amount"]) for value in rules["values"]
                                  if takes(value, "segments", segment_of(one))), None)
        departures, given_up = {}, []
        for journey in self.journeys:
            if journey.state == "churned":
                other = departures.get(journey.customer)
                if other is None or journey.last.order > other.order:
                    departures[journey.customer] = journey.last
            elif (journey.state == "givenUp" and journey.customer is not None
                  and journey.customer not in self.gone):
                given_up.append(journey)
        self.left = 0
        for last in departures.values():
            amount = worth(last)
            if amount is not None:
                self.left += 1
                post(self.value["left_by_rule"], self.value["left_weighted"], last, amount, ())
        at_risk, stays = set(), {}
        chance = Fraction(rules["leaving"]["probability"])
        for journey in sorted(given_up, key=lambda journey: journey.last.order):
            before = stays.get(journey.customer, MILLION)
            stays[journey.customer] = round(before * (1 - chance))
            amount = worth(journey.last)
            if amount is not None:
                at_risk.add(journey.customer)
                post(self.value["at_risk_by_rule"], self.value["at_risk_weighted"], journey.last,
                     round(Fraction(amount * (before - stays[journey.customer]), MILLION)), ())
        self.at_risk = len(at_risk)

    def find_risks(self):
        """Each case's expected loss, caused × borne."""
        self.risk = {book: collections.Counter() for book in
                     ("expected_by_rule", "expected_weighted")}
        self.risk_cases, self.risk_losses = [], []
        for rule in self.costs["risks"]:
            (kind, name), = rule["begins_with"].items()
            if kind == "state":
                found = [journey.last for journey in self.journeys if journey.state == name]
            elif kind == "failure":
                title = FAILURES[FAILURE_IDS.index(name)]
                found = [one for one in self.interactions if one.failure == title]
            else:
                found = [self.place_of(event) for event in self.events if event.kind == name]
            found = [one for one in found if one is not None
                     and takes(rule, "intents", one.intent)
                     and takes(rule, "segments", segment_of(one))]
            loss = round(Fraction(rule["probability"]["value"]) * six_means(rule) / 6)
            self.risk_cases.append(len(found))
            self.risk_losses.append(loss * len(found))
            for one in found:
                post(self.risk["expected_by_rule"], self.risk["expected_weighted"], one, loss,
                     (one.intent, rule["borne_by"]))

    def place_of(self, event):
        """The interaction to which a complaint or a refund belongs: the last of its issue, else of
        its customer, at or before it."""
        related = [one for one in self.of_issue[self.key_of(event)] if one.at <= event.at] or [
            one for one in self.of_customer[event.customer] if one.at <= event.at]
        return related[-1] if related else None


def pounds(text):
    """Thousandths of a penny; the files hold no more decimals than that."""
    amount = Fraction(text) * UNITS
    assert amount.denominator == 1
    return int(amount)


def takes(rule, key, word):
    """Whether a list of a rule takes a word; a list that is left out takes any."""
    return not rule.get(key) or (word or "") in rule[key]


def segment_of(one):
    """Its own, or that of what it is linked to, and so on back."""
    while one is not None:
        if one.segment:
            return one.segment
        one = one.link
    return ""


def six_means(rule):
    """Six times the mean of a severity, in thousandths of a penny: low + 4 mode + high."""
    severity = rule["severity"]
    low, mode, high = (pounds(severity.get(name) or severity["value"])
                       for name in ("low", "mode", "high"))
    return low + 4 * mode + high


def days_of_month(day):
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    return ((date.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
            - date.replace(day=1)).days


def post(by_rule, weighted, one, amount, paid):
    """An amount to where an interaction's cost was caused: whole, and in shares."""
    chain = chain_of(one)
    by_rule[chain[-1][1] + paid] += amount
    for account, part in shares(chain, amount):
        weighted[account + paid] += part


def failure_of(one):
    """The first condition of the link rules that matches; what a return shows comes after these."""
    for outcome, title in zip(("abandoned", "contained", "unresolved"), FAILURES):
        if one.outcome == outcome:
            return title
    return FAILURES[3] if one.actor == "backOffice" else None


def role_of(one):
    if one.link is None:
        return "first"
    if one.kind in ("recovery", "complaintOpened"):
        return "recovery"
    if one.kind == "rework":
        return "rework"
    if not one.inbound:
        return "follow-up"
    if one.at <= one.link.end + HAND_OFF:
        if one.link.outcome == "transferred":
            return "continuation"
        if one.link.outcome == "escalated":
            return "escalation"
    return "rework" if one.link.failure else "repeat"


def cause_of(one):
    if one.role in ("rework", "escalation", "recovery") and one.link.failure:
        return "failure"
    if one.role in ("continuation", "follow-up", "rework", "escalation"):
        return "fulfilment"
    return "own"


def chain_of(one):
    """The way back from an interaction to its cause: for each contact on it, how sure the link to
    it is, and the account that it is if the way ends there."""
    here, failed = one, None
    chain = [(MILLION, (one.intent, OWN_NEED))]
    while here.cause != "own":
        if here.cause == "failure":
            failed = (here.link.intent, here.link.failure)
        chain.append((here.probability, failed or (here.link.intent, OWN_NEED)))
        here = here.link
    return chain


def shares(chain, amount):
    """What each contact on the way back takes of an amount: the drop in the probability that all
    links so far are real; the last one takes the rest."""
    rest, real = amount, MILLION
    for place, (_, account) in enumerate(chain):
        if place + 1 == len(chain) or real == 0:
            yield account, rest  # Also of a way that cannot be real beyond this contact.
            return
        onward = round(Fraction(real * chain[place + 1][0], MILLION))
        part = round(Fraction(amount * (real - onward), MILLION))
        yield account, part
        rest, real = rest - part, onward


# The views ----------------------------------------------------------------------------------------


def ratio(part, whole):
    return part / whole if whole else None


def lower_quantile(values, share):
    """An observed value: the smallest that at least this share does not exceed."""
    values = sorted(values)
    if not values:
        return None
    return values[max(0, math.ceil(Fraction(share) * len(values)) - 1)]


class Money(int):
    """Thousandths of a penny; compared to the last unit."""


def per(amount, count):
    return Money(round(Fraction(amount, count))) if count else None


def hours(microseconds):
    return None if microseconds is None else microseconds / HOUR


def group_names(one, by):
    if by == "week":
        return day_text(week_of(one.day))
    if by == "month":
        return day_text(one.day)[:7]
    return getattr(one, by) or "unknown"


def day_text(day):
    return (EPOCH + datetime.timedelta(days=day)).strftime("%Y-%m-%d")


def week_of(day):
    """The Monday; 1970-01-01 was a Thursday."""
    return day - (day + 3) % 7


def in_groups(items, name):
    """The items by group, and all of them as `total`."""
    groups = collections.defaultdict(list)
    for item in items:
        groups[name(item)].append(item)
        groups["total"].append(item)
    return groups


def view_resolution(record, by="intent"):
    name = lambda one: group_names(one, by)
    visits = in_groups(record.visits, lambda visit: name(visit.head))
    journeys = in_groups(record.journeys, lambda journey: name(journey.first))
    interactions = in_groups(record.interactions, name)
    rates, costs = [], []
    for group in interactions:
        here, ours = visits[group], journeys[group]
        base = [visit for visit in here if visit.in_base]
        first_served = [visit for visit in base if visit.head.link is None and visit.served]
        met = [visit for visit in first_served if not visit.followed and not visit.recovered
               and visit.legs[-1].outcome not in ("unresolved", "abandoned")]
        ended = [journey for journey in ours if journey.state != "open"]
        settled = [journey for journey in ended if journey.state == "settled"]
        caused = [visit for visit in here if visit.head.cause == "failure"]
        alone = [visit for visit in here if visit.head.link is None and visit.next is None]
        with_visit = sum(bool(journey.visits) for journey in ours)
        rates.append({
            "group": group, "contacts": len(here), "journeys": len(ours),
            "contacts_per_journey": ratio(len(here), with_visit),
            "repeat_share": 1 - with_visit / len(here) if here else None,
            "first_contact_resolution": ratio(len(met), len(first_served)),
            "fcr_base": len(first_served),
            "one_contact_resolution": ratio(
                sum(len(journey.visits) == 1 for journey in settled), len(ended)),
            "one_and_done_share": ratio(len(alone), len(here)),
            "recontact_rate": ratio(sum(visit.followed for visit in base), len(base)),
            "recontact_base": len(base),
            "recontact_strict_rate": ratio(
                sum(visit.followed_strictly for visit in base), len(base)),
            "recontact_censored": sum(visit.seen and visit.censored for visit in here),
            "failure_demand_share": ratio(len(caused), len(here)),
            "failure_demand_weighted": ratio(
                sum(visit.head.probability for visit in caused) / MILLION, len(here)),
        })
        # A visit's cost is its first leg's, wherever it went; what is in no visit is work.
        spent = sum(leg.cost for visit in here for leg in visit.legs) + sum(
            one.cost for one in interactions[group] if one.visit is None)
        lengths = [journey.last.end - journey.first.at for journey in settled]
        states = collections.Counter(journey.state for journey in ours)
        costs.append({
            "group": group, "cost": Money(spent), "cost_per_contact": per(spent, len(here)),
            "cost_per_resolution": per(sum(journey.cost for journey in settled), len(settled)),
            "whole_cost_per_resolution": per(spent, len(settled)),
            "settled": states["settled"], "given_up": states["givenUp"],
            "undetermined": states["undetermined"], "churned": states["churned"],
            "open": states["open"],
            "confirmed": sum(journey.last.outcome == "resolved" for journey in settled),
            "median_hours_to_resolution": hours(lower_quantile(lengths, Fraction(1, 2))),
            "p95_hours_to_resolution": hours(lower_quantile(lengths, Fraction(95, 100))),
        })
    return {"resolution": (["group"], rates), "cost": (["group"], costs)}


def view_containment(record):
    sessions = [one for one in record.interactions if one.inbound and one.actor in AUTOMATED]
    rows = []
    for group, here in in_groups(sessions, lambda one: one.channel).items():
        over = [one for one in here if one.outcome in HANDED_OVER]
        closed = [one for one in here if one.outcome in CLOSED]
        left = [one for one in here if one.outcome == "abandoned"]
        base = [one for one in here if one.visit.in_base]
        reported = [one for one in base if one.outcome not in HANDED_OVER]
        ended = [one for one in base if one.visit.legs[-1] is one and not one.visit.followed]
        true = [one for one in ended if one.outcome in CLOSED]
        silent = [one for one in ended if one.outcome not in HANDED_OVER + CLOSED]
        rows.append({
            "group": group, "sessions": len(here), "handed_over": len(over),
            "abandoned": len(left), "closed": len(closed),
            "unstated": len(here) - len(over) - len(closed) - len(left), "base": len(base),
            "reported_containment": ratio(len(reported), len(base)),
            "true_containment": ratio(len(true), len(base)),
            "false_containment": ratio(len(reported) - len(true), len(reported)),
            "silent_give_up": ratio(len(silent), len(base)),
            "censored": sum(one.visit.seen and one.visit.censored for one in here),
            "unseen": sum(not one.visit.seen for one in here),
        })
    return {"containment": (["group"], rows), **loops(sessions)}


def automated_closing(visit):
    last = visit.legs[-1]
    return last.actor in AUTOMATED and last.outcome in CLOSED


def runs_of_attempts(journey):
    """Attempts at automation in a row, with no person serving and no closing between them."""
    runs = [[]]
    for visit in journey.visits:
        if visit.served:
            runs.append([])
        elif any(leg.actor in AUTOMATED for leg in visit.legs):
            runs[-1].append(visit)
            if automated_closing(visit):
                runs.append([])
    return runs


def loops(sessions):
    """Loops in the journeys of some sessions, by the sessions' channels."""
    journeys = {id(one.journey): one.journey for one in sessions}.values()
    found = [run for journey in journeys for run in runs_of_attempts(journey) if len(run) >= LOOP]
    looped = {id(visit) for run in found for visit in run}
    rows = []
    for group, here in in_groups(sessions, lambda one: one.channel).items():
        base = [one for one in here if one.visit.in_base]
        inside = sum(id(one.visit) in looped for one in base)
        stated = [one for one in here if one.state_repeats is not None]
        often = sum(one.state_repeats >= LOOP for one in stated)
        rows.append({
            "group": group, "sessions": len(here), "base": len(base), "looped": inside,
            "loop_rate": ratio(inside, len(base)), "state_base": len(stated),
            "state_loops": often, "state_loop_rate": ratio(often, len(stated)),
        })
    return {"loop_count": len(found), "longest_loop": max(map(len, found), default=0),
            "loops": (["group"], rows)}


def view_reachability(record):
    begun = [visit for visit in record.visits if visit.head.actor in AUTOMATED]
    rows = []
    for group, here in in_groups(begun, lambda visit: visit.head.channel).items():
        over = [visit for visit in here if len(visit.legs) > 1
                or visit.head.outcome in ("transferred", "escalated")]
        reached = [visit for visit in here if visit.served]
        places, times = [], []
        for visit in reached:
            place = next(n for n, leg in enumerate(visit.legs) if leg.served)
            places.append(place)
            times.append(visit.legs[place].answered_at - visit.at)
        median = lower_quantile(times, Fraction(1, 2))
        ninety = lower_quantile(times, Fraction(9, 10))
        rows.append({
            "group": group, "contacts": len(here), "handed_over": len(over),
            "reached": len(reached), "reach_rate": ratio(len(reached), len(over)),
            "lost": len(over) - len(reached),
            "mean_steps": ratio(sum(places), len(places)),
            "median_seconds": None if median is None else median / SECOND,
            "p90_seconds": None if ninety is None else ninety / SECOND,
        })
    return {"reachability": (["group"], rows)}


def bounce(earlier, later):
    return later.head.channel not in (earlier.legs[0].channel, earlier.legs[-1].channel)


def view_flow(record):
    answered = in_groups([visit for visit in record.visits if visit.head.outcome != "abandoned"],
                         lambda visit: visit.head.channel)
    journeys = in_groups(record.journeys, lambda journey: journey.first.channel)
    rows = []
    for group in dict.fromkeys(list(answered) + list(journeys)):
        here, ours = answered[group], journeys[group]
        over = [visit for visit in here if len(visit.legs) > 1]
        escalated = [visit for visit in here
                     if any(leg.role == "escalation" for leg in visit.legs)]
        served = [visit for visit in here if visit.served]
        handed_on = [visit for visit in served
                     if any(leg.link.served for leg in visit.legs[1:])]
        bounces = [sum(bounce(*pair) for pair in zip(journey.visits, journey.visits[1:]))
                   for journey in ours]
        rows.append({
            "group": group, "answered": len(here), "transferred": len(over),
            "transfer_rate": ratio(len(over), len(here)),
            "hand_overs_per_contact": ratio(sum(len(v.legs) - 1 for v in here), len(here)),
            "handed_on_by_people": len(handed_on),
            "people_transfer_rate": ratio(len(handed_on), len(served)),
            "escalated": len(escalated), "escalation_rate": ratio(len(escalated), len(here)),
            "journeys": len(ours), "bouncing": sum(count > 0 for count in bounces),
            "bounce_rate": ratio(sum(count > 0 for count in bounces), len(ours)),
            "bounces": sum(bounces),
        })
    steps = collections.Counter((one.link.channel, one.channel, one.role)
                                for one in record.interactions if one.link is not None)
    return {"flow": (["group"], rows), "steps": (["from", "to", "role"], [
        {"from": a, "to": b, "role": role, "count": count, "share": count / sum(steps.values())}
        for (a, b, role), count in steps.items()]), "context": (["group"], context(record))}


def context(record):
    """Whether what customers said went along with them, and whether they were asked again."""
    contacts = [one for one in record.interactions if one.inbound]
    seen = set()
    for one in contacts:
        one.later = id(one.journey) in seen
        seen.add(id(one.journey))
    rows = []
    for group, here in in_groups(contacts, lambda one: one.visit.head.channel).items():
        over = [one for one in here if one is not one.visit.head]
        words = [one.context_passed if one.link.context_passed is None else one.link.context_passed
                 for one in over]
        warm = [word for word in words if word is not None]
        later = [one for one in here if one.later]
        stated = [one.asked_again for one in later if one.asked_again is not None]
        if over or later or group == "total":
            rows.append({
                "group": group, "hand_overs": len(over), "hand_overs_stated": len(warm),
                "warm": sum(warm), "warm_share": ratio(sum(warm), len(warm)),
                "later_contacts": len(later), "later_stated": len(stated),
                "repeated": sum(stated),
                "repeat_information_rate": ratio(sum(stated), len(stated)),
            })
    return rows


def view_stuck(record):
    places = collections.defaultdict(list)
    for visit in record.visits:
        places[visit.head.intent, visit.head.channel].append(visit)
    rows = []
    for (intent, channel), here in places.items():
        back = [visit for visit in here if visit.next is not None]
        other = sum(bounce(visit, visit.next) for visit in back)
        given_up = sum(visit.next is None and visit.journey.state == "givenUp" for visit in here)
        rows.append({
            "intent": intent, "channel": channel, "contacts": len(here),
            "abandoned": sum(visit.legs[-1].outcome == "abandoned" for visit in here),
            "failed": sum(visit.legs[-1].failure is not None for visit in here),
            "back_same_channel": len(back) - other, "back_other_channel": other,
            "given_up": given_up, "stuck": len(back) + given_up,
            "stuck_share": (len(back) + given_up) / len(here),
        })
    return {"stuck": (["intent", "channel"], rows)}


def view_queues(record, by="intent", channel=None):
    rows = []
    whole = channel is not None or by == "channel"  # Then messages are waited for, too.
    contacts = [one for one in record.interactions if one.inbound
                and (whole or one.channel not in ASYNCHRONOUS) and channel in (None, one.channel)]
    for group, here in in_groups(contacts, lambda one: group_names(one, by)).items():
        queued = [one for one in here if one.wait]
        lost = [one for one in queued if not one.served]
        answered = [one for one in queued if one.served]
        at_once = [one for one in here if one.served and not one.wait]
        unqueued = [one for one in here if not one.served and not one.wait]
        handed_on = [one for one in unqueued if one.outcome in HANDED_OVER]
        times = [one.handle / SECOND for one in here
                 if one.served and one.handle is not None and SECOND <= one.handle <= HOUR]
        waits = lambda some: ratio(sum(one.wait for one in some) / SECOND, len(some))
        rows.append({
            by: "all" if group == "total" else group, "contacts": len(here),
            "queued": len(queued), "abandoned": len(lost),
            "abandonment_rate": ratio(len(lost), len(queued)),
            "abandonment_of_offered": ratio(len(lost), len(queued) + len(at_once)),
            "average_speed_of_answer_seconds": ratio(
                sum(one.wait for one in answered) / SECOND, len(answered) + len(at_once)),
            "mean_wait_seconds": waits(queued), "mean_wait_served_seconds": waits(answered),
            "mean_wait_abandoned_seconds": waits(lost),
            "served_without_queue": len(at_once),
            "handed_on_without_queue": len(handed_on),
            "left_without_queue": len(unqueued) - len(handed_on),
            "handled": len(times), "mean_handle_seconds": ratio(sum(times), len(times)),
            "median_handle_seconds": statistics.median(times) if times else None,
            "sd_handle_seconds": statistics.stdev(times) if len(times) > 1 else None,
        })
    return {"queues": ([by], rows)}


def was_served(visit):
    return any(leg.served for leg in visit.legs)


def view_recontact(record):
    """Whether the same customer is back within the window, with any intent or the same."""
    visits = [visit for visit in record.visits if visit.head.customer is not None]
    kinds = {
        "all": lambda visit: True,
        "served": was_served,
        "served, no failure known":
            lambda visit: was_served(visit) and visit.legs[-1].failure is None,
        "not served": lambda visit: not was_served(visit),
    }
    for failure in FAILURES:
        kinds[failure] = lambda visit, failure=failure: visit.legs[-1].failure == failure
    tables = {}
    for table, need in (("any_intent", lambda head: head.customer),
                        ("same_family", lambda head: (head.customer, head.intent))):
        following, later = {}, {}
        for visit in reversed(visits):
            following[visit] = later.get(need(visit.head), math.inf)
            later[need(visit.head)] = visit.at
        rows = []
        for length in (1, 24, 168):
            for after, belongs in kinds.items():
                some = [visit for visit in visits if belongs(visit)]
                base = [visit for visit in some if not record.censored(visit.at, length * HOUR)]
                back = sum(following[visit] <= visit.at + length * HOUR for visit in base)
                rows.append({
                    "after": after, "window_hours": length, "base": len(base), "followed": back,
                    "rate": ratio(back, len(base)), "censored": len(some) - len(base),
                })
        tables[table] = (["after", "window_hours"], rows)
    return tables


def gini(amounts):
    amounts, n = sorted(amounts), len(amounts)
    total = sum(amounts)
    if not total:
        return None
    weighted = sum(place * amount for place, amount in enumerate(amounts, 1))
    return float(Fraction(2 * weighted) / (n * total) - Fraction(n + 1, n))


def union_length(spans):
    covered, until = 0, -math.inf
    for begin, end in sorted(spans):
        covered += max(0, end - max(begin, until))
        until = max(until, end)
    return covered


def view_workforce(record, **filters):
    # A roster says nothing of single intents, channels or segments.
    presence = not set(filters) - {"team"}
    shifts, absences = collections.Counter(), collections.Counter()
    for event in record.events:
        if event.kind in ("rosterPlanned", "agentAbsent"):
            book = shifts if event.kind == "rosterPlanned" else absences
            book[event.team] += event.ended - event.at
    teams = collections.defaultdict(list)
    for one in record.interactions:
        if one.handled and all(getattr(one, name) == only for name, only in filters.items()):
            teams[one.team].append(one)
    rows = []
    for team, here in teams.items():
        timed = [one for one in here if one.handle is not None]
        spans, by_agent = collections.defaultdict(list), collections.Counter()
        for one in here:
            if one.agent is not None:
                by_agent[one.agent] += one.handle or 0
                if one.handle is not None:
                    spans[one.agent, one.day].append(
                        (one.answered_at, one.answered_at + one.handle))
        handling = sum(one.handle for one in timed)
        busy = sum(union_length(some) for some in spans.values())
        alone = sum(one.handle for one in timed if one.agent is not None)
        present = shifts[team]
        rows.append({
            "team": team, "agents": len(by_agent), "handled": len(timed),
            "mean_handle_seconds": ratio(handling / SECOND, len(timed)),
            "handling_hours": hours(handling), "busy_hours": hours(busy),
            "concurrency": ratio(alone, busy),
            "present_hours": hours(present) if presence else None,
            "presence": "roster" if presence else None,
            "occupancy": ratio(busy, present) if presence else None,
            "shrinkage": ratio(absences[team], present + absences[team]) if presence else None,
            "gini": gini(by_agent.values()),
        })
    return {"workforce": (["team"], rows)}


def view_experience(record):
    visits = in_groups(record.visits, lambda visit: visit.head.intent)
    journeys = in_groups(record.journeys, lambda journey: journey.first.intent)
    served_legs = collections.defaultdict(list)
    for one in record.interactions:
        if one.served and one.customer is not None:
            served_legs[one.customer].append(one)
    voices = collections.defaultdict(lambda: collections.defaultdict(list))
    for event in record.events:
        if event.kind == "surveyAnswered":
            before = [one for one in served_legs[event.customer] if one.at <= event.at]
            place = before[-1].visit.head.intent if before else None
        elif event.kind in ("complaintOpened", "complaintReferred", "refundPaid"):
            one = record.place_of(event)
            place = one.intent if one is not None else None
        else:
            continue
        if place is not None:
            for group in (place, "total"):
                voices[group][event.kind].append(event)
    rows = []
    for group in visits:
        voice = voices[group]
        answers = [event.csat for event in voice["surveyAnswered"]]
        ours = journeys[group]
        gone = sum(journey.state == "churned" for journey in ours)
        rows.append({
            "group": group, "contacts": len(visits[group]), "responses": len(answers),
            "response_rate": ratio(len(answers), sum(visit.served for visit in visits[group])),
            "csat_top_two": ratio(sum(answer >= 4 for answer in answers), len(answers)),
            "csat_top": ratio(sum(answer == 5 for answer in answers), len(answers)),
            "nps": None, "ces": None,
            "complaints": len(voice["complaintOpened"]),
            "complaints_per_thousand_journeys": ratio(
                1000 * len(voice["complaintOpened"]), len(ours)),
            "referred": len(voice["complaintReferred"]), "refunds": len(voice["refundPaid"]),
            "refunded": Money(round(sum(event.money for event in voice["refundPaid"]) * UNITS)),
            "churned": gone, "churned_per_thousand_journeys": ratio(1000 * gone, len(ours)),
        })
    return {"experience": (["group"], rows)}


def view_concentration(record):
    contacts, cost, own = (collections.Counter() for _ in range(3))
    for one in record.interactions:
        if one.customer is not None:
            cost[one.customer] += one.cost
            own[one.customer] += one.own_time
            contacts[one.customer] += one.visit is not None and one.visit.head is one
    journeys = record.journeys
    rows = []
    for quantity, amounts, scale in [
        ("contacts by customer", contacts.values(), 1),
        ("cost by customer", cost.values(), None),
        ("cost by journey", [journey.cost for journey in journeys], None),
        ("own hours by customer", own.values(), HOUR),
        ("own hours by journey",
         [sum(one.own_time for one in journey.interactions) for journey in journeys], HOUR),
        ("hours from first contact to last, by journey",
         [journey.last.end - journey.first.at for journey in journeys], HOUR),
    ]:
        amounts = sorted(amounts)
        n, total = len(amounts), sum(amounts)
        shown = lambda amount: float(amount / scale) if scale else Money(round(amount))
        quantile = lower_quantile(amounts, Fraction(95, 100))
        tail = amounts[math.ceil(Fraction(95 * n, 100)) - 1:]
        top = lambda percent: float(Fraction(
            sum(amounts[n - math.ceil(Fraction(n * percent, 100)):]), total))
        rows.append({
            "quantity": quantity, "members": n, "total": shown(total), "gini": gini(amounts),
            "top_1_share": top(1), "top_5_share": top(5), "top_10_share": top(10),
            "percentile_95": shown(quantile),
            "tail_mean_95": shown(Fraction(sum(tail), len(tail))),
        })
    return {"concentration": (["quantity"], rows)}


def variation(values):
    """The coefficient of variation."""
    if len(values) < 2 or not any(values):
        return None
    return statistics.stdev(values) / statistics.fmean(values)


def view_volatility(record):
    contacts = [one for one in record.interactions if one.inbound]
    quantities = {
        "handle time": [(one, one.handle) for one in contacts
                        if one.served and one.handle is not None],
        "wait": [(one, one.wait) for one in contacts if one.wait is not None],
        "customer's own time": [(one, one.own_time) for one in contacts],
    }
    rows = []
    for quantity, values in quantities.items():
        row = {"quantity": quantity}
        for half, belongs in (("before", lambda one: one.day < record.middle),
                              ("after", lambda one: one.day >= record.middle)):
            days = collections.defaultdict(list)
            for one, amount in values:
                if belongs(one):
                    days[one.day].append(amount / SECOND)
            singles = [amount for day in days.values() for amount in day]
            row["contacts_" + half] = len(singles)
            row["mean_" + half + "_seconds"] = statistics.fmean(singles)
            row["interaction_cv_" + half] = variation(singles)
            row["aggregate_cv_" + half] = variation([statistics.fmean(d) for d in days.values()])
        row["stability_masking_ratio"] = (
            row["interaction_cv_after"] / row["interaction_cv_before"]
            / (row["aggregate_cv_after"] / row["aggregate_cv_before"]))
        rows.append(row)
    return {"volatility": (["quantity"], rows)}


def view_mix(record):
    halves = ({}, {})
    for one in record.interactions:
        if one.served and one.handle is not None:
            times = halves[one.day >= record.middle]
            times.setdefault(one.intent, []).append(one.handle / SECOND)
    before, after = halves
    totals = [sum(len(times) for times in half.values()) for half in halves]
    means = [{intent: statistics.fmean(times) for intent, times in half.items()}
             for half in halves]
    rows = []
    for intent in set(before) | set(after):
        rows.append({
            "intent": intent, "served_before": len(before.get(intent, [])),
            "share_before": len(before.get(intent, [])) / totals[0],
            "handle_seconds_before": means[0].get(intent),
            "served_after": len(after.get(intent, [])),
            "share_after": len(after.get(intent, [])) / totals[1],
            "handle_seconds_after": means[1].get(intent),
        })
    rows.append({
        "intent": "total", "served_before": totals[0], "share_before": 1.0,
        "handle_seconds_before": statistics.fmean(sum(before.values(), [])),
        "served_after": totals[1], "share_after": 1.0,
        "handle_seconds_after": statistics.fmean(sum(after.values(), [])),
    })
    return {
        "mix": (["intent"], rows),
        "handle_seconds_mix_alone": sum(
            len(times) / totals[1] * means[0][intent] for intent, times in after.items()),
        "handle_seconds_times_alone": sum(
            len(times) / totals[0] * means[1][intent] for intent, times in before.items()),
    }


def view_detection(record):
    shown = {}
    for one in record.interactions:
        if one.cause == "failure":
            shown.setdefault(one.link.order, one)
    rows = []
    for failure in FAILURES:
        failed = [one for one in record.interactions if one.failure == failure]
        if not failed:
            continue
        seen = [(one, shown[one.order]) for one in failed if one.order in shown]
        complaint = sum(later.role == "recovery" for _, later in seen)
        unshown = [one for one in failed if one.order not in shown]
        traced = [one for one in unshown if one.customer is not None or one.key is not None]
        still_open = sum(record.censored(one.at) for one in traced)
        delays = [later.at - one.at for one, later in seen]
        rows.append({
            "failure": failure, "failures": len(failed),
            "shown_by_return": len(seen) - complaint, "shown_by_complaint": complaint,
            "open": still_open, "untraced": len(unshown) - len(traced),
            "unseen": len(traced) - still_open,
            "median_hours": hours(lower_quantile(delays, Fraction(1, 2))),
            "p90_hours": hours(lower_quantile(delays, Fraction(9, 10))),
        })
    return {"detection": (["failure"], rows)}


def standardised(values):
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    return [(value - mean) / spread for value in values]


def change_in_errors(values):
    """The second half's mean less the first's, over the standard error of that difference."""
    half = len(values) // 2
    first, second = values[:half], values[len(values) - half:]
    error = math.sqrt(statistics.variance(first) / half + statistics.variance(second) / half)
    return (statistics.fmean(second) - statistics.fmean(first)) / error


def view_divergence(record):
    weeks = [day for day in record.days if week_of(day) == day and day + 6 <= record.last_day]
    rows = []
    for week in weeks:
        inside = lambda one: week <= one.day < week + 7
        visits = [visit for visit in record.visits if inside(visit.head)]
        work = [one for one in record.interactions if inside(one)]
        sessions = [one for one in work if one.inbound and one.actor in AUTOMATED]
        ended = [journey for journey in record.journeys
                 if inside(journey.first) and journey.state != "open"]
        count = len(visits)
        rows.append({
            "week": day_text(week), "contacts": count,
            "handle_minutes_per_contact":
                sum(one.handle or 0 for one in work if one.handled) / MINUTE / count,
            "cost_per_contact": per(sum(one.cost for one in work), count),
            "containment": ratio(sum(
                one.outcome not in HANDED_OVER for one in sessions),
                len(sessions)),
            "failure_demand_share":
                sum(visit.head.cause == "failure" for visit in visits) / count,
            "given_up_share": ratio(
                sum(journey.state == "givenUp" for journey in ended), len(ended)),
            "own_minutes_per_contact": sum(one.own_time for one in work) / MINUTE / count,
            "_cost": sum(one.cost for one in work) / count,
        })
    column = lambda name: standardised([row[name] for row in rows])
    efficiency = [(held - minutes - cost) / 3 for minutes, cost, held in zip(
        column("handle_minutes_per_contact"), column("_cost"), column("containment"))]
    outcome = [-(failed + left + own) / 3 for failed, left, own in zip(
        column("failure_demand_share"), column("given_up_share"),
        column("own_minutes_per_contact"))]
    for row, cheap, good in zip(rows, efficiency, outcome):
        del row["_cost"]
        row["efficiency"], row["outcome"] = cheap, good
    changes = change_in_errors(efficiency), change_in_errors(outcome)
    return {
        "weeks": (["week"], rows), "efficiency_change": changes[0], "outcome_change": changes[1],
        "divergence_index": changes[0] - changes[1],
        "flag": changes[0] > 1.645 and changes[1] < -1.645,
    }


def view_ledger(record):
    matrix, weighted_matrix = record.matrix.copy(), record.weighted.copy()
    for book in (matrix, weighted_matrix):
        book.update(record.run_rows)
    by_rule, weighted = collections.Counter(), collections.Counter()
    for book, postings in ((by_rule, matrix), (weighted, weighted_matrix)):
        for cell, amount in postings.items():
            book[cell[:2]] += amount
    failed = lambda book: sum(amount for account, amount in book.items()
                              if account[0] != "no intent" and account[1] != OWN_NEED)
    accounts = [account for account in {*by_rule, *weighted, *record.hours}
                if by_rule[account] or weighted[account] or record.hours[account]]
    cells = [cell for cell in {*matrix, *weighted_matrix}
             if matrix[cell] or weighted_matrix[cell]]
    total = (sum(one.cost for one in record.interactions) + record.refunded
             + sum(record.run_rows.values()))
    payers = [collections.Counter(), collections.Counter()]
    for book, postings in zip(payers, (matrix, weighted_matrix)):
        for cell, amount in postings.items():
            book[cell[3]] += amount
    states = collections.Counter(journey.state for journey in record.journeys)
    costs = record.costs
    stated = {rule["payer"] for rule in costs["charges"] + costs["runs"] + [costs["refunds"]]}
    lost = lambda book: Money(sum(record.value[book].values()))
    return {
        "caused": (["intent", "failure"], [
            {"intent": account[0], "failure": account[1], "by_rule": Money(by_rule[account]),
             "weighted": Money(weighted[account]), "customer_hours": hours(record.hours[account])}
            for account in accounts]),
        "matrix": (["caused_intent", "caused_failure", "paid_intent", "payer"], [
            {"caused_intent": cell[0], "caused_failure": cell[1], "paid_intent": cell[2],
             "payer": cell[3], "by_rule": Money(matrix[cell]),
             "weighted": Money(weighted_matrix[cell])} for cell in cells] + [
            {"caused_intent": "total", "caused_failure": None, "paid_intent": None, "payer": None,
             "by_rule": Money(total), "weighted": Money(sum(weighted.values()))}]),
        "payers": (["payer"], [
            {"payer": payer, "by_rule": Money(payers[0][payer]),
             "weighted": Money(payers[1][payer])} for payer in stated]),
        "runs": (["run"], [
            {"run": run["title"], "payer": run["payer"], "per": run["per"],
             "units": record.run_units[run["title"]],
             "amount": Money(record.run_amounts[run["title"]])} for run in costs["runs"]]),
        "value": (["intent", "failure"], [
            dict({"intent": account[0], "failure": account[1]},
                 **{book: Money(sums[account]) for book, sums in record.value.items()})
            for account in {account for sums in record.value.values() for account in sums}
            if any(sums[account] for sums in record.value.values())]),
        "risks": (["risk"], [
            {"risk": rule["title"], "bearer": rule["borne_by"],
             "begins_with": "".join(
                 {"state": "journey ", "failure": "failure "}.get(kind, "") + name
                 for kind, name in rule["begins_with"].items()), "cases": count,
             "probability": float(rule["probability"]["value"]),
             "severity": Money(round(Fraction(six_means(rule), 6))), "expected_loss": Money(loss)}
            for rule, count, loss in zip(costs["risks"], record.risk_cases, record.risk_losses)]),
        "risk": (["caused_intent", "caused_failure", "borne_intent", "bearer"], [
            dict(zip(("caused_intent", "caused_failure", "borne_intent", "bearer"), cell),
                 **{book: Money(sums[cell]) for book, sums in record.risk.items()})
            for cell in {cell for sums in record.risk.values() for cell in sums}
            if any(sums[cell] for sums in record.risk.values())]),
        "currency": "GBP", "total": Money(total), "run": Money(sum(record.run_amounts.values())),
        "failure_by_rule": Money(failed(by_rule)), "failure_weighted": Money(failed(weighted)),
        "balanced": True, "customers_out_of_balance": 0,
        "customer_hours": hours(sum(record.hours.values())),
        "journeys": len(record.journeys), "settled": states["settled"],
        "given_up": states["givenUp"],
        "failure_demand_share": ratio(
            sum(visit.head.cause == "failure" for visit in record.visits), len(record.visits)),
        "customers_left": record.left, "value_left": lost("left_by_rule"),
        "customers_at_risk": record.at_risk, "value_at_risk": lost("at_risk_by_rule"),
        "risk_balanced": True, "expected_loss": Money(sum(record.risk_losses)),
    }


class Guarded:
    """What the policy asks of a visit."""

    def __init__(self, visit):
        self.visit = visit
        automated = [leg.actor in AUTOMATED for leg in visit.legs]
        self.touched = any(automated)
        self.led = automated[-1] and not visit.served
        self.closed = automated_closing(visit)
        passed_on = any(
            mine and (leg is not visit.legs[-1] or leg.outcome in ("transferred", "escalated"))
            for leg, mine in zip(visit.legs, automated))
        self.in_vain = passed_on and not visit.served
        self.attempts = sum(earlier.legs[-1].actor in AUTOMATED
                            for earlier in visit.journey.visits[:visit.number])

    def covered(self, rule):
        _, _, _, intents, segments, attempts = rule
        head = self.visit.head
        return ((intents is None or head.intent in intents)
                and (segments is None or head.segment in segments) and self.attempts >= attempts)

    def breaks(self, rule):
        return {"human-led": self.led or self.closed, "ai-informs-only": self.led,
                "person-reachable": self.in_vain}.get(rule[2], False)


def firsts(guarded):
    """Of some visits, in order, the first of each journey."""
    found = {}
    for item in guarded:
        found.setdefault(id(item.visit.journey), item.visit)
    return found


def harm(visits, complaints):
    """What became of journeys, each from a visit on."""
    ended = [visit for visit in visits if visit.journey.state != "open"]
    complained = [visit for visit in ended if any(
        at >= visit.at for at in complaints[id(visit.journey)])]
    gone = [visit for visit in ended if visit.journey.state in ("givenUp", "churned")]
    return {
        "journeys": len(visits), "open": len(visits) - len(ended), "base": len(ended),
        "given_up": sum(visit.journey.state == "givenUp" for visit in ended),
        "churned": sum(visit.journey.state == "churned" for visit in ended),
        "complained": len(complained),
        "harmed": len({id(visit) for visit in complained + gone}),
    }


def view_guardrails(record, by=None):
    complaints = collections.defaultdict(list)
    for event in record.events:
        place = record.place_of(event) if event.kind == "complaintOpened" else None
        if place is not None:
            complaints[id(place.journey)].append(event.at)
    for one in record.interactions:
        if one.role == "recovery":
            complaints[id(one.journey)].append(one.at)
    guarded = [Guarded(visit) for visit in record.visits]
    forbidding = [rule for rule in POLICY if rule[2] in FORBIDDING]
    policies = [(rule, [rule]) for rule in POLICY] + [
        (("any", "any rule that forbids something", None), forbidding)]
    rules, harms = [], []
    name = lambda item: group_names(item.visit.head, by)
    for (rule, title, kind, *_), parts in policies:
        covered = [item for item in guarded if any(item.covered(part) for part in parts)]
        broken = {id(item) for item in covered
                  if any(item.covered(part) and item.breaks(part) for part in parts)}
        groups = {"total": covered, **(in_groups(covered, name) if by else {})}
        for group, here in groups.items():
            breaches = [item for item in here if id(item) in broken]
            count = lambda word: sum(getattr(item, word) for item in here)
            customers = {item.visit.head.customer for item in breaches} - {None}
            rules.append({
                "rule": rule, "title": title, "class": kind, "group": group,
                "contacts": len(here), "touched": count("touched"),
                "touched_share": ratio(count("touched"), len(here)), "led": count("led"),
                "closed": count("closed"), "unreached": count("in_vain"),
                "breaches": len(breaches), "breach_share": ratio(len(breaches), len(here)),
                "customers": len(customers),
            })
            if parts[0][2] not in FORBIDDING:
                continue
            after = firsts(breaches)
            bad = harm(list(after.values()), complaints)
            good = harm([visit for journey, visit in firsts(here).items() if journey not in after],
                        complaints)
            harms.append({
                "rule": rule, "group": group, "journeys": bad["journeys"], "open": bad["open"],
                "given_up": bad["given_up"], "churned": bad["churned"],
                "complained": bad["complained"], "harmed": bad["harmed"],
                "harmed_base": bad["base"], "harmed_share": ratio(bad["harmed"], bad["base"]),
                "kept_open": good["open"], "kept_harmed": good["harmed"],
                "kept_base": good["base"],
                "kept_harmed_share": ratio(good["harmed"], good["base"]),
            })
    simple = []
    for group, here in {"total": guarded, **(in_groups(guarded, name) if by else {})}.items():
        touched = [item for item in here if item.touched]
        hard = sum(not any(rule[2] == "simple" and item.covered(rule) for rule in POLICY)
                   for item in touched)
        simple.append({"group": group, "contacts": len(here), "touched": len(touched),
                       "not_simple": hard, "not_simple_share": ratio(hard, len(touched))})
    whole = next(row for row in rules if row["rule"] == "any" and row["group"] == "total")
    total = next(row for row in simple if row["group"] == "total")
    return {
        "policy": "never-automate", "owner": "the board", "breaches": whole["breaches"],
        "customers": whole["customers"], "automated": total["touched"],
        "not_simple_share": total["not_simple_share"],
        "guardrails": (["rule", "group"], rules), "harm": (["rule", "group"], harms),
        "simplicity": (["group"], simple),
    }


def origin_of(one):
    """Where an interaction was caused, and whether by a failure."""
    here, failed = one, None
    while here.cause != "own":
        if here.cause == "failure":
            failed = here.link
        here = here.link
    return failed or here, failed is not None


def view_register(record, by=None):
    rows = collections.defaultdict(collections.Counter)
    row = lambda one: rows[one.intent, group_names(one, by) if by else "all"]
    lost_money, lost_time = collections.Counter(), collections.Counter()
    for visit in record.visits:
        row(visit.head)["contacts"] += 1
        if visit.head.cause == "failure":
            cause = row(origin_of(visit.head)[0])
            cause["failure_demand"] += 1
            cause["weighted"] += visit.head.probability
    for journey in record.journeys:
        row(journey.first)["journeys"] += 1
        row(journey.first)["open"] += journey.state == "open"
        row(journey.first)["churned"] += journey.state == "churned"
    for one in record.interactions:
        cause, by_failure = origin_of(one)
        if by_failure:
            row(cause)["cost"] += one.cost
            row(cause)["time"] += one.own_time
            lost_money[id(one.journey)] += one.cost
            lost_time[id(one.journey)] += one.own_time
    for event in record.events:
        if event.kind in ("complaintOpened", "refundPaid"):
            place = record.place_of(event)
            if place is not None:
                cause = row(origin_of(place)[0])
                cause["complaints"] += event.kind == "complaintOpened"
                if event.kind == "refundPaid":
                    cause["refunds"] += 1
                    cause["refunded"] += round(event.money * UNITS)
    total = sum(rows.values(), collections.Counter())
    kinds = [kind for kind in ("failure_demand", "complaints", "churned", "refunded", "cost",
                               "time") if total[kind]]
    register = []
    for (intent, group), found in [*rows.items(), (("total", None), total)]:
        whole = intent == "total"
        share = None if whole else sum(
            Fraction(found[kind], total[kind]) for kind in kinds) / len(kinds)
        volume = Fraction(found["journeys"], total["journeys"])
        register.append({
            "intent": intent, "group": group, "contacts": found["contacts"],
            "contact_share": None if whole else found["contacts"] / total["contacts"],
            "journeys": found["journeys"], "journey_share": None if whole else float(volume),
            "open": found["open"],
            "failure_demand": found["failure_demand"],
            "failure_demand_weighted": found["weighted"] / MILLION,
            "complaints": found["complaints"], "churned": found["churned"],
            "refunds": found["refunds"], "refunded": Money(found["refunded"]),
            "downstream_cost": Money(found["cost"]), "own_hours_lost": hours(found["time"]),
            "consequence_share": None if whole else float(share),
            "consequence_per_journey":
                None if whole or not volume else float(share / volume),
        })
    tails = []
    for quantity, lost, shown in [
        ("downstream cost by journey", lost_money, Money),
        ("own hours lost by journey", lost_time, hours),
    ]:
        amounts = sorted((lost[id(journey)] for journey in record.journeys), reverse=True)
        sums = list(itertools.accumulate(amounts))
        top = lambda percent: sums[math.ceil(Fraction(len(amounts) * percent, 100)) - 1] / sums[-1]
        holds = lambda part: (bisect.bisect_left(sums, part * sums[-1]) + 1) / len(amounts)
        tails.append({
            "quantity": quantity, "journeys": len(amounts),
            "carriers": sum(amount > 0 for amount in amounts), "total": shown(sums[-1]),
            "top_1_share": top(1), "top_5_share": top(5), "top_10_share": top(10),
            "half_share": holds(Fraction(1, 2)), "eight_tenths_share": holds(Fraction(8, 10)),
        })
    return {"register": (["intent", "group"], register), "tail": (["quantity"], tails)}


def in_register_order(rows):
    """Whether the program's rows come as the page says, before the total."""
    keys = [(row["journeys"] < FEW_JOURNEYS, -(row["consequence_per_journey"] or 0))
            for row in rows[:-1]]
    return keys == sorted(keys)


def stated_figures(costs):
    """Every figure that the rules state, by what it is and whose."""
    for rule in costs["charges"]:
        whom = ", ".join(rule.get("teams", []) + ["tier " + tier for tier in rule.get("tiers", [])]
                         + rule.get("channels", []))
        yield (rule["activity"] + " of " + (whom or "all others"), rule["payer"],
               rule["per_minute"])
    yield "refunds", costs["refunds"]["payer"], None
    for run in costs["runs"]:
        yield "run of " + run["title"], run["payer"], run["amount"]
    for value in costs["value_at_stake"]["values"]:
        whose = ", ".join(value.get("segments", [])) or "all others"
        yield "value of a customer", whose, value["amount"]
    yield "leaving after giving up", "", costs["value_at_stake"]["leaving"]["probability"]
    for rule in costs["risks"]:
        severity = rule["severity"]
        yield "probability of " + rule["title"], rule["borne_by"], rule["probability"]["value"]
        yield ("severity of " + rule["title"], rule["borne_by"],
               severity.get("mode") or severity["value"])


def check_tail(comparison, title, answer):
    """The draws are another check's business. Here: that the parts sum to the tail to the last
    thousandth, and that what was drawn is near what is expected. Leaves in the answer what is
    compared otherwise."""
    exact = lambda amount: round(amount * UNITS)
    tail, wrong = exact(answer["loss_cvar_95"]), []
    for table, column in (("risks", "tail"), ("risk", "tail_by_rule"), ("risk", "tail_weighted")):
        found = sum(exact(row.pop(column)) for row in answer[table])
        if found != tail:
            wrong.append(("%s %s" % (table, column), found, tail))
    # Cells that hold only what the tail's weights left of nothing.
    answer["risk"] = [row for row in answer["risk"]
                      if row["expected_by_rule"] or row["expected_weighted"]]
    if not answer["loss_var_95"] <= answer["loss_cvar_95"]:
        wrong.append(("value at risk", answer["loss_var_95"], answer["loss_cvar_95"]))
    # Of ten thousand replications the mean is this near the expectation, by far.
    spread = max(answer["loss_cvar_95"] - answer["expected_loss"], 0.01)
    if abs(answer["drawn_loss"] - answer["expected_loss"]) > 0.05 * spread + 0.01:
        wrong.append(("mean", answer["drawn_loss"], answer["expected_loss"]))
    for name in ("loss_cvar_95", "loss_var_95", "drawn_loss", "draws", "seed"):
        answer.pop(name)
    comparison.table(title + ": tail", 5, wrong)


def check_figures(comparison, title, answer, costs):
    mine = [{"figure": figure, "whose": whose, "value": None if value is None else float(value)}
            for figure, whose, value in stated_figures(costs)]
    theirs = [{name: row[name] for name in ("figure", "whose", "value")}
              for row in answer["figures"]]
    comparison.rows(title + ": figures", theirs, ["figure", "whose"], mine)
    wrong = [(row["figure"], row["grade"], row["source"]) for row in answer.pop("figures")
             if row["grade"] not in "ABCD" or not row["source"] or not row["unit"]]
    comparison.table(title + ": grades and sources", len(theirs), wrong)


def check_parts(comparison, title, program, record):
    """What running costs of a period come to in parts of the operation."""
    first, last = record.days[3], record.days[-20]
    for arguments, days, serves in (
            (("--from", day_text(first), "--to", day_text(last)),
             [day for day in record.days if first <= day <= last], lambda run: True),
            (("--channel", "chatbot"), record.days,
             lambda run: run.get("channels") == ["chatbot"]),
            (("--intent", "billing"), record.days, lambda run: run.get("intents") == ["billing"]),
            (("--segment", "mainstream"), record.days, lambda run: False)):
        answer = program.view("ledger", *arguments)
        wrong = [] if answer["balanced"] and answer["risk_balanced"] else [("balance", False, True)]
        rows = {row["run"]: row for row in answer["runs"]}
        for run in record.costs["runs"]:
            if run["per"] == "session":
                continue
            units, amount = record.period(run, days) if serves(run) else (0, 0)
            row = rows[run["title"]]
            if (row["units"], round(row["amount"] * UNITS)) != (units, amount):
                wrong.append((run["title"], (row["units"], row["amount"]), (units, amount)))
        comparison.table("%s %s" % (title, " ".join(arguments)), len(rows) + 2, wrong)


def replay_days(record):
    rows = {day: collections.Counter() for day in record.days}
    for one in record.interactions:
        row = rows[one.day]
        row["work"] += one.kind != "contact"
        row["cost"] += one.cost
        row["handling"] += (one.handle or 0) if one.handled else 0
    for visit in record.visits:
        row = rows[visit.head.day]
        row["contacts"] += 1
        row["reopened"] += visit.head.link is not None
        row["failure_demand"] += visit.head.cause == "failure"
    for journey in record.journeys:
        rows[journey.first.day]["opened"] += 1
        rows[journey.last.day][STATES[journey.state]] += 1
    under_way, days = 0, []
    for day, row in rows.items():
        ended = sum(row[column] for column in STATES.values())
        under_way += row["opened"] - ended
        days.append({
            "day": day_text(day), "under_way": under_way, "cost": Money(row["cost"]),
            "handling_hours": hours(row["handling"]),
            **{name: row[name] for name in ("opened", "contacts", "reopened", "failure_demand",
                                            "work", *STATES.values())},
        })
    return {"days": (["day"], days)}


def journey_facts(record):
    contacts = [one for one in record.interactions if one.inbound]
    known = [one for one in contacts if one.customer is not None]
    times = collections.defaultdict(list)
    for one in known:
        times[one.customer, one.intent].append(one.at)

    def follows(one, after, within):
        """Whether a contact of the same need lies in (at + after, at + after + within]."""
        series = times[one.customer, one.intent]
        place = bisect.bisect_right(series, one.at + after)
        return place < len(series) and series[place] <= one.at + after + within

    base = [one for one in known if not record.censored(one.at, LINK_WINDOW)]
    placebo = [one for one in known
               if not record.censored(one.at, PLACEBO_SHIFT + LINK_WINDOW)]
    links = []
    for rule, title in (("rule", "same-need-within-two-weeks"), ("named", "named by the source")):
        linked = [one for one in record.interactions if one.rule == rule]
        if rule == "named" and not linked:
            continue
        rework = [one for one in linked if one.role == "rework"]
        guess = rule == "rule"
        links.append({
            "rule": title, "linked": len(linked),
            "expected_true": sum(one.probability for one in linked) / MILLION,
            "rework": len(rework),
            "rework_expected_true": sum(one.probability for one in rework) / MILLION,
            "base": len(base) if guess else None,
            "rate": ratio(sum(follows(one, 0, LINK_WINDOW) for one in base), len(base))
            if guess else None,
            "placebo_base": len(placebo) if guess else None,
            "placebo_rate": ratio(sum(follows(one, PLACEBO_SHIFT, LINK_WINDOW)
                                      for one in placebo), len(placebo)) if guess else None,
        })
    roles = collections.Counter(one.role for one in record.interactions)
    states = collections.Counter(journey.state for journey in record.journeys)
    facts = {
        "contacts": len(contacts), "journey_count": len(record.journeys), "phantoms": 0,
        "matching": len(record.journeys), "stitch_rate": len(known) / len(contacts),
        "untrusted_customers": 0,
        "given_up_unidentified": sum(
            journey.state == "givenUp" and journey.customer is None
            for journey in record.journeys),
        "links": (["rule"], links),
        "journeys": (["id"], [{
            "id": "J%d" % journey.first.position,
            "customer": journey.customer or "unknown",
            "family": journey.first.intent, "contacts": len(journey.interactions),
            "rework": sum(one.role == "rework" for one in journey.interactions),
            "expected_true": sum(one.probability for one in journey.interactions
                                 if one.link is not None) / MILLION,
            "state": journey.state, "start": clock_text(journey.first),
        } for journey in record.journeys]),
    }
    for role in ROLES:
        facts["role_" + role.replace("follow-up", "followUp")] = roles[role]
    for state in STATES:
        facts["state_" + state] = states[state]
    return facts


def clock_text(one):
    moment = EPOCH + datetime.timedelta(microseconds=one.local)
    minutes = one.offset // MINUTE
    zone = "Z" if minutes == 0 else "%+03d:%02d" % divmod(minutes, 60)
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + zone


def path_text(steps):
    """Steps as the program writes them: one that is repeated at once by its count."""
    return " > ".join(step + (" ×%d" % count if count > 1 else "") for step, count in (
        (step, len(list(run))) for step, run in itertools.groupby(steps)))


def paths(sequences, durations):
    """Variants and directly-follows pairs of sequences of steps, as process mining counts them."""
    variants = collections.Counter(tuple(steps) for steps in sequences)
    pairs = collections.Counter(pair for steps in sequences for pair in zip(steps, steps[1:]))
    total = sum(pairs.values())
    return {
        "journeys": len(sequences), "steps": sum(len(steps) for steps in sequences),
        "variant_count": len(variants), "pair_count": len(pairs),
        "mean_duration_days": statistics.fmean(durations) / DAY,
        "median_duration_days": statistics.median(durations) / DAY,
        "variants": (["path"], [
            {"path": path_text(steps), "journeys": count, "length": len(steps),
             "share": count / len(sequences)} for steps, count in variants.items()]),
        "pairs": (["from", "to"], [
            {"from": a, "to": b, "count": count, "share": count / total}
            for (a, b), count in pairs.items()]),
    }


def channel_paths(record):
    return paths([[one.channel for one in journey.interactions] for journey in record.journeys],
                 [journey.last.at - journey.first.at for journey in record.journeys])


# Comparing ----------------------------------------------------------------------------------------


class Comparison:
    def __init__(self, show):
        self.show = show
        self.failed = False

    def table(self, title, compared, wrong):
        if not wrong:
            print("agrees     %-44s %9s figures" % (title, format(compared, ",")))
            return
        self.failed = True
        print("DISAGREES  %-44s %d of %s" % (title, len(wrong), format(compared, ",")))
        for where, theirs, ours in wrong[:self.show]:
            print("             %s: program %s, here %s" % (where, theirs, ours))
        columns = collections.Counter(where.rsplit(" ", 1)[-1] for where, _, _ in wrong)
        if len(wrong) > self.show:
            print("             by column: " + ", ".join(
                "%s %d" % item for item in columns.most_common(12)))

    def view(self, title, theirs, ours):
        """Compares one answer of the program with what it should be, table by table."""
        facts, wrong = 0, []
        for name, mine in ours.items():
            if isinstance(mine, tuple):
                self.rows(title + ": " + name, theirs.get(name), *mine)
                continue
            facts += 1
            if not same(theirs.get(name), mine):
                wrong.append((name, shown(theirs.get(name), mine), mine))
        for name in set(theirs) - set(ours) - {"notes", "scope"}:
            wrong.append((name, "has it", "not computed"))
        if facts:
            self.table(title + ": facts", facts, wrong)

    def rows(self, title, theirs, keys, mine):
        identify = lambda row: tuple(row[key] for key in keys)
        their_rows = {identify(row): row for row in theirs}
        my_rows = {identify(row): row for row in mine}
        compared, wrong = 0, []
        if len(their_rows) != len(theirs):
            wrong.append(("rows", "%d rows" % len(theirs), "%d keys" % len(their_rows)))
        for key in dict.fromkeys(list(their_rows) + list(my_rows)):
            where = ", ".join(str(part) for part in key if part is not None)
            if key not in their_rows or key not in my_rows:
                wrong.append((where + " row", their_rows.get(key), my_rows.get(key)))
                continue
            for name, expected in my_rows[key].items():
                compared += 1
                found = their_rows[key].get(name)
                if not same(found, expected):
                    wrong.append((where + " " + name, shown(found, expected), expected))
            for name in set(their_rows[key]) - set(my_rows[key]) - {"covered"}:
                wrong.append((where + " " + name, their_rows[key][name], "not computed"))
        self.table(title, compared, wrong)


def shown(found, expected):
    return round(found * UNITS) if isinstance(expected, Money) and found is not None else found


def same(found, expected):
    if found is None or expected is None:
        return found is None and expected is None
    if isinstance(expected, Money):
        return round(found * UNITS) == expected
    if isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    return found == expected


class Program:
    """The program on one store."""

    def __init__(self, path, store):
        self.path, self.store = path, store

    def run(self, *arguments):
        done = subprocess.run([self.path, "--store", self.store, "--format", "json", "--quiet",
                               *arguments], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def view(self, name, *arguments):
        return self.run("view", name, "--limit", str(ALL), *arguments)


def copy_scenarios(scenarios, folder, named):
    """The mappings, without the `issue:` lines of the sources whose case numbers are left out."""
    shutil.copytree(scenarios, folder)
    for source in SOURCES:
        if source not in named:
            path = os.path.join(folder, "mappings", "synthetic", source + ".yaml")
            with open(path, encoding="utf-8") as file:
                lines = [line for line in file if not re.match(r" *issue:", line)]
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(lines)
    for source, (place, attributes) in MARKS.items():
        path = os.path.join(folder, "mappings", "synthetic", source + ".yaml")
        with open(path, encoding="utf-8") as file:
            lines = [line + attributes if line.startswith(place) else line for line in file]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)


def write_costs(costs, record_days, path):
    """Rules that are not shipped, as a file of them: JSON is YAML."""
    evidence = {"grade": "D", "source": "an invention of the check"}

    def whole(item):
        item = dict(item, **evidence)
        for name in ("from", "to"):
            if name in item:
                item[name] = day_text(record_days[0] + item[name])
        return item

    value = costs["value_at_stake"]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({
            "costs": "synthetic-operation", "currency": "GBP", "note": "not for use",
            "charges": [whole(rule) for rule in costs["charges"]],
            "refunds": whole(costs["refunds"]),
            "runs": [dict(whole(run), id="run-%d" % place)
                     for place, run in enumerate(costs["runs"])],
            "value_at_stake": {"values": [whole(item) for item in value["values"]],
                               "leaving": whole(value["leaving"])},
            "risks": [dict(rule, id="risk-%d" % place, probability=whole(rule["probability"]),
                           severity=whole(rule["severity"]))
                      for place, rule in enumerate(costs["risks"])]}, file, indent=1)


def days_of(raw):
    """The first and the last day of the operation."""
    days = [one.day for one in raw.interactions if one.inbound]
    return min(days), max(days)


def check_interactions(comparison, variant, record, export):
    """Compares what landed, interaction by interaction, with what was read here."""
    columns = ("position, at, journey, customer, channel, intent, segment, team, actor, outcome, "
               "role, failure, linked_to, cost")
    theirs = [dict(zip(columns.split(", "), row))
              for row in export.execute("SELECT " + columns + " FROM interactions")]
    mine = [{
        "position": one.position, "at": clock_text(one),
        "journey": "J%d" % one.journey.first.position, "customer": one.customer or "unknown",
        "channel": one.channel, "intent": one.intent, "segment": one.segment,
        "team": one.team or "",
        "actor": one.actor, "outcome": one.outcome, "role": one.role, "failure": one.failure,
        "linked_to": one.link.position if one.link else None, "cost": Money(one.cost),
    } for one in record.interactions]
    comparison.rows(variant + " interactions", theirs, ["position"], mine)


def check_variant(comparison, arguments, scenarios, variant, work):
    named = VARIANTS[variant]
    folder = os.path.join(work, variant)
    data = os.path.join(work, "marked")
    if not os.path.exists(data):
        mark_contacts(arguments.data, data)
    if variant == "shared":
        data = os.path.join(folder, "data")
        share_numbers(os.path.join(work, "marked"), data)
    copy_scenarios(scenarios, os.path.join(folder, "scenarios"), named)
    program = Program(arguments.program, os.path.join(folder, "store"))
    raw = Raw(data, named)
    costs = OTHER_COSTS if variant == "mixed" else SHIPPED_COSTS
    if costs is OTHER_COSTS:
        write_costs(costs, days_of(raw), os.path.join(
            folder, "scenarios", "costs", "synthetic-operation.yaml"))
    wrong = []
    for source, (file, *_) in SOURCES.items():
        answer = program.run(
            "ingest", os.path.join(data, file), "--mapping",
            os.path.join(folder, "scenarios", "mappings", "synthetic", source + ".yaml"))
        for name, count in raw.counts[source].items():
            if answer[name] != count:
                wrong.append((source + " " + name, answer[name], count))
    comparison.table(variant + " records", sum(map(len, raw.counts.values())), wrong)

    program.run("export", "sqlite", "--details", "--out", os.path.join(folder, "views.sqlite"))
    export = sqlite3.connect(os.path.join(folder, "views.sqlite"))
    probabilities = {position: round(share * MILLION) for position, share in export.execute(
        "SELECT position, probability FROM interactions WHERE probability IS NOT NULL")}
    record = Record(raw, probabilities, costs)
    check_interactions(comparison, variant, record, export)
    export.close()

    views = {
        "resolution": view_resolution, "containment": view_containment,
        "reachability": view_reachability, "flow": view_flow, "stuck": view_stuck,
        "queues": view_queues, "recontact": view_recontact, "workforce": view_workforce,
        "experience": view_experience, "concentration": view_concentration, "mix": view_mix,
        "detection": view_detection, "volatility": view_volatility,
        "divergence": view_divergence,
        "guardrails": view_guardrails, "register": view_register,
    }
    program.run("settings", "--policy", os.path.join(
        folder, "scenarios", "policies", "never-automate.yaml"))
    title = variant + " ledger"
    answer = program.view("ledger")
    check_tail(comparison, title, answer)
    check_figures(comparison, title, answer, costs)
    comparison.view(title, answer, view_ledger(record))
    check_parts(comparison, title, program, record)
    for name, view in views.items():
        comparison.view("%s %s" % (variant, name), program.view(name), view(record))
    comparison.view(variant + " queues by channel",
                    program.view("queues", "--by", "channel"), view_queues(record, "channel"))
    for channel in ("phone", "email"):
        comparison.view("%s queues of %s" % (variant, channel),
                        program.view("queues", "--channel", channel),
                        view_queues(record, channel=channel))
    for name, only in (("intent", "billing"), ("channel", "phone"), ("segment", "mainstream"),
                       ("team", "mail-desk"), ("line", "payments")):
        comparison.view("%s workforce of %s" % (variant, only),
                        program.view("workforce", "--" + name, only),
                        view_workforce(record, **{name: only}))
    for by in ("segment", "line"):
        comparison.view("%s guardrails by %s" % (variant, by),
                        program.view("guardrails", "--by", by), view_guardrails(record, by))
        answer = program.view("register", "--by", by)
        comparison.view("%s register by %s" % (variant, by), answer, view_register(record, by))
        comparison.table("%s register by %s: order" % (variant, by), len(answer["register"]),
                         [] if in_register_order(answer["register"]) else [("order", "", "")])
    for by in ("channel", "segment", "team", "line", "week", "month"):
        comparison.view("%s resolution by %s" % (variant, by),
                        program.view("resolution", "--by", by), view_resolution(record, by))
    comparison.view(variant + " replay", program.run("replay"), replay_days(record))
    comparison.view(variant + " journeys list",
                    program.run("journeys", "list", "--limit", str(ALL)), journey_facts(record))
    comparison.view(variant + " journeys paths",
                    program.run("journeys", "paths", "--step", "channel", "--limit", str(ALL)),
                    channel_paths(record))


# Event logs ---------------------------------------------------------------------------------------


def read_xes(path):
    """The traces of an XES file: of each, its events as dictionaries of their attributes."""
    local = lambda element: element.tag.rsplit("}", 1)[-1]
    with gzip.open(path, "rb") as file:
        for _, element in xml.etree.ElementTree.iterparse(file):
            if local(element) == "trace":
                yield [{item.get("key"): item.get("value") for item in event}
                       for event in element if local(event) == "event"]
                element.clear()


def check_log(comparison, arguments, scenarios, work, title, file, mapping, step, columns):
    sequences, durations = [], []
    for trace in read_xes(os.path.join(arguments.logs, file)):
        # Sorting keeps the file's order where two events have one time.
        timed = sorted(((iso(event["time:timestamp"])[0], event) for event in trace),
                       key=lambda pair: pair[0])
        sequences.append([" / ".join(event[column] for column in columns) for _, event in timed])
        durations.append(timed[-1][0] - timed[0][0])
    program = Program(arguments.program, os.path.join(work, title))
    # Its cases are named by the source; the program wants link rules all the same.
    program.run("settings", "--rules",
                os.path.join(scenarios, "rules", "synthetic-operation.yaml"))
    program.run("ingest", os.path.join(arguments.logs, file), "--mapping",
                os.path.join(scenarios, "mappings", mapping))
    answer = program.run("journeys", "paths", "--step", step, "--limit", str(ALL))
    comparison.view(title, answer, paths(sequences, durations))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--scenarios")
    parser.add_argument("--logs")
    parser.add_argument("--variant", choices=list(VARIANTS))
    parser.add_argument("--show", type=int, default=5)
    arguments = parser.parse_args()
    scenarios = arguments.scenarios or os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..", "scenarios")
    comparison = Comparison(arguments.show)
    try:
        with tempfile.TemporaryDirectory() as work:
            for variant in [arguments.variant] if arguments.variant else VARIANTS:
                check_variant(comparison, arguments, scenarios, variant, work)
            if arguments.logs:
                check_log(comparison, arguments, scenarios, work, "volvo incidents",
                          "volvo_it_incidents_2013/BPI_Challenge_2013_incidents.xes.gz",
                          "volvo-incidents-2013.yaml", "attribute:status+substatus",
                          ["concept:name", "lifecycle:transition"])
                check_log(comparison, arguments, scenarios, work, "permit receipts",
                          "wabo_receipt_channels/receipt.xes.gz", "wabo-receipt-xes.yaml",
                          "attribute:activity", ["concept:name"])
    except (OSError, subprocess.CalledProcessError, ValueError) as problem:
        print("could not check: %s" % problem, file=sys.stderr)
        return 2
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main())
