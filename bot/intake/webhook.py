"""Our HTTP server: the webhook receiver. Checks, commits to the inbox, and only then answers 200."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from hashlib import sha256
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from bot.clock import Clock
from bot.db.session import Database
from bot.delivery.emergency import Emergency
from bot.delivery.turn import Desk
from bot.errors import PortInUse
from bot.intake import inbox
from bot.intake.translate import asked
from bot.log import log
from bot.settings import Listen

MAX_BODY = 1 << 20
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def hook_path(url: str, secret: str) -> str:
    """The path of WEBHOOK_URL, or where it has none one that nobody can guess."""
    path = urlsplit(url).path
    return path if path not in ("", "/") else f"/{sha256(f'path:{secret}'.encode()).hexdigest()}"


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
        self.path = hook_path(url, secret)
        self.url = url if urlsplit(url).path not in ("", "/") else url.rstrip("/") + self.path
        self._secret = secret.encode()
        self._database = database
        self._desk = desk
        self._clock = clock
        self._emergency = emergency
        self._wake = wake

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post(self.path, self._receive)
        return app

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=404)
        try:
            raw = orjson.loads(await request.read())
            update_id = int(raw["update_id"])
        except (ValueError, TypeError, KeyError, web.HTTPException):
            return web.Response(status=404)
        if not isinstance(raw, dict) or not 0 <= update_id < 2**63:
            return web.Response(status=404)
        try:
            senders = await self._database.run(
                inbox.receive, self._desk.vault, [raw], bot_id=self._desk.bot_id, now=self._clock.now()
            )
        except Exception as error:  # noqa: BLE001 - an edge: Telegram keeps the update and comes again
            log.warning("update_not_kept", error=type(error))
            await self._emergency.help(asked([raw]))
            return web.Response(status=503, headers={"Retry-After": "5"})
        self._wake(senders, [raw])
        return web.Response()


async def serve(app: web.Application, listen: Listen) -> web.AppRunner:
    """Listens until the runner is cleaned up. Raises PortInUse."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, listen.host, listen.port).start()
    except OSError:
        await runner.cleanup()
        raise PortInUse(f"LISTEN: {listen.host}:{listen.port} cannot be used. Is another process there?") from None
    return runner
