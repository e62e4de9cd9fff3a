"""A death at each named point of the code, in the middle of each kind of step; then all is as if nobody had died."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.crash import evidence
from bench.crash.kinds import KINDS, Kind, Scene
from bench.crash.nursery import Nursery
from bot.faultpoints import POINTS
from tests.support.phones import NotSeen, Phone, buttons, wait_for
from tests.support.process import Stage

PATIENCE = 120.0
CALM = 3  # looks in a row that find the bot at rest: it may die a moment after its last commit
NUDGE = "(daily message)"
VARIES = re.compile(r"(start[= ])[\w-]+|\b\d+( (?:January|February|March|April|May|June))")  # codes, and days
Screen = list[tuple[str, str, tuple[str, ...]]]


@dataclass(frozen=True)
class Seen:
    """What a step has led to: both screens, and the rows of both people."""

    screens: tuple[Screen, Screen]
    rows: dict[str, Counter[tuple[Any, ...]]]


@dataclass
class Matrix:
    """What died where."""

    webhook: bool
    died: dict[str, list[str]] = field(default_factory=dict)
    passed: dict[str, set[str]] = field(default_factory=dict)
    on_their_way: int = 0
    repeated: int = 0
    dropped_nudges: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How many lives ended at a point."""
        return sum(len(points) for points in self.died.values())

    def __str__(self) -> str:
        width = max(len(kind) for kind in self.died)
        lines = [" " * width + " " + " ".join(POINTS)]
        for kind, points in self.died.items():
            marks = [("x" if p in points else "?" if p in self.passed[kind] else ".").center(len(p)) for p in POINTS]
            lines.append(f"{kind:{width}} {' '.join(marks)}")
        reasons = {(point, why) for kind in KINDS if kind.name in self.died for point, why in kind.never.items()}
        lines += [f"{point}: {why}" for point, why in sorted(reasons)]
        how = "webhook" if self.webhook else "polling"
        lines.append(f"{how}: {self.kills} deaths in {len(self.died)} kinds of step")
        lines.append(f"with a message on its way: {self.on_their_way}, repeated messages: {self.repeated}, "
                     f"daily messages dropped since their outcome was unknown: {self.dropped_nudges}")  # fmt: skip
        return "\n".join([*lines, f"{self.seconds:.0f} s, broken promises: {len(self.wrong)}", *self.wrong[:20]])


def together(pieces: Iterable[Matrix]) -> Matrix:
    """The sum of several that ran side by side; the longest of their times."""
    first, *others = pieces
    for other in others:
        first.died |= other.died
        first.passed |= other.passed
        first.on_their_way += other.on_their_way
        first.repeated += other.repeated
        first.dropped_nudges += other.dropped_nudges
        first.seconds = max(first.seconds, other.seconds)
        first.wrong += other.wrong
    return first


def run(
    folder: Path, kinds: Sequence[Kind] = KINDS, points: Iterable[str] = POINTS, *, webhook: bool = False
) -> Matrix:
    """Each kind of step once undisturbed, and then once for each point, with two people who are new every time."""
    begun, matrix = time.monotonic(), Matrix(webhook)
    with Nursery(folder) as nursery, Stage(folder, webhook=webhook, bear=nursery.bear) as stage:
        stage.start_bot()
        for kind in kinds:
            matrix.died[kind.name], matrix.passed[kind.name] = [], set()
            try:
                _one_kind(stage, nursery, kind, points, matrix)
            except (AssertionError, OSError) as error:
                matrix.wrong.append(f"{kind.name}: {error}\n{stage.logs()}")
                return matrix
        wrong, _ = evidence.updates(stage)
        matrix.wrong += wrong + evidence.findings(stage)[0]
    matrix.seconds = time.monotonic() - begun
    return matrix


def _one_kind(stage: Stage, nursery: Nursery, kind: Kind, points: Iterable[str], matrix: Matrix) -> None:
    model, passed = _undisturbed(stage, nursery, kind)
    matrix.passed[kind.name] = passed
    if passed != set(POINTS) - set(kind.never):
        odd = sorted(passed ^ (set(POINTS) - set(kind.never)))
        matrix.wrong.append(f"{kind.name}: passes other points than is written there: {odd}")
    for point in (point for point in points if point in passed):
        scene = _scene(stage)
        kind.before(scene)
        stage.comes_to_rest()
        _arm(stage, nursery, point)
        kind.step(scene)
        _until_over(stage)
        if stage.bot is not None and stage.bot.code is None:
            matrix.wrong.append(f"{kind.name}: {point} was passed before and is not now")
            _arm(stage, nursery, "")
        else:
            matrix.died[kind.name].append(point)
            _compare(kind, point, _next_life(stage, matrix), model, scene, matrix)
        _goes(scene)


def _scene(stage: Stage) -> Scene:
    stage.move_to_evening()
    return Scene(stage, stage.phone("Ana"), stage.phone("Ben"))


def _undisturbed(stage: Stage, nursery: Nursery, kind: Kind) -> tuple[Seen, set[str]]:
    scene = _scene(stage)
    kind.before(scene)
    stage.comes_to_rest()
    _arm(stage, nursery, "")
    nursery.passed_points()
    kind.step(scene)
    _until_over(stage)
    passed = nursery.passed_points()
    _a_little_later(stage)
    seen = _look(scene)
    _goes(scene)
    return seen, passed


def _goes(scene: Scene) -> None:
    """Both phones are closed to us, so that nothing of theirs falls due in the time of others."""
    for phone in (scene.ana, scene.ben):
        with contextlib.suppress(OSError):  # closed already, or never opened
            scene.stage.control.post("/control/block", user=phone.user)
    scene.stage.comes_to_rest()


def _arm(stage: Stage, nursery: Nursery, point: str) -> None:
    assert stage.bot is not None
    nursery.arms.write_text(point, encoding="utf-8")
    stage.bot.signal(signal.SIGUSR1)
    wait_for(lambda: not nursery.arms.exists(), f"armed with {point}")


def _until_over(stage: Stage) -> None:
    """Until this life has ended, or all that the step leads to is done."""
    calm = 0

    def over() -> bool:
        nonlocal calm
        assert stage.bot is not None
        if stage.bot.code is not None:
            return True
        calm = calm + 1 if stage.rests() else 0
        return calm > CALM

    wait_for(over, "a death or rest", PATIENCE)
    assert stage.bot is not None
    if stage.bot.code not in (None, -signal.SIGKILL):
        raise NotSeen(f"the bot ended with {stage.bot.code}")


def _next_life(stage: Stage, matrix: Matrix) -> list[tuple[int, str, int]]:
    """A new process does what is left. Returns what the dead one had on its way."""
    query = "SELECT chat_id, kind, urgency FROM outbox WHERE state = 'sending'"
    left = [(int(chat), str(kind), int(urgency)) for chat, kind, urgency in evidence.query(stage, query)]
    matrix.on_their_way += bool(left)
    stage.bot = stage.spawn_bot()
    _a_little_later(stage)
    return left


def _a_little_later(stage: Stage) -> None:
    """A webhook brings what it could not bring again after a while; everybody waits for as long."""
    stage.control.advance("2m")
    stage.comes_to_rest(PATIENCE)


# -- what is looked at


def _look(scene: Scene) -> Seen:
    return Seen((_screen(scene.ana), _screen(scene.ben)), _rows(scene))


def _screen(phone: Phone) -> Screen:
    """Everything that stands in a chat; which gesture a day brings is drawn anew for each person."""
    return [(m["from"], _words(m), tuple(b["text"] for b in buttons(m))) for m in phone.messages()]


def _words(message: dict[str, Any]) -> str:
    text = str(message.get("text") or message.get("caption") or message["kind"])
    buttoned = any(str(b.get("data", "")).startswith("n.") for b in buttons(message))
    daily = buttoned or any(one in text for one in ("Noted, for nobody", "I will bring it again"))
    return NUDGE if daily else VARIES.sub(r"\1\2", text)


ROWS = {
    "person": "SELECT path, zone, nudge_minute, nudges_off, letters_muted, parted, name IS NULL, gone_at IS NULL, "
    "known_at IS NULL, couple_id IS NULL, unreachable_at IS NULL FROM person WHERE id IN {them}",
    "letter": "SELECT kind, state, page, opened_at IS NULL, exchange_id IS NULL, remind_at IS NULL, (SELECT count(*) "
    "FROM letter_part WHERE letter_id = letter.id) FROM letter WHERE writer_id IN {them}",
    "dialog": "SELECT dialog, status, turn FROM dialog_session WHERE person_id IN {them}",
    "nudge": "SELECT state, attempt, snoozed_until IS NULL FROM nudge WHERE person_id IN {them}",
    "shown": "SELECT count(*) FROM gesture_shown WHERE person_id IN {them}",
    "exchange": "SELECT state FROM exchange WHERE proposer_id IN {them}",
    "message": "SELECT kind, state, urgency FROM outbox WHERE person_id IN {them}",
    "invitation": "SELECT state FROM invitation WHERE inviter_id IN {them}",
    "erasure": "SELECT count(*) FROM key_erasure",
}


def _rows(scene: Scene) -> dict[str, Counter[tuple[Any, ...]]]:
    """Rows of both, without ids and moments. Their persons are found by their messages, also when they are gone."""
    users = f"({scene.ana.user}, {scene.ben.user})"
    ids = evidence.query(scene.stage, f"SELECT DISTINCT person_id FROM outbox WHERE chat_id IN {users}")
    them = "(" + ", ".join(str(row[0]) for row in ids) + ")"
    return {name: Counter(evidence.query(scene.stage, sql.format(them=them))) for name, sql in ROWS.items()}


def _compare(
    kind: Kind, point: str, left: list[tuple[int, str, int]], model: Seen, scene: Scene, matrix: Matrix
) -> None:
    """As undisturbed, but that one message may stand twice, and a daily one that was on its way is given up."""
    seen, where = _look(scene), f"{kind.name}, {point}"
    given_up = [chat for chat, _, urgency in left if urgency == 4]
    matrix.dropped_nudges += len(given_up)
    for phone, screen, expected in zip((scene.ana, scene.ben), seen.screens, model.screens, strict=True):
        single = _single(screen)
        usual = len(expected) - len(_single(expected))  # two daily messages in a row look alike
        repeated, may = len(screen) - len(single) - usual, sum(chat == phone.user for chat, _, _ in left)
        matrix.repeated += max(0, repeated)
        lost_nudge = phone.user in given_up and _without_nudges(single) == _without_nudges(expected)
        if single != _single(expected) and not lost_nudge:
            other = [line for line in _single(expected) if line not in single]
            more = [line for line in single if line not in _single(expected)]
            matrix.wrong.append(f"{where}: {phone.name} sees {more or 'another order'} instead of {other}")
        if repeated > may or (repeated > 0 and phone.user in given_up):
            matrix.wrong.append(f"{where}: {phone.name} sees {repeated} messages twice, {may} were on their way")
    for name, rows in seen.rows.items():
        more, less = rows - model.rows[name], model.rows[name] - rows
        if (more or less) and not (name == "message" and given_up):
            matrix.wrong.append(f"{where}: of {name} there are {dict(more)} instead of {dict(less)}")


def _without_nudges(screen: Screen) -> Screen:
    return [line for line in _single(screen) if line[1] != NUDGE]


def _single(screen: Screen) -> Screen:
    """Without a message of the bot's that stands there twice in a row; the later one is the one that is alive."""
    lines: Screen = []
    for (who, _), same in groupby(screen, lambda line: line[:2]):
        run = list(same)
        lines += run[-1:] if who == "bot" else run
    return lines
