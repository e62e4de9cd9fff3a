"""reply_markup: what the server takes, refuses, and sends back. The rest is for the phones to draw."""

import re
from typing import Any
from urllib.parse import urlsplit

from emulator.answers import Json, Refusal
from emulator.params import Params

_ACTIONS = (
    "url",
    "login_url",
    "callback_data",
    "callback_game",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "web_app",
    "copy_text",
    "pay",
)
MAX_BUTTONS = 100


def read_markup(params: Params) -> Json | None:
    """The reply markup of a call, with buttons as the server keeps them; Refusal with the server's words."""
    try:
        markup = params.parsed("reply_markup")
    except ValueError:
        raise Refusal(400, "can't parse reply keyboard markup JSON object") from None
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise Refusal(400, "object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [[_inline_button(button) for button in row] for row in _rows(markup["inline_keyboard"])]
        rows = [row for row in rows if row]
        if sum(map(len, rows)) > MAX_BUTTONS:
            raise Refusal(400, "REPLY_MARKUP_TOO_LONG")
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        return {**markup, "keyboard": [[_key(key) for key in row] for row in _rows(markup["keyboard"])]}
    known = [name for name in ("remove_keyboard", "force_reply") if markup.get(name)]
    return dict(markup) if known else None


def inline_only(markup: Json | None) -> Json | None:
    """What a Message carries: only inline keyboards come back to the bot."""
    return markup if markup and "inline_keyboard" in markup else None


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list):
        raise Refusal(400, "can't parse inline keyboard: Expected an Array")
    if not all(isinstance(row, list) for row in value):
        raise Refusal(400, "can't parse inline keyboard button: Expected an Array of Array of KeyboardButton")
    return value


def _key(key: Any) -> Json:
    if isinstance(key, str):
        return {"text": key}
    if isinstance(key, dict) and isinstance(key.get("text"), str):
        return key
    raise Refusal(400, "can't parse keyboard button: KeyboardButton must be a String or an Object")


def _inline_button(button: Any) -> Json:
    where = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise Refusal(400, f"{where}InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise Refusal(400, f'{where}Can\'t find field "text"')
    action = next((name for name in _ACTIONS if button.get(name) is not None), None)
    if action is None:
        raise Refusal(400, f"{where}Text buttons are unallowed in the inline keyboard")
    value = button[action]
    if action == "url":
        value = checked_url(str(value))
    elif action == "callback_data" and not 0 < len(str(value).encode()) <= 64:
        raise Refusal(400, "BUTTON_DATA_INVALID")
    style = {k: button[k] for k in ("style", "icon_custom_emoji_id") if button.get(k)}
    return {"text": button["text"], action: value, **style}


def checked_url(url: str) -> str:
    """A button's link in full, http:// added where no scheme stands; Refusal when it leads nowhere."""
    full = url if re.match(r"[a-z]+://", url, re.IGNORECASE) else f"http://{url}"
    parts = urlsplit(full)
    web = parts.scheme.lower() in {"http", "https"} and "." in (parts.hostname or "")
    if not web and parts.scheme.lower() not in {"tg", "ton", "tonsite"}:
        raise Refusal(400, f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return full
