"""What it means for the intake when Telegram refuses a call."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.errors import TokenRefused


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants to be left alone."""
    after = error.retry_after
    return after if isinstance(after, int) else after.total_seconds()


async def check_token(bot: Bot) -> None:
    """A 401 or 404 of another call says little; raises TokenRefused when getMe is refused as well."""
    try:
        await bot.get_me()
    except InvalidToken:
        raise TokenRefused("Telegram refuses TELEGRAM_BOT_TOKEN. Copy it again from @BotFather.") from None
    except TelegramError:
        return
