"""The webhook receiver on real sockets: who is let in, what is kept before it says so, and what strangers learn."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, delete, func, select
from telegram import Bot

from bench.intake import campaign
from bot.clock import Clock
from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.models import Inbox
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.delivery.turn import Desk
from bot.intake import inbox, webhook
from bot.intake.translate import asked
from bot.intake.webhook import MAX_BODY, hook_url, place
from emulator.inprocess import WorldRequest
from emulator.world import World
from tests.support.hook import PLACE, SECRET, Hook, listening, request, statuses, text_update
from tests.support.units import a_desk

ANA = 2**51 + 1
TOKEN = "7:HOOK"
STRANGERS = 2000
_rows = Inbox


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hook") / "rekindle.db"


@pytest.fixture(scope="module")
def database(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}")
    database.run_sync(migrate.upgrade)
    yield database
    database.close_sync()


@pytest.fixture
def desk(shelf: Library, key_store: KeyStore) -> Desk:
    return a_desk(shelf, key_store)


@pytest.fixture
def telegram() -> World:
    telegram = World(seed=7)
    telegram.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    telegram.add_user("Ana", user_id=ANA)
    telegram.act("start", user="Ana")
    return telegram


@pytest.fixture
def emergency(telegram: World, shelf: Library) -> Emergency:
    bot = Bot(TOKEN, request=WorldRequest(telegram), get_updates_request=WorldRequest(telegram))
    return Emergency(bot, shelf, Limits(0, 0), asked)


@pytest_asyncio.fixture
async def hook(
    database: Database, desk: Desk, emergency: Emergency, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hook]:
    for limit in ("KEEP_SECONDS", "BODY_SECONDS"):
        monkeypatch.setattr(webhook, limit, 60.0)
    await database.run(_forget)
    async with listening(database, desk, emergency) as hook:
        yield hook


def _forget(connection: Connection) -> None:
    connection.execute(delete(_rows))


def _count(connection: Connection, **where: Any) -> int:
    query = select(func.count()).select_from(_rows).filter_by(**where)
    return connection.execute(query).scalar_one()


def body(*args: Any, **kwargs: Any) -> bytes:
    return json.dumps(text_update(*args, **kwargs)).encode()


def goes_away(path: Path) -> None:
    path.rename(path.with_name("away"))


def comes_back(path: Path) -> None:
    path.with_name("away").rename(path)


# -- Telegram


@pytest.mark.asyncio
async def test_an_update_is_kept_before_it_is_confirmed(hook: Hook, database: Database) -> None:
    assert await hook.asks(request()) == 200
    assert await database.run(_count, state="open") == 1
    assert hook.woken == [[ANA]]


@pytest.mark.asyncio
async def test_what_comes_twice_at_once_is_one_row_and_wakes_once(hook: Hook, database: Database) -> None:
    assert set(await asyncio.gather(*(hook.asks(request()) for _ in range(8)))) == {200}
    assert await database.run(_count) == 1
    assert sorted(hook.woken, key=len) == [[]] * 7 + [[ANA]]


@pytest.mark.asyncio
async def test_a_tap_may_come_before_the_text_and_both_at_once(hook: Hook, database: Database, desk: Desk) -> None:
    user = text_update()["message"]["from"]
    tap = {"update_id": 2, "callback_query": {"id": "5", "from": user, "chat_instance": "1", "data": "s.1.1.x"}}
    asked = [request(json.dumps(tap).encode()), request(body(1))]
    assert await asyncio.gather(*(hook.asks(one) for one in asked)) == [200, 200]
    head = await database.run(inbox.head, ANA, now=Clock().now())
    assert head is not None
    assert head.update_id == 1
    assert await database.run(_count, state="open") == 2


@pytest.mark.asyncio
async def test_a_kind_that_we_do_not_know_is_confirmed_so_that_it_does_not_come_for_ever(
    hook: Hook, database: Database
) -> None:
    assert await hook.asks(request(b'{"update_id": 9, "poll": {"id": "1"}}')) == 200
    assert await database.run(_count, kind="other") == 1


@pytest.mark.asyncio
async def test_one_connection_carries_many_requests(hook: Hook, database: Database) -> None:
    kept = [request(body(number), Connection=None) for number in (1, 2)]
    assert statuses(await hook.says(b"".join([*kept, request(body(3))]))) == [200, 200, 200]
    assert await database.run(_count) == 3


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [MAX_BODY, MAX_BODY + 1])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_may_have_a_mebibyte_and_not_a_byte_more(
    hook: Hook, database: Database, size: int, *, chunked: bool
) -> None:
    update = body(text="x" * (size - len(body(text=""))))
    data = request(update)
    if chunked:
        data = request(b"%x\r\n%b\r\n0\r\n\r\n" % (size, update), Content_Length=None, Transfer_Encoding="chunked")
    fits = size <= MAX_BODY
    assert set(statuses(await hook.says(data))) <= {200 if fits else 404}
    assert await database.run(_count) == fits


@pytest.mark.asyncio
async def test_at_most_two_hundred_updates_of_a_person_wait_and_others_are_kept(hook: Hook, database: Database) -> None:
    flood = [request(body(number)) for number in range(1, 231)]
    for start in range(0, len(flood), 46):
        assert set(await asyncio.gather(*(hook.asks(one) for one in flood[start : start + 46]))) == {200}
    assert await hook.asks(request(body(900, sender=ANA + 1))) == 200
    found = [await database.run(_count, sender_id=ANA, state=state) for state in ("open", "dropped")]
    assert found == [200, 30]
    assert await database.run(_count, sender_id=ANA + 1, state="open") == 1


# -- while the database does not answer


@pytest.mark.asyncio
async def test_without_a_database_nothing_is_confirmed_and_telegram_is_told_when_to_come_again(
    hook: Hook, database: Database, path: Path
) -> None:
    goes_away(path)
    said = await hook.says(request())
    assert statuses(said) == [503]
    assert b"\r\nRetry-After: 5\r\n" in said
    assert hook.woken == []
    comes_back(path)
    assert await hook.asks(request()) == 200
    assert await database.run(_count) == 1


@pytest.mark.asyncio
async def test_a_cry_for_help_is_answered_while_the_database_is_away(
    hook: Hook, path: Path, telegram: World, shelf: Library
) -> None:
    goes_away(path)
    assert await hook.asks(request(body(text="/help"))) == 503
    comes_back(path)
    said = [m["text"] for m in telegram.act("transcript", user="Ana")["messages"] if m["from"] == "bot"]
    assert said == [shelf.catalogue.text("interface.emergency_help")]


@pytest.mark.asyncio
async def test_a_database_that_hangs_is_not_waited_for_and_what_it_keeps_later_is_kept_once(
    hook: Hook, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    held = asyncio.create_task(database.run(lambda _: gate.wait(60)))
    with monkeypatch.context() as patch:
        patch.setattr(webhook, "KEEP_SECONDS", 0.05)
        assert await hook.asks(request()) == 503
    gate.set()
    await held
    assert await hook.asks(request()) == 200
    assert await database.run(_count) == 1


# -- the end


@pytest.mark.asyncio
async def test_a_request_under_way_is_still_answered_when_we_stop_and_a_new_one_is_not(
    database: Database, desk: Desk, emergency: Emergency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "DRAIN_SECONDS", 60.0)
    gate = threading.Event()
    await database.run(_forget)
    async with listening(database, desk, emergency) as hook:
        held = asyncio.create_task(database.run(lambda _: gate.wait(60)))
        asked = asyncio.create_task(hook.asks(request()))
        async with asyncio.timeout(60):
            while not hook.requests():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        asyncio.get_running_loop().call_later(0.1, gate.set)
    await held
    assert await asked == 200
    assert await database.run(_count) == 1
    with pytest.raises(ConnectionRefusedError):
        await hook.asks(request())


@pytest.mark.asyncio
async def test_an_address_of_version_six_is_as_good(database: Database, desk: Desk, emergency: Emergency) -> None:
    async with listening(database, desk, emergency, host="::1") as hook:
        assert await hook.asks(request(body(77))) == 200


# -- strangers


WRONG = {
    "method": request(line=f"PUT /{PLACE} HTTP/1.1".encode()),
    "get": request(b"", line=f"GET /{PLACE} HTTP/1.1".encode()),
    "path": request(line=f"POST /{PLACE[:-1]} HTTP/1.1".encode()),
    "root": request(line=b"POST / HTTP/1.1"),
    "no path": request(line=b"OPTIONS * HTTP/1.1"),
    "secret": request(X_Telegram_Bot_Api_Secret_Token=SECRET[:-1]),
    "no secret": request(X_Telegram_Bot_Api_Secret_Token=None),
    "empty secret": request(X_Telegram_Bot_Api_Secret_Token=""),
    "secret that is no text": request(X_Telegram_Bot_Api_Secret_Token="\udcff\udcfe"),
    "two secrets": request().replace(b"Host:", f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nHost:".encode(), 1),
    "type": request(Content_Type="text/plain"),
    "no type": request(Content_Type=None),
    "packed": request(Content_Encoding="gzip"),
    "no json": request(b"{"),
    "no object": request(b"[1]"),
    "no number": request(b'{"update_id": "1", "message": {}}'),
    "a truth": request(b'{"update_id": true, "message": {}}'),
    "no end of a number": request(b'{"update_id": 1e400, "message": {}}'),
    "nothing in it": request(b'{"update_id": 1}'),
    "too deep": request(b'{"update_id":1,"message":' + b'{"a":' * 300 + b"1" + b"}" * 301),
    "half a character": request(b'{"update_id": 1, "message": {"text": "\\ud800"}}'),
    "expects": request(X_Telegram_Bot_Api_Secret_Token="", Expect="100-continue"),
    "expects something": request(X_Telegram_Bot_Api_Secret_Token="", Expect="something"),
}


@pytest.mark.asyncio
async def test_whatever_is_wrong_the_answer_is_the_same_and_nothing_is_kept(hook: Hook, database: Database) -> None:
    said = {name: re.sub(rb"Date: [^\r]*", b"", await hook.says(data)) for name, data in WRONG.items()}
    assert {name: statuses(one) for name, one in said.items()} == {name: [404] for name in WRONG}
    assert len(set(said.values())) == 1, said
    assert await database.run(_count) == 0
    assert hook.woken == []


@pytest.mark.asyncio
async def test_a_body_that_comes_too_slowly_is_not_waited_for(
    hook: Hook, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.05)
    assert await hook.asks(request()[:-1]) == 404
    assert await database.run(_count) == 0


@pytest.mark.asyncio
async def test_only_telegram_is_asked_for_a_body(hook: Hook) -> None:
    assert statuses(await hook.says(request(Expect="100-continue"))) == [100, 200]
    assert statuses(await hook.says(request(Expect="100-continue", Content_Type="text/plain"))) == [404]


@pytest.mark.asyncio
async def test_strangers_are_all_turned_away_write_nothing_and_break_nothing(tmp_path: Path) -> None:
    figures = await campaign.run(tmp_path, requests=STRANGERS, seed=3)
    sys.stdout.write(f"{figures}\n")
    assert not figures.wrong, "\n".join(figures.wrong)
    assert figures.requests == STRANGERS
    assert min(figures.answers[400], figures.answers[404]) > STRANGERS / 10


# -- the address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bot.example", "https://bot.example/{}"),
        ("https://bot.example/", "https://bot.example/{}"),
        ("https://bot.example/a/hook", "https://bot.example/a/hook/{}"),
        ("https://bot.example/hook//", "https://bot.example/hook/{}"),
        ("https://bot.example:8443/hook?via=proxy&x=1#top", "https://bot.example:8443/hook/{}?via=proxy&x=1"),
        ("http://[::1]:8080/", "http://[::1]:8080/{}"),
    ],
)
def test_the_address_ends_in_what_nobody_can_guess(url: str, expected: str) -> None:
    assert hook_url(url, SECRET) == expected.format(place(SECRET))
    assert len(place(SECRET)) == 64
    assert place(SECRET) != place(SECRET + "x")
    assert SECRET not in hook_url(url, SECRET)


@pytest.mark.asyncio
@pytest.mark.parametrize("at", ["/{}", "/a/hook/{}", "/{}?via=proxy", "http://bot.example/{}"])
async def test_a_proxy_may_change_the_beginning_of_the_path(hook: Hook, at: str) -> None:
    assert await hook.asks(request(line=f"POST {at.format(PLACE)} HTTP/1.1".encode())) == 200
