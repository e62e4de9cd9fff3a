"""The author's view: where a person stands in which dialog, and a way to begin anywhere. For the demo on this machine.

Shows private words, so that settings refuse it with Telegram's own server and off the loopback. Keeps nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web
from sqlalchemy import Connection

from bot.clock import Clock
from bot.content.outline import outline
from bot.content.samples import samples
from bot.conversation import dialogs, sessions
from bot.db import locks, people
from bot.db.session import Database
from bot.delivery.turn import Desk, Turn
from bot.engine.effects import Edge
from bot.engine.events import Start
from bot.engine.script import Book
from bot.engine.session import Frame
from bot.log import log
from bot.settings import LOOPBACK

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Ways:
    """The way that each person's last step took. In memory; names of nodes and buttons, no words."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Edge, ...]] = {}

    def note(self, person_id: int, trace: tuple[Edge, ...]) -> None:
        """A step went this way; one that went nowhere leaves the earlier way in sight."""
        if trace:
            self._last[person_id] = trace

    def last(self, person_id: int) -> tuple[Edge, ...]:
        """The newest way, from its first node on."""
        return self._last.get(person_id, ())


class AuthorView:
    """The HTTP application. Every answer is JSON; a refusal is {"error": <one word>}."""

    def __init__(
        self, *, database: Database, desk: Desk, clock: Clock, ways: Ways, wake: Callable[[Iterable[int]], None]
    ) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        self._ways = ways
        self._wake = wake

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[_only_from_here])
        app.router.add_get("/author/dialogs", self._dialogs)
        app.router.add_get("/author/dialogs/{dialog}", self._dialog)
        app.router.add_get("/author/people/{telegram_id:[0-9]{1,18}}", self._person)
        app.router.add_post("/author/people/{telegram_id:[0-9]{1,18}}/start", self._start)
        return app

    async def _dialogs(self, _: web.Request) -> web.Response:
        every = sorted(self._desk.library.book.dialogs.values(), key=lambda dialog: dialog.id)
        return _answer({"dialogs": [{"id": dialog.id, "about": dialog.about.variants[0]} for dialog in every]})

    async def _dialog(self, request: web.Request) -> web.Response:
        dialog = self._desk.library.book.dialogs.get(request.match_info["dialog"])
        return _answer({"error": "unknown_dialog"}, 404) if dialog is None else _answer(outline(dialog))

    async def _person(self, request: web.Request) -> web.Response:
        found = await self._database.run(
            standing, self._desk, self._ways, int(request.match_info["telegram_id"]), now=self._clock.now()
        )
        return _answer(found)

    async def _start(self, request: web.Request) -> web.Response:
        wanted = await _body(request)
        if wanted is None or not isinstance(wanted.get("dialog"), str):
            return _answer({"error": "no_dialog_named"}, 400)
        telegram_id = int(request.match_info["telegram_id"])
        try:
            refused = await self._database.run(
                begin_at, self._desk, telegram_id, wanted["dialog"], wanted.get("node"), now=self._clock.now()
            )
        except Exception as error:  # noqa: BLE001 - an edge: an author may try what check-dialogs lets nobody reach
            log.warning("author_start_refused", error=type(error))
            return _answer({"error": "cannot_begin_here"}, 409)
        if refused is not None:
            return _answer({"error": refused}, 404)
        self._wake([telegram_id])
        return _answer({})


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Other web pages in the same browser may neither read (a name that leads here) nor act (a form)."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in LOOPBACK or (request.method != "GET" and request.content_type != "application/json"):
        return _answer({"error": "not_from_here"}, 403)
    return await handler(request)


def _answer(body: Json, status: int = 200) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


async def _body(request: web.Request) -> Json | None:
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


# -- units


def standing(connection: Connection, desk: Desk, ways: Ways, telegram_id: int, *, now: datetime) -> Json:
    """Where this person stands: the stack of dialogs with their values, the last way, what waits."""
    person = people.by_telegram(connection, telegram_id)
    if person is None:
        return {"met": False, "turn": 0, "frames": [], "suspended": None, "trace": [], "next_nudge_at": None}
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key="author")
    session = sessions.active(turn)
    return {
        "met": True,
        "turn": session.turn if session else 0,
        "frames": [_frame(desk.library.book, frame) for frame in session.frames] if session else [],
        "suspended": sessions.suspended_dialog(turn),
        "trace": [_edge(edge) for edge in ways.last(person.id)],
        "next_nudge_at": person.next_nudge_at.timestamp() if person.next_nudge_at else None,
    }


def _frame(book: Book, frame: Frame) -> Json:
    declared = book.dialogs[frame.dialog].vars if frame.dialog in book.dialogs else {}
    letters = {name for name, var in declared.items() if var.type == "letter"}
    values = {name: "(letter)" if name in letters else value for name, value in frame.vars.items()}
    return {"dialog": frame.dialog, "node": frame.node, "vars": values}


def _edge(edge: Edge) -> Mapping[str, str]:
    return {"dialog": edge.dialog, "node": edge.node, "by": edge.by, "to": edge.to}


def begin_at(
    connection: Connection, desk: Desk, telegram_id: int, dialog_id: str, node: Any, *, now: datetime
) -> str | None:
    """Begins this dialog for this person, at a node if one is named. Returns why not, in a word.

    Raises what the step raises, for example ScriptBroken for a node that gives words away without a yes.
    """
    person = locks.begin(connection, telegram_id)
    if person is None:
        return "unknown_person"
    start = _start_at(desk.library.book, dialog_id, node)
    if isinstance(start, str):
        return start
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=f"author:{desk.chance.new_id(now)}")
    dialogs.begin(turn, start)
    return None


def _start_at(book: Book, dialog_id: str, node: Any) -> Start | str:
    dialog = book.dialogs.get(dialog_id)
    if dialog is None:
        return "unknown_dialog"
    if node is not None and (not isinstance(node, str) or node not in dialog.nodes):
        return "unknown_node"
    given = {var.name for var in dialog.vars.values() if var.given}
    values = samples(book, dialog, node or dialog.start)
    if node is None or node == dialog.start:
        values = {name: value for name, value in values.items() if name.partition(".")[0] in given}
    return Start(dialog_id, values, node)
