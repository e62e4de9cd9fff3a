"""The bot's face in Telegram: command menu, descriptions. Best effort: the bot works without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import RetryAfter, TelegramError

from bot.content.catalogue import Catalogue
from bot.conversation.commands import MENU
from bot.log import log


async def introduce(bot: Bot, catalogue: Catalogue) -> None:
    """Sets commands and descriptions in every language there is; what fails is left for the next start.

    So is all that follows when Telegram asks for a wait: nobody misses it, and no call goes out before the wait ends.
    """
    for call in _calls(bot, catalogue):
        try:
            await call()
        except RetryAfter as error:
            log.info("not_introduced", error=type(error))
            return
        except TelegramError as error:
            log.info("not_introduced", error=type(error))


def _calls(bot: Bot, catalogue: Catalogue) -> Iterator[Callable[[], Awaitable[object]]]:
    for lang in catalogue.languages:
        code = None if lang == "en" else lang
        commands = [BotCommand(name, catalogue.text(f"interface.command_{name}", lang)) for name in MENU]
        about, short = (catalogue.text(f"interface.{name}", lang) for name in ("bot_description", "bot_short"))
        yield partial(bot.set_my_commands, commands, language_code=code)
        yield partial(bot.set_my_description, about, language_code=code)
        yield partial(bot.set_my_short_description, short, language_code=code)
    yield partial(bot.set_chat_menu_button, menu_button=MenuButtonCommands())
