"""What the language rules found in a text, kept while units run: pure functions, which find the same again.

The bot reads a draft anew at each step, since it keeps nobody's words in memory. Here the words are nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from bot.conversation import shelf
from bot.phrasing import Lexicon, letters

KEPT = 4096  # texts of either sort
PURE = ((vars(letters), "gather"), (vars(shelf), "danger"))


class Remembering:
    """The rules of one lexicon, with a memory."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._kept = [lru_cache(KEPT)(lambda text, rules=home[name]: rules(text, lexicon)) for home, name in PURE]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The units within use it."""
        real = [home[name] for home, name in PURE]
        for (home, name), kept in zip(PURE, self._kept, strict=True):
            home[name] = lambda text, _, kept=kept: kept(text)
        try:
            yield
        finally:
            for (home, name), rules in zip(PURE, real, strict=True):
                home[name] = rules
