#!/usr/bin/env python3
"""An independent check of the recorded world of a simulation, on a synthetic operation.

The replay's recorded world - the needs of the cohort, their contacts, by local week and by segment,
how unevenly they lie on customers and days - is recomputed from the raw exports of `downstream
generate --profile ...`, without the program's sources, on the rebuilt journeys of
independent_views.py. The program is asked to simulate a step that nobody takes up, so that its
scenario has to be the recorded world, too. Integers are compared exactly, other numbers to one part
in a thousand million.

A need here is the replay's: it begins with an interaction that nothing brought about (a journey may
hold several), and it is in the cohort where that one lies in the scenario's days. Each inbound leg
is a contact. The sources name every need, so all links are certain and replications do not differ.

    python3 tools/check/independent_runs.py --data DIR --program PATH
        [--intent NAME] [--from DAY] [--to DAY] [--scenarios DIR] [--out FILE] [--show N]

--data       the folder that `downstream generate FOLDER --profile retail-bank` wrote
--program    the built `downstream`
--intent     whose contacts the step stands before (default: billing)
--from, --to the scenario's days (default: from the first contact's to the last contact's)
--scenarios  the scenarios folder of the repository (default: found beside this file)
--out        where to write every figure computed here as JSON, also those that no command of the
             program prints: by week, by segment, concentration and volatility
--show       most disagreements to print of one table (default: 5)

Exit status: 0 all agree, 1 at least one disagreement, 2 the check could not be made.
Python 3.9 or later, standard library only (with the system's time-zone data).
"""

import argparse
import collections
import csv
import datetime
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from fractions import Fraction

from independent_views import (
    EPOCH, MINUTE, PEOPLE, SHIPPED_COSTS, SOURCES, VARIANTS, Comparison, Program, Raw, Record,
    copy_scenarios, day_text, gini, variation, week_of)

SCENARIO = """\
scenario: nobody-takes-it-up
title: A step that nobody takes up
question: Is the recorded world what was recorded?

automation:
  id: step
  catalogue: A9
  owner: operations
  payer: automation budget

scope:
  intents: [{intent}]
  from: {first}
  to: {last}

step:
  take_up: {{value: 0, grade: D, source: nobody takes it up}}

costs:
  run_per_step: {{value: 0, grade: D, source: nobody takes it up}}
  fixed: {{value: 0, grade: D, source: nobody takes it up}}
"""


class RecordedWorld:
    """What the replay calls the recorded world, of needs that begin in some days."""

    def __init__(self, record, intent, first_day, last_day):
        self.record, self.first_day, self.last_day = record, first_day, last_day
        roots = {}
        for one in record.interactions:
            # What brought an interaction about comes before it.
            roots[one] = one if one.cause == "own" else roots[one.link]
        inside = lambda one: first_day <= one.day <= last_day
        self.needs = [one for one in record.interactions if roots[one] is one and inside(one)]
        self.interactions = [one for one in record.interactions if inside(roots[one])]
        self.contacts = [one for one in self.interactions if one.inbound]
        self.in_scope = [
            one for one in record.interactions if one.inbound and one.intent == intent
            and inside(one) and one.role not in ("continuation", "escalation")]
        # Those of needs that began before count as in scope, and are nobody's change.
        self.reached = {
            one.customer for one in self.in_scope
            if one.customer is not None and inside(roots[one])}

    def metrics(self):
        """The figures that a run prints of its baseline."""
        count = lambda condition: sum(1 for one in self.contacts if condition(one))
        issues, contacts = len(self.needs), len(self.contacts)
        served = count(lambda one: one.actor == "agent" and one.outcome != "abandoned")
        rework = count(lambda one: one.role == "rework")
        # What was not recorded counts as no time.
        handle = sum(one.handle or 0 for one in self.interactions if one.actor in PEOPLE)
        return {
            "issues": issues, "contacts": contacts, "served_contacts": served,
            "rework_contacts": rework,
            # Whatever was left: a queue, or a session of automation.
            "abandoned_contacts": count(lambda one: one.outcome == "abandoned"),
            "escalations": count(lambda one: one.role == "escalation"),
            "handle_minutes": handle / MINUTE,
            "customer_minutes": sum(one.own_time for one in self.contacts) / MINUTE,
            "contacts_per_issue": contacts / issues,
            "rework_share": rework / contacts,
        }

    def by_week(self):
        """Contacts by the Monday of their own local week, and of how many of its days the
        scenario's days and what followed them could hold some."""
        weeks = collections.Counter(week_of(one.day) for one in self.contacts)
        covered = collections.Counter(
            week_of(day) for day in self.record.days if day >= self.first_day)
        return [{"week": day_text(week), "contacts": weeks[week], "days": covered[week]}
                for week in sorted(covered)]

    def by_segment(self):
        """Contacts, known customers and needs by the segment that the source states."""
        name = lambda one: one.segment or "unknown"
        contacts, needs = (collections.Counter(map(name, items))
                           for items in (self.contacts, self.needs))
        customers = collections.defaultdict(set)
        for one in self.contacts:
            if one.customer is not None:
                customers[name(one)].add(one.customer)
        return [{"segment": segment, "contacts": contacts[segment], "needs": needs[segment],
                 "customers": len(customers[segment])} for segment in sorted(contacts)]

    def concentration(self):
        """Contacts on the known customers who made some: each leg, and with the legs that go on
        with it as one visit."""
        rows = []
        for quantity, counted in (("contacts", self.contacts),
                                  ("visits", [one for one in self.contacts
                                              if one.visit.head is one])):
            amounts = sorted(collections.Counter(
                one.customer for one in counted if one.customer is not None).values())
            top = amounts[len(amounts) - math.ceil(Fraction(len(amounts), 10)):]
            rows.append({
                "quantity": quantity, "customers": len(amounts), "total": sum(amounts),
                "without_customer": len(counted) - sum(amounts), "gini": gini(amounts),
                "top_10_share": sum(top) / sum(amounts)})
        return rows

    def volatility(self):
        """How the contacts of a local day vary: over the scenario's days, and over all the days
        to the end of the record; a day without contacts counts."""
        counts = collections.Counter(one.day for one in self.contacts)
        rows = []
        for days, last in (("scenario", self.last_day), ("record", self.record.last_day)):
            daily = [counts[day] for day in range(self.first_day, last + 1)]
            rows.append({"days": days, "count": len(daily), "contacts": sum(daily),
                         "mean": sum(daily) / len(daily), "cv": variation(daily)})
        return rows

    def figures(self):
        """Everything, as JSON."""
        return {"from": day_text(self.first_day), "to": day_text(self.last_day),
                "metrics": self.metrics(), "in_scope_contacts": len(self.in_scope),
                "by_week": self.by_week(), "by_segment": self.by_segment(),
                "concentration": self.concentration(), "volatility": self.volatility()}


def check_sums(comparison, figures):
    """That the parts make the whole, here: a wrong split would agree with nothing."""
    contacts = figures["metrics"]["contacts"]
    parts = {"by_week": sum(row["contacts"] for row in figures["by_week"]),
             "by_segment": sum(row["contacts"] for row in figures["by_segment"])}
    for row in figures["concentration"]:
        if row["quantity"] == "contacts":
            parts["customers and nobody"] = row["total"] + row["without_customer"]
    for row in figures["volatility"]:
        if row["days"] == "record":
            parts["days"] = row["contacts"]
    comparison.view("parts of the contacts", parts, dict.fromkeys(parts, contacts))


def check_run(comparison, answer, world):
    """The recorded world of a run, and the scenario that must be the same."""
    mine = world.metrics()
    for part in ("baseline", "scenario"):
        comparison.view("run, " + part, {
            name: answer["metrics"][name][part]["mean"] for name in mine}, mine)
    comparison.view("run, change", {
        name: answer["metrics"][name]["delta"]["mean"] for name in mine}, dict.fromkeys(mine, 0))
    unknown = sum(1 for one in world.in_scope if one.customer is None)
    scope = {"in_scope_contacts": len(world.in_scope), "in_scope_unidentified": unknown}
    comparison.view("run, scope", {name: answer[name] for name in scope}, scope)


def check_profile(comparison, profile, world):
    """The recorded side of a run by week and by segment, and how evenly it is spread. The step that
    nobody takes up changes none of it."""
    mine = {row["week"]: row["contacts"] for row in world.by_week()}
    comparison.view("run, weeks", {
        row["week"]: row["recorded_contacts"] for row in profile["weeks"]}, mine)
    segments = {}
    for one in world.record.interactions:
        if one.customer is not None and one.segment:
            segments.setdefault(one.customer, one.segment)
    reached = collections.Counter(segments.get(one, "not stated") for one in world.reached)
    comparison.view("run, segments", {
        row["segment"]: row["reached"]["mean"] for row in profile["segments"]}, reached)
    served = [one for one in world.contacts if one.actor == "agent" and one.outcome != "abandoned"]
    times = {one: (one.handle or 0) // 100_000 for one in served}
    days = collections.defaultdict(list)
    for one in served:
        days[one.day].append(times[one])
    means = [statistics.fmean(values) for values in days.values()]
    contacts = next(row for row in world.concentration() if row["quantity"] == "contacts")
    daily = next(row for row in world.volatility() if row["days"] == "scenario")
    mine = {
        "gini": contacts["gini"], "top_tenth": contacts["top_10_share"],
        "interaction_variation": variation(list(times.values())),
        "aggregate_variation": variation(means), "contacts_variation": daily["cv"]}
    for part in ("recorded", "scenario"):
        theirs = {name: profile["spread"][name][part] for name in mine}
        if part == "scenario":
            theirs = {name: value["mean"] for name, value in theirs.items()}
        comparison.view("run, spread, " + part, theirs, mine)


def check_customers(comparison, path, world):
    """`--customers`: who has a contact in scope, and that nothing changes for anybody."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [{name: text if name == "customer" else float(text) for name, text in row.items()}
                for row in csv.DictReader(file)]
    zero = {"cost_delta_mean": 0, "own_minutes_delta_mean": 0, "worse_off_share": 0,
            "better_off_share": 0, "gave_up_share": 0, "reached_share": 1}
    comparison.rows("run, customers", rows, ["customer"],
                    [{"customer": customer, **zero} for customer in sorted(world.reached)])


def day_number(text):
    """Days since 1970."""
    return (datetime.date.fromisoformat(text) - EPOCH.date()).days


def check(comparison, arguments, work):
    scenarios = arguments.scenarios or os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..", "scenarios")
    copy_scenarios(scenarios, os.path.join(work, "scenarios"), VARIANTS["named"])
    program = Program(arguments.program, os.path.join(work, "store"))
    for source, (file, *_) in SOURCES.items():
        program.run("ingest", os.path.join(arguments.data, file), "--mapping", os.path.join(
            work, "scenarios", "mappings", "synthetic", source + ".yaml"))
    record = Record(Raw(arguments.data, VARIANTS["named"]), {}, SHIPPED_COSTS)
    first = day_number(arguments.first) if arguments.first else record.first_day
    last = day_number(arguments.last) if arguments.last else record.last_day
    world = RecordedWorld(record, arguments.intent, first, last)
    scenario, customers = (os.path.join(work, name) for name in ("step.yaml", "customers.csv"))
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(SCENARIO.format(
            intent=arguments.intent, first=day_text(first), last=day_text(last)))
    answer = program.run("simulate", scenario, "--replications", "2", "--customers", customers)
    figures = world.figures()
    check_sums(comparison, figures)
    check_run(comparison, answer, world)
    check_profile(comparison, answer["profile"], world)
    check_customers(comparison, customers, world)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--intent", default="billing")
    parser.add_argument("--from", dest="first")
    parser.add_argument("--to", dest="last")
    parser.add_argument("--scenarios")
    parser.add_argument("--out")
    parser.add_argument("--show", type=int, default=5)
    arguments = parser.parse_args()
    comparison = Comparison(arguments.show)
    try:
        with tempfile.TemporaryDirectory() as work:
            check(comparison, arguments, work)
    except (OSError, subprocess.CalledProcessError, ValueError) as problem:
        print("could not check: %s" % problem, file=sys.stderr)
        return 2
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main())
