"""The emulator hands an author's questions on to the bot, only on this machine, and says when there is no bot."""

import aiohttp
import pytest
from aiohttp import web

from emulator.author import checked_url
from emulator.server import serving
from emulator.world import World


async def echo(request: web.Request) -> web.Response:
    """What the bot would get."""
    seen = {"path": request.path_qs, "type": request.content_type, "body": await request.text()}
    return web.json_response(seen, status=418 if request.method == "POST" else 200)


@pytest.mark.asyncio
async def test_questions_and_answers_go_through_unchanged(world: World) -> None:
    bot = web.Application()
    bot.router.add_route("*", "/author/{tail:.*}", echo)
    runner = web.AppRunner(bot)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with (
        serving(world, author_url=f"http://127.0.0.1:{runner.addresses[0][1]}/") as url,
        aiohttp.ClientSession() as session,
    ):
        assert (await (await session.get(f"{url}/control/ready")).json())["author"] is True
        asked = await session.get(f"{url}/author/dialogs?x=1")
        assert (await asked.json())["path"] == "/author/dialogs?x=1"
        acted = await session.post(f"{url}/author/people/7/start", json={"dialog": "menu"})
        assert acted.status == 418
        assert await acted.json() == {
            "path": "/author/people/7/start",
            "type": "application/json",
            "body": '{"dialog": "menu"}',
        }
        await runner.cleanup()
        away = await session.get(f"{url}/author/dialogs")
        assert (away.status, await away.json()) == (502, {"error": "bot_away"})


@pytest.mark.asyncio
async def test_without_an_address_there_is_nothing_to_ask(world: World) -> None:
    async with serving(world) as url, aiohttp.ClientSession() as session:
        assert (await (await session.get(f"{url}/control/ready")).json())["author"] is False
        assert (await session.get(f"{url}/author/dialogs")).status == 404


@pytest.mark.parametrize("url", ["https://127.0.0.1:1", "http://bot.example:80", "127.0.0.1:80", "http://0.0.0.0:1"])
def test_an_address_off_this_machine_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="on this machine"):
        checked_url(url)
