#!/usr/bin/env python3
"""Builds what is missing, runs the peers, and prints one JSON document.

    tools/peers/run.py [--events N] [--folder DIR] [--repeat N] [--flat] [--only PEER,...]

The document has the facts of the machine, the latency of fdatasync, each line of the peers, and for
each measurement the median of its runs. Nothing is timed here. Progress goes to standard error.
Python 3.10 or later. The default takes under five minutes on an idle machine.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / ".build"
PROGRAMS = BUILD / "peers"
ENVIRONMENT = BUILD / "peers-venv"
LIBRARY = "eventsourcing==9.5.6"
# What tells measurements of the same name apart.
KINDS = ("batch", "threads")
FIGURES = ("per_second", "median_per_second", "last_per_second", "bytes_per_event",
           "written_bytes_per_event", "median_microseconds", "p99_microseconds")


def say(text):
    print(text, file=sys.stderr, flush=True)


def build(peers):
    subprocess.run(["make", "-s", "-C", str(HERE)], check=True, stdout=sys.stderr)
    python = ENVIRONMENT / "bin" / "python"
    if "eventsourcing" in peers and not python.exists():
        say(f"making {ENVIRONMENT} with {LIBRARY}")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "-q", "install", LIBRARY], check=True,
                       stdout=sys.stderr)


def commands(options, peers):
    """One command for each peer, all with the same folder and customers."""
    common = ["--folder", options.folder, "--customers", str(options.customers)]
    events = ["--events", str(options.events)]
    if "limit" in peers:
        yield [PROGRAMS / "limit.run", *common, *events, "--repeat", str(options.repeat),
               *(["--flat"] if options.flat else [])]
    if "sqlite" in peers:
        yield [PROGRAMS / "sqlite.run", *common, *events, "--repeat", "1",
               "--seconds-limit", str(options.seconds_limit)]
    if "eventsourcing" in peers:
        yield [ENVIRONMENT / "bin" / "python", HERE / "eventsourcing_peer.py", *common,
               "--events", str(min(options.events, 200_000)),
               "--seconds-limit", str(options.seconds_limit)]


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
    options = parser.parse_args()
    peers = options.only.split(",")
    build(peers)
    facts = machine(options.folder)
    lines = [line for command in commands(options, peers) for line in run(command)]
    latency = [line for line in lines if line["measurement"] == "fdatasync"]
    print(json.dumps({"machine": facts, "fdatasync": latency, "medians": summary(lines),
                      "lines": lines}, indent=1))


if __name__ == "__main__":
    main()
