"""Help while the database does not answer, against the emulator without sockets."""

import asyncio
from pathlib import Path

import pytest
from telegram import Bot

from bot.content.library import Library
from bot.conversation.shelf import open_library
from bot.delivery import emergency as emergency_module
from bot.delivery.emergency import Emergency
from bot.delivery.limits import Limits
from bot.intake.translate import asked
from emulator.inprocess import WorldRequest
from emulator.world import World
from tests.support.flaky import until

TOKEN = "424242:EMERGENCY"
ANA = 2**51 + 1


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(Path("dialogs"))


@pytest.fixture
def world() -> World:
    world = World(seed=7)
    world.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    world.add_user("Ana", user_id=ANA)
    world.act("start", user="Ana")
    return world


def bot_of(world: World) -> Bot:
    return Bot(TOKEN, request=WorldRequest(world), get_updates_request=WorldRequest(world))


def said(world: World) -> list[str]:
    messages = world.act("transcript", user="Ana")["messages"]
    return [message["text"] for message in messages if message["from"] == "bot"]


async def answer(world: World, library: Library, *texts: str, times: int = 1) -> list[str]:
    for text in texts:
        world.act("say", user="Ana", text=text)
    updates = world.call(TOKEN, "getUpdates", {}, {})["result"]
    emergency = Emergency(bot_of(world), library, Limits(0, 0), asked)
    for _ in range(times):
        await emergency.instead(updates)
    return said(world)


@pytest.mark.asyncio
@pytest.mark.parametrize("cry", ["/help", "help", "i want to kill myself", "he hits me and i am scared of him"])
async def test_a_cry_for_help_is_answered_without_the_database(world: World, library: Library, cry: str) -> None:
    assert await answer(world, library, cry) == [library.catalogue.text("interface.emergency_help")]


@pytest.mark.asyncio
async def test_anything_else_waits_until_it_can_be_kept(world: World, library: Library) -> None:
    assert await answer(world, library, "I made dinner", "/menu", "my letter") == []


@pytest.mark.asyncio
async def test_the_same_cry_polled_again_is_answered_once(world: World, library: Library) -> None:
    assert len(await answer(world, library, "/help", times=3)) == 1


@pytest.mark.asyncio
async def test_a_silent_telegram_is_borne(world: World, library: Library) -> None:
    world.faults.add("500", method="sendMessage", count=1)
    assert await answer(world, library, "/help") == []


@pytest.mark.asyncio
async def test_in_an_outage_everybody_else_hears_once_that_an_answer_comes_later(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergency_module, "AN_OUTAGE", 0.0)
    later = library.catalogue.text("interface.answer_later")
    assert await answer(world, library, "I made dinner", "/menu", times=3) == [later]


@pytest.mark.asyncio
async def test_after_two_outages_in_one_hour_it_was_said_once(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emergency_module, "AN_OUTAGE", 0.0)
    emergency = Emergency(bot_of(world), library, Limits(0, 0), asked)
    for text in ("one", "two"):
        world.act("say", user="Ana", text=text)
        await emergency.instead(world.call(TOKEN, "getUpdates", {}, {})["result"])
        emergency.over()
    assert said(world) == [library.catalogue.text("interface.answer_later")]


@pytest.mark.asyncio
@pytest.mark.parametrize("handled", [False, True])
async def test_a_cry_that_is_kept_and_not_handled_is_answered(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch, *, handled: bool
) -> None:
    monkeypatch.setattr(emergency_module, "HELP_WITHIN", 0.0)
    monkeypatch.setattr(emergency_module, "LOOK", 0.01)
    for text in ("/help", "I made dinner", "help"):
        world.act("say", user="Ana", text=text)
    updates = world.call(TOKEN, "getUpdates", {}, {})["result"][-3:]
    emergency = Emergency(bot_of(world), library, Limits(0, 0), asked)
    for update in updates:
        emergency.listen(ANA, update)
    if handled:
        emergency.settled(ANA, updates[1]["update_id"])
    helps = [library.catalogue.text("interface.emergency_help")] * (1 if handled else 2)

    async def helped() -> bool:
        return len(said(world)) >= len(helps)

    running = asyncio.create_task(emergency.run())
    await until(helped)
    running.cancel()
    assert said(world) == helps
