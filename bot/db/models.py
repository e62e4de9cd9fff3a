"""Every table. Column names are the glossary's; `_at` is a moment in UTC, `_on` a local date. No behaviour."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, BigInteger, Date, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.db.types import UTC, Sealed, SealedBytes

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The metadata that migrations are compared with."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        int: BigInteger,
        datetime: UTC,
        date: Date,
        SealedBytes: Sealed,
        dict[str, Any]: JSON,
    }


def table(model: type[Base]) -> Table:
    """The table of a model, for Core statements."""
    return cast("Table", model.__table__)


class Person(Base):
    """Somebody who wrote to the bot. `known_at` is set by the yes to the notice; `gone_at` by delete or bye."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[SealedBytes | None]
    lang: Mapped[str] = mapped_column(String(8), default="en")
    created_at: Mapped[datetime]
    known_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    unreachable_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    silent_until: Mapped[datetime | None] = mapped_column(index=True)  # warned after a year; then everything goes
    path: Mapped[str] = mapped_column(String(16), default="solo")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str | None] = mapped_column(String(2))
    focus: Mapped[SealedBytes | None]
    nudge_minute: Mapped[int] = mapped_column(Integer, default=540)
    nudge_days: Mapped[int] = mapped_column(Integer, default=127)  # bit 0 is Monday
    quiet_from: Mapped[int] = mapped_column(Integer, default=1320)
    quiet_to: Mapped[int] = mapped_column(Integer, default=420)
    effort_max: Mapped[int] = mapped_column(Integer, default=3)
    next_nudge_at: Mapped[datetime | None] = mapped_column(index=True)
    last_nudge_on: Mapped[date | None]
    nudges_ignored: Mapped[int] = mapped_column(Integer, default=0)
    nudges_off: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None]
    resting_until: Mapped[datetime | None]
    letters_muted: Mapped[bool] = mapped_column(default=False)
    couple_id: Mapped[int | None] = mapped_column(index=True)
    parted: Mapped[bool] = mapped_column(default=False)  # the partner is out of reach; to be said at the next act


class Couple(Base):
    """Two persons joined by two yeses. `ended_at` is set by either, at once."""

    __tablename__ = "couple"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    inviter_id: Mapped[int] = mapped_column(index=True)
    invitee_id: Mapped[int] = mapped_column(index=True)
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-use pairing link; only the SHA-256 of its code is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    inviter_id: Mapped[int] = mapped_column(index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str] = mapped_column(String(16))  # open, taken, accepted, confirmed, declined, lapsed
    invitee_id: Mapped[int | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class WrongTry(Base):
    """A link that led nowhere, per person, to slow down guessing; emptied after an hour."""

    __tablename__ = "wrong_try"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(index=True)
    tried_at: Mapped[datetime]


class DialogSession(Base):
    """One running dialog of a person; at most one is active, others are suspended."""

    __tablename__ = "dialog_session"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(index=True)
    dialog: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16))  # active, suspended, ended
    turn: Mapped[int] = mapped_column(Integer)
    release: Mapped[int] = mapped_column(Integer)
    state: Mapped[SealedBytes | None]
    question_at: Mapped[datetime | None]
    timeout_at: Mapped[datetime | None] = mapped_column(index=True)
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class Inbox(Base):
    """A received update, or an internal event (bot_id 0). The payload is emptied when it is done."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_open", "state", "next_try_at"),
        Index("ix_inbox_sender", "sender_id", "state", "update_id"),
    )

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sender_id: Mapped[int]  # Telegram's user id, which orders updates
    kind: Mapped[str] = mapped_column(String(24))
    received_at: Mapped[datetime] = mapped_column(index=True)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8))  # open, done, parked, dropped
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime]
    release: Mapped[int] = mapped_column(Integer, default=0)


class Outbox(Base):
    """A message to send, edit or delete. `dedupe_key` makes a second insert a no-op."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "state", "next_at"),
        Index("ix_outbox_chat", "chat_id", "state", "id"),
    )

    # Counted by the database: the order of rows is the order of messages in a chat.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(index=True)
    chat_id: Mapped[int]
    urgency: Mapped[int] = mapped_column(Integer)  # 0 safety, 1 answer, 2 letter, 3 appointment, 4 nudge
    kind: Mapped[str] = mapped_column(String(16))  # send, edit, retire, delete, page ...
    slot: Mapped[str | None] = mapped_column(String(64), index=True)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed under the service key, emptied when sent
    state: Mapped[str] = mapped_column(String(8))  # open, sending, sent, parked, dropped, hold
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    drop_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class ChatMessage(Base):
    """A message that stands in a person's chat, theirs or ours, so that it can be edited, hidden or deleted."""

    __tablename__ = "chat_message"
    __table_args__ = (Index("ix_chat_message_slot", "person_id", "slot"),)

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(index=True)
    ours: Mapped[bool]
    slot: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class Letter(Base):
    """A letter, a note or a kept sentence. Its key is wrapped for the writer and, once opened, for the reader."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_due", "state", "deliver_at"), UniqueConstraint("writer_id", "ref"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(String(80))
    writer_id: Mapped[int] = mapped_column(index=True)
    reader_id: Mapped[int | None] = mapped_column(index=True)
    couple_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(16))  # letter, note, sentence
    guide: Mapped[str] = mapped_column(String(16), default="blank")
    answers_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))  # draft, sealed, waiting, opened, withdrawn, kept, discarded
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    sealed_on: Mapped[date | None]
    deliver_at: Mapped[datetime | None]
    waiting_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    fold_at: Mapped[datetime | None] = mapped_column(index=True)
    page: Mapped[int] = mapped_column(Integer, default=0)  # 0 folded, else the page that lies open
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    signature: Mapped[SealedBytes | None]  # the writer's name as it was when the letter was sealed
    writer_key: Mapped[SealedBytes | None]
    reader_key: Mapped[SealedBytes | None]


class LetterPart(Base):
    """One message of a letter, in order; text or an enclosure kept by Telegram's file id."""

    __tablename__ = "letter_part"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    message_id: Mapped[int]
    body: Mapped[SealedBytes]
    file: Mapped[SealedBytes | None]


class Nudge(Base):
    """The daily message of one person on one local date."""

    __tablename__ = "nudge"
    __table_args__ = (UniqueConstraint("person_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(index=True)
    on: Mapped[date]
    gesture: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(16))  # planned, done, not_now, not_for_us
    planned_at: Mapped[datetime]


class GestureShown(Base):
    """Which gestures a person has seen and when, so that none comes twice in 90 days."""

    __tablename__ = "gesture_shown"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gesture: Mapped[str] = mapped_column(String(32), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)


class NotForUs(Base):
    """A gesture that a person never wants to see again."""

    __tablename__ = "not_for_us"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gesture: Mapped[str] = mapped_column(String(32), primary_key=True)


class Checkup(Base):
    """One look at what is wrong: answers and words, sealed under the person's key."""

    __tablename__ = "checkup"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(index=True)
    started_at: Mapped[datetime]
    answers: Mapped[SealedBytes]


class ServiceState(Base):
    """Small facts about the service itself: bot id and name, last poll, leases."""

    __tablename__ = "service_state"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))


class KeyErasure(Base):
    """A person whose key must be destroyed in the key store; the row goes when that is done."""

    __tablename__ = "key_erasure"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]
