"""From a raw update of the Bot API to what has come from a person. Pure; anything unexpected is Nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
Raw = Mapping[str, Any]


def kind_of(update: Raw) -> str:
    """The payload of an update, by its name."""
    return next((name for name in ALLOWED_UPDATES if name in update), "other")


def sender_of(update: Raw) -> int:
    """Telegram's id of whoever caused the update; 0 for nobody."""
    payload = update.get(kind_of(update)) or {}
    return int((payload.get("from") or {}).get("id", 0))


def translate(update: Raw, *, bot_username: str = "") -> Incoming:
    """What this update means."""
    kind = kind_of(update)
    payload = update.get(kind)
    if not isinstance(payload, Mapping):
        return Nothing()
    if kind == "callback_query":
        return _tap(payload)
    chat = payload.get("chat") or {}
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


def _sender(payload: Raw) -> Sender | None:
    user = payload.get("from") or {}
    if not isinstance(user.get("id"), int) or user.get("is_bot"):
        return None
    return Sender(user["id"], str(user.get("language_code") or "en")[:8])


def _tap(payload: Raw) -> Incoming:
    sender, message = _sender(payload), payload.get("message") or {}
    if sender is None or (message.get("chat") or {}).get("type", "private") != "private":
        return Nothing()
    return Tapped(sender, int(message.get("message_id", 0)), str(payload.get("data", "")), str(payload.get("id", "")))


def _group(kind: str, payload: Raw, chat: Raw, bot_username: str) -> Incoming:
    if kind == "my_chat_member":
        status = (payload.get("new_chat_member") or {}).get("status")
        return InGroup(int(chat.get("id", 0)), joined=status in ("member", "administrator"))
    added = any(user.get("username") == bot_username for user in payload.get("new_chat_members") or ())
    return InGroup(int(chat.get("id", 0)), joined=added)


def _member(payload: Raw) -> Incoming:
    sender = _sender(payload)
    status = (payload.get("new_chat_member") or {}).get("status")
    if sender is None:
        return Nothing()
    return Blocked(sender) if status in ("kicked", "left") else Returned(sender)


def _edited(payload: Raw) -> Incoming:
    sender = _sender(payload)
    if sender is None or not isinstance(payload.get("text", payload.get("caption")), str):
        return Nothing()
    return Changed(sender, int(payload["message_id"]), payload.get("text", payload.get("caption")))


def _message(payload: Raw) -> Incoming:
    sender = _sender(payload)
    if sender is None:
        return Nothing()
    ref, text = int(payload["message_id"]), payload.get("text")
    if not isinstance(text, str):
        return _media(sender, ref, payload)
    command = COMMAND.fullmatch(text.strip())
    if command is not None:
        return Commanded(sender, ref, command[1].lower(), (command[2] or "").strip())
    return Wrote(sender, ref, text)


def _media(sender: Sender, ref: int, payload: Raw) -> Incoming:
    kind = next((name for name in KINDS if name in payload), "other")
    content = payload.get(kind)
    if kind == "photo" and isinstance(content, list):
        content = content[-1] if content else {}
    file = str(content.get("file_id", "")) if isinstance(content, Mapping) else ""
    return Sent(sender, ref, kind, file, str(payload.get("caption") or ""))
