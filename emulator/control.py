"""The control interface over HTTP: JSON in and out, {"error": sentence} with 400 for nonsense."""

from collections.abc import Awaitable, Callable, Iterable

import orjson
from aiohttp import web

from emulator.acts import ACTS, perform
from emulator.answers import Json
from emulator.api import WORLD
from emulator.people import Impossible
from emulator.stream import answer_events
from emulator.view import user_view
from emulator.world import World

SHOWS_AUTHORS = web.AppKey("shows_authors", bool)
READ_ONLY = frozenset({"transcript", "query", "state"})


def routes() -> list[web.RouteDef]:
    """The people's and testers' half of the server."""
    acts = [web.post(f"/control/{name}", _acting(name)) for name in ACTS if name not in READ_ONLY]
    reads = [web.get(f"/control/{name}", _reading(read)) for name, read in _READS.items()]
    return [
        *acts,
        *reads,
        web.get("/control/ready", _ready),
        web.get("/control/transcript/{user}", _transcript),
        web.get("/control/query/{query_id}", _query),
        web.get("/control/calls", _calls),
        web.get("/control/files/{file_id}", _file),
        web.get("/control/events", answer_events),
        web.delete("/control/faults", _clear_faults),
    ]


async def _ready(request: web.Request) -> web.StreamResponse:
    bots = [bot.username for bot in request.app[WORLD].bots.values()]
    return json_answer({"ready": True, "bots": bots, "author": request.app[SHOWS_AUTHORS]})


def _users(world: World) -> Json:
    return {"users": [user_view(user) for user in world.users.values()]}


_READS: dict[str, Callable[[World], Json]] = {
    "users": _users,
    "state": lambda world: perform(world, "state", {}),
    "clock": lambda world: {"now": world.clock.now(), "offset": world.clock.offset},
    "findings": lambda world: world.recorder.findings(),
    "faults": lambda world: {"faults": world.faults.as_json()},
}


def json_answer(body: Json, status: int = 200) -> web.Response:
    """A control answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _guarded(world: World, name: str, body: Json) -> web.Response:
    try:
        return json_answer(perform(world, name, body))
    except Impossible as no:
        return json_answer({"error": str(no)}, 400)


def _acting(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = orjson.loads(raw) if raw else {}
        except orjson.JSONDecodeError:
            return json_answer({"error": "the body is not JSON"}, 400)
        if not isinstance(body, dict):
            return json_answer({"error": "the body is not a JSON object"}, 400)
        return _guarded(request.app[WORLD], name, body)

    return handler


def _reading(read: Callable[[World], Json]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        return json_answer(read(request.app[WORLD]))

    return handler


def _asked(request: web.Request, names: Iterable[str]) -> Json:
    return {**dict(request.query), **{name: request.match_info[name] for name in names}}


async def _transcript(request: web.Request) -> web.StreamResponse:
    return _guarded(request.app[WORLD], "transcript", _asked(request, ["user"]))


async def _query(request: web.Request) -> web.StreamResponse:
    return _guarded(request.app[WORLD], "query", _asked(request, ["query_id"]))


async def _calls(request: web.Request) -> web.StreamResponse:
    since = request.query.get("since", "0")
    if not since.isdigit():
        return json_answer({"error": "since is a line number"}, 400)
    lines = request.app[WORLD].recorder.jsonl(int(since))
    return web.Response(text="".join(line + "\n" for line in lines), content_type="application/x-ndjson")


async def _file(request: web.Request) -> web.StreamResponse:
    """What the page shows of photos, voice notes and files."""
    for bot in request.app[WORLD].bots.values():
        stored = bot.files.get(request.match_info["file_id"])
        if stored is not None:
            mime = "audio/wav" if stored.data.startswith(b"RIFF") and stored.kind == "voice" else stored.mime
            return web.Response(body=stored.data, headers={"Content-Type": mime or "application/octet-stream"})
    return json_answer({"error": "there is no such file"}, 404)


async def _clear_faults(request: web.Request) -> web.StreamResponse:
    wanted = request.query.get("id", "")
    request.app[WORLD].faults.clear(int(wanted) if wanted.isdigit() else None)
    return json_answer({})
