"""The quarter with and without the step in Prosimos, from a model that is written from the record.

    prosimos_peer.py JOB [--replications N] [--seed S] [--folder DIR]

The states of the record are tasks of a BPMN model, with exclusive gateways of the recorded shares
behind them; the step is a task more before each of the customers' own contacts of its intent, and
timers stand where customers come back. The scenario beside it has teams of as many people as the
record names, the hours of the week in which they work, and log-normal laws of the recorded mean and
variance for people's time, sessions and returns. Journeys arrive with exponential gaps in the hours
in which they do. Read are Prosimos' statistics of tasks. Timed are its runs of both worlds
with their statistics, without the reading of its files.
"""

from __future__ import annotations

import argparse
import collections
import importlib.metadata
import json
import pathlib
import random
import statistics
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import numpy as np
from prosimos.simulation_engine import run_simpy_simulation
from prosimos.simulation_properties_parser import parse_datetime
from prosimos.simulation_setup import SimDiffSetup

from chain import Chain, Expected, Job, Measurement, expect, handle_minutes, mean_and_square

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MACHINES = "machines"
# An hour counts as open from this share of its weekday's events.
OPEN_SHARE = 0.01
# Laws are to have the stated mean, so their range is not cut.
LARGEST = 1e12
LEFT_OUT = [
    "the recorded customers, and pairing: cases of the two worlds have nothing in common",
    "the recorded waits: queues are simulated, with teams guessed from names and hours in the log",
    "days, hours and ramps of a scenario; what follows depends on the task alone",
    "who is helped: the hard cases fail no more often than the easy ones",
    "links by probability, payers and the ledger, customers better and worse off",
    "uncertainty of what was discovered and of what the scenario states",
]


class Writer:
    """The two files of a world."""

    def __init__(self, job: Job, chain: Chain) -> None:
        self.job, self.chain, self.size = job, chain, len(chain.starts)
        # States behind the record's are the step before each of its targets.
        self.targets = [state for state, is_target in enumerate(job.is_target) if is_target]
        self.process = ElementTree.Element("process", id="quarter", isExecutable="false")
        self.gateways: list[dict] = []
        self.timers: list[dict] = []
        self.flows = 0

    def target(self, state: int) -> int:
        """The state of the record that a task stands for, or comes before."""
        recorded = len(self.job.states)
        return state if state < recorded else self.targets[state - recorded]

    def add(self, kind: str, name: str) -> ElementTree.Element:
        """An element of the model, whose name is its id."""
        return ElementTree.SubElement(self.process, kind, id=name, name=name)

    def flow(self, source: str, target: str) -> str:
        """An arc; its name."""
        self.flows += 1
        name = f"flow-{self.flows}"
        ElementTree.SubElement(
            self.process, "sequenceFlow", id=name, sourceRef=source, targetRef=target)
        return name

    def split(self, name: str, weights: dict[str, float]) -> None:
        """An exclusive gateway to elements, by weight."""
        self.add("exclusiveGateway", name)
        total = sum(weights.values())
        self.gateways.append({"gateway_id": name, "probabilities": [
            {"path_id": self.flow(name, target), "value": weight / total}
            for target, weight in weights.items()]})

    def model(self, path: pathlib.Path) -> None:
        """Writes the model; its gateways and timers are noted for the scenario."""
        self.add("startEvent", "start")
        self.add("endEvent", "end")
        self.add("exclusiveGateway", "over")
        self.flow("over", "end")
        lags = self.lags()
        for state in range(self.size):
            self.add("task", f"task-{state}")
            target = self.target(state)
            is_step = state >= len(self.job.states)
            # Who comes back comes later; the contact behind its step follows at once.
            if target in lags and self.is_entered(state):
                # Prosimos lets an event wait for all its arcs, so a gateway joins them first.
                self.add("exclusiveGateway", f"back-{state}")
                timer = self.add("intermediateCatchEvent", f"wait-{state}")
                ElementTree.SubElement(timer, "timerEventDefinition")
                self.timers.append({"event_id": f"wait-{state}", **law(lags[target])})
                self.flow(f"back-{state}", f"wait-{state}")
                self.flow(f"wait-{state}", f"task-{state}")
            entries = {
                self.entry(there, is_step): self.chain.counts[state, there]
                for there in range(self.size) if self.chain.counts[state, there]}
            if self.chain.counts[state, -1]:
                entries["over"] = self.chain.counts[state, -1]
            self.split(f"after-{state}", entries)
            self.flow(f"task-{state}", f"after-{state}")
        self.split("first", {f"task-{state}": self.chain.starts[state]
                             for state in range(self.size) if self.chain.starts[state]})
        self.flow("start", "first")
        root = ElementTree.Element("definitions", xmlns=BPMN)
        root.append(self.process)
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)

    def is_entered(self, state: int) -> bool:
        """Whether it follows a state of the record."""
        return bool(self.chain.counts[:len(self.job.states), state].any())

    def entry(self, state: int, is_from_step: bool) -> str:
        """Where a case goes that goes on with a state."""
        is_back = not is_from_step and self.job.is_own[self.target(state)]
        return f"back-{state}" if is_back else f"task-{state}"

    def lags(self) -> dict[int, list[float]]:
        """From the end of what was before to each contact that a customer came back with."""
        found: dict[int, list[float]] = collections.defaultdict(list)
        for journey in self.job.journeys:
            for before, here in zip(journey, journey[1:]):
                if self.job.is_own[int(here[0])]:
                    found[int(here[0])].append(max(0.0, here[1] - before[1] - sum(before[2:])))
        return found

    def scenario(self, path: pathlib.Path) -> None:
        """Writes the scenario; after the model."""
        job = self.job
        arrivals = [journey[0][1] for journey in job.journeys]
        hours = open_hours(job, arrivals)
        open_seconds = sum(len(day) for day in hours) * 3600 / 7 * job.days
        work: dict[str, list[float]] = collections.defaultdict(list)
        for journey in job.journeys:
            for visit in journey:
                work[job.pools[int(visit[0])]].append(visit[1])
        # Of the teams that share a kind of contact, the one that has most of it stands for all.
        pools = {MACHINES: 100} | {
            pool: amount for pool, amount in job.agents.items() if pool in job.pools}
        tasks = []
        for state in range(self.size):
            pool, duration = self.work_of(state)
            tasks.append({"task_id": f"task-{state}",
                          "resources": [{"resource_id": pool, **duration}]})
        gap = open_seconds / len(arrivals)
        content = {
            "resource_profiles": [{"id": pool, "name": pool, "resource_list": [
                {"id": pool, "name": pool, "cost_per_hour": 0, "amount": amount,
                 "calendar": f"{pool}-hours", "assignedTasks": []}]}
                for pool, amount in pools.items()],
            "arrival_time_distribution": {
                "distribution_name": "expon",
                "distribution_params": [{"value": gap}, {"value": 0}, {"value": LARGEST}]},
            "arrival_time_calendar": calendar(hours),
            "gateway_branching_probabilities": self.gateways,
            "task_resource_distribution": tasks,
            "event_distribution": self.timers,
            "resource_calendars": [{
                "id": f"{pool}-hours", "name": f"{pool} hours", "time_periods": calendar(
                    [list(range(24))] * 7 if pool == MACHINES else open_hours(job, work[pool]))}
                for pool in pools],
        }
        path.write_text(json.dumps(content), encoding="utf-8")

    def work_of(self, state: int) -> tuple[str, dict]:
        """Who does a task, and for how long: people's time, or a session's where they have none."""
        if state >= len(self.job.states):
            return MACHINES, law([self.job.step.seconds])
        visits = [visit for journey in self.job.journeys for visit in journey
                  if int(visit[0]) == state]
        pool = self.job.pools[state]
        if pool in self.job.agents:
            return pool, law([visit[4] for visit in visits])
        return MACHINES, law([visit[3] for visit in visits])


def law(values: list[float]) -> dict:
    """A log-normal law of these values' mean and variance, in seconds."""
    mean, variance = statistics.fmean(values), statistics.pvariance(values)
    if variance == 0:
        return {"distribution_name": "fix", "distribution_params": [{"value": mean}]}
    parameters = [mean, variance, 0, LARGEST]
    return {"distribution_name": "lognorm",
            "distribution_params": [{"value": value} for value in parameters]}


def open_hours(job: Job, times: list[float]) -> list[list[int]]:
    """The hours of each weekday in which things happen."""
    counts = [collections.Counter() for _ in WEEKDAYS]
    for at in times:
        hour = int(at // 3600)
        counts[(job.first_weekday + hour // 24) % 7][hour % 24] += 1
    return [
        sorted(hour for hour, count in day.items() if count >= OPEN_SHARE * day.total())
        for day in counts]


def calendar(hours: list[list[int]]) -> list[dict]:
    """Open hours in Prosimos' words."""
    return [
        {"from": weekday, "to": weekday, "beginTime": f"{hour:02}:00:00",
         "endTime": f"{hour + 1:02}:00:00" if hour < 23 else "23:59:59.999999"}
        for weekday, day in zip(WEEKDAYS, hours) for hour in day]


def main() -> None:
    """Writes, plays, checks, prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job")
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="for its files (default: a temporary one)")
    options = parser.parse_args()
    job = Job(options.job)
    measurement = Measurement("prosimos", importlib.metadata.version("prosimos"), job, options.seed)
    recorded = job.chain()
    chains = {"baseline": recorded, "scenario": recorded.with_step(job.is_target, job.step)}
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        files = {}
        for world, chain in chains.items():
            files[world] = [str(pathlib.Path(scratch, world + end)) for end in (".bpmn", ".json")]
            writer = Writer(job, chain)
            writer.model(pathlib.Path(files[world][0]))
            writer.scenario(pathlib.Path(files[world][1]))
        # A model keeps what was played in it, so every run reads it anew, in no time of its own.
        for number in range(options.replications):
            setups = {}
            for world, (model, scenario) in files.items():
                setups[world] = SimDiffSetup(model, scenario, False, len(job.journeys))
                setups[world].set_starting_datetime(
                    parse_datetime(f"{job.first_day}T00:00:00.000000+00:00", True))
            measurement.replicate(number, lambda world, seed: play(job, setups[world], seed))
    means, squares = mean_and_square([
        minutes if job.pools[state] in job.agents else [0.0]
        for state, minutes in enumerate(handle_minutes(job))])
    measurement.put(Expected(job, False, means, squares), LEFT_OUT)


def play(job: Job, setup: SimDiffSetup, seed: int) -> dict[str, float]:
    """One run of Prosimos, as its statistics tell it."""
    random.seed(seed)
    np.random.seed(seed)
    (_, tasks, *_), log = run_simpy_simulation(setup, None, None)
    # Its own number of cases leaves some out: it keeps all timers in one object, in the end the
    # last one's, and takes no time below zero.
    begun = sum(len(trace.event_list) > 0 for trace in log.trace_list)
    expect(begun == len(job.journeys), "prosimos: not as many cases as were asked for")
    found = {"contacts": 0.0, "handle_minutes": 0.0}
    for name, task in tasks.items():
        kind, _, number = name.partition("-")
        if kind != "task" or int(number) >= len(job.states):
            continue
        state = int(number)
        found["contacts"] += job.is_contact[state] * task.cycle_time.count
        if job.pools[state] in job.agents:
            found["handle_minutes"] += task.processing_time.total / 60
    return found


if __name__ == "__main__":
    sys.exit(main())
