#!/usr/bin/env python3
"""Causes found by the rules against true causes, on generated operations.

For each profile an operation is generated and taken in WITHOUT its case numbers, so that every
link is the rules' own guess. The program's links, causes and probabilities are then held against
the operation's truth, and against what "the nearest earlier contact of the same customer" would
say.

Precision: of the causes found, those that are the true one. Recall: of the true failures that
brought a customer back, those found. A probability is calibrated where of the links given 0.7,
70 % are true.

Exit status 1 where the rules are not above the nearest contact in both, on any profile, or where
the probabilities of all links together are further from the truth than the tolerance.
"""

import argparse
import collections
import csv
import gzip
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

PROFILES = ["retail-bank", "telecom", "travel", "retail", "electronics"]
# What truly failed, in the words of the truth: the other reasons are the service going on.
FAILURES = {
    "abandoned-in-automation", "abandoned-in-queue", "back-office-failure", "complained",
    "false-containment", "online-failure", "unresolved",
}
TOLERANCE = 0.03


class Program:
    def __init__(self, path, store):
        self.path, self.store = os.path.abspath(path), store

    def run(self, *words):
        subprocess.run(
            [self.path, "--quiet", "--store", self.store, *words], check=True,
            stdout=subprocess.DEVNULL)


def without_cases(scenarios, scratch):
    """The mappings of the synthetic files, their lines about case numbers left out."""
    folder = pathlib.Path(scratch, "scenarios", "mappings", "synthetic")
    folder.mkdir(parents=True)
    for name in ("rules", "costs"):
        os.symlink(os.path.join(scenarios, name), pathlib.Path(scratch, "scenarios", name))
    for source in pathlib.Path(scenarios, "mappings", "synthetic").glob("*.yaml"):
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.strip().startswith("issue:")]
        (folder / source.name).write_text("".join(kept), encoding="utf-8")
    return folder


def interactions(program, scratch):
    """What the program made of the files: by source and record, with links and probabilities."""
    database, log = os.path.join(scratch, "v.sqlite"), os.path.join(scratch, "log.jsonl")
    program.run("export", "sqlite", "--details", "--out", database)
    program.run("export", "cloudevents", "--out", log)
    keys = {}
    with open(log, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["type"] != "downstream.log":
                source = event["source"].rsplit("/", 1)[1]
                keys[int(event["sequence"])] = (source.removeprefix("synthetic-"), event["id"])
    rows = sqlite3.connect(database).execute(
        "SELECT position, linked_to, probability, role, failure, customer, kind "
        "FROM interactions ORDER BY at, position")
    return [(keys[row[0]], keys.get(row[1]), *row[2:]) for row in rows]


def truths(folder):
    found = {}
    with gzip.open(os.path.join(folder, "truth", "interactions.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            found[row["file"].split(".")[0], row["record"]] = row
    return found


class Score:
    def __init__(self):
        self.right = self.found = self.there = 0

    def note(self, found, true):
        self.found += found is not None
        self.there += true is not None
        self.right += found is not None and found == true

    precision = property(lambda self: self.right / max(1, self.found))
    recall = property(lambda self: self.right / max(1, self.there))


def judge(rows, truth):
    rules, nearest = Score(), Score()
    links = collections.defaultdict(lambda: [0, 0, 0.0])
    failures = {row[0]: row[4] for row in rows}
    last = {}
    for key, linked, probability, role, _, customer, kind in rows:
        if kind != "contact":
            continue
        facts = truth[key]
        true = None
        if facts["reason"] in FAILURES:
            true = facts["cause_file"].split(".")[0], facts["cause_record"]
        is_caused = role == "rework" and linked is not None and failures[linked] is not None
        rules.note(linked if is_caused else None, true)
        nearest.note(last.get(customer) if customer != "unknown" else None, true)
        if customer != "unknown":
            last[customer] = key
        if linked is not None:
            tally = links[min(9, int(probability * 10))]
            tally[0] += 1
            tally[1] += truth[linked]["issue"] == facts["issue"]
            tally[2] += probability
    return rules, nearest, links


def report(profile, rules, nearest, links):
    count, true, given = (sum(tally[place] for tally in links.values()) for place in range(3))
    print(
        f"{profile:12} {rules.precision:9.1%} {rules.recall:7.1%} {nearest.precision:9.1%} "
        f"{nearest.recall:7.1%} {count:7} {given / count:7.1%} {true / count:7.1%}")
    return (
        rules.precision > nearest.precision and rules.recall > nearest.recall
        and abs(given - true) / count <= TOLERANCE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="the built program")
    parser.add_argument("--scenarios", default="scenarios", help="the folder of mappings and rules")
    parser.add_argument("--customers", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'':12} {'by the rules':>17} {'nearest contact':>17} {'links':>23}")
    print(
        f"{'profile':12} {'precision':>9} {'recall':>7} {'precision':>9} {'recall':>7} "
        f"{'links':>7} {'given':>7} {'true':>7}")
    bands = collections.defaultdict(lambda: [0, 0, 0.0])
    is_good = True
    for profile in PROFILES:
        with tempfile.TemporaryDirectory() as scratch:
            data = os.path.join(scratch, "data")
            program = Program(arguments.program, os.path.join(scratch, "store"))
            program.run(
                "generate", data, "--profile", profile, "--customers", str(arguments.customers),
                "--seed", str(arguments.seed))
            mappings = without_cases(os.path.abspath(arguments.scenarios), scratch)
            for file in sorted(pathlib.Path(data).glob("*.gz")):
                mapping = mappings / (file.name.split(".")[0] + ".yaml")
                program.run("ingest", str(file), "--mapping", str(mapping))
            rules, nearest, links = judge(interactions(program, scratch), truths(data))
            is_good = report(profile, rules, nearest, links) and is_good
            for band, tally in links.items():
                for place in range(3):
                    bands[band][place] += tally[place]
    print("\nlinks of all profiles by the probability that they were given")
    for band, (count, true, given) in sorted(bands.items()):
        print(f"{band / 10:.1f} to {(band + 1) / 10:.1f} {count:7} given {given / count:6.1%}"
              f" true {true / count:6.1%}")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
