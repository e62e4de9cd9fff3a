"""SIGTERM in the middle of everything, again and again: out in ten seconds, nothing lost, nothing doubled."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.baddays import sickness
from bench.baddays.figures import Figures, spread
from bench.crash import campaign, evidence
from bench.crash.scene import Person, burst, meet
from tests.support.phones import wait_for
from tests.support.process import STOP_SECONDS, Stage

A_BURST = 4  # stops in it
PATIENCE = 60.0
Models = dict[str, list[str]]


@dataclass
class Stops:
    """How each of them went."""

    seconds: list[float] = field(default_factory=list)
    with_work: int = 0
    with_a_message_on_its_way: int = 0


def run(folder: Path, *, stops: int, hard: int, seed: int, webhook: bool, couples: int = 2) -> Figures:
    """So many stops under load; and `hard` ones each with a locked database and with a Telegram that is slow."""
    figures, rng, under_load = Figures(seed), random.Random(seed), Stops()
    with Stage(folder, webhook=webhook) as stage:
        stage.start_bot()
        people = meet(stage, ("Ana", "Ben", "Cleo", "Dan")[: couples * 2])
        stage.comes_to_rest()
        models = _undisturbed(stage, people)
        number = 1
        while len(under_load.seconds) < stops and not figures.wrong:
            number += 1
            left = min(A_BURST, stops - len(under_load.seconds))
            _one_burst(stage, people, models, number, left, rng, figures, under_load)
        figures.note(
            f"SIGTERM under load, {len(under_load.seconds)} times: {spread(under_load.seconds)}; "
            f"{under_load.with_work} left open rows, {under_load.with_a_message_on_its_way} a message on its way"
        )
        for place, name in enumerate(("locked", "slow") if hard else ()):
            _hard(stage, people, number + place * hard, name, hard, rng, figures)
        _conclude(stage, people, figures)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _undisturbed(stage: Stage, people: list[Person]) -> Models:
    """What each kind of chat looks like where nothing ends."""
    models: Models = {}
    for number in (0, 1):
        campaign.type_all(burst(people, number, [False for _ in people]))
        stage.comes_to_rest(campaign.PATIENCE)
        for person in people:
            models.setdefault(person.doing, evidence.answers(person)[0])
    return models


def _one_burst(
    stage: Stage,
    people: list[Person],
    models: Models,
    number: int,
    stops: int,
    rng: random.Random,
    figures: Figures,
    found: Stops,
) -> None:
    stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
    inputs = burst(people, number, [False for _ in people])
    typing = threading.Thread(target=_type, args=(inputs, rng.uniform(0.5, 2.0) * stops), daemon=True)
    typing.start()
    for _ in range(stops):
        _until_at_work(stage)
        threading.Event().wait(rng.uniform(0.0, 0.7))
        found.seconds.append(_stop(stage, figures))
        inbox, outbox = stage.open_rows()
        found.with_work += inbox + outbox > 0
        on_its_way = bool(evidence.query(stage, "SELECT 1 FROM outbox WHERE state = 'sending'"))
        found.with_a_message_on_its_way += on_its_way
        figures.holds("a message was left on its way", when=not on_its_way)
        _start(stage)
    typing.join()
    stage.comes_to_rest(PATIENCE)
    for person in people:
        wrong, repeated = evidence.answers_are_single(person, models[person.doing], 0)
        figures.wrong += wrong
        figures.holds(f"{person.phone.name}: {repeated} repeated", when=not repeated)
    wrong, _ = evidence.letters_read(people)
    figures.wrong += wrong


def _type(inputs: list[campaign.Input], seconds: float) -> None:
    for one in inputs:
        one.happen()
        threading.Event().wait(seconds / len(inputs))


def _start(stage: Stage) -> None:
    stage.bot = stage.spawn_bot()
    stage.control.advance("2s")  # what a webhook could not bring is tried again


def _until_at_work(stage: Stage) -> None:
    """The bot has begun to take updates in this life."""
    wait_for(lambda: '"started"' in _said_in_this_life(stage), "a bot at work", PATIENCE)


def _said_in_this_life(stage: Stage) -> str:
    assert stage.bot is not None
    said = stage.bot.log.read_text(encoding="utf-8", errors="replace")
    return said.rpartition('"stopped')[2]


def _stop(stage: Stage, figures: Figures) -> float:
    """Seconds until it is gone."""
    assert stage.bot is not None
    begun = time.monotonic()
    code = stage.bot.stop(STOP_SECONDS * 2)
    seconds = time.monotonic() - begun
    figures.holds(f"ended with {code}", when=code == 0)
    figures.holds(f"took {seconds:.1f} s", when=seconds <= STOP_SECONDS)
    return seconds


def _hard(
    stage: Stage, people: list[Person], number: int, name: str, times: int, rng: random.Random, figures: Figures
) -> None:
    """The database is locked, or each answer of Telegram takes half a minute, while it is to stop."""
    seconds: list[float] = []
    for _ in range(times):
        number += 1
        stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
        inputs = burst(people, number, [False for _ in people])
        _until_at_work(stage)
        before = len(inputs)
        with _slow(stage) if name == "slow" else sickness.locked(stage):
            campaign.type_all(inputs)
            threading.Event().wait(rng.uniform(0.0, 1.0))
            seconds.append(_stop(stage, figures))
        _start(stage)
        stage.comes_to_rest(PATIENCE)
        lost = [one for one in _missing(people) if one]
        figures.holds(f"{name}: {lost}", when=not lost)
    figures.note(f"SIGTERM with {name}, {times} times, {before} inputs each: {spread(seconds)}")


@contextmanager
def _slow(stage: Stage) -> Iterator[None]:
    stage.control.post("/control/faults", kind="slow", count=0, seconds=30)
    yield
    stage.control.delete("/control/faults")


def _missing(people: list[Person]) -> list[str]:
    """Previews and kept sentences that nobody was shown."""
    return [
        f"{person.phone.name}: no answer to the end"
        for person in people
        if not any(person.body in str(m.get("text")) for m in person.phone.messages()[person.seen :])
    ]


def _conclude(stage: Stage, people: list[Person], figures: Figures) -> None:
    crash = campaign.Figures(figures.seed)
    campaign.read_the_last_letters(stage, people, crash)
    letters = [letter for person in people for letter in person.letters]
    wrong, updates = evidence.updates(stage)
    nudges, count = evidence.nudges(stage)
    figures.wrong += crash.wrong + wrong + nudges + evidence.states(stage, people)
    figures.note(f"updates: {updates}, letters: {len(letters)}, nudges: {count}")
