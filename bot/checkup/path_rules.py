"""Which exercise of a path comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.content.paths import Step


@dataclass(frozen=True, slots=True)
class Walked:
    """What one person has done on one path, oldest first, and the step that they chose to do now; all by id."""

    done: tuple[str, ...] = ()
    chosen: str = ""


def open_to(path: Iterable[Step], *, with_partner: bool, apart: bool) -> tuple[Step, ...]:
    """The steps that a person may be proposed.

    What needs a partner here wants `with_partner`; what is done between two is left out for whoever stays `apart`.
    """
    return tuple(step for step in path if (with_partner or not step.needs_partner) and not (apart and step.between_two))


def upcoming(steps: Iterable[Step], walked: Walked) -> list[Step]:
    """The steps in the order in which they are proposed.

    First the one that was chosen and not yet done with, then what was never done, as it stands in the file, then what
    was done, the longest ago first.
    """
    return sorted(steps, key=lambda step: _turn_of(step.id, walked))  # a stable sort keeps the order of the file


def _turn_of(step_id: str, walked: Walked) -> tuple[bool, int]:
    return step_id != walked.chosen, walked.done.index(step_id) if step_id in walked.done else -1


def is_walked(steps: Iterable[Step], walked: Walked) -> bool:
    """Whether each of these was done once."""
    return all(step.id in walked.done for step in steps)


def finished(path: Sequence[Step], walked: Walked, dialog: str) -> Walked:
    """After a dialog ended as done: the step that it was. Of several of this dialog it is the one proposed first."""
    steps = upcoming([step for step in path if step.dialog == dialog], walked)
    if not steps:
        return walked
    one = steps[0].id
    return Walked(
        done=(*(step_id for step_id in walked.done if step_id != one), one),
        chosen="" if walked.chosen == one else walked.chosen,
    )


Kept = dict[str, dict[str, Any]]


def read(kept: Mapping[str, Any], focus: str) -> Walked:
    """What is kept of one path."""
    found = kept.get(focus, {})
    return Walked(tuple(found.get("done", ())), found.get("chosen", ""))


def written(kept: Mapping[str, Any], focus: str, walked: Walked) -> Kept:
    """The same with this path as it is now."""
    return {**kept, focus: {"done": list(walked.done), "chosen": walked.chosen}}
