"""HTTP/1.1 as little as a bench needs, on bare asyncio protocols: what it costs must not show beside the bots."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
END = b"\r\n\r\n"


class Parts:
    """Cuts a stream into messages of head and body."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The whole messages that end in `data`. Raises ValueError for a chunked one."""
        self._kept += data
        found = []
        while (end := self._kept.find(END)) >= 0:
            head = self._kept[: end + 2]
            length = LENGTH.search(head)
            if length is None and CHUNKED.search(head):
                raise ValueError("chunked bodies are not spoken here")
            whole = end + len(END) + (int(length[1]) if length else 0)
            if len(self._kept) < whole:
                break
            found.append((head, self._kept[end + len(END) : whole]))
            self._kept = self._kept[whole:]
        return found


Reply = Callable[[bytes], None]
Handler = Callable[[str, bytes, bytes, Reply], None]


class Server(asyncio.Protocol):
    """Calls `handler(path, head, body, reply)` for each request; `reply` takes a JSON body, now or later."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._parts = Parts()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is here."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some of a request, or several."""
        for head, body in self._parts.feed(data):
            path = head.split(b" ", 2)[1].decode()
            self._handler(path, head, body, self._reply)

    def _reply(self, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)


class _Line(asyncio.Protocol):
    """One kept connection of a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._parts = Parts()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for head, _ in self._parts.feed(data):
            self._pool.answered(self, int(head.split(b" ", 2)[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        self._pool.lost(self)


class Pool:
    """Posts over at most `size` connections, as Telegram's max_connections; what is too much waits its turn."""

    def __init__(self, host: str, port: int, head: bytes, *, size: int) -> None:
        self._where = (host, port)
        self._head = head
        self._size = size
        self._free: list[_Line] = []
        self._waiting: deque[bytes] = deque()
        self._under_way: dict[_Line, bytes] = {}
        self.refused = 0

    async def open(self) -> None:
        """Connects all lines."""
        loop = asyncio.get_running_loop()
        for _ in range(self._size):
            _, line = await loop.create_connection(lambda: _Line(self), *self._where)
            self._free.append(line)

    def close(self) -> None:
        """Ends all lines."""
        lines, self._free, self._under_way = [*self._free, *self._under_way], [], {}
        for line in lines:
            if line.transport is not None:
                line.transport.close()

    def post(self, body: bytes) -> None:
        """Sends a JSON body, in turn."""
        if self._free:
            self._write(self._free.pop(), body)
        else:
            self._waiting.append(body)

    def _write(self, line: _Line, body: bytes) -> None:
        assert line.transport is not None
        self._under_way[line] = body
        line.transport.write(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def answered(self, line: _Line, status: int) -> None:
        """A line has its answer; what was not taken is given again."""
        body = self._under_way.pop(line)
        if status != 200:
            self.refused += 1
            self._waiting.append(body)
        if self._waiting:
            self._write(line, self._waiting.popleft())
        else:
            self._free.append(line)

    def lost(self, line: _Line) -> None:
        """The other side has closed a line: another takes its place, and what it carried is given again."""
        if line not in self._under_way and line not in self._free:
            return
        body = self._under_way.pop(line, None)
        if body is not None:
            self._waiting.append(body)
        else:
            self._free.remove(line)
        self._replacing = asyncio.ensure_future(self._replace())

    async def _replace(self) -> None:
        _, line = await asyncio.get_running_loop().create_connection(lambda: _Line(self), *self._where)
        if self._waiting:
            self._write(line, self._waiting.popleft())
        else:
            self._free.append(line)
