"""Strangers at the webhook: none may be let in, none may make the server fail, nothing may be written."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Bot

from bench.intake.strangers import Stranger, strangers
from bot.chance import SeededChance
from bot.conversation.shelf import open_library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.delivery.turn import Desk
from bot.intake.translate import asked
from bot.vault import Vault
from tests.support.hook import Hook, listening, request, statuses

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
AT_ONCE = 24
PATIENCE = 0.5  # for a server that waits for the rest of what is no request


@dataclass
class Figures:
    """What was really exercised, and what was wrong."""

    seed: int
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    without_answer: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"seed: {self.seed}", f"requests: {self.requests} in {self.seconds:.1f} s"]
        lines += [f"  {kind}: {count}" for kind, count in sorted(self.kinds.items())]
        lines += [f"answered {status}: {count}" for status, count in sorted(self.answers.items())]
        lines += [f"without an answer: {self.without_answer}", f"wrong: {len(self.wrong)}"]
        return "\n".join([*lines, *self.wrong[:20]])


async def run(folder: Path, *, requests: int, seed: int) -> Figures:
    """All of them against a receiver with a database behind it, several at a time; then one that is Telegram's."""
    figures, begun, keys = Figures(seed), time.monotonic(), KeyStore(f"sqlite:///{folder / 'keys.db'}")
    path = folder / "rekindle.db"
    database = Database(f"sqlite:///{path}")
    failures = _Failures()
    logging.getLogger("aiohttp.server").addHandler(failures)
    try:
        await database.run(migrate.upgrade)
        desk = Desk(open_library(DIALOGS), Vault([bytes(32)], keys, SeededChance(seed)), SeededChance(seed), bot_id=7)
        emergency = Emergency(Bot("7:none"), desk.library, Limits(0, 0), asked)
        async with listening(database, desk, emergency) as hook:
            before = _fingerprint(path)
            await _come(hook, strangers(seed, requests), figures)
            if _fingerprint(path) != before or hook.woken:
                figures.wrong.append("something was written")
            if await hook.asks(request()) != 200 or _fingerprint(path) == before:
                figures.wrong.append("Telegram itself is not let in")
    finally:
        logging.getLogger("aiohttp.server").removeHandler(failures)
        await database.close()
        keys.close()
    figures.wrong += failures.said
    figures.seconds = time.monotonic() - begun
    return figures


async def _come(hook: Hook, those: Iterator[Stranger], figures: Figures) -> None:
    async def one_after_the_other() -> None:
        for stranger in those:
            _note(figures, stranger, await hook.says(stranger.data, patience=PATIENCE, leaves=stranger.leaves))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_after_the_other())


def _note(figures: Figures, stranger: Stranger, said: bytes) -> None:
    figures.requests += 1
    figures.kinds[stranger.kind] += 1
    found = statuses(said)
    figures.answers.update(found)
    figures.without_answer += not found
    if not set(found) <= {400, 404}:
        figures.wrong.append(f"{stranger.kind}: {found} for {stranger.data[:200]!r}")


def _fingerprint(path: Path) -> list[str]:
    """Of the database and its log: a single write changes it."""
    files = (path, path.with_name(path.name + "-wal"))
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()]


class _Failures(logging.Handler):
    """What the server logs as an error is a failure, whatever it answered."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[1] if record.exc_info else None
        self.said.append(f"logged: {record.getMessage()} {kind!r}")
