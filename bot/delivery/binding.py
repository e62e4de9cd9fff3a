"""What becomes of a manuscript before its call: photos are fetched, a thread prints, and the file takes its place.

Outside of the database's units. Nothing of it is kept, and a photo that does not come in time is left out.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace

from telegram import Bot, InputFile
from telegram.error import TelegramError

from bot.delivery.render import Call
from bot.keepsake.manuscript import Leaf, Manuscript, Piece
from bot.log import log

AT_ONCE = 2  # manuscripts in hand
PHOTOS_AT_ONCE = 4
FETCH_SECONDS = 10.0
MOST_BYTES = 20 * 1024 * 1024  # of all photos; Telegram takes files of 50 MB
MOST_PHOTOS = 60


class Bindery:
    """Binds for one sender."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._in_hand = asyncio.Semaphore(AT_ONCE)

    async def bound(self, call: Call) -> Call:
        """The same call with its file. Raises what printing raises."""
        if call.manuscript is None:
            return call
        async with self._in_hand:
            manuscript = await self._with_photos(call.manuscript)
            file = await asyncio.to_thread(_printed, manuscript)
        document = InputFile(file, filename=manuscript.name)
        return replace(call, params={**call.params, "document": document}, manuscript=None)

    async def _with_photos(self, manuscript: Manuscript) -> Manuscript:
        files = list(dict.fromkeys(piece.file for piece in _photos(manuscript)))[:MOST_PHOTOS]
        fetched = await self._fetched(files) if files else {}
        leaves = tuple(_illustrated(leaf, fetched) for leaf in manuscript.leaves)
        return replace(manuscript, leaves=leaves)

    async def _fetched(self, files: list[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        places = asyncio.Semaphore(PHOTOS_AT_ONCE)

        async def fetch(file: str) -> None:
            async with places:
                room = MOST_BYTES - sum(map(len, found.values()))
                data = await self._photo(file, room)
            if data is not None:
                found[file] = data

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FETCH_SECONDS), asyncio.TaskGroup() as tasks:
                for file in files:
                    tasks.create_task(fetch(file))
        return found

    async def _photo(self, file: str, room: int) -> bytes | None:
        try:
            there = await self._bot.get_file(file)
            if (there.file_size or 0) > room:
                return None
            return bytes(await there.download_as_bytearray())
        except TelegramError as error:
            log.info("photo_not_fetched", error=type(error))
            return None


def _photos(manuscript: Manuscript) -> Iterator[Piece]:
    return (piece for leaf in manuscript.leaves for piece in leaf.pieces if piece.kind == "photo")


def _illustrated(leaf: Leaf, fetched: dict[str, bytes]) -> Leaf:
    return replace(leaf, pieces=tuple(replace(piece, data=fetched.get(piece.file)) for piece in leaf.pieces))


def _printed(manuscript: Manuscript) -> bytes:
    from bot.keepsake.printing import printed  # noqa: PLC0415 - it loads 28 MB, in this thread, where it is used

    return printed(manuscript)
