"""The Bot API's methods, one function each, by lower-case name."""

from collections.abc import Callable

from emulator.methods import bot_profile, chats, editing, pinning, polling, reacting, sending, webhooks
from emulator.methods.table import TABLE, Method

__all__ = [
    "TABLE",
    "Method",
    "bot_profile",
    "chats",
    "editing",
    "pinning",
    "polling",
    "reacting",
    "sending",
    "webhooks",
]


def find_method(name: str) -> Callable[..., object] | None:
    """The function of a method, whatever its spelling in capitals; None when the emulator lacks it."""
    entry = TABLE.get(name.lower())
    return entry.run if entry else None
