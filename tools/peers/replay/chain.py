"""What the peers of the replay share: the job, the chain that an analyst would fit, its closed
form, and what is said of a measurement.

A journey goes through states, each a kind of contact or of work: channel, whether of the step's
intent, and whether it is the customer's own, passed on, or work. As the process tools do, what
follows is taken to depend on the state alone: the states are a Markov chain with an end, of which
mean and variance of any sum over a journey are known exactly. Peers are held against them.
"""

from __future__ import annotations

import json
import math
import resource
import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np

# A right peer fails about once in ten million checks. Six are made in a run.
LARGEST_Z = 5.3


def expect(condition: bool, message: str) -> None:
    """Ends the program where a check fails: a wrong peer prints no figure."""
    if not condition:
        sys.exit(f"error: {message}")


@dataclass(frozen=True)
class Step:
    """What becomes of those who come to the step, as in a scenario of ours."""

    take_up: float
    contained: float
    false_share: float
    abandoned_share: float
    false_returns: float
    abandoned_returns: float
    seconds: float

    def ends(self) -> dict[str, float]:
        """The probability of each end of a session, and of the contact after it."""
        falsely = self.contained * self.false_share
        left = (1 - self.contained) * self.abandoned_share
        shares = {
            "resolved": self.contained - falsely,
            "handed over": (1 - self.contained) * (1 - self.abandoned_share),
            "falsely contained, back": falsely * self.false_returns,
            "falsely contained, silent": falsely * (1 - self.false_returns),
            "left, back": left * self.abandoned_returns,
            "left, silent": left * (1 - self.abandoned_returns),
        }
        expect(abs(sum(shares.values()) - 1) < 1e-12, "the ends of the step do not sum to one")
        return shares

    def passed_on(self) -> float:
        """The probability that the contact takes place after all."""
        return sum(share for end, share in self.ends().items()
                   if end == "handed over" or end.endswith("back"))


class Job:
    """The recorded quarter as `recorded.py` wrote it."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        self.states: list[str] = content["states"]
        self.is_contact: list[bool] = content["is_contact"]
        # Which states are contacts that the customer begins, and before which the step is put.
        self.is_own: list[bool] = content["is_own"]
        self.is_target: list[bool] = content["is_target"]
        self.pools: list[str] = content["pools"]
        # A journey is [state, seconds since the first midnight, wait, automation, handle] in order.
        self.journeys: list[list[list[float]]] = content["journeys"]
        self.days: int = content["days"]
        self.first_weekday: int = content["first_weekday"]
        self.first_day: str = content["first_day"]
        self.agents: dict[str, int] = content["agents"]
        self.step = Step(**content["step"])

    def of_state(self, place: int) -> list[list[list[float]]]:
        """Every recorded visit of each state, in the order of the log: its value at a place."""
        found: list[list[float]] = [[] for _ in self.states]
        for journey in self.journeys:
            for visit in journey:
                found[int(visit[0])].append(visit[place])
        return found

    def chain(self) -> Chain:
        """The chain of the record."""
        size = len(self.states)
        counts = np.zeros((size, size + 1))
        starts = np.zeros(size)
        for journey in self.journeys:
            path = [int(visit[0]) for visit in journey]
            starts[path[0]] += 1
            for here, there in zip(path, [*path[1:], size]):
                counts[here, there] += 1
        expect(bool(counts.sum(axis=1).all()), "a state that no journey visits")
        return Chain(starts, counts)


@dataclass(frozen=True)
class Chain:
    """How often journeys begin in each state, and pass from each to each; the last column is their
    end. Not whole numbers where a step is in it."""

    starts: np.ndarray
    counts: np.ndarray

    def with_step(self, targets: list[bool], step: Step) -> Chain:
        """The chain with a state more for the step before each target, behind the others."""
        size = len(self.starts)
        places = [state for state in range(size) if targets[state]]
        starts = np.concatenate([self.starts, np.zeros(len(places))])
        counts = np.zeros((size + len(places), size + len(places) + 1))
        counts[:size, :size] = self.counts[:, :size]
        counts[:size, -1] = self.counts[:, -1]
        for number, state in enumerate(places, size):
            starts[number] = starts[state] * step.take_up
            starts[state] *= 1 - step.take_up
            counts[:size, number] = counts[:size, state] * step.take_up
            counts[:size, state] *= 1 - step.take_up
            counts[number, state] = step.passed_on()
            counts[number, -1] = 1 - step.passed_on()
        return Chain(starts, counts)

    def moments(self, mean: np.ndarray, square: np.ndarray) -> tuple[float, float]:
        """Mean and mean square, over journeys, of a sum of independent values of the states, of
        which these are means and mean squares."""
        moves = (self.counts / self.counts.sum(axis=1, keepdims=True))[:, :-1]
        rest = np.eye(len(self.starts)) - moves
        first = np.linalg.solve(rest, mean)
        second = np.linalg.solve(rest, square + 2 * mean * (moves @ first))
        begin = self.starts / self.starts.sum()
        return float(begin @ first), float(begin @ second)


class Expected:
    """The closed form of what a peer counts: mean and variance of a replication, in both worlds."""

    def __init__(
        self, job: Job, is_poisson: bool, handle_mean: list[float], handle_square: list[float],
    ) -> None:
        """Of so many journeys as were recorded, or of a Poisson number of as many on average;
        people's minutes in each state are given as mean and mean square."""
        contacts = np.array(job.is_contact, dtype=float)
        recorded = job.chain()
        worlds = {"baseline": recorded, "scenario": recorded.with_step(job.is_target, job.step)}
        self.values: dict[tuple[str, str], tuple[float, float]] = {}
        size = len(job.journeys)
        for world, chain in worlds.items():
            padding = np.zeros(len(chain.starts) - len(contacts))
            for name, mean, square in (
                    ("contacts", contacts, contacts),
                    ("handle_minutes", np.array(handle_mean), np.array(handle_square))):
                first, second = chain.moments(
                    np.concatenate([mean, padding]), np.concatenate([square, padding]))
                variance = second if is_poisson else second - first * first
                self.values[name, world] = size * first, size * variance


class Measurement:
    """What a peer counted in each replication, its time, and what is printed of them."""

    def __init__(self, peer: str, version: str, job: Job, seed: int) -> None:
        self.peer, self.version, self.job, self.seed = peer, version, job, seed
        self.counted: list[dict[str, dict[str, float]]] = []
        self.seconds = self.cpu_seconds = 0.0
        self.begun = time.monotonic()

    def replicate(self, number: int, play) -> None:
        """Plays both worlds once, in time. `play` gets the world's name and a seed of its own."""
        begun, cpu_begun = time.monotonic(), time.process_time()
        worlds = {
            world: play(world, 1_000_000 * self.seed + 2 * number + place)
            for place, world in enumerate(("baseline", "scenario"))}
        self.seconds += time.monotonic() - begun
        self.cpu_seconds += time.process_time() - cpu_begun
        self.counted.append(worlds)

    def put(self, expected: Expected, left_out: list[str]) -> None:
        """Holds the figures against the closed form, and prints them."""
        runs = len(self.counted)
        expect(runs > 1, "a spread needs two replications")
        figures, worst = {}, 0.0
        for name in ("contacts", "handle_minutes"):
            figure: dict[str, float] = {}
            for world in ("baseline", "scenario"):
                mean = statistics.fmean(worlds[world][name] for worlds in self.counted)
                should, variance = expected.values[name, world]
                z = abs(mean - should) / math.sqrt(variance / runs)
                expect(z <= LARGEST_Z, f"{self.peer}: {name} of the {world} are {mean:.2f} instead "
                       f"of {should:.2f}, {z:.1f} standard errors off")
                worst = max(worst, z)
                figure |= {world: round(mean, 3), f"closed_form_{world}": round(should, 3)}
            changes = [worlds["scenario"][name] - worlds["baseline"][name]
                       for worlds in self.counted]
            figure["change"] = round(statistics.fmean(changes), 3)
            figure["spread"] = round(statistics.stdev(changes), 3)
            (before, variance_before), (after, variance_after) = (
                expected.values[name, world] for world in ("baseline", "scenario"))
            # The worlds are independent of each other.
            figure |= {"closed_form_change": round(after - before, 3),
                       "closed_form_spread": round(math.sqrt(variance_before + variance_after), 3)}
            figures[name] = figure
        played = sum(worlds[world]["contacts"] for worlds in self.counted for world in worlds)
        journeys = len(self.job.journeys)
        print(json.dumps({
            "peer": self.peer, "measurement": "replay", "version": self.version,
            "seed": self.seed, "journeys": journeys, "replications": runs,
            "seconds": round(self.seconds, 3), "cpu_seconds": round(self.cpu_seconds, 3),
            "setup_seconds": round(time.monotonic() - self.begun - self.seconds, 3),
            "per_second": round(journeys * runs / self.seconds, 1),
            "contacts_per_second": round(played / self.seconds, 1),
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            **figures, "largest_z": round(worst, 2), "left_out": left_out,
        }), flush=True)


def handle_minutes(job: Job) -> list[list[float]]:
    """People's minutes of every recorded visit of each state."""
    return [[seconds / 60 for seconds in visits] for visits in job.of_state(4)]


def mean_and_square(values: list[list[float]]) -> tuple[list[float], list[float]]:
    """Of each state."""
    return ([statistics.fmean(visits) for visits in values],
            [statistics.fmean(value * value for value in visits) for visits in values])
