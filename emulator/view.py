"""What a person sees on their phone, as the page and the transcripts read it."""

from emulator.answers import Json
from emulator.model import Bot, Chat, Message, User


def message_view(message: Message) -> Json:
    """One bubble. Beside the API's fields: `from`, `buttons`, `kind`, `fetched` (the bot took the update)."""
    content = message.content
    view: Json = {
        "id": message.id,
        "from": "bot" if message.from_bot else "user",
        "date": message.date,
        "edit_date": message.edit_date,
        "kind": message.kind,
        "text": content.get("text", ""),
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "caption": content.get("caption"),
        "buttons": _buttons(message.markup),
        "reply_markup": message.markup,
        "protected": message.protected,
        "silent": message.silent,
        "reply_to": message.reply_to,
        "reactions": _reactions(message),
        "fetched": message.fetched,
    }
    return {**view, **_media(message)}


def _buttons(markup: Json | None) -> list[list[Json]]:
    rows = (markup or {}).get("inline_keyboard", [])
    out = []
    for row in rows:
        shown = [{"text": b["text"], "data": b.get("callback_data"), "url": b.get("url")} for b in row]
        out.append([{k: v for k, v in button.items() if v is not None} for button in shown])
    return out


def _reactions(message: Message) -> list[Json]:
    return [
        {"emoji": emoji, "from": "user" if actor > 0 else "bot"}
        for actor, emojis in message.reactions.items()
        for emoji in emojis
    ]


def _media(message: Message) -> Json:
    if message.kind == "text":
        return {}
    if message.kind == "contact":
        contact = message.content["contact"]
        return {"text": f"{contact['first_name']} {contact['phone_number']}"}
    media = message.content[message.kind]
    if message.kind == "photo":
        media = media[-1]
    names = {"duration": "duration", "file_name": "file_name", "file_size": "file_size", "emoji": "emoji"}
    view: Json = {shown: media[name] for name, shown in names.items() if name in media}
    view["media_url"] = f"/control/files/{media['file_id']}"
    view["has_spoiler"] = bool(message.content.get("has_media_spoiler"))
    return view


def chat_view(bot: Bot, user: User, now: float) -> Json:
    """The whole phone: bubbles in order, and the state of the chat."""
    chat = bot.chats.get(user.id) or Chat(user.id)
    return {
        "messages": [message_view(message) for message in chat.messages.values()],
        "pinned": [message_id for message_id in chat.pinned if message_id in chat.messages],
        "typing": chat.typing_until > now,
        "started": chat.started,
        "blocked": chat.blocked,
    }


def user_view(user: User) -> Json:
    """A user for the page's lists."""
    return {**user.as_json(), "deactivated": user.deactivated}


def bot_view(bot: Bot, user: User | None = None) -> Json:
    """The bot as a user in that language meets it: texts, commands, menu button."""
    language = (user.language_code or "") if user else ""
    chat_id = user.id if user else 0
    return {
        "id": bot.id,
        "username": bot.username,
        "name": bot.name,
        "description": bot.descriptions.get(language) or bot.descriptions.get("", ""),
        "short_description": bot.short_descriptions.get(language) or bot.short_descriptions.get("", ""),
        "commands": commands_for(bot, chat_id, language),
        "menu_button": bot.menu_buttons.get(chat_id) or bot.menu_buttons.get(0) or {"type": "commands"},
    }


def commands_for(bot: Bot, chat_id: int, language: str) -> list[Json]:
    """The list that a private chat shows: narrowest scope first, each in the user's language, then in none."""
    for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
        for code in dict.fromkeys((language, "")):
            if (scope, code) in bot.commands:
                return bot.commands[scope, code]
    return []
