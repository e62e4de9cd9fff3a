"""R: the stock python-telegram-bot without any state. Each update is answered by the same question."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters
from words import API, EXITS, PORT, SECRET, TOKEN, TURNS, URL

LABELS = ("Guide me", "Lonely", "Skip", "Delete it", *EXITS)
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)] for label in LABELS])


async def heard(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Words or a command."""
    assert update.effective_message is not None
    await update.effective_message.reply_text(TURNS[0].text, reply_markup=KEYBOARD)


async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A tap: answered, then the next question, then the old buttons go, as Rekindle does it."""
    query, chat = update.callback_query, update.effective_chat
    assert query is not None
    assert chat is not None
    await query.answer()
    await context.bot.send_message(chat.id, TURNS[0].text, reply_markup=KEYBOARD)
    await query.edit_message_reply_markup(None)


application = Application.builder().token(TOKEN).base_url(f"{API}/bot").build()
application.add_handler(MessageHandler(filters.TEXT, heard))
application.add_handler(CallbackQueryHandler(tapped))
application.run_webhook(listen="127.0.0.1", port=PORT, url_path="hook", webhook_url=URL, secret_token=SECRET)
