"""What the doctor sees of the machine: time zones, room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import make_url

from bot.clock import ZoneUnknown, known_zone
from bot.db.session import sqlite_path
from bot.operations.findings import Finding, attention, broken, well
from bot.settings import Settings

ZONES = ("Europe/Berlin", "America/Nuuk", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo")
LITTLE = 500_000_000  # bytes
NOTHING = 50_000_000


def time_zones() -> Iterator[Finding]:
    """Whether the data of time zones are there; hours of the day depend on them."""
    try:
        for name in ZONES:
            known_zone(name)
    except ZoneUnknown as error:
        yield broken("time zones", f"{error}.", "Install tzdata, of the system or of Python.")
    else:
        yield well("time zones", f"{len(available_timezones())} are known.")


def disks(settings: Settings) -> Iterator[Finding]:
    """Room where SQLite writes."""
    for name in ("DATABASE_URL", "KEYS_URL"):
        url = getattr(settings, name.lower()).get_secret_value()
        if make_url(url).get_backend_name() == "sqlite":
            yield disk(f"disk of {name}", sqlite_path(url).absolute().parent)


def disk(name: str, folder: Path) -> Finding:
    """Room in this folder, or in what it will be made in."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB are free."
    if free < NOTHING:
        return broken(name, says, "Make room: nothing can be taken in without.")
    return attention(name, says, "Make room soon.") if free < LITTLE else well(name, says)
