"""Fills the outbox of a running bot with messages of every class to many people, by the bot's own units."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert

from bot.chance import SystemChance
from bot.db import people
from bot.db.keystore import KeyStore
from bot.db.models import Inbox
from bot.db.session import Database
from bot.delivery import outbox
from bot.delivery.outbox import Urgency
from bot.nudges import service as nudges
from bot.vault import Vault
from tests.support.phones import Control
from tests.support.process import KEY, TOKEN, Stage

SHARES: Mapping[Urgency, float] = {  # of all that waits; the classes in which people wait for something are rarer
    Urgency.SAFETY: 0.04,
    Urgency.ANSWER: 0.26,
    Urgency.LETTER: 0.2,
    Urgency.APPOINTMENT: 0.1,
    Urgency.NUDGE: 0.4,
}
TOO_OLD = 0.25  # of the nudges
LATE = timedelta(hours=3)
MARK = "waits:"


def invite(control: Control, count: int) -> list[int]:
    """So many people who have a chat with the bot and of whom it does not know yet. Their Telegram ids."""
    ids = []
    for number in range(count):
        name = f"crowd_{number}"
        user = control.post("/control/users", first_name="Someone", username=name, language_code="en")
        control.post("/control/start", user=int(user["id"]))
        ids.append(int(user["id"]))
        if number % 100 == 99 or number == count - 1:
            _forget_updates(control)
    return ids


def _forget_updates(control: Control) -> None:
    """Their first tap is of no interest here."""
    got = control.post(f"/bot{TOKEN}/getUpdates", timeout=0, limit=100)["result"]
    while got:
        got = control.post(f"/bot{TOKEN}/getUpdates", timeout=0, limit=100, offset=got[-1]["update_id"] + 1)["result"]


@contextmanager
def beside(stage: Stage) -> Iterator[tuple[Database, Vault]]:
    """The bot's database and keys, as another process of the same operator has them."""
    keys = KeyStore(f"sqlite:///{stage.folder / 'keys.db'}")
    database = Database(f"sqlite:///{stage.database}", lock=False, busy_seconds=30)
    try:
        yield database, Vault([base64.b64decode(KEY)], keys, SystemChance())
    finally:
        database.close_sync()
        keys.close()


def meet(connection: Connection, ids: list[int], *, now: datetime) -> None:
    """These people are known to the bot."""
    for telegram_id in ids:
        people.create(connection, person_id=telegram_id, telegram_id=telegram_id, lang="en", now=now)
        people.change(connection, telegram_id, known_at=now, quiet_from=0, quiet_to=0)


def meet_for_days(connection: Connection, vault: Vault, ids: list[int], *, now: datetime) -> None:
    """The same, in Berlin and with a daily message at nine."""
    meet(connection, ids, now=now)
    for telegram_id in ids:
        vault.create_key(telegram_id)
        people.change(connection, telegram_id, zone="Europe/Berlin", quiet_from=1320, quiet_to=420)
        person = people.by_id(connection, telegram_id)
        assert person is not None
        nudges.schedule(connection, person, now=now)


def fill(connection: Connection, vault: Vault, ids: list[int], count: int, rng: random.Random, now: datetime) -> None:
    """So many messages of all classes, in any mixture."""
    kinds = [urgency for urgency, share in SHARES.items() for _ in range(round(count * share))]
    rng.shuffle(kinds)
    old = round(kinds.count(Urgency.NUDGE) * TOO_OLD)
    for number, urgency in enumerate(kinds):
        is_old = urgency == Urgency.NUDGE and old > 0
        old -= is_old
        put(connection, vault, rng.choice(ids), number, urgency, now - LATE if is_old else now)


def put(
    connection: Connection, vault: Vault, to: int, number: int, urgency: Urgency, now: datetime, mark: str = MARK
) -> None:
    """One message, which names itself; a nudge may be three hours late and no more."""
    outbox.put(
        connection,
        vault,
        key=f"{mark}{now.timestamp()}:{number}",
        person_id=to,
        chat_id=to,
        urgency=urgency,
        kind="say",
        payload={"message": "interface.letter_planned", "args": {"date": f"{mark}{urgency.name}:{number}", "time": ""}},
        now=now,
        drop_at=now + LATE if urgency == Urgency.NUDGE else None,
    )


def spoil(connection: Connection, sender: int, *, bot_id: int, now: datetime) -> None:
    """An update of this person that can never be handled, before all of theirs."""
    values = {"bot_id": bot_id, "update_id": 1, "sender_id": sender, "kind": "message", "received_at": now}
    values |= {"payload": bytes(40), "state": "open", "next_try_at": now, "tries": 0, "release": 0}
    connection.execute(insert(Inbox).values(values))


def moment(stage: Stage) -> datetime:
    """The bot's own time."""
    return datetime.fromtimestamp(stage.control.get("/control/state")["clock"]["now"], UTC)
