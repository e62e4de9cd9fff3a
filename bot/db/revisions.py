"""The revisions that this release has, by the files of migrations: read without Alembic, which is seldom needed."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_NAMED = re.compile(r"""^(down_revision|revision)\b[^=]*= (?:["'](\w+)["']|None)$""", re.MULTILINE)


@cache
def known() -> tuple[str, ...]:
    """Every revision that this release has, the newest first."""
    found = [dict(_NAMED.findall(path.read_text(encoding="utf-8"))) for path in (FOLDER / "versions").glob("*.py")]
    after = {one["down_revision"]: one["revision"] for one in found}
    line: list[str] = []
    while (following := after.get(line[0] if line else "")) is not None:
        line.insert(0, following)
    return tuple(line)


def head() -> str:
    """The newest revision of this release."""
    return known()[0]
