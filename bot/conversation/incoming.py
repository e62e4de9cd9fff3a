"""What has come from a person, freed of Telegram's form. Plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """Who: Telegram's user id, the language of their client, and their first name there, which is kept nowhere."""

    telegram_id: int
    lang: str = "en"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A text message, and the message that it replies to in Telegram's way, if it does."""

    sender: Sender
    ref: int
    text: str
    reply_to: int = 0


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command, with what stood behind it."""

    sender: Sender
    ref: int
    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Anything that is not text."""

    sender: Sender
    ref: int
    kind: str
    file: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """An earlier message of theirs, edited."""

    sender: Sender
    ref: int
    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button; `query` is what Telegram wants answered."""

    sender: Sender
    ref: int
    data: str
    query: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person closed the chat to us."""

    sender: Sender


@dataclass(frozen=True, slots=True)
class Returned:
    """The person opened the chat again."""

    sender: Sender


@dataclass(frozen=True, slots=True)
class InGroup:
    """Somebody put us into a group, which is no place for this."""

    chat_id: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing for us."""


Incoming = Wrote | Commanded | Sent | Changed | Tapped | Blocked | Returned | InGroup | Nothing
