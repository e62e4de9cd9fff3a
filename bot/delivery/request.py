"""PTB's BaseRequest on aiohttp: kept connections, JSON by orjson, errors that tell "not sent" from "unknown".

Never logs, and lets no address out in an exception: the address holds the token.
"""

import asyncio
import json
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, cast

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.failures import Answered, Cut, Unsent

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
POOL_SECONDS = 5.0
WRITE_SECONDS = 10.0
UPLOAD_SECONDS = 60.0

# Asked directly before a request is written; a call that may not be made any more is "not sent".
still_ours: ContextVar[Callable[[], bool]] = ContextVar("still_ours", default=lambda: True)

_JSON = {"Content-Type": "application/json"}
_UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.UploadAbortedError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_OWN_ERRORS = frozenset(  # statuses that PTB makes an error of its own from, given an answer of the Bot API
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
)


class HttpRequest(BaseRequest):
    """Calls to the Bot API; times in seconds. Use one for getUpdates and one for everything else."""

    def __init__(
        self,
        *,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
        pool_timeout: float = POOL_SECONDS,
        connections: int = 64,
    ) -> None:
        self._connect = connect_timeout
        self._read = read_timeout
        self._pool = pool_timeout
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer; PTB adds getUpdates' own waiting time to it."""
        return self._read

    async def initialize(self) -> None:
        """Make the connection pool; a second call changes nothing."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=50),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict; raises TelegramError, without the payload in it, for anything else."""
        try:
            parsed = _loads(payload)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TelegramError("Invalid server response")
        return cast("dict[str, Any]", parsed)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call, never repeated here.

        Raises TimedOut or NetworkError whose cause is Unsent, Cut or Answered, and RetryAfter.
        """
        uploads = request_data is not None and request_data.contains_files
        timeout = _timeout(
            connect=_chosen(connect_timeout, self._connect),
            pool=_chosen(pool_timeout, self._pool),
            read=_chosen(read_timeout, self._read),
            write=_chosen(write_timeout, UPLOAD_SECONDS if uploads else WRITE_SECONDS),
        )
        body, headers = _body(request_data)
        status, payload, retry_after = await self._call(method, url, body, headers, timeout)
        if not HTTPStatus.OK <= status <= 299:
            _refuse_foreign(status, payload, retry_after)
        return status, payload

    async def _call(
        self, method: str, url: str, body: Any, headers: dict[str, str], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes, str | None]:
        if self._session is None or self._session.closed:
            raise RuntimeError("This request is not initialised.")
        if not still_ours.get()():
            raise NetworkError("No longer ours") from Unsent("NoLongerOurs")
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read(), answer.headers.get("Retry-After")
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            failure = _failure(error)
        raise failure  # outside of the block: the original, which may hold the address, is not its context


def _timeout(
    *, connect: float | None, pool: float | None, read: float | None, write: float | None
) -> aiohttp.ClientTimeout:
    """Waiting for a free connection and connecting share one limit: both mean "not sent"."""
    reach = None if connect is None or pool is None else connect + pool
    whole = None if reach is None or read is None or write is None else reach + read + write
    return aiohttp.ClientTimeout(total=whole, connect=reach, sock_connect=connect, sock_read=read)


def _chosen(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _body(request_data: RequestData | None) -> tuple[Any, dict[str, str]]:
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return orjson.dumps(request_data.parameters), _JSON
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def _failure(error: Exception) -> NetworkError:
    """PTB's error for aiohttp's; the cause keeps the kind of the original, not its words."""
    cause = (Unsent if isinstance(error, _UNSENT) else Cut)(type(error).__name__)
    failure: NetworkError
    if isinstance(error, asyncio.TimeoutError | TimeoutError):
        failure = TimedOut(f"Timed out ({type(error).__name__})")
    else:
        failure = NetworkError(f"Connection failed ({type(error).__name__})")
    failure.__cause__ = cause
    return failure


def _refuse_foreign(status: int, payload: bytes, retry_after: str | None) -> None:
    """Raise for what PTB would misread: pages of proxies, 5xx, and a 429 that says when only in its header."""
    try:
        answer = HttpRequest.parse_json_payload(payload)
    except TelegramError:
        answer = {}
    description = answer.get("description")
    if (answer.get("parameters") or {}).get("retry_after") or (description and status in _OWN_ERRORS):
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS and retry_after is not None and retry_after.isdigit():
        raise RetryAfter(int(retry_after))
    restarting = isinstance(description, str) and description.lower().endswith("restart")
    cause = Answered(status, by_api=bool(description), restarting=restarting)
    raise NetworkError(f"HTTP status {status}") from cause


def _loads(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:  # lone surrogates and broken UTF-8, which the standard library takes
        return json.loads(payload.decode("utf-8", "replace"))
