"""From an outbox row to one call of the Bot API: wording, entities, keyboard. Reads words only through access."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from telegram import InputFile

from bot.db import people
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.buttons import Label, Shown, callback, rows_of
from bot.delivery.outbox import Row
from bot.delivery.pages import utf16
from bot.delivery.turn import Desk
from bot.keepsake.manuscript import Manuscript

NO_PREVIEW = {"is_disabled": True}
MAX_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the method of PTB's Bot and its arguments, which JSON can hold unless they are files.

    `fills` says that the answer's message takes the slot. A `manuscript` is printed before the call, outside of the
    unit, and becomes its document.
    """

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    fills: bool = False
    idempotent: bool = False
    manuscript: Manuscript | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A renderer at work: the row, its person and their language."""

    connection: Connection
    desk: Desk
    row: Row
    person: PersonRow

    @property
    def lang(self) -> str:
        """The language this person is spoken to in."""
        return self.person.lang

    def words(self, message: str, args: Mapping[str, Any] | None = None, count: int | None = None) -> Shown:
        """A catalogue message with its emphasis as entities."""
        text, spans = self.desk.library.catalogue.spans(message, self.lang, args or {}, count)
        return Shown(text, tuple((span.style, span.offset, span.length) for span in spans))

    def label(self, message: str, args: Mapping[str, Any] | None = None) -> str:
        """A catalogue message without emphasis, for a button."""
        return self.desk.library.catalogue.text(message, self.lang, args or {})

    def own(self, name: str, data: str, args: Mapping[str, Any] | None = None) -> Label:
        """A button of the interface file."""
        return Label(self.label(f"interface.{name}", args), data)


Renderer = Callable[[Page], Call | None]
RENDERERS: dict[str, Renderer] = {}


def renders(kind: str) -> Callable[[Renderer], Renderer]:
    """Registers a renderer for a kind of row."""

    def register(renderer: Renderer) -> Renderer:
        RENDERERS[kind] = renderer
        return renderer

    return register


def render(connection: Connection, desk: Desk, row: Row) -> Call | None:
    """The call for this row, or None when there is nothing (any longer) to say."""
    person = people.by_id(connection, row.person_id)
    if person is None:
        return None
    return RENDERERS[row.kind](Page(connection, desk, row, person))


# -- building calls


def message(
    page: Page, shown: Shown, buttons: Sequence[Sequence[Label]], *, edit: str | None = None, **sending: bool
) -> Call:
    """Sends a text, or with `edit` puts it into the message of that slot; a missing one is sent anew.

    `sending` holds for a new message only.
    """
    markup = keyboard(buttons)
    text, entities = clipped(shown)
    target = outbox.in_slot(page.connection, page.person.id, edit) if edit else None
    common = {"text": text, "entities": entities, "reply_markup": markup, "link_preview_options": NO_PREVIEW}
    if target is not None:
        params = {"chat_id": page.row.chat_id, "message_id": target, **common}
        return Call("edit_message_text", params, idempotent=True)
    return Call("send_message", {"chat_id": page.row.chat_id, **common, **sending}, fills=page.row.slot is not None)


def file(page: Page, name: str, text: str, *, caption: str) -> Call:
    """Sends a text as a file."""
    content = InputFile(text.encode(), filename=name)
    params = {"chat_id": page.row.chat_id, "document": content, "caption": page.label(caption)}
    return Call("send_document", params)


def clipped(shown: Shown) -> tuple[str, list[dict[str, Any]]]:
    """Text and entities as the API takes them, never longer than it allows."""
    text = shown.text if len(shown.text) <= MAX_TEXT else shown.text[: MAX_TEXT - 1] + "\u2026"
    end = utf16(text)
    spans = ((kind, offset, min(length, end - offset)) for kind, offset, length in shown.spans if offset < end)
    return text, [{"type": kind, "offset": offset, "length": length} for kind, offset, length in spans]


def keyboard(rows: Sequence[Sequence[Label]]) -> dict[str, list[list[dict[str, str]]]] | None:
    """An inline keyboard, or None where there are no buttons."""
    built = [[_button(label) for label in row] for row in rows if row]
    return {"inline_keyboard": built} if built else None


def _button(label: Label) -> dict[str, str]:
    return {"text": label.text, "url" if label.data.startswith("https://") else "callback_data": label.data}


# -- the general kinds


@renders("say")
def say(page: Page) -> Call:
    """A message of the catalogue, with the buttons of a question or of the interface."""
    payload = page.row.payload
    shown = page.words(payload["message"], _worded(page, payload.get("args", {})), payload.get("count"))
    rows = choice_rows(page, payload) if payload.get("choices") else _interface_rows(page, payload.get("buttons", ()))
    if payload.get("under"):
        rows = [*rows, *_interface_rows(page, payload["under"])]
    return message(page, shown, rows, edit=payload.get("edit"))


def _worded(page: Page, args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments for the catalogue; one that is a message itself (`@id`) is worded in this person's language."""
    return {
        name: page.label(value["message"], value.get("args")) if isinstance(value, dict) else _plain(value)
        for name, value in args.items()
    }


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _interface_rows(page: Page, rows: Sequence[Sequence[Sequence[Any]]]) -> list[list[Label]]:
    return [[page.own(button[0], button[1], *button[2:3]) for button in row] for row in rows]


def choice_rows(page: Page, payload: Mapping[str, Any]) -> list[list[Label]]:
    """The buttons of a question: data is session, turn and choice."""
    own: list[Label] = []
    exits: list[Label] = []
    for choice, label, is_literal, is_exit in payload["choices"]:
        data = callback(payload["session"], payload["turn"], choice)
        (exits if is_exit else own).append(Label(label if is_literal else page.label(label), data))
    return [*rows_of(own), exits]


@renders("retire")
def retire(page: Page) -> Call | None:
    """The buttons of the message in the slot go away."""
    target = outbox.in_slot(page.connection, page.person.id, page.row.payload["slot"])
    if target is None:
        return None
    params = {"chat_id": page.row.chat_id, "message_id": target, "reply_markup": None}
    return Call("edit_message_reply_markup", params, idempotent=True)


@renders("unbutton")
def unbutton(page: Page) -> Call | None:
    """The buttons of a message known by its id go away: a tap on an old keyboard; or of the oldest `left` by a slot."""
    left = page.row.payload.get("left")
    target = page.row.payload["message_id"] if left is None else oldest_left(page.connection, page.row)
    if target is None:
        return None
    params = {"chat_id": page.row.chat_id, "message_id": target, "reply_markup": None}
    return Call("edit_message_reply_markup", params, idempotent=True)


def oldest_left(connection: Connection, row: Row) -> int | None:
    """The oldest message that another question has pushed from the slot which this row names."""
    place = row.payload.get("left")
    if place is None:
        return None
    return min(outbox.in_slots(connection, row.person_id, under=outbox.left_by(place), exactly=True), default=None)


@renders("delete")
def delete(page: Page) -> Call:
    """Messages of either side are deleted; Telegram does so for the last 48 hours."""
    params = {"chat_id": page.row.chat_id, "message_ids": list(page.row.payload["message_ids"])}
    return Call("delete_messages", params, idempotent=True)


@renders("cover")
def cover(page: Page) -> Call:
    """One of our messages that is too old to be deleted says nothing any more."""
    text = page.label("interface.hidden_message")
    params = {"chat_id": page.row.chat_id, "message_id": page.row.payload["message_id"], "text": text}
    return Call("edit_message_text", params, idempotent=True)


@renders("document")
def document(page: Page) -> Call:
    """A file made for this person: their export."""
    return file(page, page.row.payload["name"], page.row.payload["text"], caption="interface.export_ready")
