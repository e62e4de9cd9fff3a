"""Our address at Telegram, against the emulator without sockets."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from telegram import Bot

from bot.errors import TokenRefused
from bot.intake import registration
from bot.intake.registration import MAX_CONNECTIONS, Registration
from bot.intake.translate import ALLOWED_UPDATES
from emulator.clock import Clock
from emulator.inprocess import WorldRequest
from emulator.model import Webhook
from emulator.world import World

TOKEN = "424242:REGISTRATION"
URL = "https://bot.example/place"
SECRET = "the-secret"
pytestmark = pytest.mark.asyncio


@pytest.fixture
def telegram() -> World:
    hasty = itertools.count(1_790_000_000, 2)  # Telegram takes a webhook once a second
    telegram = World(clock=Clock(real=lambda: float(next(hasty))), seed=7)
    telegram.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    telegram.add_user("Ana")
    telegram.act("start", user="Ana")
    return telegram


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "RETRY_SECONDS", 0.0)


def a_registration(telegram: World) -> Registration:
    bot = Bot(TOKEN, request=WorldRequest(telegram), get_updates_request=WorldRequest(telegram))
    return Registration(bot=bot, url=URL, secret=SECRET, look=0.001)


@asynccontextmanager
async def kept(telegram: World) -> AsyncIterator[None]:
    """While somebody keeps the webhook as it should be."""
    task = asyncio.create_task(a_registration(telegram).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def hook(telegram: World) -> Webhook | None:
    (bot,) = telegram.bots.values()
    return bot.webhook


def is_ours(telegram: World) -> bool:
    found = hook(telegram)
    return found is not None and (found.url, found.secret) == (URL, SECRET)


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)


def calls(telegram: World, method: str) -> int:
    return sum(line.get("method") == method for line in telegram.recorder.lines)


async def test_the_webhook_is_set_with_its_secret_and_what_waits_is_not_dropped(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: is_ours(telegram))
    info = telegram.call(TOKEN, "getWebhookInfo", {})["result"]
    assert (info["max_connections"], set(info["allowed_updates"])) == (MAX_CONNECTIONS, set(ALLOWED_UPDATES))
    assert info["pending_update_count"] == 1


async def test_as_long_as_nobody_changes_it_it_is_set_once(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: calls(telegram, "getWebhookInfo") >= 5)
    assert calls(telegram, "setWebhook") == 1


async def test_a_webhook_that_others_move_remove_or_narrow_is_set_again(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: is_ours(telegram))
        telegram.call(TOKEN, "setWebhook", {"url": "https://else.example/x"})
        await until(lambda: is_ours(telegram))
        telegram.call(TOKEN, "deleteWebhook", {})
        await until(lambda: is_ours(telegram))
        telegram.call(TOKEN, "setWebhook", {"url": URL, "secret_token": SECRET, "allowed_updates": '["message"]'})
        (bot,) = telegram.bots.values()
        await until(lambda: bot.queue.allowed == frozenset(ALLOWED_UPDATES))


async def test_a_secret_that_others_change_is_set_again_when_requests_are_not_found(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: is_ours(telegram))
        found = hook(telegram)
        assert found is not None
        found.secret = "another"
        found.last_error_date, found.last_error_message = 5, "Wrong response from the webhook: 404 Not Found"
        await until(lambda: is_ours(telegram))


async def test_another_failure_of_deliveries_changes_nothing(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: is_ours(telegram))
        found = hook(telegram)
        assert found is not None
        found.last_error_date, found.last_error_message = 5, "Wrong response from the webhook: 503 Service Unavailable"
        looks = calls(telegram, "getWebhookInfo")
        await until(lambda: calls(telegram, "getWebhookInfo") >= looks + 3)
    assert calls(telegram, "setWebhook") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "429", "retry_after": 0},
        {"kind": "400", "description": "bad webhook: Failed to resolve host"},
        {"kind": "500"},
        {"kind": "cut_before"},
        {"kind": "late"},
    ],
)
async def test_whatever_telegram_says_it_is_asked_again(telegram: World, fault: dict[str, Any]) -> None:
    telegram.act("faults", method="setWebhook", count=3, **fault)
    async with kept(telegram):
        await until(lambda: calls(telegram, "setWebhook") == 4)
        await until(lambda: is_ours(telegram))


async def test_a_look_that_fails_is_taken_again(telegram: World) -> None:
    async with kept(telegram):
        await until(lambda: is_ours(telegram))
        telegram.act("faults", kind="500", method="getWebhookInfo", count=2)
        telegram.call(TOKEN, "deleteWebhook", {})
        await until(lambda: is_ours(telegram))


async def test_a_token_taken_back_ends_it_with_one_sentence(telegram: World) -> None:
    telegram.act("revoke")
    with pytest.raises(TokenRefused, match="@BotFather"):
        await a_registration(telegram).run()


async def test_a_token_taken_back_later_is_found_by_looking(telegram: World) -> None:
    task = asyncio.create_task(a_registration(telegram).run())
    await until(lambda: is_ours(telegram))
    telegram.act("revoke")
    with pytest.raises(TokenRefused):
        await task
