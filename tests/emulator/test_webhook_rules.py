"""The finer rules of webhooks: how often one is set, how long a failure waits, what an answer may order, faults."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from emulator import webhook
from emulator.model import Bot, User
from emulator.params import Upload
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


def answers(hook: Receiver, code: int, **headers: str) -> None:
    """From now on the bot answers so."""

    async def answer(update: dict[str, Any]) -> web.Response:
        return web.Response(status=code, headers=headers)

    hook.answer = answer


async def failures(bot: Bot, count: int) -> None:
    await until(lambda: bot.webhook and bot.webhook.failures >= count)


async def test_a_webhook_can_be_set_once_a_second(world: World, call: Any, receiver: Receiver) -> None:
    assert call("setWebhook", url=receiver.url)["ok"]
    refused = call("setWebhook", url=receiver.url)
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
    assert call("deleteWebhook")["ok"]
    world.clock.advance(1)
    assert call("setWebhook", url=receiver.url)["ok"]


async def test_the_same_webhook_set_again_changes_nothing_but_allowed_updates(
    world: World, receiver: Receiver, call: Any, done: Any, bot: Bot, chat: int
) -> None:
    answers(receiver, 500)
    asked = {"url": receiver.url, "secret_token": SECRET, "max_connections": 7}
    assert call("setWebhook", **asked)["description"] == "Webhook was set"
    world.act("say", user=chat, text="x")
    await failures(bot, 2)
    world.clock.advance(1)
    assert call("setWebhook", **asked, allowed_updates='["message"]')["description"] == "Webhook is already set"
    assert bot.queue.allowed == {"message"}
    assert "500" in done("getWebhookInfo")["last_error_message"]
    world.clock.advance(0.9)
    await asyncio.sleep(0.02)
    assert len(receiver.got) == 2
    world.clock.advance(0.1)
    await failures(bot, 3)
    assert call("setWebhook", **asked | {"max_connections": 8})["description"] == "Webhook was set"
    assert "last_error_message" not in done("getWebhookInfo")
    await until(lambda: len(receiver.got) == 5)


async def test_a_wrong_webhook_leaves_none(world: World, receiver: Receiver, call: Any, done: Any) -> None:
    done("setWebhook", url=receiver.url)
    world.clock.advance(1)
    assert not call("setWebhook", url="ftp://x")["ok"]
    assert done("getWebhookInfo")["url"] == ""
    assert call("getUpdates")["ok"]


async def test_a_certificate_and_an_address_are_taken_and_told(world: World, done: Any, token: str) -> None:
    upload = Upload("cert.pem", "application/x-pem-file", b"-----BEGIN")
    asked = {"url": "bot.example/hook", "ip_address": "203.0.113.7"}
    assert world.call(token, "setWebhook", asked, {"certificate": upload})["ok"]
    info = done("getWebhookInfo")
    assert (info["url"], info["has_custom_certificate"], info["ip_address"]) == (
        "bot.example/hook",
        True,
        "203.0.113.7",
    )


async def test_no_seconds_to_wait_are_as_none_said_and_those_said_do_not_double_the_rest(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    answers(receiver, 503, **{"Retry-After": "30"})
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    await failures(bot, 1)
    world.clock.advance(30)
    await failures(bot, 2)
    answers(receiver, 503, **{"Retry-After": "0"})
    world.clock.advance(30)
    await failures(bot, 3)
    await asyncio.sleep(0.02)
    assert len(receiver.got) == 3
    world.clock.advance(2)
    await failures(bot, 4)


async def test_the_longest_wait_is_a_random_minute_or_two(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    answers(receiver, 500)
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="x")
    await failures(bot, 2)
    for count in range(3, 9):
        world.clock.advance(2.0 ** (count - 2))
        await failures(bot, count)
    for count in range(9, 14):
        world.clock.advance(59)
        await asyncio.sleep(0.01)
        assert len(receiver.got) == count - 1
        world.clock.advance(62)
        await failures(bot, count)


async def test_what_could_only_come_too_late_is_dropped_and_the_next_goes_on(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    async def busy(update: dict[str, Any]) -> web.Response:
        first = len(receiver.got) == 1
        return web.Response(status=503, headers={"Retry-After": "151"}) if first else web.Response()

    receiver.answer = busy
    shown = done("sendMessage", chat_id=chat, text="?", reply_markup=KEYS)["message_id"]
    done("setWebhook", url=receiver.url)
    for _ in range(2):
        world.act("tap", user=chat, message_id=shown, data="y")
    await until(lambda: len(bot.queue) == 0)
    assert len({update["update_id"] for update in receiver.got}) == len(receiver.got) == 2


async def test_no_more_requests_at_a_time_than_were_asked_for_and_two_lanes_a_connection_in_sight(
    world: World, receiver: Receiver, done: Any, bot: Bot
) -> None:
    going, held = asyncio.Event(), 0

    async def slow(update: dict[str, Any]) -> web.Response:
        nonlocal held
        held += 1
        await going.wait()
        return web.Response(status=500 if world.clock.offset == 0 else 200)

    receiver.answer = slow
    people = [world.add_user(f"P{number}").id for number in range(6)]
    done("setWebhook", url=receiver.url, max_connections=2)
    for person in people:
        world.act("start", user=person)
    await until(lambda: held == 2)
    await asyncio.sleep(0.02)
    assert held == 2
    going.set()
    await failures(bot, 8)  # each of four lanes twice; the others are out of sight
    assert {update["message"]["chat"]["id"] for update in receiver.got} == set(people[:4])
    world.clock.advance(2)
    await until(lambda: len(bot.queue) == 0)
    assert {update["message"]["chat"]["id"] for update in receiver.got} == set(people)


async def test_edits_keep_their_place_behind_texts_and_blocking_has_a_lane_of_its_own(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    held = asyncio.Event()

    async def answer(update: dict[str, Any]) -> web.Response:
        if update.get("message", {}).get("text") == "slow":
            await held.wait()
        return web.Response()

    receiver.answer = answer
    done("setWebhook", url=receiver.url)
    said = world.act("say", user=chat, text="slow")["message_id"]
    world.act("edit", user=chat, message_id=said, text="slower")
    world.act("block", user=chat)
    await until(lambda: len(receiver.got) == 2)
    assert set(receiver.kinds()) == {"message", "my_chat_member"}
    held.set()
    await until(lambda: len(bot.queue) == 0)
    assert receiver.kinds()[-1] == "edited_message"


async def test_an_answer_that_is_lost_brings_the_update_again(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    world.faults.add("lost_answer", contains="twice")
    done("setWebhook", url=receiver.url)
    for text in ("twice", "last"):
        world.act("say", user=chat, text=text)
    await until(lambda: len(bot.queue) == 0)
    assert receiver.texts() == ["twice", "twice", "last"]
    assert done("getWebhookInfo")["last_error_message"] == "Read timeout expired"


async def test_an_update_that_is_cut_off_comes_again(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    world.faults.add("cut_update", contains="long")
    done("setWebhook", url=receiver.url)
    world.act("say", user=chat, text="a long one")
    await until(lambda: len(bot.queue) == 0)
    assert receiver.texts() == ["a long one"]
    assert done("getWebhookInfo")["last_error_message"] == "Connection closed"


async def test_an_update_is_held_back_on_order_also_behind_another(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    world.faults.add("reorder", contains="second", seconds=60)
    done("setWebhook", url=receiver.url)
    for text in ("first", "second", "third"):
        world.act("say", user=chat, text=text)
    await until(lambda: len(bot.queue) == 2)
    await asyncio.sleep(0.02)
    assert receiver.texts() == ["first"]
    world.clock.advance(60)
    await until(lambda: len(bot.queue) == 0)
    assert receiver.texts() == ["first", "second", "third"]


async def test_a_minute_of_silence_a_refused_connection_and_a_redirection_are_failures(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SILENCE_SECONDS", 0.5)
    never = asyncio.Event()

    async def silent(update: dict[str, Any]) -> web.Response:
        await never.wait()
        return web.Response()

    async def tells(url: str, sentence: str) -> None:
        """Not by the first try, where a busy machine needs that long to connect."""
        world.clock.advance(5)
        done("setWebhook", url=url)
        await until(lambda: bot.webhook and bot.webhook.last_error_message == sentence)

    receiver.answer = silent
    world.act("say", user=chat, text="x")
    await tells(receiver.url, "Read timeout expired")
    monkeypatch.setattr(webhook, "SILENCE_SECONDS", 60.0)
    await tells("http://127.0.0.1:9/", "Connection refused")
    answers(receiver, 307, Location=receiver.url)
    await tells(f"{receiver.url}?other", "Wrong response from the webhook: 307 Temporary Redirect")
    assert len(bot.queue) == 1


async def test_what_a_webhook_did_not_take_goes_to_the_next_one_or_to_a_poll(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int
) -> None:
    done("setWebhook", url="http://127.0.0.1:9/nobody")
    world.act("say", user=chat, text="one")
    await failures(bot, 1)
    world.clock.advance(1)
    done("setWebhook", url=receiver.url)
    await until(lambda: len(bot.queue) == 0)
    answers(receiver, 500)
    world.act("say", user=chat, text="two")
    await failures(bot, 1)
    done("deleteWebhook")
    assert [update["message"]["text"] for update in done("getUpdates")] == ["two"]
    assert receiver.texts()[0] == "one"


@pytest.mark.parametrize(
    ("body", "form", "obeyed"),
    [
        ('{{"method": "SendMessage", "chat_id": {}, "text": "by answer"}}', "application/json", True),
        ("method=sendMessage&chat_id={}&text=by+answer", "application/x-www-form-urlencoded", True),
        ('{{"method": "sendMessage", "chat_id": {}, "text": "by answer"}}', "text/plain", False),
        ('{{"method": "setWebhook", "url": "http://else.example/{}"}}', "application/json", False),
        ('{{"method": "deleteWebhook", "x": {}}}', "application/json", False),
        ('{{"method": "getMe", "x": {}}}', "application/json", False),
    ],
)
async def test_an_answer_says_of_what_form_it_is_and_may_not_ask_or_move(
    world: World, receiver: Receiver, done: Any, bot: Bot, chat: int, body: str, form: str, *, obeyed: bool
) -> None:
    async def reply(update: dict[str, Any]) -> web.Response:
        return web.Response(text=body.format(chat), content_type=form)

    receiver.answer = reply
    done("setWebhook", url=receiver.url)
    calls = len(world.recorder.lines)
    world.act("say", user=chat, text="x")
    await until(lambda: len(bot.queue) == 0)
    assert ("by answer" in [m["text"] for m in world.act("transcript", user=chat)["messages"]]) is obeyed
    assert len(world.recorder.lines) == calls + 1 + obeyed
    assert bot.webhook is not None
    assert bot.webhook.url == receiver.url
