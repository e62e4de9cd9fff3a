"""What people do on their phones: write, tap, edit, block.

Each act changes the chat and tells the bot, as Telegram does.
"""

import re

from emulator.answers import Json
from emulator.entities import OUTER, formatted, is_blank, units
from emulator.files import document_json, photo_sizes, sample_photo, sample_voice, sticker_json, store_file, voice_json
from emulator.model import Bot, Chat, Message, Query, User
from emulator.render import chat_json, reaction_json
from emulator.state import State

MEMBER = "member"
KICKED = "kicked"


class Impossible(ValueError):
    """A phone would not let a person do that."""


def open_chat(bot: Bot, user: User) -> Chat:
    """The chat with the bot, ready to be written to; Impossible when START was never pressed, or it is blocked."""
    chat = bot.chats.get(user.id)
    if user.deactivated:
        raise Impossible(f"the account of {user.first_name} is deleted")
    if chat is None or not chat.started:
        raise Impossible(f"{user.first_name} has not pressed START")
    if chat.blocked:
        raise Impossible(f"{user.first_name} has blocked the bot")
    return chat


def start(state: State, bot: Bot, user: User, payload: str = "") -> Message:
    """START, or a link with ?start=payload. Opens the chat, lifts a block."""
    if payload and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
        raise Impossible("a start payload is 1-64 of A-Z a-z 0-9 _ -")
    return say(state, bot, user, f"/start {payload}".strip())


def say(
    state: State, bot: Bot, user: User, text: str, *, entities: list[Json] | None = None, reply_to: int | None = None
) -> Message:
    """Write a text; "/start" also opens the chat. More than 4096 characters would be split by a phone."""
    clean, marked = formatted(text, entities or [])
    if is_blank(clean) or len(clean) > 4096:
        raise Impossible("a message has 1 to 4096 characters")
    if clean.split()[0] == "/start":
        _enter(state, bot, user)
    content: Json = {"text": clean, **({"entities": marked} if marked else {})}
    return _post(state, bot, user, "text", content, reply_to=reply_to)


def _enter(state: State, bot: Bot, user: User) -> None:
    if user.deactivated:
        raise Impossible(f"the account of {user.first_name} is deleted")
    chat = bot.chats.setdefault(user.id, Chat(user.id))
    if chat.blocked:
        unblock(state, bot, user)
    chat.started = True


def _post(state: State, bot: Bot, user: User, kind: str, content: Json, *, reply_to: int | None = None) -> Message:
    chat = open_chat(bot, user)
    if reply_to is not None and reply_to not in chat.messages:
        raise Impossible(f"there is no message {reply_to} to reply to")
    message = state.store(bot, chat, sender=user.id, kind=kind, content=content)
    message.reply_to = reply_to
    state.show(bot, "message", message)
    state.push(bot, "message", state.message_json(bot, chat, message), lane_of=chat.id)
    return message


def edit(state: State, bot: Bot, user: User, message_id: int, text: str) -> Message:
    """Change an own text (or caption)."""
    chat, message = _seen(bot, user, message_id)
    if message.from_bot or message.kind in {"sticker", "contact"}:
        raise Impossible("only own texts and captions can be edited")
    clean, marked = formatted(text, [])
    if is_blank(clean):
        raise Impossible("an edited message needs words")
    field, marks = ("text", "entities") if message.kind == "text" else ("caption", "caption_entities")
    content = {k: v for k, v in message.content.items() if k not in {field, marks}}
    message.content = {**content, field: clean, **({marks: marked} if marked else {})}
    message.edit_date = state.now()
    message.fetched = False
    state.show(bot, "edit", message)
    state.push(bot, "edited_message", state.message_json(bot, chat, message), lane_of=chat.id)
    return message


def _seen(bot: Bot, user: User, message_id: int) -> tuple[Chat, Message]:
    chat = open_chat(bot, user)
    message = chat.messages.get(message_id)
    if message is None:
        raise Impossible(f"there is no message {message_id} in this chat")
    return chat, message


def tap(state: State, bot: Bot, user: User, message_id: int, data: str) -> Query:
    """Press an inline button. The query is answered when the bot does; nothing waits."""
    chat, message = _seen(bot, user, message_id)
    shown = state.message_json(bot, chat, message)
    return _query(state, bot, user, shown, data)


def tap_inaccessible(state: State, bot: Bot, user: User, message_id: int, data: str) -> Query:
    """A tap whose message the server no longer shows to the bot: it arrives with date 0."""
    chat = open_chat(bot, user)
    shown = {"chat": chat_json(chat, state.users), "message_id": message_id, "date": 0}
    return _query(state, bot, user, shown, data)


def _query(state: State, bot: Bot, user: User, shown: Json, data: str) -> Query:
    query = state.open_query(bot, user)
    callback = {
        "id": query.id,
        "from": user.as_json(),
        "message": shown,
        "chat_instance": str(user.id ^ bot.id),
        "data": data,
    }
    state.push(bot, "callback_query", callback, lane_of=user.id)
    return query


def button_data(message: Message, *, data: str | None, text: str | None, place: tuple[int, int] | None) -> str:
    """The callback data of the button that a person means, by data, label, or row and column."""
    rows: list[list[Json]] = (message.markup or {}).get("inline_keyboard", [])
    if place is not None:
        row, column = place
        chosen = rows[row][column] if 0 <= row < len(rows) and 0 <= column < len(rows[row]) else None
    else:
        key, wanted = ("callback_data", data) if data is not None else ("text", text)
        chosen = next((b for buttons in rows for b in buttons if b.get(key) == wanted), None)
    if chosen is None:
        labels = [b["text"] for buttons in rows for b in buttons]
        raise Impossible(f"message {message.id} has no such button; it has {labels}")
    if "callback_data" not in chosen:
        raise Impossible(f"the button {chosen['text']!r} is a link; it cannot be tapped for data")
    return str(chosen["callback_data"])


def send_voice(
    state: State, bot: Bot, user: User, duration: int, caption: str = "", size: int | None = None
) -> Message:
    """A voice note of that many seconds."""
    data = sample_voice(duration)
    stored = store_file(bot, state.rng, "voice", data, mime="audio/ogg", size=size)
    return _post(state, bot, user, "voice", {"voice": voice_json(stored, duration), **_caption(caption)})


def send_photo(state: State, bot: Bot, user: User, caption: str = "", size: int | None = None) -> Message:
    """A picture."""
    data = sample_photo(len(bot.files) % 8)
    stored = store_file(bot, state.rng, "photo", data, mime="image/png", size=size)
    return _post(state, bot, user, "photo", {"photo": photo_sizes(stored), **_caption(caption)})


def send_document(
    state: State, bot: Bot, user: User, name: str = "notes.txt", caption: str = "", size: int | None = None
) -> Message:
    """A text file."""
    stored = store_file(bot, state.rng, "document", b"A file.\n", mime="text/plain", name=name, size=size)
    return _post(state, bot, user, "document", {"document": document_json(stored), **_caption(caption)})


def send_sticker(state: State, bot: Bot, user: User, emoji: str = "\N{SMILING FACE WITH HEART-SHAPED EYES}") -> Message:
    """A sticker."""
    stored = store_file(bot, state.rng, "sticker", b"RIFF", mime="image/webp")
    return _post(state, bot, user, "sticker", {"sticker": sticker_json(stored, emoji)})


def send_contact(state: State, bot: Bot, user: User) -> Message:
    """The person's own contact."""
    contact = {"phone_number": "+10000000000", "first_name": user.first_name, "user_id": user.id}
    return _post(state, bot, user, "contact", {"contact": contact})


def _caption(caption: str) -> Json:
    if not caption.strip(OUTER):
        return {}
    clean, marked = formatted(caption, [])
    if units(clean) > 1024:
        raise Impossible("a caption has at most 1024 characters")
    return {"caption": clean, **({"caption_entities": marked} if marked else {})}


def react(state: State, bot: Bot, user: User, message_id: int, emoji: str) -> None:
    """React to a message; an empty emoji takes the reaction back."""
    chat, message = _seen(bot, user, message_id)
    old = message.reactions.pop(user.id, [])
    new = [emoji] if emoji else []
    if new:
        message.reactions[user.id] = new
    state.show(bot, "edit", message)
    change = {
        "chat": chat_json(chat, state.users),
        "message_id": message_id,
        "user": user.as_json(),
        "date": state.now(),
        "old_reaction": reaction_json(old),
        "new_reaction": reaction_json(new),
    }
    state.push(bot, "message_reaction", change, lane_of=chat.id)


def delete(state: State, bot: Bot, user: User, message_ids: list[int]) -> None:
    """Delete for both sides; no bot is told."""
    chat = bot.chats.get(user.id) or Chat(user.id)
    gone = [i for i in message_ids if chat.messages.pop(i, None) is not None]
    state.publish(bot, user.id, "delete", {"ids": gone})


def block(state: State, bot: Bot, user: User) -> None:
    """Stop the bot; it is told."""
    open_chat(bot, user).blocked = True
    _membership(state, bot, user, MEMBER, KICKED)
    state.publish(bot, user.id, "blocked", {"blocked": True})


def unblock(state: State, bot: Bot, user: User) -> None:
    """Let the bot write again; it is told."""
    chat = bot.chats.get(user.id)
    if chat is None or not chat.blocked:
        raise Impossible(f"{user.first_name} has not blocked the bot")
    chat.blocked = False
    _membership(state, bot, user, KICKED, MEMBER)
    state.publish(bot, user.id, "blocked", {"blocked": False})


def _membership(state: State, bot: Bot, user: User, before: str, after: str) -> None:
    change = {
        "chat": chat_json(bot.chats[user.id], state.users),
        "from": user.as_json(),
        "date": state.now(),
        "old_chat_member": member_json(bot, before),
        "new_chat_member": member_json(bot, after),
    }
    state.push(bot, "my_chat_member", change, lane_of=user.id)


def member_json(bot: Bot, status: str) -> Json:
    """The bot as a ChatMember."""
    return {"status": status, "user": bot.as_json(), **({"until_date": 0} if status == KICKED else {})}


def add_to_group(state: State, bot: Bot, user: User, title: str) -> Chat:
    """Put the bot into a new group. Its people are then known to the bot, but have not started it."""
    group = Chat(-state.rng.randrange(10**8, 10**9), type="group", title=title, started=True)
    bot.chats[group.id] = group
    bot.chats.setdefault(user.id, Chat(user.id))
    change = {
        "chat": chat_json(group, state.users),
        "from": user.as_json(),
        "date": state.now(),
        "old_chat_member": member_json(bot, "left"),
        "new_chat_member": member_json(bot, MEMBER),
    }
    state.push(bot, "my_chat_member", change, lane_of=group.id)
    return group
