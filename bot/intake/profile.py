"""The bot's face in Telegram: command menu, descriptions. Best effort: the bot works without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot.content.catalogue import Catalogue
from bot.conversation.commands import MENU
from bot.log import log


async def introduce(bot: Bot, catalogue: Catalogue) -> None:
    """Sets commands and descriptions in every language there is; what fails is left for the next start."""
    for lang in catalogue.languages:
        code = None if lang == "en" else lang
        commands = [BotCommand(name, catalogue.text(f"interface.command_{name}", lang)) for name in MENU]
        about, short = (catalogue.text(f"interface.{name}", lang) for name in ("bot_description", "bot_short"))
        await _try(lambda c=commands, n=code: bot.set_my_commands(c, language_code=n))  # type: ignore[misc]
        await _try(lambda text=about, n=code: bot.set_my_description(text, language_code=n))  # type: ignore[misc]
        await _try(lambda text=short, n=code: bot.set_my_short_description(text, language_code=n))  # type: ignore[misc]
    await _try(lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()))


async def _try(call: Callable[[], Awaitable[object]]) -> None:
    try:
        await call()
    except TelegramError as error:
        log.info("not_introduced", error=type(error))
