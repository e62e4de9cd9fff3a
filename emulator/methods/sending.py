"""sendMessage, sendPhoto, sendVoice, sendDocument, sendChatAction."""

from emulator.answers import Json, Refusal
from emulator.files import document_json, photo_sizes, sent_file, voice_json
from emulator.markup import read_markup
from emulator.methods.table import method, writable_chat
from emulator.methods.texts import read_caption, read_text
from emulator.model import Bot, Chat
from emulator.params import Params
from emulator.state import TYPING_SECONDS, State

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def _send(state: State, bot: Bot, params: Params, kind: str, content: Json) -> Json:
    """The common part: reply, markup, chat, in the order in which the server looks at them."""
    markup = read_markup(params)
    chat = writable_chat(state, bot, params)
    if kind == "voice" and chat.type == "private" and state.users[chat.id].refuses_voice:
        raise Refusal(400, "VOICE_MESSAGES_FORBIDDEN")
    reply_to = _reply_target(chat, params)
    message = state.store(bot, chat, sender=bot.id, kind=kind, content=content)
    message.markup = markup
    message.reply_to = reply_to
    message.protected = params.flag("protect_content")
    message.silent = params.flag("disable_notification")
    if chat.typing_until:
        chat.typing_until = 0.0
        state.publish(bot, chat.id, "typing", {"typing": False, "seconds": 0})
    state.show(bot, "message", message)
    return state.message_json(bot, chat, message)


def _reply_target(chat: Chat, params: Params) -> int | None:
    try:
        reply = params.parsed("reply_parameters")
    except ValueError:
        raise Refusal(400, "can't parse reply parameters JSON object") from None
    if reply is None:
        return None
    if not isinstance(reply, dict):
        raise Refusal(400, "object expected as reply parameters")
    target = Params(reply).integer("message_id")
    if target in chat.messages:
        return target
    if reply.get("allow_sending_without_reply"):
        return None
    raise Refusal(400, "message to be replied not found")


@method("sendMessage")
def send_message(state: State, bot: Bot, params: Params) -> Json:
    """A text."""
    return _send(state, bot, params, "text", read_text(params))


@method("sendPhoto")
def send_photo(state: State, bot: Bot, params: Params) -> Json:
    """A photo, uploaded or by file_id."""
    stored = sent_file(bot, state.rng, params, "photo")
    content = {"photo": photo_sizes(stored), **read_caption(params)}
    if params.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return _send(state, bot, params, "photo", content)


@method("sendVoice")
def send_voice(state: State, bot: Bot, params: Params) -> Json:
    """A voice note; 400 VOICE_MESSAGES_FORBIDDEN for who takes none."""
    stored = sent_file(bot, state.rng, params, "voice")
    content = {"voice": voice_json(stored, params.integer("duration")), **read_caption(params)}
    return _send(state, bot, params, "voice", content)


@method("sendDocument")
def send_document(state: State, bot: Bot, params: Params) -> Json:
    """A file."""
    stored = sent_file(bot, state.rng, params, "document")
    return _send(state, bot, params, "document", {"document": document_json(stored), **read_caption(params)})


@method("sendChatAction")
def send_chat_action(state: State, bot: Bot, params: Params) -> bool:
    """Shows "typing..." for five seconds, or until a message comes."""
    if params.text("action").lower() not in _ACTIONS:
        raise Refusal(400, "wrong parameter action in request")
    chat = writable_chat(state, bot, params)
    chat.typing_until = state.clock.now() + TYPING_SECONDS
    state.publish(bot, chat.id, "typing", {"typing": True, "seconds": TYPING_SECONDS})
    return True
