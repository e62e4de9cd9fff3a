"""How a person's own sentences are listed. Their words come through access at sending time, as everywhere."""

from __future__ import annotations

from bot import access
from bot.delivery.buttons import Label, act
from bot.delivery.render import Call, Page, message, renders

FIRST_WORDS = 34  # characters of a sentence on a button as wide as a phone


@renders("sentences")
def sentences(page: Page) -> Call | None:
    """A button for each sentence that still is theirs, then older ones and a way to put the list away."""
    listed: list[int] = page.row.payload["letters"]
    rows = [[label] for letter_id in listed if (label := _label(page, letter_id)) is not None]
    below = [page.own("close", act("w", page.person.id, "close"))]
    if page.row.payload["more"]:
        below.insert(0, page.own("sentences_older", act("w", listed[-1], "older")))
    return message(page, page.words("interface.sentences_head"), [*rows, below]) if rows else None


def _label(page: Page, letter_id: int) -> Label | None:
    letter = access.letter(page.connection, letter_id)
    if letter is None or not access.can(page.person.id, "edit", letter):
        return None
    words = access.read_letter(page.connection, page.desk.vault, actor_id=page.person.id, object_=letter)
    return Label(first_words(words.text), act("w", letter.id, "read"))


def first_words(text: str) -> str:
    """The beginning of a text, cut between words where it can be."""
    line = " ".join(text.split())
    if len(line) <= FIRST_WORDS:
        return line
    cut = line[: FIRST_WORDS - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(",.;:") + "\u2026"
