"""One call of the Bot API. The usual ones go to the client as they are: objects made of them cost as much again.

Errors are python-telegram-bot's in each case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot, Message
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter  # it has no public name

PLAIN = {
    "answer_callback_query": "answerCallbackQuery",
    "delete_messages": "deleteMessages",
    "edit_message_reply_markup": "editMessageReplyMarkup",
    "edit_message_text": "editMessageText",
    "send_message": "sendMessage",
}


async def make(bot: Bot, method: str, params: Mapping[str, Any]) -> int | None:
    """Makes the call; the id of the message that it is about, where it tells one. Raises TelegramError."""
    endpoint = PLAIN.get(method)
    if endpoint is None:
        answer = await getattr(bot, method)(**params)
        return answer.message_id if isinstance(answer, Message) else None
    given = RequestData([RequestParameter(name, value, None) for name, value in params.items() if value is not None])
    found = await bot.request.post(f"{bot.base_url}/{endpoint}", given)
    return found.get("message_id") if isinstance(found, dict) else None
