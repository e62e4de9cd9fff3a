"""What a failed call to the Bot API means for its row. PURE: looks at the exception only, never at its words.

Reasons are our own short names: Telegram's descriptions may quote what a person wrote.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)


class Unsent(Exception):
    """The request did not reach the server: no connection, no free one, no name, or only a part of the body."""


class Cut(Exception):
    """The request was sent, or may have been, and no answer came."""


class Answered(Exception):
    """A status that PTB has no error for, or one that did not come from the Bot API (`by_api` false)."""

    def __init__(self, status: int, *, by_api: bool, restarting: bool = False) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.by_api = by_api
        self.restarting = restarting


class Reason(StrEnum):
    """Why, in a word that may be logged."""

    NOT_MODIFIED = "not_modified"
    QUERY_TOO_OLD = "query_too_old"
    ALREADY_DELETED = "already_deleted"
    NOTHING_TO_EDIT = "nothing_to_edit"
    NOTHING_TO_REPLY_TO = "nothing_to_reply_to"
    CANNOT_EDIT = "cannot_edit"
    CANNOT_DELETE = "cannot_delete"
    CHAT_NOT_FOUND = "chat_not_found"
    CHAT_MIGRATED = "chat_migrated"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    BAD_BUTTONS = "bad_buttons"
    BAD_FILE = "bad_file"
    VOICE_REFUSED = "voice_refused"
    NO_SUCH_METHOD = "no_such_method"
    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    HTTP_STATUS = "http_status"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NEVER_STARTED = "never_started"
    FORBIDDEN = "forbidden"
    NO_ANSWER = "no_answer"
    CUT_OFF = "cut_off"
    GATEWAY = "gateway"
    BAD_ANSWER = "bad_answer"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely not done: again after `retry_after` seconds, or after back-off if None; `everywhere`: for all chats.

    A 429 does not say whether it is for one chat or for all: it comes with `everywhere` false, and the sender
    pauses all when several chats get one at a time.
    """

    retry_after: float | None
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good: `benign` is as good as done, anything else is parked."""

    reason: Reason
    benign: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person cannot be reached until they write or unblock."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been done or not; the kind of row decides."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class TokenTrouble:
    """401 or 404 while running: nothing was done; only a failing `getMe` proves that the token is revoked."""


Failure = NotSent | Refused | Unreachable | Unknown | TokenTrouble

_BENIGN = {Reason.NOT_MODIFIED, Reason.QUERY_TOO_OLD, Reason.ALREADY_DELETED}
_REFUSALS = (  # what Telegram's description contains, in lower case
    ("message is not modified", Reason.NOT_MODIFIED),
    ("query is too old", Reason.QUERY_TOO_OLD),
    ("message to delete not found", Reason.ALREADY_DELETED),
    ("message to edit not found", Reason.NOTHING_TO_EDIT),
    ("no text in the message to edit", Reason.NOTHING_TO_EDIT),  # a photo or a file
    ("message to be replied not found", Reason.NOTHING_TO_REPLY_TO),
    ("message can't be edited", Reason.CANNOT_EDIT),
    ("message can't be deleted", Reason.CANNOT_DELETE),
    ("chat not found", Reason.CHAT_NOT_FOUND),
    ("text is empty", Reason.TEXT_EMPTY),
    ("text must be non-empty", Reason.TEXT_EMPTY),
    ("is too long", Reason.TEXT_TOO_LONG),
    ("voice_messages_forbidden", Reason.VOICE_REFUSED),
    ("button_data_invalid", Reason.BAD_BUTTONS),
    ("keyboard", Reason.BAD_BUTTONS),
    ("file", Reason.BAD_FILE),
)
_UNREACHABLE = (
    ("blocked by the user", Reason.BLOCKED),
    ("deactivated", Reason.DEACTIVATED),
    ("can't initiate", Reason.NEVER_STARTED),
)


def classify(error: BaseException) -> Failure:
    """What happened to the call that raised `error`. BadRequest and TimedOut are NetworkErrors: order matters."""
    match error:
        case RetryAfter():
            return NotSent(_seconds(error.retry_after), everywhere=False)
        case BadRequest():
            return _refused(_find(error.message, _REFUSALS, Reason.BAD_REQUEST))
        case Forbidden():
            return Unreachable(_find(error.message, _UNREACHABLE, Reason.FORBIDDEN))
        case InvalidToken():
            return TokenTrouble()
        case ChatMigrated():
            return _refused(Reason.CHAT_MIGRATED)
        case EndPointNotFound():
            return _refused(Reason.NO_SUCH_METHOD)
        case Conflict():
            return NotSent(None, everywhere=True)
        case NetworkError():
            return _by_cause(error)
        case asyncio.CancelledError():
            return Unknown(Reason.CANCELLED)
        case _:  # 200 with a body that is not an answer, or a defect after the call
            return Unknown(Reason.BAD_ANSWER)


def _by_cause(error: NetworkError) -> Failure:
    match error.__cause__:
        case Unsent():
            return NotSent(None, everywhere=True)
        case Answered() as answer:
            return _by_status(answer)
        case _:
            return Unknown(Reason.NO_ANSWER if isinstance(error, TimedOut) else Reason.CUT_OFF)


def _by_status(answer: Answered) -> Failure:
    """By HTTP status; only 429, 503 and a server that says it restarts promise that nothing was done."""
    if answer.status in {429, 503} or answer.restarting:
        return NotSent(None, everywhere=True)
    if answer.status >= 500:
        return Unknown(Reason.GATEWAY)
    if answer.status == 413:
        return _refused(Reason.TOO_LARGE)
    if answer.by_api:
        return _refused(Reason.HTTP_STATUS)
    return NotSent(None, everywhere=True)  # a proxy or portal in between


def _refused(reason: Reason) -> Refused:
    return Refused(reason, benign=reason in _BENIGN)


def _find(description: str, table: tuple[tuple[str, Reason], ...], otherwise: Reason) -> Reason:
    folded = description.lower()
    return next((reason for part, reason in table if part in folded), otherwise)


def _seconds(retry_after: int | timedelta) -> float:
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)
