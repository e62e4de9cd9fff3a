"""One phone's live view as server-sent events: a snapshot first, then every change."""

import asyncio

import orjson
from aiohttp import web

from emulator.acts import chosen_bot, chosen_user, snapshot
from emulator.answers import Json
from emulator.api import WORLD
from emulator.people import Impossible
from emulator.view import bot_view

KEEPALIVE_SECONDS = 15.0


async def answer_events(request: web.Request) -> web.StreamResponse:
    """GET /control/events?user=...; stays open until the page goes."""
    world, asked = request.app[WORLD], dict(request.query)
    try:
        bot, user = chosen_bot(world, asked), chosen_user(world, asked)
    except Impossible as no:
        return web.json_response({"error": str(no)}, status=400)
    waiting: asyncio.Queue[bytes] = asyncio.Queue()

    def listen(bot_id: int, user_id: int | None, event: str, data: Json) -> None:
        if bot_id in {0, bot.id} and user_id in {None, user.id}:
            content = bot_view(bot, user) if event == "commands" else data
            waiting.put_nowait(_frame(event, content))

    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    world.listeners.append(listen)
    waiting.put_nowait(_frame("snapshot", snapshot(world, asked)))
    try:
        await _pour(response, waiting)
    except ConnectionError:
        pass
    finally:
        world.listeners.remove(listen)
    return response


async def _pour(response: web.StreamResponse, waiting: asyncio.Queue[bytes]) -> None:
    while True:
        try:
            async with asyncio.timeout(KEEPALIVE_SECONDS):
                frame = await waiting.get()
        except TimeoutError:
            frame = b": still here\n\n"
        await response.write(frame)


def _frame(event: str, data: Json) -> bytes:
    return b"event: " + event.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
