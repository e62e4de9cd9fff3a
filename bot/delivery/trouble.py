"""Whose trouble a failed call is: that of one message, or of Telegram as a whole. Keeps numbers, and these in memory.

Telegram as a whole: several chats in a row were not answered, and nobody was in between. Then a message is not to
blame: what may have been sent is tried again and again, but seldom, and nothing is given up.
"""

from __future__ import annotations

import random

MANY = 3  # chats that fail in a row
LONGEST_ALONE, LONGEST_TOGETHER = 30.0, 5.0  # seconds until the next try; together a try costs a few calls
SELDOM = 120.0  # seconds until a message that may have been sent is tried again while all of Telegram is in trouble


class Trouble:
    """Failures since the last call that was answered."""

    def __init__(self) -> None:
        self._chats: set[int] = set()
        self._in_a_row = 0
        self._is_over = False  # at the start it may go on, as the life before has left it

    @property
    def is_general(self) -> bool:
        """Whether it is Telegram's as a whole."""
        return len(self._chats) >= MANY

    def failed(self, chat: int) -> None:
        """A call to this chat was not answered."""
        self._chats.add(chat)
        self._is_over = self._is_over and not self.is_general
        self._in_a_row = min(self._in_a_row + 1, 7)

    def pause(self, *, together: bool) -> float:
        """Seconds until the next try, of this chat alone or of all."""
        longest = LONGEST_TOGETHER if together else LONGEST_ALONE
        seconds: float = min(longest, 0.25 * 2**self._in_a_row)
        return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret

    def answered(self) -> bool:
        """Telegram has answered a call, with whatever. Whether that is the end of what was its trouble as a whole."""
        self._chats.clear()
        self._in_a_row = 0
        was_over, self._is_over = self._is_over, True
        return not was_over
