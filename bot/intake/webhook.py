"""Our HTTP server: the webhook receiver. Checks, commits to the inbox, and only then answers 200.

Whatever is not Telegram's is not found, in the same words, whichever part of it was wrong.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot import faultpoints, meters
from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.turn import Desk
from bot.errors import PortInUse
from bot.intake import inbox
from bot.log import log
from bot.settings import Listen

MAX_BODY = 1 << 20
HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_SECONDS = 10.0  # for a whole body
KEEP_SECONDS = 6.0  # for a commit; Telegram itself waits for 60, and somebody may need help
IDLE_SECONDS = 75.0  # without a request; longer than Telegram keeps a connection
LINGER_SECONDS = 1.0  # for the rest of a body that was not read
DRAIN_SECONDS = 1.0  # for the requests that are under way when we stop
RETRY_AFTER = "5"


def place(secret: str) -> str:
    """The last segment of our path, which nobody can guess."""
    return sha256(f"path:{secret}".encode()).hexdigest()


def hook_url(url: str, secret: str) -> str:
    """WEBHOOK_URL with `place` at the end of its path. A query stays."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{place(secret)}", parts.query, ""))


def update_of(body: bytes) -> dict[str, Any] | None:
    """The update in a request, or None for anything else. Kinds that we do not know are updates all the same."""
    try:
        raw = orjson.loads(body)
        orjson.dumps(raw)  # deeper than can be written again: from nobody whom we know
    except (ValueError, TypeError):
        return None
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        return None
    return raw if any(isinstance(part, dict) for part in raw.values()) else None


class Receiver:
    """Takes webhook requests for one bot."""

    def __init__(
        self,
        *,
        url: str,
        secret: str,
        database: Database,
        desk: Desk,
        clock: Clock,
        emergency: Emergency,
        wake: Callable[[Iterable[int], Iterable[inbox.Raw]], None],
    ) -> None:
        self.url = hook_url(url, secret)
        self._place = place(secret).encode()
        self._secret = secret.encode()
        self._database = database
        self._desk = desk
        self._clock = clock
        self._emergency = emergency
        self._wake = wake

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[_all_alike])
        app.router.add_route("*", "/{anything:.*}", self._receive, expect_handler=self._expect)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        update = await _read(request) if self._is_telegrams(request) else None
        if update is None:
            return _not_found()
        faultpoints.reach("fetched")
        if not await self._keep(update):
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()

    def _is_telegrams(self, request: web.Request) -> bool:
        """All checks are made, whatever the first says. A proxy may have changed the beginning of the path."""
        checks = (
            request.method == "POST",
            hmac.compare_digest(_bytes(request.path.rpartition("/")[2]), self._place),
            hmac.compare_digest(_bytes("\n".join(request.headers.getall(HEADER, ()))), self._secret),
            request.content_type == "application/json",
            "Content-Encoding" not in request.headers,
            (request.content_length or 0) <= MAX_BODY,
        )
        return all(checks)

    async def _keep(self, update: dict[str, Any]) -> bool:
        """Whether it is committed, now or before. If not, Telegram keeps it and comes again."""
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                senders = await self._database.run(
                    inbox.receive, self._desk.vault, [update], bot_id=self._desk.bot_id, now=self._clock.now()
                )
        except Exception as error:  # noqa: BLE001 - an edge: nothing is confirmed that is not kept
            log.warning("update_not_kept", error=type(error))
            await self._emergency.instead([update])
            return False
        self._emergency.over()
        faultpoints.reach("kept")
        self._wake(senders, [update])
        return True

    async def _expect(self, request: web.Request) -> None:
        """Asks only Telegram for the body; others get their answer without one."""
        if self._is_telegrams(request) and request.headers["Expect"].lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0  # as aiohttp's own handler: the answer has not begun


async def _read(request: web.Request) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return update_of(await request.read())
    except Exception:  # noqa: BLE001 - an edge: too long, too slow, cut off, chunks that are none
        return None


def _bytes(text: str) -> bytes:
    """Headers and paths may hold bytes that are no text."""
    return text.encode("utf-8", "surrogateescape")


def _not_found() -> web.Response:
    meters.webhook_refusals.add()
    response = web.Response(status=404)
    response.force_close()
    return response


@web.middleware
async def _all_alike(request: web.Request, handler: Handler) -> web.StreamResponse:
    """aiohttp's own refusals would tell that there is something at this path."""
    try:
        return await handler(request)
    except web.HTTPException:
        return _not_found()


def _quiet_about_strangers() -> logging.Logger:
    """Whoever sends what is no HTTP is told so; a line in the log for each would let them fill it."""
    logger = logging.getLogger("aiohttp.server.webhook")
    logger.addFilter(_is_not_a_strangers)
    return logger


def _is_not_a_strangers(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def serve(app: web.Application, listen: Listen, *, name: str = "LISTEN") -> web.AppRunner:
    """Listens until the runner is cleaned up, which lets requests that are under way end.

    Raises PortInUse, which blames the setting `name`.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=DRAIN_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=LINGER_SECONDS,
        auto_decompress=False,
        logger=_quiet_about_strangers(),
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, listen.host, listen.port).start()
    except OSError:
        await runner.cleanup()
        raise PortInUse(f"{name}: {listen.host}:{listen.port} cannot be used. Is another process there?") from None
    return runner
