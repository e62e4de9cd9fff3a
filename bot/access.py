"""Who may read or do what. Every read of somebody's words goes through here; nothing else opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, select

from bot.db import people
from bot.db.models import Invitation, Letter, LetterPart
from bot.db.people import PersonRow
from bot.db.prepared import Prepared
from bot.db.types import SealedBytes
from bot.errors import BrokenAssumption
from bot.letter_life import WHO, Event, after
from bot.vault import Vault

_letters = Letter
_parts = LetterPart
_invitations = Invitation

Action = Event | Literal["read"]
OPEN_WHEN = "open_when"


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
    exchange_id: int | None
    state: str
    created_at: datetime
    sealed_at: datetime | None
    deliver_at: datetime | None
    remind_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    page: int
    guarded: bool | None
    withdrawn_at: datetime | None
    expires_at: datetime | None
    reader_lasting: bool | None
    own_until: datetime | None
    writer_lasting: bool | None
    dropped_at: datetime | None
    signature: SealedBytes | None
    writer_key: SealedBytes | None
    reader_key: SealedBytes | None

    @property
    def dated(self) -> datetime:
        """The moment that stands on it: when it was sealed, before that when it was begun."""
        return self.sealed_at or self.created_at

    @property
    def keeps(self) -> bool:
        """For a day when the two fight: it comes quietly, and nothing asks its reader to open it."""
        return self.guide == OPEN_WHEN and self.exchange_id is None and self.answers_id is None

    @property
    def seen_by_writer(self) -> str:
        """Its state as its writer may know it: one that is taken back looks so whether it was opened or not."""
        return "withdrawn" if self.state == "opened" and self.withdrawn_at is not None else self.state

    def is_held_by(self, person_id: int) -> bool:
        """Whether this person's own copy is there; of an unopened letter its reader has none."""
        if self.writer_id == person_id:
            return self.writer_key is not None and self.dropped_at is None
        return self.reader_id == person_id and self.reader_key is not None

    def is_kept_by(self, person_id: int) -> bool:
        """Whether this person keeps their copy beyond its time."""
        return bool(self.writer_lasting if self.writer_id == person_id else self.reader_lasting)

    def ends_for(self, person_id: int) -> datetime | None:
        """When this person's copy goes; None while they keep it."""
        end = self.own_until if self.writer_id == person_id else self.expires_at
        return None if self.is_kept_by(person_id) else end


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A photo or voice note of a letter: its part, and Telegram's file id."""

    part_id: int
    kind: str
    file: str


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a letter: its words, and what it encloses."""

    text: str
    enclosed: Enclosure | None


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What a letter says, and what lies in it."""

    text: str
    enclosures: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody's daily message may bring: kinds that are off, and the homes whose gestures are on."""

    kinds_off: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()


_letter = select(*(_letters.c[name] for name in LetterRow.__dataclass_fields__)).where(
    _letters.c.id == bindparam("letter_id")
)
_by_id = Prepared(_letter)
_locked = Prepared(_letter, _letter.with_for_update())
_parts_of = Prepared(
    select(_parts.c.id, _parts.c.kind, _parts.c.body, _parts.c.file)
    .where(_parts.c.letter_id == bindparam("letter_id"))
    .order_by(_parts.c.position, _parts.c.id)
)


def letter_row(found: RowMapping | None) -> LetterRow | None:
    """A row of the letter table as a value."""
    return None if found is None else LetterRow(**{name: found[name] for name in LetterRow.__dataclass_fields__})


def letter(connection: Connection, letter_id: int, *, lock: bool = False) -> LetterRow | None:
    """A letter by its id; with `lock` until the end of the unit."""
    found = (_locked if lock else _by_id).first(connection, letter_id=letter_id)
    return None if found is None else LetterRow(*found)


def can(actor_id: int, action: Action, object_: LetterRow) -> bool:
    """Whether this person may do this with this letter: it is theirs to do, and its state allows it."""
    mine = object_.writer_id == actor_id
    to_me = object_.reader_id == actor_id
    held = object_.is_held_by(actor_id)
    if action == "read":
        return held and (mine or object_.opened_at is not None)
    theirs = {
        "writer": mine and held,
        "reader": to_me and (held or object_.opened_at is None),
        "either": mine or to_me,
        "clock": False,
    }
    state = object_.seen_by_writer if mine else object_.state
    return theirs[WHO[action]] and after(state, action) is not None


def letter_key(vault: Vault, actor_id: int, object_: LetterRow) -> bytes:
    """The key of a letter for one of the two who hold it. Raises Denied, or the vault's Erased."""
    if not can(actor_id, "read", object_):
        raise Denied(f"letter {object_.id} asked for by {actor_id}")
    sealed = object_.writer_key if object_.writer_id == actor_id else object_.reader_key
    assert sealed is not None  # noqa: S101 - who may read holds a copy
    return vault.unwrap(sealed, owner=actor_id, letter_id=object_.id)


def read_letter(connection: Connection, vault: Vault, *, actor_id: int, object_: LetterRow) -> LetterWords:
    """The words of a letter: its parts joined by a blank line. Raises Denied."""
    parts = read_parts(connection, vault, actor_id=actor_id, object_=object_)
    texts = [part.text for part in parts if part.text]
    return LetterWords("\n\n".join(texts), tuple(part.enclosed for part in parts if part.enclosed is not None))


def read_parts(connection: Connection, vault: Vault, *, actor_id: int, object_: LetterRow) -> list[Part]:
    """The messages of a letter in their order. Raises Denied."""
    key = letter_key(vault, actor_id, object_)
    return [_part(vault, key, row) for row in _parts_of.all(connection, letter_id=object_.id)]


def _part(vault: Vault, key: bytes, row: Any) -> Part:
    text = vault.open_with(key, row.body, table="letter_part", column="body", row_id=row.id)
    if row.file is None:
        return Part(text, None)
    file = vault.open_with(key, row.file, table="letter_part", column="file", row_id=row.id)
    return Part(text, Enclosure(row.id, row.kind, file))


def read_many(
    connection: Connection, vault: Vault, *, actor_id: int, letters: Sequence[LetterRow]
) -> list[tuple[LetterRow, str]]:
    """The words of those letters that this person may read, in one look at the database."""
    keys = {one.id: letter_key(vault, actor_id, one) for one in letters if can(actor_id, "read", one)}
    texts: dict[int, list[str]] = {letter_id: [] for letter_id in keys}
    query = select(_parts.c.id, _parts.c.letter_id, _parts.c.kind, _parts.c.body, _parts.c.file)
    query = query.where(_parts.c.letter_id.in_(keys)).order_by(_parts.c.letter_id, _parts.c.position, _parts.c.id)
    for row in connection.execute(query):
        texts[row.letter_id].append(_part(vault, keys[row.letter_id], row).text)
    return [(one, "\n\n".join(filter(None, texts[one.id]))) for one in letters if one.id in keys]


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


def own_wanted(vault: Vault, person: PersonRow) -> Wanted:
    """What a person lets their daily message bring; everything that suits everybody before they chose."""
    if person.gestures_off is None:
        return Wanted()
    text = vault.open(person.gestures_off, owner=person.id, table="person", column="gestures_off", row_id=person.id)
    kept = orjson.loads(text)
    return Wanted(frozenset(kept["off"]), frozenset(kept["homes"]))


def seal_wanted(vault: Vault, person: PersonRow, wanted: Wanted) -> SealedBytes:
    """The same, sealed for the row of that person."""
    text = orjson.dumps({"off": sorted(wanted.kinds_off), "homes": sorted(wanted.homes)}).decode()
    return vault.seal(text, owner=person.id, table="person", column="gestures_off", row_id=person.id)


def own_steps(vault: Vault, person: PersonRow) -> dict[str, Any]:
    """What a person has done on the path of each focus."""
    if person.steps_done is None:
        return {}
    text = vault.open(person.steps_done, owner=person.id, table="person", column="steps_done", row_id=person.id)
    found: dict[str, Any] = orjson.loads(text)
    return found


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
