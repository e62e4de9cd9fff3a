"""The Bot API over real sockets, with python-telegram-bot and with bare HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import telegram
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from emulator import api
from emulator.faults import OTHER_POLL
from emulator.model import Bot, User
from emulator.world import World

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def client(url: str, token: str) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


async def until(condition: Any) -> None:
    """Let others run until the condition holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the condition has no event of its own
            await asyncio.sleep(0)


@pytest.fixture
def chat(world: World, ana: User) -> int:
    world.act("start", user=ana.id)
    return ana.id


ROWS: list[tuple[dict[str, Any], type[TelegramError], str]] = [
    ({"kind": "400", "description": "chat not found"}, BadRequest, "Chat not found"),
    ({"kind": "403"}, Forbidden, "Forbidden: bot was blocked by the user"),
    ({"kind": "500"}, NetworkError, "Internal Server Error: restart"),
    ({"kind": "502_html"}, NetworkError, "Bad Gateway"),
    ({"kind": "504"}, NetworkError, "Gateway Timeout"),
    ({"kind": "broken_json"}, TelegramError, "Invalid server response"),
    ({"kind": "cut_before"}, NetworkError, "RemoteProtocolError"),
    ({"kind": "cut_after"}, NetworkError, "RemoteProtocolError"),
    ({"kind": "refuse"}, NetworkError, "httpx"),
]


@pytest.mark.parametrize(("fault", "raised", "words"), ROWS, ids=[row[0]["kind"] for row in ROWS])
async def test_the_client_makes_of_faults_what_it_makes_of_telegrams(
    world: World, client: telegram.Bot, chat: int, fault: dict[str, Any], raised: type[TelegramError], words: str
) -> None:
    world.act("faults", **fault)
    with pytest.raises(raised, match=words) as caught:
        await client.send_message(chat, "x")
    assert type(caught.value) is raised


async def test_flood_control_carries_its_seconds_in_body_and_header(
    world: World,
    client: telegram.Bot,
    http: aiohttp.ClientSession,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    chat: int,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world.faults.add("429", retry_after=9, count=2)
    with pytest.raises(RetryAfter) as caught:
        await client.send_message(chat, "x")
    assert caught.value.retry_after == timedelta(seconds=9)
    async with http.post(f"/bot{token}/sendMessage", data={"chat_id": chat, "text": "x"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "9")


async def test_a_late_answer_times_out_although_the_message_is_there(
    world: World, client: telegram.Bot, chat: int
) -> None:
    world.faults.add("late", seconds=30)
    with pytest.raises(TimedOut):
        await client.send_message(chat, "x", read_timeout=0.5)
    assert world.act("transcript", user=chat)["messages"][-1]["text"] == "x"


async def test_a_wrong_token_is_an_invalid_token(url: str) -> None:
    async with HTTPXRequest() as request:
        client = telegram.Bot("4242:wrong", base_url=f"{url}/bot", request=request)
        with pytest.raises(InvalidToken):
            await client.get_me()


async def test_a_conversation_goes_both_ways(world: World, client: telegram.Bot, chat: int) -> None:
    (start,) = await client.get_updates()
    assert start.message is not None
    assert start.message.text == "/start"
    keys = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Yes", callback_data="y")]])
    marks = [telegram.MessageEntity("bold", 0, 2)]
    sent = await client.send_message(chat, "\U0001f60a?", entities=marks, reply_markup=keys, protect_content=True)
    assert sent.entities == tuple(marks)
    world.act("tap", user=chat, message_id=sent.message_id, text="Yes")
    (tap,) = await client.get_updates(offset=start.update_id + 1)
    assert tap.callback_query is not None
    assert tap.callback_query.data == "y"
    assert tap.callback_query.message == sent
    assert await client.answer_callback_query(tap.callback_query.id, "Done")
    edited = await client.edit_message_text("Thank you", chat, sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.text == "Thank you"
    assert world.recorder.findings()["findings"] == []


async def test_the_setup_calls_of_a_bot_are_taken(world: World, client: telegram.Bot, chat: int) -> None:
    assert (await client.get_me()).username == "rekindle_bot"
    assert await client.set_my_commands([("help", "Help")], scope=telegram.BotCommandScopeAllPrivateChats())
    assert (await client.get_my_commands(scope=telegram.BotCommandScopeAllPrivateChats()))[0].command == "help"
    assert await client.set_my_description("Long")
    assert (await client.get_my_description()).description == "Long"
    assert await client.set_my_short_description("Short")
    assert await client.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
    assert (await client.get_chat(chat)).first_name == "Ana"
    assert await client.send_chat_action(chat, "typing")
    assert (await client.get_webhook_info()).url == ""
    assert world.recorder.findings()["errors"] == 0


async def test_files_go_up_and_come_down(world: World, client: telegram.Bot, chat: int) -> None:
    sent = await client.send_voice(chat, b"OggS and sound", duration=3, caption="Hear")
    assert sent.voice is not None
    file = await client.get_file(sent.voice.file_id)
    assert bytes(await file.download_as_bytearray()) == b"OggS and sound"
    world.act("photo", user=chat, caption="Look")
    photo = (await client.get_updates())[-1].message.photo[-1]  # type: ignore[union-attr]
    again = await client.send_photo(chat, photo.file_id, has_spoiler=True)
    assert again.has_media_spoiler
    assert world.recorder.findings()["errors"] == 0


async def test_a_long_poll_wakes_when_something_happens(
    world: World, client: telegram.Bot, bot: Bot, chat: int
) -> None:
    poll = asyncio.create_task(client.get_updates(offset=bot.queue.tail, timeout=50))
    await until(lambda: bot.seat)
    world.act("say", user=chat, text="here")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "here"
    assert bot.seat is None


async def test_a_newer_waiting_poll_ends_the_older_one(client: telegram.Bot, url: str, token: str, bot: Bot) -> None:
    older = asyncio.create_task(client.get_updates(timeout=50))
    await until(lambda: bot.seat)
    seat = bot.seat
    async with telegram.Bot(token, base_url=f"{url}/bot") as second:
        newer = asyncio.create_task(second.get_updates(timeout=50))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        assert bot.seat is not seat
        assert await client.set_webhook("http://127.0.0.1:9/x")
        with pytest.raises(Conflict, match="terminated by setWebhook request"):
            await newer


async def test_a_poll_answered_at_once_leaves_a_waiting_one_alone(
    http: aiohttp.ClientSession, token: str, bot: Bot
) -> None:
    waiting = asyncio.create_task(http.get(f"/bot{token}/getUpdates?timeout=50").__aenter__())
    await until(lambda: bot.seat)
    async with http.get(f"/bot{token}/getUpdates") as answer:
        assert (await answer.json())["result"] == []
    assert not waiting.done()
    bot.seat.end(OTHER_POLL)  # type: ignore[union-attr]
    assert (await waiting).status == 409


async def test_a_fault_reaches_a_poll_that_already_waits(world: World, client: telegram.Bot, bot: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=50))
    await until(lambda: bot.seat)
    world.faults.add("conflict_409")
    with pytest.raises(Conflict):
        await poll


@pytest.mark.parametrize("path", ["/bot4242%3Aa-token-for-tests/getMe", "/bot4242:a-token-for-tests/getme"])
async def test_the_path_is_decoded_and_the_method_read_in_any_case(http: aiohttp.ClientSession, path: str) -> None:
    for answering in (http.get(path), http.post(path)):
        async with answering as answer:
            assert (await answer.json())["result"]["id"] == 4242


async def test_parameters_come_by_query_form_json_and_multipart(
    world: World, http: aiohttp.ClientSession, token: str, chat: int
) -> None:
    path = f"/bot{token}/sendMessage"
    plain = {"chat_id": str(chat), "text": "x"}
    multipart = aiohttp.FormData(plain, default_to_multipart=True)
    ways = [http.get(path, params=plain), http.post(path, data=plain), http.post(path, data=multipart)]
    for asked in (*ways, http.post(path, json={"chat_id": chat, "text": "x"})):
        async with asked as answer:
            assert (await answer.json())["ok"]
    assert len(world.act("transcript", user=chat)["messages"]) == 5


async def test_a_body_that_is_no_json_is_a_bad_request(http: aiohttp.ClientSession, token: str) -> None:
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[]"):
        async with http.post(f"/bot{token}/getMe", data=body, headers=headers) as answer:
            assert answer.status == 400


@pytest.mark.parametrize("path", ["/botx", "/nothing", "/file/bot4242:a-token-for-tests/no/file", "/bot4242:x/y/z"])
async def test_a_path_that_leads_nowhere_is_not_found(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        body = await answer.json()
    assert (answer.status, body["ok"], body["description"]) == (404, False, "Not Found")


async def test_hasty_polls_get_one_update_when_pacing_is_on(
    world: World, http: aiohttp.ClientSession, token: str, chat: int
) -> None:
    world.pacing = True
    world.act("say", user=chat, text="two")
    counts = []
    for _ in range(2):
        async with http.get(f"/bot{token}/getUpdates?offset=5") as answer:
            counts.append(len(json.loads(await answer.text())["result"]))
    assert counts == [2, 1]


async def test_conflicts_in_a_hurry_are_answered_late_when_pacing_is_on(
    world: World, http: aiohttp.ClientSession, token: str, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def hold(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(api.asyncio, "sleep", hold)
    call("setWebhook", url="http://127.0.0.1:9/x")
    for pacing in (False, True, True, True):
        world.pacing = pacing
        async with http.get(f"/bot{token}/getUpdates") as answer:
            assert answer.status == 409
    assert waits == [3.0, 3.0]
