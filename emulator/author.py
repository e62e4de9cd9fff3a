"""Hands `/author/...` on to the bot's own view for authors, so that the page has one origin. Reads none of it."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PATIENCE = aiohttp.ClientTimeout(total=10)
_SESSION = web.AppKey("author_session", aiohttp.ClientSession)
_BASE = web.AppKey("author_base", str)


def checked_url(url: str) -> str:
    """The address without its last slash; ValueError unless it is plain http on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise ValueError(f"--author-url must be http:// on this machine, not {url!r}")
    return url.rstrip("/")


def hand_on(app: web.Application, url: str) -> None:
    """Adds the routes."""
    app[_BASE] = checked_url(url)
    app.cleanup_ctx.append(_session)
    app.add_routes([web.get("/author/{tail:.+}", _pass), web.post("/author/{tail:.+}", _pass)])


async def _session(app: web.Application) -> AsyncIterator[None]:
    # A kept connection may be one that the bot has just given up; a POST on it would be lost.
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=aiohttp.TCPConnector(force_close=True)) as session:
        app[_SESSION] = session
        yield


async def _pass(request: web.Request) -> web.StreamResponse:
    """The content type goes along: the bot takes no form that another web page could send."""
    address = request.app[_BASE] + request.path_qs
    headers = {"Content-Type": request.headers.get("Content-Type", "")} if request.can_read_body else {}
    try:
        async with request.app[_SESSION].request(
            request.method, address, data=await request.read() or None, headers=headers
        ) as answer:
            body = await answer.read()
            return web.Response(body=body, status=answer.status, content_type=answer.content_type)
    except (aiohttp.ClientError, TimeoutError):
        return web.json_response({"error": "bot_away"}, status=502)
