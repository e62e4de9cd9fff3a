"""What a failed call means, with PTB's real errors from a real server on loopback through our own request."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import EndPointNotFound, NetworkError, TelegramError, TimedOut

from bot.delivery.failures import (
    Failure,
    NotSent,
    Reason,
    Refused,
    TokenTrouble,
    Unknown,
    Unreachable,
    classify,
)
from bot.delivery.request import HttpRequest

TOKEN = "123456:canary-token"
MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "hello"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _whole_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@asynccontextmanager
async def serving(handler: Handler, **timeouts: float) -> AsyncIterator[Bot]:
    """A bot whose Bot API is `handler`."""
    server = web.Server(handler)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with bot_at(f"http://{host}:{port}", **timeouts) as bot:
        yield bot
    await runner.cleanup()


@asynccontextmanager
async def bot_at(address: str, **timeouts: Any) -> AsyncIterator[Bot]:
    request, updates = HttpRequest(**timeouts), HttpRequest(**timeouts)
    await request.initialize()
    await updates.initialize()
    yield Bot(TOKEN, base_url=f"{address}/bot", request=request, get_updates_request=updates)
    await request.shutdown()
    await updates.shutdown()


def says(status: int, description: str, **parameters: object) -> Handler:
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return handler


def shows(status: int, page: str, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=page, content_type="text/html", headers=headers)

    return handler


async def failing(bot: Bot) -> TelegramError:
    with pytest.raises(TelegramError) as failed:
        await bot.send_message(7, "hello")
    return failed.value


def no_secret_in(error: BaseException | None) -> None:
    """Neither the error nor anything that a traceback would print with it holds the token or its address."""
    while error is not None:
        assert "canary" not in repr(error)
        assert "canary" not in str(error)
        assert error.__context__ is None or error.__context__ is error.__cause__
        error = error.__cause__


def refused(reason: Reason, *, benign: bool = False) -> Refused:
    return Refused(reason, benign=benign)


OUTCOMES: list[tuple[Handler, Failure]] = [
    (
        says(400, "Bad Request: message is not modified: specified new message content"),
        refused(Reason.NOT_MODIFIED, benign=True),
    ),
    (
        says(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        refused(Reason.QUERY_TOO_OLD, benign=True),
    ),
    (says(400, "Bad Request: message to delete not found"), refused(Reason.ALREADY_DELETED, benign=True)),
    (says(400, "Bad Request: message to edit not found"), refused(Reason.NOTHING_TO_EDIT)),
    (says(400, "Bad Request: message to be replied not found"), refused(Reason.NOTHING_TO_REPLY_TO)),
    (says(400, "Bad Request: message can't be edited"), refused(Reason.CANNOT_EDIT)),
    (says(400, "Bad Request: message can't be deleted for everyone"), refused(Reason.CANNOT_DELETE)),
    (says(400, "Bad Request: chat not found"), refused(Reason.CHAT_NOT_FOUND)),
    (says(400, "Bad Request: text must be non-empty"), refused(Reason.TEXT_EMPTY)),
    (says(400, "Bad Request: message is too long"), refused(Reason.TEXT_TOO_LONG)),
    (says(400, "Bad Request: BUTTON_DATA_INVALID"), refused(Reason.BAD_BUTTONS)),
    (says(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), refused(Reason.VOICE_REFUSED)),
    (
        says(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        refused(Reason.BAD_FILE),
    ),
    (says(400, "Bad Request: something new"), refused(Reason.BAD_REQUEST)),
    (says(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-9), refused(Reason.CHAT_MIGRATED)),
    (says(401, "Unauthorized"), TokenTrouble()),
    (says(404, "Not Found: method not found"), TokenTrouble()),
    (says(403, "Forbidden: bot was blocked by the user"), Unreachable(Reason.BLOCKED)),
    (says(403, "Forbidden: user is deactivated"), Unreachable(Reason.DEACTIVATED)),
    (
        says(403, "Forbidden: bot can't initiate conversation with a user"),
        Unreachable(Reason.NEVER_STARTED),
    ),
    (says(403, "Forbidden: the bot can't send messages to the bot"), Unreachable(Reason.FORBIDDEN)),
    (says(409, "Conflict: terminated by other getUpdates request"), NotSent(None, everywhere=True)),
    (says(413, "Request Entity Too Large"), refused(Reason.TOO_LARGE)),
    (says(418, "A teapot"), refused(Reason.HTTP_STATUS)),
    (says(429, "Too Many Requests: retry after 7", retry_after=7), NotSent(7.0, everywhere=False)),
    (shows(429, "slow down", **{"Retry-After": "11"}), NotSent(11.0, everywhere=False)),
    (shows(429, "slow down"), NotSent(None, everywhere=True)),
    (says(500, "Internal Server Error: restart"), NotSent(None, everywhere=True)),
    (says(500, "Internal Server Error"), Unknown(Reason.GATEWAY)),
    (shows(502, "<html>bad gateway</html>"), Unknown(Reason.GATEWAY)),
    (shows(503, "<html>unavailable</html>"), NotSent(None, everywhere=True)),
    (shows(504, "<html>gateway timeout</html>"), Unknown(Reason.GATEWAY)),
    (shows(403, "<html>the proxy says no</html>"), NotSent(None, everywhere=True)),
    (shows(404, "<html>where am I</html>"), NotSent(None, everywhere=True)),
    (shows(302, "", Location="http://127.0.0.1:1/portal"), NotSent(None, everywhere=True)),
    (shows(200, "<html>welcome to this hotel</html>"), Unknown(Reason.BAD_ANSWER)),
]


@pytest.mark.parametrize(("handler", "expected"), OUTCOMES)
async def test_every_answer_has_its_meaning(handler: Handler, expected: Failure) -> None:
    async with serving(handler) as bot:
        error = await failing(bot)
    assert classify(error) == expected
    assert "html" not in str(error)
    no_secret_in(error)


async def test_nobody_listening_is_not_sent() -> None:
    async with bot_at("http://127.0.0.1:1") as bot:
        error = await failing(bot)
    assert isinstance(error, NetworkError)
    assert classify(error) == NotSent(None, everywhere=True)
    no_secret_in(error)


async def test_a_name_that_does_not_resolve_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unresolved(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "canary.invalid")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unresolved)
    async with bot_at("http://nowhere.invalid") as bot:
        error = await failing(bot)
    assert classify(error) == NotSent(None, everywhere=True)
    no_secret_in(error)


async def test_no_free_connection_is_not_sent() -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.StreamResponse:
        arrived.set()
        await go_on.wait()
        return web.json_response({"ok": True, "result": MESSAGE})

    async with serving(slow, connections=1, connect_timeout=0.05, pool_timeout=0.0) as bot:
        first = asyncio.create_task(bot.send_message(7, "hello", connect_timeout=60.0))
        await arrived.wait()
        error = await failing(bot)
        go_on.set()
        await first
    assert isinstance(error, TimedOut)
    assert classify(error) == NotSent(None, everywhere=True)
    no_secret_in(error)


async def test_no_answer_in_time_is_unknown() -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with serving(silent, read_timeout=0.05) as bot:
        error = await failing(bot)
    assert isinstance(error, TimedOut)
    assert classify(error) == Unknown(Reason.NO_ANSWER)
    no_secret_in(error)


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", b"nonsense\r\n\r\n"])
async def test_a_connection_cut_before_or_inside_the_answer_is_unknown(sent: bytes) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(sent)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with bot_at(f"http://127.0.0.1:{port}") as bot:
        error = await failing(bot)
    server.close()
    await server.wait_closed()
    assert classify(error) == Unknown(Reason.CUT_OFF)
    no_secret_in(error)


async def test_errors_from_elsewhere_are_unknown_or_refused() -> None:
    assert classify(asyncio.CancelledError()) == Unknown(Reason.CANCELLED)
    assert classify(KeyError("result")) == Unknown(Reason.BAD_ANSWER)
    assert classify(TimedOut()) == Unknown(Reason.NO_ANSWER)
    assert classify(EndPointNotFound("x")) == refused(Reason.NO_SUCH_METHOD)


async def test_a_retry_after_is_read_as_seconds_in_both_settings_of_ptb(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(says(429, "Too Many Requests", retry_after=90)) as bot:
        error = await failing(bot)
    assert error.retry_after == timedelta(seconds=90)  # type: ignore[attr-defined]
    assert classify(error) == NotSent(90.0, everywhere=False)


async def test_parameters_arrive_as_json_and_the_answer_comes_back() -> None:
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.content_type == "application/json"
        seen.append((request.path, await request.json()))
        return web.json_response({"ok": True, "result": MESSAGE})

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="s.1.2.yes")]])
    async with serving(handler) as bot:
        message = await bot.send_message(7, "héllo 🌱", reply_markup=keyboard, disable_notification=True)
    assert message.message_id == 5
    path, parameters = seen[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert parameters["text"] == "héllo 🌱"
    assert parameters["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "s.1.2.yes"


async def test_files_are_uploaded_with_their_names() -> None:
    seen: list[tuple[str, str, bytes, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        part = form["document"]
        assert isinstance(part, web.FileField)
        seen.append((part.filename, part.content_type, part.file.read(), str(form["chat_id"])))
        return web.json_response({"ok": True, "result": MESSAGE})

    async with serving(handler) as bot:
        await bot.send_document(7, InputFile(b'{"mine": 1}', filename="mine.json"), caption="yours")
    assert seen == [("mine.json", "application/json", b'{"mine": 1}', "7")]


async def test_a_long_poll_waits_longer_than_the_read_timeout() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert (await request.json())["timeout"] == 50
        await asyncio.sleep(0.1)  # longer than an answer may take, shorter than the poll
        return web.json_response({"ok": True, "result": []})

    async with serving(handler, read_timeout=0.05) as bot:
        assert await bot.get_updates(timeout=50) == ()


async def test_connections_are_kept() -> None:
    ports: set[object] = set()

    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername"))
        return web.json_response({"ok": True, "result": MESSAGE})

    async with serving(handler) as bot:
        for _ in range(5):
            await bot.send_message(7, "hello")
    assert len(ports) == 1


async def test_files_are_fetched_as_bytes() -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"\x00\xff")

    async with serving(handler) as bot:
        address = bot.base_url.partition("/bot")[0]
        assert await bot.request.retrieve(f"{address}/file") == b"\x00\xff"


async def test_a_lone_surrogate_in_an_answer_is_read() -> None:
    assert HttpRequest.parse_json_payload(b'{"text": "\\ud83d"}') == {"text": "\ud83d"}
    assert HttpRequest.parse_json_payload(b'{"text": "\xff"}') == {"text": "\ufffd"}
    with pytest.raises(TelegramError):
        HttpRequest.parse_json_payload(b"[1]")


async def test_a_request_that_was_never_or_twice_started_is_plain() -> None:
    request = HttpRequest()
    await request.shutdown()
    with pytest.raises(NetworkError, match="not initialised"):
        await request.post("http://127.0.0.1:1/")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
