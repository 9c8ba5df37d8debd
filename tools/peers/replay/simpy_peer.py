"""The quarter with and without the step in SimPy, as an analyst would write the model by hand.

    simpy_peer.py JOB [--replications N] [--seed S]

Journeys arrive as a Poisson process whose rate is the record's for each hour of the week. Each is a
process: the contact's wait, its automation and its people's time, as one recorded contact of the
same state had them; what follows by the record's shares; when, as after one recorded contact that
was followed by the same. The step stands before the customers' own contacts of its intent. Nobody
queues, for waits are to stay what they were. Timed are the runs of both worlds, not the fitting.
"""

from __future__ import annotations

import argparse
import bisect
import importlib.metadata
import itertools
import random

import simpy

from chain import Expected, Job, Measurement, Step, handle_minutes, mean_and_square

HOUR = 3600
WEEK = 168
LEFT_OUT = [
    "the recorded customers: a model of averages stands in their place",
    "pairing: the worlds have chances of their own, unless each draw is given an address by hand",
    "who is helped: the hard cases fail no more often than the easy ones",
    "links by probability, costs, payers and the ledger, customers better and worse off",
    "uncertainty of what was fitted and of what the scenario states",
]


class Model:
    """What was fitted to the record."""

    def __init__(self, job: Job) -> None:
        size = len(job.states)
        self.is_contact, self.is_target, self.step = job.is_contact, job.is_target, job.step
        # Recorded visits of each state: before people's time, and that.
        self.visits: list[list[tuple[float, float]]] = [[] for _ in range(size)]
        # From the end of a visit to the next, by both states.
        self.lags: dict[tuple[int, int], list[float]] = {}
        follows = [[0] * (size + 1) for _ in range(size)]
        begins = [0] * size
        hours = [0] * WEEK
        for journey in job.journeys:
            begins[int(journey[0][0])] += 1
            hours[(job.first_weekday * 24 + int(journey[0][1] // HOUR)) % WEEK] += 1
            for visit, after in itertools.zip_longest(journey, journey[1:]):
                here, at, wait, automation, handle = visit
                here = int(here)
                self.visits[here].append((wait + automation, handle))
                there = size if after is None else int(after[0])
                follows[here][there] += 1
                if after is not None:
                    lag = max(0.0, after[1] - at - wait - automation - handle)
                    self.lags.setdefault((here, there), []).append(lag)
        self.end = size
        self.starts = list(itertools.accumulate(begins))
        self.follows = [list(itertools.accumulate(counts)) for counts in follows]
        self.hours = job.days * 24
        covered = [0] * WEEK
        for hour in range(self.hours):
            covered[(job.first_weekday * 24 + hour) % WEEK] += 1
        # Journeys a second, for each hour of the quarter.
        self.rates = [
            hours[place] / covered[place] / HOUR
            for place in ((job.first_weekday * 24 + hour) % WEEK for hour in range(self.hours))]
        self.step_ends = list(itertools.accumulate(job.step.ends().values()))
        self.step_names = list(job.step.ends())


class World:
    """One world in one replication."""

    def __init__(self, model: Model, step: Step | None, seed: int) -> None:
        self.model, self.step = model, step
        self.chance = random.Random(seed)
        self.environment = simpy.Environment()
        self.journeys = self.contacts = 0
        self.handle = 0.0

    def run(self) -> dict[str, float]:
        """To the end of the last journey; journeys begin within the quarter."""
        self.environment.process(self.arrivals())
        self.environment.run()
        return {"journeys": self.journeys, "contacts": self.contacts,
                "handle_minutes": self.handle / 60}

    def one_of(self, values: list):
        """One of the recorded values."""
        return values[int(self.chance.random() * len(values))]

    def pick(self, sums: list) -> int:
        """A place, by its share of the running sums."""
        return bisect.bisect_right(sums, self.chance.random() * sums[-1])

    def arrivals(self):
        """A Poisson process by the hour: a gap that ends in a later hour is drawn anew from there,
        which an exponential law allows."""
        environment, model = self.environment, self.model
        for hour, rate in enumerate(model.rates):
            at, end = hour * HOUR, (hour + 1) * HOUR
            while rate > 0 and (at := at + self.chance.expovariate(rate)) < end:
                yield environment.timeout(at - environment.now)
                self.journeys += 1
                environment.process(self.journey())

    def journey(self):
        """From the first contact until nothing follows."""
        environment, model = self.environment, self.model
        state = self.pick(model.starts)
        while True:
            if self.step is not None and model.is_target[state]:
                if self.chance.random() < self.step.take_up:
                    yield environment.timeout(self.step.seconds)
                    end = model.step_names[self.pick(model.step_ends)]
                    if end.endswith("silent") or end == "resolved":
                        return
                    if end.endswith("back"):
                        yield environment.timeout(self.return_lag(state))
            before, handle = self.one_of(model.visits[state])
            yield environment.timeout(before)
            if handle:
                yield environment.timeout(handle)
            self.contacts += model.is_contact[state]
            self.handle += handle
            after = self.pick(model.follows[state])
            if after == model.end:
                return
            yield environment.timeout(self.one_of(model.lags[state, after]))
            state = after

    def return_lag(self, state: int) -> float:
        """Until a customer whom the step sent away is back: as after any contact of that kind that
        one of the customers' own followed, else at once."""
        for after in range(self.model.end):
            if self.model.is_target[after] and (state, after) in self.model.lags:
                return self.one_of(self.model.lags[state, after])
        return 0.0


def main() -> None:
    """Fits, plays, checks, prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job")
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    job = Job(options.job)
    measurement = Measurement("simpy", importlib.metadata.version("simpy"), job, options.seed)
    model = Model(job)

    def play(world: str, seed: int) -> dict[str, float]:
        return World(model, job.step if world == "scenario" else None, seed).run()

    for number in range(options.replications):
        measurement.replicate(number, play)
    expected = Expected(job, True, *mean_and_square(handle_minutes(job)))
    measurement.put(expected, LEFT_OUT)


if __name__ == "__main__":
    main()
