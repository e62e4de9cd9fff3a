"""One numbered finding, explained: what a page of the docs is made of. Pure data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """Why the finding is one and how to mend it, with a real piece of a file before and after.

    `right` stands in the file of `bot/engine/codes/base.py`; `wrong` in its place makes the finding, and with it
    those of `also`, which have the same cause.
    """

    why: str
    mend: str
    right: str
    wrong: str
    file: str = "evening.yaml"
    also: tuple[str, ...] = ()
    warning: bool = False
