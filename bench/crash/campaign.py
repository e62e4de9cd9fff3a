"""kill -9 of the bot at random moments of a busy scenario, again and again; after each life everything is checked."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash import evidence
from bench.crash.scene import Input, Person, burst, meet
from tests.support.phones import NotSeen
from tests.support.process import Stage

PATIENCE = 120.0
RESTING = 0.3  # of the letters
SOON = 0.7  # of the kills; the others come when the ticks may have begun to give letters and daily messages out
KILLED_TWICE = 0.25  # of the bursts: once more while the new process is coming up

Models = dict[str, list[str]]


@dataclass
class Figures:
    """What was really exercised, and what was wrong."""

    seed: int
    kills: int = 0
    busy_kills: int = 0
    with_inbox: int = 0
    with_outbox: int = 0
    with_a_message_on_its_way: int = 0
    while_starting: int = 0
    bursts: int = 0
    updates: int = 0
    letters_written: int = 0
    letters_opened: int = 0
    pages_read: int = 0
    nudges: int = 0
    repeated_answers: int = 0
    repeated_notices: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = [name for name in self.__dataclass_fields__ if name != "wrong"]
        lines = [f"{name.replace('_', ' ')}: {round(getattr(self, name), 1)}" for name in names]
        return "\n".join([*lines, f"broken promises: {len(self.wrong)}", *self.wrong[:20]])


def run(folder: Path, *, kills: int, seed: int, seconds: float = float("inf"), webhook: bool = False) -> Figures:
    """Until so many kills have happened or so many seconds have passed."""
    begun, rng, figures = time.monotonic(), random.Random(seed), Figures(seed)
    with Stage(folder, webhook=webhook) as stage:
        stage.start_bot()
        people = meet(stage)
        stage.comes_to_rest()
        models = _undisturbed(stage, people, figures)
        while figures.kills < kills and time.monotonic() - begun < seconds and not figures.wrong:
            _one_burst(stage, people, models, rng, figures, left=kills - figures.kills)
        _read_the_last_letters(stage, people, figures)
        _conclude(stage, people, figures)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    figures.seconds = time.monotonic() - begun
    return figures


def _undisturbed(stage: Stage, people: list[Person], figures: Figures) -> Models:
    """The same chats without a kill, which all others are held against."""
    inputs = burst(people, 0, [False, True, False, False])
    _type(inputs)
    _come_to_rest(stage, figures)
    models = {}
    for person in people:
        models[person.doing], repeated = evidence.answers(person)
        if repeated or sum("(all of it)" in text for text in models[person.doing]) != 1:
            figures.wrong.append(f"{person.doing}, undisturbed: {models[person.doing]}")
    return models


def _one_burst(
    stage: Stage, people: list[Person], models: Models, rng: random.Random, figures: Figures, *, left: int
) -> None:
    figures.bursts += 1
    inputs = burst(people, figures.bursts, [rng.random() < RESTING for _ in people])
    stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
    before = figures.kills
    target = _received(stage) + rng.randint(1, len(inputs))
    typing = threading.Thread(target=_type, args=(inputs,))
    typing.start()
    _wait_a_moment(stage, target, rng)
    _kill(stage, figures)
    typing.join()
    if left > 1 and rng.random() < KILLED_TWICE:
        stage.bot = stage.spawn_bot()
        threading.Event().wait(rng.uniform(0.8, 3.0))
        _kill(stage, figures)
        figures.while_starting += 1
    stage.bot = stage.spawn_bot()
    _come_to_rest(stage, figures)
    for person in people:
        wrong, repeated = evidence.answers_are_single(person, models[person.doing], figures.kills - before)
        figures.wrong += wrong
        figures.repeated_answers += repeated
    wrong, opened = evidence.letters_read(people)
    figures.wrong += wrong
    figures.pages_read += opened


def _type(inputs: list[Input]) -> None:
    for one in inputs:
        one.happen()


def _wait_a_moment(stage: Stage, target: int, rng: random.Random) -> None:
    """Until so many updates have come to the bot, and then a few milliseconds more."""
    until = time.monotonic() + 2.0
    while time.monotonic() < until and _received(stage) < target:
        threading.Event().wait(0.002)
    threading.Event().wait(rng.uniform(0.0, 0.04) if rng.random() < SOON else rng.uniform(0.04, 0.9))


def _received(stage: Stage) -> int:
    return int(evidence.query(stage, "SELECT count(*) FROM inbox")[0][0])


def _kill(stage: Stage, figures: Figures) -> None:
    stage.kill_bot()
    inbox, outbox = stage.open_rows()
    figures.kills += 1
    figures.with_inbox += inbox > 0
    figures.with_outbox += outbox > 0
    figures.busy_kills += inbox + outbox > 0
    figures.with_a_message_on_its_way += bool(evidence.query(stage, "SELECT 1 FROM outbox WHERE state = 'sending'"))


def _come_to_rest(stage: Stage, figures: Figures) -> None:
    try:
        stage.comes_to_rest(PATIENCE)
    except NotSeen:
        figures.wrong.append(f"not at rest after {PATIENCE:.0f} s: {stage.open_rows()} open rows")


def _read_the_last_letters(stage: Stage, people: list[Person], figures: Figures) -> None:
    """What rested or came last is opened as well, undisturbed."""
    stage.control.post("/control/clock", to="12:00", zone="Europe/Berlin")
    _come_to_rest(stage, figures)
    for person in people:
        for message in person.phone.from_bot():
            for button in (b for row in message.get("buttons") or [] for b in row):
                if button["text"] == "Open":
                    person.phone.presses(message["id"], button["data"])
    _come_to_rest(stage, figures)
    wrong, opened = evidence.letters_read(people)
    figures.wrong += wrong
    figures.pages_read += opened


def _conclude(stage: Stage, people: list[Person], figures: Figures) -> None:
    letters = [letter for person in people for letter in person.letters]
    figures.letters_written = len(letters)
    wrong, figures.repeated_notices = evidence.notices(stage, letters, figures.kills)
    figures.wrong += wrong
    wrong, figures.nudges = evidence.nudges(stage)
    figures.wrong += wrong
    wrong, figures.updates = evidence.updates(stage)
    figures.wrong += wrong + evidence.states(stage, people)
    opened = evidence.query(stage, "SELECT count(*) FROM letter WHERE kind = 'letter' AND opened_at IS NOT NULL")
    figures.letters_opened = int(opened[0][0])
    if figures.letters_opened != len(letters):
        figures.wrong.append(f"{len(letters)} letters were written, {figures.letters_opened} opened")
    errors = [found for found in stage.control.get("/control/findings")["findings"] if found["level"] == "error"]
    figures.wrong += [str(error) for error in errors]
