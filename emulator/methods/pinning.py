"""pinChatMessage, unpinChatMessage, unpinAllChatMessages. The line "pinned a message" in the chat is not emulated."""

from emulator.answers import Refusal
from emulator.methods.table import method, writable_chat
from emulator.model import Bot, Chat
from emulator.params import Params
from emulator.state import State


@method("pinChatMessage")
def pin_chat_message(state: State, bot: Bot, params: Params) -> bool:
    """Pinned last stands first in the bar."""
    chat = writable_chat(state, bot, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise Refusal(400, "message to pin not found")
    chat.pinned = [*(each for each in chat.pinned if each != message_id), message_id]
    return _show(state, bot, chat)


@method("unpinChatMessage")
def unpin_chat_message(state: State, bot: Bot, params: Params) -> bool:
    """Without a message: the one pinned last."""
    chat = writable_chat(state, bot, params)
    message_id = params.integer("message_id") if params.text("message_id") else next(reversed(chat.pinned), None)
    if message_id not in chat.pinned:
        raise Refusal(400, "message to unpin not found")
    chat.pinned.remove(message_id)
    return _show(state, bot, chat)


@method("unpinAllChatMessages")
def unpin_all_chat_messages(state: State, bot: Bot, params: Params) -> bool:
    """Also where nothing is pinned."""
    chat = writable_chat(state, bot, params)
    chat.pinned = []
    return _show(state, bot, chat)


def _show(state: State, bot: Bot, chat: Chat) -> bool:
    state.publish(bot, chat.id, "pinned", {"ids": chat.pinned})
    return True
