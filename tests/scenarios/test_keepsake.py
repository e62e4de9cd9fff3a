"""A letter that is kept on paper: the real bot, the real file, the words as they were written."""

from __future__ import annotations

import http.client
import io
import urllib.parse
from typing import Any

import pytest
from pypdf import PdfReader

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import opens_a_blank_page

pytestmark = pytest.mark.xdist_group("chats")

FIRST = "I miss our Sundays ❤️\n\nDo you remember the one in March?"
LAST = "Yours, Ana."


def fetched(stage: Stage, message: dict[str, Any]) -> PdfReader:
    """The file of a message, as the phone opens it."""
    place = urllib.parse.urlsplit(stage.control.url).netloc
    connection = http.client.HTTPConnection(place, timeout=60)
    connection.request("GET", message["media_url"])
    content = connection.getresponse().read()
    connection.close()
    return PdfReader(io.BytesIO(content))


def said(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def sends_an_illustrated_letter(ana: Phone) -> None:
    opens_a_blank_page(ana)
    ana.says(FIRST)
    ana.sees("1 part")
    ana.sends("photo", caption="The bench")
    ana.sees("2 parts")
    ana.says(LAST)
    ana.sees("3 parts")
    ana.taps("Preview")
    ana.sees("This is exactly what")
    ana.taps("Yes, now")
    ana.sees("You can take it back under /letters")


def test_a_letter_becomes_a_file_that_says_what_the_letter_says(evening: Stage, couple: tuple[Phone, Phone]) -> None:
    ana, ben = couple
    sends_an_illustrated_letter(ana)
    ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.sees("I miss our Sundays")
    ben.taps("Keepsake (PDF)")
    file = ben.waits_for_kind("document")
    assert (file["file_name"][:7], file["file_name"][-4:], buttons(file)) == ("letter-", ".pdf", [])
    reader = fetched(evening, file)
    head, _, words = said(reader).partition("\n")
    assert head.startswith("From Ana, ")
    assert words.split() == f"{FIRST} The bench {LAST}".split()
    assert [len(page.images) for page in reader.pages] == [1]
    assert [message for message in ana.from_bot() if message["kind"] == "document"] == []


def test_the_writer_has_it_from_the_list(evening: Stage, couple: tuple[Phone, Phone]) -> None:
    ana, ben = couple
    sends_an_illustrated_letter(ana)
    ben.sees("A letter from Ana.")
    ana.says("/letters")
    listed = ana.sees("Your letters:")
    ana.taps(next(button["text"] for button in buttons(listed) if button["text"].startswith("Sent")))
    ana.sees(LAST)
    ana.taps("Keepsake (PDF)")
    assert said(fetched(evening, ana.waits_for_kind("document"))).startswith("From Ana, ")
    assert [message for message in ben.from_bot() if message["kind"] == "document"] == []
