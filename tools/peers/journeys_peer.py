"""Journeys and ledger of a whole log with what analysts use: vectorised pandas, and PM4Py.

    journeys_peer.py EXPORT [--journeys FILE] [--ledger FILE] [--paths FILE] [--events N]
        [--pm4py-events N] [--event-log N] [--repeat N] [--measure pandas,pm4py]
        [--folder DIR] [--rules FILE] [--costs FILE]

EXPORT is what `downstream export cloudevents` writes. It becomes a DataFrame outside of the time,
with names as categories, customers and issues as numbers. Timed is the way from that frame to the
caused x paid matrix; then, in PM4Py, to variants, pairs and durations of the journeys found.

The three files are what `downstream --format json` answers for the same store to `journeys list`,
`view ledger` and `journeys paths --limit 1000000`. What both compute is compared, counts and money
to the last unit; a difference ends the program with status 1 and no figure of that measurement.
With --events they are not read. The running costs of periods, which rest on the coverage that the
export does not have, are taken out of the program's cash before.

Run with the Python of the environment that run.py makes, 3.11 or later; on Linux. Prints one JSON
object a line.
"""

import argparse
import contextlib
import decimal
import gc
import json
import os
import pathlib
import re
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
import pyarrow.parquet
import yaml

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent.parent / "scenarios"
NAMES = ("channel", "direction", "intent", "actor", "team", "tier", "outcome")
SPANS = ("automation", "wait", "talk", "hold", "wrap_up")
# What the charges of the cost rules ask of an interaction, and how the export calls it.
DESK = {"teams": "team", "tiers": "tier", "channels": "channel"}
LEFT_OUT = ("probabilities of links, and with them the placebo and the weighted ledger; running "
            "costs of periods; value at stake; risk and its tail")

# What an interaction is, by kind of event.
CONTACT, TASK, REWORK_TASK, RECOVERY_TASK, COMPLAINT = range(5)
KINDS = {
    "contact": CONTACT, "workTask": TASK, "issueResolved": TASK, "issueReopened": TASK,
    "journeyCompleted": TASK, "journeyAbandoned": TASK, "rework": REWORK_TASK,
    "recovery": RECOVERY_TASK, "complaintOpened": COMPLAINT,
}
ROLES = ("first", "continuation", "escalation", "rework", "repeat", "followUp", "recovery")
FIRST, CONTINUATION, ESCALATION, REWORK, REPEAT, FOLLOW_UP, RECOVERY = range(7)
STATES = ("settled", "givenUp", "undetermined", "open", "churned")
SETTLED, GIVEN_UP, UNDETERMINED, OPEN, CHURNED = range(5)


def put(peer, measurement, **fields):
    print(json.dumps({"peer": peer, "measurement": measurement, **fields}), flush=True)


def expect(condition, message):
    if not condition:
        sys.exit(f"error: journeys: {message}")


# Outside of the time: the export as a frame, the rules as tables.


def convert(export, target):
    """Writes the export as Parquet, which pandas reads in a second instead of a minute."""
    interaction = pa.struct(
        [(name, pa.string()) for name in NAMES]
        + [(name + "_microseconds", pa.int64()) for name in SPANS])
    data = pa.struct([("issue", pa.string()), ("interaction", interaction),
                      ("money_thousandths", pa.int64())])
    schema = pa.schema([("type", pa.string()), ("time", pa.string()), ("subject", pa.string()),
                        ("data", data)])
    reader = pa.json.open_json(
        export, read_options=pa.json.ReadOptions(block_size=16 << 20),
        parse_options=pa.json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="ignore"))
    batches = []
    for batch in reader:
        # The first line is about the export.
        batch = batch.filter(pc.not_equal(batch["type"], "downstream.log"))
        expect(batch["time"].null_count == 0, "an event without a time that can be read")
        fields = batch["data"]
        detail = pc.struct_field(fields, "interaction")
        zone = pc.extract_regex(batch["time"], r"(?:Z|(?P<sign>[+-])(?P<h>\d\d):(?P<m>\d\d))$")
        hours, minutes = (
            pc.cast(pc.if_else(pc.equal(text, ""), "0", text), pa.int16())
            for text in (pc.struct_field(zone, "h"), pc.struct_field(zone, "m")))
        offset = pc.add(pc.multiply(hours, pa.scalar(60, pa.int16())), minutes)
        is_west = pc.equal(pc.struct_field(zone, "sign"), "-")
        at = pc.cast(batch["time"], pa.timestamp("us", "UTC"))
        batches.append(pa.record_batch({
            "kind": pc.replace_substring(batch["type"], "downstream.", "").dictionary_encode(),
            "at": pc.cast(at, pa.timestamp("us")),
            "offset": pc.if_else(is_west, pc.negate(offset), offset),
            "customer": batch["subject"].dictionary_encode(),
            "issue": pc.struct_field(fields, "issue").dictionary_encode(),
            "is_interaction": detail.is_valid(),
            **{name: pc.struct_field(detail, name).dictionary_encode() for name in NAMES},
            **{name: pc.struct_field(detail, name + "_microseconds") for name in SPANS},
            "money": pc.struct_field(fields, "money_thousandths"),
        }))
    table = pa.Table.from_batches(batches).unify_dictionaries()
    # Millions of names are of no use to anything that follows: their numbers are kept.
    for name in ("customer", "issue"):
        numbers = pa.chunked_array(
            [pc.fill_null(chunk.indices, -1) for chunk in table[name].chunks], pa.int32())
        table = table.set_column(table.schema.get_field_index(name), name, numbers)
    part = f"{target}.part"
    pa.parquet.write_table(table, part, compression="zstd")
    os.replace(part, target)


def load(parquet, limit):
    """The frame as an analyst would hold it; of a limit, the events that came first in time."""
    frame = pd.read_parquet(parquet)
    if limit and limit < len(frame):
        earliest = np.argsort(frame["at"].to_numpy(), kind="stable")[:limit]
        frame = frame.take(np.sort(earliest)).reset_index(drop=True)
    for name in ("customer", "issue"):
        numbers = frame[name].to_numpy()
        frame[name] = pd.Categorical.from_codes(numbers, pd.RangeIndex(numbers.max() + 1))
    # What reading took would count as memory of what is measured.
    pa.default_memory_pool().release_unused()
    return frame


def microseconds(text):
    unit = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
    count, name = re.fullmatch(r"(\d+)([smhdw])", text).groups()
    return int(count) * unit[name] * 1_000_000


def read_money(text):
    """Pounds, or what the currency is, as thousandths of a penny."""
    return int(decimal.Decimal(text) * 100_000)


def read_day(text):
    """Days since the beginning of 1970."""
    return int(np.datetime64(text, "D").astype(np.int64))


class Rules:
    """The rules of links and of costs. Those that are not understood end the program."""

    def __init__(self, rules, costs):
        with open(rules, encoding="utf-8") as file:
            links = yaml.safe_load(file)
        with open(costs, encoding="utf-8") as file:
            # Everything as text: a tier "2" is no number, and an amount no double.
            costs = yaml.load(file, yaml.BaseLoader)
        # Lines of business only group intents in views that are not rebuilt here.
        expect(set(links) <= {"rules", "hand_off", "asynchronous", "lines", "links", "failures",
                              "background"}
               and len(links["links"]) == 1 and set(links["links"][0]) <= {"id", "window"},
               "no link rules but a single one for every intent are understood")
        expect(set(costs) <= {"costs", "currency", "note", "charges", "refunds", "runs",
                              "value_at_stake", "risks"}, "cost rules that are not understood")
        expect(all(set(charge) <= {"payer", "activity", *DESK, "per_minute", "grade", "source"}
                   and charge["activity"] in ("handle", "automation")
                   for charge in costs["charges"]), "a charge that is not understood")
        expect(all(set(run) <= {"id", "title", "payer", "amount", "per", "channels", "intents",
                                "from", "to", "grade", "source"}
                   and run["per"] in ("session", "day", "week", "month")
                   for run in costs.get("runs", [])), "a running cost that is not understood")
        self.window = microseconds(links["links"][0]["window"])
        self.hand_off = microseconds(links.get("hand_off", "1h"))
        self.asynchronous = links.get("asynchronous", [])
        # Of each: what it asks of an interaction's names, and in what time it asks for a return.
        self.failures = []
        for failure in links["failures"]:
            when = dict(failure["when"])
            within = when.pop("returned_within", None)
            expect(set(when) <= {"outcome", "actor"}, f"a failure is known by {sorted(when)}")
            self.failures.append((when, within and microseconds(within)))
        self.failure_titles = ["own need"] + [failure["title"] for failure in links["failures"]]
        self.charges = [
            (charge["activity"], [charge.get(name) for name in DESK], charge["payer"],
             read_money(charge["per_minute"])) for charge in costs["charges"]]
        self.refund_payer = costs.get("refunds", {}).get("payer")
        runs = costs.get("runs", [])
        # Of those that are paid by session: which sessions they take, and what they are.
        self.session_runs = [
            (run["title"], run.get("channels"), run.get("intents"), *(
                read_day(run[name]) if name in run else None for name in ("from", "to")),
             run["payer"], read_money(run["amount"]))
            for run in runs if run["per"] == "session"]
        payers = [payer for _, _, payer, _ in self.charges] + [self.refund_payer]
        payers += [run["payer"] for run in runs]
        self.payers = [payer for payer in dict.fromkeys(payers) if payer]

    def rates(self, activity, desks):
        """By desk, which are all teams times tiers times channels, the first of each being none:
        the rate, and the number of the payer or -1."""
        sizes = [len(names) + 1 for names in desks]
        rates, payers = np.zeros(sizes, np.int64), np.full(sizes, -1)
        # In reverse, so that the first that takes a desk has the last word.
        for kind, lists, payer, rate in reversed(self.charges):
            if kind == activity:
                # A list that is left out takes any.
                taken = np.ix_(*(
                    np.append(False, names.isin(only)) if only else np.ones(len(names) + 1, bool)
                    for only, names in zip(lists, desks)))
                rates[taken], payers[taken] = rate, self.payers.index(payer)
        return rates.ravel(), payers.ravel()


# Timed: the rebuild.


def codes(column):
    return column.cat.codes.to_numpy()


def is_any(column, *names):
    """Whether a column of categories has one of the names: a look-up for each, no comparison."""
    return np.append(column.cat.categories.isin(names), False)[codes(column)]


def neighbours(group):
    """Rows that follow each other in a group, as earlier and later ones. Group -1 is none."""
    bits = len(group).bit_length()
    expect(int(group.max(initial=0)).bit_length() + bits < 64, "too many groups")
    # Group and row in one integer: sorting plain values takes a fraction of the time of a stable
    # argsort, of sort_values or of groupby().shift().
    row = np.flatnonzero(group >= 0)
    packed = group[row].astype(np.int64, copy=False)
    packed <<= bits
    packed |= row
    packed.sort()
    np.bitwise_and(packed, (1 << bits) - 1, out=row)
    packed >>= bits
    place = np.flatnonzero(packed[1:] == packed[:-1])
    return row[place], row[place + 1]


def climb(parent, is_marked):
    """Where the way up from each row ends, and the topmost marked row that it leaves, or -1.

    Every round doubles the length of the ways and keeps those that have not ended.
    """
    rows = np.arange(len(parent), dtype=np.int32)
    end = np.where(parent < 0, rows, parent)
    topmost = np.where(is_marked, rows, np.int32(-1))
    active = np.flatnonzero(parent >= 0)
    while len(active):
        step = end[active]
        further = end[step]
        place = np.flatnonzero(further != step)
        active, step = active[place], step[place]
        found = topmost[step]
        marked = np.flatnonzero(found >= 0)
        topmost[active[marked]] = found[marked]
        end[active] = further[place]
    return end, topmost


def cost(span, rate):
    """Microseconds at a rate a minute, rounded half to even; in integers, as doubles would not
    hold the product of a day."""
    expect(span.max(initial=0) * rate.max(initial=0) < 2**62, "a cost of more than 64 bits")
    rest = span.astype(np.int64)
    rest *= rate
    whole = rest // 60_000_000
    rest -= whole * 60_000_000
    whole += (rest > 30_000_000) | ((rest == 30_000_000) & (whole & 1 == 1))
    return whole


def issue_groups(issue, customer):
    """The issue of each row. A number that several customers have is an issue of each; there, a
    row without a customer goes on with what came last."""
    is_known = (issue >= 0) & (customer >= 0)
    someone = np.full(issue.max(initial=-1) + 2, -1, np.int32)
    someone[issue[is_known]] = customer[is_known]
    is_other = is_known & (someone[issue] != customer)
    if not is_other.any():
        return issue
    is_shared = np.zeros(len(someone), bool)
    is_shared[issue[is_other]] = True
    rows = np.flatnonzero(is_shared[issue])
    shared = pd.DataFrame({"issue": issue[rows], "customer": customer[rows]})
    known = shared["customer"].where(shared["customer"] >= 0)
    shared["owner"] = known.groupby(shared["issue"]).ffill().fillna(-1)
    group = issue.astype(np.int64)
    group[rows] = len(someone) + shared.groupby(["issue", "owner"]).ngroup().to_numpy()
    return group


class Rebuild:
    """Everything from a frame of events. By row are the interactions in order of time."""

    def __init__(self, events, rules):
        self.rules = rules
        self.intents = events["intent"].cat.categories
        self.row_count = (len(self.intents) + 1) * len(rules.failure_titles)
        self.column_count = (len(self.intents) + 1) * len(rules.payers)
        self.seconds = {}
        for step in (self.sort, self.link, self.name_failures, self.number_journeys,
                     self.find_states, self.find_causes, self.charge, self.charge_sessions,
                     self.place_refunds, self.post):
            begun = time.perf_counter()
            step(events)
            self.seconds[step.__name__] = round(time.perf_counter() - begun, 3)

    def sort(self, events):
        """What needs no neighbours is computed before: the narrower what is moved, the better."""
        expect(not is_any(events["kind"], "corrected").any(), "corrections are not understood")
        kinds = [KINDS.get(name, -1) for name in events["kind"].cat.categories]
        kind = np.array(kinds, np.int8)[codes(events["kind"])]
        at = events["at"].to_numpy().view(np.int64)
        chosen = np.flatnonzero(events["is_interaction"].to_numpy() & (kind >= 0))
        order = chosen[np.argsort(at[chosen], kind="stable")]
        outcome = events["outcome"]
        span = sum(events[name].fillna(0).to_numpy() for name in SPANS[:-1])
        self.order, self.count = order, len(order)
        self.kind, self.at, self.span = kind[order], at[order], span[order]
        self.customer = codes(events["customer"])[order]
        self.issue = codes(events["issue"])[order]
        # A family for each intent, and one, 0, for the unknown.
        self.family = codes(events["intent"])[order].astype(np.int32) + 1
        self.is_inbound = (self.kind == CONTACT) & ~is_any(
            events["direction"], "outbound", "internal")[order]
        self.is_transferred = is_any(outcome, "transferred")[order]
        self.is_escalated = is_any(outcome, "escalated")[order]
        self.is_abandoned = is_any(outcome, "abandoned")[order]
        self.is_unresolved = is_any(outcome, "unresolved")[order]
        self.is_contained = is_any(outcome, "contained")[order]

    def link(self, events):
        """By the issue that the source names; else by customer, family and window."""
        before, later = neighbours(issue_groups(self.issue, self.customer))
        self.predecessor = np.full(self.count, -1, np.int32)
        self.predecessor[later] = before
        self.named_links = len(later)
        stream = self.customer.astype(np.int64) * (len(self.intents) + 1) + self.family
        before, later = neighbours(np.where(self.is_inbound & (self.customer >= 0), stream, -1))
        place = np.flatnonzero(self.predecessor[later] < 0)
        before, later = before[place], later[place]
        # Two needs that their sources name are two, however close they are.
        is_link = (self.at[later] - self.at[before] <= self.rules.window) & (
            (self.issue[later] < 0) | (self.issue[before] < 0))
        self.predecessor[later[is_link]] = before[is_link]
        self.rule_links = int(is_link.sum())

    def name_failures(self, events):
        """The failure of each interaction, 0 for none, and its role."""
        failures = list(enumerate(self.rules.failures, start=1))
        # In reverse, so that the first that matches has the last word.
        holds, self.failure = {}, np.zeros(self.count, np.int8)
        for number, (when, within) in reversed(failures):
            is_met = np.logical_and.reduce(
                [is_any(events[name], value) for name, value in when.items()])
            holds[number] = is_met[self.order]
            if within is None:
                self.failure[holds[number]] = number
        later = np.flatnonzero(self.predecessor >= 0)
        before = self.predecessor[later]
        gap = self.at[later] - self.at[before]
        is_soon = gap - self.span[before] <= self.rules.hand_off
        kind = self.kind[later]
        role = np.select(
            [kind >= RECOVERY_TASK, kind == REWORK_TASK, ~self.is_inbound[later],
             is_soon & self.is_transferred[before], is_soon & self.is_escalated[before]],
            [RECOVERY, REWORK, FOLLOW_UP, CONTINUATION, ESCALATION], REPEAT).astype(np.int8)
        # Noted as resolved, and back: the first return has the last word, and the first rule.
        is_back = (role == REPEAT) & (self.failure[before] == 0)
        shown = np.zeros(len(later), np.int8)
        for number, (_, within) in reversed(failures):
            if within is not None:
                shown[is_back & (gap <= within) & holds[number][before]] = number
        returns = np.flatnonzero(shown)[::-1]
        self.failure[before[returns]] = shown[returns]
        role[(role == REPEAT) & (self.failure[before] != 0)] = REWORK
        self.role = np.full(self.count, FIRST, np.int8)
        self.role[later] = role

    def number_journeys(self, events):
        is_first = self.predecessor < 0
        first, _ = climb(self.predecessor, np.zeros(self.count, bool))
        self.journey = (np.cumsum(is_first, dtype=np.int32) - 1)[first]
        self.journey_count = int(is_first.sum())
        # Of several assignments to one place the last one stays.
        self.last = np.zeros(self.journey_count, np.int32)
        self.last[self.journey] = np.arange(self.count, dtype=np.int32)
        known = np.flatnonzero(self.customer >= 0)[::-1]
        self.owner = np.full(self.journey_count, -1, np.int32)
        self.owner[self.journey[known]] = self.customer[known]

    def find_states(self, events):
        last, end, window = self.last, self.at[self.last], self.rules.window
        churned = events.loc[is_any(events["kind"], "customerChurned"), ["customer", "at"]]
        churned = churned.groupby("customer", observed=True)["at"].min()
        # The last one is nobody's.
        left_at = np.full(len(events["customer"].cat.categories) + 1, np.iinfo(np.int64).max)
        left_at[churned.index.to_numpy()] = churned.to_numpy().view(np.int64)
        left_at = left_at[self.owner]
        is_open = ((self.owner >= 0) | (self.issue[last] >= 0)) & (
            end + window >= self.covered_to(events))
        is_given_up = self.is_abandoned[last] | (
            self.is_unresolved[last] & (self.kind[last] == CONTACT))
        self.state = np.select(
            [(left_at >= end) & (left_at - window <= end), is_open, is_given_up,
             self.is_contained[last]],
            [CHURNED, OPEN, GIVEN_UP, UNDETERMINED], SETTLED)

    def covered_to(self, events):
        """The local midnight after the last inbound contact."""
        inbound = np.flatnonzero(self.is_inbound)
        latest = inbound[-1] if len(inbound) else self.count - 1
        offset = int(events["offset"].iloc[self.order[latest]]) * 60_000_000
        day = 86_400_000_000
        midnight = ((int(self.at[latest]) + offset) // day + 1) * day - offset
        return max(midnight, int(self.at[latest]) + 1)

    def find_causes(self, events):
        """Back along failures to the first of them, and along what was under way to its start."""
        role = self.role
        later = np.flatnonzero(self.predecessor >= 0)
        is_failed = np.zeros(self.count, bool)
        is_failed[later] = self.failure[self.predecessor[later]] != 0
        is_own = (role == FIRST) | (role == REPEAT) | ((role == RECOVERY) & ~is_failed)
        by_failure = is_failed & ((role == REWORK) | (role == ESCALATION) | (role == RECOVERY))
        start, failed = climb(np.where(is_own, np.int32(-1), self.predecessor), by_failure)
        self.origin = np.where(failed >= 0, self.predecessor[failed], start)
        failure = np.where(failed >= 0, self.failure[self.origin], 0)
        self.cause = self.family[self.origin] * len(self.rules.failure_titles) + failure

    def charge(self, events):
        """What each interaction is charged by the minute, and the customers' own time by cause."""
        desks = [events[name].cat.categories for name in DESK.values()]
        desk = np.zeros(len(events), np.int32)
        for name, names in zip(DESK.values(), desks):
            desk *= len(names) + 1
            desk += codes(events[name])
            desk += 1
        handle = events["talk"] + events["hold"].fillna(0) + events["wrap_up"].fillna(0)
        automation = events["automation"].fillna(0).to_numpy()
        is_handled = is_any(events["actor"], "agent", "backOffice") & ~is_any(
            events["outcome"], "abandoned")
        self.postings = []
        for activity, span, is_charged in (
                ("handle", handle.to_numpy(), is_handled),
                ("automation", automation, automation > 0)):
            rates, payers = self.rules.rates(activity, desks)
            row = np.flatnonzero(is_charged[self.order])
            place = self.order[row]
            is_stated = ~np.isnan(span[place])
            payer = payers[desk[place]]
            is_covered = payer >= 0
            if activity == "handle":
                self.unknown_minutes = int((~is_stated).sum())
                self.uncovered = int((is_stated & ~is_covered).sum())
            is_paid = is_stated & is_covered
            row, place = row[is_paid], place[is_paid]
            self.postings.append((row, payer[is_paid], cost(span[place], rates[desk[place]])))
        own = np.where((self.kind == CONTACT) & ~is_any(
            events["channel"], *self.rules.asynchronous)[self.order], self.span, 0)
        self.own_time = np.bincount(self.cause, own, self.row_count)

    def charge_sessions(self, events):
        """An inbound contact of self-service or a bot, by the first running cost that takes it."""
        self.sessions = {}
        if not self.rules.session_runs:
            return
        free = np.flatnonzero(
            self.is_inbound & is_any(events["actor"], "selfService", "bot")[self.order])
        for title, channels, intents, first, last, payer, amount in self.rules.session_runs:
            place = self.order[free]
            is_taken = np.ones(len(free), bool)
            for name, only in (("channel", channels), ("intent", intents)):
                if only:
                    is_taken &= is_any(events[name], *only)[place]
            if first is not None or last is not None:
                offset = events["offset"].to_numpy()[place].astype(np.int64)
                local_day = (self.at[free] + offset * 60_000_000) // 86_400_000_000
                if first is not None:
                    is_taken &= local_day >= first
                if last is not None:
                    is_taken &= local_day <= last
            row, free = free[is_taken], free[~is_taken]
            self.sessions[title] = len(row), len(row) * amount
            self.postings.append((row, np.full(len(row), self.rules.payers.index(payer)),
                                  np.full(len(row), amount)))

    def place_refunds(self, events):
        """Each at the last interaction of its issue (the customer's own, or nobody's who is
        known), else of its customer, at or before it."""
        if not self.rules.refund_payer:
            return
        paid = events.loc[is_any(events["kind"], "refundPaid"),
                          ["at", "customer", "issue", "money"]].sort_values("at", kind="stable")
        at = paid["at"].to_numpy().view(np.int64)
        issue = codes(paid["issue"]).astype(np.int64)
        # Who is in no interaction is not known.
        is_seen = np.zeros(len(events["customer"].cat.categories) + 1, bool)
        is_seen[self.customer] = True
        is_seen[-1] = False
        customer = np.where(is_seen[codes(paid["customer"])], codes(paid["customer"]), -1)

        def rows_with(column, values):
            is_wanted = np.zeros(max(column.max(initial=-1), values.max(initial=-1)) + 2, bool)
            is_wanted[values] = True
            is_wanted[-1] = False
            return np.flatnonzero(is_wanted[column])

        def latest(rows, **keys):
            """The last of the rows with the same keys, at or before each refund, or -1."""
            left = pd.DataFrame({"at": at, **{name: value for name, (_, value) in keys.items()}})
            right = pd.DataFrame({"at": self.at[rows], "row": rows, **{
                name: column[rows].astype(np.int64) for name, (column, _) in keys.items()}})
            found = pd.merge_asof(
                left.astype(np.int64), right, on="at", by=list(keys))["row"].fillna(-1)
            return found.to_numpy().astype(np.int64)

        of_issue = rows_with(self.issue, issue)
        of_customer = rows_with(self.customer, customer)
        issues = (self.issue, issue)
        owner = self.owner[self.journey]
        own = latest(of_issue, issue=issues, owner=(owner, customer))
        nobodys = latest(of_issue, issue=issues, owner=(owner, -1))
        anyones = np.where(customer < 0, latest(of_issue, issue=issues), -1)
        row = np.maximum(own, nobodys)
        row = np.where(anyones >= 0, anyones, row)
        row = np.where(
            row >= 0, row, latest(of_customer, customer=(self.customer, customer)))
        money = paid["money"].fillna(0).to_numpy()
        payer = self.rules.payers.index(self.rules.refund_payer)
        self.unplaced_refunds = int((row < 0).sum())
        self.postings.append(
            (row[row >= 0], np.full((row >= 0).sum(), payer), money[row >= 0]))

    def post(self, events):
        """The caused x paid matrix; both sides are added up apart and held against it."""
        row, payer, amount = (np.concatenate(part) for part in zip(*self.postings))
        cause = self.cause[row]
        paid = self.family[row] * len(self.rules.payers) + payer
        cells = np.bincount(
            cause * self.column_count + paid, amount, self.row_count * self.column_count)
        self.matrix = cells.reshape(self.row_count, self.column_count)
        self.total = int(amount.sum())
        # Below this, sums of doubles that hold integers are exact.
        expect(np.abs(amount).sum() < 2**53, "a sum that doubles cannot hold")
        self.caused = np.bincount(cause, amount, self.row_count)
        self.paid = np.bincount(paid, amount, self.column_count)
        expect((self.matrix.sum(axis=1) == self.caused).all(), "causes out of balance")
        expect((self.matrix.sum(axis=0) == self.paid).all(), "payers out of balance")
        expect(int(self.caused.sum()) == self.total == int(self.paid.sum()), "caused is not paid")


# Outside of the time again: the answers, and what the program says.


def intent_name(rebuild, number):
    return "unknown" if number == 0 else rebuild.intents[number - 1]


def thousandths(amount):
    return round(amount * 100_000)


def same(what, mine, theirs):
    if mine == theirs:
        return 1
    if isinstance(mine, dict):
        different = [key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)]
        key = min(different)
        sys.exit(f"error: journeys: {what}: {len(different)} of {len(mine)} differ, the first "
                 f"at {key}: {mine.get(key)} here, {theirs.get(key)} there")
    sys.exit(f"error: journeys: {what}: {mine} here, {theirs} there")


def check_journeys(rebuild, answer):
    """How many figures were compared; all of them are the same."""
    links = {link["rule"]: link["linked"] for link in answer["links"]}
    named = links.pop("named by the source", 0)
    mine = {
        "contacts": int(rebuild.is_inbound.sum()), "journey_count": rebuild.journey_count,
        "named_links": rebuild.named_links, "rule_links": rebuild.rule_links,
        "given_up_unidentified": int(
            ((rebuild.state == GIVEN_UP) & (rebuild.owner < 0)).sum()),
        **{f"role_{name}": int((rebuild.role == number).sum())
           for number, name in enumerate(ROLES)},
        **{f"state_{name}": int((rebuild.state == number).sum())
           for number, name in enumerate(STATES)},
    }
    theirs = {**answer, "named_links": named, "rule_links": sum(links.values())}
    return sum(same(name, value, theirs[name]) for name, value in mine.items())


def take_out_periods(answer):
    """What the program says of cash - total, payers, caused, matrix - without the running costs of
    periods; each of them has a row and a cell of its own, and these must be what is taken out."""
    total = thousandths(answer["total"])
    payers = {line["payer"]: thousandths(line["by_rule"]) for line in answer["payers"]}
    caused = {(line["intent"], line["failure"]): thousandths(line["by_rule"])
              for line in answer["caused"] if line["by_rule"]}
    matrix = {(line["caused_intent"], line["caused_failure"], line["paid_intent"], line["payer"]):
              thousandths(line["by_rule"]) for line in answer["matrix"]
              if line["caused_intent"] != "total" and line["by_rule"]}
    for run in answer.get("runs", []):
        if run["per"] != "session":
            amount, row = thousandths(run["amount"]), ("no intent", "run of " + run["run"])
            same(row[1], amount, caused.pop(row, 0))
            same(row[1], amount, matrix.pop((*row, "no intent", run["payer"]), 0))
            total -= amount
            payers[run["payer"]] -= amount
    return total, payers, caused, matrix


def check_ledger(rebuild, answer):
    """How many figures were compared: money to the last unit, hours to a millionth."""
    titles, payers = rebuild.rules.failure_titles, rebuild.rules.payers

    def cause(row):
        return intent_name(rebuild, row // len(titles)), titles[row % len(titles)]

    def column(number):
        return intent_name(rebuild, number // len(payers)), payers[number % len(payers)]

    their_total, their_payers, their_caused, their_matrix = take_out_periods(answer)
    compared = same("total", rebuild.total, their_total)
    compared += same("minutes that are not stated, and rates",
                     f"{rebuild.unknown_minutes} {rebuild.uncovered}",
                     " ".join(next(re.findall(r"\d+", note) for note in answer["notes"]
                                   if note.startswith("unknown minutes"))))
    by_payer = rebuild.paid.reshape(-1, len(payers)).sum(axis=0)
    by_failure = rebuild.caused.reshape(-1, len(titles))[:, 1:].sum()
    compared += same("caused by a failure", int(by_failure), thousandths(answer["failure_by_rule"]))
    tables = {
        "payers": (
            {payers[number]: int(amount) for number, amount in enumerate(by_payer)},
            their_payers),
        "sessions": (
            rebuild.sessions,
            {line["run"]: (line["units"], thousandths(line["amount"]))
             for line in answer.get("runs", []) if line["per"] == "session"}),
        "caused": (
            {cause(row): int(amount) for row, amount in enumerate(rebuild.caused) if amount},
            their_caused),
        "matrix": (
            {cause(row) + column(number): int(rebuild.matrix[row, number])
             for row, number in zip(*np.nonzero(rebuild.matrix))},
            their_matrix),
        "customers' hours": (
            {cause(row): round(float(rebuild.own_time[row]) / 3.6e9, 6)
             for row, amount in enumerate(rebuild.caused) if amount},
            {(line["intent"], line["failure"]): round(line["customer_hours"], 6)
             for line in answer["caused"] if (line["intent"], line["failure"]) in their_caused}),
    }
    for what, (mine, theirs) in tables.items():
        same(what, mine, theirs)
        # Sessions are counted, and they cost.
        compared += len(mine) * (2 if what == "sessions" else 1)
    return compared


# What all measurements have in common.


def status_bytes(name):
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def timed(result):
    """Seconds, processor time, the memory that the process had before and its most meanwhile."""
    gc.collect()
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        # The kernel forgets the peak so far.
        file.write("5")
    result["held_bytes"] = status_bytes("VmRSS")
    begun, begun_cpu = time.perf_counter(), time.process_time()
    yield
    result["seconds"] = round(time.perf_counter() - begun, 3)
    result["cpu_seconds"] = round(time.process_time() - begun_cpu, 3)
    result["peak_bytes"] = status_bytes("VmHWM")


def measure_pandas(events, rules, options, answers):
    rebuild = None
    for run in range(options.repeat):
        # One at a time is in memory.
        rebuild, figures = None, {}
        with timed(figures):
            rebuild = Rebuild(events, rules)
        compared = 0
        if "journeys" in answers:
            compared += check_journeys(rebuild, answers["journeys"])
        if "ledger" in answers:
            compared += check_ledger(rebuild, answers["ledger"])
        put("pandas", "rebuild", run=run, keeps_memory=os.environ.get("MALLOC_MMAP_MAX_") == "0",
            events=len(events), interactions=rebuild.count, journeys=rebuild.journey_count,
            links=rebuild.named_links + rebuild.rule_links, total_thousandths=rebuild.total,
            **figures, per_second=round(len(events) / figures["seconds"]), steps=rebuild.seconds,
            figures_compared=compared, left_out=LEFT_OUT)
    return rebuild


# PM4Py: the same interactions, the journeys as its cases.


def case_frame(events, rebuild, limit):
    """Whole journeys, those that begin first, of at most so many interactions; text in columns
    of text already."""
    sizes = np.bincount(rebuild.journey, minlength=rebuild.journey_count)
    count = int(np.searchsorted(np.cumsum(sizes), limit, side="right")) if limit else len(sizes)
    rows = np.flatnonzero(rebuild.journey < count)
    place = rebuild.order[rows]
    channel = events["channel"].cat.add_categories("none").fillna("none")
    return pd.DataFrame({
        "case:concept:name": pd.Series(rebuild.journey[rows]).astype("string"),
        "concept:name": channel.iloc[place].astype("string").reset_index(drop=True),
        "time:timestamp": pd.Series(rebuild.at[rows].view("datetime64[us]")).dt.tz_localize("UTC"),
    }), count


def path_steps(text):
    """The steps of a path as the program writes it: equal ones in a row are one and a number."""
    steps = []
    for part in text.split(" > "):
        name, _, times = part.partition(" \u00d7")
        steps += [name] * int(times or 1)
    return tuple(steps)


def check_paths(events, rebuild, results, count, answer):
    """Pairs and durations once more, by other means; where it is the whole log, also all variants
    against the program's. How many figures were compared."""
    pairs, starts, ends = results["directly_follows"]
    rows = np.flatnonzero(rebuild.journey < count)
    rows = rows[np.argsort(rebuild.journey[rows], kind="stable")]
    journey, at = rebuild.journey[rows], rebuild.at[rows]
    names = [*events["channel"].cat.categories, "none"]
    step = codes(events["channel"])[rebuild.order[rows]].astype(np.int64) % len(names)
    follows = journey[1:] == journey[:-1]
    counts = np.bincount((step[:-1] * len(names) + step[1:])[follows])
    compared = len(pairs)
    same("pairs", pairs, {(names[pair // len(names)], names[pair % len(names)]): int(counts[pair])
                          for pair in np.flatnonzero(counts)})
    first, last = np.append(True, ~follows), np.append(~follows, True)
    compared += same("durations", round(sum(results["case_durations"])),
                     round((at[last] - at[first]).sum() / 1e6))
    compared += same("beginnings and ends", [sum(starts.values()), sum(ends.values())],
                     [count, count])
    variants = results["variants"]
    compared += same("journeys in variants", sum(variants.values()), count)
    if answer and count == rebuild.journey_count:
        compared += len(variants) + len(pairs)
        same("variants", variants,
             {path_steps(line["path"]): line["journeys"] for line in answer["variants"]})
        same("pairs", pairs,
             {(line["from"], line["to"]): line["count"] for line in answer["pairs"]})
    return compared


def measure_pm4py(events, rebuild, options, answers):
    # It greets whoever imports it.
    with contextlib.redirect_stdout(sys.stderr):
        import pm4py
    steps = {
        "format": pm4py.format_dataframe, "variants": pm4py.get_variants,
        "directly_follows": pm4py.discover_dfg, "case_durations": pm4py.get_all_case_durations,
    }
    frame, count = case_frame(events, rebuild, options.pm4py_events)
    size = len(frame)
    for run in range(options.repeat):
        log, results = frame.copy(), {}
        lines = []
        for name, step in steps.items():
            figures = {}
            with timed(figures), contextlib.redirect_stdout(sys.stderr):
                results[name] = step(log)
            if name == "format":
                log = results.pop(name)
            lines.append((name, figures))
        compared = check_paths(events, rebuild, results, count, answers.get("paths"))
        total = {
            key: round(sum(figures[key] for _, figures in lines), 3)
            for key in ("seconds", "cpu_seconds")}
        total["held_bytes"] = lines[0][1]["held_bytes"]
        total["peak_bytes"] = max(figures["peak_bytes"] for _, figures in lines)
        for name, figures in [*lines, ("all", total)]:
            put("pm4py", name, run=run, events=size, journeys=count, **figures,
                per_second=round(size / figures["seconds"]), figures_compared=compared)
    measure_event_log(pm4py, events, rebuild, options)


def measure_event_log(pm4py, events, rebuild, options):
    """Its other form of a log, of an object for each event, which some of its algorithms need."""
    frame, count = case_frame(events, rebuild, options.event_log)
    for run in range(options.repeat):
        log, figures = pm4py.format_dataframe(frame.copy()), {}
        with timed(figures), contextlib.redirect_stdout(sys.stderr):
            traces = pm4py.convert_to_event_log(log)
        same("traces", len(traces), count)
        same("their events", sum(map(len, traces)), len(frame))
        put("pm4py", "event_log", run=run, events=len(frame), journeys=count, **figures,
            per_second=round(len(frame) / figures["seconds"]))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--journeys")
    parser.add_argument("--ledger")
    parser.add_argument("--paths")
    parser.add_argument("--events", type=int, default=0,
                        help="only so many, those that came first in time (default: all)")
    parser.add_argument("--pm4py-events", type=int, default=0,
                        help="most interactions for PM4Py, in whole journeys (default: all)")
    parser.add_argument("--event-log", type=int, default=200_000,
                        help="most interactions as PM4Py's objects (default: 200,000)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--measure", default="pandas,pm4py")
    parser.add_argument("--folder", type=pathlib.Path, help="for the Parquet file made of EXPORT "
                        "(default: beside it); one that is newer than EXPORT and this program is "
                        "used again")
    parser.add_argument("--rules", default=SCENARIOS / "rules" / "synthetic-operation.yaml")
    parser.add_argument("--costs", default=SCENARIOS / "costs" / "synthetic-operation.yaml")
    options = parser.parse_args()
    answers = {}
    for name in ("journeys", "ledger", "paths"):
        if getattr(options, name) and not options.events:
            with open(getattr(options, name), encoding="utf-8") as file:
                answers[name] = json.load(file)
    parquet = (options.folder or options.export.parent) / (options.export.stem + ".parquet")
    made_of = (options.export, pathlib.Path(__file__))
    if not parquet.exists() or parquet.stat().st_mtime < max(
            path.stat().st_mtime for path in made_of):
        convert(options.export, parquet)
    rules = Rules(options.rules, options.costs)
    events = load(parquet, options.events)
    measures = options.measure.split(",")
    rebuild = None
    if "pandas" in measures:
        rebuild = measure_pandas(events, rules, options, answers)
    if "pm4py" in measures:
        measure_pm4py(events, rebuild or Rebuild(events, rules), options, answers)


if __name__ == "__main__":
    main()
