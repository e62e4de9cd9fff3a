"""P10 and P12: what the process costs while it only stands there, and how soon it does."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from bench.speed import bots, many, own_env
from bench.speed.bots import SERVICE_KEY
from bench.speed.cpu import cpu_seconds, resident_mb
from bench.speed.field import Field, Result, median

SETTLED = 3.0  # seconds after which a fresh process counts as idle


def p10(field: Field) -> list[Result]:
    """Resident memory, idle and with open conversations."""
    count = 200 if field.short else 10_000
    with bots.rekindle(field.folder / "memory", people=count, python=own_env.python()) as bot:
        time.sleep(SETTLED)
        idle = resident_mb(bot.pid)
        bot.rehearsed["menu"] = [{"sendMessage": 1}]
        seen = bot.load(script="menu", users=count, at_once=64, passes=1, seconds=1.0)
        time.sleep(SETTLED)
        full = resident_mb(bot.pid)
    notes = [f"{count:,} people, each with a dialog open; {seen['stuck']} without an answer; MB of 10^6 bytes"]
    return [
        Result("P10", "resident memory, idle", "<= 115 MB", f"{idle:.0f} MB", idle <= 115, notes),
        Result("P10", "resident memory, 10,000 open conversations", "<= 140 MB", f"{full:.0f} MB", full <= 140, []),
    ]


def p12(field: Field) -> list[Result]:
    """From the start of the process until it has given its address, with few and with many people."""
    found = []
    for count in (64, 2_000 if field.short else 200_000):
        with bots.rekindle(field.folder / f"start-{count}", start=False, python=own_env.python()) as bot:
            far = datetime.now(UTC) + timedelta(days=30)  # noqa: TID251 - before the bot runs
            url, keys_url = bot.environment["DATABASE_URL"], bot.environment["KEYS_URL"]
            many.copy_people(url, keys_url, SERVICE_KEY, count, due=far, within=timedelta(days=1))
            walls, cpus = [], []
            for _ in range(field.rounds):
                began = time.monotonic()
                bots.start_rekindle(bot)
                walls.append(time.monotonic() - began)
                cpus.append(cpu_seconds(bot.pid))
                bot.stop()
        value = median(walls)
        notes = [f"CPU {median(cpus):.2f} s; {len(walls)} starts from {min(walls):.2f} to {max(walls):.2f} s"]
        field.say(f"  P12 {count:,} people: {value:.2f} s, {notes[0]}")
        found.append(Result("P12", f"start-up, {count:,} people", "<= 1 s", f"{value:.2f} s", value <= 1, notes))
    return found
