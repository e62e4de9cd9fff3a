"""python-telegram-bot on a world without sockets: a request object for telegram.Bot."""

from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from emulator.answers import Json, Refusal
from emulator.params import Upload
from emulator.world import BrokenAnswer, ConnectionCut, World


class WorldRequest(BaseRequest):
    """Give it twice to `telegram.Bot(token, request=..., get_updates_request=...)`. getUpdates never waits."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def read_timeout(self) -> float | None:
        """Seconds that PTB adds to a poll's own; nothing waits here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Status and body as they would come over the wire; NetworkError or TimedOut for ordered faults."""
        kind, _, rest = unquote(urlsplit(url).path).partition("/bot")
        token, _, name = rest.partition("/")
        if kind == "/file":
            return self._download(token, name)
        params: Json = dict(request_data.json_parameters) if request_data else {}
        try:
            body = self._world.call(token, name, params, _uploads(request_data))
        except ConnectionCut as cut:
            raise NetworkError(f"connection closed: {cut}") from cut
        except TimeoutError as late:
            raise TimedOut from late
        except BrokenAnswer as broken:
            return broken.status, broken.text.encode()
        return int(body.get("error_code", 200)), orjson.dumps(body)

    def _download(self, token: str, path: str) -> tuple[int, bytes]:
        try:
            bot = self._world.bot_by_token(token)
        except Refusal as refusal:
            return refusal.status, orjson.dumps(refusal.body())
        stored = next((file for file in bot.files.values() if file.path == path), None)
        if stored is None:
            return 404, orjson.dumps(Refusal(404).body())
        return 200, stored.data


def _uploads(request_data: RequestData | None) -> dict[str, Upload]:
    parts = (request_data.multipart_data or {}) if request_data else {}
    return {name: Upload(str(file), str(mime), _content(data)) for name, (file, data, mime) in parts.items()}


def _content(data: Any) -> bytes:
    return bytes(data) if isinstance(data, bytes | bytearray) else bytes(data.read())
