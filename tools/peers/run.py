#!/usr/bin/env python3
"""Builds what is missing, runs the peers, and prints one JSON document.

    tools/peers/run.py [--events N] [--folder DIR] [--repeat N] [--flat] [--only PEER,...]
    tools/peers/run.py --only journeys --store DIR [--program FILE] [--folder DIR] [--repeat N]

The document has the facts of the machine, the latency of fdatasync, each line of the peers, and for
each measurement the median of its runs. Nothing is timed here. Progress goes to standard error.
Python 3.10 or later; for `journeys`, 3.11. The default takes under five minutes on an idle machine.

`journeys` is run only where it is named: it installs pandas and PM4Py, and reads a store of ours.
For ten million events it takes about 12 minutes and 7 GB of disk for a while.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / ".build"
PROGRAMS = BUILD / "peers"
ENVIRONMENT = BUILD / "peers-venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LIBRARIES = {
    "eventsourcing": ["eventsourcing==9.5.6"],
    "journeys": ["numpy==2.4.6", "pandas==3.1.1", "pm4py==2.7.23.11", "pyarrow==26.0.1",
                 "PyYAML==6.0.3"],
}
# What tells measurements of the same name apart.
KINDS = ("batch", "threads", "keeps_memory")
FIGURES = ("per_second", "median_per_second", "last_per_second", "bytes_per_event",
           "written_bytes_per_event", "median_microseconds", "p99_microseconds", "cpu_seconds",
           "peak_bytes")
# Freed memory stays in the process, as `mallopt` does it for the limit.
KEEPING = ["env", "MALLOC_MMAP_MAX_=0", "MALLOC_TRIM_THRESHOLD_=100000000000",
           "MALLOC_TOP_PAD_=1073741824"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(peers):
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    if {"limit", "sqlite"} & set(peers):
        subprocess.run(["make", "-s", "-C", str(HERE)], check=True, stdout=sys.stderr)
    wanted = [library for peer in peers for library in LIBRARIES.get(peer, [])]
    if not wanted:
        return
    if not PYTHON.exists():
        say(f"making {ENVIRONMENT}")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q"]
    listed = subprocess.run([*pip, "freeze"], check=True, stdout=subprocess.PIPE, text=True)
    installed = listed.stdout.lower().split()
    missing = [library for library in wanted if library.lower() not in installed]
    if missing:
        say("installing " + " ".join(missing))
        subprocess.run([*pip, "install", *missing], check=True, stdout=sys.stderr)


def export(options, folder):
    """What the journeys are measured on, and what the program itself says of it."""
    program = [options.program, "--store", options.store, "--quiet"]
    questions = {"journeys": ["journeys", "list", "--limit", "1"], "ledger": ["view", "ledger"],
                 "paths": ["journeys", "paths", "--limit", "1000000"]}
    say(f"exporting {options.store}")
    subprocess.run([*program, "export", "cloudevents", "--out", f"{folder}/events.jsonl"],
                   check=True, stdout=sys.stderr)
    arguments = [f"{folder}/events.jsonl"]
    for name, question in questions.items():
        with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
            subprocess.run([*program, "--format", "json", *question], check=True, stdout=file)
        arguments += [f"--{name}", file.name]
    return arguments


def commands(options, peers):
    """The peers' commands; those that store events have the same folder and customers."""
    common = ["--folder", options.folder, "--customers", str(options.customers)]
    events = ["--events", str(options.events)]
    if "limit" in peers:
        yield [PROGRAMS / "limit.run", *common, *events, "--repeat", str(options.repeat),
               *(["--flat"] if options.flat else [])]
    if "sqlite" in peers:
        yield [PROGRAMS / "sqlite.run", *common, *events, "--repeat", "1",
               "--seconds-limit", str(options.seconds_limit)]
    if "eventsourcing" in peers:
        yield [PYTHON, HERE / "eventsourcing_peer.py", *common,
               "--events", str(min(options.events, 200_000)),
               "--seconds-limit", str(options.seconds_limit)]
    if "journeys" in peers:
        with tempfile.TemporaryDirectory(prefix="journeys-", dir=options.folder) as folder:
            peer = [PYTHON, HERE / "journeys_peer.py", *export(options, folder),
                    "--repeat", str(options.repeat), "--measure"]
            yield [*peer, "pandas,pm4py"]
            yield [*KEEPING, *peer, "pandas"]


def run(command):
    """The lines of one peer. A peer that fails fails the whole: half a table misleads."""
    say(" ".join(str(word) for word in command))
    lines = []
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                          text=True) as process:
        for line in process.stdout:
            lines.append(json.loads(line))
            say("  " + line.strip())
    if process.returncode != 0:
        sys.exit(f"error: {command[0]} ended with status {process.returncode}")
    return lines


def machine(folder):
    """What the figures depend on."""
    facts = {"system": platform.platform(), "cores": os.cpu_count(),
             "load_average": os.getloadavg()[0]}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    facts["processor"] = names[0] if names else platform.processor()
    facts["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    place = os.path.realpath(folder)
    best = ("", "unknown")
    with open("/proc/mounts", encoding="utf-8") as file:
        for line in file:
            _, point, kind, *_ = line.split()
            if os.path.commonpath([place, point]) == point and len(point) > len(best[0]):
                best = (point, kind)
    facts["file_system"] = best[1]
    return facts


def summary(lines):
    """The median of each measurement's runs, by peer, name and kind."""
    groups = {}
    for line in lines:
        kind = tuple((name, line[name]) for name in KINDS if name in line)
        if line["measurement"] == "append_flat":
            kind += (("events", line["events"]),)
        groups.setdefault((line["peer"], line["measurement"], kind), []).append(line)
    result = []
    for (peer, measurement, kind), group in groups.items():
        entry = {"peer": peer, "measurement": measurement, **dict(kind), "runs": len(group)}
        count = next((group[-1][name] for name in ("events", "items", "streams", "commits")
                      if name in group[-1]), None)
        if count is not None:
            entry["count"] = count
        for figure in FIGURES:
            values = [line[figure] for line in group if figure in line]
            if values:
                entry[figure] = statistics.median(values)
        result.append(entry)
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--customers", type=int, default=500_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seconds-limit", type=int, default=40,
                        help="for one append of the slow peers; they say how far they came")
    parser.add_argument("--folder", default=str(PROGRAMS), help="on the disk to be measured")
    parser.add_argument("--flat", action="store_true", help="also 1, 10 and 50 million events")
    parser.add_argument("--only", default="limit,sqlite,eventsourcing")
    parser.add_argument("--store", help="of `journeys`: the store that is read")
    parser.add_argument("--program", default=str(BUILD / "release" / "downstream"),
                        help="of `journeys`: the built program (default: the release build)")
    options = parser.parse_args()
    peers = options.only.split(",")
    if "journeys" in peers and not options.store:
        parser.error("`journeys` needs --store")
    build(peers)
    facts = machine(options.folder)
    lines = [line for command in commands(options, peers) for line in run(command)]
    latency = [line for line in lines if line["measurement"] == "fdatasync"]
    print(json.dumps({"machine": facts, "fdatasync": latency, "medians": summary(lines),
                      "lines": lines}, indent=1))


if __name__ == "__main__":
    main()
