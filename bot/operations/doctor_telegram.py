"""What the doctor hears from Telegram. Asks on its own, since the time of the answer stands in a header.

It never asks for updates: a running bot would lose its poll.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.intake.webhook import hook_url
from bot.operations.findings import Finding, attention, broken, well
from bot.settings import Settings

SECONDS = 10.0
DRIFT = 30.0  # seconds
RECENT = timedelta(hours=1)
MANY = 100
Answer = tuple[int, dict[str, Any], str]


async def examine(settings: Settings) -> list[Finding]:
    """The token, the clock, the webhook."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client:
            me, hook = await _call(client, settings, "getMe"), await _call(client, settings, "getWebhookInfo")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        says = f"{settings.telegram_api_url} cannot be reached: {type(error).__name__}."
        return [attention("telegram", says, "Look at the network, the name server and a proxy on the way.")]
    found = [_token(me)]
    if me[2]:
        found.append(clock(me[2], Clock().now()))
    if hook[0] == 200:
        found.append(webhook(hook[1], settings, Clock().now()))
    return found


async def _call(client: aiohttp.ClientSession, settings: Settings, method: str) -> Answer:
    token = settings.telegram_bot_token.get_secret_value()
    async with client.get(f"{settings.telegram_api_url}/bot{token}/{method}") as answer:
        body = await answer.json(content_type=None)
        result = body.get("result") if isinstance(body, dict) else None
        return answer.status, result if isinstance(result, dict) else {}, answer.headers.get("Date", "")


def _token(me: Answer) -> Finding:
    status, body, _ = me
    if status == 200:
        return well("token", f"Telegram knows it: @{body.get('username')}.")
    if status in (401, 404):
        return broken("token", "Telegram does not know it.", "Copy it again from @BotFather.")
    return attention("token", f"Telegram answers {status}.", "Try again in a while.")


def clock(date: str, now: datetime) -> Finding:
    """How far our clock is from Telegram's. Raises ValueError for a header that is no date."""
    drift = (now - parsedate_to_datetime(date)).total_seconds()
    says = f"{abs(drift):.0f} s {'ahead of' if drift > 0 else 'behind'} Telegram's."
    if abs(drift) > DRIFT:
        return attention("clock", says, "Let the machine ask a time server; hours of the day are wrong by as much.")
    return well("clock", says)


def webhook(info: dict[str, Any], settings: Settings, now: datetime) -> Finding:
    """What Telegram has for a webhook beside what the settings want."""
    url, pending = str(info.get("url", "")), int(info.get("pending_update_count", 0))
    waiting = f"{pending} updates wait at Telegram."
    if not settings.webhook_url:
        if url:
            do = "run takes it away. If it comes back, another program uses the token: make a new one at @BotFather."
            return attention("webhook", f"polling is wanted, and a webhook is set. {waiting}", do)
        return _by_count("polling", waiting, pending)
    if not settings.secret_keys and settings.webhook_secret is None:
        return attention("webhook", "its address cannot be told without SECRET_KEYS.", "")
    if url != hook_url(settings.webhook_url, settings.hook_secret):
        said = "another one is set." if url else "none is set."
        return attention(
            "webhook", f"{said} {waiting}", "run sets it. If it changes again, another program uses the token."
        )
    failed = info.get("last_error_date")
    if failed and now - datetime.fromtimestamp(failed, UTC) < RECENT:
        do = "Does the proxy pass everything below WEBHOOK_URL to LISTEN, and is its certificate good?"
        return attention("webhook", f"Telegram could not deliver within the last hour. {waiting}", do)
    return _by_count("webhook", waiting, pending)


def _by_count(name: str, waiting: str, pending: int) -> Finding:
    if pending >= MANY:
        return attention(name, waiting, "Is the bot running?")
    return well(name, waiting)
