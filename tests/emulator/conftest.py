"""People, a bot and a world whose clock stands still unless a test moves it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from emulator.clock import Clock
from emulator.model import Bot, User
from emulator.server import serving
from emulator.world import World
from tests.support.receiver import Receiver

TOKEN = "4242:a-token-for-tests"
START = 1_790_000_000.0


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def world() -> World:
    world = World(clock=Clock(real=lambda: START), seed=7)
    world.add_bot(TOKEN, "rekindle_bot", "Rekindle")
    return world


@pytest.fixture
def bot(world: World) -> Bot:
    return world.bots[4242]


@pytest.fixture
def ana(world: World) -> User:
    return world.add_user("Ana", language_code="en")


@pytest.fixture
def ben(world: World) -> User:
    return world.add_user("Ben", language_code="de")


@pytest.fixture
def call(world: World) -> Callable[..., Any]:
    """`call("sendMessage", chat_id=1, text="x")` answers with the whole body."""

    def run(method: str, **params: Any) -> Any:
        return world.call(TOKEN, method, params)

    return run


@pytest.fixture
def done(call: Callable[..., Any]) -> Callable[..., Any]:
    """Like `call`, for calls that must succeed; answers with the result."""

    def run(method: str, **params: Any) -> Any:
        body = call(method, **params)
        assert body["ok"], body
        return body["result"]

    return run


@pytest_asyncio.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with serving(world) as base:
        yield base


@pytest_asyncio.fixture
async def http(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=url) as session:
        yield session


@pytest_asyncio.fixture
async def receiver(url: str) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()
