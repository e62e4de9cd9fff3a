"""Pairing by two yeses over a one-use link, and leaving. Nothing but a yes is ever told to the other."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection, RowMapping, func, select, update

from bot import access
from bot.db import locks, people
from bot.db.models import Invitation, WrongTry
from bot.db.people import PersonRow
from bot.delivery.buttons import act
from bot.delivery.turn import Turn

_rows = Invitation
_tries = WrongTry

LASTS = timedelta(hours=24)
CONFIRM_WITHIN = timedelta(days=7)
MAX_OPEN = 3
MAX_TRIES = 5
UNDECIDED = ("open", "taken", "accepted", "declined")  # as far as the inviter can know


@dataclass(frozen=True, slots=True)
class Invited:
    """The link is good: who invites, to be asked about."""

    invitation_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The link leads nowhere; `reason` names the message that says so."""

    reason: str


def invite(turn: Turn) -> None:
    """Makes a link and sends it with a button that opens Telegram's own share sheet."""
    lapse(turn.connection, now=turn.now)
    if _open_count(turn.connection, turn.person.id) >= MAX_OPEN:
        turn.tell("invitation_full")
        return
    code = base64.urlsafe_b64encode(turn.desk.chance.token(24)).decode()
    values = {
        "id": turn.desk.chance.new_id(turn.now),
        "inviter_id": turn.person.id,
        "code_hash": _hash(code),
        "state": "open",
        "created_at": turn.now,
        "expires_at": turn.now + LASTS,
    }
    turn.connection.execute(_rows.insert().values(values))
    link = f"https://t.me/{turn.desk.bot_username}?start={code}"
    text = turn.desk.library.catalogue.text("interface.share_text", turn.person.lang)
    share = "https://t.me/share/url?" + urlencode({"url": link, "text": text})
    turn.tell("invitation_ready", buttons=[[("share_button", share)]])


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _open_count(connection: Connection, inviter_id: int) -> int:
    # A no counts as open for as long as silence would: nobody can tell the two apart by counting.
    unanswered = _rows.c.state.in_(("open", "taken", "declined"))
    query = select(func.count()).where(_rows.c.inviter_id == inviter_id, unanswered)
    return connection.execute(query).scalar_one()


def inviting(connection: Connection, person_id: int, *, now: datetime) -> bool:
    """Whether an invitation of this person is open."""
    query = select(_rows.c.id).where(
        _rows.c.inviter_id == person_id, _rows.c.state.in_(UNDECIDED), _rows.c.expires_at > now
    )
    return connection.execute(query).first() is not None


def lapse(connection: Connection, *, now: datetime) -> None:
    """Links past their time are of no use any more."""
    past = select(_rows.c.id).where(_rows.c.state.in_(UNDECIDED), _rows.c.expires_at <= now)
    if connection.dialect.name == "postgresql":
        past = past.with_for_update(skip_locked=True)
    connection.execute(update(_rows).where(_rows.c.id.in_(past.scalar_subquery())).values(state="lapsed"))
    connection.execute(_tries.delete().where(_tries.c.tried_at <= now - timedelta(hours=1)))


def redeem(turn: Turn, code: str) -> Invited | Refused:
    """Takes the link for this person; by one conditional UPDATE only one of many can."""
    lapse(turn.connection, now=turn.now)
    tries = select(func.count()).where(_tries.c.person_id == turn.person.id)
    if turn.connection.execute(tries).scalar_one() >= MAX_TRIES:
        return Refused("invitation_unknown")
    found = turn.connection.execute(select(_rows).where(_rows.c.code_hash == _hash(code))).mappings().first()
    if found is not None and found["inviter_id"] == turn.person.id:
        return Refused("invitation_own")
    if found is not None and found["state"] == "taken" and found["invitee_id"] == turn.person.id:
        return Invited(found["id"])
    if found is None:
        values = {"id": turn.desk.chance.new_id(turn.now), "person_id": turn.person.id, "tried_at": turn.now}
        turn.connection.execute(_tries.insert().values(values))
        return Refused("invitation_unknown")
    taken = (
        update(_rows)
        .where(_rows.c.id == found["id"], _rows.c.state == "open")
        .values(state="taken", invitee_id=turn.person.id)
    )
    if turn.connection.execute(taken).rowcount != 1:
        return Refused("invitation_lapsed")
    return Invited(found["id"])


def answer(turn: Turn, *, invitation: str, answer: str) -> None:
    """What the invitee says. Yes asks the inviter whether it is them; later and no tell nobody anything."""
    row = _mine(turn, int(invitation) if invitation.isdigit() else 0, "taken")
    if row is None:
        return
    inviter = locks.second(turn.connection, row["inviter_id"])
    if _mine(turn, row["id"], "taken") is None:
        return
    if answer == "no":
        _set(turn.connection, row["id"], "declined")
    elif answer == "yes" and inviter is not None and inviter.gone_at is None:
        expires = turn.now + CONFIRM_WITHIN
        turn.connection.execute(
            update(_rows).where(_rows.c.id == row["id"]).values(state="accepted", expires_at=expires)
        )
        name = access.name_of_other(turn.connection, turn.desk.vault, actor_id=inviter.id, invitation_id=row["id"])
        turn.towards(inviter, f"invitation:{row['id']}:accepted").tell(
            "someone_accepted",
            {"name": name},
            buttons=[
                [("confirm_yes", act("p", row["id"], "yes"))],
                [("confirm_no", act("p", row["id"], "no"))],
            ],
            slot=f"invitation:{row['id']}",
        )


def _mine(turn: Turn, invitation_id: int, state: str) -> RowMapping | None:
    query = select(_rows).where(
        _rows.c.id == invitation_id, _rows.c.invitee_id == turn.person.id, _rows.c.state == state
    )
    return turn.connection.execute(query).mappings().first()


def _set(connection: Connection, invitation_id: int, state: str) -> None:
    connection.execute(update(_rows).where(_rows.c.id == invitation_id).values(state=state))


def tapped(turn: Turn, invitation_id: int, name: str, *, leave: Callable[[Turn], None]) -> str | None:
    """The inviter's second yes, or no. Returns a toast where nothing changes.

    `leave` ends what either of the two had elsewhere.
    """
    query = select(_rows).where(
        _rows.c.id == invitation_id, _rows.c.inviter_id == turn.person.id, _rows.c.state == "accepted"
    )
    row = turn.connection.execute(query).mappings().first()
    if row is None or name not in ("yes", "no"):
        return "moved_on"
    turn.send("retire", {"slot": f"invitation:{invitation_id}"})
    if name == "no":
        _set(turn.connection, invitation_id, "lapsed")
        turn.tell("confirm_no_said")
        return None
    invitee = locks.second(turn.connection, row["invitee_id"])
    if turn.connection.execute(query).first() is None:
        return None
    if invitee is None or invitee.gone_at is not None or invitee.unreachable_at is not None:
        turn.tell("unreachable")
        return None
    _pair(turn, invitee, invitation_id, leave)
    return None


def _pair(turn: Turn, invitee: PersonRow, invitation_id: int, leave: Callable[[Turn], None]) -> None:
    """Two yeses. Whoever was joined elsewhere leaves there first."""
    for person in (turn.person, invitee):
        leave(turn.towards(person, f"invitation:{invitation_id}:part:{person.id}"))
    _set(turn.connection, invitation_id, "confirmed")
    people.join(
        turn.connection,
        couple_id=turn.desk.chance.new_id(turn.now),
        inviter_id=turn.person.id,
        invitee_id=invitee.id,
        now=turn.now,
    )
    for person, other in ((turn.person, invitee), (invitee, turn.person)):
        told = turn.towards(person, f"invitation:{invitation_id}:paired:{person.id}")
        told.tell(
            "paired_told", {"partner": access.own_name(turn.desk.vault, other)}, buttons=[[("paired_next", "m.0.menu")]]
        )


def part(turn: Turn) -> None:
    """Ends the couple of this person and lapses their links. The other one hears one neutral sentence later."""
    person = people.by_id(turn.connection, turn.person.id)
    if person is not None:
        people.part(turn.connection, person, now=turn.now)
    links = (_rows.c.inviter_id == turn.person.id) & _rows.c.state.in_(UNDECIDED)
    # A yes that they gave before this end is none after it: it must not take them out of a later couple.
    given = (_rows.c.invitee_id == turn.person.id) & (_rows.c.state == "accepted")
    turn.connection.execute(update(_rows).where(links | given).values(state="lapsed"))
