"""The clock of a running bot jumps by hours, days and ten years, on and back; people get their one a day at most."""

from __future__ import annotations

import random
import threading
from collections import Counter
from pathlib import Path

from bench.baddays import queue
from bench.baddays.figures import Figures
from bench.crash import evidence
from tests.support.phones import NotSeen, Phone, wait_for
from tests.support.process import Stage
from tests.support.stories import BERLIN, connect, sends_letter

HOUR, DAY = 3600, 86_400
JUMPS = (7 * HOUR, 23 * HOUR, 3 * DAY, 9 * DAY, 400 * DAY, 3650 * DAY)
SETTLES = 4.0  # real seconds: each beat of a second or two has come several times
PATIENCE = 60.0


def run(folder: Path, *, jumps: int, crowd: int, seed: int, webhook: bool) -> Figures:
    """So many jumps, each on and back or back and on, over a crowd whose daily message is due at nine."""
    figures, rng = Figures(seed), random.Random(seed)
    with Stage(folder, webhook=webhook) as stage:
        ids = queue.invite(stage.control, crowd)
        stage.start_bot()
        ana, ben = stage.phone("Ana"), stage.phone("Ben")
        connect(ana, ben, zones=(BERLIN, BERLIN), hours=("9:00", "9:00"))
        with queue.beside(stage) as (database, vault):
            database.run_sync(queue.meet_for_days, vault, ids, now=queue.moment(stage))
        sends_letter(ana, "I miss our Sundays.")
        ben.sees("A letter from Ana")
        stage.comes_to_rest(PATIENCE)
        for number in range(jumps):
            _there_and_back(stage, (ana, ben), number, rng, figures)
        _conclude(stage, ids, (ana, ben), figures)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _there_and_back(
    stage: Stage, couple: tuple[Phone, Phone], number: int, rng: random.Random, figures: Figures
) -> None:
    by = JUMPS[number % len(JUMPS)] + rng.randrange(HOUR)
    by *= 1 if number // len(JUMPS) % 2 == 0 else -1
    _is_mended(stage, figures)
    for hour in (7, rng.choice((8, 9, 10))):  # the daily message is due, has just come, or came an hour ago
        stage.control.post("/control/clock", to=f"{hour:02}:{rng.randrange(60):02}", zone="Europe/Berlin")
        _rests(stage, figures)
    before = _sent_to_anybody(stage)
    for step in (by, -by):
        stage.control.advance(f"{step}s" if step > 0 else f"-{-step}s")
        threading.Event().wait(SETTLES * rng.uniform(0.8, 1.2))
        for phone in couple:
            phone.says("/menu")
            phone.sees("What would you like to do?", PATIENCE)
        _rests(stage, figures)
    sent = _sent_to_anybody(stage) - before
    most = max(sent.values(), default=0)
    figures.note(f"jump of {by / DAY:+.1f} days and back: {sum(sent.values())} daily messages, at most {most} a person")
    figures.holds(f"{most} daily messages to one person in a jump of {by / DAY:+.1f} days and back", when=most <= 2)


def _rests(stage: Stage, figures: Figures) -> None:
    try:
        stage.comes_to_rest(PATIENCE)
    except NotSeen:
        figures.wrong.append(f"not at rest: {stage.open_rows()}")


def _sent_to_anybody(stage: Stage) -> Counter[int]:
    return Counter(chat for _, chat, _ in evidence.sends(stage, "n.done"))


def _is_mended(stage: Stage, figures: Figures) -> None:
    """Nobody's next message is further away than a week or two: the beat that sees to it comes each ten seconds."""

    def near() -> bool:
        ahead = int((queue.moment(stage).timestamp() + 9 * DAY) * 1_000_000)
        return not evidence.query(stage, f"SELECT 1 FROM person WHERE next_nudge_at > {ahead}")

    try:
        wait_for(near, "next times that are near", PATIENCE * 2)
    except NotSeen:
        figures.wrong.append("somebody's daily message is more than nine days away")


def _conclude(stage: Stage, ids: list[int], couple: tuple[Phone, Phone], figures: Figures) -> None:
    """A morning after all of it: everybody has the one message again; nobody was warned, nothing came twice."""
    before = _sent_to_anybody(stage)
    _is_mended(stage, figures)
    stage.control.advance("3d")
    stage.control.post("/control/clock", to="09:05", zone="Europe/Berlin")
    _rests(stage, figures)
    stage.control.post("/control/clock", to="09:05", zone="Europe/Berlin")
    try:
        wait_for(lambda: len(_sent_to_anybody(stage) - before) >= len(ids), "the daily messages", PATIENCE)
    except NotSeen:
        figures.wrong.append(f"only {len(_sent_to_anybody(stage) - before)} of {len(ids)} have a daily message again")
    wrong, count = evidence.nudges(stage)
    figures.wrong += wrong
    warned = evidence.query(stage, "SELECT count(*) FROM person WHERE silent_until IS NOT NULL OR gone_at IS NOT NULL")
    figures.holds(f"{warned[0][0]} were warned or are gone", when=warned[0][0] == 0)
    notices = [m for m in couple[1].from_bot() if "A letter from Ana" in (m.get("text") or "")]
    figures.holds(f"the letter was announced {len(notices)} times", when=len(notices) == 1)
    states = evidence.query(stage, "SELECT state, count(*) FROM inbox GROUP BY state")
    figures.holds(f"updates: {states}", when=[state for state, _ in states] == ["done"])
    updates = states[0][1]
    figures.note(f"daily messages: {count} to {len(ids) + 2} people, updates: {updates}")
