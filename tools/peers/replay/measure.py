#!/usr/bin/env python3
"""What would the quarter have been with an automated step before the contacts of one intent?
Downstream, SimPy, Prosimos and PM4Py are asked, on one log and one core, and timed.

    tools/peers/replay/measure.py [--customers N] [--rounds N] [--program FILE] [--folder DIR]

A retail bank is generated and ingested, and exported for the peers. Each round asks each of them
once, in turn, so that a slow spell of the machine strikes all. Prints one JSON document: facts of
the machine, the median of each, ratios to Downstream's, and every line. Progress goes to standard
error. The peers are installed into an environment of their own when this is first run, with Python
3.11 or 3.12. The default takes about two minutes after that.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from run import BUILD, machine, run, say  # noqa: E402

SCENARIOS = HERE.parent.parent.parent / "scenarios"
ENVIRONMENT = BUILD / "replay-venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = HERE / "requirements.txt"
STEP = HERE / "step.yaml"
RULES = SCENARIOS / "rules" / "synthetic-operation.yaml"
# From the 5 % to the 95 % quantile of a normal law, in deviations.
WIDTH = 3.2897
# What half of a 90 % interval is asked to be, as a share of the change in contacts.
PRECISION = 0.01
FIGURES = ("contacts", "handle_minutes")


def install() -> None:
    """The environment of the peers, where it is missing or has other versions."""
    if not PYTHON.exists():
        say(f"making {ENVIRONMENT}")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q"]
    listed = subprocess.run([*pip, "freeze"], check=True, stdout=subprocess.PIPE, text=True)
    wanted = {line.lower() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines()
              if line and not line.startswith("#")}
    if not wanted <= set(listed.stdout.lower().split()):
        say(f"installing {REQUIREMENTS.name}")
        subprocess.run([*pip, "install", "-r", str(REQUIREMENTS)], check=True, stdout=sys.stderr)


def children_seconds() -> float:
    """Processor time of all commands that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Downstream:
    """The program on a store of its own."""

    def __init__(self, program: str, folder: str) -> None:
        self.program, self.folder = program, folder

    def ask(self, *words: object) -> str:
        """What it answers on standard output."""
        command = [self.program, "--store", f"{self.folder}/store", "--quiet", *map(str, words)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"error: {' '.join(command)} ended with status {done.returncode}")
        return done.stdout

    def record(self, customers: int) -> str:
        """Generates, ingests and exports the quarter; the path of the peers' job."""
        say(f"generating {customers} customers")
        data, export = f"{self.folder}/data", f"{self.folder}/events.jsonl"
        self.ask("generate", data, "--profile", "retail-bank", "--customers", customers)
        for file in sorted(pathlib.Path(data).glob("*.gz")):
            name = file.name.split(".")[0]
            self.ask("ingest", file, "--mapping", SCENARIOS / f"mappings/synthetic/{name}.yaml")
        self.ask("export", "cloudevents", "--out", export)
        job, answer = f"{self.folder}/job.json", pathlib.Path(self.folder, "answer.json")
        answer.write_text(self.ask(
            "--format", "json", "simulate", STEP, "--replications", 2), encoding="utf-8")
        subprocess.run([PYTHON, HERE / "recorded.py", export, answer, "--scenario", STEP,
                        "--rules", RULES, "--out", job], check=True)
        return job

    def simulate(self, replications: int, seed: int) -> tuple[float, float, dict]:
        """Seconds of the whole command on one thread, processor seconds, and its answer."""
        begun, cpu_begun = time.monotonic(), children_seconds()
        text = self.ask("--format", "json", "simulate", STEP, "--replications", replications,
                        "--seed", seed, "--threads", 1)
        return time.monotonic() - begun, children_seconds() - cpu_begun, json.loads(text)

    def measure(self, few: int, many: int, seed: int) -> dict:
        """The line of one round: the time of replications is what many take longer than few."""
        short, cpu_short, _ = self.simulate(few, seed)
        seconds, cpu_seconds, answer = self.simulate(many, seed)
        each = (seconds - short) / (many - few)
        if each <= 0:
            sys.exit("error: downstream: many replications take no longer than few")
        if answer["replications"] != many:
            sys.exit("error: downstream: not as many replications as were asked for")
        metrics, unexplained = answer["metrics"], answer["ledger"]["unexplained"]
        if unexplained["low"] != 0 or unexplained["high"] != 0:
            sys.exit("error: downstream: its books do not balance")
        journeys = metrics["issues"]["baseline"]["mean"]
        played = sum(metrics["contacts"][world]["mean"] for world in ("baseline", "scenario"))
        line = {
            "peer": "downstream", "measurement": "replay", "version": answer["software_version"],
            "seed": seed, "journeys": round(journeys), "replications": many,
            "seconds": round(each * many, 3),
            "cpu_seconds": round((cpu_seconds - cpu_short) / (many - few) * many, 3),
            "setup_seconds": round(short - each * few, 3),
            "per_second": round(journeys / each, 1),
            "contacts_per_second": round(played / each, 1),
        }
        for name in FIGURES:
            delta = metrics[name]["delta"]
            line[name] = {
                "baseline": metrics[name]["baseline"]["mean"],
                "scenario": metrics[name]["scenario"]["mean"], "change": delta["mean"],
                "spread": round((delta["high"] - delta["low"]) / WIDTH, 3)}
        say("  " + json.dumps(line))
        return line


def summary(lines: list[dict]) -> list[dict]:
    """The medians of each peer's rounds, and how they compare to Downstream's."""
    groups: dict[str, list[dict]] = {}
    for line in lines:
        groups.setdefault(line["peer"], []).append(line)
    found = []
    for peer, group in groups.items():
        entry = {"peer": peer, "version": group[0]["version"], "rounds": len(group),
                 "journeys": group[0]["journeys"], "replications": group[0]["replications"]}
        for name in ("setup_seconds", "seconds", "cpu_seconds", "per_second",
                     "contacts_per_second"):
            entry[name] = statistics.median(line[name] for line in group)
        entry["per_cpu_second"] = round(statistics.median(
            line["journeys"] * line["replications"] / line["cpu_seconds"] for line in group), 1)
        for name in FIGURES:
            entry[name] = {
                "change": round(statistics.fmean(line[name]["change"] for line in group), 2),
                "spread": round(statistics.fmean(
                    line[name]["spread"] ** 2 for line in group) ** 0.5, 2)}
        # Replications until half of a 90 % interval of the mean change is so short, times their
        # time. Of the peers change and spread are known; ours are counted over many replications.
        exact = group[0]["contacts"]
        change = exact.get("closed_form_change", entry["contacts"]["change"])
        spread = exact.get("closed_form_spread", entry["contacts"]["spread"])
        needed = (WIDTH / 2 * spread / change / PRECISION) ** 2
        entry["replications_to_one_percent"] = round(needed)
        entry["seconds_to_one_percent"] = round(
            needed * entry["journeys"] / entry["per_second"], 3)
        found.append(entry)
    ours = next(entry for entry in found if entry["peer"] == "downstream")
    for entry in found:
        entry["downstream_is_faster_by"] = round(ours["per_second"] / entry["per_second"], 1)
        entry["in_cpu_seconds_by"] = round(ours["per_cpu_second"] / entry["per_cpu_second"], 1)
        entry["and_sooner_at_one_percent_by"] = round(
            entry["seconds_to_one_percent"] / ours["seconds_to_one_percent"], 1)
    return found


def main() -> None:
    """Prepares, measures, prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replications", type=int, default=2_200,
                        help="of Downstream, beside 200 that tell what its start takes")
    parser.add_argument("--simpy", type=int, default=20, help="replications a round")
    parser.add_argument("--prosimos", type=int, default=4, help="replications a round")
    parser.add_argument("--pm4py", type=int, default=3, help="replications a round")
    parser.add_argument("--program", default=str(BUILD / "release" / "downstream"),
                        help="the built program (default: the release build)")
    parser.add_argument("--folder", default=str(BUILD / "peers"), help="for a temporary folder")
    options = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] < (3, 13):
        parser.error("Prosimos needs Python 3.11 or 3.12")
    if options.replications <= 200:
        parser.error("--replications has to be above 200")
    install()
    pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
    lines = []
    with tempfile.TemporaryDirectory(prefix="replay-", dir=options.folder) as folder:
        downstream = Downstream(options.program, folder)
        job = downstream.record(options.customers)
        facts = machine(folder)
        for seed in range(1, options.rounds + 1):
            lines.append(downstream.measure(200, options.replications, seed))
            for peer in ("simpy", "prosimos", "pm4py"):
                lines += run([PYTHON, HERE / f"{peer}_peer.py", job, "--seed", seed,
                              "--replications", getattr(options, peer)])
    print(json.dumps({"machine": facts, "medians": summary(lines), "lines": lines}, indent=1))


if __name__ == "__main__":
    main()
