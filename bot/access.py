"""Who may read or do what. Every read of somebody's words goes through here; nothing else opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, select

from bot.db import people
from bot.db.models import Invitation, Letter, LetterPart, table
from bot.db.people import PersonRow
from bot.db.types import SealedBytes
from bot.errors import BrokenAssumption
from bot.vault import Vault

_letters = table(Letter)
_parts = table(LetterPart)
_invitations = table(Invitation)

Action = Literal["read", "change", "withdraw", "open", "fold"]


class Denied(BrokenAssumption):
    """Somebody's words were asked for on behalf of a person who may not read them."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as stored, without its words."""

    id: int
    ref: str
    writer_id: int
    reader_id: int | None
    couple_id: int | None
    kind: str
    guide: str
    answers_id: int | None
    state: str
    created_at: datetime
    sealed_at: datetime | None
    deliver_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    page: int
    signature: SealedBytes | None
    writer_key: SealedBytes | None
    reader_key: SealedBytes | None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A photo or voice note of a letter: its part, and Telegram's file id."""

    part_id: int
    kind: str
    file: str


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter says, and what lies in it."""

    text: str
    enclosures: tuple[Enclosure, ...]


_COLUMNS = [_letters.c[name] for name in LetterRow.__dataclass_fields__]


def letter_row(found: RowMapping | None) -> LetterRow | None:
    """A row of the letter table as a value."""
    return None if found is None else LetterRow(**{name: found[name] for name in LetterRow.__dataclass_fields__})


def letter(connection: Connection, letter_id: int, *, lock: bool = False) -> LetterRow | None:
    """A letter by its id; with `lock` until the end of the unit."""
    query = select(*_COLUMNS).where(_letters.c.id == letter_id)
    if lock and connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return letter_row(connection.execute(query).mappings().first())


def can(actor_id: int, action: Action, object_: LetterRow) -> bool:
    """Whether this person may do this with this letter."""
    mine = object_.writer_id == actor_id
    to_me = object_.reader_id == actor_id
    match action:
        case "read":
            return mine or (to_me and object_.opened_at is not None)
        case "change":
            return mine and object_.state in ("draft", "kept")
        case "withdraw":
            return mine and object_.sealed_at is not None
        case "open":
            return to_me and object_.state in ("waiting", "opened")
        case "fold":
            return to_me and object_.opened_at is not None


def letter_key(vault: Vault, actor_id: int, object_: LetterRow) -> bytes:
    """The key of a letter for one of the two who hold it. Raises Denied, or the vault's Erased."""
    if not can(actor_id, "read", object_):
        raise Denied(f"letter {object_.id} asked for by {actor_id}")
    sealed = object_.writer_key if object_.writer_id == actor_id else object_.reader_key
    if sealed is None:
        raise Denied(f"letter {object_.id} holds no key for {actor_id}")
    return vault.unwrap(sealed, owner=actor_id, letter_id=object_.id)


def read_letter(connection: Connection, vault: Vault, *, actor_id: int, object_: LetterRow) -> LetterWords:
    """The words of a letter: its parts joined by a blank line. Raises Denied."""
    key = letter_key(vault, actor_id, object_)
    query = select(_parts).where(_parts.c.letter_id == object_.id).order_by(_parts.c.position, _parts.c.id)
    texts, enclosures = [], []
    for part in connection.execute(query).mappings():
        body = vault.open_with(key, part["body"], table="letter_part", column="body", row_id=part["id"])
        if body:
            texts.append(body)
        if part["file"] is not None:
            file = vault.open_with(key, part["file"], table="letter_part", column="file", row_id=part["id"])
            enclosures.append(Enclosure(part["id"], part["kind"], file))
    return LetterWords("\n\n".join(texts), tuple(enclosures))


def signature(vault: Vault, *, actor_id: int, object_: LetterRow) -> str:
    """The writer's name on an opened letter; empty when there is none."""
    if object_.signature is None:
        return ""
    key = letter_key(vault, actor_id, object_)
    return vault.open_with(key, object_.signature, table="letter", column="signature", row_id=object_.id)


def own_name(vault: Vault, person: PersonRow) -> str:
    """A person's own name; empty before they gave one."""
    if person.name is None:
        return ""
    return vault.open(person.name, owner=person.id, table="person", column="name", row_id=person.id)


def own_focus(vault: Vault, person: PersonRow) -> str:
    """A person's own focus, or `none`."""
    if person.focus is None:
        return "none"
    return vault.open(person.focus, owner=person.id, table="person", column="focus", row_id=person.id)


def name_of_partner(connection: Connection, vault: Vault, person: PersonRow) -> str:
    """The name the partner gave themselves; empty without a partner who can be reached."""
    partner = people.reachable_partner(connection, person)
    return "" if partner is None else own_name(vault, partner)


def name_of_other(connection: Connection, vault: Vault, *, actor_id: int, invitation_id: int) -> str:
    """The name of the other side of an invitation, for the two it is about. Raises Denied."""
    row = connection.execute(select(_invitations).where(_invitations.c.id == invitation_id)).mappings().one()
    sides = {row["inviter_id"]: row["invitee_id"], row["invitee_id"]: row["inviter_id"]}
    other = sides.get(actor_id)
    if actor_id not in sides or other is None:
        raise Denied(f"invitation {invitation_id} asked for by {actor_id}")
    person = people.by_id(connection, other)
    return "" if person is None or person.gone_at is not None else own_name(vault, person)
