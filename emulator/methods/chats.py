"""getChat, leaveChat, getFile."""

from emulator.answers import Json, Refusal
from emulator.files import DOWNLOAD_LIMIT
from emulator.methods.table import find_chat, method
from emulator.model import Bot
from emulator.params import Params
from emulator.render import chat_json
from emulator.state import State


@method("getChat")
def get_chat(state: State, bot: Bot, params: Params) -> Json:
    """The ChatFullInfo of a chat that the bot has met."""
    chat = find_chat(state, bot, params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat_json(chat, state.users),
        "accent_color_id": chat.id % 7 if chat.id > 0 else -chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }


@method("leaveChat")
def leave_chat(state: State, bot: Bot, params: Params) -> bool:
    """Leaves a group; the bot is told so, as by Telegram."""
    chat = find_chat(state, bot, params)
    if chat.type == "private":
        raise Refusal(400, "chat member status can't be changed in private chats")
    if not chat.member:
        raise Refusal(403, "bot is not a member of the group chat")
    chat.member = False
    me = bot.as_json()
    update = {
        "chat": chat_json(chat, state.users),
        "from": me,
        "date": state.now(),
        "old_chat_member": {"status": "member", "user": me},
        "new_chat_member": {"status": "left", "user": me},
    }
    state.push(bot, "my_chat_member", update, lane_of=chat.id)
    return True


@method("getFile")
def get_file(state: State, bot: Bot, params: Params) -> Json:  # noqa: ARG001 - one shape for all methods
    """Where a file can be downloaded; 20 MB at most."""
    stored = bot.files.get(params.text("file_id"))
    if stored is None:
        raise Refusal(400, "wrong file_id or the file is temporarily unavailable")
    if stored.size > DOWNLOAD_LIMIT:
        raise Refusal(400, "file is too big")
    names = {"file_id": stored.file_id, "file_unique_id": stored.unique_id}
    return {**names, "file_size": stored.size, "file_path": stored.path}
