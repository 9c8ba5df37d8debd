#!/usr/bin/env python3
"""The simulator's exam: what it foretells of an automation against what truly happened.

For each operation (seed, profile, kind of automation) the same operation is generated without and
with the automation, on the same chance, queues frozen. The simulator is given the files of the one
without, and the automation's true effects; its 90 % intervals for the change are held against the
change between the two. Beside coverage stand over-coverage, mean bias and its standard error over
operations (operations are independent, cells of one are not), and the interval score of Gneiting
and Raftery (2007), (u - l) + 2/a (l - y)+ + 2/a (y - u)+ with a = 0.1: less is better.

The rival is what `validate --scenario` says of the same scenario: the fitted law of journeys in two
worlds with chance terms of their own, as a process simulator draws them; beside it stands what it
says where both worlds share them (--no-generative leaves both out). Another rival's intervals are
read from --rival: {"KIND/PROFILE/SEED": {"FIGURE": [low, high]}}.

Exit status 1 where a primary total lies in its interval in fewer than 165 of 200 operations (the
same share of fewer), or a rival scores better.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import csv
import dataclasses
import datetime
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import truth

PROFILES = ("retail-bank", "telecom", "travel", "retail", "electronics")
# The way in of a step's contacts, in the words of the truth.
KINDS = {"chatbot": "chat", "conversational-ivr": "phone"}
ALL_KINDS = (*KINDS, "agent-assist", "proactive-outbound")
PRIMARY = ("recontacts", "escalations", "cost", "net")
REPLICATIONS, LEVEL, PASS = 200, 0.90, 165 / 200
FIRST, START, LAST, END = "2025-01-01", "2025-01-29", "2025-03-04", "2025-04-15"
ADOPTION = "0.6"
METRICS = {
    "recontacts": "rework_contacts", "escalations": "escalations", "contacts": "contacts",
    "handle_minutes": "handle_minutes", "automation_sessions": "automation_sessions",
    "gave_up": "silent_give_ups",
}
# What the generative mode says, by the names of its table.
RIVAL_METRICS = {
    "recontacts": "rework_contacts", "escalations": "escalations", "contacts": "contacts",
    "handle_minutes": "handle_minutes", "cost": "cash_cost", "net": "net",
}
RIVALS = {"rival": [], "shared": ["--shared-chance"]}
ROSTER = "roster kept"


@dataclasses.dataclass(frozen=True)
class Task:
    """One operation to be examined on."""

    kind: str
    profile: str
    seed: int
    customers: int
    program: str
    scenarios: str
    is_generative: bool

    @property
    def name(self) -> str:
        """The key of the operation in a rival's file."""
        return f"{self.kind}/{self.profile}/{self.seed}"


@dataclasses.dataclass(frozen=True)
class Foretold:
    """A predicted mean and 90 % interval, and what truly happened."""

    mean: float
    low: float
    high: float
    true: float

    @property
    def is_inside(self) -> bool:
        """Whether the truth lies in the interval, its ends included."""
        return self.low <= self.true <= self.high

    @property
    def score(self) -> float:
        """The interval score; an interval of no width is scored the same way."""
        return interval_score(self.low, self.high, self.true)


def interval_score(low: float, high: float, true: float) -> float:
    """Gneiting and Raftery (2007), equation 43."""
    missed = max(0.0, low - true) + max(0.0, true - high)
    return high - low + 2 / (1 - LEVEL) * missed


def run(program: str, *words: str) -> str:
    """What the program writes; a failure names the command and what it said."""
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"error: {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def stated_scenario(
    task: Task, automated: pathlib.Path, plain: pathlib.Path, target: pathlib.Path,
) -> None:
    """The true automation's scenario; a tool for agents is in use to the end of the log, others end
    before it, so that what they bring about can be followed. How much of a need's difficulty its
    record tells is measured on the operation without the automation."""
    text = (automated / "truth" / "automation.yaml").read_text(encoding="utf-8")
    if task.kind != "agent-assist":
        text = re.sub(r"(?m)^  to: \S+", f"  to: {LAST}", text)
    if task.kind in KINDS:
        measured = truth.reliability(plain, scope_intents(text, plain))
        text = re.sub(r"reliability: {value: [\d.]+", f"reliability: {{value: {measured:.6f}", text)
    target.write_text(text, encoding="utf-8")


def day(text: str, after: int = 0) -> int:
    """The midnight of a local day; the days of the exam are in winter time."""
    moment = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return int(moment.timestamp()) + after * truth.DAY


def cause_class(failure: str) -> str:
    """The simulator's causes as the truth can tell them."""
    return failure if failure in (truth.NEED, truth.STEP) else truth.FAILED


def foretold(kind: str, answer: dict, true: dict[str, float]) -> dict[str, Foretold]:
    """The simulator's figures beside the true ones; those that it does not have are left out."""
    found = {}
    for name, metric in METRICS.items():
        # A message sent out is no session of the simulator's.
        is_session = name == "automation_sessions"
        if metric in answer["metrics"] and (kind in KINDS or not is_session):
            delta = answer["metrics"][metric]["delta"]
            found[name] = Foretold(delta["mean"], delta["low"], delta["high"], true[name])
    released, net = answer["ledger"]["net_if_released"], answer["ledger"]["net"]
    found["cost"] = Foretold(
        -released["mean"], -released["high"], -released["low"], true["cost"])
    found["net"] = Foretold(net["mean"], net["low"], net["high"], true["net"])
    return found


def generative(answer: dict) -> dict[str, list[float]]:
    """The rival's intervals by figure."""
    found = {row["name"]: [row["low"], row["high"]] for row in answer["changes"]}
    return {name: found[metric] for name, metric in RIVAL_METRICS.items()}


def matrix_cells(
    answer: dict, without: truth.Totals, with_it: truth.Totals,
) -> list[Foretold]:
    """Cells of cause (own need, a failure, the automation) by payer.

    Several cells of the simulator's matrix make one: their means add up; their intervals add up
    only as an upper bound of width, which over-coverage then shows.
    """
    sums: dict[tuple[str, str], list[float]] = collections.defaultdict(lambda: [0.0, 0.0, 0.0])
    for cell in answer["ledger"]["matrix"]:
        if cell["caused"]["failure"] != ROSTER:
            key = cause_class(cell["caused"]["failure"]), cell["paid"]["payer"]
            for place, end in enumerate(("mean", "low", "high")):
                sums[key][place] += cell["delta"][end]
    keys = sorted(set(sums) | set(without.cells) | set(with_it.cells))
    return [
        Foretold(*sums[key], (with_it.cells[key] - without.cells[key]) / 100_000) for key in keys
    ]


def customer_errors(
    task: Task, path: pathlib.Path, without: truth.Totals, with_it: truth.Totals,
) -> dict[str, float]:
    """Mean absolute error per customer: the simulator's, and the naive calculator's.

    The calculator: eligible needs times the stated reach of the step times their mean cost, spread
    evenly over the eligible.
    """
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    column = next(name for name in lines[0] if "cost" in name and "delta" in name)
    said = {line["customer"]: float(line[column]) for line in lines}
    true = {
        customer: (with_it.by_customer[customer] - without.by_customer[customer]) / 100_000
        for customer in set(without.by_customer) | set(with_it.by_customer)
    }
    effect = {"proactive-outbound": "prevented"}.get(task.kind, "contained")
    reach = float(ADOPTION) * stated(task, path.with_name("scenario.yaml"), effect)
    spent = sum(without.by_customer[customer] for customer in without.eligible) / 100_000
    each = -reach * spent / max(1, len(without.eligible))
    return {
        "simulator": statistics.fmean(abs(said.get(who, 0.0) - true[who]) for who in true),
        "calculator": statistics.fmean(
            abs((each if who in without.eligible else 0.0) - true[who]) for who in true),
    }


def stated(task: Task, scenario: pathlib.Path, name: str) -> float:
    """A parameter of the scenario's step; the mean where each intent has its own."""
    values = re.findall(rf"{name}: {{value: ([\d.]+)", scenario.read_text(encoding="utf-8"))
    if not values:
        raise SystemExit(f"error: {task.name}: no `{name}` in {scenario}")
    return statistics.fmean(float(value) for value in values)


def scope_intents(scenario: str, folder: pathlib.Path) -> frozenset[str]:
    """The intents that a scenario names; all of the operation where it names none."""
    match = re.search(r"(?m)^  intents: \[(.*)\]", scenario)
    if match is not None:
        return frozenset(match[1].split(", "))
    return frozenset(row["intent"] for row in truth.rows(folder, "issues"))


def examine(task: Task) -> dict:
    """Generates, ingests, simulates and compares one operation."""
    with tempfile.TemporaryDirectory() as scratch:
        return examine_in(task, pathlib.Path(scratch))


def examine_in(task: Task, scratch: pathlib.Path) -> dict:
    """The same, in a folder of its own."""
    options = [
        "--profile", task.profile, "--customers", str(task.customers), "--seed", str(task.seed),
        "--from", FIRST, "--to", END, "--waits", "frozen", "--quiet",
    ]
    plain, automated = scratch / "without", scratch / "with"
    run(task.program, "generate", str(plain), *options)
    run(task.program, "generate", str(automated), *options, "--automation", task.kind,
        "--start", START, "--adoption", ADOPTION)
    scenario = scratch / "scenario.yaml"
    stated_scenario(task, automated, plain, scenario)
    store = ["--store", str(scratch / "store"), "--quiet"]
    for file in sorted(plain.glob("*.gz")):
        mapping = f"{task.scenarios}/mappings/synthetic/{file.name.split('.')[0]}.yaml"
        run(task.program, "ingest", str(file), "--mapping", mapping, *store)
    customers = scratch / "customers.csv"
    answer = json.loads(run(
        task.program, "simulate", str(scenario), "--replications", str(REPLICATIONS),
        "--threads", "1", "--customers", str(customers), "--format", "json", *store))
    rivals = {name: {} for name in RIVALS}
    if task.is_generative:
        rivals = {
            name: generative(json.loads(run(
                task.program, "validate", "--scenario", str(scenario), "--replications",
                str(REPLICATIONS), "--threads", "1", "--format", "json", *words, *store)))
            for name, words in RIVALS.items()}
    begins, ends = day(START), day(LAST, after=1)
    if task.kind == "agent-assist":
        ends = day(END)
    intents = scope_intents(scenario.read_text(encoding="utf-8"), plain)
    session = round(stated(task, scenario, "run_per_step") * 100)
    channel = KINDS.get(task.kind, "")
    without, with_it = (
        truth.totals(folder, truth.cohort(folder, begins, ends), session, intents, channel)
        for folder in (plain, automated))
    figures = foretold(task.kind, answer, truth.changes(without, with_it))
    cells = matrix_cells(answer, without, with_it)
    return {
        "operation": task.name, "kind": task.kind,
        "figures": {name: dataclasses.asdict(value) for name, value in figures.items()},
        **rivals,
        "cells": [dataclasses.asdict(cell) for cell in cells],
        "true_without": dict(without.figures), "true_with": dict(with_it.figures),
        "baseline": {name: answer["metrics"][metric]["baseline"]["mean"]
                     for name, metric in METRICS.items() if metric in answer["metrics"]},
        "customers": customer_errors(task, customers, without, with_it)
        if task.kind != "agent-assist" else None,
    }


def standard_error(values: list[float]) -> float:
    """Of a mean over independent operations."""
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan


def judge(results: list[dict]) -> list[dict]:
    """One row per kind and figure."""
    found = []
    for kind in sorted({result["kind"] for result in results}):
        ours = [result for result in results if result["kind"] == kind]
        names = list(dict.fromkeys(name for result in ours for name in result["figures"]))
        for name in names:
            values = [Foretold(**result["figures"][name]) for result in ours]
            rivals = {
                rival: [
                    Foretold(math.nan, *result[rival][name], result["figures"][name]["true"])
                    for result in ours if name in result[rival]]
                for rival in RIVALS}
            found.append(row(kind, name, values) | rival_scores(rivals))
        found.append(cells_row(kind, ours))
    return found


def rival_scores(rivals: dict[str, list[Foretold]]) -> dict:
    """Scores of the rivals, and how often their intervals held."""
    found = {}
    for name, values in rivals.items():
        found[f"{name}_score"] = (
            statistics.fmean(value.score for value in values) if values else None)
        found[f"{name}_inside"] = sum(value.is_inside for value in values) if values else None
    return found


def row(kind: str, name: str, values: list[Foretold]) -> dict:
    """Coverage, bias and score of one figure."""
    bias = [value.mean - value.true for value in values]
    inside = sum(value.is_inside for value in values)
    return {
        "kind": kind, "figure": name, "inside": inside, "of": len(values),
        # Nothing was uncertain: these say nothing for the simulator.
        "certain": sum(value.low == value.high == value.true for value in values),
        "over_coverage": inside / len(values) - LEVEL,
        "true": statistics.fmean(value.true for value in values),
        "said": statistics.fmean(value.mean for value in values),
        "bias": statistics.fmean(bias), "bias_se": standard_error(bias),
        "score": statistics.fmean(value.score for value in values),
        # Nothing changes: the interval of no width at zero.
        "naive_score": statistics.fmean(interval_score(0, 0, value.true) for value in values),
    }


def cells_row(kind: str, results: list[dict]) -> dict:
    """All cells of all operations; the error of their coverage is clustered by operation."""
    groups = [[Foretold(**cell) for cell in result["cells"]] for result in results]
    found = row(kind, "matrix cells", [cell for group in groups for cell in group])
    shares = [statistics.fmean(cell.is_inside for cell in group) for group in groups]
    biases = [statistics.fmean(cell.mean - cell.true for cell in group) for group in groups]
    return found | rival_scores({name: [] for name in RIVALS}) | {
        "bias_se": standard_error(biases), "coverage_se": standard_error(shares)}


def table(rows: list[dict]) -> str:
    """The rows, aligned."""
    lines = [
        f"{'automation':19} {'figure':20} {'inside':>10} {'over':>7} {'true':>10} {'said':>10} "
        f"{'bias':>9} {'+-':>7} {'score':>10} {'naive':>10} "
        f"{'rival':>10} {'inside':>9} {'shared':>10} {'inside':>9}"]
    for each in rows:
        rivals = " ".join(
            f"{'-':>10} {'-':>9}" if each[f"{name}_score"] is None
            else f"{each[f'{name}_score']:10.1f} {each[f'{name}_inside']:>4}/{each['of']:<4}"
            for name in RIVALS)
        lines.append(
            f"{each['kind']:19} {each['figure']:20} {each['inside']:>5}/{each['of']:<4} "
            f"{each['over_coverage']:+7.1%} {each['true']:10.2f} {each['said']:10.2f} "
            f"{each['bias']:9.2f} {each['bias_se']:7.2f} {each['score']:10.1f} "
            f"{each['naive_score']:10.1f} {rivals}")
    return "\n".join(lines)


def failures(rows: list[dict]) -> list[str]:
    """What the exam asks for and does not find."""
    found = []
    for name in PRIMARY:
        ours = [each for each in rows if each["figure"] == name]
        if not ours:
            found.append(f"{name}: the simulator has no such figure")
            continue
        inside, total = (
            sum(each[part] - each["certain"] for each in ours) for part in ("inside", "of"))
        if inside < PASS * total:
            found.append(f"{name}: {inside} of {total} inside, {math.ceil(PASS * total)} asked for")
        for each in ours:
            if each["rival_score"] is not None and each["score"] >= each["rival_score"]:
                found.append(f"{name}, {each['kind']}: the rival's interval score is not beaten")
    return found


def customer_text(results: list[dict]) -> str:
    """The errors per customer, or that there are none yet."""
    errors = [result["customers"] for result in results if result["customers"]]
    if not errors:
        return "per customer: not examined, a tool for agents has no eligible needs"
    means = {name: statistics.fmean(error[name] for error in errors) for name in errors[0]}
    return "per customer, mean absolute error: " + ", ".join(
        f"{name} {value:.3f}" for name, value in means.items())


def main() -> None:
    """Runs the exam and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the built program")
    parser.add_argument("--scenarios", default="scenarios", help="the folder of mappings and rules")
    parser.add_argument("--operations", type=int, default=200)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1, help="the first operation's")
    parser.add_argument("--kinds", nargs="+", choices=ALL_KINDS, default=list(ALL_KINDS))
    rivals = parser.add_mutually_exclusive_group()
    rivals.add_argument("--rival", help="another rival's intervals, JSON")
    rivals.add_argument(
        "--no-generative", action="store_true", help="do not draw the generative rival")
    parser.add_argument("--out", help="where to write everything as JSON")
    words = parser.parse_args()
    kinds = words.kinds
    tasks = [
        Task(
            kinds[place % len(kinds)], PROFILES[place // len(kinds) % len(PROFILES)],
            words.seed + place, words.customers, os.path.abspath(words.program),
            words.scenarios, not (words.rival or words.no_generative))
        for place in range(words.operations)
    ]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(examine, tasks))
    if words.rival:
        stated_rival = json.loads(pathlib.Path(words.rival).read_text())
        for result in results:
            result["rival"] = stated_rival.get(result["operation"], {})
    rows = judge(results)
    print(table(rows))
    print(customer_text(results))
    missed = failures(rows)
    for text in missed:
        print(f"missed: {text}")
    if words.out:
        answer = {"rows": rows, "missed": missed, "operations": results}
        pathlib.Path(words.out).write_text(json.dumps(answer, indent=1) + "\n")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
