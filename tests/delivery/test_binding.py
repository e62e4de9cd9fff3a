"""Between the claim and the call: photos are fetched, a thread prints, and what fails there holds up no chat."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pypdf import PdfReader
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.content.library import Library
from bot.db.keystore import KeyStore
from bot.delivery import binding, render
from bot.delivery.binding import Bindery
from bot.delivery.render import Call, Page
from bot.keepsake.manuscript import Asides, Leaf, Manuscript, Piece
from emulator.files import sample_photo
from tests.support.flaky import Telegram, opened, put, sending, settled
from tests.support.units import a_desk

pytestmark = pytest.mark.asyncio

PHOTO = sample_photo(5)
MADE = Manuscript(
    (
        Leaf(
            "From Sam, today", "Sam", (Piece("text", "CANARY"), Piece("photo", file="one"), Piece("photo", file="two"))
        ),
    ),
    Asides("A photo is missing.", "A voice note.", "A box."),
    "letter.pdf",
    "From Sam",
    "en",
    datetime(2027, 2, 14, tzinfo=UTC),
)
CALL = Call("send_document", {"chat_id": 1, "caption": "Here"}, manuscript=MADE)


class Files:
    """A Bot API that has files; what is an error is raised."""

    def __init__(self, **files: bytes | TelegramError) -> None:
        self.files = files
        self.asked: list[str] = []

    async def get_file(self, file: str) -> Any:
        self.asked.append(file)
        found = self.files[file]
        if isinstance(found, TelegramError):
            raise found

        async def download() -> bytearray:
            return bytearray(found)

        return SimpleNamespace(file_size=len(found), download_as_bytearray=download)


async def bound(files: Any, call: Call = CALL) -> PdfReader:
    made = await Bindery(cast("Bot", files)).bound(call)
    assert made.manuscript is None
    assert (made.params["chat_id"], made.params["caption"]) == (1, "Here")
    document = made.params["document"]
    assert isinstance(document, InputFile)
    assert document.filename == "letter.pdf"
    return PdfReader(io.BytesIO(cast("bytes", document.input_file_content)))


async def test_photos_are_fetched_and_the_file_takes_the_place_of_the_manuscript() -> None:
    reader = await bound(Files(one=PHOTO, two=sample_photo(6)))
    assert [len(page.images) for page in reader.pages] == [2]


@pytest.mark.parametrize("error", [BadRequest("wrong file_id"), NetworkError("cut")])
async def test_a_photo_that_cannot_be_fetched_is_told_on_the_page(error: TelegramError) -> None:
    reader = await bound(Files(one=error, two=PHOTO))
    assert [len(page.images) for page in reader.pages] == [1]
    assert "A photo is missing." in reader.pages[0].extract_text()


async def test_photos_that_never_come_keep_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(Files):
        async def get_file(self, _: str) -> Any:
            await asyncio.Event().wait()

    monkeypatch.setattr(binding, "FETCH_SECONDS", 0.05)
    reader = await bound(Hanging())
    assert reader.pages[0].extract_text().count("A photo is missing.") == 2


async def test_no_more_is_fetched_than_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "MOST_BYTES", len(PHOTO) + 1)
    monkeypatch.setattr(binding, "PHOTOS_AT_ONCE", 1)
    reader = await bound(Files(one=PHOTO, two=PHOTO))
    assert sum(len(page.images) for page in reader.pages) == 1


async def test_a_photo_enclosed_twice_is_fetched_once() -> None:
    leaf = replace(MADE.leaves[0], pieces=(Piece("photo", file="one"),) * 2)
    files = Files(one=PHOTO)
    await bound(files, replace(CALL, manuscript=replace(MADE, leaves=(leaf,))))
    assert files.asked == ["one"]


async def test_it_is_printed_in_a_thread_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[threading.Thread] = []

    def note(_: Manuscript) -> bytes:
        threads.append(threading.current_thread())
        return b"%PDF"

    monkeypatch.setattr(binding, "_printed", note)
    await Bindery(cast("Bot", Files(one=PHOTO, two=PHOTO))).bound(CALL)
    assert threads != [threading.main_thread()]


class Post(Telegram):
    """Takes documents as well, and has no photo."""

    async def get_file(self, _: str) -> Any:
        raise BadRequest("wrong file_id")

    async def send_document(self, **params: Any) -> Any:
        self.taken.append(params["document"].filename)


@pytest.mark.parametrize("works", [True, False])
async def test_a_file_that_cannot_be_made_is_parked_and_the_chat_goes_on(
    works: bool,
    sqlite_url: str,
    shelf: Library,
    key_store: KeyStore,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fails(_: Manuscript) -> bytes:
        raise ValueError("CANARY")

    def words(page: Page) -> Call | None:
        mark = str(page.row.payload["args"]) if "args" in page.row.payload else ""
        return CALL if page.row.slot == "slot:one" else Call("send_message", {"chat_id": 1, "text": f"two {mark}"})

    monkeypatch.setitem(render.RENDERERS, "say", words)
    if not works:
        monkeypatch.setattr(binding, "_printed", fails)
    telegram, desk = Post(), a_desk(shelf, key_store)
    async with opened(sqlite_url) as database:
        await database.run(put, desk, "one", "two")
        async with sending(database, desk, cast("Any", telegram)):
            found = await settled(database)
    assert found == {"one": "sent" if works else "parked", "two": "sent"}
    assert [taken[:3] for taken in telegram.taken] == (["let", "two"] if works else ["two"])
    assert "CANARY" not in "".join(capfd.readouterr())


async def test_a_bot_that_prints_nothing_loads_nothing_for_it() -> None:
    code = "import sys, bot.app; print({'fpdf', 'fontTools', 'PIL', 'uharfbuzz'} & sys.modules.keys())"
    running = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    said, _ = await running.communicate()
    assert said.decode().strip() == "set()"
