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
        self._put_off: dict[int, None] = {}

    @property
    def is_general(self) -> bool:
        """Whether it is Telegram's as a whole."""
        return len(self._chats) >= MANY

    def failed(self, chat: int) -> None:
        """A call to this chat was not answered."""
        self._chats.add(chat)
        self._in_a_row = min(self._in_a_row + 1, 7)

    def pause(self, *, together: bool) -> float:
        """Seconds until the next try, of this chat alone or of all."""
        longest = LONGEST_TOGETHER if together else LONGEST_ALONE
        seconds: float = min(longest, 0.25 * 2**self._in_a_row)
        return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret

    def put_off(self, row_id: int) -> float:
        """This message may have been sent and waits for the end of the trouble. Seconds until it is tried anyway."""
        self._put_off[row_id] = None
        return SELDOM

    def has_put_off(self, row_id: int) -> bool:
        """Whether this message waits for the end of the trouble."""
        return row_id in self._put_off

    def answered(self) -> list[int]:
        """Telegram has answered a call, with whatever. Returns the messages that were put off until then."""
        self._chats.clear()
        self._in_a_row = 0
        waiting, self._put_off = list(self._put_off), {}
        return waiting
