"""A database that is locked, absent, read-only, full: two couples type on, and somebody asks for help meanwhile."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.baddays import sickness
from bench.baddays.asking import checks, is_well
from bench.baddays.figures import Figures
from bench.baddays.sickness import Sickness
from bench.crash import campaign, evidence
from bench.crash.figures import Figures as CrashFigures
from bench.crash.scene import Input, Person, burst, meet
from tests.support.phones import NotSeen, Phone, wait_for
from tests.support.process import Stage, free_port

HELP = "112 in the EU"  # stands in the help of good days and of bad ones
LATER = "I will answer shortly"
WELL_AGAIN = 30.0  # seconds after the end of the trouble
LONG = 8.0  # a trouble of this length is long enough for health and help to be asked in it
HELP_WITHIN = 25.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that befalls the database for so many seconds."""

    name: str
    befalls: Sickness
    seconds: float


LOCKED = (
    Trouble("locked", sickness.locked, 2),
    Trouble("locked", sickness.locked, 20),
    Trouble("locked", sickness.locked, 60),
)
OTHERS = (
    Trouble("absent", sickness.absent, 20),
    Trouble("read-only", sickness.read_only, 20),
    Trouble("no file may grow", sickness.no_room_for_files, 20),
    Trouble("key store locked", sickness.keys_locked, 20),
)
FULL = (Trouble("disk full", sickness.full, 20),)


class OnSmallDisk(Stage):
    """The database has a disk of its own."""

    @property
    def database(self) -> Path:
        """The bot's SQLite file."""
        return self.folder / "disk" / "rekindle.db"


@dataclass
class Scene:
    """Two couples, and somebody who asks for help."""

    stage: Stage
    figures: Figures
    rng: random.Random
    health: int
    people: list[Person] = field(default_factory=list)
    models: dict[str, list[str]] = field(default_factory=dict)
    bursts: int = 0
    told: int = 0


def run(
    folder: Path,
    troubles: Iterable[Trouble],
    *,
    seed: int,
    webhook: bool,
    kind: type[Stage] = Stage,
    couples: int = 2,
    models: int = 2,
) -> Figures:
    """Each trouble once, in the middle of a busy minute. `models` are undisturbed ones: a single trouble needs one."""
    figures, health = Figures(seed), free_port()
    with kind(folder, webhook=webhook, more={"METRICS_LISTEN": str(health)}) as stage:
        stage.start_bot()
        scene = Scene(stage, figures, random.Random(seed), health)
        scene.people = meet(stage, ("Ana", "Ben", "Cleo", "Dan")[: couples * 2])
        stage.comes_to_rest()
        _undisturbed(scene, models)
        for trouble in troubles:
            if not figures.wrong:
                _one(scene, trouble)
        _conclude(scene)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _undisturbed(scene: Scene, bursts: int) -> None:
    """The same chats without any trouble; those who write and those who practise change places each time."""
    for number in range(bursts):
        campaign.type_all(burst(scene.people, number, [False for _ in scene.people]))
        scene.stage.comes_to_rest(campaign.PATIENCE)
        for person in scene.people:
            scene.models.setdefault(person.doing, evidence.answers(person)[0])
    scene.bursts = 1


def _one(scene: Scene, trouble: Trouble) -> None:
    """A morning on which it happens."""
    stage, figures = scene.stage, scene.figures
    scene.bursts += 1
    stage.control.post("/control/clock", to="09:00", zone="Europe/Berlin")
    ida = somebody(stage)
    inputs = burst(scene.people, scene.bursts, [False for _ in scene.people])
    typing = threading.Thread(target=_type, args=(inputs, trouble.seconds))
    typing.start()
    threading.Event().wait(scene.rng.uniform(0.0, min(1.0, trouble.seconds / 4)))
    begun = time.monotonic()
    with trouble.befalls(stage):
        said = _meanwhile(scene, trouble, ida)
        typing.join()
        threading.Event().wait(max(0.0, begun + trouble.seconds - time.monotonic()))
    ended = time.monotonic()
    try:
        stage.comes_to_rest(WELL_AGAIN * 3)
    except NotSeen:
        figures.wrong.append(f"{trouble.name}: never at rest again: {stage.open_rows()} open rows")
    back = time.monotonic() - ended
    figures.holds(f"{trouble.name}: the bot ended", when=stage.bot is not None and stage.bot.code is None)
    figures.holds(f"{trouble.name}: back after {back:.1f} s", when=back <= WELL_AGAIN)
    wait_for(lambda: is_well(scene.health), "health well again", WELL_AGAIN)
    figures.note(f"{trouble.name} for {trouble.seconds:.0f} s: back after {back:.1f} s; {said}")
    _compare(scene, trouble)


def _type(inputs: list[Input], seconds: float) -> None:
    """Half of it at once, the rest spread over the trouble."""
    pause, half = threading.Event(), len(inputs) // 2
    for place, one in enumerate(inputs):
        if place >= half:
            pause.wait(seconds / len(inputs))
        one.happen()


def _meanwhile(scene: Scene, trouble: Trouble, ida: Phone) -> str:
    """While it lasts: health says so, and whoever asks for help gets it."""
    if trouble.seconds < LONG:
        return "too short to be asked about"
    helped = ask_for_help(scene.stage, ida, scene.figures)
    if trouble.befalls is not sickness.keys_locked:
        found = checks(scene.health)
        scene.figures.holds(f"{trouble.name}: health says {found}", when=found.get("database") is False)
    return helped


def somebody(stage: Stage) -> Phone:
    """Somebody who has just begun."""
    phone = stage.phone("Ida")
    phone.starts()
    phone.sees("Think of one thing your partner did")
    return phone


def ask_for_help(stage: Stage, known: Phone, figures: Figures) -> str:
    """Somebody known asks, and somebody new whose first message is in the way of a second one. When both had it."""
    new, asked = stage.phone("Eve"), time.monotonic()
    known.says("/help")
    new.starts()
    new.says("/help")
    try:
        for phone in (known, new):
            phone.sees(HELP, HELP_WITHIN)
    except NotSeen:
        figures.wrong.append(f"nobody helped {phone.name}:\n{phone.tail()}")
    return f"help after {time.monotonic() - asked:.1f} s"


def _compare(scene: Scene, trouble: Trouble) -> None:
    """Every chat as if nothing had happened, but for one sentence that an answer comes later."""
    for person in scene.people:
        later = [m for m in person.phone.messages()[person.seen :] if LATER in (m.get("text") or "")]
        scene.told += len(later)
        scene.figures.holds(f"{trouble.name}: {person.phone.name} heard it {len(later)} times", when=len(later) <= 1)
        wrong, repeated = evidence.judge(person, scene.models[person.doing], repeats=0, missing=0)
        scene.figures.wrong += [f"{trouble.name}: {one}" for one in wrong]
        assert not repeated or wrong
    wrong, _ = evidence.letters_read(scene.people)
    scene.figures.wrong += wrong


def _conclude(scene: Scene) -> None:
    """Holds everything that was sent and kept against what was typed."""
    crash = CrashFigures(scene.figures.seed)
    campaign.read_the_last_letters(scene.stage, scene.people, crash)
    wrong, updates = evidence.updates(scene.stage)
    letters = [letter for person in scene.people for letter in person.letters]
    notices, repeated = evidence.notices(scene.stage, 0)
    fates, lost = evidence.fates(scene.stage)
    scene.figures.holds(f"{len(letters)} letters were written: {dict(fates)}", when=sum(fates.values()) == len(letters))
    nudges, count = evidence.nudges(scene.stage)
    left = [one for one in evidence.states(scene.stage, scene.people) if not one.startswith("welcome")]  # Eve's
    scene.figures.wrong += crash.wrong + wrong + notices + lost + nudges + left
    scene.figures.note(
        f"updates: {updates}, letters: {len(letters)}, nudges: {count}, repeated notices: {repeated}, "
        f"told that an answer comes later: {scene.told}"
    )
