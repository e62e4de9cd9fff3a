"""P6 to P9: many daily messages at once, and what they do to those who want an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.speed import bots, many
from bench.speed.bots import SERVICE_KEY, Bot
from bench.speed.field import Field, Result, latency, median
from bench.speed.rows import migrate_now
from bot.chance import SystemChance
from bot.conversation.shelf import DIALOGS, open_library
from bot.db.keystore import KeyStore
from bot.db.session import open_engine
from bot.delivery.turn import Desk
from bot.nudges.service import plan_due
from bot.vault import Vault

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
BATCHES = 5  # of 200 persons each; what is three hours late is left out
POLLS = 300


def p6(field: Field) -> list[Result]:
    """Planning the daily messages that are due, among a million people and among ten thousand."""
    sizes = (10_000, 20_000) if field.short else (10_000, 1_000_000)
    found = {size: _claims(field, size) for size in sizes}
    few, much = (found[size] for size in sizes)
    notes = [
        f"{size:,} people: {claim * 1e6:.0f} us a row, empty poll {poll * 1e6:.0f} us (CPU)"
        for size, (claim, poll) in found.items()
    ]
    claim, poll = much[0] / few[0], much[1] / few[1]
    return [
        Result("P6", "nudge claim per row, 1,000,000 people / 10,000", "<= 2.5", f"{claim:.2f}", claim <= 2.5, notes),
        Result("P6", "empty poll, 1,000,000 people / 10,000", "<= 1.1", f"{poll:.2f}", poll <= 1.1, []),
    ]


def _claims(field: Field, size: int) -> tuple[float, float]:
    """Seconds of CPU for a row, and for a look that finds nothing."""
    folder = field.folder / f"claims-{size}"
    folder.mkdir()
    url, keys_url = f"sqlite:///{folder / 'rekindle.db'}", f"sqlite:///{folder / 'keys.db'}"
    migrate_now(url)
    noon = datetime.now(UTC).replace(hour=12, minute=0)  # noqa: TID251 - as good as any other day
    many.copy_people(url, keys_url, SERVICE_KEY, size, due=noon, within=A_DAY)
    keys, engine = KeyStore(keys_url), open_engine(url)
    desk = Desk(open_library(DIALOGS), Vault([SERVICE_KEY], keys, SystemChance()), SystemChance())
    claims = []
    with engine.connect() as connection:
        polls = [_timed(connection, desk, noon - A_DAY)[0] for _ in range(POLLS)]
        now = noon + A_DAY * (200 * (BATCHES + 1) / size)
        for _ in range(BATCHES):
            seconds, count = _timed(connection, desk, now)
            claims.append(seconds / count)
    engine.dispose()
    keys.close()
    field.say(f"  P6 {size:,} people: {median(claims) * 1e6:.0f} us a row, {median(polls) * 1e6:.0f} us an empty poll")
    return median(claims), median(polls)


def _timed(connection: Any, desk: Desk, now: datetime) -> tuple[float, int]:
    began = time.process_time()
    with connection.begin():
        planned = plan_due(connection, desk, now=now)
    return time.process_time() - began, max(1, len(planned))


def _crowd(bot: Bot, count: int, due: datetime) -> None:
    """So many more people, whose daily message is due at this moment."""
    url, keys_url = bot.environment["DATABASE_URL"], bot.environment["KEYS_URL"]
    many.copy_people(url, keys_url, SERVICE_KEY, count, due=due, within=timedelta(seconds=1))


def p7(field: Field) -> list[Result]:
    """An answer while 20,000 daily messages wait for their turn, 30 a second."""
    count, seconds = (500, 3.0) if field.short else (20_000, 60.0)
    p99, notes = [], []
    gesture = next(iter(open_library(DIALOGS).gestures))
    for number in range(max(1, field.rounds // 2)):
        folder = field.folder / f"waiting-{number}"
        with bots.rekindle(folder, start=False, SEND_RATE="30", SEND_RATE_CHAT="1") as bot:
            url, keys_url = bot.environment["DATABASE_URL"], bot.environment["KEYS_URL"]
            _crowd(bot, count, datetime.now(UTC) + A_DAY)  # noqa: TID251 - before the bot runs
            those = range(many.PERSON + 1, many.PERSON + 1 + count)
            many.make_waiting(url, keys_url, SERVICE_KEY, those, gesture)
            bots.start_rekindle(bot)
            bot.rehearsed["menu"] = [{"sendMessage": 1}]
            load = bot.load(script="menu", users=64, rate=3, seconds=seconds, warm=2.0)
            left = many.waiting(folder / "rekindle.db")
        p99.append(latency(load, 0.99) * 1e3)
        sent = load["calls"].get("sendMessage", 0) / load["took"]
        notes.append(
            f"{load['answered']} answers, p50 {latency(load, 0.5) * 1e3:.1f} ms, p99 {p99[-1]:.1f} ms; "
            f"{sent:.1f} messages a second, {left} still waiting"
        )
        field.say(f"  P7 round {number + 1}: {notes[-1]}")
    value = median(p99)
    return [
        Result(
            "P7", "p99 of an answer, 20,000 nudges waiting at 30/s", "<= 50 ms", f"{value:.0f} ms", value <= 50, notes
        )
    ]


@contextmanager
def _before_a_wave(field: Field, name: str, count: int) -> Iterator[tuple[Bot, Path]]:
    """A running bot with so many people whose daily message is due an hour from now, and the file of its clock."""
    clock = field.folder / f"{name}.clock"
    clock.write_text("0")
    with bots.rekindle(field.folder / name, start=False, CLOCK_FILE=str(clock)) as bot:
        _crowd(bot, count, datetime.now(UTC) + AN_HOUR)  # noqa: TID251 - before the bot runs
        bots.start_rekindle(bot)
        yield bot, clock


def _begin(clock: Path) -> None:
    clock.write_text(str(int(AN_HOUR.total_seconds()) + 5))


def p8(field: Field) -> list[Result]:
    """An answer during a wave of daily messages, and without one."""
    count, seconds = (500, 3.0) if field.short else (10_000, 20.0)
    found, notes = [], []
    for number in range(field.rounds):
        with _before_a_wave(field, f"wave-{number}", count) as (bot, clock):
            bot.rehearse("menu")
            calm = bot.load(script="menu", users=64, rate=20, seconds=seconds, warm=3.0)
            _begin(clock)
            wave = bot.load(script="menu", users=64, rate=20, seconds=seconds, warm=1.0)
        found.append(latency(wave, 0.99) / latency(calm, 0.99))
        notes.append(
            f"without p50 {latency(calm, 0.5) * 1e3:.1f} p99 {latency(calm, 0.99) * 1e3:.1f} ms, "
            f"during p50 {latency(wave, 0.5) * 1e3:.1f} p99 {latency(wave, 0.99) * 1e3:.1f} ms, "
            f"{(wave['calls'].get('sendMessage', 0) - wave['answered']) / wave['took']:.0f} nudges a second"
        )
        field.say(f"  P8 round {number + 1}: {notes[-1]}")
    value = median(found)
    return [Result("P8", "p99 of an answer during a wave / without", "<= 1.2", f"{value:.2f}", value <= 1.2, notes)]


def p9(field: Field) -> list[Result]:
    """How long the event loop stands still while 10,000 daily messages are due: a stranger's request tells."""
    count, seconds = (500, 2.0) if field.short else (10_000, 30.0)
    stalls, notes = [], []
    for number in range(field.rounds):
        with _before_a_wave(field, f"stall-{number}", count) as (bot, clock):
            calm = bot.control("probe", seconds=seconds / 2)["seconds"]
            threading.Timer(0.5, _begin, (clock,)).start()
            wave = bot.control("probe", seconds=seconds)["seconds"]
        stalls.append((max(wave) - median(calm)) * 1e3)
        notes.append(
            f"{len(wave)} requests, p50 {median(wave) * 1e3:.1f} ms, longest {max(wave) * 1e3:.1f} ms; "
            f"longest without nudges {max(calm) * 1e3:.1f} ms"
        )
        field.say(f"  P9 round {number + 1}: {notes[-1]}")
    value = median(stalls)
    what = "longest stall of the event loop with 10,000 nudges due"
    return [Result("P9", what, "<= 20 ms", f"{value:.0f} ms", value <= 20, notes)]
