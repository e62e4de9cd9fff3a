"""Stored things in the Bot API's words: what calls return and updates carry."""

from emulator.answers import Json
from emulator.markup import inline_only
from emulator.model import Bot, Chat, Message, User


def chat_json(chat: Chat, users: dict[int, User]) -> Json:
    """The Bot API's Chat."""
    if chat.type != "private":
        return {"id": chat.id, "type": chat.type, "title": chat.title or ""}
    user = users[chat.id].as_json()
    names: Json = {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
    return {"id": chat.id, "type": "private", **names}


def message_json(bot: Bot, chat: Chat, message: Message, users: dict[int, User], *, nested: bool = False) -> Json:
    """The Bot API's Message; the one it replies to is nested once, unless it is gone."""
    sender = bot.as_json() if message.from_bot else users[message.sender].as_json()
    out: Json = {"message_id": message.id, "from": sender, "chat": chat_json(chat, users), "date": message.date}
    if message.edit_date is not None:
        out["edit_date"] = message.edit_date
    replied = chat.messages.get(message.reply_to or 0)
    if replied is not None and not nested:
        out["reply_to_message"] = message_json(bot, chat, replied, users, nested=True)
    if message.protected:
        out["has_protected_content"] = True
    out.update(message.content)
    markup = inline_only(message.markup)
    if markup:
        out["reply_markup"] = markup
    return out


def reaction_json(emojis: list[str]) -> list[Json]:
    """A list of ReactionType."""
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
