"""Every table. Column names are the glossary's; `_at` is a moment in UTC, `_on` a local date. No behaviour.

Plain tables: SQLAlchemy's mapper would cost 7 MB and a tenth of a second, and nothing here is mapped.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    text,
)

from bot.db.types import UTC, Sealed

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""What migrations are compared with."""

_always = partial(Column, nullable=False)
_maybe = partial(Column, nullable=True)


_parts: list[tuple[Index, str]] = []


def _partial(name: str, column: str, *, where: str) -> Index:
    """An index over a part of the rows; SQLite uses it only where a query says the condition in the same words."""
    lite = where.replace("NOT ours", "ours = 0").replace("ours AND", "ours = 1 AND").replace("stalled", "stalled = 1")
    index = Index(name, column, sqlite_where=text(lite))
    _parts.append((index, where))
    return index


@event.listens_for(METADATA, "before_create")
def _part_on_postgresql(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Said late, because saying it loads PostgreSQL's dialect."""
    if connection.dialect.name == "postgresql":
        for index, where in _parts:
            index.dialect_options["postgresql"]["where"] = text(where)


Person = Table(
    "person",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _maybe("telegram_id", BigInteger, unique=True),
    _maybe("name", Sealed),
    _always("lang", String(8), default="en"),
    _always("created_at", UTC),
    _maybe("known_at", UTC),
    _always("seen_at", UTC, index=True),  # to the hour
    _maybe("unreachable_at", UTC),
    _maybe("gone_at", UTC),
    _maybe("silent_until", UTC, index=True),  # warned after a year; then everything goes
    _always("path", String(16), default="solo"),
    _always("zone", String(64), default="UTC"),
    _maybe("country", String(2)),
    _maybe("focus", Sealed),
    _always("nudge_minute", Integer, default=540),
    _always("nudge_days", Integer, default=127),  # bit 0 is Monday
    _always("quiet_from", Integer, default=1320),
    _always("quiet_to", Integer, default=420),
    _always("effort_max", Integer, default=3),
    _maybe("next_nudge_at", UTC, index=True),
    _maybe("last_nudge_on", Date),
    _always("nudges_ignored", Integer, default=0),
    _always("nudges_off", Boolean, default=False),
    _maybe("paused_until", UTC),
    _maybe("resting_until", UTC),
    _always("letters_muted", Boolean, default=False),
    _maybe("letters_guarded", Boolean),  # what they seal is not to be forwarded
    _maybe("couple_id", BigInteger, index=True),
    _maybe("letters_told_at", UTC),  # that letters of theirs go soon
    _always("parted", Boolean, default=False),  # the partner is out of reach; to be said at the next act
    _maybe("gestures_off", Sealed),  # kinds of gestures switched off, and homes switched on, as JSON
    _maybe("steps_done", Sealed),  # exercises done on the path of each focus, as JSON
    _maybe("recheck_on", Date),  # local day from which a new look at how things are is proposed, once
    _partial("ix_person_stranger", "seen_at", where="known_at IS NULL AND gone_at IS NULL"),
)
"""Somebody who wrote to the bot. `known_at` is set by the yes to the notice; `gone_at` by delete or bye."""


Couple = Table(
    "couple",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("inviter_id", BigInteger, index=True),
    _always("invitee_id", BigInteger, index=True),
    _always("joined_at", UTC),
    _maybe("ended_at", UTC),
)
"""Two persons joined by two yeses. `ended_at` is set by either, at once."""


Invitation = Table(
    "invitation",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("inviter_id", BigInteger, index=True),
    _always("code_hash", LargeBinary, unique=True),
    _always("state", String(16)),  # open, taken, accepted, confirmed, declined, lapsed
    _maybe("invitee_id", BigInteger),
    _always("created_at", UTC),
    _always("expires_at", UTC),
)
"""A one-use pairing link; only the SHA-256 of its code is kept."""


WrongTry = Table(
    "wrong_try",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("person_id", BigInteger, index=True),
    _always("tried_at", UTC),
)
"""A link that led nowhere, per person, to slow down guessing; emptied after an hour."""


DialogSession = Table(
    "dialog_session",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("person_id", BigInteger, index=True),
    _always("dialog", String(32)),
    _always("status", String(16)),  # active, suspended, ended
    _always("turn", Integer),
    _always("release", Integer),
    _maybe("state", Sealed),
    _maybe("question_at", UTC),
    _maybe("timeout_at", UTC, index=True),
    _maybe("expires_at", UTC, index=True),
)
"""One running dialog of a person; at most one is active, others are suspended."""


Inbox = Table(
    "inbox",
    METADATA,
    _always("bot_id", BigInteger, primary_key=True, autoincrement=False),
    _always("update_id", BigInteger, primary_key=True, autoincrement=False),
    _always("sender_id", BigInteger),  # Telegram's user id, which orders updates
    _always("kind", String(24)),
    _always("received_at", UTC),
    _maybe("payload", LargeBinary),
    _always("state", String(8)),  # open, done, parked, dropped
    _always("tries", Integer, default=0),
    _always("next_try_at", UTC),
    _always("release", Integer, default=0),
    Index("ix_inbox_open", "state", "next_try_at"),
    Index("ix_inbox_sender", "sender_id", "state", "update_id"),
)
"""A received update, or an internal event (bot_id 0). The payload is emptied when it is done."""


Outbox = Table(
    "outbox",
    METADATA,
    # Counted by the database: the order of rows is the order of messages in a chat.
    _always("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _always("dedupe_key", String(120), unique=True),
    _always("person_id", BigInteger, index=True),
    _always("chat_id", BigInteger),
    _always("urgency", Integer),  # 0 safety, 1 answer, 2 letter, 3 appointment, 4 nudge
    _always("kind", String(16)),  # send, edit, retire, delete, page ...
    _maybe("slot", String(64)),
    _maybe("payload", LargeBinary),  # sealed under the service key, emptied when sent
    _always("state", String(8)),  # open, sending, later, sent, parked, dropped, hold
    _always("attempts", Integer, default=0),
    _always("created_at", UTC),
    _always("next_at", UTC),
    _maybe("drop_at", UTC),
    _maybe("sent_at", UTC),
    _maybe("worker_id", BigInteger),  # who has claimed it; of meaning while it is in `sending`
    _maybe("stalled", Boolean),  # tried again as soon as Telegram answers anybody; `next_at` is the latest
    Index("ix_outbox_due", "state", "urgency", "next_at", "id"),
    Index("ix_outbox_chat", "chat_id", "state", "id"),
    _partial("ix_outbox_stalled", "id", where="stalled"),
)
"""A message to send, edit or delete. `dedupe_key` makes a second insert a no-op."""


ChatMessage = Table(
    "chat_message",
    METADATA,
    _always("chat_id", BigInteger, primary_key=True, autoincrement=False),
    _always("message_id", BigInteger, primary_key=True, autoincrement=False),
    _always("person_id", BigInteger),
    _always("ours", Boolean),
    _maybe("slot", String(64)),
    _always("at", UTC),
    Index("ix_chat_message_slot", "person_id", "slot"),
    Index("ix_chat_message_person", "person_id", "message_id"),
    # One for each time that these rows are kept: looking for the old ones passes no others.
    _partial("ix_chat_message_theirs", "at", where="NOT ours"),
    _partial("ix_chat_message_loose", "at", where="ours AND slot IS NULL"),
    _partial("ix_chat_message_kept", "at", where="ours AND slot IS NOT NULL"),
)
"""A message that stands in a person's chat, theirs or ours, so that it can be edited, hidden or deleted."""


Letter = Table(
    "letter",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("ref", String(80)),
    _always("writer_id", BigInteger, index=True),
    _maybe("reader_id", BigInteger, index=True),
    _maybe("couple_id", BigInteger),
    _always("kind", String(16)),  # letter, note, sentence
    _always("guide", String(16), default="blank"),
    _maybe("answers_id", BigInteger),
    _maybe("exchange_id", BigInteger, index=True),
    _always("state", String(16)),  # one of `bot.letter_life`
    _always("created_at", UTC),
    _maybe("sealed_at", UTC),
    _maybe("sealed_on", Date),
    _maybe("deliver_at", UTC),
    _maybe("waiting_at", UTC),
    _maybe("remind_at", UTC, index=True),  # the reader's own "I need until"
    _maybe("opened_at", UTC),
    _maybe("fold_at", UTC, index=True),
    _always("page", Integer, default=0),  # 0 folded, else the page that lies open
    _maybe("guarded", Boolean),  # not to be forwarded, as its writer wished when it was sealed
    _maybe("answered_at", UTC),
    _maybe("withdrawn_at", UTC),
    _maybe("expires_at", UTC, index=True),  # of a draft, or of the reader's copy
    _maybe("reader_lasting", Boolean),  # its reader keeps it beyond that
    _maybe("own_until", UTC, index=True),  # the end of the writer's copy
    _maybe("writer_lasting", Boolean),
    _maybe("dropped_at", UTC),  # the writer's copy has gone; an unopened letter goes its way all the same
    _maybe("signature", Sealed),  # the writer's name as it was when the letter was sealed
    _maybe("writer_key", Sealed),
    _maybe("reader_key", Sealed),
    Index("ix_letter_due", "state", "deliver_at"),
    UniqueConstraint("writer_id", "ref"),
)
"""A letter, a note or a kept sentence. Its key is wrapped for the writer and, once opened, for the reader."""


Exchange = Table(
    "exchange",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("couple_id", BigInteger, index=True),
    _always("proposer_id", BigInteger),
    _always("kind", String(16)),  # letter, sentence
    _always("question", String(32)),
    _always("state", String(16)),  # begun, offered, met, ended
    _always("begun_at", UTC),
    _maybe("offered_at", UTC),
    _maybe("met_at", UTC),
    _maybe("put_away_at", UTC),  # the other one said "not this"; the proposer never learns it
)
"""Two letters to one question: neither is given to its reader before both are sealed."""


LetterPart = Table(
    "letter_part",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("letter_id", BigInteger, index=True),
    _always("position", Integer),
    _always("kind", String(8)),
    _always("message_id", BigInteger),
    _always("body", Sealed),
    _maybe("file", Sealed),
)
"""One message of a letter, in order; text or an enclosure kept by Telegram's file id."""


KeepsakeChoice = Table(
    "keepsake_choice",
    METADATA,
    _always("person_id", BigInteger, primary_key=True, autoincrement=False),
    _always("letter_id", BigInteger, primary_key=True, autoincrement=False),
)
"""Letters that somebody has chosen for one keepsake, until it is made or put away."""


Nudge = Table(
    "nudge",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("person_id", BigInteger, index=True),
    _always("on", Date, index=True),
    _always("gesture", String(32)),
    _always("rule", String(16)),
    _always("attempt", Integer, default=0),
    _always("state", String(16)),  # planned, done, not_now, not_for_us
    _always("planned_at", UTC),
    _maybe("snoozed_until", UTC, index=True),
    UniqueConstraint("person_id", "on"),
)
"""The daily message of one person on one local date."""


GestureShown = Table(
    "gesture_shown",
    METADATA,
    _always("person_id", BigInteger, primary_key=True, autoincrement=False),
    _always("gesture", String(32), primary_key=True),
    _always("on", Date, primary_key=True, index=True),
)
"""Which gestures a person has seen and when, so that none comes twice in 90 days."""


NotForUs = Table(
    "not_for_us",
    METADATA,
    _always("person_id", BigInteger, primary_key=True, autoincrement=False),
    _always("gesture", String(32), primary_key=True),
)
"""A gesture that a person never wants to see again."""


Checkup = Table(
    "checkup",
    METADATA,
    _always("id", BigInteger, primary_key=True, autoincrement=False),
    _always("person_id", BigInteger, index=True),
    _always("started_at", UTC),
    _always("answers", Sealed),
)
"""One look at what is wrong: answers and words, sealed under the person's key."""


ServiceState = Table(
    "service_state",
    METADATA,
    _always("name", String(40), primary_key=True),
    _always("value", String(400)),
)
"""Small facts about the service itself: bot id and name, last poll, leases."""


Worker = Table(
    "worker",
    METADATA,
    _always("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _always("lease_until", UTC),
    _always("release", Integer),
)
"""A running process of this bot, on PostgreSQL. Its lease is written by the database's own clock."""


KeyErasure = Table(
    "key_erasure",
    METADATA,
    _always("person_id", BigInteger, primary_key=True, autoincrement=False),
    _always("asked_at", UTC),
)
"""A person whose key must be destroyed in the key store; the row goes when that is done."""
