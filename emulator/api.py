"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>. Decodes, waits, breaks what faults order."""

import asyncio
from contextlib import suppress

import orjson
from aiohttp import web

from emulator.answers import OTHER_POLL, Json, Refusal
from emulator.exchange import Reply, exchange, meet_fault
from emulator.faults import BROKEN_BODY, PAGES, Fault
from emulator.methods.polling import begin_poll
from emulator.model import Bot, PollSeat
from emulator.params import Params, Upload
from emulator.world import World

WORLD = web.AppKey("world", World)
BODY_LIMIT = 64 * 1024 * 1024
HOLD_BACK_SECONDS = 3.0
_CUTS = frozenset({"cut_before", "cut_after", "refuse"})


def routes() -> list[web.RouteDef]:
    """The bots' half of the server."""
    return [
        web.route("*", "/bot{token:[^/]+}/{method:[^/]*}", answer_call),
        web.get("/file/bot{token:[^/]+}/{path:.+}", answer_file),
    ]


async def answer_call(request: web.Request) -> web.StreamResponse:
    """One method call, in any of the ways in which Telegram takes it."""
    world = request.app[WORLD]
    token, method = request.match_info["token"], request.match_info["method"]
    try:
        params = await read_params(request)
    except Refusal as refusal:
        return _json_answer(Reply(refusal.status, refusal.body()))
    if method.lower() == "getupdates":
        reply = await _poll(world, token, params)
    else:
        fault = meet_fault(world, method, params)
        reply = exchange(world, token, method, params, fault=fault)
    return await _over_the_wire(request, reply)


async def read_params(request: web.Request) -> Params:
    """Query, form, multipart or JSON; Refusal 400 for a body that is none of them."""
    values: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if not request.body_exists:
        return Params(values)
    if request.content_type == "application/json":
        values.update(await _read_json(request))
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                files[name] = Upload(part.filename, part.content_type, part.file.read())
            else:
                values[name] = part if isinstance(part, str) else part.decode(errors="replace")
    return Params(values, files)


async def _read_json(request: web.Request) -> Json:
    try:
        body = orjson.loads(await request.read())
    except ValueError:
        raise Refusal(400, "can't parse request: unsupported POST-request content") from None
    if not isinstance(body, dict):
        raise Refusal(400, "can't parse request: expected an Object")
    return body


async def _poll(world: World, token: str, params: Params) -> Reply:
    """getUpdates: what must be refused or is there is answered at once, else the poll takes the seat and waits."""
    fault = meet_fault(world, "getUpdates", params)
    refused: Refusal | None = None
    try:
        bot = world.bot_by_token(token)
        if fault is None:
            begin_poll(world, bot, params)
    except Refusal as refusal:
        if world.pacing and refusal.status == 409:
            await _hold_back(world.bot_by_token(token))
        return exchange(world, token, "getUpdates", params, refused=refusal)
    patience = params.clamped("timeout", 0, 0, 50)
    if world.pacing:
        patience, params = _paced(bot, params, patience)
    if fault is None and patience and not len(bot.queue):
        fault, refused = await _wait(world, bot, params, patience)
    if refused is not None and world.pacing:
        await _hold_back(bot)
    return exchange(world, token, "getUpdates", params, fault=fault, refused=refused)


def _paced(bot: Bot, params: Params, patience: int) -> tuple[int, Params]:
    """Hasty polls with the same offset wait three seconds, very hasty ones get one update (Client.cpp)."""
    now = asyncio.get_running_loop().time()
    offset = params.integer("offset")
    last_offset, last_at = bot.last_poll
    bot.last_poll = (offset, now)
    if offset != last_offset:
        return patience, params
    if now - last_at < 0.5:
        params = Params({**params.values, "limit": 1})
    return (3 if patience < 3 and now - last_at < 3 else patience), params


async def _hold_back(bot: Bot) -> None:
    """Conflicts more often than every three seconds are answered three seconds late."""
    now = asyncio.get_running_loop().time()
    if now - bot.last_conflict < HOLD_BACK_SECONDS:
        await asyncio.sleep(HOLD_BACK_SECONDS)
    else:
        bot.last_conflict = now


async def _wait(world: World, bot: Bot, params: Params, patience: float) -> tuple[Fault | None, Refusal | None]:
    """Sleep until an update, a fault, a newer poll or the end of real `patience` seconds."""
    happened = asyncio.Event()
    seat = PollSeat(happened.set)
    if bot.seat is not None:
        bot.seat.end(OTHER_POLL)
    bot.seat = seat
    bot.queue.listeners.append(happened.set)
    world.faults.listeners.append(happened.set)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while True:
                    await happened.wait()
                    happened.clear()
                    if seat.ended is not None:
                        return None, Refusal(409, seat.ended)
                    fault = meet_fault(world, "getUpdates", params)
                    if fault is not None or len(bot.queue):
                        return fault, None
    finally:
        bot.queue.listeners.remove(happened.set)
        world.faults.listeners.remove(happened.set)
        if bot.seat is seat:
            bot.seat = None
    return None, None


async def _over_the_wire(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Send the answer, or do to it what the fault orders."""
    fault = reply.fault
    if fault is None:
        return _json_answer(reply)
    if fault.kind in _CUTS:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind in {"late", "slow"}:
        await asyncio.sleep(fault.seconds)
    if fault.kind in PAGES:
        status, page = PAGES[fault.kind]
        return web.Response(status=status, text=page, content_type="text/html")
    if fault.kind == "broken_json":
        return web.Response(text=BROKEN_BODY, content_type="application/json")
    return _json_answer(reply)


def _json_answer(reply: Reply) -> web.Response:
    wait = reply.body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    body = orjson.dumps(reply.body)
    return web.Response(body=body, status=reply.status, headers=headers, content_type="application/json")


async def answer_file(request: web.Request) -> web.Response:
    """The bytes behind a file_path of getFile."""
    try:
        bot = request.app[WORLD].bot_by_token(request.match_info["token"])
    except Refusal as refusal:
        return _json_answer(Reply(refusal.status, refusal.body()))
    stored = next((f for f in bot.files.values() if f.path == request.match_info["path"]), None)
    if stored is None:
        return _json_answer(Reply(404, Refusal(404).body()))
    return web.Response(body=stored.data, content_type="application/octet-stream")
