"""From a long walk that breaks a rule to the shortest list of acts that still breaks it."""

from __future__ import annotations

from bench.walks.acts import Act
from bench.walks.service import Premises
from bench.walks.walk import Walk, Walked

TRIES = 400


def shrunk(premises: Premises, walked: Walked, *, limit: int = TRIES) -> Walked:
    """Leaves out ever smaller pieces while the same rule stays broken."""
    best, tries = walked, 0
    size = max(1, len(walked.acts) // 2)
    while size >= 1 and tries < limit:
        place = 0
        while place < len(best.acts) and tries < limit:
            tries += 1
            fewer = _again(premises, walked.seed, [*best.acts[:place], *best.acts[place + size :]])
            if fewer.kind == walked.kind:
                best = fewer
            else:
                place += size
        size //= 2
    return best


def _again(premises: Premises, seed: int, acts: list[Act]) -> Walked:
    return Walk(premises, seed).go(acts)
