"""getMe, getUpdates (without waiting), setWebhook, deleteWebhook, getWebhookInfo."""

import re

from emulator.answers import POLL_WHILE_WEBHOOK, SET_WEBHOOK, Json, Refusal
from emulator.methods.table import Described, method
from emulator.model import Bot, Webhook
from emulator.params import Params
from emulator.recorder import UPDATE_KINDS
from emulator.state import State

_ABILITIES = (
    "can_read_all_group_messages",
    "supports_inline_queries",
    "can_connect_to_business",
    "has_main_web_app",
    "has_topics_enabled",
    "allows_users_to_create_topics",
)


@method("getMe")
def get_me(state: State, bot: Bot, params: Params) -> Json:  # noqa: ARG001
    """The bot as a User, with what only getMe tells."""
    return {**bot.as_json(), "can_join_groups": True, **dict.fromkeys(_ABILITIES, False)}


def _allow(bot: Bot, params: Params) -> None:
    try:
        names = params.parsed("allowed_updates")
    except ValueError:
        raise Refusal(400, "can't parse allowed updates JSON object") from None
    if names is not None:
        if not isinstance(names, list):
            raise Refusal(400, "object expected as allowed updates")
        bot.queue.allow([str(name) for name in names], UPDATE_KINDS)


def begin_poll(state: State, bot: Bot, params: Params) -> None:
    """What getUpdates does before it looks or waits; the HTTP layer does it before waiting, too."""
    if bot.webhook is not None:
        raise Refusal(409, POLL_WHILE_WEBHOOK)
    _allow(bot, params)
    bot.queue.expire(state.clock.now())
    offset = params.integer("offset")
    doomed = bot.queue.below(offset) if state.faults.has("duplicate_update") else []
    bot.queue.confirm(offset)
    for pending in doomed:
        if state.faults.hit_update("duplicate_update", pending.body):
            bot.queue.repeat(pending)


@method("getUpdates")
def get_updates(state: State, bot: Bot, params: Params) -> list[Json]:
    """Confirms by offset, then returns the oldest updates; never waits."""
    begin_poll(state, bot, params)
    taken = bot.queue.read(params.clamped("limit", 100, 1, 100))
    state.handed_out(bot, taken)
    return [pending.body for pending in taken]


@method("setWebhook")
def set_webhook(state: State, bot: Bot, params: Params) -> Described:  # noqa: ARG001
    """Takes http on any port as well, so that a test can listen on loopback."""
    url = params.text("url")
    if not url:
        return _drop_webhook(bot, params)
    if not re.match(r"https?://[^\s/]+", url):
        raise Refusal(400, "bad webhook: invalid URL")
    secret = params.text("secret_token") or None
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise Refusal(400, "secret token contains unallowed characters")
    _allow(bot, params)
    if params.flag("drop_pending_updates"):
        bot.queue.clear()
    bot.webhook = Webhook(url, secret, params.clamped("max_connections", 40, 1, 100))
    if bot.seat is not None:
        bot.seat.end(SET_WEBHOOK)
    _tell(bot)
    return Described(result=True, description="Webhook was set")


@method("deleteWebhook")
def delete_webhook(state: State, bot: Bot, params: Params) -> Described:  # noqa: ARG001
    """Back to polling; the queue stays unless drop_pending_updates."""
    return _drop_webhook(bot, params)


def _drop_webhook(bot: Bot, params: Params) -> Described:
    if params.flag("drop_pending_updates"):
        bot.queue.clear()
    was_set = bot.webhook is not None
    bot.webhook = None
    _tell(bot)
    return Described(result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted")


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
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue),
    }
    if bot.queue.allowed is not None:
        info["allowed_updates"] = sorted(bot.queue.allowed)
    if hook is not None:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = "127.0.0.1"
        if hook.last_error_date is not None:
            info["last_error_date"] = hook.last_error_date
            info["last_error_message"] = hook.last_error_message or ""
    return info
