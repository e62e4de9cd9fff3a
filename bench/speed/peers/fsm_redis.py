"""aiogram's finite-state machine on Redis; the same chat as Rekindle's."""

import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from words import API, EXITS, PORT, SECRET, TOKEN, TURNS, URL, worded

NAME_AT = {1: "what", 2: "feeling", 3: "why", 4: "wish"}


class At(StatesGroup):
    """Which question waits for an answer."""

    turn0 = State()
    turn1 = State()
    turn2 = State()
    turn3 = State()
    turn4 = State()
    turn5 = State()
    turn6 = State()


STATES = At.__states__
dispatcher = Dispatcher(storage=RedisStorage.from_url(os.environ["BENCH_REDIS"]))


def keyboard(turn: int) -> InlineKeyboardMarkup | None:
    """The buttons of a turn."""
    labels = (*TURNS[turn].buttons, *EXITS) if TURNS[turn].buttons else ()
    rows = [[InlineKeyboardButton(text=label, callback_data=f"{turn}:{label}")] for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


async def say(bot: Bot, chat: int, state: FSMContext, values: dict, turn: int) -> None:
    """The message of this turn, and then the buttons of the last one go. The state first: updates run in parallel."""
    before = values.pop("question", None)
    if turn < len(STATES):
        await state.set_state(STATES[turn])
    else:
        await state.clear()
    sent = await bot.send_message(chat, worded(turn, values), reply_markup=keyboard(turn))
    if turn < len(STATES):
        await state.set_data({**values, "question": sent.message_id if TURNS[turn].buttons else None})
    if before is not None:
        try:
            await bot.edit_message_reply_markup(chat_id=chat, message_id=before, reply_markup=None)
        except TelegramAPIError:
            pass


@dispatcher.message(Command("practise"))
async def begin(message: Message, state: FSMContext, bot: Bot) -> None:
    """The command."""
    values = await state.get_data()
    await say(bot, message.chat.id, state, {"question": values.get("question")}, 0)


async def answered(bot: Bot, chat: int, state: FSMContext, words: str) -> None:
    """Words or a tap as the answer to the turn that waits."""
    name, values = await state.get_state(), await state.get_data()
    turn = next((number for number, one in enumerate(STATES) if one.state == name), -1)
    await say(bot, chat, state, {**values, NAME_AT.get(turn, "more"): words}, turn + 1)


@dispatcher.message(F.text)
async def heard(message: Message, state: FSMContext, bot: Bot) -> None:
    """Words."""
    await answered(bot, message.chat.id, state, message.text or "")


@dispatcher.callback_query()
async def tapped(query: CallbackQuery, state: FSMContext, bot: Bot) -> None:
    """A tap."""
    await query.answer()
    if query.message is not None:
        await answered(bot, query.message.chat.id, state, (query.data or "").partition(":")[2])


@dispatcher.startup()
async def tell(bot: Bot) -> None:
    """Where we listen."""
    await bot.set_webhook(URL, secret_token=SECRET)


bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API)))
app = web.Application()
SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, path="/hook")
setup_application(app, dispatcher, bot=bot)
web.run_app(app, host="127.0.0.1", port=PORT, access_log=None)
