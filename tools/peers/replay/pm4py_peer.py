"""The quarter with and without the step in PM4Py: discovered, changed, and played out.

    pm4py_peer.py JOB [--replications N] [--seed S]

PM4Py discovers the directly-follows graph of the recorded journeys. With the step, an activity more
stands before each of the customers' own contacts of its intent: the arcs to it are divided by
take-up, and those from it lead to the contact or to the end. The graph becomes PM4Py's Petri net of
it, each transition weighted by how often its arc was followed, and the library's stochastic
play-out makes as many traces as were recorded. Minutes of people are the recorded means of the
activities that were played. Timed are play-out and counting of both worlds.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime
import importlib.metadata
import io

import numpy as np
import pandas as pd

from chain import Chain, Expected, Job, Measurement, expect, handle_minutes, mean_and_square

# It greets whoever imports it.
with contextlib.redirect_stdout(io.StringIO()):
    import pm4py
    from pm4py.algo.simulation.playout.petri_net import algorithm as playout
    from pm4py.objects.conversion.dfg import converter
    from pm4py.objects.random_variables.constant0.random_variable import Constant0

LEFT_OUT = [
    "the recorded customers, and pairing: traces of the two worlds have nothing in common",
    "time: the play-out has no clock, so no delays, hours, ramps, days of a scenario or durations",
    "minutes of people beyond the mean of each activity, so their spread is too small",
    "who is helped: the hard cases fail no more often than the easy ones",
    "links by probability, costs, payers and the ledger, customers better and worse off",
    "uncertainty of what was discovered and of what the scenario states",
    "the same figures from the same seed: transitions are drawn from a set without an order",
]


def discover(job: Job):
    """PM4Py's directly-follows graph, held against the chain's counts."""
    midnight = datetime.datetime.fromisoformat(job.first_day)
    rows = [
        (str(number), job.states[int(visit[0])], midnight + datetime.timedelta(seconds=visit[1]))
        for number, journey in enumerate(job.journeys) for visit in journey]
    frame = pm4py.format_dataframe(
        pd.DataFrame(rows, columns=["journey", "state", "at"]),
        case_id="journey", activity_key="state", timestamp_key="at")
    graph, starts, ends = pm4py.discover_dfg(frame)
    chain, names = job.chain(), job.states
    found = Chain(*arrays([dict(graph), dict(starts), dict(ends)], names))
    expect(np.array_equal(found.starts, chain.starts)
           and np.array_equal(found.counts, chain.counts),
           "pm4py: the graph discovered is not the record's")
    return found


def arrays(graph: list[dict], names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Starts and counts of a graph."""
    place = {name: number for number, name in enumerate(names)}
    starts, counts = np.zeros(len(names)), np.zeros((len(names), len(names) + 1))
    for (here, there), count in graph[0].items():
        counts[place[here], place[there]] = count
    for name, count in graph[1].items():
        starts[place[name]] = count
    for name, count in graph[2].items():
        counts[place[name], -1] = count
    return starts, counts


class Net:
    """PM4Py's Petri net of a graph, and the weights of its transitions."""

    def __init__(self, chain: Chain, names: list[str]) -> None:
        size = len(names)
        arcs = {(names[here], names[there]): chain.counts[here, there]
                for here in range(size) for there in range(size) if chain.counts[here, there]}
        starts = {names[state]: chain.starts[state] for state in range(size) if chain.starts[state]}
        ends = {names[state]: chain.counts[state, -1]
                for state in range(size) if chain.counts[state, -1]}
        self.net, self.begin, self.finish = converter.apply(
            arcs, variant=converter.Variants.VERSION_TO_PETRI_NET_ACTIVITY_DEFINES_PLACE,
            parameters={"start_activities": starts, "end_activities": ends})
        self.weights = {}
        for transition in self.net.transitions:
            source = next(iter(transition.in_arcs)).source.name
            if transition.label is None:
                weight = ends[source]
            elif source == "source":
                weight = starts[transition.label]
            else:
                weight = arcs[source, transition.label]
            self.weights[transition] = Constant0()
            self.weights[transition].set_weight(weight)
        # An activity that nothing precedes or follows would be missing in the net.
        expect(len(self.weights) == len(arcs) + len(starts) + len(ends),
               "pm4py: the net lacks arcs of the graph")

    def play(self, traces: int):
        """A log of so many traces."""
        return playout.apply(
            self.net, self.begin, self.finish, variant=playout.Variants.STOCHASTIC_PLAYOUT,
            parameters={"noTraces": traces, "smap": self.weights, "maxTraceLength": 100_000})


def main() -> None:
    """Discovers, plays, checks, prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job")
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    job = Job(options.job)
    measurement = Measurement("pm4py", importlib.metadata.version("pm4py"), job, options.seed)
    recorded = discover(job)
    steps = [f"step before {name}" for name, is_target in zip(job.states, job.is_target)
             if is_target]
    nets = {
        "baseline": Net(recorded, job.states),
        "scenario": Net(recorded.with_step(job.is_target, job.step), job.states + steps)}
    means = mean_and_square(handle_minutes(job))[0]
    minutes = dict(zip(job.states, means)) | dict.fromkeys(steps, 0.0)
    contacts = {name for name, is_contact in zip(job.states, job.is_contact) if is_contact}

    def play(world: str, seed: int) -> dict[str, float]:
        np.random.seed(seed)
        log = nets[world].play(len(job.journeys))
        expect(len(log) == len(job.journeys), "pm4py: not as many traces as were asked for")
        played = collections.Counter(event["concept:name"] for trace in log for event in trace)
        return {"contacts": sum(played[name] for name in contacts),
                "handle_minutes": sum(minutes[name] * times for name, times in played.items())}

    for number in range(options.replications):
        measurement.replicate(number, play)
    expected = Expected(job, False, means, [mean * mean for mean in means])
    measurement.put(expected, LEFT_OUT)


if __name__ == "__main__":
    main()
