"""Commands, descriptions and menu buttons of a bot."""

import re
from typing import Any

from emulator.answers import Json, Refusal
from emulator.methods.table import find_chat, method, objects
from emulator.model import Bot
from emulator.params import Params
from emulator.state import State

_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


def _scope(params: Params) -> tuple[str, str]:
    try:
        scope = params.parsed("scope")
    except ValueError:
        raise Refusal(400, "can't parse BotCommandScope JSON object") from None
    kind = scope.get("type") if isinstance(scope, dict) else "default"
    if str(kind) not in _SCOPES:
        raise Refusal(400, "can't parse BotCommandScope: unsupported type specified")
    suffix = f":{scope['chat_id']}" if isinstance(scope, dict) and "chat_id" in scope else ""
    return f"{kind}{suffix}", _language(params)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise Refusal(400, "invalid language_code specified")
    return code


def _tell(state: State, bot: Bot) -> None:
    state.publish(bot, None, "commands", {})


@method("setMyCommands")
def set_my_commands(state: State, bot: Bot, params: Params) -> bool:
    """Replaces the list of one scope and language."""
    key = _scope(params)
    commands = objects(params, "commands", "can't parse commands JSON object")
    if len(commands) > 100:
        raise Refusal(400, "BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        text = str(command.get("description", ""))
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise Refusal(400, "BOT_COMMAND_INVALID")
        if not 1 <= len(text) <= 256:
            raise Refusal(400, "BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": text})
    bot.commands[key] = kept
    _tell(state, bot)
    return True


@method("getMyCommands")
def get_my_commands(state: State, bot: Bot, params: Params) -> list[Json]:  # noqa: ARG001
    """The list of exactly that scope and language."""
    return bot.commands.get(_scope(params), [])


@method("deleteMyCommands")
def delete_my_commands(state: State, bot: Bot, params: Params) -> bool:
    """Forgets the list of one scope and language."""
    bot.commands.pop(_scope(params), None)
    _tell(state, bot)
    return True


def _describe(state: State, bot: Bot, params: Params, texts: dict[str, str], name: str, limit: int) -> bool:
    text, code = params.text(name), _language(params)
    if len(text) > limit:
        raise Refusal(400, "BOT_DESCRIPTION_INVALID" if name == "description" else "BOT_ABOUT_INVALID")
    texts.pop(code, None)
    if text:
        texts[code] = text
    _tell(state, bot)
    return True


@method("setMyDescription")
def set_my_description(state: State, bot: Bot, params: Params) -> bool:
    """What an empty chat shows above START."""
    return _describe(state, bot, params, bot.descriptions, "description", 512)


@method("getMyDescription")
def get_my_description(state: State, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """In that language, else the one without language."""
    texts = bot.descriptions
    return {"description": texts.get(_language(params)) or texts.get("", "")}


@method("setMyShortDescription")
def set_my_short_description(state: State, bot: Bot, params: Params) -> bool:
    """What the profile shows."""
    return _describe(state, bot, params, bot.short_descriptions, "short_description", 120)


@method("getMyShortDescription")
def get_my_short_description(state: State, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """In that language, else the one without language."""
    texts = bot.short_descriptions
    return {"short_description": texts.get(_language(params)) or texts.get("", "")}


@method("setChatMenuButton")
def set_chat_menu_button(state: State, bot: Bot, params: Params) -> bool:
    """For one private chat, or for all."""
    try:
        button: Any = params.parsed("menu_button") or {"type": "default"}
    except ValueError:
        raise Refusal(400, "can't parse menu button JSON object") from None
    if not isinstance(button, dict) or str(button.get("type")) not in {"commands", "web_app", "default"}:
        raise Refusal(400, "can't parse menu button: unsupported type specified")
    key = find_chat(state, bot, params).id if params.has("chat_id") else 0
    bot.menu_buttons[key] = button
    _tell(state, bot)
    return True
