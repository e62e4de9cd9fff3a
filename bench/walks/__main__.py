"""Random walks over the whole bot: `python -m bench.walks --walks 2000 --seed 1`; `--replay SEED` tells one of them."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.walks.service import Premises
from bench.walks.shrink import shrunk
from bench.walks.walk import Walk, Walked

NOTED = ("unchanged", "benign", "wordless_tapped", "wordless_typed", "not_possible")
SHOWN = (
    "steps",
    "joined_first",
    "walks_opened",
    "walks_exchanged",
    "opened",
    "yeses",
    "taken_back",
    "nudges",
    "dangers",
    "sent",
)


@dataclass(slots=True)
class Sum:
    """Many walks together."""

    figures: Counter[str] = field(default_factory=Counter)
    nodes: set[tuple[str, str]] = field(default_factory=set)
    broken: list[Walked] = field(default_factory=list)
    all_nodes: int = 0

    def add(self, walked: Walked) -> None:
        """One more."""
        self.figures.update(walked.figures)
        self.nodes |= walked.nodes
        self.broken += [walked] if walked.kind else []

    def join(self, other: Sum) -> None:
        """Those of another process."""
        self.figures.update(other.figures)
        self.nodes |= other.nodes
        self.broken += other.broken
        self.all_nodes = other.all_nodes


def run(seeds: range) -> Sum:
    """Walks these seeds one after another, in this process."""
    found = Sum()
    with TemporaryDirectory() as folder:
        premises = Premises(Path(folder))
        found.all_nodes = sum(len(dialog.nodes) for dialog in premises.library.book.dialogs.values())
        for seed in seeds:
            found.add(Walk(premises, seed).go())
        premises.close()
    return found


def run_all(walks: int, seed: int, jobs: int) -> Sum:
    """Walks on several processors; the figures do not depend on how many."""
    found = Sum()
    parts = [range(seed + part, seed + walks, jobs) for part in range(jobs)]
    if jobs == 1:
        return run(parts[0])
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(run, parts):
            found.join(part)
    return found


def report(found: Sum, seconds: float) -> str:
    """The figures, a line each, and every broken rule with its smallest seed."""
    figures = found.figures
    walks = figures["walks"] or 1
    dialogs = {dialog for dialog, _ in found.nodes}
    lines = [
        f"walks {figures['walks']} in {seconds:.0f} s ({walks / max(seconds, 0.01):.1f}/s)",
        f"mean depth {figures['steps'] / walks:.1f}",
        *(f"{name} {figures[name]}" for name in SHOWN),
        f"blocks {figures['act_block']}",
        f"dialogs {len(dialogs)}, nodes {len(found.nodes)} of {found.all_nodes}",
        "acts " + ", ".join(f"{k[4:]} {v}" for k, v in sorted(figures.items()) if k.startswith("act_")),
        "noted " + ", ".join(f"{k} {figures[k]}" for k in NOTED),
        f"broken {len(found.broken)}",
    ]
    kinds: dict[str, list[Walked]] = {}
    for walked in sorted(found.broken, key=lambda one: one.seed):
        kinds.setdefault(walked.kind, []).append(walked)
    for kind, those in kinds.items():
        lines.append(
            f"  {kind}: {len(those)} walks, seeds {[one.seed for one in those[:8]]}: {those[0].sentence[-300:]}"
        )
    return "\n".join(lines)


def replay(seed: int, *, shrink: bool) -> None:
    """Tells one walk, or the shortest list of acts that breaks the same rule."""
    with TemporaryDirectory() as folder:
        premises = Premises(Path(folder))
        walked = Walk(premises, seed).go(chat=True)
        if shrink and walked.kind:
            walked = shrunk(premises, walked)
        premises.close()
    print("\n".join(str(act) for act in walked.acts))
    print("\n".join(walked.chat))
    print(walked.kind or "nothing broken", walked.sentence)


def main() -> int:
    """Exit code 1 when a rule is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.walks", description=__doc__)
    parser.add_argument("--walks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--shrink", action="store_true", help="with --replay: the shortest list that breaks the same")
    given = parser.parse_args()
    if given.replay is not None:
        replay(given.replay, shrink=given.shrink)
        return 0
    begin = time.monotonic()
    found = run_all(given.walks, given.seed, given.jobs)
    print(report(found, time.monotonic() - begin))
    return bool(found.broken)


if __name__ == "__main__":
    sys.exit(main())
