"""What a bad day really exercised, line by line, and which promises were broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Figures:
    """The record of one campaign."""

    seed: int
    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Something that happened."""
        self.lines.append(line)

    def holds(self, promise: str, *, when: bool) -> bool:
        """A promise, kept or broken."""
        if not when:
            self.wrong.append(promise)
        return when

    def __str__(self) -> str:
        return "\n".join([f"seed: {self.seed}", *self.lines, f"broken promises: {len(self.wrong)}", *self.wrong[:20]])


def spread(seconds: Sequence[float]) -> str:
    """The distribution of some durations."""
    ordered = sorted(seconds)
    if not ordered:
        return "none"
    places = ((name, ordered[int((len(ordered) - 1) * share)]) for name, share in (("p50", 0.5), ("p90", 0.9)))
    return ", ".join([*(f"{name} {found:.2f} s" for name, found in places), f"longest {ordered[-1]:.2f} s"])
