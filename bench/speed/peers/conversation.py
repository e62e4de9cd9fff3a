"""The stock ConversationHandler, kept by PicklePersistence; the same chat as Rekindle's."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from words import API, EXITS, FOLDER, NAMES, PORT, SECRET, TOKEN, TURNS, URL, worded

NAME_AT = {1: "what", 2: "feeling", 3: "why", 4: "wish"}  # what is saved when this turn is answered


def keyboard(turn: int) -> InlineKeyboardMarkup | None:
    """The buttons of a turn."""
    labels = (*TURNS[turn].buttons, *EXITS) if TURNS[turn].buttons else ()
    rows = [[InlineKeyboardButton(label, callback_data=f"{turn}:{label}")] for label in labels]
    return InlineKeyboardMarkup(rows) if rows else None


async def say(update: Update, context: ContextTypes.DEFAULT_TYPE, turn: int) -> int:
    """The message of this turn, and then the buttons of the last one go."""
    chat, values = update.effective_chat, context.user_data
    assert chat is not None
    assert values is not None
    sent = await context.bot.send_message(chat.id, worded(turn, values), reply_markup=keyboard(turn))
    if (before := values.pop("question", None)) is not None:
        try:
            await context.bot.edit_message_reply_markup(chat.id, before, reply_markup=None)
        except TelegramError:
            pass
    if TURNS[turn].buttons:
        values["question"] = sent.message_id
    return turn if turn < len(TURNS) - 1 else ConversationHandler.END


async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """The command."""
    values = context.user_data
    assert values is not None
    for name in NAMES:
        values.pop(name, None)
    return await say(update, context, 0)


def words_at(turn: int) -> MessageHandler:
    """Words as the answer to this turn."""

    async def heard(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        message, values = update.effective_message, context.user_data
        assert message is not None
        assert values is not None
        values[NAME_AT.get(turn, "more")] = message.text
        return await say(update, context, turn + 1)

    return MessageHandler(filters.TEXT & ~filters.COMMAND, heard)


def tap_at(turn: int) -> CallbackQueryHandler:
    """A tap as the answer to this turn."""

    async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        query, values = update.callback_query, context.user_data
        assert query is not None
        assert values is not None
        await query.answer()
        values[NAME_AT.get(turn, "more")] = str(query.data).partition(":")[2]
        return await say(update, context, turn + 1)

    return CallbackQueryHandler(tapped, pattern=f"^{turn}:")


states = {turn: [tap_at(turn), words_at(turn)] for turn in range(len(TURNS) - 1)}
handler = ConversationHandler(
    [CommandHandler("practise", begin)],
    states,
    [CommandHandler("practise", begin)],
    name="practise",
    persistent=True,
)
persistence = PicklePersistence(f"{FOLDER}/pickle")
application = Application.builder().token(TOKEN).base_url(f"{API}/bot").persistence(persistence).build()
application.add_handler(handler)
application.run_webhook(listen="127.0.0.1", port=PORT, url_path="hook", webhook_url=URL, secret_token=SECRET)
