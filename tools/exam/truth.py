"""What truly happened in a generated operation, in the simulator's own units.

Everything is computed from the operation's truth (`truth/*.csv.gz`) and the rates of the cost rules,
in integers: a thousandth of a minor unit of currency. Nothing of the product takes part.

Definitions, the same as in docs/method.md:

* cohort: the issues that begin in the scenario's days, followed to their end
* contact: an inbound record of the operation that was there before (the automation's own sessions
  are not among them; work of the back office and of complaints is not inbound)
* recontact: a contact that a failure brought about; a hand-over is the same contact going on
* escalation: a contact passed on to a specialist
* cost: what is charged for all records of the cohort, and a fixed price for each session of the
  automation
* net: the saving of that cost, less what a payer is charged less for people's minutes in a local
  week: a roster is paid until it changes
"""

from __future__ import annotations

import collections
import csv
import dataclasses
import gzip
import math
import pathlib
import statistics

# What truly failed, in the words of the truth; the other reasons are the service going on.
FAILURES = frozenset({
    "abandoned-in-automation", "abandoned-in-queue", "back-office-failure", "false-containment",
    "online-failure", "unresolved",
})
COMPLAINED = "complained"
INBOUND = frozenset({"telephone", "ivr", "chatbot", "chat", "email", "web"})
AUTOMATED = frozenset({"ivr", "chatbot", "web"})
DAY = 86_400
WEEK = 7 * DAY
# 1970-01-01 was a Thursday; weeks begin on Mondays.
TO_MONDAY = 3 * DAY

# Payer and price of a minute in pence, of scenarios/costs/synthetic-operation.yaml.
SPECIALISTS = "telephone specialists"
PEOPLE = {
    "telephone": ("telephone service", 80), "chat": ("chat service", 40),
    "email": ("mail desk", 70), "back-office": ("back office", 80),
    "complaints": ("complaints", 100),
}
DIGITAL = ("digital", 5)
CHATBOT_SESSION_PENCE = 78
AUTOMATION_PAYER = "automation budget"

NORMAL = statistics.NormalDist()
NEED, FAILED, STEP = "own need", "a failure", "the automation itself"


@dataclasses.dataclass
class Totals:
    """Counts and cost of one cohort in one world."""

    figures: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    cells: collections.Counter[tuple[str, str]] = dataclasses.field(
        default_factory=collections.Counter)
    by_customer: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    pools: collections.Counter[tuple[str, int]] = dataclasses.field(
        default_factory=collections.Counter)
    eligible: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)


def rows(folder: pathlib.Path, name: str) -> list[dict[str, str]]:
    """The rows of one file of the truth."""
    with gzip.open(folder / "truth" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def charge(seconds: int, pence: int) -> int:
    """Thousandths of a minor unit for so many seconds, rounded once, half to even."""
    whole, rest = divmod(seconds * pence * 1_000, 60)
    return whole + (rest > 30 or (rest == 30 and whole % 2))


def price(row: dict[str, str]) -> tuple[str, int]:
    """Who pays for a minute of a record, and how many pence."""
    file = row["file"].split(".")[0]
    if file in AUTOMATED:
        return DIGITAL
    if row["reason"] == "escalated":
        return SPECIALISTS, 50 if file == "chat" else 100
    return PEOPLE[file]


def cohort(folder: pathlib.Path, begins: int, ends: int) -> dict[str, dict[str, str]]:
    """Issues of a world that begin in [begins, ends), by number."""
    found = rows(folder, "issues")
    return {row["issue"]: row for row in found if begins <= int(row["begun"]) < ends}


def failed_chains(records: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Records with a failure somewhere on the way that led to them."""
    failed: set[tuple[str, str]] = set()
    for row in records:
        is_failure = row["reason"] in FAILURES or row["reason"] == COMPLAINED
        if is_failure or (row["cause_file"], row["cause_record"]) in failed:
            failed.add((row["file"], row["record"]))
    return failed


def totals(
    folder: pathlib.Path, issues: dict[str, dict[str, str]], session_pence: int,
    intents: frozenset[str], channel: str,
) -> Totals:
    """Counts and costs of the issues' records.

    The price of a session of the automation is stated in the scenario; the operation has none.
    """
    found = Totals()
    records = [row for row in rows(folder, "interactions") if row["issue"] in issues]
    records.sort(key=lambda row: (int(row["start"]), int(row["touch"])))
    failed = failed_chains(records)
    for row in records:
        file = row["file"].split(".")[0]
        amount, payer, cause = 0, AUTOMATION_PAYER, STEP
        if row["step"] == "1":
            found.figures["automation_sessions"] += 1
            amount = session_pence * 1_000
        else:
            payer, pence = price(row)
            amount = charge(int(row["handle"]), pence)
            amount += CHATBOT_SESSION_PENCE * 1_000 if file == "chatbot" else 0
            cause = FAILED if (row["file"], row["record"]) in failed else NEED
            count(found.figures, row, file)
            if file not in AUTOMATED:
                week = (int(row["start"]) + TO_MONDAY) // WEEK
                found.pools[payer, week] += amount
        found.figures["cost"] += amount
        found.cells[cause, payer] += amount
        found.by_customer[row["customer"]] += amount
    for issue in issues.values():
        found.figures["gave_up"] += issue["ending"] == "gave-up"
        if issue["intent"] in intents and channel in ("", issue["first_channel"]):
            found.eligible[issue["customer"]] += 1
    return found


def count(figures: collections.Counter[str], row: dict[str, str], file: str) -> None:
    """Counts a record of the operation that was there before."""
    if file in INBOUND:
        figures["contacts"] += 1
        figures["recontacts"] += row["reason"] in FAILURES
        figures["escalations"] += row["reason"] == "escalated"
    if file not in AUTOMATED:
        figures["handle_seconds"] += int(row["handle"])


def reliability(folder: pathlib.Path, intents: frozenset[str]) -> float:
    """How much of a need's difficulty its record tells: the squared correlation of the two.

    The record is taken as the simulator takes it (docs/method.md, "Replay"): people's minutes on
    the whole need, as the normal score of their logarithm within intent and first channel.
    """
    minutes: collections.Counter[str] = collections.Counter()
    for row in rows(folder, "interactions"):
        if row["file"].split(".")[0] not in AUTOMATED:
            minutes[row["issue"]] += int(row["handle"])
    groups: dict[tuple[str, str], list[tuple[float, float]]] = collections.defaultdict(list)
    for row in rows(folder, "issues"):
        if row["intent"] in intents and minutes[row["issue"]] > 0:
            pair = math.log(minutes[row["issue"]]), true_difficulty(row)
            groups[row["intent"], row["first_channel"]].append(pair)
    pairs = sorted(
        (logarithm - statistics.fmean(each for each, _ in group), difficulty)
        for group in groups.values() for logarithm, difficulty in group)
    scores = [NORMAL.inv_cdf((rank + 0.5) / len(pairs)) for rank in range(len(pairs))]
    return statistics.correlation(scores, [difficulty for _, difficulty in pairs]) ** 2


def true_difficulty(issue: dict[str, str]) -> float:
    """The standard normal difficulty of an issue: the middle of one of 64 levels."""
    return NORMAL.inv_cdf((math.floor(float(issue["u_difficulty"]) * 64) + 0.5) / 64)


def changes(without: Totals, with_it: Totals) -> dict[str, float]:
    """What the automation truly changed: counts, minutes, and units of currency."""
    names = ("contacts", "recontacts", "escalations", "automation_sessions", "gave_up")
    change = {name: float(with_it.figures[name] - without.figures[name]) for name in names}
    seconds = with_it.figures["handle_seconds"] - without.figures["handle_seconds"]
    change["handle_minutes"] = seconds / 60
    cost = with_it.figures["cost"] - without.figures["cost"]
    kept = sum(max(0, amount - with_it.pools[pool]) for pool, amount in without.pools.items())
    change["cost"] = cost / 100_000
    change["net"] = (-cost - kept) / 100_000
    return change
