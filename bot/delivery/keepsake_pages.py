"""A keepsake on its way: the letters that its row names, as a manuscript. Words come through access at sending time."""

from __future__ import annotations

from bot import access
from bot.access import LetterRow, Part
from bot.clock import local_day, zone_of
from bot.delivery.buttons import act
from bot.delivery.render import Call, Page, keyboard, renders
from bot.keepsake.manuscript import Asides, Leaf, Manuscript, Piece


@renders("keepsake")
def keepsake(page: Page) -> Call | None:
    """The letters of the row that this person may still have, as one file."""
    letters = [letter for one in page.row.payload["letters"] if (letter := _letter(page, one)) is not None]
    if not letters:
        return None
    params = {
        "chat_id": page.row.chat_id,
        "caption": page.label("interface.keepsake_ready"),
        "reply_markup": _more(page, letters[0]),
    }
    return Call("send_document", params, manuscript=_manuscript(page, letters))


def event_for(person_id: int, letter: LetterRow) -> access.Action:
    """What a keepsake is in the life of this letter: its writer's, or its reader's."""
    return "print_own" if letter.writer_id == person_id else "print"


def may_have(person_id: int, letter: LetterRow) -> bool:
    """Whether a keepsake of this letter can be made for this person."""
    return letter.is_held_by(person_id) and access.can(person_id, event_for(person_id, letter), letter)


def _letter(page: Page, letter_id: int) -> LetterRow | None:
    found = access.letter(page.connection, letter_id)
    return found if found is not None and may_have(page.person.id, found) else None


def _more(page: Page, letter: LetterRow) -> object:
    """Under one letter of several in its month: all of that month, or those that are chosen."""
    if not page.row.payload.get("more"):
        return None
    name = "month_own" if letter.writer_id == page.person.id else "month"
    month = page.desk.library.month(letter.dated, page.person.zone, page.lang)
    choosing = page.own("keepsake_several", act("c", page.person.id, "begin"))
    return keyboard([[page.own("keepsake_month", act("l", letter.id, name), {"month": month})], [choosing]])


def _manuscript(page: Page, letters: list[LetterRow]) -> Manuscript:
    leaves = tuple(_leaf(page, letter) for letter in letters)
    first, last = (local_day(letter.dated, zone_of(page.person.zone)) for letter in (letters[0], letters[-1]))
    months = "-to-".join(dict.fromkeys((f"{first:%Y-%m}", f"{last:%Y-%m}")))
    return Manuscript(
        leaves=leaves,
        asides=Asides(
            photo_missing=page.label("interface.keepsake_photo_missing"),
            voice=page.label("interface.keepsake_voice"),
            no_shape=page.label("interface.keepsake_no_shape"),
        ),
        name=f"letter-{first:%Y-%m-%d}.pdf" if len(letters) == 1 else f"letters-{months}.pdf",
        title=leaves[0].head,
        lang=page.lang,
        dated=letters[-1].dated,
    )


def _leaf(page: Page, letter: LetterRow) -> Leaf:
    vault, me = page.desk.vault, page.person.id
    date = page.desk.library.date(local_day(letter.dated, zone_of(page.person.zone)), page.lang)
    name = access.signature(vault, actor_id=me, object_=letter)
    parts = access.read_parts(page.connection, vault, actor_id=me, object_=letter)
    head = page.label("interface.letter_head", {"partner": name, "date": date})
    return Leaf(head.strip(), name, tuple(map(_piece, parts)))


def _piece(part: Part) -> Piece:
    if part.enclosed is None:
        return Piece("text", part.text)
    return Piece("photo" if part.enclosed.kind == "photo" else "voice", part.text, file=part.enclosed.file)
