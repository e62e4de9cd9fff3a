"""The table that the method modules fill, and what many of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.answers import Json, Refusal
from emulator.model import Bot, Chat, Message
from emulator.params import Params
from emulator.state import State

Run = Callable[[State, Bot, Params], Any]


@dataclass(slots=True, frozen=True)
class Method:
    """A method's documented name and its function (state, bot, params) -> result."""

    name: str
    run: Run


@dataclass(slots=True, frozen=True)
class Described:
    """A result that comes with a description beside it."""

    result: Any
    description: str


TABLE: dict[str, Method] = {}


def method(name: str) -> Callable[[Run], Run]:
    """Register a function under the documented name of its method."""

    def register(run: Run) -> Run:
        TABLE[name.lower()] = Method(name, run)
        return run

    return register


def find_chat(state: State, bot: Bot, params: Params) -> Chat:
    """The chat that a call names; 400 when the bot never met it."""
    raw = params.text("chat_id")
    if not raw:
        raise Refusal(400, "chat_id is empty")
    chat_id = params.integer("chat_id")
    if chat_id in state.bots:
        raise Refusal(403, "the bot can't send messages to the bot")
    chat = bot.chats.get(chat_id)
    if chat is None or raw.startswith("@"):
        raise Refusal(400, "chat not found")
    return chat


def writable_chat(state: State, bot: Bot, params: Params) -> Chat:
    """The chat, if the bot may write there now; 403 with Telegram's reason otherwise."""
    chat = find_chat(state, bot, params)
    if chat.type != "private":
        if not chat.member:
            raise Refusal(403, "bot is not a member of the group chat")
        return chat
    if state.users[chat.id].deactivated:
        raise Refusal(403, "user is deactivated")
    if chat.blocked:
        raise Refusal(403, "bot was blocked by the user")
    if not chat.started:
        raise Refusal(403, "bot can't initiate conversation with a user")
    return chat


def own_message(chat: Chat, params: Params, purpose: str) -> Message:
    """The message that a call names by message_id; 400 "message to <purpose> not found"."""
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise Refusal(400, f"message to {purpose} not found")
    return message


def objects(params: Params, name: str, error: str) -> list[Json]:
    """An array of objects, empty when absent; 400 with `error` when it is something else."""
    try:
        value = params.parsed(name)
    except ValueError:
        raise Refusal(400, error) from None
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(400, error)
    return value
