"""The table that a run ends with."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench.speed.field import Result

MET = {True: "met", False: "NOT met", None: "not compared"}


def machine() -> str:
    """What it ran on, and how busy that was."""
    info = Path("/proc/cpuinfo")
    models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, load average {busy}"


def table(results: list[Result]) -> list[str]:
    """A table of Markdown, line by line."""
    rows = [f"| {one.name} | {one.what} | {one.goal} | {one.value} | {MET[one.met]} |" for one in results]
    return ["| # | What | Goal | Measured | |", "|---|---|---|---|---|", *rows]


def show(results: list[Result]) -> None:
    """Prints the results as a table of Markdown, and below what they were made from."""
    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}\n")  # noqa: TID251 - a bench has a date
    print("\n".join(table(results)) + "\n")
    for one in results:
        print(f"{one.name}, {one.what}: " + "; ".join(one.notes))
