"""setWebhook, deleteWebhook, getWebhookInfo, by the rules of tdlib's Client::process_set_webhook_query."""

import re
from urllib.parse import urlsplit

from emulator.answers import SET_WEBHOOK, Json, Refusal, flood
from emulator.methods.polling import allow
from emulator.methods.table import Described, method
from emulator.model import Bot, Webhook
from emulator.params import Params
from emulator.state import State

_EVERY_SECONDS = 1.0
_LONGEST_SECRET = 256


@method("setWebhook")
def set_webhook(state: State, bot: Bot, params: Params) -> Described:
    """Takes http on any port as well, so that a test can listen on loopback. A wrong one leaves none, as there."""
    if not params.text("url"):
        return _drop_webhook(bot, params)
    now = state.clock.now()
    if 0 < bot.next_webhook_at - now <= _EVERY_SECONDS:
        raise flood(1)
    bot.next_webhook_at = now + _EVERY_SECONDS
    wanted = _wanted(params)
    if not params.flag("drop_pending_updates") and wanted.is_same(bot.webhook):
        allow(bot, params)
        return Described(result=True, description="Webhook is already set")
    _close(bot, params)
    _check(wanted)
    allow(bot, params)
    bot.webhook = wanted
    _tell(bot)
    return Described(result=True, description="Webhook was set")


def _wanted(params: Params) -> Webhook:
    connections = params.clamped("max_connections", 40, 1, 100)
    certificate = params.upload("certificate") is not None
    return Webhook(
        params.text("url"), params.text("secret_token") or None, connections, certificate, params.text("ip_address")
    )


def _check(wanted: Webhook) -> None:
    """Refuses what no server could be reached at, and secrets that do not fit into a header."""
    try:
        parts = urlsplit(wanted.address)
        reachable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        reachable = False
    if not reachable:
        raise Refusal(400, "invalid webhook URL specified")
    if len(wanted.secret or "") > _LONGEST_SECRET:
        raise Refusal(400, "secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", wanted.secret or ""):
        raise Refusal(400, "secret token contains unallowed characters")


@method("deleteWebhook")
def delete_webhook(state: State, bot: Bot, params: Params) -> Described:  # noqa: ARG001
    """Back to polling; the queue stays unless drop_pending_updates."""
    return _drop_webhook(bot, params)


def _drop_webhook(bot: Bot, params: Params) -> Described:
    was_set = bot.webhook is not None
    _close(bot, params)
    return Described(result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted")


def _close(bot: Bot, params: Params) -> None:
    """Ends what there is: the old webhook, a poll that waits for another reason than deleteWebhook, the queue."""
    if params.text("url") and bot.seat is not None:
        bot.seat.end(SET_WEBHOOK)
    if params.flag("drop_pending_updates"):
        bot.queue.clear()
    bot.webhook = None
    _tell(bot)


def _tell(bot: Bot) -> None:
    if bot.webhook_changed is not None:
        bot.webhook_changed()


@method("getWebhookInfo")
def get_webhook_info(state: State, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """How deliveries go."""
    bot.queue.expire(state.clock.now())
    hook = bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": hook is not None and hook.certificate,
        "pending_update_count": len(bot.queue),
    }
    if bot.queue.allowed is not None:
        info["allowed_updates"] = sorted(bot.queue.allowed)
    if hook is not None:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = hook.ip_address or "127.0.0.1"
        if hook.last_error_date is not None:
            info["last_error_date"] = hook.last_error_date
            info["last_error_message"] = hook.last_error_message or ""
    return info
