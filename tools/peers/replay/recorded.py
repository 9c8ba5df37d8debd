"""Writes the job of the replay's peers: the recorded quarter, as journeys through a few states.

    recorded.py EXPORT ANSWER --scenario FILE --rules FILE --out FILE

EXPORT is what `downstream export cloudevents` writes of a generated operation, ANSWER what
`downstream --format json simulate` says of FILE on the same store. The journeys are made here from
the definitions in docs/method.md, for logs whose sources name every need. Their number, contacts
and minutes of people must be those of the program's recorded world to the last one: then all are
asked about the same quarter. Else the program ends with status 1 and writes nothing.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import json

import yaml

from chain import expect

SPANS = ("wait", "talk", "hold", "wrap_up", "automation")
WORK = ("downstream.workTask", "downstream.recovery", "downstream.rework")
CONTACT = "downstream.contact"
DAY = 86_400_000_000


class Interaction:
    """One contact or piece of work; times in microseconds."""

    __slots__ = ("at", "kind", "issue", "channel", "intent", "actor", "team", "agent", "outcome",
                 "spans", "is_passed_on")

    def __init__(self, event: dict) -> None:
        moment = datetime.datetime.fromisoformat(event["time"])
        detail = event["data"]["interaction"]
        self.at = round(moment.timestamp() * 1e6)
        self.kind = event["type"]
        self.issue = event["data"].get("issue")
        self.channel, self.intent = detail["channel"], detail["intent"]
        self.actor, self.team = detail.get("actor"), detail.get("team", "none")
        self.agent, self.outcome = detail.get("agent"), detail.get("outcome")
        self.spans = {name: detail.get(f"{name}_microseconds", 0) for name in SPANS}
        self.is_passed_on = False

    @property
    def end(self) -> int:
        """Without wrap-up, which comes after it."""
        return self.at + sum(self.spans.values()) - self.spans["wrap_up"]

    @property
    def handle(self) -> int:
        """People's time."""
        return self.spans["talk"] + self.spans["hold"] + self.spans["wrap_up"]


def span(text: str) -> int:
    """A duration of the link rules."""
    return int(text[:-1]) * {"h": 3600, "d": 86400}[text[-1]] * 1_000_000


def read(export: str) -> list[list[Interaction]]:
    """The interactions of each need that the sources name, in order of time."""
    needs: dict[str, list[Interaction]] = collections.defaultdict(list)
    with open(export, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["type"] == CONTACT or event["type"] in WORK:
                interaction = Interaction(event)
                expect(interaction.issue is not None, "an interaction whose need is not named")
                needs[interaction.issue].append(interaction)
    for need in needs.values():
        # The log's order decides between equal times; sorting keeps it.
        need.sort(key=lambda interaction: interaction.at)
    return list(needs.values())


def has_failed(before: Interaction, after: Interaction, window: int) -> bool:
    """Whether the link rules name a failure of what another interaction is linked to."""
    if before.outcome in ("abandoned", "contained", "unresolved") or before.actor == "backOffice":
        return True
    return (before.outcome == "resolved" and after.kind == CONTACT
            and after.at - before.at <= window)


def split(need: list[Interaction], hand_off: int, window: int) -> list[list[Interaction]]:
    """The journeys of a need: what nothing before it brought about begins another one."""
    journeys = [[need[0]]]
    for before, here in zip(need, need[1:]):
        is_new = False
        if here.kind == CONTACT:
            here.is_passed_on = (before.outcome in ("transferred", "escalated")
                                 and here.at <= before.end + hand_off)
            is_new = not here.is_passed_on and not has_failed(before, here, window)
        elif here.kind == "downstream.recovery":
            is_new = not has_failed(before, here, window)
        if is_new:
            journeys.append([])
        journeys[-1].append(here)
    return journeys


def state(interaction: Interaction, intents: list[str]) -> tuple[str, bool, bool]:
    """The name of an interaction's state; whether it is a contact, and one with a step before."""
    is_contact = interaction.kind == CONTACT
    is_inside = interaction.intent in intents
    is_target = is_contact and is_inside and not interaction.is_passed_on
    kind = "" if not is_contact else ", passed on" if interaction.is_passed_on else ", own"
    inside = interaction.intent if is_inside else "other"
    return f"{inside}: {interaction.channel}{kind}", is_contact, is_target


def check(journeys: list[list[Interaction]], answer: dict) -> None:
    """Against the recorded world of the program."""
    visits = [interaction for journey in journeys for interaction in journey]
    counted = {
        "issues": len(journeys),
        "contacts": sum(interaction.kind == CONTACT for interaction in visits),
        "handle_minutes": sum(interaction.handle for interaction in visits) / 60e6,
    }
    for name, value in counted.items():
        said = answer["metrics"][name]["baseline"]["mean"]
        expect(abs(value - said) < 1e-6, f"{name} are {value} here and {said} in the program")


def job(journeys: list[list[Interaction]], scenario: dict) -> dict:
    """What `chain.Job` reads."""
    intents = scenario["scope"]["intents"]
    # In UTC, for sources state offsets of their own, or none.
    first = min(journey[0].at for journey in journeys) // DAY
    last = max(journey[0].at for journey in journeys) // DAY
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=first)
    kinds: dict[tuple[str, bool, bool], int] = {}
    teams: list[collections.Counter] = []
    agents: dict[str, set] = collections.defaultdict(set)
    written = []
    for journey in journeys:
        path = []
        for interaction in journey:
            place = kinds.setdefault(state(interaction, intents), len(kinds))
            if place == len(teams):
                teams.append(collections.Counter())
            teams[place][interaction.team] += 1
            if interaction.agent is not None:
                agents[interaction.team].add(interaction.agent)
            path.append([
                place, (interaction.at - first * DAY) / 1e6,
                *(interaction.spans[name] / 1e6 for name in ("wait", "automation")),
                interaction.handle / 1e6])
        written.append(path)
    names = ("take_up", "contained", "false_share", "abandoned_share", "false_returns",
             "abandoned_returns", "seconds")
    return {
        "states": [kind[0] for kind in kinds], "is_contact": [kind[1] for kind in kinds],
        "is_target": [kind[2] for kind in kinds],
        "is_own": [kind[0].endswith(", own") for kind in kinds],
        "pools": [team.most_common(1)[0][0] for team in teams],
        "agents": {team: len(people) for team, people in sorted(agents.items())},
        "first_day": day.isoformat(), "first_weekday": day.weekday(), "days": last - first + 1,
        "step": {name: scenario["step"][name]["value"] for name in names},
        "journeys": sorted(written, key=lambda path: path[0][1]),
    }


def main() -> None:
    """Reads, checks, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("answer")
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    documents = []
    for path in (options.scenario, options.rules):
        with open(path, encoding="utf-8") as file:
            documents.append(yaml.safe_load(file))
    scenario, rules = documents
    expect(len(rules["links"]) == 1, "several link rules")
    hand_off, window = span(rules["hand_off"]), span(rules["links"][0]["window"])
    journeys = [
        journey for need in read(options.export) for journey in split(need, hand_off, window)]
    with open(options.answer, encoding="utf-8") as file:
        check(journeys, json.load(file))
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(job(journeys, scenario), file)


if __name__ == "__main__":
    main()
