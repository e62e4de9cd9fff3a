"""Which cause weighs most, and what has changed since an earlier look. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CAUSES = ("communication", "conflicts", "time", "priorities", "routine", "infidelity")
COMPARED = CAUSES[:-1]  # a break of trust is never held against an earlier day, nor named there
WEIGHT = {"often": 2.0, "sometimes": 1.0, "not_sure": 0.5, "rarely": 0.0}
NAMED = 3.0  # a break of trust that was said to be there, wholly or in part, comes before all else
TAPPED = ("laugh", "team", "touch", "talk")  # what still works, of those that are buttons
CHANGED = 0.5  # of the mean: one of two statements has moved by one answer

Answers = Mapping[str, str]


def ranked(answers: Answers) -> list[str]:
    """Causes by the mean weight of their answers, heaviest first; those without weight are left out.

    Answers are keyed `<cause>.<statement>`. Equal weights keep the order of `CAUSES`. A break of trust is there only
    where it was said outright; "I leave it open" is no hint of it.
    """
    weights = {cause: _weight(answers, cause) for cause in CAUSES}
    heavy = [cause for cause in CAUSES if weights[cause] > 0]
    return sorted(heavy, key=lambda cause: -weights[cause])


def _weight(answers: Answers, cause: str) -> float:
    said = _of(answers, cause)
    if cause == "infidelity":
        return NAMED if {"often", "sometimes"} & set(said.values()) else 0.0
    return sum(WEIGHT.get(answer, 0.0) for answer in said.values()) / len(said) if said else 0.0


def _of(answers: Answers, cause: str) -> dict[str, str]:
    return {key: answer for key, answer in answers.items() if key.startswith(f"{cause}.")}


def is_whole(answers: Answers) -> bool:
    """Whether a look went through all its statements, but for the last, which may be left open."""
    return all(_of(answers, cause) for cause in COMPARED)


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """Causes that have become lighter, stayed the same or become heavier, each in the order of `CAUSES`."""

    lighter: tuple[str, ...]
    same: tuple[str, ...]
    heavier: tuple[str, ...]


def then_and_now(then: Answers, now: Answers) -> ThenAndNow:
    """Compares statement by statement what was answered both times with more than "not sure".

    A cause that weighed nothing both times is not spoken of, nor is one without such a statement.
    """
    moved = {cause: _moved(then, now, cause) for cause in COMPARED}
    return ThenAndNow(
        lighter=tuple(cause for cause, by in moved.items() if by is not None and by <= -CHANGED),
        same=tuple(cause for cause, by in moved.items() if by is not None and abs(by) < CHANGED),
        heavier=tuple(cause for cause, by in moved.items() if by is not None and by >= CHANGED),
    )


def _moved(then: Answers, now: Answers, cause: str) -> float | None:
    """By how much the mean weight of a cause has grown; None where there is nothing to say of it."""
    sure = {"often", "sometimes", "rarely"}
    both = [key for key in _of(then, cause) if then[key] in sure and now.get(key) in sure]
    before, after = (sum(WEIGHT[said[key]] for key in both) for said in (then, now))
    return (after - before) / len(both) if before or after else None
