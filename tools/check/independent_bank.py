#!/usr/bin/env python3
"""An independent check of the program's figures on the "Anonymous Bank" call log.

The figures are computed a second time, in another language, from the publisher's raw files and
from the definitions in docs/method.md, without the program's sources. The two are then compared:
integers and money exactly, floating-point figures to one part in a million, and means over
replications against expectations within their Monte-Carlo error.

Five definitions (the week's contacts, weighted shares, the pooled share, silent ends without a
customer, the difficulty of who was not served) were settled by trying alternatives against the
program before the page stated them: there, agreement confirms less. The expectations of simulated
means leave the model's own spread out; they are held against the program within four standard
errors and a stated slack.

    python3 tools/check/independent_bank.py --data DIR --program PATH [--scenarios DIR]

--data       the folder with january.txt.gz ... july.txt.gz and reference.json
--program    the built `downstream`
--scenarios  the scenarios folder of the repository (default: found beside this file)

Exit status: 0 all agree, 1 at least one disagreement, 2 the check could not be made.
Python 3.9 or later, standard library only (with the system's time-zone data).
"""

import argparse
import bisect
import collections
import datetime
import fractions
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import zoneinfo

MONTHS = ["january", "february", "march", "april", "may", "june", "july"]
ZONE = zoneinfo.ZoneInfo("Asia/Jerusalem")
UTC = datetime.timezone.utc
DAY = 86_400
WINDOW = 3_600  # The link rule's window, in seconds.
PRIOR = 13 * DAY  # Weight of the population in a customer's background rate, in seconds.
PRIOR_CONTACTS = 20  # Weight of a failure's pooled figures in a cell, in contacts.
FEW = 50  # A family with fewer placebo contacts takes the habit of all families.
MILLION = 1_000_000
ROUNDS = 4  # The background is measured once with every contact whole, then three times more.
BINS = [60, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600]
UNITS = 100_000  # Thousandths of a penny in a pound.

INTENTS = {
    "PS": "regular-service", "PE": "regular-service-english", "IN": "internet-help",
    "NE": "stock-exchange", "NW": "prospective-customer", "TT": "call-back-request",
    "AA": "undocumented",
}
FAMILIES = {"regular-service-english": "regular-service"}
OWN = "own need"
ABANDONED = "abandoned in the queue"
LEFT = "left in the voice response"
SHORT = "served in under ten seconds"
AGENTS, SUPPORT, VOICE = "agents", "internet support", "voice response platform"
# Thousandths of a penny for a minute, from the cost file.
RATES = {AGENTS: 80_000, SUPPORT: 100_000, VOICE: 5_000}


class Contact:
    """One usable row: what the mapping makes of it, and what is derived from it later."""

    __slots__ = (
        "time", "offset", "customer", "intent", "family", "segment", "served", "outcome",
        "automation", "wait", "talk", "failure", "day", "parent", "next", "pi", "millionths",
        "role", "rate", "journey", "start",
    )

    def hour_of_week(self, moment=None):
        """The local hour of the week of a moment, at the offset of this contact."""
        local = (self.time if moment is None else moment) + self.offset
        return int(local // 3600) % 168


# ---------------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------------


def clock(text):
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def ends_before_start(row, entry):
    """Whether the end of a call, taken past midnight where need be, is over 12 hours away."""
    for exit_column, seconds_column in ((14, 15), (10, 11), (7, 8)):
        end = clock(row[exit_column])
        if end == 0 and int(row[seconds_column]) <= 0:
            continue
        if end < entry:
            return end + DAY - entry > 12 * 3600
        return False
    return False


def instant(date, seconds):
    """UTC seconds and the offset of a local date (yymmdd) and time of day."""
    day = datetime.datetime(1900 + int(date[:2]), int(date[2:4]), int(date[4:6]))
    aware = (day + datetime.timedelta(seconds=seconds)).replace(tzinfo=ZONE)
    return int(aware.timestamp()), int(aware.utcoffset().total_seconds())


def contact_of(row, entry):
    contact = Contact()
    contact.start = MILLION
    contact.time, contact.offset = instant(row[5], entry)
    contact.day = row[5]
    identity = row[2]
    contact.customer = None if identity == "0" or "E+" in identity else identity
    contact.intent = INTENTS[row[4]]
    contact.family = FAMILIES.get(contact.intent, contact.intent)
    contact.segment = row[3]
    contact.served = row[12] == "AGENT"
    contact.automation = max(0, int(row[8]))  # Unknown where negative: adds nothing.
    contact.wait, contact.talk = int(row[11]), int(row[15])
    if contact.served:
        contact.outcome = "unknown"
    else:
        contact.outcome = "abandoned" if contact.wait > 0 else "contained"
    contact.failure = OWN
    if contact.outcome == "abandoned":
        contact.failure = ABANDONED
    elif contact.outcome == "contained":
        contact.failure = LEFT
    elif contact.talk < 10:
        contact.failure = SHORT
    contact.parent = contact.next = contact.pi = contact.journey = None
    contact.millionths, contact.role, contact.rate = 0, "first", 0.0
    return contact


def read_bank(folder):
    """All contacts in order of time, and the counts of the import."""
    counts = collections.Counter()
    files = {}
    contacts, customers = [], set()
    for month in MONTHS:
        tally = collections.Counter()
        with gzip.open(os.path.join(folder, month + ".txt.gz"), "rt", encoding="ascii") as lines:
            next(lines)
            for line in lines:
                tally["read"] += 1
                row = [value.strip() for value in line.rstrip("\r\n").split("\t")]
                if len(row) != 17:
                    tally["rejected"] += 1
                    continue
                tally["accepted"] += 1
                entry = clock(row[6])
                counts["negative-duration"] += sum(int(row[i]) < 0 for i in (8, 11, 15))
                counts["ended-before-start"] += ends_before_start(row, entry)
                if row[2] != "0" and "E+" not in row[2]:
                    customers.add(row[2])
                if row[12] == "PHANTOM":
                    counts["phantom"] += 1
                else:
                    contacts.append(contact_of(row, entry))
        files[month + ".txt.gz"] = tally
        counts.update(tally)
    contacts.sort(key=lambda contact: contact.time)  # Stable: then by position in the log.
    counts["contact"], counts["customers"] = len(contacts), len(customers)
    return contacts, counts, files


def coverage_end(contacts):
    """The midnight that ends the last contact's local day, in UTC seconds."""
    last = contacts[-1]
    local_day = (last.time + last.offset) // DAY + 1
    date = datetime.datetime.fromtimestamp(local_day * DAY, UTC).strftime("%y%m%d")
    return instant(date, 0)[0]


# ---------------------------------------------------------------------------------------------
# Journeys and the probability of each link
# ---------------------------------------------------------------------------------------------


def link_contacts(contacts):
    """Links, roles and journeys. Returns the contacts of each (customer, family) in order."""
    groups = collections.defaultdict(list)
    for contact in contacts:
        if contact.customer is None:
            contact.journey = [contact]
            continue
        group = groups[contact.customer, contact.family]
        if group:
            before = group[-1]
            before.next = contact
            if contact.time - before.time <= WINDOW:
                contact.parent = before
                contact.role = "repeat" if before.failure == OWN else "rework"
        if contact.parent is None:
            contact.journey = []
        else:
            contact.journey = contact.parent.journey
        contact.journey.append(contact)
        group.append(contact)
    return groups


def between(times, low, high):
    """How many of the ordered times lie in (low, high]."""
    return bisect.bisect_right(times, high) - bisect.bisect_right(times, low)


def starts_between(group, times, low, high):
    """How many needs begin in (low, high]: each contact by how likely no link leads to it."""
    first, last = bisect.bisect_right(times, low), bisect.bisect_right(times, high)
    return sum(contact.start for contact in group[first:last]) / MILLION


def background_rates(groups, end):
    """Each customer's background rate in a family, per second, set on their contacts."""
    seen = {}
    ratios = collections.defaultdict(list)
    for key, group in groups.items():
        times = [contact.time for contact in group]
        count, observed = 0, 0
        for time in times:
            low, high = time + 15 * DAY, min(time + 28 * DAY, end)
            if high > low:
                count += starts_between(group, times, low, high)
                observed += high - low
        seen[key] = (count, observed)
        if observed > 0:
            ratios[key[1]].append(count / observed)
    means = {family: math.fsum(values) / len(values) for family, values in ratios.items()}
    for key, group in groups.items():
        count, observed = seen[key]
        rate = (count + PRIOR * means.get(key[1], 0.0)) / (observed + PRIOR)
        for contact in group:
            contact.rate = rate


def week_factors(contacts):
    """The factor f of each local hour of the week, from all contacts, those without a
    customer among them."""
    counts = [1] * 168
    for contact in contacts:
        counts[contact.hour_of_week()] += 1
    mean = sum(counts) / 168
    return [count / mean for count in counts]


def weighed(contact, week, low, high):
    """Seconds from one moment to another, each with the week's factor at it."""
    total = 0.0
    while low < high:
        local = contact.hour_of_week(low)
        rest = 3_600 - (low + contact.offset) % 3_600
        step = min(high - low, rest)
        total += step * week[local]
        low += step
    return total


def habits(groups, week, end):
    """The factor g of each family, and the placebo: followed and base, all families together."""
    seen, expected = collections.Counter(), collections.defaultdict(list)
    starts = collections.defaultdict(float)
    followed = base = 0
    for (_, family), group in groups.items():
        times = [contact.time for contact in group]
        for contact in group:
            low = contact.time + 14 * DAY
            if low + WINDOW >= end:
                continue
            number = between(times, low, low + WINDOW)
            base += 1
            followed += number > 0
            seen[family] += number
            starts[family] += starts_between(group, times, low, low + WINDOW)
            expected[family].append(contact.rate * weighed(contact, week, low, low + WINDOW))
    sums = {family: math.fsum(values) for family, values in expected.items()}
    every = math.fsum(starts.values()) / math.fsum(sums.values())
    factors = collections.defaultdict(lambda: every)
    for family, total in sums.items():
        if seen[family] >= FEW:
            factors[family] = starts[family] / total
    return factors, followed, base


def hazards(groups, week, habit, end):
    """Per cell and bin: next contacts, time at risk, and background hazard times that time."""
    cells = collections.defaultdict(lambda: [[0, 0.0, 0.0] for _ in BINS])
    for (_, family), group in groups.items():
        for contact in group:
            cell = cells[family, contact.failure]
            lag = math.inf if contact.next is None else contact.next.time - contact.time
            limit = min(lag, end - contact.time)
            scale = contact.rate * habit[family]
            start = 0
            for bin_end, tally in zip(BINS, cell):
                stop = min(bin_end, limit)
                if stop > start:
                    low, high = contact.time + start, contact.time + stop
                    tally[1] += stop - start
                    tally[2] += scale * weighed(contact, week, low, high)
                if lag <= bin_end:
                    tally[0] += 1
                    break
                start = bin_end
    return cells


def excesses(cells):
    """Per cell and bin: the hazard beyond the background, per second."""
    pooled = collections.defaultdict(lambda: [[0, 0.0] for _ in BINS])
    for (_, failure), bins in cells.items():
        for total, tally in zip(pooled[failure], bins):
            total[0] += tally[0]
            total[1] += tally[1]
    result = {}
    for (family, failure), bins in cells.items():
        row = []
        for (count, risk, background), (all_count, all_risk) in zip(bins, pooled[failure]):
            hazard = 0.0
            if all_count > 0 and all_risk > 0:
                hazard = (count + PRIOR_CONTACTS) / (risk + PRIOR_CONTACTS * all_risk / all_count)
            mean = background / risk if risk > 0 else 0.0
            row.append(max(0.0, hazard - mean))
        result[family, failure] = row
    return result


def weigh_links(groups, week, habit, excess):
    for (_, family), group in groups.items():
        for contact in group:
            before = contact.parent
            if before is None:
                continue
            e = excess[family, before.failure][bisect.bisect_left(BINS, contact.time - before.time)]
            h0 = contact.rate * week[contact.hour_of_week()] * habit[family]
            contact.pi = e / (h0 + e) if e > 0 else 0.0
            contact.millionths = round(contact.pi * MILLION)
            contact.start = MILLION - contact.millionths


# ---------------------------------------------------------------------------------------------
# The ledger
# ---------------------------------------------------------------------------------------------


def charges(contact):
    """What a contact costs: payer and whole thousandths of a penny, half to even."""
    result = []
    if contact.served and contact.talk > 0:
        payer = SUPPORT if contact.intent == "internet-help" else AGENTS
        result.append((payer, round(fractions.Fraction(contact.talk * RATES[payer], 60))))
    if contact.automation > 0:
        result.append((VOICE, round(fractions.Fraction(contact.automation * RATES[VOICE], 60))))
    return result


def cause(contact):
    """Intent and failure where the contact's failure links begin."""
    if contact.role != "rework":
        return contact.intent, OWN
    root = contact.parent
    while root.role == "rework":
        root = root.parent
    return root.intent, root.failure


def shares(contact, amount):
    """The amount by cause, the chain followed with the links' probabilities.

    The probability that all links so far are real is kept in millionths, rounded half to even at
    every step; each share is rounded so too, and the last one takes what rounding leaves.
    """
    result = []
    label, node, carried, left = (contact.intent, OWN), contact, MILLION, amount
    while node.role == "rework":
        further = round(fractions.Fraction(carried * node.millionths, MILLION))
        stays = round(fractions.Fraction(amount * (carried - further), MILLION))
        result.append((label, stays))
        left -= stays
        carried, node = further, node.parent
        label = (node.intent, node.failure)
    result.append((label, left))
    return result


def ledger(contacts):
    matrix = collections.defaultdict(lambda: [0, 0])
    hours = collections.Counter()
    for contact in contacts:
        source = cause(contact)
        hours[source] += contact.automation + contact.wait + contact.talk
        for payer, amount in charges(contact):
            matrix[source, contact.intent, payer][0] += amount
            for label, share in shares(contact, amount):
                matrix[label, contact.intent, payer][1] += share
    return matrix, hours


# ---------------------------------------------------------------------------------------------
# The fitted model
# ---------------------------------------------------------------------------------------------


def returns_by_cell(groups, end):
    """Per (family, failure): contacts with a complete window, links, sum of pi, probability.

    Under (None, failure): the share over all families, which stands for a cell without contacts.
    """
    cells = collections.defaultdict(lambda: [0, 0, 0])
    pooled = collections.defaultdict(lambda: [0, 0])
    for (_, family), group in groups.items():
        for contact in group:
            if contact.time + WINDOW >= end:
                continue
            cell, every = cells[family, contact.failure], pooled[contact.failure]
            cell[0] += 1
            every[0] += 1
            if contact.next is not None and contact.next.parent is contact:
                cell[1] += 1
                cell[2] += contact.next.millionths
                every[1] += contact.next.millionths
    result = {}
    for (family, failure), (number, linked, weight) in cells.items():
        share = (pooled[failure][1] / MILLION + 0.5) / (pooled[failure][0] + 1)
        result[None, failure] = (*pooled[failure], 0.0, share)
        posterior = (weight / MILLION + PRIOR_CONTACTS * share) / (number + PRIOR_CONTACTS)
        result[family, failure] = (number, linked, weight / MILLION, posterior)
    return result


def delay_quantiles(contacts, failure, levels):
    """Quantiles of the fitted delay of a return, in minutes, and the links it rests on."""
    masses, links = [0] * len(BINS), 0
    for contact in contacts:
        if contact.parent is not None and contact.parent.failure == failure:
            masses[bisect.bisect_left(BINS, contact.time - contact.parent.time)] += (
                contact.millionths)
            links += 1
    total, result = sum(masses), []
    for level in levels:
        wanted, start = level * total, 0
        for bin_end, mass in zip(BINS, masses):
            if wanted <= mass and mass > 0:
                result.append((start + (bin_end - start) * wanted / mass) / 60)
                break
            wanted, start = wanted - mass, bin_end
    return links, result


# ---------------------------------------------------------------------------------------------
# Expectations over replications
# ---------------------------------------------------------------------------------------------


SCENARIO = ("990401", "990630")  # First and last local day of the scenarios.


def in_scope(contact):
    return contact.intent == "regular-service" and SCENARIO[0] <= contact.day <= SCENARIO[1]


def issues(contacts):
    """Every issue that drawn links can make, with its probability.

    Chains of rework links are cut wherever a link is not drawn; links are drawn independently.
    """
    following = {contact.parent: contact for contact in contacts if contact.role == "rework"}
    for first in contacts:
        if first.role == "rework":
            continue
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        drawn = [0.0] + [contact.millionths / MILLION for contact in chain[1:]] + [0.0]
        for begin in range(len(chain)):
            chance = 1 - drawn[begin]
            for last in range(begin, len(chain)):
                if last > begin:
                    chance *= drawn[last]
                if chance == 0:
                    break
                yield chain[begin:last + 1], chance * (1 - drawn[last + 1])


def expected(contacts, model, passes):
    """Expected totals of the cohort in both worlds.

    `passes(issue, index)` is the probability that a contact in scope reaches the recorded
    operation once it has come to the step. A contact follows those that caused it.
    """
    totals = collections.Counter()
    for issue, chance in issues(contacts):
        if not SCENARIO[0] <= issue[0].day <= SCENARIO[1]:
            continue
        comes = 1.0
        for index, contact in enumerate(issue):
            scope = in_scope(contact)
            reaches = comes * (passes(issue, index) if scope else 1.0)
            totals["contacts"] += chance
            totals["contacts after"] += chance * reaches
            totals["rework"] += chance * (index > 0)
            totals["abandoned"] += chance * (contact.outcome == "abandoned")
            totals["customer seconds"] += chance * (
                contact.automation + contact.wait + contact.talk)
            if scope:
                totals["sessions"] += chance * comes
                totals["resolved"] += chance * (comes - reaches)
                totals["own need in scope"] += chance * (index == 0)
            if contact.served:
                totals["served"] += chance
                totals["handle seconds"] += chance * contact.talk
                totals["handle seconds after"] += chance * contact.talk * reaches
            comes = reaches
        last = issue[-1]
        if last.outcome == "abandoned":
            silent = chance
            if last.customer is None:  # Their returns were not recorded: the model's odds.
                cell = (last.family, last.failure)
                silent *= 1 - model[cell if cell in model else (None, last.failure)][3]
            totals["silent"] += silent
            totals["silent, not in scope"] += silent * (not in_scope(last))
    return totals


def normal_scores(contacts):
    """The normal score of each contact in scope, by the residual of its path.

    A path is the handle time of the contact and of those further down its chain of failures, each
    times the probabilities of the links on the way. The residual is its logarithm less the mean of
    its segment, drawn toward that of all with the weight of 20. A contact on whose path nobody
    served has no score.
    """
    following = {contact.parent: contact for contact in contacts if contact.role == "rework"}

    def path(contact):
        total, weight = 0.0, 1.0
        while contact is not None:
            total += weight * contact.talk * contact.served
            contact = following.get(contact)
            weight *= contact.pi if contact else 0
        return total

    paths = {contact: path(contact) for contact in filter(in_scope, contacts)}
    logs = {contact: math.log(total) for contact, total in paths.items() if total > 0}
    everybody = statistics.fmean(logs.values())
    groups = collections.defaultdict(list)
    for contact, value in logs.items():
        groups[contact.segment].append(value)
    means = {segment: (math.fsum(values) + 20 * everybody) / (len(values) + 20)
             for segment, values in groups.items()}
    residuals = {contact: value - means[contact.segment] for contact, value in logs.items()}
    ranked = sorted(residuals.values())
    normal, scores = statistics.NormalDist(), {}
    for contact, value in residuals.items():
        low, high = bisect.bisect_left(ranked, value), bisect.bisect_right(ranked, value)
        scores[contact] = normal.inv_cdf((low + high) / 2 / len(ranked))
    return scores


def inherited(contacts, scope):
    """How many of those in scope whom nobody served find somebody to ask again further down their
    chain of failures, as expected: who serves the need next pays for the context that is lost."""
    following = {contact.parent: contact for contact in contacts if contact.role == "rework"}
    total = 0.0
    for contact in scope:
        weight, later = 1.0, contact
        while later is not None and not later.served:
            later = following.get(later)
            weight *= later.pi if later else 0
        if later is not contact:
            total += weight
    return total


def pert_mean(low, mode, high):
    return (low + 4 * mode + high) / 6


# ---------------------------------------------------------------------------------------------
# Comparing
# ---------------------------------------------------------------------------------------------


class Comparison:
    """Collects what was compared and prints one aligned line for each subject."""

    def __init__(self):
        self.lines, self.wrong = {}, []

    def note(self, subject, agrees, how, detail, program=None, here=None):
        line = self.lines.setdefault(subject, [0, 0, how, None, None])
        line[0] += 1
        line[1] += not agrees
        line[3], line[4] = (program, here) if line[0] == 1 else (None, None)
        if not agrees:
            self.wrong.append(f"{subject}: {detail}: program {program!r}, here {here!r}")

    def exact(self, subject, detail, program, here):
        self.note(subject, program == here, "exact", detail, program, here)

    def close(self, subject, detail, program, here, tolerance=1e-6):
        agrees = (
            program is here if None in (program, here)
            else math.isclose(program, here, rel_tol=tolerance, abs_tol=1e-9))
        self.note(subject, agrees, f"{tolerance:g}", detail, program, here)

    def money(self, subject, detail, program, here):
        """Program in pounds, here in thousandths of a penny; equal to the last unit."""
        self.exact(subject, detail, round(program * UNITS), here)

    def mean(self, subject, figure, here, slack=0.0):
        """A mean over replications, within four standard errors of half as many draws.

        The error is read off the printed quantiles; replications share parameters in pairs.
        """
        spread = (figure["high"] - figure["low"]) / 3.29 / math.sqrt(REPLICATIONS / 2)
        allowed = 4 * spread + slack * abs(here) + 1e-6
        agrees = abs(figure["mean"] - here) <= allowed
        self.note(subject, agrees, f"± {allowed:.4g}", "mean", figure["mean"], here)

    def true(self, subject, detail, agrees):
        self.note(subject, bool(agrees), "holds", detail, bool(agrees), True)

    def show(self):
        width = max(len(subject) for subject in self.lines)
        heads = ("values", "differ", "tolerance", "program", "here")
        print(f"{'compared':{width}}  {heads[0]:>6}  {heads[1]:>6}  {heads[2]:>10}"
              f"  {heads[3]:>16}  {heads[4]:>16}")
        for subject, (number, differ, how, program, here) in self.lines.items():
            print(f"{subject:{width}}  {number:6}  {differ:6}  {how:>10}"
                  f"  {short(program):>16}  {short(here):>16}")
        print()
        for text in self.wrong:
            print("DISAGREES  " + text)
        values = sum(line[0] for line in self.lines.values())
        print(f"{values} values compared, {len(self.wrong)} disagree")


def short(value):
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


class Program:
    """The built program on a store of its own."""

    def __init__(self, path, store):
        self.path, self.store = path, store

    def text(self, *words):
        command = [self.path, "--store", self.store, "--format", "json", "--quiet"]
        done = subprocess.run(command + [str(word) for word in words], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.text(*words))


REPLICATIONS = 200


# ---------------------------------------------------------------------------------------------
# The comparisons, part by part
# ---------------------------------------------------------------------------------------------


def compare_import(compare, answer, status, counts, files):
    subject = "import: counts"
    for name in ("read", "accepted", "rejected"):
        compare.exact(subject, name, answer[name], counts[name])
    for name, here in (("events", counts["accepted"]), ("customers", counts["customers"])):
        compare.exact(subject, name, status[name], here)
    for kind in status["kinds"]:
        compare.exact(subject, kind["kind"], kind["events"], counts[kind["kind"]])
    for warning in answer["warnings"]:
        compare.exact(subject, warning["code"], warning["count"], counts[warning["code"]])
    for file in answer["files"]:
        for name in ("read", "accepted", "rejected"):
            compare.exact("import: by file", file["file"] + " " + name, file[name],
                          files[file["file"]][name])


def mean_of(values):
    """None where there is nothing to take a mean of."""
    return math.fsum(values) / len(values) if values else None


def queue_row(contacts):
    """The columns of `view queues` for some contacts."""
    queued = [c for c in contacts if c.wait > 0]
    left = [c.wait for c in queued if not c.served]
    talks = [c.talk for c in contacts if c.served and 1 <= c.talk <= 3600]
    offered = [c for c in contacts if c.wait > 0 or c.served]
    return {
        "contacts": len(contacts), "queued": len(queued), "abandoned": len(left),
        "abandonment_rate": len(left) / len(queued) if queued else None,
        "abandonment_of_offered": len(left) / len(offered) if offered else None,
        "average_speed_of_answer_seconds": mean_of([c.wait for c in offered if c.served]),
        "mean_wait_seconds": mean_of([c.wait for c in queued]),
        "mean_wait_served_seconds": mean_of([c.wait for c in queued if c.served]),
        "mean_wait_abandoned_seconds": mean_of(left),
        # Nobody in this log is handed on.
        "handed_on_without_queue": 0,
        "left_without_queue": sum(c.wait == 0 and not c.served for c in contacts),
        "served_without_queue": sum(c.wait == 0 and c.served for c in contacts),
        "handled": len(talks), "mean_handle_seconds": mean_of(talks),
        "sd_handle_seconds": statistics.stdev(talks) if len(talks) > 1 else None,
        "median_handle_seconds": statistics.median(talks) if talks else None,
    }


def compare_queues(compare, view, contacts, reference):
    by_intent = collections.defaultdict(list)
    for contact in contacts:
        by_intent[contact.intent].append(contact)
    by_intent["all"] = contacts
    compare.exact("view queues: rows", "intents", sorted(row["intent"] for row in view["queues"]),
                  sorted(by_intent))
    compare.lines["view queues: rows"][3:] = [len(view["queues"]), len(by_intent)]
    for row in view["queues"]:
        here = queue_row(by_intent[row["intent"]])
        compare.exact("view queues: columns", "names", sorted(row), sorted([*here, "intent"]))
        for name, value in here.items():
            kind = compare.exact if isinstance(value, int) else compare.close
            subject = "integers" if isinstance(value, int) else "rates, times"
            kind("view queues: " + subject, row["intent"] + " " + name, row[name], value)
        if row["intent"] == "all":
            for name, key, digits in (
                    ("queued", "queued_calls(q_time>0,not PHANTOM)", 0),
                    ("abandoned", "abandoned_in_queue", 0),
                    ("abandonment_rate", "abandonment_rate_of_queued", 6),
                    ("mean_wait_seconds", "mean_wait_s_queued", 2),
                    ("mean_wait_served_seconds", "mean_wait_s_served_after_queue", 3),
                    ("mean_wait_abandoned_seconds", "mean_wait_s_abandoned", 3),
                    ("left_without_queue", "hung_up_without_queue(q_time==0)", 0),
                    ("served_without_queue", "answered_without_queue(q_time==0)", 0),
                    ("handled", "handle_time_base(AGENT,1..3600s)", 0),
                    ("mean_handle_seconds", "mean_handle_time_s", 3),
                    ("sd_handle_seconds", "sd_handle_time_s", 3),
                    ("median_handle_seconds", "median_handle_time_s", 3)):
                compare.exact("view queues: reference.json", name,
                              round(row[name], digits), reference[key])


AFTER = {
    "all": lambda c: True,
    "served": lambda c: c.served,
    "served, no failure known": lambda c: c.served and c.failure == OWN,
    "not served": lambda c: not c.served,
    ABANDONED: lambda c: c.failure == ABANDONED,
    LEFT: lambda c: c.failure == LEFT,
    SHORT: lambda c: c.failure == SHORT,
}
REFERENCE_AFTER = {
    "all": "all", "served": "after_AGENT", "served, no failure known": "after_AGENT_10s_or_more",
    "not served": "after_HANG", SHORT: "after_AGENT_under_10s",
}


def recontacts(contacts, key, hours, end):
    """Rows of `view recontact`: base, followed and left out, by what the contact was."""
    following, last = {}, {}
    for contact in contacts:
        if contact.customer is not None:
            if key(contact) in last:
                following[last[key(contact)]] = contact
            last[key(contact)] = contact
    rows = {name: [0, 0, 0] for name in AFTER}
    for contact in contacts:
        if contact.customer is None:
            continue
        after = following.get(contact)
        back = after is not None and after.time - contact.time <= hours * 3600
        whole = contact.time + hours * 3600 < end
        for name, matches in AFTER.items():
            if matches(contact):
                rows[name][0] += whole
                rows[name][1] += whole and back
                rows[name][2] += not whole
    return rows


def compare_recontact(compare, view, contacts, end, reference):
    keys = {"any_intent": lambda c: c.customer, "same_family": lambda c: (c.customer, c.family)}
    published = reference["recontact_with_spoilt_ids_unknown_and_utc_instants[base,rate]"]
    for table, key in keys.items():
        here = {hours: recontacts(contacts, key, hours, end) for hours in (1, 24, 168)}
        compare.exact(f"view recontact: {table}", "rows", len(view[table]), 3 * len(AFTER))
        for row in view[table]:
            hours, after = row["window_hours"], row["after"]
            base, followed, censored = here[hours][after]
            place = f"{after}, {hours} h "
            for name, value in (("base", base), ("followed", followed), ("censored", censored)):
                compare.exact(f"view recontact: {table}", place + name, row[name], value)
            compare.close(f"view recontact: {table}", place + "rate", row["rate"],
                          followed / base if base else 0.0)
            if table == "any_intent" and after in REFERENCE_AFTER:
                known = published[{1: "1h", 24: "24h", 168: "7d"}[hours]][REFERENCE_AFTER[after]]
                compare.exact("view recontact: reference.json", place,
                              [row["base"], round(row["rate"], 6)], known)


def compare_journeys(compare, answer, contacts, placebo, end):
    states, roles, links = collections.Counter(), collections.Counter(), collections.Counter()
    journeys = {id(contact.journey): contact.journey for contact in contacts}
    for journey in journeys.values():
        last = journey[-1]
        if last.customer is not None and last.time + WINDOW >= end:
            states["open"] += 1
        else:
            states[{"abandoned": "givenUp", "contained": "undetermined"}.get(
                last.outcome, "settled")] += 1
    for contact in contacts:
        roles[contact.role] += 1
        if contact.parent is not None:
            links["linked"] += 1
            links["pi"] += contact.millionths
            if contact.role == "rework":
                links["rework"] += 1
                links["rework pi"] += contact.millionths
    subject = "journeys: number, states, roles"
    compare.exact(subject, "journeys", answer["journey_count"], len(journeys))
    compare.exact(subject, "contacts", answer["contacts"], len(contacts))
    for state in ("open", "givenUp", "undetermined", "settled"):
        compare.exact(subject, state, answer["state_" + state], states[state])
    for role in ("first", "rework", "repeat"):
        compare.exact(subject, role, answer["role_" + role], roles[role])
    known = sum(contact.customer is not None for contact in contacts)
    compare.close("journeys: stitch rate", "share", answer["stitch_rate"], known / len(contacts))
    compare.exact("journeys: rules", "number", len(answer["links"]), 1)
    rule = answer["links"][0]
    compare.exact("journeys: links", "linked", rule["linked"], links["linked"])
    compare.exact("journeys: links by named failure", "rework", rule["rework"], links["rework"])
    base = sum(c.customer is not None and c.time + WINDOW < end for c in contacts)
    compare.exact("journeys: base of the linked rate", "base", rule["base"], base)
    compare.exact("journeys: base of the placebo", "base", rule["placebo_base"], placebo[1])
    compare.close("journeys: placebo rate", "rate", rule["placebo_rate"], placebo[0] / placebo[1])
    compare.close("journeys: expected true links", "sum of pi", rule["expected_true"],
                  links["pi"] / MILLION)
    compare.close("journeys: the same, by named failure", "sum of pi",
                  rule["rework_expected_true"], links["rework pi"] / MILLION)


def compare_ledger(compare, view, contacts):
    matrix, seconds = ledger(contacts)
    total = sum(cell[0] for cell in matrix.values())
    compare.money("ledger: total, 0.001 p", "total", view["total"], total)
    compare.exact("ledger: weighted total equals it", "total",
                  sum(cell[1] for cell in matrix.values()), total)
    rows = [row for row in view["matrix"] if row["caused_intent"] != "total"]
    compare.exact("ledger: cells of the matrix", "cells", len(rows), len(matrix))
    for row in rows:
        key = ((row["caused_intent"], row["caused_failure"]), row["paid_intent"], row["payer"])
        place = " / ".join([*key[0], *key[1:]])
        by_rule, weighted = matrix.get(key, (None, None))
        compare.money("ledger: caused x paid, by rule", place, row["by_rule"], by_rule)
        compare.money("ledger: caused x paid, weighted", place, row["weighted"], weighted)
    causes = collections.defaultdict(lambda: [0, 0])
    for (source, _, _), cell in matrix.items():
        causes[source][0] += cell[0]
        causes[source][1] += cell[1]
    compare.exact("ledger: causes", "rows", len(view["caused"]), len(causes))
    for row in view["caused"]:
        source = (row["intent"], row["failure"])
        place = " / ".join(source)
        compare.money("ledger: causes", place, row["by_rule"], causes[source][0])
        compare.money("ledger: causes", place, row["weighted"], causes[source][1])
        compare.close("ledger: customers' hours by cause", place, row["customer_hours"],
                      seconds[source] / 3600)
    for name, index in (("failure_by_rule", 0), ("failure_weighted", 1)):
        compare.money("ledger: caused by failures", name, view[name],
                      sum(cell[index] for cause_, cell in causes.items() if cause_[1] != OWN))
    compare.close("ledger: customers' hours", "hours", view["customer_hours"],
                  sum(seconds.values()) / 3600)
    compare.true("ledger: balance", "in total", view["balanced"])
    compare.exact("ledger: customers out of balance", "number", view["customers_out_of_balance"],
                  0)


def compare_model(compare, answer, contacts, groups, end):
    here = {key: row for key, row in returns_by_cell(groups, end).items() if key[0]}
    compare.exact("calibrate: cells", "number", len(answer["returns"]), len(here))
    for row in answer["returns"]:
        key = (row["family"], row["failure"])
        number, linked, weight, probability = here.get(key, (None, None, math.nan, math.nan))
        place = " / ".join(key)
        compare.exact("calibrate: contacts, links", place, row["contacts"], number)
        compare.exact("calibrate: contacts, links", place, row["linked"], linked)
        compare.close("calibrate: expected true links", place, row["expected_true"], weight)
        compare.close("calibrate: probability of a return", place, row["probability"],
                      probability)
    for row in answer["delays"]:
        links, quantiles = delay_quantiles(contacts, row["failure"], (0.25, 0.5, 0.75, 0.9))
        compare.exact("calibrate: links behind the delays", row["failure"], row["observed"],
                      links)
        for name, value in zip(("quartile1", "median", "quartile3", "p90"), quantiles):
            compare.close("calibrate: quantiles of delays", row["failure"] + " " + name,
                          row[name], value)


def compare_replay(compare, program, folder, contacts, model):
    path = os.path.join(folder, "regular-calls-self-service.yaml")
    words = ["simulate", path, "--replications", REPLICATIONS, "--threads"]
    one, two = program.text(*words, 1), program.text(*words, 2)
    compare.true("simulate: one thread and two, same bytes", "bytes", one == two)
    run = json.loads(one)
    metrics, book = run["metrics"], run["ledger"]
    take, contained = pert_mean(0.3, 0.5, 0.8), pert_mean(0.2, 0.6, 0.8)
    false, hung = pert_mean(0.15, 0.35, 0.6), pert_mean(0.05, 0.125, 0.25)
    returns = pert_mean(0.12, 0.25, 0.4)
    back = model["regular-service", LEFT][3]
    lost = (contained * (1 - false) + contained * false * (1 - returns)
            + (1 - contained) * hung * (1 - back))
    here = expected(contacts, model, lambda issue, index: 1 - take * lost)
    scope = [contact for contact in contacts if in_scope(contact)]
    known = {contact.customer for contact in scope if contact.customer is not None}
    compare.exact("simulate: contacts in scope", "number", run["in_scope_contacts"], len(scope))
    compare.exact("simulate: of these unidentified", "number", run["in_scope_unidentified"],
                  sum(contact.customer is None for contact in scope))
    compare.exact("simulate: customers reached", "number", run["customers"]["reached"]["mean"],
                  len(known))
    for name, value in (
            ("contacts", here["contacts"]), ("served_contacts", here["served"]),
            ("abandoned_contacts", here["abandoned"]), ("rework_contacts", here["rework"]),
            ("handle_minutes", here["handle seconds"] / 60),
            ("customer_minutes", here["customer seconds"] / 60),
            ("issues", here["contacts"] - here["rework"]), ("silent_give_ups", here["silent"])):
        compare.mean("simulate: baseline " + metrics[name]["title"], metrics[name]["baseline"],
                     value)
    sessions = take * here["sessions"]
    for name, value in (
            ("automation_sessions", sessions),
            ("truly_resolved", sessions * contained * (1 - false)),
            ("falsely_contained", sessions * contained * false),
            ("left_automation", sessions * (1 - contained) * hung),
            ("handed_over", sessions * (1 - contained) * (1 - hung)),
            ("contacts", here["contacts after"]), ("reported_containment", contained),
            ("true_containment", contained * (1 - false))):
        compare.mean("simulate: scenario " + metrics[name]["title"], metrics[name]["scenario"],
                     value, slack=0.01)
    cost = (metrics["automation_sessions"]["scenario"]["mean"] * pert_mean(0.05, 0.1, 0.25)
            + pert_mean(10_000, 20_000, 40_000))
    compare.mean("simulate: run cost", book["run_cost"], cost, slack=0.01)
    classes = (book["gross_saving"]["mean"] - book["run_cost"]["mean"]
               - book["unreleased"]["mean"] - book["redistributed"]["mean"]
               - book["deferred"]["mean"])
    compare.close("simulate: net is the sum of its classes", "net", book["net"]["mean"], classes)
    compare.close("simulate: net is the change in cash", "net", book["net"]["mean"],
                  -metrics["cash_cost"]["delta"]["mean"])
    compare.close("simulate: net is the sum of the matrix", "net", book["net"]["mean"],
                  -math.fsum(cell["delta"]["mean"] for cell in book["matrix"]))
    compare.close("simulate: net if released", "net", book["net_if_released"]["mean"],
                  book["net"]["mean"] + book["unreleased"]["mean"])
    compare.true("simulate: nothing unexplained", "unexplained", all(
        book["unexplained"][name] == 0 for name in ("mean", "low", "high")))
    compare.true("simulate: the remaining calls are longer", "mean handle time",
                 metrics["mean_handle_minutes"]["delta"]["low"] > 0)


def every_number(value):
    """All numbers below a part of an answer."""
    if isinstance(value, dict):
        for part in value.values():
            yield from every_number(part)
    elif isinstance(value, list):
        for part in value:
            yield from every_number(part)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def compare_nothing(compare, program, folder):
    path = os.path.join(folder, "nothing-changes.yaml")
    run = program.json("simulate", path, "--replications", REPLICATIONS)
    changes = [metric["delta"] for metric in run["metrics"].values()]
    changes += [cell["delta"] for cell in run["ledger"]["matrix"]]
    changes += [payer["delta"] for payer in run["ledger"]["payers"]]
    changes += [part for name, part in run["ledger"].items() if name not in ("matrix", "payers")]
    changes += [run["customers"]["worse_off_share"], run["customers"]["better_off_share"]]
    for number in every_number(changes):
        compare.exact("nothing changes: every change is 0", "a change", number, 0)
    for name, metric in run["metrics"].items():
        compare.exact("nothing changes: both worlds equal", name, metric["scenario"],
                      metric["baseline"])
    compare.lines["nothing changes: both worlds equal"][3:] = [None, None]


LIMIT = """\
scenario: {name}
title: A limit case
question: Do the figures go where they must?
automation: {{id: limit-case, catalogue: A9, owner: nobody, payer: automation budget}}
scope: {{intents: [regular-service], from: 1999-04-01, to: 1999-06-30}}
step:
{step}
handover:
{handover}
costs:
{costs}
assumptions: [A limit case of the check.]
"""
STEP = {"take_up": 1, "contained": 1, "false_share": 0, "abandoned_share": 0, "false_returns": 0,
        "seconds": 60, "selection_strength": 0, "reliability": 1}
HANDOVER = {"context_lost": 0, "context_penalty_seconds": 0}
COSTS = {"run_per_step": 0.1, "fixed": 0}


def limit_case(program, scratch, name, **changes):
    """A run of a scenario whose values are all fixed."""
    def lines(values):
        return "\n".join(f"  {key}: {{value: {changes.get(key, value)}, grade: D, source: check}}"
                         for key, value in values.items())
    path = os.path.join(scratch, name + ".yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(LIMIT.format(name=name, step=lines(STEP), handover=lines(HANDOVER),
                                costs=lines(COSTS)))
    return program.json("simulate", path, "--replications", REPLICATIONS)


def compare_limits(compare, program, scratch, contacts, model):
    """Scenarios whose values are all fixed, so that the figures can be foretold sharply."""
    gone = expected(contacts, model, lambda issue, index: 0.0)
    scope = [contact for contact in contacts if in_scope(contact)]
    served = sum(contact.served for contact in scope)
    paid = sum(amount for contact in scope for _, amount in charges(contact))

    def compare_means(name, run, world, *figures, slack=1e-5):
        metrics = run["metrics"]
        for metric, here in figures:
            title = metrics[metric]["title"]
            compare.mean(f"{name}: {world} {title}", metrics[metric][world], here, slack)

    for name, changes, silent in (("all resolved", {}, 0),
                                  ("all silent", {"false_share": 1}, gone["sessions"])):
        run = limit_case(program, scratch, name.replace(" ", "-"), **changes)
        compare_means(name, run, "scenario", ("automation_sessions", gone["sessions"]),
                      ("contacts", gone["contacts after"]),
                      ("handle_minutes", gone["handle seconds after"] / 60),
                      ("silent_give_ups", gone["silent, not in scope"] + silent))
        compare.money(f"{name}: gross saving, 0.001 p", "mean",
                      run["ledger"]["gross_saving"]["mean"], paid)
    run = limit_case(program, scratch, "all-handed-over", contained=0, context_lost=1,
                     context_penalty_seconds=60)
    compare_means("all handed over", run, "delta", ("contacts", 0), ("served_contacts", 0),
                  ("rework_contacts", 0), ("automation_sessions", len(scope)),
                  ("handed_over", len(scope)))
    asked = served + inherited(contacts, scope)
    compare_means("all handed over", run, "delta", ("handle_minutes", asked),
                  ("customer_minutes", len(scope) + asked), slack=2e-4)
    compare.mean("all handed over: run cost", run["ledger"]["run_cost"], len(scope) * 0.1)
    run = limit_case(program, scratch, "all-return", false_share=1, false_returns=1)
    compare_means("all return", run, "delta", ("contacts", 0), ("served_contacts", 0),
                  ("handle_minutes", 0), ("silent_give_ups", 0),
                  ("rework_contacts", gone["own need in scope"]))
    back = model["regular-service", LEFT][3]
    hung = expected(contacts, model, lambda issue, index: back)
    run = limit_case(program, scratch, "all-hang-up", contained=0, abandoned_share=1)
    compare_means("all hang up", run, "scenario", ("automation_sessions", hung["sessions"]),
                  ("contacts", hung["contacts after"]))
    compare_means("selection", *selection(program, scratch, contacts, model), slack=2e-4)


def selection(program, scratch, contacts, model):
    """A quarter truly resolved, a quarter back later, and a strong pull to the easy ones."""
    share, strength = 0.25, 0.8
    scores, normal = normal_scores(contacts), statistics.NormalDist()
    spread, threshold = math.sqrt(1 - strength ** 2), normal.inv_cdf(share)

    def passes(issue, index):
        """By the difficulty of the issue, which is that of its first contact."""
        if issue[0] not in scores:
            return 1 - share
        return 1 - normal.cdf((threshold - strength * scores[issue[0]]) / spread)

    here = expected(contacts, model, passes)
    run = limit_case(program, scratch, "selection", contained=0.5, false_share=0.5,
                     false_returns=1, selection_strength=strength)
    return (run, "scenario", ("automation_sessions", here["sessions"]),
            ("truly_resolved", here["resolved"]), ("contacts", here["contacts after"]),
            ("handle_minutes", here["handle seconds after"] / 60))


# ---------------------------------------------------------------------------------------------


def check(arguments, scratch):
    compare = Comparison()
    scenarios = arguments.scenarios
    program = Program(os.path.abspath(arguments.program), os.path.join(scratch, "store"))
    contacts, counts, files = read_bank(arguments.data)
    with open(os.path.join(arguments.data, "reference.json"), encoding="utf-8") as file:
        reference = json.load(file)
    end = coverage_end(contacts)
    groups = link_contacts(contacts)
    week = week_factors(contacts)
    # The background counts needs, which the links' own probabilities tell from contacts.
    for _ in range(ROUNDS):
        background_rates(groups, end)
        habit, followed, base = habits(groups, week, end)
        weigh_links(groups, week, habit, excesses(hazards(groups, week, habit, end)))

    records = [os.path.join(arguments.data, month + ".txt.gz") for month in MONTHS]
    mapping = os.path.join(scenarios, "mappings", "anonymous-bank-1999.yaml")
    answer = program.json("ingest", *records, "--mapping", mapping)
    compare_import(compare, answer, program.json("status"), counts, files)
    compare_queues(compare, program.json("view", "queues"), contacts, reference)
    compare_recontact(compare, program.json("view", "recontact"), contacts, end, reference)
    compare_journeys(compare, program.json("journeys", "list", "--limit", 1), contacts,
                     (followed, base), end)
    compare_ledger(compare, program.json("view", "ledger"), contacts)
    compare_model(compare, program.json("calibrate"), contacts, groups, end)
    folder = os.path.join(scenarios, "anonymous-bank")
    model = returns_by_cell(groups, end)
    compare_replay(compare, program, folder, contacts, model)
    compare_nothing(compare, program, folder)
    compare_limits(compare, program, scratch, contacts, model)
    compare.show()
    return 1 if compare.wrong else 0


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder of the bank's raw files")
    parser.add_argument("--program", required=True, help="the built downstream")
    parser.add_argument("--scenarios", default=os.path.join(here, "..", "..", "scenarios"),
                        help="the repository's scenarios folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="independent-bank-") as scratch:
        try:
            return check(arguments, scratch)
        except (OSError, RuntimeError, LookupError, TypeError, ValueError) as error:
            print(f"the check could not be made: {error!r}", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
