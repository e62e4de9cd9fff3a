"""The bot's face in Telegram, against the emulator without sockets."""

from __future__ import annotations

import pytest
from telegram import Bot

from bot.intake import profile
from emulator.inprocess import WorldRequest
from emulator.world import World
from tests.support.transcripts import library

TOKEN = "424242:PROFILE"
CALLS = ["setMyCommands", "setMyDescription", "setMyShortDescription", "setChatMenuButton"]
pytestmark = pytest.mark.asyncio


@pytest.fixture
def telegram() -> World:
    telegram = World(seed=7)
    telegram.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    return telegram


async def introduced(telegram: World) -> list[str]:
    bot = Bot(TOKEN, request=WorldRequest(telegram), get_updates_request=WorldRequest(telegram))
    await profile.introduce(bot, library().catalogue)
    return [line["method"] for line in telegram.recorder.lines if "method" in line]


async def test_commands_descriptions_and_the_menu_button_are_set(telegram: World) -> None:
    assert await introduced(telegram) == CALLS


async def test_what_is_refused_keeps_nothing_else_back(telegram: World) -> None:
    telegram.faults.add("400", method="setMyDescription")

    assert await introduced(telegram) == CALLS


async def test_nothing_follows_when_a_wait_is_asked_for(telegram: World) -> None:
    telegram.faults.add("429", method="setMyDescription", retry_after=30)

    assert await introduced(telegram) == CALLS[:2]
