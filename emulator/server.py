"""The HTTP server around a world: Bot API, control interface, event streams, the page's files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from emulator import api, author, control
from emulator.model import Bot
from emulator.webhook import Deliverer
from emulator.world import World

STATIC = Path(__file__).parent / "static"
SHUTDOWN_SECONDS = 0.1


def build_app(world: World, *, author_url: str | None = None) -> web.Application:
    """The application; unknown paths answer as Telegram does. `author_url` is where the bot shows its dialogs."""
    app = web.Application(client_max_size=api.BODY_LIMIT, middlewares=[_not_found])
    app[api.WORLD] = world
    app[control.SHOWS_AUTHORS] = author_url is not None
    app.cleanup_ctx.append(_deliveries)
    app.add_routes([*control.routes(), *api.routes(), web.get("/", _page), web.get("/static/{name:.+}", _static)])
    if author_url is not None:
        author.hand_on(app, author_url)
    return app


async def _deliveries(app: web.Application) -> AsyncIterator[None]:
    """A deliverer for each bot, also for those that come later."""
    world = app[api.WORLD]
    tasks: list[asyncio.Task[None]] = []
    async with aiohttp.ClientSession() as session:

        def adopt(bot: Bot) -> None:
            tasks.append(asyncio.create_task(Deliverer(world, bot, session).run()))

        for bot in world.bots.values():
            adopt(bot)
        world.bot_listeners.append(adopt)
        yield
        world.bot_listeners.remove(adopt)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@web.middleware
async def _not_found(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as problem:
        if request.path.startswith(("/control/", "/static/", "/author/")):
            return control.json_answer({"error": problem.reason}, problem.status)
        body = {"ok": False, "error_code": problem.status, "description": problem.reason}
        return control.json_answer(body, problem.status)


async def _page(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    return _file(STATIC / "index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return _file((STATIC / request.match_info["name"]).resolve())


def _file(path: Path) -> web.StreamResponse:
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


@asynccontextmanager
async def serving(
    world: World, *, host: str = "127.0.0.1", port: int = 0, author_url: str | None = None
) -> AsyncIterator[str]:
    """Serve a world and yield its base URL; OSError when the port is taken."""
    app = build_app(world, author_url=author_url)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
