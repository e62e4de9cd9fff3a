"""Webhook delivery: order, lanes, secrets, retries in virtual time."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from emulator.model import Bot, User
from emulator.world import World
from tests.support.receiver import Receiver, until

pytestmark = pytest.mark.asyncio
SECRET = "a-secret"
KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


@pytest.fixture
def chat(world: World, ana: User, bot: Bot) -> int:
    world.act("start", user=ana.id)
    bot.queue.clear()
    return ana.id


async def test_updates_arrive_in_order_with_the_secret_and_leave_the_queue(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    world.act("say", user=chat, text="0")
    done("setWebhook", url=receiver.url, secret_token=SECRET)
    for number in range(1, 20):
        world.act("say", user=chat, text=str(number))
    await until(lambda: len(bot.queue) == 0)
    assert receiver.texts() == [str(number) for number in range(20)]
    assert receiver.secrets == {SECRET}
    assert world.act("transcript", user=chat)["messages"][-1]["fetched"]


async def test_one_chat_waits_while_taps_and_other_people_go_on(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int, ben: User
) -> None:
    held = asyncio.Event()

    async def answer(update: dict[str, Any]) -> web.Response:
        if update.get("message", {}).get("text") == "slow":
            await held.wait()
        return web.Response()

    receiver.answer = answer
    shown = done("sendMessage", chat_id=chat, text="?", reply_markup=KEYS)["message_id"]
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="slow")
    world.act("say", user=chat, text="next")
    world.act("tap", user=chat, message_id=shown, data="y")
    world.act("start", user=ben.id)
    await until(lambda: len(receiver.got) == 3)
    assert sorted(receiver.kinds()) == ["callback_query", "message", "message"]
    await until(lambda: len(bot.queue) == 2)
    assert len(receiver.got) == 3
    held.set()
    await until(lambda: len(bot.queue) == 0)
    assert receiver.got[-1]["message"]["text"] == "next"


async def test_a_failure_is_tried_again_at_once_and_then_ever_later(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    async def fail(update: dict[str, Any]) -> web.Response:
        return web.Response(status=500)

    receiver.answer = fail
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    for seconds, tries in ((0, 2), (2, 3), (4, 4), (8, 5)):
        world.clock.advance(seconds)
        await until(lambda tries=tries: bot.webhook and bot.webhook.failures == tries)  # type: ignore[misc]
        assert len(receiver.got) == tries
    assert "500" in done("getWebhookInfo")["last_error_message"]
    receiver.answer = receiver.accept
    world.clock.advance(16)
    await until(lambda: len(bot.queue) == 0)
    assert len({update["update_id"] for update in receiver.got}) == 1


async def test_retry_after_replaces_the_delay(world: World, receiver: Receiver, done: Any, bot: Bot, chat: int) -> None:
    async def busy(update: dict[str, Any]) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "100"})

    receiver.answer = busy
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    await until(lambda: bot.webhook and bot.webhook.last_error_message)
    world.clock.advance(99)
    await asyncio.sleep(0.02)
    assert len(receiver.got) == 1
    receiver.answer = receiver.accept
    world.clock.advance(2)
    await until(lambda: len(bot.queue) == 0)


async def test_what_expires_while_the_bot_is_down_is_never_delivered(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    shown = done("sendMessage", chat_id=chat, text="?", reply_markup=KEYS)["message_id"]
    done("setWebhook", url="http://127.0.0.1:9/nobody")
    world.act("tap", user=chat, message_id=shown, data="y")
    world.act("say", user=chat, text="x")
    await until(lambda: bot.webhook and bot.webhook.last_error_message)
    world.clock.advance(151)
    done("setWebhook", url=receiver.url)
    await until(lambda: len(bot.queue) == 0)
    assert receiver.kinds() == ["message"]


async def test_a_duplicate_comes_on_order(world: World, receiver: Receiver, done: Any, bot: Bot, chat: int) -> None:
    world.faults.add("duplicate_update", contains="twice")
    done("setWebhook", url=receiver.url)
    for text in ("once", "twice", "last"):
        world.act("say", user=chat, text=text)
    await until(lambda: len(bot.queue) == 0)
    assert receiver.texts() == ["once", "twice", "twice", "last"]


async def test_a_tap_overtakes_a_text_on_order(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    shown = done("sendMessage", chat_id=chat, text="?", reply_markup=KEYS)["message_id"]
    world.faults.add("reorder", contains="before", seconds=60)
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="before")
    world.act("tap", user=chat, message_id=shown, data="y")
    await until(lambda: receiver.got)
    world.clock.advance(60)
    await until(lambda: len(bot.queue) == 0)
    assert receiver.kinds() == ["callback_query", "message"]


async def test_a_method_in_the_answer_is_carried_out(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    async def reply(update: dict[str, Any]) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": chat, "text": "by answer"})

    receiver.answer = reply
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    await until(lambda: len(bot.queue) == 0)
    assert world.act("transcript", user=chat)["messages"][-1]["text"] == "by answer"


async def test_a_webhook_that_is_gone_for_23_hours_is_removed(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    async def gone(update: dict[str, Any]) -> web.Response:
        return web.Response(status=410)

    receiver.answer = gone
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    await until(lambda: len(receiver.got) == 2)
    world.clock.advance(23 * 3600)
    await until(lambda: bot.webhook is None)
    assert len(bot.queue) == 1


async def test_a_bot_that_comes_later_is_served_as_well(world: World, receiver: Receiver, ana: User) -> None:
    world.act("bots", token="77:other", username="other_bot")
    world.call("77:other", "setWebhook", {"url": receiver.url})
    world.act("start", user=ana.id, bot="other_bot")
    await until(lambda: receiver.got)
    assert receiver.texts() == ["/start"]
