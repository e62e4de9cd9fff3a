"""setMessageReaction."""

from emulator.answers import Refusal
from emulator.methods.table import method, objects, own_message, writable_chat
from emulator.model import Bot
from emulator.params import Params
from emulator.recorder import REACTIONS
from emulator.state import State


@method("setMessageReaction")
def set_message_reaction(state: State, bot: Bot, params: Params) -> bool:
    """One of the listed emojis, or none to take it back."""
    chat = writable_chat(state, bot, params)
    message = own_message(chat, params, "react")
    wanted = objects(params, "reaction", "can't parse reaction types JSON object")
    if len(wanted) > 1:
        raise Refusal(400, "REACTIONS_TOO_MANY")
    emojis = [str(reaction.get("emoji", "")) for reaction in wanted]
    if any(emoji.replace("\ufe0f", "") not in REACTIONS for emoji in emojis):
        raise Refusal(400, "REACTION_INVALID")
    message.reactions.pop(-bot.id, None)
    if emojis:
        message.reactions[-bot.id] = emojis
    state.show(bot, "edit", message)
    return True
