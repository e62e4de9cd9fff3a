"""editMessageText, editMessageReplyMarkup, deleteMessage, deleteMessages, answerCallbackQuery."""

from emulator.answers import NOT_MODIFIED, QUERY_TOO_OLD, Json, Refusal
from emulator.markup import inline_only, read_markup
from emulator.methods.table import method, own_message, writable_chat
from emulator.methods.texts import read_text
from emulator.model import Bot, Chat, Message
from emulator.params import Params
from emulator.state import State

DELETE_SECONDS = 2 * 86_400


def _editable(state: State, bot: Bot, params: Params) -> tuple[Chat, Message]:
    chat = writable_chat(state, bot, params)
    message = own_message(chat, params, "edit")
    if not message.from_bot or (message.markup and not inline_only(message.markup)):
        raise Refusal(400, "message can't be edited")
    return chat, message


def _apply_edit(state: State, bot: Bot, chat: Chat, message: Message, content: Json, markup: Json | None) -> Json:
    if not message.from_bot or (content == message.content and markup == message.markup):
        raise Refusal(400, NOT_MODIFIED)
    if content != message.content:
        message.edit_date = state.now()
    message.content = content
    message.markup = markup
    state.show(bot, "edit", message)
    return state.message_json(bot, chat, message)


@method("editMessageText")
def edit_message_text(state: State, bot: Bot, params: Params) -> Json:
    """New words; a keyboard that is not sent again is gone."""
    content = read_text(params)
    markup = inline_only(read_markup(params))
    chat, message = _editable(state, bot, params)
    if message.kind != "text":
        raise Refusal(400, "there is no text in the message to edit")
    return _apply_edit(state, bot, chat, message, content, markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(state: State, bot: Bot, params: Params) -> Json:
    """A new inline keyboard, or none."""
    markup = inline_only(read_markup(params))
    chat, message = _editable(state, bot, params)
    return _apply_edit(state, bot, chat, message, message.content, markup)


def _check_deletable(state: State, chat: Chat, message: Message) -> None:
    if chat.type == "private" and state.now() - message.date > DELETE_SECONDS:
        raise Refusal(400, "message can't be deleted for everyone")
    if chat.type != "private" and not message.from_bot:
        raise Refusal(400, "message can't be deleted")


def _delete(state: State, bot: Bot, chat: Chat, ids: list[int]) -> bool:
    for message_id in ids:
        chat.messages.pop(message_id, None)
    if ids:
        state.publish(bot, chat.id, "delete", {"ids": ids})
    return True


@method("deleteMessage")
def delete_message(state: State, bot: Bot, params: Params) -> bool:
    """Within 48 hours, also what the person wrote."""
    chat = writable_chat(state, bot, params)
    message = own_message(chat, params, "delete")
    _check_deletable(state, chat, message)
    return _delete(state, bot, chat, [message.id])


def _numbers(ids: list[object]) -> list[int]:
    if not all(isinstance(i, int | str) and str(i).lstrip("-").isdecimal() for i in ids):
        raise Refusal(400, "message identifiers must be integers")
    return [int(str(i)) for i in ids]


@method("deleteMessages")
def delete_messages(state: State, bot: Bot, params: Params) -> bool:
    """Up to 100 at once; ids that do not exist are skipped, one that is too old refuses all."""
    chat = writable_chat(state, bot, params)
    try:
        ids = params.parsed("message_ids")
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not ids:
        raise Refusal(400, "message identifiers are not specified")
    if len(ids) > 100:
        raise Refusal(400, "too many message identifiers specified")
    known = [chat.messages[i] for i in dict.fromkeys(_numbers(ids)) if i in chat.messages]
    for message in known:
        _check_deletable(state, chat, message)
    return _delete(state, bot, chat, [message.id for message in known])


@method("answerCallbackQuery")
def answer_callback_query(state: State, bot: Bot, params: Params) -> bool:
    """Once, soon, with at most 200 characters."""
    query = bot.queries.get(params.text("callback_query_id"))
    if query is None or query.answered or state.clock.now() - query.asked_at > state.answer_window:
        raise Refusal(400, QUERY_TOO_OLD)
    text = params.text("text")
    if len(text) > 200:
        raise Refusal(400, "MESSAGE_TOO_LONG")
    query.answered, query.text, query.show_alert = True, text or None, params.flag("show_alert")
    state.publish(bot, query.user_id, "answered", {"query_id": query.id})
    if text:
        toast = {"query_id": query.id, "text": text, "alert": query.show_alert}
        state.publish(bot, query.user_id, "toast", toast)
    return True
