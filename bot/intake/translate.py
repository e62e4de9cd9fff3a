"""From a raw update of the Bot API to what has come from a person. Pure; anything unexpected is Nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.conversation.incoming import (
    Blocked,
    Changed,
    Commanded,
    Incoming,
    InGroup,
    Nothing,
    Returned,
    Sender,
    Sent,
    Tapped,
    Wrote,
)

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
KINDS = ("photo", "voice", "sticker", "video", "video_note", "audio", "document", "animation", "contact", "location")
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LARGEST = 2**63 - 1  # ids that fit into the database
Raw = Mapping[str, Any]


def kind_of(update: Raw) -> str:
    """The payload of an update, by its name."""
    return next((name for name in ALLOWED_UPDATES if name in update), "other")


def sender_of(update: Raw) -> int:
    """Telegram's id of whoever caused the update; 0 for nobody."""
    return _id(_part(_part(update, kind_of(update)), "from"), "id")


def written_at(update: Raw) -> datetime | None:
    """When a message was written, by Telegram's clock; taps and edits do not tell."""
    date = _part(update, "message").get("date")
    return datetime.fromtimestamp(date, UTC) if isinstance(date, int) and 0 < date < 2**32 else None


def query_of(update: Raw) -> str | None:
    """The id of a tap, which wants an answer."""
    tap = update.get("callback_query")
    return str(tap["id"]) if isinstance(tap, Mapping) and "id" in tap else None


def translate(update: Raw, *, bot_username: str = "") -> Incoming:
    """What this update means."""
    kind = kind_of(update)
    payload = _part(update, kind)
    if kind == "callback_query":
        return _tap(payload)
    chat = _part(payload, "chat")
    if not chat:
        return Nothing()
    if chat.get("type") != "private":
        return _group(kind, payload, chat, bot_username)
    if kind == "my_chat_member":
        return _member(payload)
    if kind == "edited_message":
        return _edited(payload)
    return _message(payload)


def asked(updates: Iterable[Raw]) -> list[tuple[int, int, str, str]]:
    """Chat, message id, language and text of the private messages among these updates."""
    found = []
    for update in updates:
        incoming = translate(update)
        if isinstance(incoming, Wrote):
            found.append((incoming.sender.telegram_id, incoming.ref, incoming.sender.lang, incoming.text))
        elif isinstance(incoming, Commanded):
            found.append((incoming.sender.telegram_id, incoming.ref, incoming.sender.lang, f"/{incoming.name}"))
    return found


# -- reading what may be missing or of another form


def _part(of: Raw, name: str) -> Raw:
    """An object inside of an object; an empty one where there is none."""
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}


def _id(of: Raw, name: str) -> int:
    """An id; 0 where there is none."""
    found = of.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) <= LARGEST else 0


def _text(of: Raw, *names: str) -> str | None:
    """The first of these that is a text. Halves of a character, which no database keeps, are replaced."""
    found = (of[name] for name in names if isinstance(of.get(name), str))
    text = next(found, None)
    return None if text is None else text.encode("utf-8", "replace").decode().replace("\x00", "")


def _sender(payload: Raw) -> Sender | None:
    user = _part(payload, "from")
    if _id(user, "id") <= 0 or user.get("is_bot"):
        return None
    return Sender(_id(user, "id"), (_text(user, "language_code") or "en")[:8], (_text(user, "first_name") or "")[:64])


# -- the kinds of updates


def _tap(payload: Raw) -> Incoming:
    sender, message = _sender(payload), _part(payload, "message")
    if sender is None or _part(message, "chat").get("type", "private") != "private":
        return Nothing()
    return Tapped(sender, _id(message, "message_id"), _text(payload, "data") or "", _text(payload, "id") or "")


def _group(kind: str, payload: Raw, chat: Raw, bot_username: str) -> Incoming:
    if kind == "my_chat_member":
        joined = _part(payload, "new_chat_member").get("status") in ("member", "administrator")
        return InGroup(_id(chat, "id"), joined=joined)
    members = payload.get("new_chat_members")
    users = (user for user in members if isinstance(user, Mapping)) if isinstance(members, list) else ()
    added = bool(bot_username) and any(user.get("username") == bot_username for user in users)
    return InGroup(_id(chat, "id"), joined=added)


def _member(payload: Raw) -> Incoming:
    sender = _sender(payload)
    status = _part(payload, "new_chat_member").get("status")
    if sender is None:
        return Nothing()
    return Blocked(sender) if status in ("kicked", "left") else Returned(sender)


def _edited(payload: Raw) -> Incoming:
    sender, ref, text = _sender(payload), _id(payload, "message_id"), _text(payload, "text", "caption")
    if sender is None or not ref or text is None:
        return Nothing()
    return Changed(sender, ref, text)


def _message(payload: Raw) -> Incoming:
    sender, ref, text = _sender(payload), _id(payload, "message_id"), _text(payload, "text")
    if sender is None or not ref:
        return Nothing()
    if text is None:
        return _media(sender, ref, payload)
    command = COMMAND.fullmatch(text.strip())
    if command is not None:
        return Commanded(sender, ref, command[1].lower(), (command[2] or "").strip())
    return Wrote(sender, ref, text, _id(_part(payload, "reply_to_message"), "message_id"))


def _media(sender: Sender, ref: int, payload: Raw) -> Incoming:
    kind = next((name for name in KINDS if name in payload), "other")
    content = payload.get(kind)
    if kind == "photo" and isinstance(content, list):
        content = content[-1] if content else {}
    file = (_text(content, "file_id") or "") if isinstance(content, Mapping) else ""
    return Sent(sender, ref, kind, file, _text(payload, "caption") or "")
