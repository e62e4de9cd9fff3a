"""What the doctor finds: a name, how grave it is, a sentence, and the way out. Never a secret, a word or a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How grave; the gravest is the exit code."""

    WELL = 0
    ATTENTION = 1
    WILL_NOT_RUN = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    name: str
    grade: Grade
    says: str
    do: str = ""


def well(name: str, says: str) -> Finding:
    """Nothing to do."""
    return Finding(name, Grade.WELL, says)


def attention(name: str, says: str, do: str) -> Finding:
    """It runs, and somebody should look."""
    return Finding(name, Grade.ATTENTION, says, do)


def broken(name: str, says: str, do: str) -> Finding:
    """It will not run so."""
    return Finding(name, Grade.WILL_NOT_RUN, says, do)
