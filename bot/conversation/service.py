"""One event of one person, from the inbox to rows of the outbox. One unit; sends nothing, waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from bot.conversation import commands, dialogs, replies
from bot.conversation.incoming import (
    Blocked,
    Changed,
    Commanded,
    Incoming,
    InGroup,
    Nothing,
    Returned,
    Sender,
    Sent,
    Tapped,
    Wrote,
)
from bot.conversation.taps import tapped
from bot.db import locks
from bot.db import people as rows
from bot.db.people import PersonRow
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.delivery.turn import Desk, Turn
from bot.engine.events import Edited, Media, Text
from bot.letters import missed
from bot.nudges import service as nudges
from bot.people import service as people
from bot.vault import Vault

AN_HOUR = timedelta(hours=1)
SEEN_AGAIN = timedelta(hours=1)  # to write the moment down at each message would cost more than it tells
AWAY = timedelta(minutes=15)
LIFETIME = timedelta(hours=25)  # of an update at Telegram, and an hour for clocks that differ


@dataclass(frozen=True, slots=True)
class Handled:
    """What the edges do after the commit: answer the tap, wake the sender for these chats."""

    toast: str | None = None
    chats: tuple[int, ...] = ()


def handle(
    connection: Connection,
    desk: Desk,
    incoming: Incoming,
    *,
    key: str,
    now: datetime,
    written_at: datetime | None = None,
) -> Handled:
    """Applies one incoming thing. `key` is unique to it and begins every dedupe key of the unit.

    `written_at` is when it was written, where that is known.
    """
    if isinstance(incoming, InGroup | Nothing):
        return Handled()
    person = _person(connection, desk, incoming.sender, now=now)
    if isinstance(incoming, Blocked):
        people.cannot_reach(connection, person, now=now)
        return Handled()
    was_away = person.unreachable_at is not None
    person = _met(connection, person, now=now)
    turn = Turn(connection=connection, desk=desk, person=person, now=now, key=key, telegram_name=incoming.sender.name)
    if was_away:
        missed.bring(turn)
        missed.bring_to_partner(turn)
    if isinstance(incoming, Returned):
        return Handled()
    _remember(turn, incoming)
    if written_at is not None and AWAY <= now - written_at <= LIFETIME:
        _after_an_outage(turn)
    nudges.welcome_back(turn)
    _after_bad_news(turn)
    toast = _handle(turn, incoming)
    text = desk.library.catalogue.text(toast, person.lang) if toast else None
    return Handled(text, (incoming.sender.telegram_id,))


def _person(connection: Connection, desk: Desk, sender: Sender, *, now: datetime) -> PersonRow:
    """Whose event it is, held until the end of the unit. Somebody new gets a key first: it is committed at once."""
    found = locks.begin(connection, sender.telegram_id)
    if found is not None:
        return found
    person_id = desk.chance.new_id(now)
    desk.vault.create_key(person_id)
    lang = sender.lang if sender.lang in desk.library.catalogue.languages else "en"
    return rows.create(connection, person_id=person_id, telegram_id=sender.telegram_id, lang=lang, now=now)


def _met(connection: Connection, person: PersonRow, *, now: datetime) -> PersonRow:
    """They are here: neither silent nor out of reach. A clock that is behind for a while makes nobody look silent."""
    people.is_back(connection, person)
    seen_at = max(now, person.seen_at)
    if person.silent_until is not None or seen_at - person.seen_at >= SEEN_AGAIN:
        rows.change(connection, person.id, seen_at=seen_at, silent_until=None)
    elif person.unreachable_at is None:
        return person
    return replace(person, seen_at=seen_at, silent_until=None, unreachable_at=None)


def _after_an_outage(turn: Turn) -> None:
    """We were away when this was written: said once, before the first answer."""
    prefix = f"away:{turn.person.id}:"
    if not outbox.put_since(turn.connection, turn.person.id, prefix, since=turn.now - AN_HOUR):
        turn.tell("was_away", key=f"{prefix}{turn.now:%Y%m%d%H%M%S%f}")


def _after_bad_news(turn: Turn) -> None:
    """The partner is out of reach: one neutral sentence for every cause, at this person's own next act."""
    if not turn.person.parted:
        return
    turn.tell("unreachable")
    turn.told_of_parting = True
    rows.change(turn.connection, turn.person.id, parted=False)
    turn.person = replace(turn.person, parted=False)


def _remember(turn: Turn, incoming: Wrote | Commanded | Sent | Changed | Tapped) -> None:
    """Message ids are kept so that /hide and /bye can delete both sides of the chat."""
    if isinstance(incoming, Wrote | Commanded | Sent) and turn.person.telegram_id is not None:
        outbox.remember(
            turn.connection,
            chat_id=turn.person.telegram_id,
            message_id=incoming.ref,
            person_id=turn.person.id,
            ours=False,
            slot=None,
            now=turn.now,
        )


def _handle(turn: Turn, incoming: Wrote | Commanded | Sent | Changed | Tapped) -> str | None:
    match incoming:
        case Wrote(text=text, ref=ref, reply_to=reply_to):
            if not replies.to_nudge(turn, text, reply_to=reply_to):
                dialogs.heard(turn, Text(text, ref))
        case Changed(text=text, ref=ref):
            dialogs.changed(turn, Edited(ref, text))
        case Sent(kind=kind, ref=ref, file=file, caption=caption):
            dialogs.heard(turn, Media(kind, ref, file, caption))
        case Commanded(name=name, argument=argument):
            commands.command(turn, name, argument)
        case Tapped():
            return tapped(turn, incoming)
        case _:
            assert_never(incoming)
    return None


def say_flooded(connection: Connection, vault: Vault, telegram_id: int, *, now: datetime) -> None:
    """Messages of this person were dropped unread: they hear so, not more than once an hour."""
    person = rows.by_telegram(connection, telegram_id)
    if person is None or outbox.put_since(connection, person.id, f"flood:{person.id}:", since=now - AN_HOUR):
        return
    outbox.put(
        connection,
        vault,
        key=f"flood:{person.id}:{now:%Y%m%d%H%M%S%f}",
        person_id=person.id,
        chat_id=telegram_id,
        urgency=Urgency.ANSWER,
        kind="say",
        payload={"message": "interface.flood_notice"},
        now=now,
    )


def apologise(connection: Connection, desk: Desk, telegram_id: int, *, key: str, now: datetime) -> tuple[int, ...]:
    """Something of this person's could not be handled: they hear so once. Returns the chats to wake."""
    person = rows.by_telegram(connection, telegram_id)
    if person is None:
        return ()
    Turn(connection=connection, desk=desk, person=person, now=now, key=key).tell("apology")
    return (telegram_id,)
