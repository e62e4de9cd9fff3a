"""A poller that another one keeps from its updates: it ends with a plain sentence after a minute, not before."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot
from telegram.error import Conflict, NetworkError

from bot.clock import Clock
from bot.content.library import Library
from bot.db import migrate
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.errors import PollingConflict
from bot.intake import polling
from bot.intake.polling import Poller
from bot.intake.rivals import CALM_SECONDS, CONFLICT_SECONDS, Rivals
from bot.intake.translate import asked
from emulator.inprocess import WorldRequest
from emulator.world import World as EmulatedWorld
from tests.support.flaky import until
from tests.support.units import a_desk

pytestmark = pytest.mark.asyncio


class Time:
    """The loop's time, which passes only while the poller pauses."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        """A pause."""
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    loop = SimpleNamespace(time=lambda: time.now)
    monkeypatch.setattr(polling, "asyncio", SimpleNamespace(sleep=time.sleep, get_running_loop=lambda: loop))
    return time


async def no_webhook() -> None:
    """Nothing to take away."""


def poller(shelf: Library, key_store: KeyStore, answers: list[Any]) -> tuple[Poller, list[str]]:
    """One whose polls are answered so, the last answer again and again; and what it asked of the webhook."""
    asks: list[str] = []

    async def post(*_: Any, **__: Any) -> Any:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def notes() -> None:
        asks.append("no webhook")

    bot = SimpleNamespace(request=SimpleNamespace(post=post), base_url="http://127.0.0.1/bot")
    made = Poller(
        bot=cast("Bot", bot),
        database=cast("Database", None),
        desk=a_desk(shelf, key_store),
        clock=Clock(),
        emergency=cast("Emergency", None),
        wake=lambda *_: None,
        no_webhook=notes,
    )
    return made, asks


async def test_a_minute_of_nothing_but_conflicts_ends_it(shelf: Library, key_store: KeyStore, time: Time) -> None:
    found, asks = poller(shelf, key_store, [Conflict("terminated by other getUpdates request")])
    with pytest.raises(PollingConflict, match="same TELEGRAM_BOT_TOKEN"):
        await found.run()
    assert CONFLICT_SECONDS <= time.now - 1000 <= CONFLICT_SECONDS + 16
    assert asks, "a webhook that is in the way was taken away first"


@pytest.mark.parametrize("between", [[], NetworkError("no connection")])
async def test_an_answer_in_between_begins_the_minute_of_one_that_was_there_first_anew(
    between: Any, shelf: Library, key_store: KeyStore, time: Time
) -> None:
    conflict, away = Conflict("terminated by other getUpdates request"), NetworkError("no connection")
    found, _ = poller(shelf, key_store, [[], *[away] * 8, [], *[conflict] * 6, between, conflict])
    with pytest.raises(PollingConflict):
        await found.run()
    calm = sum(min(0.25 * 2**one, 15.0) for one in range(8))
    assert time.now - 1000 > calm + CONFLICT_SECONDS + 15


def fight(first: Rivals, second: Rivals, now: float) -> tuple[list[str], float]:
    """Two pollers whose polls end each other's. Who gives up, and when."""
    gone: list[str] = []
    while not gone and now < 10_000:
        for name, loser, winner in (("first", first, second), ("second", second, first)):
            now += 0.3
            winner.answer(now)
            gone += [name] if loser.conflict(now) else []
    return gone, now


async def test_of_two_pollers_the_one_that_was_there_first_stays() -> None:
    at_home, newcomer = Rivals(), Rivals()
    for moment in (0.0, 25.0):
        at_home.answer(moment)
    gone, when = fight(at_home, newcomer, 30.0)
    assert gone == ["second"]
    assert CONFLICT_SECONDS <= when - 30 <= CONFLICT_SECONDS + 2
    assert CALM_SECONDS < 25, "one held poll is enough to be at home"


async def test_trouble_of_another_kind_never_ends_it(shelf: Library, key_store: KeyStore, time: Time) -> None:
    answers: list[Any] = [*[NetworkError("no connection")] * 40, asyncio.CancelledError()]
    found, _ = poller(shelf, key_store, answers)
    with pytest.raises(asyncio.CancelledError):
        await found.run()
    assert time.now - 1000 > 5 * CONFLICT_SECONDS


async def test_a_database_that_hangs_holds_up_no_cry_for_help(
    shelf: Library, key_store: KeyStore, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "KEEP_SECONDS", 0.05)
    world = EmulatedWorld(seed=7)
    world.add_bot("7:poll", "rekindle_bot", "Rekindle")
    world.add_user("Ana", user_id=101)
    world.act("start", user="Ana")
    world.act("say", user="Ana", text="/help")
    bot, database, gate = Bot("7:poll", request=WorldRequest(world)), Database(sqlite_url), threading.Event()
    await database.run(migrate.upgrade)
    hanging = asyncio.create_task(database.run(lambda _: gate.wait(60)))
    found = Poller(
        bot=bot,
        database=database,
        desk=a_desk(shelf, key_store),
        clock=Clock(),
        emergency=Emergency(bot, shelf, Limits(0, 0), asked),
        wake=lambda *_: None,
        no_webhook=no_webhook,
    )
    running = asyncio.create_task(found.run())

    async def said() -> list[str]:
        return [m["text"] for m in world.act("transcript", user="Ana")["messages"] if m["from"] == "bot"]

    await until(said)
    assert await said() == [shelf.catalogue.text("interface.emergency_help")]
    assert world.call("7:poll", "getUpdates", {}, {})["result"], "nothing is confirmed that was not kept"
    running.cancel()
    gate.set()
    await hanging
    await database.close()
