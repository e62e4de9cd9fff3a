"""getMe, getUpdates (without waiting)."""

from emulator.answers import POLL_WHILE_WEBHOOK, Json, Refusal
from emulator.methods.table import method
from emulator.model import Bot
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


def allow(bot: Bot, params: Params) -> None:
    """Remembers allowed_updates, which hold for updates that are made from now on; without them all stays."""
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
    allow(bot, params)
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
