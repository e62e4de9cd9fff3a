"""Help while the database does not answer, against the emulator without sockets."""

from pathlib import Path

import pytest
from telegram import Bot

from bot.content.library import Library
from bot.conversation.shelf import open_library
from bot.delivery.emergency import Emergency
from bot.intake.translate import asked
from emulator.inprocess import WorldRequest
from emulator.world import World

TOKEN = "424242:EMERGENCY"


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(Path("dialogs"))


@pytest.fixture
def world() -> World:
    world = World(seed=7)
    world.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    world.add_user("Ana", user_id=2**51 + 1)
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
    emergency = Emergency(bot_of(world), library)
    for _ in range(times):
        await emergency.help(asked(updates))
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
